//! Service or image to the programs it cannot do without: those of its health check, and the daemons it starts.

use super::{Process, Project};
use crate::model::Healthcheck;
use crate::model::compose::Service;
use crate::model::image::{Image, Manager, Os, Tool, package_of};
use crate::source::{FileId, Span, Spanned};
use crate::syntax::shell;

/// A program that has to be in an image.
#[derive(Clone, Debug)]
pub struct Program<'a> {
    /// Its name, without a directory.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// The whole check or command.
    pub whole: Span,
    /// The service that starts it. `None`: an image of the project does, whoever runs it.
    pub service: Option<&'a Service>,
    /// The image it has to be in.
    pub image: Image<'a>,
}

/// A health check that somebody wrote.
#[derive(Clone, Debug)]
pub struct Probe<'a> {
    /// The service it is written for. `None`: an image of the project brings it.
    pub service: Option<&'a Service>,
    /// The image it runs in.
    pub image: Image<'a>,
    /// What is run.
    pub check: Healthcheck,
}

impl Probe<'_> {
    /// Where it is written.
    fn place(&self) -> Option<Span> {
        match &self.check {
            Healthcheck::Exec(words) => words.first().map(|word| word.span),
            Healthcheck::Shell(text) => Some(text.span),
            Healthcheck::Inherited | Healthcheck::Disabled | Healthcheck::Unresolved(_) => None,
        }
    }

    /// What it runs, as one text, and where that is written.
    pub fn command(&self) -> Option<(String, Span)> {
        match &self.check {
            Healthcheck::Shell(text) => Some((text.value.clone(), text.span)),
            Healthcheck::Exec(words) => {
                let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
                Some((texts.join(" "), words.first()?.span.to(words.last()?.span)))
            }
            Healthcheck::Inherited | Healthcheck::Disabled | Healthcheck::Unresolved(_) => None,
        }
    }

    /// The file it is judged with: that of its service, or the Dockerfile.
    pub fn file(&self) -> Option<FileId> {
        self.service.map(|service| service.file).or(self.place().map(|place| place.file))
    }

    /// Whose it is, for people.
    pub fn owner(&self) -> String {
        self.service.map_or("this image".to_owned(), |service| format!("service `{}`", service.name.value))
    }
}

/// What does the work of a probe that an image does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Substitute {
    /// This command: its program is in the image. The first word is the program.
    Command(Vec<String>),
    /// `wget`, which is in the image, with the address `curl` was given.
    Wget,
    /// This package, installed with `apt-get`.
    Apt(String),
    /// This package, installed with `apk`.
    Apk(String),
    /// Nothing: the image has no programs and no way to install any.
    Nothing,
    /// Not known.
    Unknown,
}

/// A name and the place it is written at.
type Named = (String, Span);

impl Project {
    /// The programs that a health check cannot do without. Checks that look for the program first are left out.
    pub fn needed_by<'a>(&self, probe: &Probe<'a>) -> Vec<Program<'a>> {
        let mut found = Vec::new();
        self.add_probes(&probe.check, probe.service, &probe.image, &mut found);
        found
    }

    /// The schedulers and process managers that a process starts.
    pub fn daemons<'a>(&self, process: &Process<'a>) -> Vec<Program<'a>> {
        let mut found = Vec::new();
        if let Some(words) = process.command() {
            self.add_daemons(words, process.line(), process.service(), &process.image, &mut found);
        }
        found
    }

    /// The health checks that are written, of services and of the stages of Dockerfiles that ship.
    pub fn probes(&self) -> Vec<Probe<'_>> {
        let services = self.services().map(|service| Probe {
            service: Some(service),
            image: self.image_of(service),
            check: service.healthcheck.clone(),
        });
        let shipped = self.dockerfiles.iter().filter_map(|file| Some(Image::Built(file, file.target(None)?)));
        let all = services.chain(shipped.map(|image| Probe { service: None, check: image.healthcheck(), image }));
        all.filter(|probe| probe.place().is_some()).collect()
    }

    /// The health checks of what a process runs in: that of its service, and that of its image.
    pub fn probes_of<'a>(&self, process: &Process<'a>) -> Vec<Probe<'a>> {
        let own = process.service().map(|service| Probe {
            service: Some(service),
            image: process.image.clone(),
            check: service.healthcheck.clone(),
        });
        let shipped = matches!(process.image, Image::Built(..)).then(|| Probe {
            service: None,
            image: process.image.clone(),
            check: process.image.healthcheck(),
        });
        own.into_iter().chain(shipped).filter(|probe| probe.place().is_some()).collect()
    }

    /// What to run in place of a probe, with the programs its image has.
    pub fn substitute(&self, probe: &Program) -> Substitute {
        let Program { image, name, .. } = probe;
        let has = |tool: &str| matches!(image.tool(tool), Tool::Yes(_));
        let command = |words: &[&str]| Substitute::Command(words.iter().map(|&word| word.to_owned()).collect());
        if matches!(name.as_str(), "curl" | "wget" | "http" | "sh")
            && let Some(url) = address(&self.source(probe.whole.file).quote(probe.whole))
            && let Some(words) = fetch(image, &url)
        {
            return Substitute::Command(words);
        }
        match image.os() {
            _ if name == "curl" && has("wget") => Substitute::Wget,
            _ if has("pg_isready") => command(&["pg_isready", "-U", "postgres"]),
            _ if has("redis-cli") => command(&["redis-cli", "ping"]),
            _ if has("mongosh") => command(&["mongosh", "--quiet", "--eval", "db.adminCommand('ping')"]),
            Some(Os::Debian | Os::Buildpack) => package_of(Manager::Apt, name)
                .map_or(Substitute::Unknown, |package| Substitute::Apt(package.to_owned())),
            Some(Os::Alpine) => package_of(Manager::Apk, name)
                .map_or(Substitute::Unknown, |package| Substitute::Apk(package.to_owned())),
            Some(Os::Distroless | Os::Scratch) => Substitute::Nothing,
            _ => Substitute::Unknown,
        }
    }

    fn add_probes<'a>(
        &self,
        check: &Healthcheck,
        service: Option<&'a Service>,
        image: &Image<'a>,
        found: &mut Vec<Program<'a>>,
    ) {
        let (names, whole) = match check {
            Healthcheck::Exec(words) => {
                let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
                let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
                // What is in front of it has to be there, too.
                let run = [first, words.get(shell::program(&texts)).unwrap_or(last)];
                let named = |word: &Spanned<String>| (shell::base_name(&word.value).to_owned(), word.span);
                let missing =
                    run.into_iter().find(|word| matches!(image.tool(shell::base_name(&word.value)), Tool::No { .. }));
                match (missing, shell::script(&texts).and_then(|at| words.get(at))) {
                    (Some(missing), _) => (vec![named(missing)], first.span.to(last.span)),
                    (None, Some(script)) => (self.in_script(&script.value, script.span, image), script.span),
                    (None, None) => (vec![named(run[1])], first.span.to(last.span)),
                }
            }
            Healthcheck::Shell(text) if matches!(image.tool("sh"), Tool::No { .. }) => {
                (vec![("sh".to_owned(), text.span)], text.span)
            }
            Healthcheck::Shell(text) => (self.in_script(&text.value, text.span, image), text.span),
            _ => return,
        };
        let program = |(name, span)| Program { name, span, whole, service, image: image.clone() };
        found.extend(names.into_iter().map(program));
    }

    /// The programs a script cannot do without.
    fn in_script(&self, text: &str, span: Span, image: &Image) -> Vec<Named> {
        const LOOKS: [&str; 4] = ["command", "which", "type", "hash"];
        let commands = shell::commands(text);
        if commands.iter().any(|command| LOOKS.contains(&command.program())) {
            return Vec::new();
        }
        let mut found: Vec<Named> = Vec::new();
        for (index, command) in commands.iter().enumerate() {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            let name = words.get(shell::program(&words)).map_or(command.program(), |word| shell::base_name(word));
            // `a || b`: one of them is enough. `a || true` cannot fail, which is another matter.
            let other = commands.get(index + 1).filter(|next| next.before == "||");
            let settled = other.is_some_and(|next| match next.program() {
                "exit" => next.words.get(1).is_none_or(|code| code.text == "0"),
                "false" | "echo" | "kill" | "printf" => false,
                other => !matches!(image.tool(other), Tool::No { .. }),
            });
            let second = command.before == "||" && found.iter().any(|(known, _)| known != name);
            if !settled && !second && !name.contains('$') {
                found.push((name.to_owned(), self.word_in(span, name)));
            }
        }
        found
    }

    /// Schedulers and process managers a command starts.
    fn add_daemons<'a>(
        &self,
        words: &[String],
        whole: Span,
        service: Option<&'a Service>,
        image: &Image<'a>,
        found: &mut Vec<Program<'a>>,
    ) {
        const DAEMONS: [&str; 4] = ["crond", "cron", "crontab", "supervisord"];
        let started = |command: &shell::Command| {
            let texts: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            texts.get(shell::program(&texts)).map_or_else(String::new, |word| shell::base_name(word).to_owned())
        };
        let names: Vec<String> = shell::run(words).iter().map(started).collect();
        // Without the daemon its helper is missing too: that is one cause.
        let daemon = names.iter().any(|name| matches!(name.as_str(), "crond" | "cron"));
        let known = names.into_iter().filter(|name| DAEMONS.contains(&name.as_str()) && !(daemon && name == "crontab"));
        found.extend(known.map(|name| {
            let span = self.word_in(whole, &name);
            Program { name, span, whole, service, image: image.clone() }
        }));
    }

    /// Where a word stands in a place; the whole place if it does not, as with an escape in it.
    fn word_in(&self, span: Span, word: &str) -> Span {
        let text = self.source(span.file).text().get(span.range()).unwrap_or("");
        let whole = |at: usize| {
            let around =
                |byte: Option<&u8>| byte.is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-' && *b != b'_');
            around(text.as_bytes().get(at.wrapping_sub(1))) && around(text.as_bytes().get(at + word.len()))
        };
        let found = text.match_indices(word).map(|(at, _)| at).find(|&at| whole(at));
        found.map_or(span, |at| span.slice(at, at + word.len()))
    }
}

/// A command that asks for an address, by a program of the image: the language it is made for first.
fn fetch(image: &Image, url: &str) -> Option<Vec<String>> {
    let has = |tool: &str| matches!(image.tool(tool), Tool::Yes(_));
    let command = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
    if let Some(python) = ["python", "python3"].into_iter().find(|tool| has(tool)) {
        return command(&[python, "-c", &format!("import urllib.request as u; u.urlopen('{url}', timeout=5)")]);
    }
    let distroless = || image.base().is_some_and(|(image, _)| image.name.contains("distroless/nodejs"));
    let node = ["node", "bun"].into_iter().find(|tool| has(tool));
    if let Some(node) = node.or_else(|| distroless().then_some("/nodejs/bin/node")) {
        let script = format!("fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))");
        return command(&[node, "-e", &script]);
    }
    if has("wget") {
        return command(&["wget", "-q", "--spider", url]);
    }
    if has("curl") { command(&["curl", "-fsS", "-o", "/dev/null", url]) } else { None }
}

/// The address in a check, if it holds nothing that could be secret and no variables. Takes the masked text.
fn address(text: &str) -> Option<String> {
    let at = text.find("http://").or_else(|| text.find("https://"))?;
    let url = text.get(at..)?.split(|c: char| c.is_whitespace() || "\"'`;|&)\\,]<>".contains(c)).next()?;
    (url.len() < 120 && !url.contains(['@', '?', '$', '*', '{'])).then(|| url.to_owned())
}
