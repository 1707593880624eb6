//! Service to its variables: `environment:` and the files named by `env_file:`.

use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;

use super::Project;
use crate::model::Known;
use crate::model::compose::{Composition, Operator, Service, Variable};
use crate::model::env::{EnvFile, is_false, stage};
use crate::model::image::Dockerfile;
use crate::source::{FileId, Role, RoleWhy, Span, Spanned, directory};
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

/// What one place sets: an env file, `environment:` of a Compose service, or `ENV` of a Dockerfile. A program does not see
/// the difference.
#[derive(Debug)]
pub struct Variables<'a> {
    /// The file it stands in.
    pub file: FileId,
    /// The environment it belongs to: that of the file, unless only the variables themselves say one.
    pub role: Role,
    /// Whether they are those of a service that only its host and other services reach.
    pub inside: bool,
    /// No value: not known here, or written elsewhere.
    set: Vec<(Spanned<&'a str>, Option<Spanned<&'a str>>)>,
}

/// Something that sets variables. They are put together when they are first asked for: an env file has many.
pub struct Setter<'a> {
    /// [`Variables::file`].
    pub file: FileId,
    /// [`Variables::role`].
    pub role: Role,
    set: LazyCell<Variables<'a>, Box<dyn FnOnce() -> Variables<'a> + Send + 'a>>,
}

impl<'a> Setter<'a> {
    fn new(file: FileId, role: Role, set: impl FnOnce() -> Variables<'a> + Send + 'a) -> Self {
        Setter { file, role, set: LazyCell::new(Box::new(set)) }
    }
}

impl<'a> Deref for Setter<'a> {
    type Target = Variables<'a>;

    fn deref(&self) -> &Variables<'a> {
        &self.set
    }
}

impl<'a> Variables<'a> {
    /// The variables and their values. Values that are written elsewhere are left out: they are judged there.
    pub fn iter(&self) -> impl Iterator<Item = (Spanned<&'a str>, Spanned<&'a str>)> {
        self.set.iter().filter_map(|(key, value)| Some((*key, (*value)?)))
    }

    /// Whether a variable may have a value other than nothing and no.
    pub fn may_have(&self, name: &str) -> bool {
        let something = |value: &Spanned<&str>| !value.value.trim().is_empty() && !is_false(value.value);
        self.set.iter().any(|(key, value)| key.value == name && value.as_ref().is_none_or(something))
    }

    /// The variables that name the environment, with what they name.
    pub fn stages(&self) -> impl Iterator<Item = (Spanned<&'a str>, Span, Role)> {
        self.iter().filter_map(|(key, value)| Some((key, value.span, stage(key.value, value.value)?)))
    }

    /// Development or test, if the variables say so.
    fn tame(&self) -> Option<Role> {
        self.stages().map(|(_, _, role)| role).find(|role| matches!(role, Role::Development | Role::Test))
    }

    /// Those of an env file.
    fn of_file(env: &'a EnvFile) -> Self {
        let set = env.vars().filter(|var| !var.overridden).map(|var| (var.key, var.known())).collect();
        Variables { file: env.file, role: env.role, inside: false, set }
    }
}

impl Composition {
    /// The env files that services need: those without `required: false`. Paths that are not known are left out.
    pub fn needed_env_files(&self) -> Vec<NeededEnvFile<'_>> {
        let mut needed: Vec<NeededEnvFile> = Vec::new();
        let mut by_path: HashMap<&str, (usize, HashSet<Span>)> = HashMap::new();
        let files = self.services.iter().flat_map(|service| service.env_files.iter().map(move |file| (service, file)));
        for (service, file) in files.filter(|(_, file)| file.required) {
            let Some(path) = file.path.set() else { continue };
            let (name, optional) = (service.name.as_str(), !service.profiles.is_empty());
            let next = needed.len();
            let (at, seen) = by_path.entry(&path.value).or_insert_with(|| (next, HashSet::new()));
            if *at == next {
                needed.push(NeededEnvFile { path: &path.value, spans: Vec::new(), services: Vec::new(), optional });
            }
            let known = &mut needed[*at];
            known.services.push(name);
            known.optional &= optional;
            if seen.insert(path.span) {
                known.spans.push(path.span);
            }
        }
        needed
    }
}

impl Project {
    /// A pattern for an env file that need not exist: an env template in its directory, one of its own name first.
    pub fn template_beside(&self, path: &str) -> Option<&str> {
        let fits = |role: Role, own: &str| role == Role::Template && directory(own) == directory(path);
        let beside = self
            .env
            .iter()
            .filter(|_| self.look(1))
            .filter(|env| fits(env.role, &env.path))
            .map(|env| env.path.as_str());
        beside.min_by_key(|template| (!template.starts_with(path), template.len()))
    }

    /// Whether a template of an env file sets a variable to something, and not to `latest`.
    pub fn pinned_by_template(&self, name: &str) -> bool {
        let sets = |env: &EnvFile| {
            env.get(name).and_then(|var| var.known()).is_some_and(|value| !matches!(value.value, "" | "latest"))
        };
        self.env.iter().filter(|env| env.role == Role::Template && self.look(1)).any(sets)
    }

    /// Every env file, every Compose service and every image that is built, with what it sets.
    pub fn setters(&self) -> Vec<Setter<'_>> {
        let mut all: Vec<Variables> = Vec::new();
        for file in &self.compose {
            let filled: BTreeMap<Span, &Variable> = file.variables.iter().map(|used| (used.span, used)).collect();
            let services = file.services.iter().filter(|service| !service.environment.is_empty());
            all.extend(services.map(|service| self.given_to(file, service, &filled)));
        }
        all.extend(self.dockerfiles.iter().filter_map(|file| self.built_in(file)));
        let files = self.env.iter().map(|env| {
            Setter::new(env.file, env.role, || {
                let mut variables = Variables::of_file(env);
                if let Some(compose) = self.only_fills_in(env) {
                    // The container gets the other value.
                    let given = compose.services.iter().flat_map(|service| &service.environment);
                    let given: HashSet<&str> =
                        given.filter(|(_, value)| value.set().is_some()).map(|(key, _)| key.value.as_str()).collect();
                    variables.set.retain(|(key, _)| !given.contains(key.value));
                }
                variables
            })
        });
        files.chain(all.into_iter().map(|set| Setter::new(set.file, set.role, || set))).collect()
    }

    /// What the image a Dockerfile ends with sets.
    fn built_in<'a>(&'a self, file: &'a Dockerfile) -> Option<Variables<'a>> {
        let mut chain = file.chain(file.target(None)?);
        chain.reverse();
        let mut set: BTreeMap<&str, _> = BTreeMap::new();
        for (key, value) in chain.iter().flat_map(|stage| &stage.env) {
            let value = value.set().map(|value| Spanned::new(value.value.as_str(), value.span));
            set.insert(&key.value, (key.borrowed(), value));
        }
        let document = self.document(file.file);
        let set = set.into_values().collect();
        let variables = Variables { file: file.file, role: document.role, inside: false, set };
        // The stage has a name: `FROM base AS development`.
        let named = || chain.last()?.name.as_ref().and_then(|name| Role::parse(&name.value));
        let own = || named().or_else(|| variables.tame());
        let own = (document.role_why == RoleWhy::Unnamed).then(own).flatten();
        Some(Variables { role: own.unwrap_or(document.role), ..variables })
    }

    /// The Compose file beside a `.env` that nothing else loads: Compose fills in its variables from there, and no
    /// container gets the file.
    fn only_fills_in(&self, env: &EnvFile) -> Option<&Composition> {
        let [loader] = &env.loaders[..] else { return None };
        let file = loader.at.filter(|at| loader.dialect == Dialect::Compose && at.start == 0 && at.end == 0)?.file;
        let compose = self.compose.iter().find(|compose| compose.file == file)?;
        let handed = |file: &Composition| {
            self.look(1 + file.services.len());
            let mut named = file.services.iter().flat_map(|service| &service.env_files);
            named.any(|named| named.path.get().is_none_or(|path| *path == env.path))
        };
        (!self.compose.iter().any(handed)).then_some(compose)
    }

    fn given_to<'a>(
        &'a self,
        file: &'a Composition,
        service: &'a Service,
        filled: &BTreeMap<Span, &Variable>,
    ) -> Variables<'a> {
        let written = |value: &'a Known<String>| {
            let value = value.set()?;
            Some(Spanned::new(value.value.as_str(), written(value, filled)?))
        };
        let set = service.environment.iter().map(|(key, value)| (key.borrowed(), written(value))).collect();
        let variables = Variables { file: service.file, role: file.role, inside: service.is_closed(), set };
        if file.role_said || self.document(file.file).role_why != RoleWhy::Unnamed {
            return variables;
        }
        // A service of a file nobody calls anything is what it says it is.
        let mut files = service.env_files.iter().filter_map(|file| Some(self.env_at(file.path.get()?)?.role));
        let own = variables.tame().or_else(|| files.find(|role| matches!(role, Role::Development | Role::Test)));
        Variables { role: own.unwrap_or(file.role), ..variables }
    }

    /// The value a variable has in the container of a service: `environment:` first, then the last `env_file:` that
    /// has it, then the image's `ENV`. A file that is not in the project leaves it unresolved.
    pub fn service_env(&self, service: &Service, name: &str) -> Known<String> {
        self.look(1 + service.environment.len());
        if let Some((_, value)) = service.environment.iter().rev().find(|(key, _)| key.value == name) {
            return value.clone();
        }
        for file in service.env_files.iter().rev() {
            let Some(path) = file.path.set() else { continue };
            match self.env_at(&path.value) {
                Some(env) => {
                    if !self.look(1) {
                        break;
                    }
                    if let Some(value) = env.get(name).and_then(|var| var.value) {
                        return Known::Set(value.owned());
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

/// The place of a value, if it is written in the Compose file itself: as it is, or as the default of the variable that it
/// is taken from.
fn written(value: &Spanned<String>, filled: &BTreeMap<Span, &Variable>) -> Option<Span> {
    let mut within =
        filled.range(value.span.at_start()..).take_while(|(span, _)| value.span.contains(**span)).peekable();
    if within.peek().is_none() {
        return Some(value.span);
    }
    let default = |variable: &Variable| {
        let named = matches!(variable.operator, Operator::Default | Operator::DefaultIfEmpty);
        let argument = variable.argument.as_ref().filter(|_| named && variable.value.is_none())?;
        (argument.value == value.value).then_some(argument.span)
    };
    within.find_map(|(_, variable)| default(variable))
}
