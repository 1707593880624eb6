//! Service to its variables: `environment:` and the files named by `env_file:`.

use super::Project;
use crate::model::Known;
use crate::model::compose::{ComposeFile, Service};
use crate::model::env::{EnvFile, dialects};
use crate::source::{Role, Span, directory};
use crate::syntax::dotenv::Dialect;

/// An env file that services of a Compose file cannot do without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NeededEnvFile<'a> {
    /// Its path.
    pub path: &'a str,
    /// Where it is named, each place once; never empty.
    pub spans: Vec<Span>,
    /// The names of the services.
    pub services: Vec<&'a str>,
    /// Whether all of them are switched on by profiles.
    pub optional: bool,
}

impl ComposeFile {
    /// The env files that services need: those without `required: false`. Paths that are not known are left out.
    pub fn needed_env_files(&self) -> Vec<NeededEnvFile<'_>> {
        let mut needed: Vec<NeededEnvFile> = Vec::new();
        let files = self.services.iter().flat_map(|service| service.env_files.iter().map(move |file| (service, file)));
        for (service, file) in files.filter(|(_, file)| file.required) {
            let Some(path) = file.path.set() else { continue };
            let (name, optional) = (service.name.as_str(), !service.profiles.is_empty());
            match needed.iter_mut().find(|known| known.path == path.value) {
                Some(known) => {
                    known.services.push(name);
                    known.optional &= optional;
                    if !known.spans.contains(&path.span) {
                        known.spans.push(path.span);
                    }
                }
                None => needed.push(NeededEnvFile {
                    path: &path.value,
                    spans: vec![path.span],
                    services: vec![name],
                    optional,
                }),
            }
        }
        needed
    }
}

impl Project {
    /// The programs that load an env file.
    pub fn dialects(&self, env: &EnvFile) -> Vec<Dialect> {
        dialects(self.source(env.file), self.files.uses_dotenvy(directory(&env.path)))
    }

    /// A pattern for an env file that need not exist: an env template in its directory, one of its own name first.
    pub fn template_beside(&self, path: &str) -> Option<&str> {
        let fits = |role: Role, own: &str| role == Role::Template && directory(own) == directory(path);
        let beside = self.env.iter().filter(|env| fits(env.role, &env.path)).map(|env| env.path.as_str());
        beside.min_by_key(|template| (!template.starts_with(path), template.len()))
    }

    /// The value a variable has in the container of a service: `environment:` first, then the last `env_file:` that
    /// has it, then the image's `ENV`. A file that is not in the project leaves it unresolved.
    pub fn service_env(&self, service: &Service, name: &str) -> Known<String> {
        if let Some((_, value)) = service.environment.iter().rev().find(|(key, _)| key.value == name) {
            return value.clone();
        }
        for file in service.env_files.iter().rev() {
            let Some(path) = file.path.set() else { continue };
            match self.env_at(&path.value) {
                Some(env) => {
                    if let Some(value) = env.get(name).and_then(|var| var.value.clone()) {
                        return Known::Set(value);
                    }
                }
                None => {
                    return Known::Unresolved {
                        span: path.span,
                        why: "an env file of it is not in the project".into(),
                    };
                }
            }
        }
        self.image_of(service).env(name)
    }
}
