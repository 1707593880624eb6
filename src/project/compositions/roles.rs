//! For whom the sets are started, and the files in them.

use std::collections::{HashMap, HashSet};

use super::sets::{DEFAULT_NAMES, OVERRIDES, Set, Sets};
use crate::model::compose::{Composition, Plan, commands, images, ingredients, variables};
use crate::model::env::stage;
use crate::model::image::{ImageRef, Store};
use crate::model::program::for_development;
use crate::model::{Document, Kind};
use crate::project::Project;
use crate::source::{FileId, Role, RoleWhy, directory, role_of};
use crate::syntax::yaml;

impl Project {
    /// The environment a file belongs to.
    pub fn role(&self, file: FileId) -> Role {
        self.roles.get(&file).copied().unwrap_or(self.document(file).own_role)
    }

    /// How that was found.
    pub fn role_why(&self, file: FileId) -> RoleWhy {
        if self.roles.contains_key(&file) { RoleWhy::Used } else { self.document(file).own_role_why }
    }
}

/// The files that belong to another environment than they say, because of what uses them: the strictest one of the sets a
/// Compose file is in, and of those whose services load an env file. What the configuration says stays.
pub(in crate::project) fn of_use(project: &Project) -> HashMap<FileId, Role> {
    let mut used: HashMap<FileId, Role> = HashMap::new();
    for compose in &project.compose {
        let machine = compose.started_by.is_some_and(|at| project.document(at.file).class.kind != Kind::Guide);
        for file in &compose.read {
            let document = project.document(*file);
            // Whether the override is merged on the server is not known until a command shows it.
            if is_override(&document.source.path) && document.own_role_why == RoleWhy::Name && !machine {
                continue;
            }
            let own = (document.own_role_why == RoleWhy::Name).then_some(document.own_role);
            let role = own.map_or(compose.role, |own| own.max(compose.role));
            used.entry(*file).and_modify(|known| *known = role.max(*known)).or_insert(role);
        }
        if compose.role_said && compose.role != Role::Template {
            for file in loaded(project, compose) {
                used.entry(file).and_modify(|known| *known = compose.role.max(*known)).or_insert(compose.role);
            }
        }
    }
    // A set that only seems to be for users does not make a file one for users, but it keeps it one.
    for compose in project.compose.iter().filter(|compose| !compose.role_said && compose.role != Role::Template) {
        for file in loaded(project, compose) {
            used.entry(file).and_modify(|known| *known = compose.role.max(*known));
        }
    }
    used.retain(|file, role| {
        let Document { own_role, own_role_why, .. } = project.document(*file);
        own_role != role && !matches!(own_role_why, RoleWhy::Configured | RoleWhy::NotCommitted)
    });
    used
}

/// The env files that services of a set load.
fn loaded(project: &Project, compose: &Composition) -> Vec<FileId> {
    let files = compose.services.iter().flat_map(|service| &service.env_files);
    files.filter_map(|file| Some(project.env_at(file.path.get()?)?.file)).collect()
}

impl Sets<'_> {
    /// The role of a set by the names of its files and of what starts it.
    pub(super) fn role_of(&self, set: &Set) -> (Role, bool) {
        let documents = || set.plan.files.iter().map(|file| self.project.document(*file));
        let configured =
            documents().filter(|document| document.own_role_why == RoleWhy::Configured).map(|d| d.own_role).max();
        let named = |document: &&Document| document.own_role_why == RoleWhy::Name;
        // The override file belongs to whatever the base is for.
        let last = documents().filter(named).filter(|d| !set.default || !is_override(&d.source.path)).last();
        let plain = documents().next().map_or(Role::Production, |document| document.own_role);
        let unnamed =
            documents().find(|document| document.own_role_why == RoleWhy::Unnamed).map(|document| document.own_role);
        match configured.or(last.map(|document| document.own_role)).or(set.caller) {
            Some(role) => (role, true),
            None if self.is_left_over(set) => (Role::Template, true),
            None => match self.named_services(set) {
                Some(role) => (role, true),
                None => (unnamed.unwrap_or(plain), set.run),
            },
        }
    }

    pub(super) fn roles(self) -> Vec<Plan> {
        let roles: Vec<(Role, bool)> = self.list.iter().map(|set| self.role_of(set)).collect();
        // Beside a set for production, what Compose starts on its own is the development stack: for certain when a program
        // starts the one for production.
        let mut production: HashMap<&str, bool> = HashMap::new();
        for (set, (role, _)) in self.list.iter().zip(&roles) {
            if *role == Role::Production && !set.default && self.says_production(set) {
                for file in &set.plan.files {
                    let folder = directory(self.path(*file));
                    *production.entry(folder).or_default() |= set.run;
                    // `deploy/compose.prod.yml` is for the server what `compose.yml` is for developers.
                    if is_of_operations(folder) {
                        *production.entry(directory(folder)).or_default() |= set.run;
                    }
                }
            }
        }
        let unnamed = |set: &Set| {
            let mut own = set.plan.files.iter().filter(|file| !is_override(self.path(**file)));
            own.all(|file| self.project.document(*file).own_role_why == RoleWhy::Unnamed)
        };
        // So is a set that shows it, where another one is for users.
        let for_users: Vec<&Set> = self.list.iter().filter(|set| self.for_users(set)).collect();
        let stores: HashSet<&str> = for_users.iter().flat_map(|set| self.stores(set).1).collect();
        let for_developers = |set: &Set| !for_users.is_empty() && self.for_developers(set, &stores);
        let lowered: Vec<(Role, bool)> = self
            .list
            .iter()
            .zip(&roles)
            .map(|(set, role)| {
                let beside = set.plan.files.first().and_then(|file| production.get(directory(self.path(*file))));
                let beside = beside.is_some_and(|started| *started || !set.run || self.is_started_by_people(set));
                let left = || self.is_base_for_others(set, &roles);
                if self.is_usual(set) && unnamed(set) && (beside || for_developers(set) || left()) {
                    (Role::Development, true)
                } else {
                    *role
                }
            })
            .collect();
        let plan = |(set, (role, role_said)): (Set, (Role, bool))| Plan { role, role_said, ..set.plan };
        self.list.into_iter().zip(lowered).map(plan).collect()
    }

    /// Whether a set is the base with the override beside it, and another one for users is the base alone.
    fn is_base_for_others(&self, set: &Set, roles: &[(Role, bool)]) -> bool {
        let Some(base) = set.plan.files.first() else { return false };
        let over = set.default && set.plan.files.iter().any(|file| is_override(self.path(*file)));
        let alone = |(other, (role, _)): (&Set, &(Role, bool))| {
            !other.default
                && other.plan.files[..] == [*base]
                && other.plan.started_by.is_some()
                && *role == Role::Production
        };
        over && self.list.iter().zip(roles).any(alone)
    }

    /// Whether a set is what Compose finds by itself, by its names or by the same names written out.
    fn is_usual(&self, set: &Set) -> bool {
        let usual = |file: &FileId| DEFAULT_NAMES.iter().any(|name| self.path(*file).rsplit('/').next() == Some(name));
        set.default || set.plan.files.iter().all(usual)
    }

    /// Whether something says that a set is for users: what it is made of, its name, or the folder it is in.
    fn for_users(&self, set: &Set) -> bool {
        let made_of = self.made_of(set);
        let mut folders = set.plan.files.iter().map(|file| directory(self.path(*file)));
        let mut deployed = || folders.any(|folder| folder.split('/').any(is_deployed)) && !self.develops(set);
        made_of == Some(Role::Production)
            || !set.default && self.says_production(set)
            || made_of.is_none() && deployed()
    }

    /// Whether a set beside one for users shows that it is none: it loads `.env-dev` or builds the stage `dev`, runs servers
    /// for development, or has nothing but the data stores that the other one starts itself.
    fn for_developers(&self, set: &Set, stores: &HashSet<&str>) -> bool {
        let helps = || {
            let (only, own) = self.stores(set);
            only && !set.run && own.iter().all(|store| stores.contains(store))
        };
        self.made_of(set) == Some(Role::Development) || !self.for_users(set) && (self.develops(set) || helps())
    }

    /// The strictest role that the names of env files, Dockerfiles and stages say.
    fn made_of(&self, set: &Set) -> Option<Role> {
        self.trees(set).flat_map(ingredients).filter_map(role_of).max()
    }

    /// Whether what starts a set is a script that does not say it deploys: people call it, on whatever machine.
    fn is_started_by_people(&self, set: &Set) -> bool {
        let starter = set.plan.started_by.map(|at| self.project.document(at.file));
        starter.is_some_and(|document| {
            let scripts = matches!(document.class.kind, Kind::Script | Kind::Makefile | Kind::Tasks | Kind::Manifest);
            scripts && set.caller.is_none() && !is_deployed(&document.source.path)
        })
    }

    /// Whether it is a copy that somebody kept, `backup_compose.yaml` or `.old/compose.yaml`, and nobody starts.
    fn is_left_over(&self, set: &Set) -> bool {
        const KEPT: [&str; 8] = ["backup", "bak", "old", "orig", "copy", "skel", "skeleton", "archive"];
        let kept = |file: &FileId| {
            let path = self.path(*file).to_ascii_lowercase();
            let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
            name.split(['.', '-', '_']).any(|word| KEPT.contains(&word))
                || folders.split('/').any(|folder| KEPT.contains(&folder.trim_start_matches(['.', '_'])))
        };
        set.plan.started_by.is_none() && set.plan.files.iter().any(kept)
    }

    /// What the names of all services say: `postgres-test`.
    fn named_services(&self, set: &Set) -> Option<Role> {
        let mut roles = self.trees(set).flat_map(images).map(|(name, _)| role_of(name));
        let first = roles.next()??;
        let tame = matches!(first, Role::Development | Role::Test);
        (tame && roles.all(|role| role == Some(first))).then_some(first)
    }

    /// The data stores that a set starts, by their images, and whether it starts nothing else.
    fn stores(&self, set: &Set) -> (bool, Vec<&'static str>) {
        let store = |image: Option<&str>| Some(Store::of(&ImageRef::parse(image?).name)?.name);
        let found: Vec<Option<&'static str>> =
            self.trees(set).flat_map(images).map(|(_, image)| store(image)).collect();
        (!found.is_empty() && found.iter().all(Option::is_some), found.into_iter().flatten().collect())
    }

    fn trees(&self, set: &Set) -> impl Iterator<Item = &yaml::File> {
        set.plan.files.iter().filter_map(|file| self.tree(*file))
    }

    /// Whether people start a set and a file of it shows that it is for developers.
    fn develops(&self, set: &Set) -> bool {
        !set.run && set.plan.files.iter().any(|file| self.is_of_developers(*file))
    }

    /// Whether a file shows that it is for developers: by the comment at its top, by a server that reads its sources again
    /// when they change, or by a variable that says so, `APP_ENV=development`.
    fn is_of_developers(&self, file: FileId) -> bool {
        let text = self.project.source(file).text();
        let top = text.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
        let words: Vec<String> = top
            .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()))
            .map(str::to_ascii_lowercase)
            .filter(|word| Role::parse(word).is_some())
            .collect();
        let is_said = |word: &String| matches!(word.as_str(), "development" | "dev" | "local");
        let only = words.iter().any(|word| *word != "local") && words.iter().all(is_said);
        let Some(tree) = self.tree(file) else { return only };
        let says_so = |(name, value): (&str, &str)| stage(name, value) == Some(Role::Development);
        let starts_it = |words: &Vec<String>| for_development(words).is_some();
        only || commands(tree).iter().any(starts_it) || variables(tree).into_iter().any(says_so)
    }

    /// Whether a file of a set calls itself production, or the one to deploy.
    fn says_production(&self, set: &Set) -> bool {
        let mut documents = set.plan.files.iter().map(|file| self.project.document(*file));
        documents.any(|document| {
            let said = document.own_role_why != RoleWhy::Unnamed || is_deployed(&document.source.path);
            document.own_role == Role::Production && said
        })
    }
}

/// Whether a name says that this is the file for the server: `docker-compose.deploy.yml`.
fn is_deployed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['.', '-', '_']).any(|word| matches!(word, "deploy" | "deployment"))
}

/// Whether a folder is for what servers need, beside the sources.
fn is_of_operations(path: &str) -> bool {
    const NAMES: [&str; 9] =
        ["infra", "infrastructure", "ops", "docker", "compose", "deployments", "prod", "production", "server"];
    is_deployed(path) || NAMES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// Whether Compose puts a file on top of another one by its name alone.
pub fn is_override(path: &str) -> bool {
    OVERRIDES.contains(&path.rsplit('/').next().unwrap_or(path))
}
