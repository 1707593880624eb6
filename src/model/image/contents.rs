//! Questions to an image, whether it is named or built here: which tools it holds, who it runs as, what it runs.

use std::collections::HashMap;

use super::bases::{DefaultUser, Facts, Os, Usual, entry_of, facts, usual_command};
use super::packages::{Change, Manager, change, provides};
use super::{Base, CommandLine, Copy, CopyFrom, Dockerfile, ImageRef, Stage, Step};
use crate::model::Healthcheck;
use crate::model::Known;
use crate::source::{Answer, Span, Spanned, Why};

/// The image a service runs, or a Dockerfile's last stage.
#[derive(Clone, Debug)]
pub enum Image<'a> {
    /// Taken from a registry.
    Named(&'a Spanned<ImageRef>),
    /// Built from a Dockerfile of the project: the file, and the index of the stage that ships.
    Built(&'a Dockerfile, usize),
    /// Not known.
    Unknown(Why),
}

/// Whether a tool is in an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tool {
    /// It is; the line that brought it, if it is not the base image.
    Yes(Option<Span>),
    /// It is not: the base image does not have it and no later step brings it.
    No {
        /// The name of the base image: the word behind `FROM`, or the value of `image:`.
        base: Span,
        /// Whether nothing else was installed that could pull it in.
        certain: bool,
    },
    /// Not known.
    Unknown(Why),
}

/// Who the process in an image runs as when nobody says otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RunsAs {
    /// root: no `USER` and a base image that has none either, or `USER root`. The place that proves it.
    Root(Span),
    /// Starts as root; its entrypoint or its workers switch to another user.
    Drops,
    /// Another user.
    Other,
    /// Not known.
    Unknown(Why),
}

impl<'a> Image<'a> {
    /// The stages from the one that ships down to the first, with the Dockerfile; empty for a named image.
    pub fn chain(&self) -> Vec<&'a Stage> {
        match self {
            Image::Built(file, stage) => file.chain(*stage),
            _ => Vec::new(),
        }
    }

    /// The image from a registry at the bottom of it, with the place it is named at.
    pub fn base(&self) -> Option<(ImageRef, Span)> {
        match self {
            Image::Named(image) => Some((image.value.clone(), image.span)),
            Image::Built(..) => {
                let last = self.chain().pop()?;
                match last.from.get()? {
                    Base::Image(image) => Some((image.clone(), last.base.span)),
                    Base::Scratch => Some((ImageRef::parse("scratch"), last.base.span)),
                    Base::Stage(_) => None,
                }
            }
            Image::Unknown(_) => None,
        }
    }

    /// What is known of the base image.
    pub fn facts(&self) -> Option<Facts> {
        facts(&self.base()?.0)
    }

    /// The family of its files.
    pub fn os(&self) -> Option<Os> {
        Some(self.facts()?.os)
    }

    /// Whether a program can be found in it. `tool` is a name, not a path.
    pub fn tool(&self, tool: &str) -> Tool {
        match self {
            Image::Unknown(why) => Tool::Unknown(why.clone()),
            Image::Named(image) => named(image, tool),
            Image::Built(file, stage) => built(file, *stage, tool),
        }
    }

    /// Who it runs as.
    pub fn runs_as(&self) -> RunsAs {
        if let Image::Unknown(why) = self {
            return RunsAs::Unknown(why.clone());
        }
        let chain = self.chain();
        for stage in &chain {
            match &stage.user {
                Known::Absent => {}
                Known::Set(user) if is_root(&user.value) => return self.root(user.span),
                Known::Set(_) | Known::Default(_) => return RunsAs::Other,
                Known::Unresolved { why, .. } => {
                    return RunsAs::Unknown(format!("the user is not known: {why}").into());
                }
            }
        }
        match (self.facts().map(|facts| facts.user), self.base()) {
            (Some(DefaultUser::Root), Some((_, span))) => {
                self.root(chain.first().map_or(span, |stage| stage.base.span))
            }
            (Some(DefaultUser::Drops), _) => RunsAs::Drops,
            (Some(DefaultUser::Other), _) => RunsAs::Other,
            _ => RunsAs::Unknown("the base image is not known to gonogo".into()),
        }
    }

    /// root, unless a program that switches users is installed or started.
    fn root(&self, span: Span) -> RunsAs {
        const SWITCHES: [&str; 8] = ["gosu", "su-exec", "setpriv", "runuser", "su", "s6-setuidgid", "chroot", "nginx"];
        let starts = |line: Option<&CommandLine>| {
            line.is_some_and(|line| line.words().iter().any(|word| SWITCHES.contains(&word.as_str())))
        };
        let installed = ["gosu", "su-exec"].iter().any(|tool| matches!(self.tool(tool), Tool::Yes(Some(_))));
        if installed || starts(self.command()) || starts(self.entrypoint()) {
            return RunsAs::Drops;
        }
        RunsAs::Root(span)
    }

    /// The `HEALTHCHECK` of the Dockerfile; [`Healthcheck::Inherited`] when none is written.
    pub fn healthcheck(&self) -> Healthcheck {
        let written = self.chain().into_iter().map(|stage| &stage.healthcheck);
        written
            .into_iter()
            .find(|check| !matches!(check, Healthcheck::Inherited))
            .cloned()
            .unwrap_or(Healthcheck::Inherited)
    }

    /// Whether the image brings a health check of its own.
    pub fn checks_itself(&self) -> Answer<()> {
        let none = || Answer::No(Why::new("no health check is written"));
        match self.healthcheck() {
            Healthcheck::Inherited => match self.facts().and_then(|facts| facts.healthcheck) {
                Some(true) => Answer::Yes(()),
                Some(false) => none(),
                None => Answer::Unknown("whether the image brings a health check is not known".into()),
            },
            Healthcheck::Disabled => none(),
            Healthcheck::Exec(_) | Healthcheck::Shell(_) => Answer::Yes(()),
            Healthcheck::Unresolved(at) => {
                Answer::Unknown(Why::seen("the health check of the image depends on variables", at))
            }
        }
    }

    /// The `CMD` of the Dockerfile, if one is written.
    pub fn command(&self) -> Option<&'a CommandLine> {
        for stage in self.chain() {
            if stage.command.is_some() {
                return stage.command.as_ref();
            }
            // An ENTRYPOINT drops the CMD of the image it starts from.
            if stage.entrypoint.is_some() {
                return None;
            }
        }
        None
    }

    /// The `ENTRYPOINT` of the Dockerfile, if one is written.
    pub fn entrypoint(&self) -> Option<&'a CommandLine> {
        self.chain().into_iter().find_map(|stage| stage.entrypoint.as_ref())
    }

    /// What stands in front of its command: the `ENTRYPOINT` that is written, else the program of its base that takes a command
    /// for its arguments.
    pub fn before_command(&self) -> Vec<String> {
        match self.entrypoint() {
            Some(line) => line.argv(),
            None => self.base().and_then(|(base, _)| entry_of(&base)).unwrap_or_default(),
        }
    }

    /// What its base starts, when neither its Dockerfile nor that of its base says anything else.
    pub fn inherited(&self) -> Option<Usual> {
        let written = self.chain().iter().any(|stage| stage.command.is_some() || stage.entrypoint.is_some());
        if written { None } else { usual_command(&self.base()?.0) }
    }

    /// The TCP ports of `EXPOSE`, and those of a known image; what is exposed need not be listened on.
    pub fn exposed(&self) -> Vec<u16> {
        let written = self.chain().into_iter().flat_map(|stage| &stage.exposed).map(|port| port.value);
        written.chain(self.facts().map_or(&[][..], |facts| facts.ports).iter().copied()).collect()
    }

    /// The value an `ENV` gives a variable.
    pub fn env(&self, name: &str) -> Known<String> {
        self.chain().iter().find_map(|stage| stage.env(name)).cloned().unwrap_or(Known::Absent)
    }
}

/// Whether the words of a `USER` mean root, with or without a group.
pub fn is_root(user: &str) -> bool {
    matches!(user.split(':').next().unwrap_or(user), "root" | "0")
}

fn named(image: &Spanned<ImageRef>, tool: &str) -> Tool {
    if lost_its_old_names(&image.value, tool) {
        return Tool::No { base: image.span, certain: true };
    }
    match facts(&image.value).map(|facts| facts.has(tool)) {
        Some(Some(true)) => Tool::Yes(None),
        Some(Some(false)) => Tool::No { base: image.span, certain: true },
        Some(None) => Tool::Unknown(format!("it is not known whether this image has `{tool}`").into()),
        None => Tool::Unknown("what is in this image is not known to gonogo".into()),
    }
}

/// Whether it is a MariaDB whose programs are no longer called as those of MySQL: from 11.0 on, `latest` since 2023, `lts` since 2024
/// (MariaDB/mariadb-docker, issue 512, and the notes of release 11.0.1).
fn lost_its_old_names(image: &ImageRef, tool: &str) -> bool {
    const OLD: [&str; 7] =
        ["mysql", "mysqladmin", "mysqldump", "mysqlcheck", "mysqlimport", "mysql_upgrade", "mysqld_safe"];
    let newest = || matches!(image.tag(), Some("latest" | "lts") | None) && image.digest.is_none();
    image.official() == Some("mariadb") && OLD.contains(&tool) && image.major().map_or_else(newest, |major| major >= 11)
}

/// Follows the tool through the stages from the base image up.
fn built(file: &Dockerfile, stage: usize, tool: &str) -> Tool {
    if let Some(why) = &file.gap {
        return Tool::Unknown((**why).clone());
    }
    // Copies from other stages ask those, which come earlier: the depth is the number of stages. Each is asked once.
    let mut known: Vec<Option<Tool>> = Vec::new();
    for index in 0..=stage.min(file.stages.len().saturating_sub(1)) {
        let answer = file.stages.get(index).map(|stage| in_stage(stage, tool, &known));
        known.push(answer);
    }
    known.pop().flatten().unwrap_or_else(|| Tool::Unknown("the Dockerfile has no stage".into()))
}

fn in_stage(stage: &Stage, tool: &str, earlier: &[Option<Tool>]) -> Tool {
    let mut state = match stage.from.get() {
        None => Tool::Unknown("the base image is given by a build argument".into()),
        Some(Base::Scratch) => named(&Spanned::new(ImageRef::parse("scratch"), stage.base.span), tool),
        Some(Base::Image(image)) => named(&Spanned::new(image.clone(), stage.base.span), tool),
        Some(Base::Stage(index)) => match earlier.get(*index).cloned().flatten() {
            // The reader looks at the stage that ships first.
            Some(Tool::No { certain, .. }) if stage.steps.is_empty() => Tool::No { base: stage.base.span, certain },
            Some(answer) => answer,
            None => Tool::Unknown("the stage it starts from is not known".into()),
        },
    };
    let mut virtual_packages: HashMap<String, Vec<String>> = HashMap::new();
    for step in &stage.steps {
        match step {
            Step::Run(run) => {
                for words in &run.commands {
                    let text: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
                    let Some(first) = words.first() else { continue };
                    let span = words.iter().fold(first.span, |all, word| all.to(word.span));
                    run_command(&text, span, tool, &mut state, &mut virtual_packages);
                }
            }
            Step::Copy(copy) => copied(copy, tool, earlier, &mut state),
        }
    }
    state
}

fn run_command(
    words: &[&str],
    span: Span,
    tool: &str,
    state: &mut Tool,
    virtual_packages: &mut HashMap<String, Vec<String>>,
) {
    let unknown = |state: &mut Tool, why: &str| {
        if !matches!(state, Tool::Yes(_)) {
            *state = Tool::Unknown(why.into());
        }
    };
    let removed = |state: &mut Tool| {
        *state = match *state {
            Tool::Yes(Some(_)) | Tool::Unknown(_) => Tool::No { base: span, certain: false },
            ref other => other.clone(),
        }
    };
    let program = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
    let ends_with_tool = |word: &&&str| word.rsplit_once('/').is_some_and(|(_, name)| name == tool);
    match change(words) {
        Change::Installs(manager, packages, virtual_name) => {
            for package in &packages {
                match provides(manager, package, tool) {
                    Some(true) => *state = Tool::Yes(Some(span)),
                    None => unknown(state, "a package that is installed may bring it"),
                    Some(false) => {
                        if let Tool::No { certain, .. } = state {
                            *certain &= manager == Manager::Pip || harmless(package);
                        }
                    }
                }
            }
            if let Some(name) = virtual_name {
                virtual_packages.insert(name, packages);
            }
        }
        Change::Removes(manager, packages) => {
            for package in &packages {
                let members = virtual_packages.get(package).cloned().unwrap_or_else(|| vec![package.clone()]);
                if members.iter().any(|member| provides(manager, member, tool) == Some(true)) {
                    removed(state);
                }
                if package.contains('$') && matches!(state, Tool::Yes(Some(_))) {
                    *state = Tool::Unknown("a build step removes packages that a variable names".into());
                }
            }
        }
        Change::Opaque => unknown(state, "a build step runs a script that may install it"),
        Change::Nothing if program == "rm" => {
            if words.iter().any(|word| ends_with_tool(&word)) {
                removed(state);
            }
        }
        // A step that runs the tool would have failed without it.
        Change::Nothing if program == tool && tool.len() > 1 => *state = Tool::Yes(Some(span)),
        Change::Nothing => {
            if words.iter().skip(1).any(|word| ends_with_tool(&word)) {
                *state = Tool::Yes(Some(span));
            }
        }
    }
}

/// Packages that are known to bring nothing but themselves and libraries.
fn harmless(package: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "gcc",
        "g++",
        "make",
        "git",
        "build-essential",
        "build-base",
        "ca-certificates",
        "tzdata",
        "openssl",
        "pkg-config",
        "tini",
        "dumb-init",
        "gosu",
        "locales",
    ];
    KNOWN.contains(&package) || package.starts_with("lib") || package.ends_with("-dev") || package.ends_with("-headers")
}

fn copied(copy: &Copy, tool: &str, earlier: &[Option<Tool>], state: &mut Tool) {
    let name = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned();
    if copy.sources.iter().any(|source| name(&source.value) == tool) || name(&copy.target.value) == tool {
        *state = Tool::Yes(Some(copy.span));
        return;
    }
    if matches!(state, Tool::Yes(_)) {
        return;
    }
    let source_of_tools = |path: &str| {
        let path = path.trim_end_matches(['/', '*']);
        matches!(path, "" | "/usr" | "/usr/bin" | "/bin" | "/usr/sbin" | "/sbin" | "." | "/rootfs" | "/mnt/rootfs")
            || path.ends_with("/rootfs")
    };
    let target_of_tools = |path: &str| {
        let path = path.trim_end_matches('/');
        matches!(path, "" | "/usr" | "/usr/bin" | "/bin" | "/usr/local/bin" | "/usr/local" | "/usr/sbin" | "/sbin")
    };
    let to_tools = target_of_tools(&copy.target.value);
    match &copy.from {
        CopyFrom::Stage(index) if to_tools && copy.sources.iter().any(|source| source_of_tools(&source.value)) => {
            match earlier.get(*index).cloned().flatten() {
                Some(Tool::No { .. }) => {}
                Some(Tool::Yes(_)) => *state = Tool::Yes(Some(copy.span)),
                _ => *state = Tool::Unknown("files are copied from a stage that may have it".into()),
            }
        }
        // Something over the whole file system; only a look into that stage would tell.
        CopyFrom::Stage(_) if copy.target.value == "/" => {
            *state = Tool::Unknown("files are copied from a stage that may have it".into());
        }
        // Programs that were built or downloaded there, not those of its packages.
        CopyFrom::Stage(index) if to_tools => {
            let brought = matches!(earlier.get(*index), Some(Some(Tool::Yes(Some(_)))));
            let own = copy.sources.iter().any(|source| source.value.starts_with("/usr/local"));
            if brought && own && !matches!(tool, "curl" | "wget") {
                *state = Tool::Unknown("files are copied from a stage that may have it".into());
            }
        }
        CopyFrom::Stage(_) => {}
        CopyFrom::Context => {
            // A whole directory put over the system's: what is in it is not looked at.
            let is_file = |path: &str| !path.ends_with(['/', '.']) && name(path).contains('.');
            let files = copy.sources.iter().all(|source| is_file(&source.value));
            if to_tools && !files {
                *state = Tool::Unknown("files of the build context are copied over the system's".into());
            }
        }
        CopyFrom::Image(_) | CopyFrom::Unknown if to_tools => {
            let one = copy.sources.iter().all(|source| !source_of_tools(&source.value) && !source.value.ends_with('/'));
            if !one || copy.from == CopyFrom::Unknown {
                *state = Tool::Unknown("files are copied from another image".into());
            }
        }
        CopyFrom::Image(_) | CopyFrom::Unknown => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Head, Kind};
    use crate::source::{FileId, Source};
    use crate::syntax::dockerfile;

    fn view(text: &str) -> Dockerfile {
        let source = Source::new(FileId(0), "Dockerfile", text.as_bytes().to_vec());
        let head = Head { source: &source, kind: Kind::Dockerfile };
        Dockerfile::new(&head, &mut dockerfile::parse(&source))
    }

    /// `+` it is there, `-` it is not, `~` it is likely not, `?` nobody knows.
    fn tool(text: &str, tool: &str) -> char {
        let file = view(text);
        match Image::Built(&file, file.stages.len() - 1).tool(tool) {
            Tool::Yes(_) => '+',
            Tool::No { certain: true, .. } => '-',
            Tool::No { .. } => '~',
            Tool::Unknown(_) => '?',
        }
    }

    #[test]
    fn tools_are_followed_through_the_build() {
        for (text, name, expected) in [
            ("FROM python:3.12-slim\nRUN apt-get update && apt-get install -y gcc\n", "curl", '-'),
            ("FROM python:3.12-slim\nRUN apt-get install -y ffmpeg\n", "curl", '~'),
            ("FROM python:3.12-slim\nRUN apt-get update && \\\n  apt-get install -y gcc curl\n", "curl", '+'),
            ("FROM python:3.12-slim\nRUN apt-get install -y curl\nRUN apt-get purge -y curl\n", "curl", '~'),
            ("FROM node:20-alpine\nRUN apk add --no-cache -t .d curl\nRUN apk del .d\n", "curl", '~'),
            ("FROM python:3.12\nFROM python:3.12-slim\n", "curl", '-'),
            ("FROM python:3.12-slim AS b\nRUN apt-get install -y curl\nFROM b\nUSER app\n", "curl", '+'),
            ("ARG V=3.12-slim\nFROM python:${V}\n", "curl", '-'),
            ("ARG V\nFROM python:${V}\n", "curl", '?'),
            ("ARG A=1\nFROM python:${V:-${A}-slim}\n", "curl", '?'),
            ("FROM python:3.12-slim\nRUN ./setup.sh\n", "curl", '?'),
            ("FROM python:3.12-slim\nRUN apt-get install -y $DEPS\n", "curl", '?'),
            ("FROM python:3.12-slim\nRUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n", "curl", '+'),
            ("FROM python:3.12-slim\nCOPY --from=busybox:uclibc /bin/wget /bin/wget\n", "wget", '+'),
            (
                "FROM debian AS b\nRUN apt-get install -y curl\nFROM debian\nCOPY --from=b /usr/bin /usr/bin\n",
                "curl",
                '+',
            ),
            ("FROM python:3.12 AS b\nFROM python:3.12-slim\nCOPY --from=b /usr/local /usr/local\n", "curl", '-'),
            ("FROM scratch\nCOPY app /app\n", "curl", '-'),
            ("FROM example.com/base\n", "curl", '?'),
            ("FROM alpine AS b\nFROM scratch\nCOPY --from=b /out/ /\n", "sh", '?'),
            ("FROM scratch\nCOPY bin/ /opt/\n", "server", '?'),
            ("FROM python:3.12-slim\nRUN pip install -r requirements.txt\n", "supervisord", '?'),
            ("FROM python:3.12-slim\nRUN pip install -r requirements.txt\n", "crond", '-'),
            ("FROM python:3.12-slim\nRUN apt-get install -y cron\n", "crond", '~'),
        ] {
            assert_eq!(tool(text, name), expected, "{name} in {text}");
        }
    }

    #[test]
    fn users() {
        let runs_as = |text: &str| {
            let file = view(text);
            Image::Built(&file, file.stages.len() - 1).runs_as()
        };
        assert!(matches!(runs_as("FROM python:3.12-slim\n"), RunsAs::Root(_)));
        assert!(matches!(runs_as("FROM python:3.12\nUSER app\nUSER 0:0\n"), RunsAs::Root(_)));
        assert_eq!(runs_as("FROM python:3.12 AS a\nUSER app\nFROM a\n"), RunsAs::Other);
        assert_eq!(runs_as("FROM python:3.12\nARG UID=1000\nUSER $UID\n"), RunsAs::Other);
        assert!(matches!(runs_as("FROM python:3.12\nARG UID\nUSER $UID\n"), RunsAs::Unknown(_)));
        assert!(matches!(runs_as("FROM team/base\n"), RunsAs::Unknown(_)));
        assert_eq!(runs_as("FROM postgres:16\n"), RunsAs::Drops);
        assert_eq!(runs_as("FROM debian\nRUN apt-get install -y gosu\nENTRYPOINT [\"/e.sh\"]\n"), RunsAs::Drops);
    }

    #[test]
    fn what_it_runs() {
        let file = view(
            "FROM python:3.12-slim AS app\nENV PORT=8000\nEXPOSE $PORT 53/udp\nCMD [\"a\"]\nHEALTHCHECK --interval=5s CMD curl -f http://x/\nFROM app\nENTRYPOINT exec run me\n",
        );
        let (first, last) = (Image::Built(&file, 0), Image::Built(&file, 1));
        assert_eq!(first.exposed(), [8000]);
        assert_eq!(first.command().map(CommandLine::words), Some(vec!["a".to_owned()]));
        assert!(last.command().is_none(), "an ENTRYPOINT drops the inherited CMD");
        assert!(matches!(last.healthcheck(), Healthcheck::Shell(text) if text.value == "curl -f http://x/"));
        assert!(last.checks_itself().is_yes());
        assert_eq!(last.env("PORT").get().map(String::as_str), Some("8000"));
        assert_eq!(file.target(Some("APP")), Some(0));
        assert_eq!(file.target(Some("none")), None);
    }
}
