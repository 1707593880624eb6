//! For whom the sets are started, and the files in them.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::parts::Parts;
use super::sets::{OVERRIDES, Set, Sets};
use super::signs::is_of_operations;
use crate::model::compose::{Composition, Plan};
use crate::model::{Document, Kind};
use crate::project::Project;
use crate::source::{FileId, Role, RoleWhy, directory, join};

impl Project {
    /// The environment a file belongs to.
    pub fn role(&self, file: FileId) -> Role {
        self.roles.get(&file).copied().unwrap_or(self.document(file).own_role)
    }

    /// How that was found.
    pub fn role_why(&self, file: FileId) -> RoleWhy {
        let document = self.document(file);
        match self.roles.get(&file) {
            // An env file becomes a pattern only by what is in it.
            Some(Role::Template) if document.class.kind == Kind::Env => RoleWhy::Content,
            Some(_) => RoleWhy::Used,
            None => document.own_role_why,
        }
    }

    /// Whether a file is taken for the developers' own by what is seen of it and of what uses it: no name, folder or
    /// configuration says so.
    pub fn is_taken_for_developers(&self, file: FileId) -> bool {
        let unnamed = self.document(file).own_role_why == RoleWhy::Unnamed;
        unnamed && self.role_why(file) == RoleWhy::Used && self.role(file) == Role::Development
    }

    /// The env files that say of themselves that they are for development, with the stack for users that takes values from it.
    /// Nothing but its being all there is may say that it is for users: then the file is believed, and the report asks.
    pub fn said_to_be_for_developers(&self) -> impl Iterator<Item = (FileId, FileId)> {
        let shipped = self.compose.iter().filter(|set| set.role >= Role::Staging);
        let filled =
            |set: &Composition| set.env.iter().filter_map(|path| Some(self.env_at(path)?.file)).collect::<Vec<_>>();
        let read =
            shipped.flat_map(move |set| loaded(self, set).into_iter().chain(filled(set)).map(|env| (env, set.file)));
        read.filter(|(env, _)| self.role(*env) == Role::Development && self.role_why(*env) == RoleWhy::Content)
    }

    /// The env file beside a plain one that says production, when nothing that ships loads it, and developers use the plain one: a
    /// server gets it under that name, most likely, and nothing here shows it.
    pub fn stood_in_for(&self, env: FileId) -> Option<FileId> {
        let own = self.document(env);
        let plain = own.class.kind == Kind::Env && matches!(own.own_role_why, RoleWhy::Unnamed | RoleWhy::Content);
        let loads = |file: FileId, fits: fn(Role) -> bool| {
            self.compose.iter().any(|set| fits(set.role) && self.look(1) && loaded(self, set).contains(&file))
        };
        let ships = |role: Role| role >= Role::Staging;
        let tried = || own.own_role < Role::Staging || loads(env, |role| role < Role::Staging);
        if !plain || !loads(env, ships) || !tried() {
            return None;
        }
        let folder = directory(&own.source.path);
        let all = self.folder(folder).iter().filter_map(|name| Some(self.env_at(&join(folder, name))?.file));
        let named = |file: &FileId| {
            let other = self.document(*file);
            other.own_role == Role::Production && other.own_role_why == RoleWhy::Name
        };
        all.filter(named).min().filter(|file| !loads(*file, ships))
    }

    /// Whether nothing shows how users get the program: no stack for them, no platform, no word about deployment.
    pub fn shows_nothing_that_ships(&self) -> bool {
        self.compose.iter().all(|set| set.role < Role::Staging) && !self.ships_otherwise()
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
                // `.env.prod` is for users, whoever else tries it.
                let own = project.document(file);
                let role =
                    if own.own_role_why == RoleWhy::Name { own.own_role.max(compose.role) } else { compose.role };
                used.entry(file).and_modify(|known| *known = role.max(*known)).or_insert(role);
            }
        }
    }
    // `Dockerfile.dev` is what users get, where a stack that says production builds it.
    for compose in project.compose.iter().filter(|set| set.role_said && set.role >= Role::Staging) {
        let builds = compose.services.iter().filter(|service| service.role >= Role::Staging && project.look(1));
        for file in builds.filter_map(|service| Some(project.dockerfile_of(service.build.as_ref()?)?.file)) {
            let own = project.document(file);
            if own.own_role_why == RoleWhy::Name && own.own_role < compose.role {
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
    for (file, role) in &mut used {
        if *role >= Role::Staging && project.stood_in_for(*file).is_some() {
            *role = Role::Development;
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
        let named = |document: &&Document| matches!(document.own_role_why, RoleWhy::Name | RoleWhy::Content);
        // The override file belongs to whatever the base is for.
        let last = documents().filter(named).filter(|d| !set.default || !is_override(&d.source.path)).last();
        let plain = documents().next().map_or(Role::Production, |document| document.own_role);
        let unnamed =
            documents().find(|document| document.own_role_why == RoleWhy::Unnamed).map(|document| document.own_role);
        match configured.or(last.map(|document| document.own_role)).or(set.caller) {
            Some(role) => (role, true),
            None if self.is_left_over(set) => (Role::Template, true),
            None if self.is_history(set) => (Role::Development, true),
            None if self.is_unfinished(set) || self.includes_development(set) => (Role::Development, true),
            None => match self.named_services(set) {
                Some(role) => (role, true),
                None => (unnamed.unwrap_or(plain), set.run),
            },
        }
    }

    pub(super) fn roles(self) -> Vec<Plan> {
        let roles: Vec<(Role, bool)> = self.list.iter().map(|set| self.role_of(set)).collect();
        let shown: Vec<Shown> = self.list.iter().map(|set| self.shown(set)).collect();
        let users = self.users(&roles, &shown);
        let ships_otherwise = OnceCell::new();
        let otherwise = || users.any || *ships_otherwise.get_or_init(|| self.project.ships_otherwise());
        let lower = |((set, shown), role)| {
            let lowered = self.role_is_open(set) && self.is_for_developers(set, shown, &users)
                || self.is_unnamed(set)
                    && !set.run
                    && !self.says_production(set)
                    && users.said.exclude(&shown.parts)
                    && !self.is_half(set, &shown.parts)
                || self.is_unnamed(set) && self.is_part_for_developers(set, shown, &users)
                || self.is_only_told(set, &users)
                || self.is_shown_on_top(set)
                || self.is_only_a_base(set)
                || !shown.for_users
                    && self.is_unnamed(set)
                    && (self.is_clearly_of_developers(set, &shown.parts, &otherwise)
                        || self.is_usual(set) && !set.run && !set.deployed && self.has_public_twin(set, &shown.parts));
            if lowered { (Role::Development, true) } else { role }
        };
        let lowered: Vec<(Role, bool)> = self.list.iter().zip(&shown).zip(roles).map(lower).collect();
        let plan = |(set, (role, role_said)): (Set, (Role, bool))| Plan { role, role_said, ..set.plan };
        self.list.into_iter().zip(lowered).map(plan).collect()
    }

    /// Whether the names of a set say nothing of whom it is for. What people put on top of what Compose finds by itself,
    /// `-f compose.yaml -f compose.gpu.yaml`, is for whom that is.
    fn role_is_open(&self, set: &Set) -> bool {
        let on_top = || {
            let based = set.plan.files.len() > 1 && self.has_usual_name(set.plan.files[0]);
            based && !set.run && !set.deployed && !self.says_production(set)
        };
        self.is_unnamed(set) && (self.is_usual(set) || on_top())
    }

    /// Whether a set is nothing but the data stores of another one, and nobody is seen to deploy it: `compose.db.yml`.
    fn is_part_for_developers(&self, set: &Set, shown: &Shown, users: &Users) -> bool {
        let folder = set.plan.files.first().map_or("", |file| directory(self.path(*file)));
        let stores = shown.parts.are_stores() && users.parts.hold_part_of(&shown.parts, folder);
        stores && !set.run && !set.deployed && !shown.for_users && !self.is_half(set, &shown.parts)
    }

    /// Whether data stores are one half of what is deployed, as a set beside them has the program without them:
    /// `compose.db.yml` and `compose.web.yml`.
    fn is_half(&self, set: &Set, parts: &Parts) -> bool {
        let folder = |set: &Set| set.plan.files.first().map_or("", |file| directory(self.path(*file)));
        let here = folder(set);
        let beside = |other: &&Set| other.plan.files != set.plan.files && folder(other) == here && self.project.look(1);
        let has_none = |other: &Set| {
            let own = self.parts(other);
            !own.are_stores() && !own.hold_part_of(parts, here)
        };
        let others = || self.list.iter().filter(beside).filter(|other| !self.is_usual(other) && self.is_unnamed(other));
        parts.are_stores() && others().any(has_none)
    }

    /// Whether people only tell of a set that has the file for the server on top of what Compose finds by itself, and a
    /// program that deploys starts that file alone: then the base is not what ships.
    fn is_only_told(&self, set: &Set, users: &Users) -> bool {
        let [base, .., last] = &set.plan.files[..] else { return false };
        let told = !set.run && !set.deployed && users.alone_by_program.contains(last);
        told && self.has_usual_name(*base) && self.project.document(*base).own_role_why == RoleWhy::Unnamed
    }

    /// Whether people start a set in the foreground, `npm run demo`, with a file on top of what a program starts without it for
    /// users.
    fn is_shown_on_top(&self, set: &Set) -> bool {
        let [base, over, ..] = set.plan.files[..] else { return false };
        let shipped = |other: &Set| {
            let without = other.plan.files.contains(&base) && !other.plan.files.contains(&over);
            without && other.run && !self.is_started_by_people(other)
        };
        let in_front = !set.run && !set.deployed && self.is_started_by_people(set) && self.is_unnamed(set);
        in_front && self.list.iter().any(|other| self.project.look(1) && shipped(other))
    }

    /// Whether a set is what others are put on top of, by its name and by commands, and nobody is seen to start all of it for users.
    fn is_only_a_base(&self, set: &Set) -> bool {
        let [file] = set.plan.files[..] else { return false };
        let name = self.path(file).rsplit('/').next().unwrap_or_default();
        let named = name.split(['.', '-', '_']).any(|word| matches!(word, "base" | "common"));
        let on_top = |other: &&Set| other.plan.files.len() > 1 && other.plan.files[0] == file;
        let others = || self.list.iter().filter(|_| self.project.look(1));
        let beside = |other: &&Set| {
            let same = other.plan.files.iter().all(|own| directory(self.path(*own)) == directory(self.path(file)));
            same && !other.plan.files.contains(&file) && self.says_production(other)
        };
        named && !set.run && !set.deployed && (others().any(|set| on_top(&set)) || others().any(|set| beside(&set)))
    }

    fn is_unnamed(&self, set: &Set) -> bool {
        let mut own = set.plan.files.iter().filter(|file| !is_override(self.path(**file)));
        own.all(|file| self.project.document(*file).own_role_why == RoleWhy::Unnamed)
    }

    /// Whether a set whose names say nothing is for developers, as others are for users.
    fn is_for_developers(&self, set: &Set, shown: &Shown, users: &Users) -> bool {
        let Shown { parts, for_users, development } = shown;
        let folder = set.plan.files.first().map_or("", |file| directory(self.path(*file)));
        let by_people = !set.run || self.is_started_by_people(set);
        let same = || users.said.hold_most_of(parts, folder).then_some(users.started);
        let beside = users.folders.get(folder).copied().or_else(same);
        // Who names the base alone leaves out what Compose would put on top of it.
        let over = set.plan.files.iter().any(|file| is_override(self.path(*file)));
        let left_out = set.default && over && set.plan.files.first().is_some_and(|base| users.alone.contains(base));
        beside.is_some_and(|started| started || by_people)
            || left_out
            || by_people && users.run.hold_most_of(parts, folder)
            || *development && (users.any || users.steady.hold_most_of(parts, folder))
            || !for_users && by_people && users.parts.hold_part_of(parts, folder)
            || (parts.are_stores() || self.only_stores_are_started(set)) && by_people && users.elsewhere
    }

    /// What a set shows by itself.
    fn shown(&self, set: &Set) -> Shown {
        let for_users = self.for_users(set);
        Shown { parts: self.parts(set), for_users, development: self.shows_development(set, for_users) }
    }

    fn users(&self, roles: &[(Role, bool)], shown: &[Shown]) -> Users<'_> {
        let stores = shown.iter().any(|shown| shown.parts.are_stores())
            || self.list.iter().any(|set| self.only_stores_are_started(set));
        let elsewhere = stores && self.has_program() && (!self.runs_on_host() || self.server_goes_without_containers());
        let mut users = Users { elsewhere, ..Users::default() };
        for ((set, (role, _)), Shown { parts, for_users, development }) in self.list.iter().zip(roles).zip(shown) {
            users.any |= for_users;
            if *for_users || *role == Role::Production && parts.build() {
                users.parts.add(parts);
            }
            if *role == Role::Production && parts.build() && !development {
                users.steady.add(parts);
            }
            let told = *role == Role::Production && !set.default && set.plan.started_by.is_some();
            if let [base] = &set.plan.files[..]
                && told
            {
                users.alone.insert(*base);
                if set.run && set.started_whole && !self.is_started_by_people(set) {
                    users.alone_by_program.insert(*base);
                }
            }
            // What a program starts is nearly as good as a name that says so.
            if *role == Role::Production && set.run && !self.is_started_by_people(set) {
                let aside = || directory(&set.plan.path).split('/').any(is_of_operations);
                match set.default {
                    false => users.run.add(parts),
                    // What Compose finds by itself beside the sources may be a part of what is above it; what builds nothing is none.
                    true if aside() || !parts.build() => users.run.add_names(parts),
                    true => {}
                }
            }
            // What Compose finds by itself may lie in a folder that says so: `deploy/prod/compose.yml`.
            if *role != Role::Production || !self.says_production(set) || set.default && self.is_unnamed(set) {
                continue;
            }
            // Of its own folder beside others, `deploy/beta`, the same sources are built for another environment.
            if set.default {
                users.said.add_names(parts)
            } else {
                users.said.add(parts)
            }
            users.started |= set.run;
            for file in &set.plan.files {
                let folder = directory(self.path(*file));
                *users.folders.entry(folder).or_default() |= set.run;
                // `deploy/compose.prod.yml` is for the server what `compose.yml` is for developers.
                if is_of_operations(folder) {
                    *users.folders.entry(directory(folder)).or_default() |= set.run;
                }
            }
        }
        users
    }
}

/// What a set shows of whom it is for, found out once.
struct Shown {
    parts: Parts,
    for_users: bool,
    development: bool,
}

/// What the sets start that are for users, or could be. Beside one that says so, what Compose starts on its own is the
/// development stack: for certain when a program starts the one for users.
#[derive(Default)]
struct Users<'a> {
    /// Whether one of them shows it.
    any: bool,
    /// All they start.
    parts: Parts,
    /// What those start that do not show that they are for developers.
    steady: Parts,
    /// What those start whose names say production.
    said: Parts,
    /// Whether a program starts one of those.
    started: bool,
    /// What those start that a program starts.
    run: Parts,
    /// The folders of those, and whether a program starts one there.
    folders: HashMap<&'a str, bool>,
    /// Files that a command names alone.
    alone: HashSet<FileId>,
    /// Those of them that a program starts, whole.
    alone_by_program: HashSet<FileId>,
    /// Whether the project has a program that is seen to run neither in a container nor on a server, or on one that has no
    /// containers: data stores alone are for the people who work on it.
    elsewhere: bool,
}

/// Whether Compose puts a file on top of another one by its name alone.
pub fn is_override(path: &str) -> bool {
    OVERRIDES.contains(&path.rsplit('/').next().unwrap_or(path))
}
