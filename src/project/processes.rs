//! What runs: the programs of containers and of units on the host, as they are started and with what they see.

use std::collections::HashSet;

use super::gunicorns::configure_gunicorn;
use super::kept::Kept;
use super::{Located, Project};
use crate::model::Known;
use crate::model::compose::{Service, ServiceId};
use crate::model::image::{Dockerfile, Image, Step, usual_command};
use crate::model::ini::Ini;
use crate::model::program::{self, Program, Told};
use crate::model::units::{Command, Unit};
use crate::source::{Answer, FileId, Role, Span, Why, below};
use crate::syntax::shell::{self, base_name};

/// A program that will run.
#[derive(Clone, Debug)]
pub struct Process<'a> {
    /// Who runs it.
    pub runner: Runner<'a>,
    /// The image it is in.
    pub image: Image<'a>,
    started: &'a Started,
}

/// Who runs a program.
#[derive(Copy, Clone, Debug)]
pub enum Runner<'a> {
    /// A service of a set of Compose files.
    Service(&'a Service),
    /// Whoever runs the image of a Dockerfile that no service is built from.
    Image(&'a Dockerfile),
    /// A unit of the host.
    Unit(&'a Unit),
    /// `supervisord`, or what reads a `Procfile`.
    Kept(&'a Kept),
}

/// How a program is started; computed once when the project is joined.
#[derive(Clone, Debug)]
struct Started {
    /// The words; not known when a variable or an image nobody knows decides.
    words: Answer<Vec<String>>,
    /// The words behind the entry point, or all when there is none.
    command: Option<Vec<String>>,
    /// Where they are written; the name of the service when that is nowhere in the project.
    line: Span,
    /// What is known of it, if it is a program that serves.
    program: Option<Program>,
}

/// The programs of the services, by composition and place in it, and those of images that no service is built from.
#[derive(Clone, Default, Debug)]
pub(super) struct Processes {
    services: Vec<Vec<Started>>,
    images: Vec<(usize, Started)>,
    /// By the number of the unit.
    units: Vec<(usize, Started)>,
    kept: Vec<(Kept, Started)>,
}

impl Runner<'_> {
    /// Who it is, for people.
    pub fn title(self) -> String {
        match self {
            Runner::Service(service) => format!("service `{}`", service.name.value),
            Runner::Image(_) => "this image".to_owned(),
            Runner::Unit(unit) => format!("unit `{}`", unit.name),
            Runner::Kept(kept) => format!("`{}`", kept.name),
        }
    }
}

impl<'a> Process<'a> {
    /// The service, if one runs it.
    pub fn service(&self) -> Option<&'a Service> {
        match self.runner {
            Runner::Service(service) => Some(service),
            Runner::Image(_) | Runner::Unit(_) | Runner::Kept(_) => None,
        }
    }

    /// What keeps it running, if that is neither systemd nor Docker.
    pub fn kept(&self) -> Option<&'a Kept> {
        match self.runner {
            Runner::Kept(kept) => Some(kept),
            Runner::Service(_) | Runner::Image(_) | Runner::Unit(_) => None,
        }
    }

    /// What it is called on the host: the name of its unit, `program:web`.
    pub fn name_on_host(&self) -> Option<&'a str> {
        match self.runner {
            Runner::Unit(unit) => Some(&unit.name),
            Runner::Kept(kept) => Some(&kept.name).filter(|_| kept.on_host).map(String::as_str),
            Runner::Service(_) | Runner::Image(_) => None,
        }
    }

    /// The unit, if one runs it.
    pub fn unit(&self) -> Option<&'a Unit> {
        match self.runner {
            Runner::Unit(unit) => Some(unit),
            Runner::Service(_) | Runner::Image(_) | Runner::Kept(_) => None,
        }
    }

    /// Whose it is, for people.
    pub fn owner(&self) -> String {
        match self.runner {
            // A command of the image is that of everybody who runs it.
            Runner::Service(service) if self.line().file != service.span.file => "this image".to_owned(),
            runner => runner.title(),
        }
    }

    /// The file it is told in: that of the service, or the Dockerfile.
    pub fn file(&self) -> FileId {
        match self.runner {
            Runner::Service(service) => service.file,
            Runner::Image(file) => file.file,
            Runner::Unit(unit) => unit.file,
            Runner::Kept(kept) => kept.file,
        }
    }

    /// For whom it runs, where that is not for whom the file is.
    pub fn role(&self) -> Option<Role> {
        self.service().map(|service| service.role)
    }

    /// The words it is started with.
    pub fn words(&self) -> Option<&'a [String]> {
        match &self.started.words {
            Answer::Yes(words) => Some(words),
            Answer::No(_) | Answer::Unknown(_) => None,
        }
    }

    /// The words of its command, without those of an entry point.
    pub fn command(&self) -> Option<&'a [String]> {
        self.started.command.as_deref()
    }

    /// Where that is written; the name of the service when it is nowhere in the project.
    pub fn line(&self) -> Span {
        self.started.line
    }

    /// What is known of it, if it is a program that serves.
    pub fn program(&self) -> Option<&'a Program> {
        self.started.program.as_ref()
    }
}

impl Processes {
    pub(super) fn new(project: &Project) -> Self {
        let is_configuration = |path: &&str| program::is_configuration(base_name(path));
        let configurations: Vec<&str> = project.files.files().filter(is_configuration).collect();
        let of_set =
            |services: &[Service]| services.iter().map(|service| project.start_of(service, &configurations)).collect();
        let services = project.compose.iter().map(|set| of_set(&set.services)).collect();
        let built = |service: &Service| match project.image_of(service) {
            Image::Built(file, _) => Some(file.file),
            _ => None,
        };
        let built: HashSet<FileId> = project.services().filter_map(built).collect();
        let alone = project.dockerfiles.iter().enumerate().filter(|(_, file)| !built.contains(&file.file));
        let images = alone.filter_map(|(at, file)| {
            let image = Image::Built(file, file.target(None)?);
            let line = image.command().or(image.entrypoint()).map_or(file.stages.last()?.span, |line| line.span());
            let words = of_image(&image);
            let env = |name: &str| answer(image.env(name));
            let program = words.as_ref().and_then(|words| Program::read(words, &env));
            Some((at, Started { words: told(words), command: command_of(&image), line, program }))
        });
        let images = images.collect();
        let units = project.units_of_host().iter().enumerate();
        let units = units.flat_map(|(at, unit)| {
            unit.commands("ExecStart")
                .into_iter()
                .filter_map(move |command| Some((at, project.start_of_unit(unit, command)?)))
        });
        let kept = project.find_kept().into_iter().map(|found| {
            let words = Answer::Yes(found.words.clone());
            (found.kept, Started { words, command: Some(found.words), line: found.line, program: found.program })
        });
        Processes { services, images, units: units.collect(), kept: kept.collect() }
    }
}

impl Project {
    /// Everything that runs, in containers and on the host.
    pub fn processes(&self) -> Vec<Process<'_>> {
        let services = self.services().filter_map(|service| self.process(service));
        let images = self.processes.images.iter().filter_map(|(at, started)| {
            let file = self.dockerfiles.get(*at)?;
            let image = Image::Built(file, file.target(None)?);
            Some(Process { runner: Runner::Image(file), image, started })
        });
        let away = self.kept().filter(|process| process.name_on_host().is_none());
        services.chain(images).chain(self.processes_of_host()).chain(away).collect()
    }

    /// What runs on the host: a process for each command that a unit starts, and those of `supervisord`.
    pub fn processes_of_host(&self) -> impl Iterator<Item = Process<'_>> {
        let units = self.processes.units.iter().filter_map(|started| self.on_host_process(started));
        units.chain(self.kept().filter(|process| process.name_on_host().is_some()))
    }

    fn kept(&self) -> impl Iterator<Item = Process<'_>> {
        self.processes.kept.iter().map(|(kept, started)| {
            let image = Image::Unknown(Why::new("it runs outside of the containers that are known"));
            Process { runner: Runner::Kept(kept), image, started }
        })
    }

    fn on_host_process<'a>(&'a self, (at, started): &'a (usize, Started)) -> Option<Process<'a>> {
        let unit = self.units_of_host().get(*at)?;
        Some(Process { runner: Runner::Unit(unit), image: Image::Unknown(Why::new("it runs on the host")), started })
    }

    /// Whether a program that is known to serve runs on the host.
    pub fn serves_on_host(&self) -> bool {
        let kept = self.processes.kept.iter().filter(|(kept, _)| kept.on_host).map(|(_, started)| started);
        let mut all = self.processes.units.iter().map(|(_, started)| started).chain(kept);
        all.any(|started| started.program.is_some())
    }

    /// The port that the program of an image listens on when nobody gives it another command, and where that is written.
    /// `None`: a variable decides, or it is not known.
    pub fn port_of_image(&self, file: &Dockerfile) -> Option<(u16, Span)> {
        let image = Image::Built(file, file.target(None)?);
        let program = Program::read(&of_image(&image)?, &|name| answer(image.env(name)))?;
        let line = image.command().or(image.entrypoint())?.span();
        match program.port {
            Told::Option(port) => Some((port?, line)),
            _ => None,
        }
    }

    /// What a unit runs.
    pub fn processes_of<'a>(&'a self, unit: &'a Unit) -> impl Iterator<Item = Process<'a>> {
        let at = self.units_of_host().binary_search_by(|own| own.path.cmp(&unit.path)).ok();
        let all = &self.processes.units;
        let first = at.map_or(all.len(), |at| all.partition_point(|(own, _)| *own < at));
        let own = all[first..].iter().take_while(move |(own, _)| Some(*own) == at);
        own.filter_map(|started| self.on_host_process(started))
    }

    /// What a command of a unit runs; `None` when systemd does not take it.
    fn start_of_unit(&self, unit: &Unit, command: Command) -> Option<Started> {
        self.look(1 + command.words.len() + unit.environment.len());
        if command.fault.is_some() {
            return None;
        }
        let env = |name: &str| self.unit_env(unit, name);
        let words: Vec<String> = command.words.iter().map(|word| put_in(&word.value, &env)).collect();
        let mut program = Program::read(&words, &env);
        if let Some(program) = program.as_mut().filter(|program| program.server.name == "gunicorn") {
            let conf = self.gunicorn_of_unit(unit, &words);
            configure_gunicorn(program, conf, &words);
        }
        if let Some(program) = &mut program {
            self.take_ini(program, |path| self.from_host(unit, path));
        }
        Some(Started { words: Answer::Yes(words.clone()), command: Some(words), line: command.span, program })
    }

    /// What a program of a unit gets for a variable: env files before `Environment=`.
    pub fn unit_env(&self, unit: &Unit, name: &str) -> Answer<String> {
        let unknown = |at: Span| Answer::Unknown(Why::seen("an env file on the host may set it", at));
        for file in unit.all("Service", "EnvironmentFile").iter().rev() {
            let path = file.value.value.trim_start_matches('-');
            let Some(env) = self.from_host(unit, path).and_then(|path| self.env_at(&path)) else {
                return unknown(file.value.span);
            };
            if let Some(value) = env.get(name).and_then(|var| Some(var.value.as_ref()?.value.to_owned())) {
                return Answer::Yes(value);
            }
        }
        if let Some((_, value)) = unit.environment.iter().rev().find(|(own, _)| own.value == name) {
            return unit.filled(&value.value).map_or_else(|| unknown(value.span), Answer::Yes);
        }
        if unit.list("Service", "PassEnvironment").iter().any(|own| own.value == name) {
            return unknown(unit.place());
        }
        Answer::No(Why::new("it is not set"))
    }

    /// What a service runs. `None` only before the project is joined.
    pub fn process<'a>(&'a self, service: &'a Service) -> Option<Process<'a>> {
        let ServiceId { composition, at } = service.id;
        let started = self.processes.services.get(composition)?.get(at)?;
        Some(Process { runner: Runner::Service(service), image: self.image_of(service), started })
    }

    fn start_of(&self, service: &Service, configurations: &[&str]) -> Started {
        let image = self.image_of(service);
        let own = service.command.span().or(service.entrypoint.span());
        let built = || image.command().or(image.entrypoint()).map(|line| line.span());
        let line = own.or_else(built).unwrap_or(service.name.span);
        let words = match (&service.entrypoint, &service.command) {
            (Known::Unresolved { .. }, _) | (_, Known::Unresolved { .. }) => None,
            // An entry point of its own drops the command of the image.
            (Known::Set(entrypoint), command) => {
                let own = command.set().map_or(&[][..], |command| &command.value);
                Some([&entrypoint.value[..], own].concat())
            }
            (_, Known::Set(command)) => {
                let mut words = image.before_command();
                words.extend(command.value.iter().cloned());
                Some(words)
            }
            _ => of_image(&image),
        };
        let env = |name: &str| match &service.gap {
            Some(why) if service.environment.iter().all(|(key, _)| key.value != name) => {
                Answer::Unknown((**why).clone())
            }
            _ => answer(self.service_env(service, name)),
        };
        let standalone =
            || words.as_ref().filter(|_| is_standalone(&image)).and_then(|words| Program::standalone(words, &env));
        let program = words.as_ref().and_then(|words| Program::read(words, &env)).or_else(standalone);
        let mut program = program.or_else(|| Program::read(&completed(service, &image, words.as_deref())?, &env));
        if let Some(program) = &mut program {
            self.configure(program, service, configurations);
        }
        let command = match (&service.entrypoint, &service.command) {
            (Known::Absent, Known::Set(command)) => Some(command.value.clone()),
            (Known::Absent, Known::Absent) => command_of(&image),
            _ => None,
        };
        Started { words: told(words), command, line, program }
    }

    /// Whether a program that is started as root goes on as another user, by what it is told: `uid` of uWSGI.
    pub fn gives_up_root(&self, process: Process) -> bool {
        let Some(words) = process.words() else { return false };
        let named = |path: &str| {
            let files = self.inis.iter().filter(|ini| self.look(1) && base_name(&ini.path) == base_name(path));
            files.flat_map(|ini| &ini.settings).any(|setting| setting.key.value == "uid")
        };
        let told =
            |word: &String| word == "--uid" || word.starts_with("--uid=") || word.ends_with(".ini") && named(word);
        words.iter().any(|word| base_name(word).starts_with("uwsgi")) && words.iter().any(told)
    }

    fn ini(&self, path: &str) -> Option<&Ini> {
        self.inis.iter().find(|ini| self.look(1) && ini.path == path)
    }

    /// The file of the project that a container has at a path.
    fn given(&self, service: &Service, path: &str) -> Option<String> {
        match self.locate(service, path) {
            Answer::Yes(Located::Project(path)) => Some(path),
            _ => None,
        }
    }

    /// The file of settings that the program of a service is started with.
    pub fn settings_of(&self, service: &Service) -> Option<&Ini> {
        let process = self.process(service)?;
        self.ini(&self.given(service, process.program()?.ini.as_deref()?)?)
    }

    /// What the file says that a program is given; `at` finds it by its path where the program runs.
    fn take_ini(&self, program: &mut Program, at: impl Fn(&str) -> Option<String>) {
        let Some(ini) = program.ini.as_deref().and_then(at).and_then(|path| self.ini(&path)) else { return };
        program.take_settings(ini.settings.iter().map(|own| (own.key.as_str(), own.value.as_str())));
    }

    /// What a configuration file says that the program finds by itself: in what it is built from, or who knows where.
    fn configure(&self, program: &mut Program, service: &Service, configurations: &[&str]) {
        self.take_ini(program, |path| self.given(service, path));
        let context = service.build.as_ref().and_then(|build| build.context.get());
        let inside = |path: &&str| context.is_none_or(|context| below(path, context).is_some());
        let mut found =
            configurations.iter().copied().filter(inside).filter(|path| program.server.looks_for(base_name(path)));
        let Some(first) = found.next() else { return };
        let only = found.next().is_none() && context.is_some();
        match self.gunicorn_of(service).filter(|conf| only && conf.path == first).map(|conf| &conf.bind) {
            Some(Known::Absent) => {}
            Some(bind) => program.give_way(bind.get().map(String::as_str)),
            None => program.give_way(None),
        }
    }
}

/// Whether an image holds the server that Next.js builds with `output: "standalone"`.
fn is_standalone(image: &Image) -> bool {
    let copies = |step: &Step| {
        step.copy().is_some_and(|copy| copy.sources.iter().any(|own| own.value.contains(".next/standalone")))
    };
    image.chain().iter().flat_map(|stage| &stage.steps).any(copies)
}

/// A word of a unit with its variables put in, as systemd does it; what is not known stays as it is written.
fn put_in(word: &str, env: &dyn Fn(&str) -> Answer<String>) -> String {
    let whole = word.strip_prefix('$').filter(|name| shell::is_name(name));
    if let Some(Answer::Yes(value)) = whole.map(env) {
        return value;
    }
    let mut text = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}').filter(|(name, _)| shell::is_name(name)) else { break };
        text.push_str(before);
        match env(name) {
            Answer::Yes(value) => text.push_str(&value),
            _ => text.push_str(&format!("${{{name}}}")),
        }
        rest = behind;
    }
    text + rest
}

fn of_image(image: &Image) -> Option<Vec<String>> {
    if image.command().or(image.entrypoint()).is_none() {
        return image.inherited().filter(|usual| usual.checked).map(|usual| usual.words());
    }
    let command = image.command().map(|line| line.argv());
    Some([image.before_command(), command.unwrap_or_default()].concat())
}

/// What the entry point of a well-known image makes of a command that is only options, or of none.
fn completed(service: &Service, image: &Image, command: Option<&[String]>) -> Option<Vec<String>> {
    let runs = usual_command(&image.base()?.0)?
        .words()
        .into_iter()
        .next()
        .filter(|name| program::is_daemon(base_name(name)))?;
    let known = service.entrypoint.is_absent() && image.entrypoint().is_none() && !service.command.is_unresolved();
    let command = command.unwrap_or_default();
    let bare = command.first().is_none_or(|first| first.starts_with('-') || first.ends_with(".conf"));
    (known && bare).then(|| [&[runs], command].concat())
}

/// The command of an image that has no entry point.
fn command_of(image: &Image) -> Option<Vec<String>> {
    image.command().filter(|_| image.before_command().is_empty()).map(|line| line.argv())
}

fn told(words: Option<Vec<String>>) -> Answer<Vec<String>> {
    words.map_or_else(|| Answer::Unknown(Why::new("what it is started with is not known")), Answer::Yes)
}

fn answer(value: Known<String>) -> Answer<String> {
    match value {
        Known::Set(value) => Answer::Yes(value.value),
        Known::Default(value) => Answer::Yes(value),
        Known::Absent => Answer::No(Why::new("it is not set")),
        Known::Unresolved { span, why, .. } => Answer::Unknown(Why::seen(why, span)),
    }
}
