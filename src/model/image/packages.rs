//! Package managers in `RUN` lines: what is installed, what is removed.

use crate::source::Cut;

/// What a command does to the tools of an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Packages are installed by a manager; the name of a virtual package they are put into.
    Installs(Manager, Vec<String>, Option<String>),
    /// Packages, or a virtual package, are removed.
    Removes(Manager, Vec<String>),
    /// Something runs that can install anything.
    Opaque,
    /// Nothing that matters here.
    Nothing,
}

/// A package manager.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Manager {
    /// apt, apt-get, aptitude.
    Apt,
    /// apk.
    Apk,
    /// dnf, microdnf, yum, zypper.
    Rpm,
    /// pip, uv, pipx.
    Pip,
    /// npm, yarn, pnpm with a global flag.
    Npm,
}

/// What a command does. `words` is the command with its program first.
pub fn change(words: &[&str]) -> Change {
    let words = match words {
        ["sudo" | "exec" | "command" | "nice", rest @ ..] => rest,
        ["python" | "python3", "-m", rest @ ..] => rest,
        words => words,
    };
    let Some((program, rest)) = words.split_first() else { return Change::Nothing };
    let name = program.rsplit('/').next().unwrap_or(program);
    let manager = match name {
        "apt-get" | "apt" | "aptitude" => Manager::Apt,
        "apk" => Manager::Apk,
        "dnf" | "yum" | "microdnf" | "zypper" | "tdnf" => Manager::Rpm,
        "pip" | "pip3" | "pipx" => Manager::Pip,
        "uv" if matches!(rest, ["pip" | "tool", ..]) => Manager::Pip,
        "npm" | "yarn" | "pnpm" => Manager::Npm,
        // A script, a build, a tool that installs operating system packages.
        "sh" | "bash" | "ash" | "make" | "ansible-playbook" | "playwright" | "dpkg" | "rpm" | "nix-env" | "brew"
        | "conda" | "mamba" | "micromamba" | "rosetta" | "eval" | "source" | "." => return Change::Opaque,
        "npx" | "bunx" | "poetry" | "pdm" if rest.iter().any(|word| word.contains("playwright")) => {
            return Change::Opaque;
        }
        _ if name.ends_with(".sh") || program.starts_with("./") || program.starts_with('$') => return Change::Opaque,
        _ => return Change::Nothing,
    };
    let Some(verb) = rest.iter().position(|word| !(word.starts_with('-') || name == "uv" && *word == "pip")) else {
        return Change::Nothing;
    };
    let (action, arguments) = (rest[verb], &rest[verb + 1..]);
    let (mut packages, mut virtual_name, mut words) = (Vec::new(), None, arguments.iter());
    while let Some(word) = words.next() {
        match *word {
            "-t" | "--virtual" if manager == Manager::Apk => virtual_name = words.next().map(|&name| name.to_owned()),
            // Options that take a word.
            "-t" | "--target-release" | "-o" | "-c" | "--repository" | "-X" | "-r" | "--requirement" | "-i"
            | "--index-url" | "--extra-index-url" | "--prefix" | "--target" => {
                if matches!(*word, "-r" | "--requirement") {
                    packages.push("-r".to_owned());
                }
                words.next();
            }
            word if word.starts_with('-') => {
                if let Some(name) = word.strip_prefix("--virtual=") {
                    virtual_name = Some(name.to_owned());
                }
            }
            word => packages.push(package_name(word).to_owned()),
        }
    }
    match action {
        "install" | "add" | "in" | "localinstall" | "groupinstall" | "i" | "global" => {
            Change::Installs(manager, packages, virtual_name)
        }
        "remove" | "purge" | "del" | "erase" | "uninstall" => Change::Removes(manager, packages),
        _ => Change::Nothing,
    }
}

/// `curl=7.88*`, `curl~8`, `curl:amd64`, `supervisor==4.2`, `httpie[x]>=3` without what follows the name.
fn package_name(word: &str) -> &str {
    let end = word.find(['=', '~', ':', '<', '>', '[', '@']).filter(|&at| at > 0).unwrap_or(word.len());
    word.cut(..end)
}

/// Whether a package brings a tool. `None`: it may, among other things.
pub fn provides(manager: Manager, package: &str, tool: &str) -> Option<bool> {
    if package.contains('$') {
        return None;
    }
    let any = |list: &[&str]| Some(list.contains(&package));
    let begins = |list: &[&str]| Some(list.iter().any(|start| package.starts_with(start)));
    match manager {
        Manager::Pip => {
            let own = match tool {
                "supervisord" | "supervisorctl" => "supervisor",
                "http" => "httpie",
                tool => tool,
            };
            // Requirements files are not read; they hold servers and process managers, not downloaders.
            let script = !matches!(tool, "curl" | "wget" | "nc" | "crond" | "cron" | "ps" | "redis-cli" | "pg_isready");
            if package == own { Some(true) } else { (!script).then_some(false) }
        }
        Manager::Npm => {
            let system = matches!(tool, "curl" | "wget" | "nc" | "crond" | "cron" | "ps" | "python" | "python3");
            if system {
                Some(false)
            } else if package == tool {
                Some(true)
            } else {
                None
            }
        }
        Manager::Apt | Manager::Apk | Manager::Rpm => {
            if package == tool {
                return Some(true);
            }
            let found = match tool {
                "nc" => begins(&["netcat", "nmap-ncat", "busybox-extras"]),
                "netcat" => begins(&["netcat"]),
                "ncat" => any(&["nmap", "ncat", "nmap-ncat"]),
                "crond" => match manager {
                    // Debian's daemon is called cron.
                    Manager::Apt => any(&["busybox", "cronie"]),
                    _ => any(&["cronie", "dcron", "busybox-suid", "busybox-openrc"]),
                },
                "cron" => Some(manager == Manager::Apt && package == "cron"),
                "crontab" => any(&["cron", "cronie", "dcron", "bcron"]),
                "supervisord" | "supervisorctl" => any(&["supervisor", "py3-supervisor"]),
                "python3" => begins(&["python3", "py3-", "uwsgi-plugin-python"]),
                "python" => match manager {
                    Manager::Apk => begins(&["python3", "py3-"]),
                    _ => any(&["python-is-python3", "python", "python2"]),
                },
                "node" => any(&["nodejs", "nodejs-current", "npm"]),
                "npm" => any(&["nodejs", "nodejs-npm"]).filter(|found| !found).or(None),
                "ps" | "pgrep" | "pkill" => any(&["procps", "procps-ng"]),
                "psql" | "pg_isready" | "pg_dump" => begins(&["postgresql"]),
                "redis-cli" => begins(&["redis", "valkey"]),
                "mysqladmin" | "mysql" | "mariadb-admin" => {
                    Some(["mysql", "mariadb"].iter().any(|word| package.contains(word)))
                }
                "mongosh" | "mongo" => begins(&["mongodb"]),
                "http" => any(&["httpie"]),
                "telnet" => begins(&["telnet", "busybox-extras", "inetutils"]),
                "dumb-init" | "tini" | "gosu" | "su-exec" => Some(false),
                "php" => begins(&["php"]),
                "ruby" => begins(&["ruby"]),
                _ => Some(false),
            };
            match found {
                Some(false) if drags_in(package, tool) => None,
                found => found,
            }
        }
    }
}

/// The package that is asked for where a tool is wanted: its name in Debian 12 and in Alpine 3.20 (packages.debian.org,
/// pkgs.alpinelinux.org). `None`: no package of the distribution is known to bring it.
pub fn package_of(manager: Manager, tool: &str) -> Option<&'static str> {
    const PACKAGES: &[(&[&str], &str, &str)] = &[
        (&["curl"], "curl", "curl"),
        (&["wget"], "wget", "wget"),
        (&["git"], "git", "git"),
        (&["jq"], "jq", "jq"),
        (&["http"], "httpie", "httpie"),
        (&["nc"], "netcat-openbsd", "netcat-openbsd"),
        (&["telnet"], "telnet", "busybox-extras"),
        (&["ps", "pgrep", "pkill"], "procps", "procps"),
        (&["psql", "pg_isready", "pg_dump"], "postgresql-client", "postgresql-client"),
        (&["redis-cli"], "redis-tools", "redis"),
        (&["mysql", "mysqladmin", "mariadb-admin"], "mariadb-client", "mariadb-client"),
        (&["cron"], "cron", "dcron"),
        (&["crond"], "busybox", "dcron"),
        (&["supervisord", "supervisorctl"], "supervisor", "supervisor"),
        (&["python3"], "python3", "python3"),
        (&["node"], "nodejs", "nodejs"),
    ];
    let (_, apt, apk) = PACKAGES.iter().find(|(tools, ..)| tools.contains(&tool))?;
    match manager {
        Manager::Apt => Some(apt),
        Manager::Apk => Some(apk),
        _ => None,
    }
}

/// Packages that pull in downloaders or languages by dependency or recommendation.
fn drags_in(package: &str, tool: &str) -> bool {
    const DOWNLOADERS: [&str; 13] = [
        "devscripts",
        "debootstrap",
        "texlive",
        "chromium",
        "google-chrome",
        "wine",
        "ttf-mscorefonts",
        "firefox",
        "apt-file",
        "snapd",
        "build-base-full",
        "@",
        "ubuntu-",
    ];
    let begins = |list: &[&str]| list.iter().any(|start| package.starts_with(start));
    match tool {
        "curl" | "wget" => begins(&DOWNLOADERS) || package.ends_with(".deb") || package.ends_with(".rpm"),
        // Many packages depend on an interpreter.
        "python3" | "python" | "perl" | "node" | "jq" => true,
        "ps" | "pgrep" => begins(&["cron", "openjdk", "default-jre", "systemd", "dbus"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installs(line: &str) -> Vec<String> {
        match change(&line.split(' ').collect::<Vec<_>>()) {
            Change::Installs(_, packages, _) => packages,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn package_lists_lose_options_and_versions() {
        assert_eq!(installs("apt-get -y install --no-install-recommends curl=7.88* wget:amd64"), ["curl", "wget"]);
        assert_eq!(installs("apk add --no-cache --virtual .deps curl"), ["curl"]);
        assert_eq!(installs("python -m pip install -r requirements.txt supervisor==4.2"), ["-r", "supervisor"]);
        assert_eq!(change(&["apk", "del", ".deps"]), Change::Removes(Manager::Apk, vec![".deps".into()]));
        assert_eq!(change(&["./install.sh"]), Change::Opaque);
        assert_eq!(change(&["apt-get", "update"]), Change::Nothing);
    }

    #[test]
    fn packages_bring_tools() {
        assert_eq!(provides(Manager::Apt, "cron", "crond"), Some(false));
        assert_eq!(provides(Manager::Apk, "dcron", "crond"), Some(true));
        assert_eq!(provides(Manager::Apt, "netcat-openbsd", "nc"), Some(true));
        assert_eq!(provides(Manager::Apt, "gcc", "curl"), Some(false));
        assert_eq!(provides(Manager::Apt, "$DEPS", "curl"), None);
        assert_eq!(provides(Manager::Pip, "-r", "supervisord"), None);
        assert_eq!(provides(Manager::Pip, "-r", "curl"), Some(false));
        for manager in [Manager::Apt, Manager::Apk] {
            for tool in
                ["curl", "http", "nc", "ps", "pgrep", "pg_isready", "redis-cli", "mysqladmin", "crond", "telnet"]
            {
                let package = package_of(manager, tool).unwrap();
                assert_eq!(provides(manager, package, tool), Some(true), "{package} for {tool}");
            }
        }
        assert_eq!(package_of(Manager::Apt, "grpc_health_probe"), None);
    }
}
