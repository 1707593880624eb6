//! Service and unit to the SQLite databases that they are told of, and to who else writes them.

use std::collections::BTreeMap;

use super::{Commands, Project};
use crate::model::Known;
use crate::model::compose::{Composition, Service};
use crate::model::env::{EnvFile, sqlite_file};
use crate::model::starts::Step;
use crate::model::units::Unit;
use crate::source::{Span, Spanned, below, join};

/// A SQLite database that several programs write at once.
#[derive(Clone, Debug)]
pub struct Shared<'a> {
    /// Its path in the container of the first one.
    pub path: String,
    /// Where the first one is told of it.
    pub at: Span,
    /// The services that write it, each with how many of its processes do.
    pub writers: Vec<(&'a Service, u32)>,
}

impl Project {
    /// The files of SQLite databases that a service is told of, each where its value is written.
    pub fn sqlite_files(&self, service: &Service) -> Vec<Spanned<String>> {
        let file = |key: &str, value: &str, span| Some(Spanned::new(sqlite_file(key, value)?.to_owned(), span));
        let own =
            service.environment.iter().filter_map(|(key, value)| file(&key.value, &value.set()?.value, value.span()?));
        let mut found: Vec<Spanned<String>> = own.collect();
        for env in service.env_files.iter().filter_map(|file| self.env_at(file.path.get()?)) {
            let gets = |name: &str, at: Span| self.service_env(service, name).span() == Some(at);
            let told =
                env.effective().filter_map(|(var, value)| Some((var, file(var.key.value, value.value, value.span)?)));
            found.extend(told.filter(|(var, told)| gets(var.key.value, told.span)).map(|(_, told)| told));
        }
        found
    }

    /// The SQLite databases of a composition that more than one process writes: workers of one server, copies of a service,
    /// or several services that mount the same place.
    pub fn shared_databases<'a>(&self, set: &'a Composition) -> Vec<Shared<'a>> {
        let mut found: BTreeMap<String, Shared<'a>> = BTreeMap::new();
        for service in set.services.iter().filter(|service| set.is_on(service) && !set.is_one_shot(service)) {
            for told in self.sqlite_files(service) {
                let Some(path) = self.full_path(service, &told.value) else { continue };
                let Some(place) = kept_at(service, &path) else { continue };
                let shared = found.entry(place).or_insert_with(|| Shared { path, at: told.span, writers: Vec::new() });
                if self.look(1 + shared.writers.len()) && shared.writers.iter().all(|(own, _)| own.id != service.id) {
                    shared.writers.push((service, self.copies(service)));
                }
            }
        }
        let several = |shared: &Shared| shared.writers.iter().map(|(_, processes)| processes).sum::<u32>() > 1;
        found.into_values().filter(several).collect()
    }

    /// The SQLite database of a unit: one that its variables name, or the env file where it runs; else one that the project
    /// looks after and that lies where the unit writes.
    pub fn sqlite_of_unit(&self, unit: &Unit) -> Option<Spanned<String>> {
        let file = |key: &str, value: &str, span| Some(Spanned::new(sqlite_file(key, value)?.to_owned(), span));
        let own = unit.environment.iter().find_map(|(key, value)| file(&key.value, &value.value, value.span));
        let named = unit.all("Service", "EnvironmentFile").into_iter();
        let named = named.filter_map(|own| self.from_host(unit, own.value.value.trim_start_matches('-')));
        let mut files = named.filter_map(|path| self.env_at(&path)).chain(self.env_beside(unit));
        let told = || {
            files.find_map(|env| {
                self.look(1);
                env.effective().find_map(|(var, value)| file(var.key.value, value.value, value.span))
            })
        };
        own.or_else(told).or_else(|| self.sqlite_below(unit))
    }

    /// The env file that lies where a unit runs.
    pub fn env_beside(&self, unit: &Unit) -> Option<&EnvFile> {
        let place = unit.last("Service", "WorkingDirectory")?.value.trim_start_matches('-').trim_end_matches('/');
        let inside = |name: &&str| self.env_at(&join("", &self.from_host(unit, &format!("{place}/{name}"))?));
        [".env", ".env.prod", ".env.production"].iter().find_map(inside)
    }

    /// A SQLite database that a command of the project works on, below a directory that the unit says it writes to.
    fn sqlite_below(&self, unit: &Unit) -> Option<Spanned<String>> {
        let mut places: Vec<&str> = unit.list("Service", "ReadWritePaths").iter().map(|own| own.value).collect();
        places.extend(unit.service("WorkingDirectory"));
        places.retain(|path| path.len() > 1 && path.starts_with('/'));
        let works_on = |step: &Step| {
            let copied = step.copied().map(|copied| copied.from).unwrap_or_default();
            let asked = step.arguments().iter().filter(|_| step.tool() == "sqlite3").take(2);
            let files = copied.into_iter().chain(asked);
            let own = |word: &&Spanned<String>| {
                let ends = [".db", ".sqlite", ".sqlite3"].iter().any(|end| word.value.ends_with(end));
                ends && places.iter().any(|place| below(&word.value, place.trim_end_matches('/')).is_some())
            };
            files.into_iter().find(own).cloned()
        };
        let looked = |commands: &Commands| self.look(commands.steps.len());
        self.commands().into_iter().filter(looked).find_map(|commands| commands.steps.iter().find_map(works_on))
    }

    /// How many processes of a service answer at once, as far as that is written.
    fn copies(&self, service: &Service) -> u32 {
        let workers = self.process(service).and_then(|process| process.program()?.workers).unwrap_or(1).max(1);
        let copies = service.replicas.get().and_then(|copies| u32::try_from(*copies).ok()).unwrap_or(1);
        workers.saturating_mul(copies)
    }
}

/// What a path in a container is outside of it: the source of the deepest mount around it, and what lies below. `None` when
/// nothing is mounted there, or it may only be read.
fn kept_at(service: &Service, path: &str) -> Option<String> {
    let around = service.mounts.iter().filter_map(|mount| Some((mount, below(path, mount.target.get()?)?)));
    let (mount, rest) = around.min_by_key(|(_, rest)| rest.len())?;
    match &mount.source {
        Known::Set(source) if !mount.read_only => Some(format!("{}\n{rest}", source.value)),
        _ => None,
    }
}
