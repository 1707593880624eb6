//! Service to the SQLite databases that it is told of, and to who else writes them.

use std::collections::BTreeMap;

use super::Project;
use crate::model::Known;
use crate::model::compose::{Composition, Service};
use crate::model::env::sqlite_file;
use crate::source::{Span, Spanned, below};

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
