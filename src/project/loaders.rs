//! Env file to the programs that load it: what Compose files, scripts, manifests and units say.

use std::collections::HashMap;

use super::Project;
use crate::model::env::{EnvFile, Loader, Use, is_usual_name, takes_paths};
use crate::source::{Role, RoleWhy, Span, directory, join};
use crate::syntax::dotenv::{self, Dialect};

impl Project {
    /// Finds out which programs load each env file. Those that the policy has named stay as they are.
    pub(super) fn find_loaders(&mut self) {
        let said = Said::collect(self);
        let loaders: Vec<Vec<Loader>> = self
            .env
            .iter()
            .map(|env| {
                if !env.loaders.is_empty() {
                    return env.loaders.clone();
                }
                if let Some(dialect) = dotenv::directive(self.source(env.file)) {
                    return vec![Loader { dialect, at: None }];
                }
                let found = said.of(&env.path);
                if found.is_empty() {
                    // Nobody says anything: most env files end up in Compose.
                    return vec![Loader { dialect: Dialect::Compose, at: None }];
                }
                found
            })
            .collect();
        for (env, loaders) in self.views.env.iter_mut().zip(loaders) {
            env.loaders = loaders;
        }
        self.outrank_own_words();
    }

    /// A file that says `ENVIRONMENT=development` of itself, and that something of production loads, is of production: to
    /// forget that word is the mistake, and must not be what hides it.
    fn outrank_own_words(&mut self) {
        let mut shipped: HashMap<&str, Role> = HashMap::new();
        for compose in &self.compose {
            let document = self.document(compose.file);
            let said = matches!(document.role_why, RoleWhy::Configured | RoleWhy::Name);
            if !said || !matches!(document.role, Role::Production | Role::Staging) {
                continue;
            }
            for path in
                compose.services.iter().flat_map(|service| &service.env_files).filter_map(|file| file.path.get())
            {
                let strictest = shipped.entry(path).or_insert(document.role);
                *strictest = document.role.max(*strictest);
            }
        }
        let own = |env: &EnvFile| self.document(env.file).role_why == RoleWhy::Content;
        let found = self.env.iter().enumerate().filter(|(_, env)| own(env));
        let outranked: Vec<(usize, Role)> =
            found.filter_map(|(at, env)| Some((at, *shipped.get(env.path.as_str())?))).collect();
        for (at, role) in outranked {
            let env = &mut self.views.env[at];
            env.role = role;
            let document = &mut self.documents[env.file.index()];
            (document.role, document.role_why) = (role, RoleWhy::Loaded);
        }
    }
}

/// What the project says about loaders.
#[derive(Default)]
struct Said {
    /// By the path of the env file.
    by_path: HashMap<String, Vec<Loader>>,
    /// By name alone: what names a file outside the project (`/opt/app/.env`) or through a variable.
    by_name: HashMap<String, Vec<Loader>>,
    /// By directory: the libraries that look for their usual files there.
    by_directory: HashMap<String, Vec<Loader>>,
}

impl Said {
    fn collect(project: &Project) -> Said {
        let mut said = Said::default();
        for compose in &project.compose {
            let beside = join(directory(&compose.path), ".env");
            let at = Span::new(compose.file, 0, 0);
            said.path(&beside, Loader { dialect: Dialect::Compose, at: Some(at) });
            for file in compose.services.iter().flat_map(|service| &service.env_files) {
                let Some(path) = file.path.set() else { continue };
                let dialect = if file.raw { Dialect::Docker } else { Dialect::Compose };
                said.path(&path.value, Loader { dialect, at: Some(path.span) });
            }
        }
        for Use { dialect, span, path } in project.meanings().flat_map(|view| view.loads()) {
            let here = directory(&project.source(span.file).path);
            let loader = Loader { dialect: *dialect, at: Some(*span) };
            match path {
                None => add(said.by_directory.entry(here.to_owned()).or_default(), loader),
                Some(path) if path.starts_with('/') || path.contains(['$', '~', '<', '{']) => {
                    let name = path.rsplit('/').next().unwrap_or(path);
                    add(said.by_name.entry(name.to_owned()).or_default(), loader);
                }
                // A script runs in its own directory, or in the root.
                Some(path) => {
                    said.path(&join(here, path), loader);
                    said.path(&join("", path), loader);
                }
            }
        }
        said
    }

    fn path(&mut self, path: &str, loader: Loader) {
        add(self.by_path.entry(path.to_owned()).or_default(), loader);
    }

    /// The programs that load the file at a path, each once. A template is loaded as what it becomes.
    fn of(&self, path: &str) -> Vec<Loader> {
        let name = filled(path.rsplit('/').next().unwrap_or(path));
        let here = directory(path);
        let mut found: Vec<Loader> = Vec::new();
        let paths = [path.to_owned(), join(here, &name)];
        let named: Vec<&Loader> =
            paths.iter().filter_map(|path| self.by_path.get(path)).chain(self.by_name.get(&name)).flatten().collect();
        // What nobody else names is given to the library by its path: `load_dotenv(".env.prod")`.
        let given = |dialect| named.is_empty() && name.starts_with(".env.") && takes_paths(dialect);
        let usual = self.by_directory.get(here).into_iter().flatten();
        let usual = usual.filter(|l| is_usual_name(l.dialect, &name) || given(l.dialect));
        for loader in named.iter().copied().chain(usual) {
            add(&mut found, *loader);
        }
        found.sort_by_key(|loader| loader.dialect);
        found
    }
}

/// Adds a program that is not there yet: the first place that says so counts.
fn add(loaders: &mut Vec<Loader>, loader: Loader) {
    if !loaders.iter().any(|known| known.dialect == loader.dialect) {
        loaders.push(loader);
    }
}

/// The name of the file that a template becomes: `.env.example` is copied to `.env`.
fn filled(name: &str) -> String {
    let words: Vec<&str> = name.split('.').filter(|word| Role::parse(word) != Some(Role::Template)).collect();
    let name = words.join(".");
    if name == "env" { ".env".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn templates_become_files() {
        for (template, file) in
            [(".env.example", ".env"), ("env.sample", ".env"), (".env.prod.dist", ".env.prod"), ("db.env", "db.env")]
        {
            assert_eq!(filled(template), file);
        }
    }
}
