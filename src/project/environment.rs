//! Service to its variables: `environment:` and the files named by `env_file:`.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Deref;
use std::sync::Arc;

use super::variables::{Layer, Variables};
use super::{Located, Project};
use crate::model::compose::{Composition, Service, ServiceId};
use crate::model::env::{Assembled, EnvFile, EnvVar, Loader};
use crate::model::image::{Dockerfile, Image, Stage};
use crate::model::{Kind, Known};
use crate::secret::client_prefix;
use crate::source::{Answer, FileId, Role, RoleWhy, Span, Spanned, directory};
use crate::syntax::dotenv::Dialect;
use crate::syntax::shell::base_name;

/// An env file that services of a Compose file cannot do without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NeededEnvFile<'a> {
    /// Its path.
    pub path: &'a str,
    /// Where it is named, each place once; never empty.
    pub spans: Vec<Span>,
    /// The names of the services.
    pub services: Vec<&'a str>,
    /// Whether none of them is started without being asked for.
    pub optional: bool,
}

/// Something that sets variables. They are put together when they are first asked for: an env file has many.
pub struct Setter<'a> {
    /// [`Variables::file`].
    pub file: FileId,
    /// [`Variables::role`].
    pub role: Role,
    set: LazyCell<Box<Variables<'a>>, Box<dyn FnOnce() -> Box<Variables<'a>> + Send + 'a>>,
}

impl<'a> Setter<'a> {
    fn new(file: FileId, role: Role, set: impl FnOnce() -> Variables<'a> + Send + 'a) -> Self {
        Setter { file, role, set: LazyCell::new(Box::new(|| Box::new(set()))) }
    }
}

impl<'a> Deref for Setter<'a> {
    type Target = Variables<'a>;

    fn deref(&self) -> &Variables<'a> {
        &self.set
    }
}

/// Who gets what, found out once for all places.
struct Getters<'a> {
    /// The services that load an env file, with its number among those they load.
    of_file: HashMap<FileId, Vec<(&'a Service, usize)>>,
    /// The services that run an image.
    of_image: HashMap<FileId, Vec<&'a Service>>,
    /// The Dockerfiles that are built in a directory.
    of_context: HashMap<&'a str, Vec<&'a Dockerfile>>,
    /// The services that are built in a directory.
    built_in: HashMap<&'a str, Vec<&'a Service>>,
    /// The env files that Compose takes variables from.
    filling: HashSet<&'a str>,
    /// The names in `environment:` of services that have more from elsewhere.
    own: HashMap<ServiceId, HashSet<&'a str>>,
}

impl<'a> Getters<'a> {
    fn new(project: &'a Project) -> Self {
        let mut getters = Getters {
            of_file: HashMap::new(),
            of_image: HashMap::new(),
            of_context: HashMap::new(),
            built_in: HashMap::new(),
            filling: project.compose.iter().flat_map(|set| &set.env).map(String::as_str).collect(),
            own: HashMap::new(),
        };
        for service in project.services() {
            project.look(1 + service.env_files.len() + service.environment.len());
            for (at, file) in service.env_files.iter().enumerate() {
                if let Some(env) = file.path.get().and_then(|path| project.env_at(path)) {
                    getters.of_file.entry(env.file).or_default().push((service, at));
                }
            }
            if let Image::Built(dockerfile, _) = project.image_of(service) {
                getters.of_image.entry(dockerfile.file).or_default().push(service);
                if let Some(context) = service.build.as_ref().and_then(|build| build.context.get()) {
                    getters.of_context.entry(context).or_default().push(dockerfile);
                    getters.built_in.entry(context).or_default().push(service);
                }
            }
            // A name alone is one of the shell; what becomes of it is not known here.
            let set = service.environment.iter().filter(|(_, value)| !value.is_absent());
            getters.own.insert(service.id, set.map(|(key, _)| key.as_str()).collect());
        }
        getters
    }

    /// Whether a service has a variable from a place that wins over the env file of a number.
    fn has_after(&self, project: &Project, service: &Service, name: &str, after: Option<usize>) -> bool {
        self.own.get(&service.id).is_some_and(|names| names.contains(name))
            || project.in_later_file(service, name, after)
    }

    /// Whether any service has a variable from its env files or `environment:`.
    fn anybody_has(&self, project: &Project, name: &str) -> bool {
        let sets = |file: &FileId| project.env_file(*file).is_some_and(|env| env.get(name).is_some());
        project.look(1 + self.own.len() + self.of_file.len());
        self.own.values().any(|names| names.contains(name)) || self.of_file.keys().any(sets)
    }

    /// Whether every image that is built beside an env file sets a variable for its build: bundlers take that one.
    fn builds_without(&self, env: &EnvFile, name: &str) -> bool {
        if client_prefix(name).is_none() {
            return false;
        }
        let built = self.of_context.get(directory(&env.path)).map_or(&[][..], Vec::as_slice);
        let sets = |stage: &Stage| {
            let default = stage.args.iter().any(|(own, default)| own.value == name && default.is_some());
            default || stage.env(name).is_some()
        };
        !built.is_empty() && built.iter().all(|dockerfile| dockerfile.stages.iter().any(sets))
    }

    /// Whether every service that is built beside an env file, and loads another one or none, is given a variable: a program that
    /// looks for the file keeps what it has.
    fn has_without(&self, project: &Project, env: &EnvFile, name: &str) -> bool {
        // Bundlers take what they find when the image is built.
        let named = self.of_file.contains_key(&env.file) || self.filling.contains(env.path.as_str());
        if named || client_prefix(name).is_some() {
            return false;
        }
        let built = self.built_in.get(directory(&env.path)).map_or(&[][..], Vec::as_slice);
        built.iter().any(|service| service.role >= Role::Staging)
            && built.iter().all(|service| self.has_after(project, service, name, None))
    }

    /// Whether every service that loads an env file has a variable from elsewhere.
    fn none_gets(&self, project: &Project, file: FileId, name: &str) -> bool {
        let services = self.of_file.get(&file).map_or(&[][..], Vec::as_slice);
        !services.is_empty() && services.iter().all(|(service, at)| self.has_after(project, service, name, Some(*at)))
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
            let (name, optional) = (service.name.as_str(), !self.is_on(service));
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
            .filter(|env| fits(self.role(env.file), &env.path))
            .map(|env| env.path.as_str());
        beside.min_by_key(|template| (!template.starts_with(path), template.len()))
    }

    /// The patterns for env files of this name, in whatever folder: `backend/.env.example` of `.env`.
    pub fn templates_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = move |env: &&EnvFile| self.look(1) && base_name(&env.path).starts_with(name);
        let templates = self.env.iter().filter(|env| self.role(env.file) == Role::Template);
        templates.filter(of_name).map(|env| env.path.as_str())
    }

    /// Whether a template of an env file sets a variable to something, and not to `latest`.
    pub fn pinned_by_template(&self, name: &str) -> bool {
        let sets = |env: &EnvFile| {
            env.get(name).and_then(|var| var.known()).is_some_and(|value| !matches!(value.value, "" | "latest"))
        };
        self.env.iter().filter(|env| self.role(env.file) == Role::Template && self.look(1)).any(sets)
    }

    /// Every env file, every Compose service and every image that is built, with what it sets.
    pub fn setters(&self) -> Vec<Setter<'_>> {
        let getters = Arc::new(Getters::new(self));
        let mut all: Vec<Variables> = Vec::new();
        for file in &self.compose {
            for service in &file.services {
                if !service.environment.is_empty() {
                    all.push(self.given_to(file, service));
                }
                all.extend(self.baked_in(file, service));
            }
        }
        all.extend(self.dockerfiles.iter().filter_map(|file| self.built_in(file, &getters)));
        let files = self.env.iter().map(|env| {
            let getters = Arc::clone(&getters);
            Setter::new(env.file, self.role(env.file), move || self.in_file(env, &getters))
        });
        files.chain(all.into_iter().map(|set| Setter::new(set.file, set.role, || set))).collect()
    }

    /// What an env file sets, as far as somebody gets it.
    fn in_file<'a>(&'a self, env: &'a EnvFile, getters: &Getters<'a>) -> Variables<'a> {
        let vars = self.kin(env.file).mark(env.vars().filter(|var| !var.overridden)).collect();
        let mut variables = Variables::new(env.file, self.role(env.file), Layer::File(env), vars);
        if let Some(compose) = self.only_fills_in(env) {
            // The container gets the other value.
            let given = compose.services.iter().flat_map(|service| &service.environment);
            let given: HashSet<&str> =
                given.filter(|(_, value)| value.set().is_some()).map(|(key, _)| key.value.as_str()).collect();
            variables.vars.retain(|var| !given.contains(var.key.value) || self.is_passed_on(var));
        } else if self.only_compose_loads(env) {
            variables.vars.retain(|var| !getters.none_gets(self, env.file, var.key.value));
        }
        let elsewhere = |name: &str| getters.builds_without(env, name) || getters.has_without(self, env, name);
        variables.vars.retain(|var| !elsewhere(var.key.value));
        if let Some(stronger) = self.of_mode(env) {
            variables.vars.retain(|var| stronger.get(var.key.value).is_none());
        }
        variables.services =
            getters.of_file.get(&env.file).into_iter().flatten().map(|(service, _)| *service).collect();
        variables
    }

    /// Whether the comment above a variable says that the program makes a value up: `if not set it will be randomly
    /// generated`.
    pub fn is_made_up(&self, var: &EnvVar) -> bool {
        let before = self.source(var.key.span.file).text().get(..var.key.span.start as usize).unwrap_or("");
        let lines = before.lines().rev().skip_while(|line| line.trim().is_empty());
        let mut comment = lines.take_while(|line| line.trim_start().starts_with('#'));
        comment.any(|line| line.to_ascii_lowercase().contains("randomly generated"))
    }

    /// The file beside a `.env` that wins over it in a build for users: Next.js and Vite read `.env.production` then (their
    /// documentation on environment variables, 2026-11).
    fn of_mode(&self, env: &EnvFile) -> Option<&EnvFile> {
        let folder = env.path.strip_suffix(".env").filter(|folder| folder.is_empty() || folder.ends_with('/'))?;
        let loaders = self.loaders(env.file);
        let by_mode = |loader: &Loader| matches!(loader.dialect, Dialect::NodeNext | Dialect::NodeExpand12);
        let all = !loaders.is_empty() && loaders.iter().all(by_mode);
        let mode = self.built_in_mode(folder).unwrap_or("production");
        all.then(|| self.env_at(&format!("{folder}.env.{mode}"))).flatten()
    }

    /// The mode that the script `build` of a package gives Vite: `vite build --mode prod`.
    fn built_in_mode(&self, folder: &str) -> Option<&str> {
        let manifest = self.at(&format!("{folder}package.json"))?.source.shown();
        let script = manifest.lines().find(|line| line.trim_start().starts_with("\"build\":"))?;
        let (_, told) = script.split_once("vite build")?.1.split_once("--mode")?;
        let told = told.trim_start_matches([' ', '=']);
        told.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next().filter(|mode| !mode.is_empty())
    }

    /// What the env files of a service say of a variable, with the file: the last one that has it.
    pub fn in_env_files<'a>(&'a self, service: &Service, name: &str) -> Option<(&'a EnvFile, EnvVar<'a>)> {
        let mut files = service.env_files.iter().rev().filter_map(|file| self.env_at(file.path.get()?));
        files.find_map(|env| self.look(1).then(|| env.get(name).map(|var| (env, var)))?)
    }

    /// The variables a service has from its env files and `environment:`, by name.
    pub fn names_seen_by<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a str> {
        let files = service.env_files.iter().filter_map(|file| self.env_at(file.path.get()?));
        let files = files.filter(|env| self.look(env.vars().len())).flat_map(EnvFile::vars);
        service.environment.iter().map(|(key, _)| key.as_str()).chain(files.map(|var| var.key.value))
    }

    /// The names of all variables of a service, sorted: those of its image, too. What may not be shown is no name: in a
    /// damaged file a secret can stand where one is expected.
    pub fn environment_of<'a>(&'a self, service: &'a Service) -> BTreeSet<&'a str> {
        let image = self.image_of(service);
        let of_image = image.chain().into_iter().flat_map(|stage| &stage.env);
        let own = service.environment.iter().map(|(key, _)| (key.as_str(), key.span));
        let of_image = of_image.map(|(key, _)| (key.as_str(), key.span));
        let files = service.env_files.iter().filter_map(|file| self.env_at(file.path.get()?));
        let files = files.filter(|env| self.look(env.vars().len())).flat_map(EnvFile::vars);
        let all = own.chain(of_image).chain(files.map(|var| (var.key.value, var.key.span)));
        let is_name = |(name, at): &(&str, Span)| {
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
                && self.source(at.file).quote(*at).trim_matches(['"', '\'']) == *name
        };
        all.filter(is_name).map(|(name, _)| name).collect()
    }

    /// Whether an env file of a service behind the one of a number has a variable.
    fn in_later_file(&self, service: &Service, name: &str, after: Option<usize>) -> bool {
        let later = service.env_files.iter().skip(after.map_or(0, |at| at + 1));
        self.look(1 + later.len());
        let mut files = later.filter_map(|file| self.env_at(file.path.get()?));
        files.any(|env| env.get(name).is_some_and(|var| var.value.is_some()))
    }

    /// The services that get a variable from where it is set here: those that do not have it from a stronger place.
    pub fn receivers<'s>(&self, set: &Variables<'s>, name: &str) -> impl Iterator<Item = &'s Service> {
        set.services.iter().copied().filter(move |service| {
            let own = || service.environment.iter().any(|(key, value)| key.value == name && !value.is_absent());
            match set.layer {
                Layer::Service | Layer::Build => true,
                Layer::Image => !own() && !self.in_later_file(service, name, None),
                Layer::File(env) => {
                    let at = service.env_files.iter().rposition(|file| file.path.get() == Some(&env.path));
                    !own() && !self.in_later_file(service, name, at)
                }
            }
        })
    }

    /// Whether a service gets a variable of a `.env`, under any name.
    fn is_passed_on(&self, var: &EnvVar) -> bool {
        var.value.is_some_and(|value| self.passed_on.contains(&value.span))
    }

    /// Whether nothing but Compose loads an env file.
    fn only_compose_loads(&self, env: &EnvFile) -> bool {
        let named = |at: Span| self.document(at.file).class.kind == Kind::Compose;
        self.loaders(env.file).iter().all(|loader| loader.at.is_some_and(named))
    }

    /// What the image a Dockerfile ends with sets.
    fn built_in<'a>(&'a self, file: &'a Dockerfile, getters: &Getters<'a>) -> Option<Variables<'a>> {
        let mut chain = file.chain(file.target(None)?);
        chain.reverse();
        let services = getters.of_image.get(&file.file).map_or(&[][..], Vec::as_slice);
        let mut set: BTreeMap<&str, EnvVar> = BTreeMap::new();
        for (key, value) in chain.iter().flat_map(|stage| &stage.env) {
            let value = value.set().map(Spanned::borrowed);
            set.insert(&key.value, EnvVar::given(key.borrowed(), value, None, false));
        }
        // Who runs an image that others are built on is not known; what services are given is given on top of it.
        let elsewhere = |name: &str| match services {
            [] => getters.anybody_has(self, name),
            services => services.iter().all(|service| getters.has_after(self, service, name, None)),
        };
        set.retain(|name, _| !elsewhere(name));
        if set.is_empty() {
            return None;
        }
        let role = self.role(file.file);
        let mut variables = Variables::new(file.file, role, Layer::Image, set.into_values().collect());
        variables.services = services.into();
        // The stage has a name: `FROM base AS development`.
        let named = || chain.last()?.name.as_ref().and_then(|name| Role::parse(&name.value));
        let own = || named().or_else(|| variables.tame());
        let own = (self.role_why(file.file) == RoleWhy::Unnamed).then(own).flatten();
        variables.role = own.unwrap_or(role);
        Some(variables)
    }

    /// What the build of a service writes into the pages that browsers load.
    fn baked_in<'a>(&'a self, file: &'a Composition, service: &'a Service) -> Option<Variables<'a>> {
        let build = service.build.as_ref()?;
        let Image::Built(dockerfile, _) = self.image_of(service) else { return None };
        let asked: HashSet<&str> =
            dockerfile.stages.iter().flat_map(|stage| &stage.args).map(|(name, _)| name.as_str()).collect();
        let pages = |name: &str| client_prefix(name).is_some() && asked.contains(name);
        let args = build.args.iter().filter(|(key, _)| pages(&key.value));
        // What is put in from elsewhere has no place here.
        let written =
            |value: &'a Known<String>| value.set().filter(|value| value.span.range().len() == value.value.len());
        let given = |(key, value): &'a (_, _)| {
            EnvVar::given(Spanned::borrowed(key), written(value).map(Spanned::borrowed), None, false)
        };
        let vars: Vec<EnvVar> = args.map(given).collect();
        if vars.is_empty() {
            return None;
        }
        let mut variables = Variables::new(build.span.file, file.role, Layer::Build, vars);
        variables.services = Arc::new([service]);
        Some(variables)
    }

    /// The Compose file beside a `.env` that nothing else loads: Compose fills in its variables from there, and no
    /// container gets the file.
    fn only_fills_in(&self, env: &EnvFile) -> Option<&Composition> {
        let [loader] = self.loaders(env.file) else { return None };
        let file = loader.at.filter(|at| loader.dialect == Dialect::Compose && at.start == 0 && at.end == 0)?.file;
        let compose = self.compose.iter().find(|compose| compose.file == file)?;
        let handed = |file: &Composition| {
            self.look(1 + file.services.len());
            let mut named = file.services.iter().flat_map(|service| &service.env_files);
            named.any(|named| named.path.get().is_none_or(|path| *path == env.path))
        };
        (!self.compose.iter().any(handed)).then_some(compose)
    }

    /// What `environment:` of a service sets, with what Compose fills in.
    fn given_to<'a>(&'a self, file: &'a Composition, service: &'a Service) -> Variables<'a> {
        let vars = service.environment.iter().enumerate().map(|(at, (key, value))| {
            let assembled = self.assembled.get(&(service.id, at));
            let from = assembled.and_then(|assembled| assembled.place()).filter(|place| place.file != key.span.file);
            let copied = from.is_some_and(|place| self.is_copied(place, assembled));
            let given = EnvVar::given(key.borrowed(), value.set().map(Spanned::borrowed), assembled, copied);
            value.partly().map_or(given, |text| given.with_blanks(text.borrowed()))
        });
        let mut variables = Variables::new(service.file, service.role, Layer::Service, vars.collect());
        variables.inside = service.is_closed();
        variables.services = Arc::new([service]);
        if file.role_said || self.role_why(file.file) != RoleWhy::Unnamed {
            return variables;
        }
        // A service that runs the sources of the developer is what it says it is.
        let own = variables.tame().filter(|_| service.runs_sources());
        let mut files =
            service.env_files.iter().filter_map(|file| Some(self.role(self.env_at(file.path.get()?)?.file)));
        let own = own.or_else(|| files.find(|role| matches!(role, Role::Development | Role::Test)));
        variables.role = own.unwrap_or(service.role);
        variables
    }

    /// Whether the value of an env file that was put in is that of the template beside it.
    fn is_copied(&self, place: Span, assembled: Option<&Assembled>) -> bool {
        let name = assembled.and_then(|assembled| assembled.put_in().next()?.from.as_deref());
        let var = name.and_then(|name| self.env_file(place.file)?.get(name));
        var.is_some_and(|var| self.kin(place.file).has_copied(&var))
    }

    /// The secret that a service finds at a path, if the project has its file.
    pub fn secret_at(&self, service: &Service, path: &str) -> Option<&Spanned<String>> {
        let Answer::Yes(Located::Project(path)) = self.locate(service, path) else { return None };
        self.secret_in(&path)
    }

    /// The secret in the file at a path of the project, if it holds one and nothing else.
    pub fn secret_in(&self, path: &str) -> Option<&Spanned<String>> {
        let file = self.at(path)?.source.id;
        let index = self.secret_files.binary_search_by_key(&file, |own| own.file).ok()?;
        self.secret_files[index].value.as_ref()
    }

    /// What a service gets for a variable that it names without a value: that of the `.env`, if it is there.
    fn handed_on(&self, service: &Service, name: &str) -> Known<String> {
        let compose = self.compose.get(service.id.composition);
        let mut files = compose.into_iter().flat_map(|compose| compose.env.iter().rev());
        let value = files.find_map(|path| self.env_at(path).filter(|_| self.look(1))?.get(name)?.value);
        value.map_or(Known::Absent, |value| Known::Set(value.owned()))
    }

    /// The value a variable has in the container of a service: `environment:` first, then the last `env_file:` that
    /// has it, then the image's `ENV`. A file that is not in the project leaves it unresolved.
    pub fn service_env(&self, service: &Service, name: &str) -> Known<String> {
        self.look(1 + service.environment.len());
        if let Some((_, value)) = service.environment.iter().rev().find(|(key, _)| key.value == name) {
            return if value.is_absent() { self.handed_on(service, name) } else { value.clone() };
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
                    return Known::unresolved(path.span, "an env file of it is not in the project");
                }
            }
        }
        self.image_of(service).env(name)
    }

    /// Where a variable of a service is set in vain, because a stronger place sets it, too: the strongest of them first.
    pub fn hidden(&self, service: &Service, name: &str) -> Vec<Span> {
        self.look(1 + service.environment.len() + service.env_files.len());
        let own = service.environment.iter().rev().filter(|(key, _)| key.value == name);
        let own = own.filter_map(|(_, value)| value.span());
        let files = service.env_files.iter().rev().filter_map(|file| self.env_at(file.path.get()?));
        let files = files.filter_map(|env| Some(env.get(name)?.value?.span));
        own.chain(files).chain(self.image_of(service).env(name).span()).skip(1).collect()
    }
}
