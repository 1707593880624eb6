//! What runs: the programs of containers, as they are started and with what they see.

use std::collections::HashSet;

use super::Project;
use crate::model::Known;
use crate::model::compose::{Service, ServiceId};
use crate::model::image::{Dockerfile, Image, Step};
use crate::model::program::{self, Program};
use crate::source::{Answer, FileId, Role, Span, Why, below};
use crate::syntax::shell::base_name;

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
}

impl<'a> Process<'a> {
    /// The service, if one runs it.
    pub fn service(&self) -> Option<&'a Service> {
        match self.runner {
            Runner::Service(service) => Some(service),
            Runner::Image(_) => None,
        }
    }

    /// Whose it is, for people.
    pub fn owner(&self) -> String {
        // A command of the image is that of everybody who runs it.
        let service = self.service().filter(|service| self.line().file == service.span.file);
        service.map_or("this image".to_owned(), |service| format!("service `{}`", service.name.value))
    }

    /// The file it is told in: that of the service, or the Dockerfile.
    pub fn file(&self) -> FileId {
        match self.runner {
            Runner::Service(service) => service.file,
            Runner::Image(file) => file.file,
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
        Processes { services, images: images.collect() }
    }
}

impl Project {
    /// Everything that runs in a container.
    pub fn processes(&self) -> Vec<Process<'_>> {
        let services = self.services().filter_map(|service| self.process(service));
        let images = self.processes.images.iter().filter_map(|(at, started)| {
            let file = self.dockerfiles.get(*at)?;
            let image = Image::Built(file, file.target(None)?);
            Some(Process { runner: Runner::Image(file), image, started })
        });
        services.chain(images).collect()
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
                let mut words = image.entrypoint().map(|line| line.argv()).unwrap_or_default();
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
        let mut program = words.as_ref().and_then(|words| Program::read(words, &env)).or_else(standalone);
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

    /// What a configuration file says that the program finds by itself: in what it is built from, or who knows where.
    fn configure(&self, program: &mut Program, service: &Service, configurations: &[&str]) {
        let context = service.build.as_ref().and_then(|build| build.context.get());
        let inside = |path: &&str| context.is_none_or(|context| below(path, context).is_some());
        let mut found = configurations
            .iter()
            .copied()
            .filter(inside)
            .filter(|path| program.server.files.contains(&base_name(path)));
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

fn of_image(image: &Image) -> Option<Vec<String>> {
    let lines = [image.entrypoint(), image.command()];
    let words: Vec<String> = lines.into_iter().flatten().flat_map(|line| line.argv()).collect();
    (!words.is_empty()).then_some(words)
}

/// The command of an image that has no entry point.
fn command_of(image: &Image) -> Option<Vec<String>> {
    image.command().filter(|_| image.entrypoint().is_none()).map(|line| line.argv())
}

fn told(words: Option<Vec<String>>) -> Answer<Vec<String>> {
    words.map_or_else(|| Answer::Unknown(Why::new("what it is started with is not known")), Answer::Yes)
}

fn answer(value: Known<String>) -> Answer<String> {
    match value {
        Known::Set(value) => Answer::Yes(value.value),
        Known::Default(value) => Answer::Yes(value),
        Known::Absent => Answer::No(Why::new("it is not set")),
        Known::Unresolved { span, why } => Answer::Unknown(Why::seen(why, span)),
    }
}
