//! What stands in the text of guides and scripts that no reader of commands sees: secrets in the files that a guide shows, who owns what.

use std::collections::HashMap;
use std::ops::Range;

use super::{Commands, Project};
use crate::model::compose::Service;
use crate::model::guide::Passage;
use crate::model::image::Release;
use crate::model::starts::{LoadingFile, RunCall, Step};
use crate::model::units::{Unit, UnitType};
use crate::model::{Kind, Literal, Meaning, guide};
use crate::source::{Cut, FileId, Presence, Role, Span, Spanned};
use crate::syntax::markdown;
use crate::syntax::shell::base_name;

/// The passages of each guide that are no first installation.
pub type Passages = HashMap<FileId, Vec<(Range<usize>, Passage)>>;

impl Project {
    /// The secrets that guides about deployment show in blocks for servers.
    pub fn secrets_of_guides(&self) -> Vec<Literal> {
        let guides = self.guides().filter(|guide| !self.git.is_fixture(&guide.path));
        let sources = guides.map(|guide| self.document(guide.file)).filter(|guide| self.text_of(guide).is_some());
        sources.flat_map(|guide| guide::secrets(&guide.source)).collect()
    }

    /// Whether a file is one that a guide shows.
    pub fn is_shown_by_guide(&self, file: FileId) -> bool {
        self.source(file).embedded.is_some()
    }

    /// Whether a file that a guide shows lies on the server, in a folder of the system: `/etc/shop.env`. What the project itself
    /// has below a folder of that name is its own.
    pub fn is_shown_of_system(&self, file: FileId) -> bool {
        const FOLDERS: [&str; 5] = ["etc/", "run/", "tmp/", "usr/", "var/"];
        let source = self.source(file);
        let path = source.embedded.as_ref().map_or("", |_| source.place());
        if self.is_shown_of_settings(file) {
            return true;
        }
        let Some(folder) = FOLDERS.iter().find(|folder| path.starts_with(**folder)) else { return false };
        let shown = |path: &str| self.at(path).is_some_and(|document| document.source.embedded.is_some());
        !self.files.files().any(|own| own.starts_with(folder) && !shown(own))
    }

    /// Whether a guide says of a file that it shows that it is in a hidden folder of a home: `~/.config/shop.env`.
    fn is_shown_of_settings(&self, file: FileId) -> bool {
        let guide = self.guide_of(file).and_then(|document| self.text_of(document)).unwrap_or_default();
        let name = base_name(self.source(file).place());
        let named =
            guide.split(|c: char| c.is_whitespace() || "\"'`()".contains(c)).filter(|word| word.ends_with(name));
        let mut folders = named.filter(|_| self.look(1)).filter_map(|word| word.strip_suffix(name)?.strip_suffix('/'));
        folders.any(|folder| ["~/.", "$HOME/.", "${HOME}/."].iter().any(|home| folder.starts_with(home)))
    }

    /// Whether a guide lets people write what belongs to the web server: as members of its group, as that user, or as
    /// anybody.
    pub fn shares_group_of_server(&self, guide: FileId) -> bool {
        let text = self.text_of(self.document(guide)).unwrap_or_default();
        let joins = |line: &str| {
            let joins = ["usermod", "adduser", "gpasswd", "newgrp"].iter().any(|word| line.contains(word));
            let becomes = [
                "su - www-data",
                "su www-data",
                "su -s",
                "-iu www-data",
                "-u www-data -i",
                "-u www-data -s",
                "-u www-data bash",
                "-u www-data sh",
                "-u www-data -H bash",
                "safe.directory",
            ];
            joins && line.contains("www-data")
                || line.contains("setfacl")
                || becomes.iter().any(|sign| line.contains(sign))
        };
        let opens = |line: &str| {
            line.contains("chmod") && [" 777", " 0777", "o+w", "a+w", "a+rw"].iter().any(|mode| line.contains(mode))
        };
        text.lines().any(|line| joins(line) || opens(line))
    }

    /// Whether a guide has shown, up to a place, a site of nginx with a certificate that certbot makes.
    pub fn shows_certificate(&self, guide: FileId, until: u32) -> bool {
        let Some(text) = self.text_of(self.document(guide)) else { return false };
        let names = |line: &str| {
            line.trim_start()
                .strip_prefix("ssl_certificate ")
                .is_some_and(|path| path.trim_start().starts_with("/etc/letsencrypt/live/"))
        };
        markdown::read(text.cut(..until as usize)).blocks.iter().any(|block| block.code.text().lines().any(names))
    }

    /// Where a guide has said, up to a place, that a site of Apache has a certificate that certbot makes.
    pub fn certificate_of_apache(&self, guide: FileId, until: u32) -> Option<Span> {
        let text = self.text_of(self.document(guide))?.cut(..until as usize);
        // A block in this directive counts only where the file is there.
        let blocks = markdown::read(text).blocks.into_iter().filter(|block| !block.code.text().contains("<IfFile"));
        let mut found = blocks.filter_map(|block| {
            let code = block.code.text();
            let line = code.lines().find(|line| {
                let mut words = line.split_whitespace();
                words.next().is_some_and(|word| word.eq_ignore_ascii_case("SSLCertificateFile"))
                    && words.next().is_some_and(|path| path.trim_matches('"').starts_with("/etc/letsencrypt/live/"))
            })?;
            let from = line.as_ptr() as usize - code.as_ptr() as usize + line.len() - line.trim_start().len();
            let place = block.code.place(from..from + line.trim().len());
            Some(Span::new(guide, place.start, place.end))
        });
        found.next()
    }

    /// Whether a text says that somebody renews a certificate by hand.
    pub fn tells_to_renew(&self, file: FileId) -> bool {
        const SAYS: [&str; 6] = [
            "renew manually",
            "manual renewal",
            "renew it by hand",
            "every 90 days",
            "every 60 days",
            "every 3 months",
        ];
        let text = self.text_of(self.document(file)).unwrap_or_default().to_lowercase();
        SAYS.iter().any(|word| text.contains(word))
    }

    /// The users that a guide makes for services, and in whose name nobody types: neither a shell nor a log-in of theirs is told.
    pub fn users_of_services(&self, guide: FileId) -> Vec<String> {
        let Some(guide) = self.guides().find(|own| own.file == guide) else { return Vec::new() };
        let text = self.text_of(self.document(guide.file)).unwrap_or_default();
        let typed = |user: &str| {
            let signs = [
                format!("su - {user}"),
                format!("su {user}"),
                format!("su -l {user}"),
                format!("su -s /bin/bash {user}"),
                format!("su -s /bin/bash - {user}"),
                format!("-iu {user}"),
                format!("-u {user} -i"),
                format!("-i -u {user}"),
                format!("-u {user} -s"),
                format!("-u {user} bash"),
                format!("-u {user} -H bash"),
                format!("-u {user} sh"),
                format!("{user}@"),
                "setfacl".to_owned(),
            ];
            // Members of their group may write where the group does.
            let joins = |line: &str| line.contains("usermod") && line.contains(user) && line.contains("USER");
            signs.iter().any(|sign| text.contains(sign.as_str())) || text.lines().any(joins)
        };
        let steps =
            guide.chapters().flatten().filter(|step| self.look(1) && matches!(step.name(), "useradd" | "adduser"));
        let system = steps.filter(|step| step.has("--system") || step.name() == "useradd" && step.has_short('r'));
        let users = system.filter_map(|step| step.arguments().iter().rev().find(|word| !word.value.starts_with('-')));
        let plain = |user: &&str| user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        users.map(|user| user.value.as_str()).filter(plain).filter(|user| !typed(user)).map(str::to_owned).collect()
    }

    /// Whether a guide says anything of who owns folders, or types as another user.
    pub fn tells_of_owners(&self, guide: FileId) -> bool {
        const SAYS: [&str; 9] =
            ["chown", "setfacl", "install -d", "install -o", "chmod 777", "chmod 775", "su - ", "sudo su", "sudo -i"];
        let text = self.text_of(self.document(guide)).unwrap_or_default();
        SAYS.iter().any(|word| text.contains(word))
    }

    /// The folder below `/opt`, `/srv` or `/var/www` that a guide has root make, nobody else is given, and a path of the guide's unit lies
    /// in: which one, and where. `None` as well where a script may have given it away.
    pub fn folder_kept_by_root(&self, unit: FileId, path: &str) -> Option<(&str, Span)> {
        const FOLDERS: [&str; 3] = ["/opt/", "/srv/", "/var/www/"];
        // The guide that shows the unit, or has its reader put it in.
        let told = self.told_at(Span::new(unit, 0, 0)).file;
        let name = base_name(&self.source(unit).path).to_owned();
        let puts_in = |own: &&LoadingFile| {
            own.steps().iter().any(|step| self.look(1) && step.words.iter().any(|word| base_name(&word.value) == name))
        };
        let guide = match told == unit {
            false => self.guides().find(|own| own.file == told)?,
            true => self.guides().find(puts_in)?,
        };
        let script = |step: &Step| {
            step.words.iter().any(|word| word.value.ends_with(".sh") && !word.value.contains("://"))
                || matches!(step.name(), "make" | "just" | "task" | "ansible-playbook")
        };
        if self.tells_of_owners(guide.file) || guide.chapters().flatten().any(|step| self.look(1) && script(step)) {
            return None;
        }
        let makes = |step: &&Step| step.name() == "mkdir" || step.is("git", &["clone"]);
        let holds = |word: &&Spanned<String>| {
            let folder = word.value.trim_end_matches('/');
            FOLDERS.iter().any(|root| folder.starts_with(root))
                && path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let mut steps = guide.chapters().flatten().filter(makes);
        steps.find_map(|step| {
            let folder = step.arguments().iter().find(holds)?;
            (step.inside.is_none() && !step.contained && !step.remote)
                .then_some((folder.value.trim_end_matches('/'), folder.span))
        })
    }

    /// Whether a guide has its reader start the application: as a unit that it shows, under pm2, or in containers.
    pub fn starts_the_application(&self, guide: FileId) -> bool {
        let Some(guide) = self.guides().find(|own| own.file == guide) else { return false };
        let shown =
            |unit: &Unit| self.source(unit.file).embedded.as_ref().is_some_and(|embedded| embedded.path == guide.path);
        let starts = |step: &Step| {
            let compose = step.name() == "docker-compose" || step.is("docker", &["compose"]);
            step.is("pm2", &["start"]) || step.is("docker", &["run"]) || compose && step.has("up")
        };
        self.units.iter().any(shown) || guide.chapters().flatten().any(|step| self.look(1) && starts(step))
    }

    /// Whether a guide takes another way than containers: it starts the application under systemd or pm2, and none of those.
    pub fn goes_without_containers(&self, guide: FileId) -> bool {
        let Some(guide) = self.guides().find(|own| own.file == guide) else { return false };
        // What a script does that is not here is its own affair.
        let script = |word: &str| {
            let name = word.rsplit('/').next().filter(|name| name.ends_with(".sh"));
            let Some(name) = name else { return false };
            let mut same =
                self.documents.iter().filter(|own| own.source.path.rsplit('/').next() == Some(name)).peekable();
            same.peek().is_none() || same.any(|own| self.text_of(own).is_none_or(|text| text.contains("docker")))
        };
        let brings = |step: &Step| {
            let container = matches!(step.name(), "docker" | "docker-compose" | "podman" | "podman-compose");
            let opaque = matches!(step.name(), "make" | "just" | "task");
            container || opaque || step.words.iter().any(|word| script(&word.value))
        };
        let shown = |unit: &Unit| {
            let source = self.source(unit.file);
            source.embedded.as_ref().is_some_and(|embedded| embedded.path == guide.path)
                && !source.text().contains("docker")
        };
        let steps = || guide.chapters().flatten().filter(|_| self.look(1));
        (self.units.iter().any(shown) || steps().any(|step| step.is("pm2", &["start"]))) && !steps().any(brings)
    }

    /// Whether a guide says that a switch of cookies is turned on once there is HTTPS.
    pub fn tells_to_turn_on(&self, name: &str) -> bool {
        let waits = name.contains("COOKIE") && name.contains("SECURE");
        let mut guides = self.documents.iter().filter(|document| waits && document.class.kind == Kind::Guide);
        let set = format!("{name}=true");
        let says = |line: &str| {
            let line = line.to_lowercase();
            line.contains("true") && (line.contains("https") || line.contains("tls"))
        };
        guides.any(|document| {
            let text = self.text_of(document).filter(|text| text.contains(name)).unwrap_or_default();
            text.contains(&set) || text.lines().any(|line| line.contains(name) && says(line))
        })
    }

    /// The directory that is made, cloned into or entered where a unit is installed, when the one that the unit works in is made by no
    /// step and spoken of nowhere else.
    pub fn made_instead_of(&self, unit: &Unit, folder: &str) -> Option<(String, Span)> {
        let folder = folder.trim_end_matches('/');
        let plain = folder.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
        if !plain || !is_of_server(folder) {
            return None;
        }
        let guide = self.source(unit.file).embedded.as_ref().map(|embedded| embedded.path.as_str());
        let stem = unit.name.trim_end_matches(".service");
        let installs = |file: &&LoadingFile| match guide {
            Some(guide) => file.path == guide,
            None => {
                let text = self.text_of(self.document(file.file)).unwrap_or_default();
                text.contains(&unit.name) || text.lines().any(|line| line.contains("systemctl") && line.contains(stem))
            }
        };
        let kind = |file: &LoadingFile| self.document(file.file).class.kind;
        let files: Vec<_> = self
            .loading
            .iter()
            .filter(|file| matches!(kind(file), Kind::Guide | Kind::Script))
            .filter(installs)
            .collect();
        // A key of a unit is no step.
        let of_unit = |line: &str| {
            let key = line.trim_start().split_once('=').map_or("", |(key, _)| key);
            key.starts_with(|c: char| c.is_ascii_uppercase()) && key.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        // What is spoken of lies in the same place: `/opt/shop` for `/opt/shop/api`.
        let depth = if folder.starts_with("/var/www/") || folder.starts_with("/home/") { 3 } else { 2 };
        let root = folder.match_indices('/').nth(depth).map_or(folder, |(at, _)| folder.cut(..at));
        if self.texts().any(|text| text.lines().any(|line| line.contains(root) && !of_unit(line))) {
            return None;
        }
        let steps = || files.iter().flat_map(|file| file.steps()).filter(|_| self.look(1));
        let makes = |step: &Step| matches!(step.name(), "mkdir" | "cd") || step.is("git", &["clone"]);
        let words = steps().filter(|step| makes(step)).flat_map(Step::arguments);
        let open = |text: &str| text.contains(['$', '<', '{', '*']);
        // What a variable says may be the directory.
        if words.clone().any(|word| open(&word.value)) {
            return None;
        }
        let made: Vec<_> = words.filter(|word| is_of_server(&word.value)).collect();
        let first = made.first()?;
        // Below a directory that is made lies what the project has.
        let there = made.iter().any(|word| {
            let own = word.value.trim_end_matches('/');
            let below = folder.strip_prefix(own).and_then(|rest| rest.strip_prefix('/'));
            own.starts_with(folder) || below.is_some_and(|rest| self.files.presence(rest) != Presence::Missing)
        });
        // `cd shop` in a directory that is made.
        let last = folder.rsplit('/').next().unwrap_or(folder);
        let brings =
            |step: &Step| makes(step) || matches!(step.name(), "cp" | "rsync" | "scp" | "mv" | "unzip" | "tar" | "ln");
        let named = |text: &str| text.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next() == Some(last);
        let entered = steps().any(|step| brings(step) && step.words.iter().any(|word| named(&word.value)));
        (!there && !entered).then(|| (first.value.clone(), first.span))
    }

    /// What the passage of a guide is for that a place stands in, also one in a file that the guide shows.
    pub fn passage(&self, span: Span) -> Passage {
        let told = self.told_at(span);
        let all = self.passages.get_or_init(|| self.passages_of_guides());
        let at = told.start as usize;
        let found = all.get(&told.file).map_or(&[][..], Vec::as_slice).iter().find(|(range, _)| range.contains(&at));
        found.map_or(Passage::Installation, |(_, passage)| *passage)
    }

    /// Whether two places stand in two ways to deploy that one guide has chapters for.
    pub fn are_ways_of_a_guide(&self, one: Span, other: Span) -> bool {
        let (one, other) = (self.told_at(one), self.told_at(other));
        let text = (one.file == other.file).then(|| self.text_of(self.document(one.file))).flatten();
        let text = text.filter(|text| self.look(1 + text.len() / 64));
        text.is_some_and(|text| guide::are_ways(text, one.start as usize, other.start as usize))
    }

    /// Whether a guide starts containers on the way that a place in it belongs to.
    pub fn starts_containers_beside(&self, span: Span) -> bool {
        let guide = self.told_at(span).file;
        let steps = self.loading.iter().filter(|file| file.file == guide).flat_map(|file| file.steps());
        let starts = |step: &&Step| {
            step.has("up") && (step.is("docker", &["compose"]) || step.name() == "docker-compose") && self.look(1)
        };
        steps.filter(starts).any(|step| !self.are_ways_of_a_guide(step.span, span))
    }

    /// Whether a place stands in no guide, or in one where a first installation goes the only way there is.
    pub fn is_at_first(&self, span: Span) -> bool {
        self.passage(span) == Passage::Installation
    }

    /// Whether a guide calls a command of a chapter about trouble a way out for the time being, in a comment on its line or above it.
    pub fn is_called_temporary(&self, span: Span) -> bool {
        const WORDS: [&str; 6] = ["temporar", "for now", "временн", "temporär", "temporal", "临时"];
        if self.passage(span) != Passage::Running {
            return false;
        }
        let text = self.text_of(self.document(span.file)).unwrap_or_default();
        let at = span.start as usize;
        let start = text.cut(..at).rfind('\n').map_or(0, |end| end + 1);
        let comment = |line: &str| line.split_once('#').map(|(_, said)| said.to_lowercase()).unwrap_or_default();
        let own = comment(text.cut(at..).lines().next().unwrap_or_default());
        let above = text.cut(..start).lines().next_back().filter(|line| line.trim_start().starts_with('#'));
        let said = [own, above.map(comment).unwrap_or_default()];
        said.iter().any(|said| WORDS.iter().any(|word| said.contains(word)))
    }

    fn passages_of_guides(&self) -> Passages {
        let guides = self.documents.iter().filter(|document| document.class.kind == Kind::Guide);
        let read = |document: &crate::model::Document| {
            let text = self.text_of(document).filter(|text| self.look(1 + text.len() / 64))?;
            let source = &document.source;
            Some((source.id, guide::passages(&source.path, &markdown::read(text), text)))
        };
        guides.filter_map(read).collect()
    }

    /// Whether a guide, or a script that speaks of nginx, says something.
    pub fn speaks_of_nginx(&self, file: FileId) -> bool {
        let document = self.document(file);
        document.class.kind != Kind::Script || self.text_of(document).is_none_or(|text| text.contains("nginx"))
    }

    /// The version of PHP that guides and scripts install, when they install one only, and where the first says so.
    pub fn installs_php(&self) -> Option<(String, Span)> {
        let steps =
            self.loading.iter().flat_map(|file| file.steps()).filter(|step| step.has("install") && self.look(1));
        let versions = steps.flat_map(|step| &step.words).filter_map(|word| {
            let version = word.value.strip_prefix("php")?.strip_suffix("-fpm")?;
            let plain = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            plain.then(|| (version.to_owned(), word.span))
        });
        let found: Vec<_> = versions.collect();
        let (first, span) = found.first()?.clone();
        found.iter().all(|(version, _)| *version == first).then_some((first, span))
    }

    /// Whether a step lets everybody in on a port of the server.
    pub fn lets_all_in(&self, port: u16) -> bool {
        let steps = self.loading.iter().flat_map(|file| file.steps());
        steps.filter(|_| self.look(1)).any(|step| step.opens_to_all(port).is_some())
    }

    /// Whether a guide or a script has the system's own Python, of a release in which pip may not install into it: the package of `apt`,
    /// and no word of a virtual environment, of another Python, or of an older release.
    pub fn refuses_pip(&self, file: FileId) -> bool {
        const OTHERS: [&str; 14] = [
            "venv",
            "virtualenv",
            "activate",
            "conda",
            "pyenv",
            "pipx",
            "poetry",
            "pipenv",
            "uv ",
            "break-system-packages",
            "BREAK_SYSTEM_PACKAGES",
            "EXTERNALLY-MANAGED",
            "deadsnakes",
            "get-pip",
        ];
        const BEFORE: [&str; 6] =
            ["Ubuntu 18.04", "Ubuntu 20.04", "Ubuntu 22.04", "Debian 10", "Debian 11", "Debian 9"];
        let Some(text) = self.text_of(self.document(file)) else { return false };
        let told = Release::all_told(text);
        let old = !told.is_empty() && told.iter().all(|own| BEFORE.contains(&own.name));
        let mut steps = self.loading.iter().filter(|own| own.file == file).flat_map(|own| own.steps());
        let by_apt = |step: &Step| {
            let brings = |word: &Spanned<String>| {
                matches!(word.value.as_str(), "python3" | "python3-pip" | "python3-dev" | "python3-full")
            };
            matches!(step.name(), "apt" | "apt-get") && step.has("install") && step.words.iter().any(brings)
        };
        !OTHERS.iter().any(|word| text.contains(word)) && !old && steps.any(|step| self.look(1) && by_apt(step))
    }

    /// Whether a container for users is given a port of the host.
    pub fn publishes_on_host(&self, port: u16) -> bool {
        let own = port.to_string();
        let given = |(first, last): &(u16, u16)| (*first..=*last).contains(&port);
        let takes = |service: &Service| service.ports.iter().any(|own| own.published.get().is_some_and(given));
        self.services().filter(|service| service.role >= Role::Staging && self.look(1)).any(takes)
            || self.left_running().flat_map(RunCall::published).any(|published| published.2 == own)
    }

    /// Whether a guide or a script starts a program of Node.js and speaks of no other language, and nothing here keeps it on the machine
    /// itself: it listens on every interface.
    pub fn starts_node(&self, file: FileId) -> bool {
        const OTHERS: [&str; 9] =
            ["uvicorn", "gunicorn", "python ", "python3 -m", "python3.", ".py", "artisan", "java -jar", "dotnet"];
        const KEPT: [&str; 12] = [
            "HOST=127",
            "HOST=localhost",
            "HOST: '127",
            "HOST: \"127",
            "HOSTNAME=127",
            "HOSTNAME=localhost",
            "HOSTNAME: '127",
            "HOSTNAME: \"127",
            "-H 127",
            "-H localhost",
            "--host 127",
            "--hostname 127",
        ];
        let starts = |step: &Step| {
            let manager =
                matches!(step.name(), "npm" | "yarn" | "pnpm") && (step.has("start") || step.has("start:prod"));
            step.is("pm2", &["start"]) || step.name() == "node" && !step.arguments().is_empty() || manager
        };
        // `DB_HOST=localhost` is another one.
        let whole = |text: &str, at: usize| !text.cut(..at).ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let kept = |text: &str| KEPT.iter().any(|word| text.match_indices(word).any(|(at, _)| whole(text, at)));
        let mut steps = self.loading.iter().filter(|own| own.file == file).flat_map(|own| own.steps());
        let other = |text: &str| OTHERS.iter().any(|word| text.contains(word));
        steps.any(|step| self.look(1) && starts(step))
            && !self.text_of(self.document(file)).is_none_or(other)
            && !self.texts().any(kept)
    }

    /// Whether the project says that `sudo` asks for no password.
    pub fn lets_sudo_without_password(&self) -> bool {
        self.texts().any(|text| text.contains("NOPASSWD") || text.contains("sudoers"))
    }

    /// The unit that has something in a folder of `/run` which neither a unit nor `tmpfiles.d` makes, nor a command that runs at each
    /// start.
    pub fn unit_in_run_folder(&self, name: &str) -> Option<&Unit> {
        let made = |text: &str| {
            let lines = || text.lines().filter(|line| line.contains(name));
            text.contains("tmpfiles") || lines().any(|line| line.contains("RuntimeDirectory"))
        };
        let folder = format!("/run/{name}/");
        let text = |unit: &Unit| self.text_of(self.document(unit.file)).unwrap_or_default();
        let configured = |unit: &Unit| {
            let binds = |process| Some(self.gunicorn_of_process(&process)?.bind.get()?.contains(&folder));
            self.processes_of(unit).any(|process| binds(process) == Some(true))
        };
        let has = |unit: &Unit| text(unit).contains(&folder) || configured(unit);
        let mut units = self.units.iter().filter(|unit| self.look(1) && has(unit)).peekable();
        let unit = *units.peek()?;
        // systemd makes the folder of a socket that it listens on itself.
        (units.all(|unit| unit.kind == UnitType::Service) && !text(unit).contains("mkdir") && !self.texts().any(made))
            .then_some(unit)
    }

    /// The commands of all chapters of a guide, when the chapter is the first.
    pub fn steps_of_chapters(&self, chapter: &Commands) -> Vec<&Step> {
        let guide = self.guides().find(|guide| guide.file == chapter.file);
        let guide = guide.filter(|_| !self.steps_of_guide(chapter).is_empty());
        guide.map_or_else(Vec::new, |guide| guide.chapters().flatten().collect())
    }

    /// The commands that somebody gives one after the other: those of all chapters of a guide, once, or those of a script.
    pub fn steps_together<'a>(&'a self, commands: &'a Commands) -> Vec<&'a Step> {
        match commands.kind {
            Kind::Guide => self.steps_of_chapters(commands),
            _ => commands.steps.iter().collect(),
        }
    }

    /// The commands of a guide that its reader gives on the server while nginx runs there, each behind the one that started it,
    /// when the chapter is the first.
    pub fn steps_beside_nginx(&self, chapter: &Commands) -> Vec<(&Step, &Step)> {
        let (mut running, mut seen, mut taken) = (None, false, false);
        let mut found = Vec::new();
        for step in self.steps_of_chapters(chapter) {
            if step.inside.is_some() || step.contained || step.remote {
                continue;
            }
            match step.acts_on_nginx() {
                // The plugin of certbot starts no nginx that is there already, and where a container has the port none starts.
                Some(true) if taken || seen && step.brings_nginx_along() => {}
                Some(true) => running = running.or(Some(step)),
                Some(false) => running = None,
                None => found.extend(running.map(|nginx| (nginx, step))),
            }
            seen |= step.acts_on_nginx().is_some();
            // `docker compose stop nginx`: there are containers, whatever started them.
            taken |= running.is_none() && self.takes_web_port(step).is_some();
            if step.stops_containers() && running.is_some_and(|nginx: &Step| nginx.brings_nginx_along()) {
                running = None;
            }
        }
        found
    }

    /// All commands of the guide that a chapter is of, when it is the first chapter: what goes over chapters is told once.
    pub fn steps_of_guide(&self, chapter: &Commands) -> &[Step] {
        let guide = self.guides().find(|guide| guide.file == chapter.file);
        // A chapter without commands is none to be judged.
        let first = guide.and_then(|guide| guide.chapters().find(|chapter| !chapter.is_empty()));
        let is_first = first
            .is_some_and(|first| first.first().map(|step| step.span) == chapter.steps.first().map(|step| step.span));
        guide.filter(|guide| is_first && self.look(guide.steps().len())).map_or(&[], Meaning::steps)
    }
}

/// Whether a path is one of a folder in which applications lie on a server.
fn is_of_server(path: &str) -> bool {
    ["/var/www/", "/opt/", "/srv/", "/home/"].iter().any(|root| path.starts_with(root))
}
