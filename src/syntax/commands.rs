//! Files that say, besides much else, what is started and how env files are loaded: scripts, makefiles, units, workflows,
//! guides, manifests. They are read only when there is a word in them without which they say nothing about it.
//!
//! Guides have no comments on purpose: nothing in them is judged, and one may show how a waiver is written.

use super::{Claim, Name, lines, manifest, shell};
use crate::source::{FileId, Source, Span, Spanned, directory};

/// A file as written. What a shell runs of it is read by `snippets`.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The lines of a manifest that are neither empty nor comments.
    pub lines: Vec<Spanned<String>>,
    /// The comments that speak to gonogo, and the lines of commands.
    comments: Vec<Span>,
    commands: Vec<Span>,
}

impl super::Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _file: FileId) -> Vec<Span> {
        self.commands.clone()
    }
}

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let name = Name::new(&source.path);
    let mut file = File::default();
    if !manifest::libraries(&name).is_empty() {
        file.lines = lines::parse(source).lines;
    } else if name.ending() != "md" && memchr::memmem::find(source.text().as_bytes(), b"# gonogo:").is_some() {
        file.read_comments(source);
    }
    file
}

impl File {
    /// The comments of a waiver and the commands they can be about: lines, those that a backslash continues as one.
    fn read_comments(&mut self, source: &Source) {
        let mut start = 0;
        let mut goes_on = false;
        for line in source.text().split_inclusive('\n') {
            let body = line.trim_end();
            let span = Span::new(source.id, start, start + body.len());
            start += line.len();
            if let Some(at) = body.find("# gonogo:") {
                self.comments.push(span.slice(at, body.len()));
            }
            let own = !body.trim_start().starts_with('#') && !body.is_empty();
            match self.commands.last_mut().filter(|_| goes_on) {
                Some(last) => last.end = span.end,
                None if own => self.commands.push(span),
                None => {}
            }
            goes_on = own && body.ends_with('\\');
        }
    }
}

/// Shell scripts, those without an ending among them where scripts are kept, or where their name says what they do.
pub fn script(name: &Name) -> Claim {
    const FOLDERS: [&str; 15] = [
        "bin",
        "script",
        "scripts",
        "deploy",
        "deployment",
        "docker",
        "ops",
        "tools",
        "hack",
        "ci",
        "cron.hourly",
        "cron.daily",
        "cron.weekly",
        "cron.monthly",
        "init.d",
    ];
    if matches!(name.ending(), "sh" | "bash") {
        return Claim::by_content(true, |_, bytes| (bytes.len() <= LARGEST).then_some("a shell script by its name"));
    }
    const NAMES: [&str; 8] = ["start", "run", "up", "deploy", "launch", "install", "setup", "update"];
    let folder = || directory(name.path).rsplit('/').next().unwrap_or_default();
    let kept = || FOLDERS.contains(&folder()) || NAMES.contains(&name.file);
    Claim::by_content(!name.file.contains('.') && kept(), |name, bytes| {
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let Some(first) = std::str::from_utf8(first).ok()?.strip_prefix("#!") else {
            return (NAMES.contains(&name.file) && bytes.len() <= LARGEST && starts_containers(bytes))
                .then_some("a shell script by its commands");
        };
        let program = first.split_whitespace().find(|word| shell::base_name(word) != "env")?;
        (shell::is_shell(program) && bytes.len() <= LARGEST).then_some("a shell script by its first line")
    })
}

/// Whether a line begins with a command for Docker, as one of a script that has no first line of its own.
fn starts_containers(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    text.lines()
        .any(|line| ["docker compose ", "docker-compose ", "docker run "].iter().any(|own| line.starts_with(own)))
}

/// Larger ones are no work of people.
const LARGEST: usize = 1 << 20;

/// Makefiles.
pub fn makefile(name: &Name) -> Claim {
    Claim::by_content(name.ending() == "mk" || matches!(name.file, "Makefile" | "makefile" | "GNUmakefile"), look)
}

/// The files of other programs that run tasks.
pub fn tasks(name: &Name) -> Claim {
    // The names that `task` looks for are of two spellings; `just` takes any.
    let task = matches!(name.stem(), "taskfile" | "taskfile.dist") && name.is_yaml();
    Claim::by_content(task || matches!(name.lower(), "justfile" | ".justfile"), look)
}

/// What a build server does.
pub fn workflow(name: &Name) -> Claim {
    Claim::by_content(is_workflow(name), look)
}

/// Whether a build server reads a file, whatever else its name says.
pub fn is_workflow(name: &Name) -> bool {
    const FILES: [&str; 12] = [
        ".gitlab-ci.yml",
        "bitbucket-pipelines.yml",
        ".travis.yml",
        ".drone.yml",
        ".woodpecker.yml",
        "azure-pipelines.yml",
        "buildspec.yml",
        "cloudbuild.yaml",
        "appveyor.yml",
        ".cirrus.yml",
        "action.yml",
        "action.yaml",
    ];
    const FOLDERS: [&str; 6] =
        [".github/workflows", ".gitea/workflows", ".forgejo/workflows", ".circleci", ".woodpecker", ".gitlab/ci"];
    let folder = directory(name.path);
    let within = |known: &str| folder.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    name.is_yaml() && (FILES.contains(&name.file) || FOLDERS.iter().any(|known| within(known)))
}

/// `Procfile`.
pub fn procfile(name: &Name) -> Claim {
    Claim::by_content(name.file == "Procfile", |_, bytes| (bytes.len() <= LARGEST).then_some("by its name"))
}

/// What direnv runs when somebody enters a directory.
pub fn envrc(name: &Name) -> Claim {
    Claim::by_content(name.file == ".envrc", look)
}

/// Instructions for people.
pub fn guide(name: &Name) -> Claim {
    Claim::by_content(name.ending() == "md", |name, bytes| {
        let says = || is_for_deployment(name).then_some("a deployment guide by its name");
        let keeps = || is_about_server(name).then_some("a text about a server by its name");
        look(name, bytes).or_else(|| says().or_else(keeps).filter(|_| bytes.len() <= LARGEST))
    })
}

/// Whether a text says by its name that it is about what a server has, or how its data is kept. Its commands are known, and not judged.
fn is_about_server(name: &Name) -> bool {
    const WORDS: [&str; 8] = ["backup", "backups", "restore", "operations", "ops", "server", "install", "installation"];
    name.stem().split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.iter().any(|own| word.eq_ignore_ascii_case(own)))
}

/// Whether a guide says by its name, or that of its folder, that it is about bringing the project to a server.
pub fn is_for_deployment(name: &Name) -> bool {
    const WORDS: [&str; 9] =
        ["deploy", "deployment", "deployments", "deploying", "production", "hosting", "selfhosting", "runbook", "vps"];
    const OTHERS: [&str; 5] = ["dev", "development", "local", "changelog", "contributing"];
    let says =
        |text: &str, words: &[&str]| text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    let folder = directory(name.path).rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let named = says(name.stem(), &WORDS) || says(&folder, &WORDS) || is_for_a_server(name.stem());
    // What lies in hidden folders is for tools.
    let hidden = name.path.starts_with('.') || name.path.contains("/.");
    let past = is_past(name.path);
    named && !hidden && !past && !says(name.stem(), &OTHERS) && !says(&folder, &OTHERS)
}

/// Whether a name says how a server is set up, or how people run the project on their own: `SERVER_SETUP.md`, `self-hosted.md`.
fn is_for_a_server(stem: &str) -> bool {
    const OTHERS: [&str; 7] = ["mcp", "game", "minecraft", "test", "mock", "runner", "runners"];
    let words: Vec<String> = stem.split(|c: char| !c.is_alphanumeric()).map(str::to_ascii_lowercase).collect();
    let has = |own: &[&str]| words.iter().any(|word| own.contains(&word.as_str()));
    let own = has(&["selfhosted", "selfhost"]) || has(&["self"]) && has(&["hosted", "host"]);
    let sets_up = has(&["setup", "install", "installation", "provisioning", "bootstrap"]);
    (own || has(&["server"]) && sets_up) && !has(&OTHERS)
}

/// Whether a path says that what lies there is kept for memory: nobody follows it any more.
pub fn is_past(path: &str) -> bool {
    const PAST: [&str; 8] = ["old", "archive", "archives", "archived", "legacy", "deprecated", "obsolete", "outdated"];
    path.split(|c: char| !c.is_alphanumeric()).any(|word| PAST.iter().any(|past| word.eq_ignore_ascii_case(past)))
}

/// Manifests that can ask for a library that loads env files, or for a framework.
pub fn manifest(name: &Name) -> Claim {
    Claim::by_content(!manifest::libraries(name).is_empty(), |name, bytes| {
        let text = std::str::from_utf8(bytes).unwrap_or("");
        let asks = || manifest::is_python(name) && text.lines().any(|line| manifest::framework(line).is_some());
        let compiled = || manifest::asks_for_compiled(name, text).then_some("it asks for packages that are compiled");
        let prisma = || text.contains("\"prisma\"").then_some("it asks for Prisma");
        // An installation without the packages for developers leaves out what it needs.
        const BUILDS: [&str; 6] = ["tsc", "nest", "ng", "webpack", "tsup", "esbuild"];
        let runs = |line: &str| {
            let line = line.trim_start().trim_start_matches('{').trim_start();
            let command = line.strip_prefix("\"build\":").and_then(|rest| rest.trim_start().strip_prefix('"'));
            command.is_some_and(|command| BUILDS.iter().any(|own| command.split([' ', '"']).next() == Some(own)))
        };
        let builds = || (name.file == "package.json" && text.lines().any(runs)).then_some("it builds with a compiler");
        let hook = |line: &str| {
            let line = line.trim_start().trim_start_matches('{').trim_start();
            ["\"prepare\":", "\"postinstall\":"].iter().any(|key| line.starts_with(key))
        };
        let hooks =
            || (name.file == "package.json" && text.lines().any(hook)).then_some("npm runs a script of it by itself");
        look(name, bytes)
            .or_else(|| asks().then_some("it asks for a framework"))
            .or_else(compiled)
            .or_else(prisma)
            .or_else(builds)
            .or_else(hooks)
    })
}

/// Whether a file says anything about env files, containers or the units of a user at all.
fn look(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    const WORDS: [&[u8]; 14] = [
        b".env",
        b"dotenv",
        b"env-file",
        b"EnvironmentFile",
        b"environs",
        b"django-environ",
        b"decouple",
        b"pydantic",
        b"\"next\"",
        b"\"vite\"",
        b"\"react-scripts\"",
        b"@nestjs/config",
        b"laravel/framework",
        b"symfony/",
    ];
    const DOCKER: [&[u8]; 8] = [
        b"build-push-action",
        b"docker compose",
        b"docker-compose",
        b"podman-compose",
        b"podman compose",
        b") compose",
        b"docker stack",
        b"docker run",
    ];
    let speaks = |words: &[&[u8]]| words.iter().any(|word| memchr::memmem::find(bytes, word).is_some());
    match bytes.len() <= LARGEST {
        true if speaks(&WORDS) => Some("it may say how env files are loaded"),
        true if speaks(&DOCKER) => Some("it may say how containers are started"),
        true if speaks(&[b"systemctl --user"]) => Some("it says that a user starts units"),
        _ => None,
    }
}
