//! Command to what it needs to be there: the files it names, and the programs it runs.

use std::collections::HashSet;

use super::said::lines_with;
use super::{Commands, Project};
use crate::model::starts::{ComposeCall, Joint, LoadingFile, Step};
use crate::model::{Kind, Meaning, guide};
use crate::source::{FileId, Presence, Role, Span, Spanned, below, directory, role_of};
use crate::syntax::shell::base_name;

/// Programs that no server has by itself, with the packages that bring them in Debian, Ubuntu, Fedora and Alpine. A name with a
/// dash at its end stands for all that begin with it.
///
/// From the package indices of these distributions, read on 2026-11-28.
const PROGRAMS: [(&str, &[&str]); 18] = [
    ("sqlite3", &["sqlite3", "sqlite"]),
    ("aws", &["awscli", "aws-cli", "awscli-", "awscliv2"]),
    ("rclone", &["rclone"]),
    ("pg_dump", &["postgresql", "postgresql-", "postgresql1"]),
    ("psql", &["postgresql", "postgresql-", "postgresql1"]),
    ("pg_restore", &["postgresql", "postgresql-", "postgresql1"]),
    ("mysqldump", &["mysql", "mysql-", "mariadb", "mariadb-", "default-mysql-"]),
    ("mariadb-dump", &["mariadb", "mariadb-"]),
    ("mongodump", &["mongodb-", "mongo-", "mongodb"]),
    ("redis-cli", &["redis", "redis-"]),
    ("restic", &["restic"]),
    ("borg", &["borgbackup"]),
    ("s3cmd", &["s3cmd"]),
    ("jq", &["jq"]),
    ("zip", &["zip"]),
    ("7z", &["p7zip", "p7zip-", "7zip"]),
    ("pigz", &["pigz"]),
    (
        "npm",
        &[
            "nodejs",
            "nodejs-",
            "node",
            "Node",
            "Node.js",
            "node.js",
            "NodeJS",
            "nodesource",
            "nvm",
            "fnm",
            "volta",
            "asdf",
            "mise",
        ],
    ),
];

/// Folders whose files are made by builds and package managers.
const BUILT: [&str; 14] = [
    "dist",
    "build",
    "target",
    "out",
    "bin",
    "node_modules",
    "venv",
    ".venv",
    "env",
    "vendor",
    "public",
    "static",
    ".next",
    "aws",
];

/// Endings of files that people, other programs or other machines make.
const MADE: [&str; 27] = [
    "pem", "crt", "key", "csr", "p12", "pub", "sql", "dump", "gz", "tgz", "tar", "zip", "jar", "war", "whl", "db",
    "sqlite", "sqlite3", "bak", "log", "deb", "rpm", "out", "exe", "sha256", "sig", "asc",
];

impl Project {
    /// The files of the project that a command reads and that are nowhere in it.
    pub fn missing_files<'a>(&self, commands: &Commands<'a>, step: &'a Step) -> Vec<&'a Spanned<String>> {
        let apart = step.contained || step.inside.is_some() || step.remote || step.flow.tested;
        if apart || !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.excuses(step) {
            return Vec::new();
        }
        // In an image lies what its build has put there.
        if !self.is_own_place(commands, step) || commands.run_in_image() {
            return Vec::new();
        }
        // A guide of several repositories goes from one into the next.
        if commands.kind == Kind::Guide && self.clones_several(commands) {
            return Vec::new();
        }
        let mut found = read_by(step);
        // What is made for developers is told to developers: `cp .env.example .env.development`.
        let target = step.copied().and_then(|copied| copied.to).map(|to| role_of(&to.value));
        if matches!(target, Some(Some(Role::Development | Role::Test))) {
            return Vec::new();
        }
        let cloned = commands.kind == Kind::Guide && self.is_cloned_above(commands, step);
        let own = |path: &str| is_own(path) || cloned && is_env_of_author(step, path);
        found.retain(|word| own(&word.value) && self.is_nowhere(step, &word.value));
        // `docker-compose.${COLOR}.yml`, where nothing says the colour.
        found.retain(|word| !base_name(&word.value).contains(".."));
        // The build of Next.js makes its own server.
        found.retain(|word| base_name(&word.value) != "server.js" || !self.builds_own_server());
        // A script that fetches something goes on in it.
        let fetches = |other: &Step| other.span.start < step.span.start && other.is("git", &["clone"]);
        if !found.is_empty() && commands.kind == Kind::Script && commands.steps.iter().any(fetches) {
            return Vec::new();
        }
        let elsewhere = || step.place.elsewhere.as_deref().is_some_and(|place| self.is_of_another_project(place));
        if !found.is_empty() && elsewhere() {
            return Vec::new();
        }
        found.retain(|word| !self.makes_file(base_name(&word.value)));
        // What git is told to leave out lies on the server, unless the guide has just cloned what git has.
        let kept = |path: &str| step.place.resolve(path).iter().any(|place| self.git.ignored(place).is_yes());
        found.retain(|word| cloned || !kept(&word.value));
        found.retain(|word| {
            let name = base_name(&word.value);
            !self.commands_of(commands).take_while(|other| other.span.start < step.span.start).any(|other| {
                let bodies = other.redirects.iter().map(|own| own.target.value.as_str());
                let words = other.words.iter().map(|word| word.value.as_str());
                words.chain(bodies).any(|text| text.ends_with(name))
            })
        });
        found
    }

    /// Whether a command fetches the project into a folder of this name on the server: `cd /var/www/shop/app; git pull`.
    pub fn is_fetched_into(&self, name: &str) -> bool {
        let fetches =
            |step: &Step| step.is("git", &["pull"]) || step.is("git", &["reset"]) || step.is("git", &["fetch"]);
        let there = |step: &Step| {
            step.place.elsewhere.as_deref().is_some_and(|place| base_name(place.trim_end_matches('/')) == name)
        };
        let all = self.commands();
        let mut steps = all.iter().flat_map(|commands| commands.steps);
        steps.any(|step| self.look(1) && fetches(step) && there(step))
    }

    /// Whether a script or guide beside a file, or at the top, makes a folder for it or fetches something into it: `tar -C src`.
    pub fn is_told_to_be_made(&self, path: &str, home: &str) -> bool {
        let Some(own) = below(path, directory(home)).filter(|own| !own.is_empty()) else { return false };
        let meant = |step: &Step| {
            let word = |word: &str| word.trim_start_matches("./").trim_end_matches('/') == own;
            step.words.iter().skip(1).any(|own| word(&own.value))
        };
        let makes = |step: &Step| matches!(step.tool(), "mkdir" | "tar" | "unzip" | "ln") || step.is("git", &["clone"]);
        let near = |file: &str| directory(file) == directory(home) || directory(home).is_empty();
        let files = self.loading.iter().filter(|file| near(&file.path));
        files.flat_map(|file| file.steps()).any(|step| self.look(1) && makes(step) && meant(step))
    }

    /// Whether a directory of the server is that of another project: what is fetched is fetched elsewhere, and not on the way to it,
    /// or else the Compose files of this project are started elsewhere.
    pub fn is_of_another_project(&self, place: &str) -> bool {
        if self.lends_from(base_name(place.trim_end_matches('/'))) {
            return true;
        }
        let all = self.commands();
        let pulls =
            all.iter().flat_map(|commands| commands.steps).filter(|step| self.look(1) && step.is("git", &["pull"]));
        let pulled: Vec<&str> = pulls.filter_map(|step| step.place.elsewhere.as_deref()).collect();
        let started = || {
            let own = |call: &&ComposeCall| {
                let is_here = |file: &str| self.files.presence(base_name(file)) == Presence::File;
                !call.files.is_empty() && call.files.iter().all(|file| self.look(1) && is_here(&file.value))
            };
            self.calls().iter().map(|(_, call)| call).filter(own).filter_map(|call| call.place.elsewhere.as_deref())
        };
        let places = if pulled.is_empty() { started().collect() } else { pulled };
        let mut places = places.into_iter().peekable();
        let apart =
            |own: &str| !place.starts_with(own) && !own.starts_with(place) && base_name(own) != base_name(place);
        places.peek().is_some() && places.all(apart)
    }

    /// Whether a network or a volume comes from the project of this name: Compose calls them `shop_default`, and for this project they are
    /// `external:`.
    fn lends_from(&self, project: &str) -> bool {
        let project = project.to_ascii_lowercase();
        let of_it = |name: &str| name.strip_prefix(project.as_str()).is_some_and(|rest| rest.starts_with('_'));
        // What is made by hand, `docker network create shop_web`, may be this project's own, where no other folder is seen.
        let apart = || {
            let places = self.calls().iter().filter_map(|(_, call)| call.place.elsewhere.as_deref());
            places.filter(|_| self.look(1)).any(|place| {
                let own = base_name(place.trim_end_matches('/'));
                own.starts_with(|c: char| c.is_alphanumeric()) && !own.eq_ignore_ascii_case(&project)
            })
        };
        let made = |name: &str| {
            let all = self.commands();
            let mut steps = all.iter().flat_map(|commands| commands.steps);
            steps.any(|step| self.look(1) && step.name() == "docker" && step.has("create") && step.has(name))
        };
        let mut resources = self.compose.iter().flat_map(|set| set.networks.iter().chain(&set.volumes));
        !project.is_empty()
            && resources.any(|own| {
                own.external && self.look(1) && of_it(&own.name.value) && (!made(&own.name.value) || apart())
            })
    }

    /// Whether an image takes the server that Next.js builds with `output: "standalone"`.
    fn builds_own_server(&self) -> bool {
        let copies = self.dockerfiles.iter().flat_map(|file| &file.stages).flat_map(|stage| &stage.steps);
        let mut sources = copies.filter_map(|step| step.copy()).flat_map(|copy| &copy.sources);
        sources.any(|source| self.look(1) && source.value.contains(".next/standalone"))
    }

    /// Whether the repository is cloned in front of a command: what git does not have is not there.
    fn is_cloned_above(&self, commands: &Commands, step: &Step) -> bool {
        let above = |other: &&Step| other.span.start < step.span.start && other.is("git", &["clone"]);
        self.commands_of(commands).any(|other| above(&other))
    }

    /// Whether more than one repository is cloned by the commands of a file.
    fn clones_several(&self, commands: &Commands) -> bool {
        let clones = self.commands_of(commands).filter(|step| step.is("git", &["clone"]));
        let address = |step: &Step| {
            let words = step.arguments().iter().find(|word| word.value.contains([':', '/']));
            words.map(|word| base_name(word.value.trim_end_matches(".git")).to_owned())
        };
        clones.filter_map(address).collect::<HashSet<_>>().len() > 1
    }

    /// Whether a guide shows a file, so that its reader has it.
    pub fn is_shown(&self, commands: &Commands, path: &str) -> bool {
        let (text, name) = (self.source(commands.file).text(), base_name(path));
        commands.kind == Kind::Guide && (guide::asks_for(text, name) || guide::shows(text, name).unwrap_or(true))
    }

    /// Whether the guide that a file stands in shows a service of this name.
    pub fn is_shown_beside(&self, file: FileId, name: &str) -> bool {
        self.guide_of(file).is_some_and(|guide| {
            let text = guide.source.text();
            self.look(1 + text.len() / 1024) && has_key(text, name)
        })
    }

    /// Whether a guide shows a service of this name, in a Compose file that its reader writes.
    pub fn shows_service(&self, commands: &Commands, name: &str) -> bool {
        commands.kind == Kind::Guide && has_key(self.source(commands.file).text(), name)
    }

    /// All commands of the file that some are of: a guide has chapters.
    pub(super) fn commands_of<'a>(&'a self, commands: &Commands<'a>) -> impl Iterator<Item = &'a Step> {
        let guide = self.guides().find(|guide| guide.file == commands.file).map(Meaning::steps);
        let steps = guide.unwrap_or(commands.steps);
        steps.iter().filter(|_| self.look(1))
    }

    /// Whether a command runs where the project lies: a directory of the server is that when another command there speaks of
    /// something that the project has.
    fn is_own_place(&self, commands: &Commands, step: &Step) -> bool {
        let Some(place) = &step.place.elsewhere else {
            let there = |place: &String| place.is_empty() || self.files.presence(place) != Presence::Missing;
            return step.place.directories().iter().any(there);
        };
        // A script often goes where it has fetched something else.
        if commands.kind == Kind::Script && !is_compose(step) {
            return false;
        }
        let has = |path: &str| self.files.presence(path) != Presence::Missing;
        let speaks = |other: &&Step| {
            let words = || other.words.iter().filter(|word| word.value.len() > 1 && !word.value.starts_with('-'));
            let known = || words().any(|word| other.place.resolve(&word.value).iter().any(|path| has(path)));
            let whole =
                other.is("docker", &["compose"]) || other.name() == "docker-compose" || other.is("git", &["pull"]);
            other.place.elsewhere.as_ref() == Some(place) && (whole || known())
        };
        self.commands_of(commands).any(|other| speaks(&other))
    }

    fn is_nowhere(&self, step: &Step, path: &str) -> bool {
        let places = step.place.resolve(path);
        let name = base_name(path);
        let made = |place: &String| place.split('/').any(|part| BUILT.contains(&part));
        !places.is_empty()
            && !places.iter().any(made)
            && places.iter().all(|place| self.files.presence(place) == Presence::Missing)
            && !self.file_names().contains(name)
    }

    /// The names of all files.
    fn file_names(&self) -> &HashSet<String> {
        self.file_names.get_or_init(|| self.files.files().map(|path| base_name(path).to_owned()).collect())
    }

    /// Whether the project sets up a server by itself, and none of the packages it installs there brings a program.
    pub fn lacks_program(&self, program: &str) -> bool {
        let Some((_, packages)) = PROGRAMS.iter().find(|(name, _)| *name == program) else { return false };
        // What is deployed by AWS CodeDeploy runs on machines of AWS, whose images often bring its tools.
        if program == "aws" && self.files.files().any(|path| base_name(path) == "appspec.yml") {
            return false;
        }
        // A pipeline may do it as well, through SSH, or `docs/backups.md` say it; and where Docker alone runs and nothing
        // installs it, people set the server up.
        let installed = |words: &[&str]| {
            let line = |text: &str, word: &str| lines_with(text, word).any(|line| line.contains("install"));
            self.texts().any(|text| words.iter().any(|word| line(text, word)) && self.look(1))
        };
        // `npm install` puts it nowhere.
        let by_apt = |line: &str| line.contains("apt") && line.contains("install");
        if program == "npm" && self.texts().any(|text| lines_with(text, "npm").any(by_apt)) {
            return false;
        }
        let docker = ["docker", "docker.io", "docker-ce", "get-docker.sh", "get.docker.com"];
        let composed = || self.compose.iter().any(|set| set.role >= Role::Staging && !set.alone);
        let in_containers = self.units_of_host().is_empty() && composed();
        if installed(packages) || in_containers && !installed(&docker) && !self.says(&["get.docker.com"]) {
            return false;
        }
        let mut installs = false;
        for (kind, path, step) in self.on_servers() {
            let brings = |word: &str| {
                let bare = word.split(['=', ':', '<', '>']).next().unwrap_or(word).to_ascii_lowercase();
                let fits = |own: &&&str| bare == **own || own.ends_with(['-', '1']) && bare.starts_with(**own);
                packages.iter().any(|own| fits(&own))
            };
            // From elsewhere: `curl .../awscli-exe-linux-x86_64.zip`, `snap install aws-cli`, `install rclone.sh`.
            let said = step.words.iter().any(|word| {
                brings(&word.value) || packages.iter().any(|own| word.value.contains(own.trim_end_matches(['-', '1'])))
            });
            let is_install = step.words.iter().any(|word| matches!(word.value.as_str(), "install" | "add" | "-S"));
            let fetched = matches!(step.tool(), "curl" | "wget" | "pip" | "pip3" | "pipx" | "snap" | "brew" | "unzip");
            if said && (is_install || fetched) {
                return false;
            }
            let by_system =
                matches!(step.name(), "apt" | "apt-get" | "dnf" | "yum" | "apk" | "pacman" | "zypper") && is_install;
            let names_set_up = kind == Kind::Guide || is_set_up(path);
            // What is put in by a variable may be anything.
            if by_system && step.words.iter().any(|word| word.value.contains('$')) {
                return false;
            }
            installs |= by_system && names_set_up;
        }
        installs
    }

    /// Whether a file that was read, or the name of one, has one of these words in it, however it is spelled.
    pub fn says(&self, words: &[&str]) -> bool {
        let named = |path: &str| words.iter().any(|word| path.to_ascii_lowercase().contains(word));
        self.files.files().any(|path| self.look(1) && named(path))
            || self.documents.iter().any(|document| {
                let text = document.source.text();
                !self.look(1 + text.len() / 1024) || words.iter().any(|word| text.to_lowercase().contains(word))
            })
    }

    /// Whether a command reads a dump back.
    pub fn reads_dumps(&self) -> bool {
        let reads = |step: &Step| {
            let client = matches!(step.tool(), "psql" | "mysql" | "mariadb" | "sqlite3");
            let fed =
                step.before == Joint::Pipe || step.redirects.iter().any(|own| own.operator == "<") || step.has("-f");
            matches!(step.tool(), "pg_restore" | "mongorestore") || client && fed
        };
        self.on_servers().any(|(.., step)| reads(step))
    }

    /// Whether the project makes directories on its servers, and speaks of this one nowhere but here.
    pub fn makes_folders_but(&self, folder: &str, here: Span) -> bool {
        let makes = |step: &Step| step.name() == "mkdir" || step.name() == "install" && step.has("-d");
        if !self.on_servers().any(|(.., step)| makes(step)) {
            return false;
        }
        let last = base_name(folder);
        self.documents.iter().all(|document| {
            let text = document.source.text();
            if !self.look(1 + text.len() / 4096) {
                return false;
            }
            text.match_indices(last).all(|(at, _)| {
                let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
                let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |own| at + own);
                let line = Span::new(document.source.id, start, end);
                let own = line.contains(here) || here.contains(line);
                let body = text.get(start..end).unwrap_or_default();
                own || !["mkdir", "install", ":/", "Directory", "volume", "mount"]
                    .iter()
                    .any(|word| body.contains(word))
                    && !body.contains('=')
            })
        })
    }

    /// Whether anything of the project may make a folder of the host: a line that names it, or its last part behind a variable, and is
    /// about folders, or keeps it in a variable; programs for whole servers that are not read.
    pub fn may_make_folder(&self, folder: &str) -> bool {
        const MAKERS: [&str; 9] =
            ["mkdir", "install", "Directory", "makedirs", "tmpfiles", "volume", "mount", "chown", ":/"];
        const SERVERS: [&str; 6] = ["ansible", "roles", "tmpfiles.d", "debian", "puppet", "salt"];
        let last = base_name(folder);
        self.files.files().any(|path| self.look(1) && path.split('/').any(|part| SERVERS.contains(&part)))
            || self.documents.iter().any(|document| {
                let text = document.source.text();
                let kind = document.class.kind;
                let script = matches!(kind, Kind::Script | Kind::Guide | Kind::Workflow);
                !self.look(1 + text.len() / 4096)
                    || text.contains(last)
                        && text.lines().any(|line| {
                            let named = line.contains(folder) || line.contains('$') && line.contains(last);
                            let makes = named
                                && MAKERS.iter().any(|word| line.contains(word))
                                && (kind != Kind::Unit || !line.starts_with("Standard"));
                            makes || script && line.contains(folder) && line.contains('=') && !line.contains(" --")
                        })
            })
    }

    /// Whether a command on a server, or in an image, makes a directory, or one below it.
    pub fn makes_folder(&self, folder: &str) -> bool {
        let makes = |step: &Step| step.name() == "mkdir" || step.name() == "install" && step.has("-d");
        let meant = |word: &str| below(word.trim_end_matches('/'), folder).is_some();
        self.anywhere().any(|step| makes(step) && step.words.iter().any(|word| meant(&word.value)))
    }

    /// Whether a script or guide switches on `ufw`, which lets in what it is told, and none opens a port. Ports that Docker publishes
    /// go around it.
    pub fn firewall_closes(&self, port: u16) -> bool {
        let commands = self.commands();
        let steps = || commands.iter().flat_map(|own| own.steps).filter(|step| step.name() == "ufw" && self.look(1));
        let opens = |step: &Step| step.opened().is_some_and(|opened| opened.may_open(port));
        steps().any(|step| step.has("enable")) && !steps().any(opens)
    }

    /// Whether a command on a server, or in an image, makes a user.
    pub fn makes_user(&self, name: &str) -> bool {
        self.anywhere().any(|step| matches!(step.name(), "useradd" | "adduser") && step.has(name))
    }

    /// Whether a command on a server makes a user; one of an image has a home there, if any.
    pub(super) fn makes_user_on_server(&self, name: &str) -> bool {
        let mut steps = self.on_servers().map(|(.., step)| step);
        steps.any(|step| matches!(step.name(), "useradd" | "adduser") && step.has(name))
    }

    /// Whether a user is made without a password, and nothing gives one or lets `sudo` go without: nobody becomes root with `sudo` as that
    /// user.
    pub fn has_no_password(&self, user: &str) -> bool {
        let steps = || self.on_servers().map(|(.., step)| step);
        let asks = |step: &Step| step.name() == "adduser" && !step.makes_locked_user() && step.arguments().len() == 1;
        let gives =
            |step: &Step| step.name() == "chpasswd" || (step.name() == "passwd" || asks(step)) && step.has(user);
        steps().any(|step| step.makes_locked_user() && step.has(user))
            && !steps().any(gives)
            && !self.lets_sudo_without_password()
    }

    /// The commands that run on servers or make images.
    fn anywhere(&self) -> impl Iterator<Item = &Step> {
        self.on_servers().map(|(.., step)| step).chain(self.commands_of_images().flat_map(|commands| commands.steps))
    }

    /// Whether a script, or the schedule that runs it, says where programs are.
    pub fn sets_path(&self, commands: &Commands, schedule: Span) -> bool {
        let says = |file| {
            let mut lines = self.source(file).text().lines();
            lines.any(|line| line.trim_start().trim_start_matches("export ").starts_with("PATH="))
        };
        says(schedule.file) || says(commands.file)
    }

    /// Whether the package manager of the system brings a program, as far as the project shows.
    pub fn brings_package(&self, program: &str) -> bool {
        let packages = PROGRAMS.iter().find(|(name, _)| *name == program).map_or(&[][..], |(_, packages)| packages);
        self.on_servers().any(|(.., step)| {
            let by_system = matches!(step.name(), "apt" | "apt-get" | "dnf" | "yum" | "apk" | "pacman" | "zypper");
            by_system && (step.has(program) || packages.iter().any(|own| step.has(own)))
        })
    }

    /// The commands that run on servers: those of scripts and of guides about deployment.
    fn on_servers(&self) -> impl Iterator<Item = (Kind, &str, &Step)> {
        let guides: HashSet<_> = self.guides().map(|guide| guide.file).collect();
        let own = move |file: &&LoadingFile| {
            let kind = self.document(file.file).class.kind;
            kind == Kind::Script || kind == Kind::Guide && guides.contains(&file.file)
        };
        let files = self.loading.iter().filter(own);
        files.flat_map(|file| {
            let kind = self.document(file.file).class.kind;
            let steps = file.steps().iter().filter(|_| self.look(1));
            let steps = steps.filter(|step| !step.contained && step.inside.is_none());
            steps.map(move |step| (kind, file.path.as_str(), step))
        })
    }
}

fn is_compose(step: &Step) -> bool {
    step.is("docker", &["compose"]) || step.name() == "docker-compose"
}

/// The package that brings a program, the name of the program where none is known.
pub fn package_of(program: &str) -> &str {
    let row = PROGRAMS.iter().find(|(name, _)| *name == program);
    row.and_then(|(_, packages)| packages.first().copied()).unwrap_or(program)
}

/// Whether a script says by its name that it sets a server up.
fn is_set_up(path: &str) -> bool {
    const WORDS: [&str; 8] = ["setup", "install", "provision", "bootstrap", "init", "server", "prepare", "harden"];
    base_name(path).split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// What a command reads of the project: what it copies, runs, or hands to Docker.
fn read_by(step: &Step) -> Vec<&Spanned<String>> {
    let words = step.arguments();
    let plain = |word: &&Spanned<String>| !word.value.starts_with('-');
    let after = |names: &[&str]| {
        let at = words.iter().position(|word| names.contains(&word.value.as_str()));
        at.and_then(|at| words.get(at + 1))
    };
    let mut found: Vec<&Spanned<String>> = Vec::new();
    match step.name() {
        _ if is_compose(step) => {
            let verb =
                words.iter().position(|word| matches!(word.value.as_str(), "exec" | "run")).unwrap_or(words.len());
            let options = words.get(..verb).unwrap_or_default();
            let files = options.windows(2).filter(|two| matches!(two[0].value.as_str(), "-f" | "--file"));
            found.extend(files.map(|two| &two[1]));
        }
        "docker" if step.is("docker", &["build"]) => found.extend(after(&["-f", "--file"])),
        "cp" | "install" => found.extend(step.copied().map(|copied| copied.from).unwrap_or_default()),
        "bash" | "sh" | "zsh" if !words.iter().any(|word| word.value == "-c" || word.value == "-s") => {
            found.extend(words.iter().find(plain));
        }
        "python" | "python3" | "node" | "ruby" => {
            let first = words.first().filter(|word| [".py", ".js", ".rb"].iter().any(|end| word.value.ends_with(end)));
            found.extend(first);
        }
        "chmod" => found.extend(words.iter().filter(plain).skip(1).filter(|word| word.value.ends_with(".sh"))),
        _ => {}
    }
    let program = step.argv().first().filter(|word| word.value.starts_with("./") && word.value.ends_with(".sh"));
    found.extend(program);
    found
}

/// Whether a text has a line with nothing but a key of this name: `db:`.
fn has_key(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.trim().strip_suffix(':') == Some(name))
}

/// Whether a command makes the env file of another one with values, which only its author has: `cp .env.production .env`.
fn is_env_of_author(step: &Step, path: &str) -> bool {
    let is_env = |path: &str| base_name(path).starts_with(".env");
    let plain =
        !path.starts_with(['/', '~']) && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b));
    let into = step.copied().and_then(|copied| copied.to).is_some_and(|to| is_env(&to.value));
    step.name() == "cp" && plain && is_env(path) && base_name(path) != ".env" && into
}

/// Whether a path is one of a file that a project would have, as it is written.
fn is_own(path: &str) -> bool {
    let name = base_name(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let certain = !path.starts_with(['/', '~', '-']) && !path.starts_with("..");
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b));
    let template = ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
    let env = name.starts_with(".env") || ending == "env";
    let made =
        MADE.contains(&ending.to_ascii_lowercase().as_str()) || path.split('/').any(|part| BUILT.contains(&part));
    let usual = !stem.is_empty() && !ending.is_empty() || env;
    // `script-name.sh` stands for any.
    let any = matches!(stem, "name" | "filename" | "your") || ["-name", "_name"].iter().any(|end| stem.ends_with(end));
    certain && plain && usual && !made && !any && !name.starts_with("your") && (!env || template)
}
