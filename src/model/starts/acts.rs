//! What commands do with data: dump it, copy it, delete what is old.

use super::step::{Step, as_pattern};
use crate::secret;
use crate::source::{Cut, Spanned};
use crate::syntax::shell::base_name;

/// Files that are copied, or put into an archive.
#[derive(Clone, Debug)]
pub struct Copied<'a> {
    /// What is copied.
    pub from: Vec<&'a Spanned<String>>,
    /// Where to, if it is written.
    pub to: Option<&'a Spanned<String>>,
    /// The folder that what is copied is relative to, if the command says so.
    pub folder: Option<&'a Spanned<String>>,
    /// Whether many files become one.
    pub archive: bool,
}

/// Files that are deleted by their age or number.
#[derive(Clone, Debug)]
pub struct Pruned<'a> {
    /// The patterns of their names; none: all.
    pub names: Vec<&'a str>,
    /// The directory, as far as it is written.
    pub directory: Option<&'a str>,
}

/// Options of tar that take a word (GNU tar 1.35).
const TAR: [&str; 10] =
    ["-C", "--directory", "-f", "--file", "-X", "--exclude-from", "--exclude", "-T", "--files-from", "--transform"];

impl Step {
    /// Whether it makes a user without a password: `adduser --disabled-password`, and `useradd` without `-p` (`useradd(8)`: "The default
    /// is to disable the password").
    pub fn makes_locked_user(&self) -> bool {
        match self.name() {
            "adduser" => self.has("--disabled-password") || self.has("--system"),
            "useradd" => !self.has("-p") && !self.has("--password"),
            _ => false,
        }
    }

    /// Whether pip is to install into the Python that runs it. With `--target`, `--prefix` or `--root` it does not ask whether that is
    /// managed by somebody else (`_internal/commands/install.py` of pip).
    pub fn installs_into_system_python(&self) -> bool {
        let words: Vec<&str> = self.argv().iter().map(|word| word.value.as_str()).collect();
        let pip = matches!(words.as_slice(), ["pip" | "pip3", ..] | ["python" | "python3", "-m", "pip", ..]);
        let elsewhere = ["-t", "--target", "--prefix", "--root", "--break-system-packages", "--dry-run", "--python"];
        let apart = |word: &&&str| elsewhere.iter().any(|own| **word == *own || word.starts_with(&format!("{own}=")));
        pip && words.contains(&"install") && !words.iter().any(|word| apart(&word))
    }

    /// Whether it writes all of a file itself, and nothing secret is in it by its names.
    pub fn fills_openly(&self, file: &str) -> bool {
        let into = self.redirects.iter().any(|own| own.operator == ">" && own.target.value == file);
        let bodies = || self.redirects.iter().filter_map(|own| own.body.as_ref());
        let open = |line: &str| {
            let name = line.split('=').next().unwrap_or(line).trim();
            !secret::is_secret_name(name) && !line.contains("://")
        };
        into && bodies().next().is_some() && bodies().all(|body| body.value.lines().all(open))
    }

    /// Whether it writes the contents of a database to its output or a file.
    pub fn dumps(&self) -> bool {
        match self.tool() {
            "pg_dump" | "pg_dumpall" | "pg_basebackup" | "mysqldump" | "mariadb-dump" | "mongodump" | "mariabackup"
            | "xtrabackup" => true,
            "sqlite3" => self.arguments().iter().any(|word| word.value.contains(".dump")),
            _ => false,
        }
    }

    /// Whether a command leaves nginx of the server running, or stops it.
    pub fn acts_on_nginx(&self) -> Option<bool> {
        match self.name() {
            "systemctl" | "service" if self.has("nginx") || self.has("nginx.service") => {
                let does = |verbs: &[&str]| verbs.iter().any(|verb| self.has(verb));
                let now = self.has("enable") && self.has("--now");
                if does(&["stop", "disable", "mask"]) {
                    Some(false)
                } else {
                    (now || does(&["start", "restart", "reload"])).then_some(true)
                }
            }
            // Debian starts what it installs, and its `python3-certbot-nginx` depends on nginx (`debian/control` of python-certbot-nginx).
            "apt" | "apt-get" if self.has("nginx") || self.has("python3-certbot-nginx") => {
                if self.has("remove") || self.has("purge") { Some(false) } else { self.has("install").then_some(true) }
            }
            _ => None,
        }
    }

    /// Whether it stops containers.
    pub fn stops_containers(&self) -> bool {
        matches!(self.name(), "docker" | "docker-compose")
            && self.argv().iter().any(|word| matches!(word.value.as_str(), "down" | "stop" | "rm" | "kill"))
    }

    /// Whether it installs nginx because certbot's plugin depends on it, and not by its name.
    pub fn brings_nginx_along(&self) -> bool {
        self.has("python3-certbot-nginx") && !self.has("nginx")
    }

    /// Whether it takes a copy of a SQLite database as SQLite does.
    pub fn backs_up_sqlite(&self) -> bool {
        let says = |text: &str| {
            let lower = text.to_ascii_lowercase();
            lower.contains(".backup")
                || lower.contains("vacuum into")
                || lower.contains(".dump")
                || lower.contains(".clone")
        };
        let bodies = self.redirects.iter().filter_map(|redirect| redirect.body.as_ref());
        self.tool() == "sqlite3" && self.words.iter().chain(bodies).any(|text| says(&text.value))
            || matches!(self.tool(), "litestream" | "sqlite3_rsync")
    }

    /// Whether it stops a program that could write while it is copied.
    pub fn stops_program(&self) -> bool {
        let says = |words: &[&str]| words.iter().any(|word| self.has(word));
        match self.tool() {
            "systemctl" | "service" | "supervisorctl" | "pm2" | "rc-service" | "initctl" | "launchctl" => {
                says(&["stop"])
            }
            "docker" | "podman" | "docker-compose" | "podman-compose" => says(&["stop", "down", "pause", "kill"]),
            "kubectl" => says(&["scale", "delete"]),
            "kill" | "pkill" | "killall" | "fsfreeze" | "lvcreate" => true,
            _ => false,
        }
    }

    /// The files that it copies.
    pub fn copied(&self) -> Option<Copied<'_>> {
        let words = self.arguments();
        match self.tool() {
            "cp" | "rsync" | "scp" | "install" => {
                let target = |word: &&Spanned<String>| word.value.starts_with("--target-directory=");
                let mut from: Vec<_> = words.iter().filter(|word| !word.value.starts_with('-')).collect();
                let to = words.iter().find(target).or_else(|| (from.len() > 1).then(|| from.pop())?);
                Some(Copied { from, to, folder: None, archive: false })
            }
            "tar" | "bsdtar" => tar(words),
            "zip" | "7z" => {
                let mut named =
                    words.iter().filter(|word| !word.value.starts_with('-')).skip(usize::from(self.tool() == "7z"));
                Some(Copied { to: named.next(), from: named.collect(), folder: None, archive: true })
            }
            "aws" | "rclone" | "gsutil" | "mc" | "s3cmd" => {
                let verb = words
                    .iter()
                    .position(|word| matches!(word.value.as_str(), "cp" | "copy" | "sync" | "put" | "copyto"))?;
                let mut from: Vec<_> =
                    words.iter().skip(verb + 1).filter(|word| !word.value.starts_with('-')).collect();
                let to = (from.len() > 1).then(|| from.remove(1));
                from.truncate(1);
                Some(Copied { from, to, folder: None, archive: false })
            }
            "gzip" | "cat" | "zstd" | "xz" | "bzip2" => Some(Copied {
                from: words.iter().filter(|word| !word.value.starts_with('-')).collect(),
                to: self.written().next(),
                folder: None,
                archive: false,
            })
            .filter(|copied| copied.to.is_some()),
            _ => None,
        }
    }

    /// The files whose names it makes up: what it writes its output to, copies to, or packs into.
    pub fn makes(&self) -> Vec<&Spanned<String>> {
        let copied = self.copied().and_then(|copied| copied.to);
        let words = self.arguments();
        let after = |names: &[&str]| {
            let at = words.iter().position(|word| names.contains(&word.value.as_str()))?;
            words.get(at + 1)
        };
        let option = match self.tool() {
            "pg_dump" | "pg_dumpall" => after(&["-f", "--file"]),
            "mongodump" => after(&["-o", "--out"]),
            "mysqldump" | "mariadb-dump" => after(&["-r"]),
            "sqlite3" => None,
            "tee" => words.iter().find(|word| !word.value.starts_with('-')),
            // A person is to write it.
            "nano" | "vim" | "vi" | "emacs" | "code" => words.iter().rfind(|word| !word.value.starts_with('-')),
            _ => None,
        };
        self.written().chain(copied).chain(option).collect()
    }

    /// What it puts where nginx on the host reads it, `cp ops/shop.conf /etc/nginx/conf.d/`; nothing inside a container.
    pub fn put_into_nginx(&self) -> &[Spanned<String>] {
        let copies = matches!(self.name(), "cp" | "ln" | "install" | "mv") && self.inside.is_none();
        match self.arguments() {
            [others @ .., to] if copies && to.value.starts_with("/etc/nginx/") => others,
            _ => &[],
        }
    }

    /// Whether it makes a file of this name, wherever.
    pub fn makes_named(&self, name: &str) -> bool {
        self.makes().into_iter().any(|path| base_name(&path.value) == name)
    }

    /// What it deletes of old files.
    pub fn prunes(&self) -> Option<Pruned<'_>> {
        let words = self.arguments();
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let delete = |text: &str| matches!(text, "rm" | "/bin/rm" | "unlink");
        match self.tool() {
            "find" => {
                let exec = texts.iter().position(|text| text.starts_with("-exec") || *text == "-ok");
                let removes = exec.and_then(|at| texts.get(at + 1)).is_some_and(|text| delete(text));
                // What feeds `xargs rm`.
                let fed = self.after == super::Joint::Pipe;
                (texts.contains(&"-delete") || removes || fed).then_some(())?;
                let mut names = Vec::new();
                for (at, text) in texts.iter().enumerate() {
                    let not = at > 0 && matches!(texts[at - 1], "!" | "-not");
                    if matches!(*text, "-name" | "-iname" | "-path" | "-wholename") && !not {
                        names.extend(texts.get(at + 1).copied());
                    }
                }
                Some(Pruned { names, directory: texts.first().copied().filter(|first| !first.starts_with('-')) })
            }
            "rm" => {
                let named = texts.iter().filter(|text| !text.starts_with('-'));
                let first = named.clone().next()?;
                let directory = first.rsplit_once('/').map(|(directory, _)| directory);
                Some(Pruned { names: named.map(|text| base_name(text)).collect(), directory })
            }
            "ls" if self.after == super::Joint::Pipe => {
                let named: Vec<&str> = texts.iter().copied().filter(|text| !text.starts_with('-')).collect();
                let names = named.iter().map(|text| base_name(text)).filter(|name| name.contains('*')).collect();
                Some(Pruned {
                    names,
                    directory: named.first().map(|text| text.rsplit_once('/').map_or(*text, |(d, _)| d)),
                })
            }
            _ => None,
        }
    }
}

/// `tar czf ARCHIVE -C DIR FILES`
fn tar(words: &[Spanned<String>]) -> Option<Copied<'_>> {
    let mut copied = Copied { from: Vec::new(), to: None, folder: None, archive: true };
    let mut packs = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.value.as_str();
        at += 1;
        let letters = text.strip_prefix('-').or((at == 1).then_some(text)).filter(|letters| !letters.starts_with('-'));
        match letters.filter(|_| text != "-C") {
            Some(letters) if letters.chars().all(char::is_alphanumeric) => {
                packs |= letters.contains(['c', 'r', 'u']);
                if letters.contains('f') {
                    copied.to = words.get(at);
                    at += 1;
                } else if TAR.contains(&text) {
                    at += 1;
                }
            }
            _ if text == "--create" => packs = true,
            _ if matches!(text, "-C" | "--directory") => {
                copied.folder = copied.folder.or_else(|| words.get(at));
                at += 1;
            }
            _ if TAR.contains(&text) => at += 1,
            _ if text.starts_with('-') => {}
            _ => copied.from.push(word),
        }
    }
    packs.then_some(copied)
}

/// Whether a name may hold the time it was made at.
pub fn is_dated(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.contains('$') && ["date", "time", "stamp", "now", "today", "day"].iter().any(|word| lower.contains(word))
        || lower.contains("`date")
}

/// Whether a pattern of a shell fits the names that another one stands for.
pub fn fits(pattern: &str, name: &str) -> bool {
    let name = as_pattern(name).replace('*', "20261101");
    let pattern = as_pattern(pattern);
    like(pattern.as_bytes(), name.as_bytes())
}

/// `*` and `?`; brackets stand for one sign, whichever it is.
fn like(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut own, mut retry) = (0, 0, None);
    while own < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, own));
            }
            Some(b'[') => {
                at += memchr::memchr(b']', pattern.get(at..).unwrap_or_default()).map_or(1, |end| end + 1);
                own += 1;
            }
            Some(sign) if *sign == b'?' || *sign == name[own] => {
                at += 1;
                own += 1;
            }
            _ => {
                let Some((back, from)) = retry else { return false };
                at = back;
                own = from + 1;
                retry = Some((back, from + 1));
            }
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|sign| *sign == b'*')
}

/// The part of a path behind the last slash that no expansion holds.
pub fn file_name(text: &str) -> &str {
    let mut depth = 0usize;
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'{' => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => start = at + 1,
            _ => {}
        }
    }
    text.cut(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_patterns() {
        for (pattern, name, expected) in [
            ("*.tar.gz", "env_$(date +%F).prod", false),
            ("*.tar.gz", "app_$DATE.tar.gz", true),
            ("db_*.sql.gz", "db_${NOW}.sql.gz", true),
            ("db_????????.sql", "db_$(date +%Y%m%d).sql", true),
            ("backup-[0-9]*.sql", "backup-$DATE.sql", true),
            ("${PREFIX}*", "anything", true),
            ("*", "x", true),
            ("a*b*c", "a1b2b3c", true),
            ("a", "ab", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
        assert_eq!(file_name("/a/$(date +%d/%m)-x.gz"), "$(date +%d/%m)-x.gz");
    }
}
