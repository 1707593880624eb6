//! Env file to the programs that load it: what Compose files, scripts, manifests and units say.

use std::collections::{HashMap, HashSet};

use super::Project;
use super::commands::is_of_a_tool;
use super::images::Shipped;
use super::said::says;
use crate::model::compose::Composition;
use crate::model::env::{EnvFile, Loader, Use, is_usual_name, takes_paths};
use crate::model::starts::Step;
use crate::model::{Kind, Meaning, Unjudged};
use crate::secret::{Holds, Limits, Secret, is_no_secret, is_placeholder, is_secret_name};
use crate::source::{Cut, FileId, Presence, Role, RoleWhy, Span, directory, join};
use crate::syntax::dotenv::{self, Dialect};
use crate::syntax::shell::base_name;

impl Project {
    /// The programs that load an env file; none only for what is no env file.
    pub fn loaders(&self, file: FileId) -> &[Loader] {
        self.loaders.get(file.index()).map_or(&[], |loaders| loaders)
    }
}

impl Project {
    /// Whether nothing is seen to load an env file with a name of its own, nor says that name, while what ships is given
    /// others: `.env.unified` beside the `.env.prod` of the stack.
    pub fn is_left_aside(&self, file: FileId) -> bool {
        self.left_aside.get_or_init(|| self.all_left_aside()).contains(&file)
    }

    fn all_left_aside(&self) -> HashSet<FileId> {
        let given = |set: &Composition| !set.env.is_empty() || set.services.iter().any(|own| !own.env_files.is_empty());
        if !self.compose.iter().any(|set| set.role >= Role::Staging && given(set)) {
            return HashSet::new();
        }
        // A library that is in use may be given any path, which is no sign that it is.
        let seen = |env: &&EnvFile| {
            let name = base_name(&env.path);
            let named = |loader: &Loader| {
                loader.at.is_some_and(|at| {
                    self.document(at.file).class.kind != Kind::Manifest || is_usual_name(loader.dialect, name)
                })
            };
            // People may copy it to the server by hand.
            let ships = self.document(env.file).own_role == Role::Production
                && self.document(env.file).own_role_why == RoleWhy::Name;
            name == ".env"
                || ships
                || self.loaders(env.file).iter().any(named)
                || self.source(env.file).embedded.is_some()
        };
        let mut left: Vec<&EnvFile> = self.env.iter().filter(|env| !seen(env)).collect();
        for document in &self.documents {
            let text = document.source.text();
            let own = document.source.id;
            left.retain(|env| {
                self.look(1 + text.len() / 4096) && (env.file == own || !says(text, base_name(&env.path)))
            });
        }
        left.into_iter().map(|env| env.file).collect()
    }

    /// The env files that stay on the machines of developers, as far as nothing names them that runs elsewhere: what ships
    /// loads others, and these have `DEBUG` on and name the developer's own machine; stacks for developers alone fill
    /// variables in from them; or the images that are made of their folder leave them out.
    pub(super) fn at_home(&self) -> Vec<FileId> {
        let shipped = || self.compose.iter().filter(|set| set.role >= Role::Staging);
        let handed = shipped().flat_map(|set| &set.services).flat_map(|service| &service.env_files);
        let handed: HashSet<&str> = handed.filter_map(|file| file.path.get()).map(String::as_str).collect();
        // What Compose takes from it there are no secrets: an image's tag.
        let read = |env: &EnvFile| {
            let weighty = |name: &str| {
                (is_secret_name(name) || name.ends_with("DEBUG") || name.ends_with("URL")) && env.get(name).is_some()
            };
            let mut sets = shipped().filter(|set| set.env.contains(&env.path));
            sets.any(|set| !self.look(set.variables.len()) || set.variables.iter().any(|own| weighty(&own.name)))
        };
        // A library or Compose may find it there; who names it means it.
        let named = |loader: &Loader| {
            let kind = loader.at.map(|at| self.document(at.file).class.kind);
            kind.is_some_and(|kind| !matches!(kind, Kind::Manifest | Kind::Compose | Kind::Envrc | Kind::Env))
        };
        let is_unread = |env: &&EnvFile| {
            self.document(env.file).own_role_why == RoleWhy::Unnamed
                && self.role(env.file) == Role::Production
                && base_name(&env.path) == ".env"
                && self.look(1 + handed.len())
                && !handed.contains(env.path.as_str())
                && !read(env)
                && !self.loaders(env.file).iter().any(named)
                && !holds_logins(env)
        };
        let unread: Vec<&EnvFile> = self.env.iter().filter(is_unread).collect();
        if unread.is_empty() {
            return Vec::new();
        }
        let images = self.images();
        let taken = |env: &EnvFile| images.iter().filter_map(|image| self.build_takes(image, &env.path)).max();
        let stays = |env: &&EnvFile| {
            let one = || {
                !handed.is_empty() && is_for_one_machine(env)
                    || self.is_for_development_stacks(env)
                    || self.is_loaded_by_nobody(env, &images)
            };
            match taken(env) {
                Some(true) => false,
                Some(false) => one() || !self.is_built_outside_of(&images),
                None => one(),
            }
        };
        unread.into_iter().filter(stays).map(|env| env.file).collect()
    }

    /// Whether Compose fills most variables of a file in where it starts stacks for developers, and starts none else with it.
    fn is_for_development_stacks(&self, env: &EnvFile) -> bool {
        let mut sets = self.compose.iter().filter(|set| set.env.contains(&env.path)).peekable();
        let used = |set: &Composition| {
            let names: HashSet<&str> = set.variables.iter().map(|variable| variable.name.as_str()).collect();
            let keys: HashSet<&str> = env.effective().map(|(var, _)| var.key.value).collect();
            self.look(names.len() + keys.len())
                && keys.iter().filter(|key| names.contains(*key)).count() * 2 > keys.len()
        };
        sets.peek().is_some_and(|set| used(set)) && sets.all(|set| matches!(set.role, Role::Development | Role::Test))
    }

    /// Whether what ships is started by Compose, which reads other files, no program is said to read this one, and nothing is seen to
    /// run beside it.
    fn is_loaded_by_nobody(&self, env: &EnvFile, images: &[Shipped]) -> bool {
        let folder = directory(&env.path);
        let programs = ["package.json", "requirements.txt", "pyproject.toml", "composer.json", "manage.py", "go.mod"];
        let shipped = self.compose.iter().any(|set| set.role >= Role::Staging && !set.alone);
        shipped
            && self.loaders(env.file).iter().all(|loader| loader.at.is_none())
            && !self.compose.iter().any(|set| set.env.contains(&env.path))
            && !programs.iter().any(|name| self.files.is_file(&join(folder, name)))
            && !self.is_built_outside_of(images)
    }

    /// Whether the pages of a folder are built in images alone, and all of them leave an env file of it out.
    pub fn is_left_out_of_pages(&self, env: &EnvFile) -> bool {
        let images = self.images();
        let mut taken = images.iter().filter_map(|image| self.build_takes(image, &env.path)).peekable();
        taken.peek().is_some() && taken.all(|taken| !taken) && !self.is_started_outside_of(&images)
    }

    /// Whether something is seen to be built or started on a host, or on a platform.
    fn is_built_outside_of(&self, images: &[Shipped]) -> bool {
        let platform = |path: &str| Unjudged::of(path).is_some_and(|kind| kind.one == "platform file");
        self.files.files().any(platform) || !self.units.is_empty() || self.is_started_outside_of(images)
    }

    /// Whether a script that is in none of the images builds or starts something.
    fn is_started_outside_of(&self, images: &[Shipped]) -> bool {
        const STARTS: [&str; 4] = ["pm2", "gunicorn", "uvicorn", "flask"];
        const RUNS: [&str; 4] = ["php", "python", "python3", "node"];
        let runs = |step: &Step| {
            let builds = matches!(step.name(), "npm" | "yarn" | "pnpm" | "bun") && step.has("build");
            let own = |word: &str| [".py", ".js", ".mjs", "artisan"].iter().any(|end| word.ends_with(end));
            let runs = RUNS.contains(&step.name()) && step.arguments().iter().any(|word| own(&word.value));
            builds || runs || STARTS.contains(&step.name())
        };
        let of_image = |path: &str| images.iter().any(|image| self.build_takes(image, path) == Some(true));
        let scripts = self.loading.iter().filter(|file| self.document(file.file).class.kind == Kind::Script);
        let scripts = scripts.filter(|file| !of_image(&file.path));
        let mut steps = scripts.flat_map(|file| file.steps()).filter(|step| self.look(1) && step.inside.is_none());
        steps.any(runs)
    }
}

/// Whether a file holds what is worth as much wherever the file lies: the login of something on another machine, a password
/// or key that nobody guesses. What a program signs with is worth what that program is.
fn holds_logins(env: &EnvFile) -> bool {
    const SIGNED: [&str; 7] = ["SECRET_KEY", "APP_KEY", "JWT", "SESSION", "SALT", "COOKIE", "NEXTAUTH"];
    env.effective().any(|(var, value)| {
        let (name, value) = (var.key.value, value.value);
        let host = value.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(_, host)| host);
        let own = host.and_then(|host| host.split(['/', ':', '?']).next());
        let elsewhere = own.is_some_and(|own| own.contains('.') && !own.starts_with("127."));
        let strong = || {
            is_secret_name(name)
                && !is_no_secret(value)
                && !SIGNED.iter().any(|word| name.contains(word))
                && Secret::new(Holds::Password, name, value).weakness(&Limits::default()).is_none()
        };
        elsewhere || !value.is_empty() && strong()
    })
}

/// Whether `DEBUG` is on in a file, and addresses in it are those of the machine it lies on.
fn is_for_one_machine(env: &EnvFile) -> bool {
    let on = |value: &str| ["1", "true", "on", "yes"].contains(&value.trim().to_ascii_lowercase().as_str());
    let debug = env.effective().any(|(var, value)| var.key.value.ends_with("DEBUG") && on(value.value));
    let local =
        |value: &str| ["//localhost", "@localhost", "//127.0.0.1", "@127.0.0.1"].iter().any(|own| value.contains(own));
    debug && env.effective().any(|(_, value)| local(value.value))
}

/// The programs that load env files, and the files that are not what is loaded.
pub(super) struct Found {
    /// By file.
    pub(super) loaders: Vec<Box<[Loader]>>,
    /// Committed files with nothing but placeholders for secrets that nobody names: what is filled in on the server is
    /// another file.
    pub(super) patterns: Vec<FileId>,
}

/// Which programs load each env file: those that the policy names, else that the file names, else that the project does.
pub(super) fn find(project: &Project, named: &dyn Fn(&str) -> Vec<Dialect>) -> Found {
    let said = Said::collect(project);
    let plain = |dialect| Loader { dialect, at: None };
    let loaders = |env: &EnvFile| {
        let named = named(&env.path);
        if !named.is_empty() {
            return named.into_iter().map(plain).collect();
        }
        if let Some(dialect) = dotenv::directive(project.source(env.file)) {
            return [plain(dialect)].into();
        }
        let mut found = said.of(&env.path);
        // What a guide shows is not the file of another guide.
        let shown = project.source(env.file).embedded.as_ref();
        found.retain(|loader| {
            let by = loader.at.map(|at| project.document(at.file)).filter(|by| by.class.kind == Kind::Guide);
            by.is_none_or(|by| shown.is_none_or(|shown| shown.path == by.source.path))
        });
        // Nobody says anything: most env files end up in Compose.
        if found.is_empty() { [plain(Dialect::Compose)].into() } else { found.into() }
    };
    let mut all = vec![Box::default(); project.documents.len()];
    project.env.iter().for_each(|env| all[env.file.index()] = loaders(env));
    let unnamed = |env: &EnvFile| project.document(env.file).own_role_why == RoleWhy::Unnamed;
    let is_pattern = |env: &&EnvFile| {
        project.role(env.file) != Role::Template
            && (project.git.tracked(&env.path).is_yes() || said.is_filled(&env.path))
            && named(&env.path).is_empty()
            && dotenv::directive(project.source(env.file)).is_none()
            && (said.is_filled(&env.path) && asks_for_secrets(env)
                || !said.names(&env.path)
                    && (holds_only_placeholders(env)
                        || unnamed(env) && said.is_copied(&env.path) && asks_for_secrets(env)))
    };
    let patterns = project.env.iter().filter(is_pattern).map(|env| env.file).collect();
    Found { loaders: all, patterns }
}

/// Whether several secrets of a file are placeholders or blank, and none is anything else.
fn holds_only_placeholders(env: &EnvFile) -> bool {
    let is_blank = |value: &str| value.trim().is_empty();
    let asked = |value: &str| is_blank(value) || !is_no_secret(value);
    let secrets = env.effective().filter(|(var, value)| is_secret_name(var.key.value) && asked(value.value));
    let mut count = 0;
    secrets.inspect(|_| count += 1).all(|(_, value)| is_blank(value.value) || is_placeholder(value.value)) && count > 1
}

/// Whether a secret of a file is still to be filled in.
fn asks_for_secrets(env: &EnvFile) -> bool {
    env.effective().any(|(var, value)| is_secret_name(var.key.value) && is_placeholder(value.value))
}

/// What the project says about loaders.
#[derive(Default)]
struct Said {
    /// By the path of the env file.
    by_path: HashMap<String, Vec<Loader>>,
    /// By the end of the path: what names a file outside the project (`/opt/app/.env`) or through a variable, by as much of it
    /// as any env file of the project has in common, or by its name alone.
    by_end: HashMap<String, Vec<Loader>>,
    /// By directory: the libraries that look for their usual files there.
    by_directory: HashMap<String, Vec<Loader>>,
    /// What commands copy to env files: the file that says so, the name it gets, the name it had.
    copies: Vec<(FileId, String, String)>,
    /// The names of files whose copies a script fills in.
    filled: HashSet<String>,
}

impl Said {
    fn collect(project: &Project) -> Said {
        let mut said = Said::default();
        let own: Vec<String> = project.env.iter().map(|env| becomes(&env.path)).collect();
        let ends: HashSet<&str> = own.iter().flat_map(|path| ends(path)).collect();
        for compose in &project.compose {
            let at = Span::new(compose.file, 0, 0);
            for path in &compose.env {
                said.path(path, Loader { dialect: Dialect::Compose, at: Some(at) });
            }
            for file in compose.services.iter().flat_map(|service| &service.env_files) {
                let Some(path) = file.path.set() else { continue };
                let dialect = if file.raw { Dialect::Docker } else { Dialect::Compose };
                said.path(&path.value, Loader { dialect, at: Some(path.span) });
            }
        }
        for file in &project.loading {
            for step in file.steps().iter().filter(|step| step.name() == "cp" && project.look(1)) {
                let Some(copied) = step.copied() else { continue };
                let ([from], Some(to)) = (copied.from.as_slice(), copied.to) else { continue };
                // A script that writes values into the copy takes the file for a pattern, whatever it is called.
                let fills = |own: &Step| {
                    let edits = own.name() == "sed" && own.argv().iter().any(|word| word.value.starts_with("-i"));
                    edits && own.argv().iter().any(|word| word.value == to.value)
                };
                if is_env_name(base_name(&to.value)) && file.steps().iter().any(fills) {
                    said.filled.insert(base_name(&from.value).to_owned());
                }
                if is_env_name(base_name(&to.value)) {
                    said.copies.push((file.file, base_name(&to.value).to_owned(), base_name(&from.value).to_owned()));
                }
            }
        }
        let roots = roots_on_server(project);
        for Use { dialect, span, path, places } in project.meanings().flat_map(|view| view.loads()) {
            let by = &project.source(span.file).path;
            if is_of_a_tool(by) {
                continue;
            }
            let here = directory(by);
            let loader = Loader { dialect: *dialect, at: Some(*span) };
            match path {
                None => add(said.by_directory.entry(here.to_owned()).or_default(), loader),
                Some(path) => {
                    places.iter().for_each(|place| said.path(place, loader));
                    // What stands elsewhere on the server, or in a variable, is known by how its path ends.
                    if let Some(rest) =
                        roots.iter().find_map(|root| path.strip_prefix(root.as_str())?.strip_prefix('/'))
                    {
                        said.path(rest, loader);
                    } else if places.is_empty() || path.starts_with(['/', '~']) && !path.starts_with("//") {
                        let end = self::ends(path).find(|end| ends.contains(end));
                        let end = end.unwrap_or_else(|| base_name(path));
                        // Of several that have no more than the name, it is the one nearest around what loads it.
                        let around = std::iter::successors(Some(here), |own| (!own.is_empty()).then(|| directory(own)));
                        let nearest = around.map(|own| join(own, end)).find(|path| own.contains(path));
                        match nearest.filter(|_| !end.contains('/')) {
                            Some(path) => said.path(&path, loader),
                            None => add(said.by_end.entry(end.to_owned()).or_default(), loader),
                        }
                    }
                }
            }
        }
        said
    }

    /// Whether the file that loads what a template becomes says that it is made of another one: `cp .env.vps .env`.
    fn is_made_of_another(&self, loader: &Loader, path: &str, becomes: &str) -> bool {
        let own = base_name(path);
        let here =
            |copy: &&(FileId, String, String)| loader.at.is_some_and(|at| at.file == copy.0) && copy.1 == becomes;
        let mut copies = self.copies.iter().filter(here).peekable();
        own != becomes && copies.peek().is_some() && !copies.any(|copy| copy.2 == own)
    }

    /// Whether people are told to make an `.env` of it: `cp .env.docker .env`.
    fn is_copied(&self, path: &str) -> bool {
        let own = base_name(path);
        own != ".env" && self.copies.iter().any(|(_, to, from)| to == ".env" && from == own)
    }

    /// Whether a script makes an `.env` of it, fills that in, and nothing loads the file by its own name.
    fn is_filled(&self, path: &str) -> bool {
        self.filled.contains(base_name(path)) && self.is_copied(path) && !self.by_path.contains_key(path)
    }

    fn path(&mut self, path: &str, loader: Loader) {
        add(self.by_path.entry(path.to_owned()).or_default(), loader);
    }

    /// Whether something names the file at a path, or a library looks for one of its name there.
    fn names(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut usual = self.by_directory.get(directory(path)).into_iter().flatten();
        self.by_path.contains_key(path)
            || ends(path).any(|end| self.by_end.contains_key(end))
            || usual.any(|loader| is_usual_name(loader.dialect, name))
    }

    /// The programs that load the file at a path, each once. A template is loaded as what it becomes.
    fn of(&self, path: &str) -> Vec<Loader> {
        let here = directory(path);
        let mut found: Vec<Loader> = Vec::new();
        let filled = becomes(path);
        let name = base_name(&filled);
        let paths = [path, &filled].into_iter().filter_map(|path| self.by_path.get(path));
        let named = paths.chain(ends(&filled).filter_map(|end| self.by_end.get(end))).flatten();
        let named: Vec<&Loader> = named.filter(|loader| !self.is_made_of_another(loader, path, name)).collect();
        // What nobody else names is given to the library by its path: `load_dotenv(".env.prod")`.
        let given = |dialect| named.is_empty() && name.starts_with(".env.") && takes_paths(dialect);
        let usual = self.by_directory.get(here).into_iter().flatten();
        let usual = usual.filter(|l| is_usual_name(l.dialect, name) || given(l.dialect));
        for loader in named.iter().copied().chain(usual) {
            add(&mut found, *loader);
        }
        found.sort_by_key(|loader| loader.dialect);
        found
    }
}

/// The folders on the server that the project lies in as it is: `/opt/shop`, when a unit works in `/opt/shop/backend`, and the project has a
/// `backend`.
fn roots_on_server(project: &Project) -> Vec<String> {
    let works = project.units.iter().filter_map(|unit| unit.service("WorkingDirectory"));
    let works = works.map(|place| place.trim_start_matches('-').trim_end_matches('/')).filter(|_| project.look(1));
    let root = |place: &str| {
        let (root, own) = place.rsplit_once('/')?;
        let parts: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
        // What lies right in these may be a part of the project that was brought there alone.
        let shared = matches!(parts[..], [] | [_] | ["var", "www"] | ["home", _] | ["usr", "local"]);
        (!shared && project.files.presence(own) == Presence::Directory).then(|| root.to_owned())
    };
    works.filter_map(root).collect()
}

fn is_env_name(name: &str) -> bool {
    name.starts_with(".env") || name.ends_with(".env")
}

/// Adds a program that is not there yet: the first place that says so counts.
fn add(loaders: &mut Vec<Loader>, loader: Loader) {
    if !loaders.iter().any(|known| known.dialect == loader.dialect) {
        loaders.push(loader);
    }
}

/// The ends of a path, from all of it to its name.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let path = path.trim_start_matches('/');
    std::iter::once(path).chain(path.match_indices('/').map(move |(at, _)| path.cut(at + 1..)))
}

/// The path of the file that a template becomes.
pub fn becomes(path: &str) -> String {
    join(directory(path), &filled(base_name(path)))
}

/// The name of the file that a template becomes: `.env.example` is copied to `.env`.
pub(super) fn filled(name: &str) -> String {
    // `.env-example`
    let name =
        ["-example", "_example", "-sample", "-template"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let words: Vec<&str> = name.split('.').filter(|word| Role::parse(word) != Some(Role::Template)).collect();
    let name = words.join(".");
    if name == "env" { ".env".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn templates_become_files() {
        for (template, file) in [
            (".env.example", ".env"),
            ("env.sample", ".env"),
            (".env.prod.dist", ".env.prod"),
            ("db.env", "db.env"),
            (".env-example", ".env"),
        ] {
            assert_eq!(filled(template), file);
        }
    }
}
