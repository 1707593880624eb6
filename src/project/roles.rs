//! The environment each file is judged in, and what shows it.

use std::collections::HashMap;

use super::Project;
use super::compositions::is_override;
use crate::model::compose::Composition;
use crate::model::{Document, Kind};
use crate::source::{FileId, Reason, Role, RoleWhy, Sign, directory, join};

impl Project {
    /// The environment a file belongs to.
    pub fn role(&self, file: FileId) -> Role {
        self.roles.get(&file).map_or(self.document(file).own_role, |(role, _)| *role)
    }

    /// How that was found.
    pub fn role_why(&self, file: FileId) -> RoleWhy {
        let document = self.document(file);
        match self.roles.get(&file) {
            Some((_, Reason { sign: Sign::Pattern, .. })) => RoleWhy::Content,
            Some(_) => RoleWhy::Used,
            None => document.own_role_why,
        }
    }

    /// The same in a few words: `` `compose.prod.yml` loads it ``.
    pub fn role_reason(&self, file: FileId) -> String {
        match self.roles.get(&file) {
            Some((_, reason)) => self.reason_text(*reason),
            None => self.document(file).own_role_why.text().to_owned(),
        }
    }

    /// What shows for whom a set of Compose files is started, in a few words.
    pub fn composition_reason(&self, set: &Composition) -> String {
        match set.role_why {
            Some(Reason { sign: Sign::Together, by: Some(last) }) => self.document(last).own_role_why.text().to_owned(),
            Some(Reason { sign: Sign::Started, .. }) => "by what starts it".to_owned(),
            Some(reason) => self.reason_text(reason),
            None => self.document(set.file).own_role_why.text().to_owned(),
        }
    }

    fn reason_text(&self, reason: Reason) -> String {
        reason.text(|by| self.source(by).path.clone())
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

/// What each file is used for as far as it is known, in phases: each sees the ones before it.
impl Project {
    /// Files that users do not meet, by one sign.
    fn give_to_developers(&mut self, sign: Sign, files: Vec<FileId>) {
        self.roles.extend(files.into_iter().map(|file| (file, (Role::Development, sign.into()))));
    }

    /// What the Compose files say of the files that they name.
    pub(super) fn learn_from_compositions(&mut self) {
        self.roles = of_use(self);
    }

    /// What is known once it is known who loads the env files; `patterns` are those that wait for their values.
    pub(super) fn learn_from_loaders(&mut self, patterns: Vec<FileId>) {
        self.roles.extend(patterns.into_iter().map(|file| (file, (Role::Template, Sign::Pattern.into()))));
        self.give_to_developers(Sign::Archived, self.put_away());
        self.give_to_developers(Sign::Unbuilt, self.unbuilt());
        self.give_to_developers(Sign::Denied, self.built_by_developers());
        self.give_to_developers(Sign::AtHome, self.at_home());
    }

    /// What is known once it is known which containers have which files.
    pub(super) fn learn_from_readers(&mut self) {
        let read = self.roles_of_read();
        self.roles.extend(read.into_iter().map(|(file, role, by)| (file, (role, Sign::Read.by(Some(by))))));
        self.give_to_developers(Sign::Drive, self.of_drives());
    }

    /// What is known once it is known which certificates are served.
    pub(super) fn learn_from_servers(&mut self) {
        self.give_to_developers(Sign::Unserved, self.left_over());
        self.give_to_developers(Sign::ServedAtHome, self.served_at_home());
    }
}

/// Roles with what shows them.
pub(super) type Roles = HashMap<FileId, (Role, Reason)>;

/// The strictest of two roles of a file.
fn use_as(roles: &mut Roles, file: FileId, role: Role, reason: Reason) {
    let known = roles.entry(file).or_insert((role, reason));
    if role > known.0 {
        *known = (role, reason);
    }
}

/// The files that belong to another environment than they say, because of what uses them: the strictest one of the sets a
/// Compose file is in, and of those whose services load an env file. What the configuration says stays.
fn of_use(project: &Project) -> Roles {
    let mut used = Roles::new();
    for compose in &project.compose {
        // Who follows a guide about deployment starts it there, too.
        let on_server = |document: &Document| document.class.kind != Kind::Guide || document.is_for_deployment();
        let machine = compose.started_by.is_some_and(|at| on_server(project.document(at.file)));
        for file in &compose.read {
            let document = project.document(*file);
            // Whether the override is merged on the server is not known until a command shows it.
            if is_override(&document.source.path) && document.own_role_why == RoleWhy::Name && !machine {
                continue;
            }
            let own = (document.own_role_why == RoleWhy::Name).then_some(document.own_role);
            let role = own.map_or(compose.role, |own| own.max(compose.role));
            use_as(
                &mut used,
                *file,
                role,
                compose.role_why.unwrap_or(Sign::Together.by(compose.files.last().copied())),
            );
        }
        if compose.role_said && compose.role != Role::Template {
            for file in loaded(project, compose) {
                // `.env.prod` is for users, whoever else tries it.
                let own = project.document(file);
                let role =
                    if own.own_role_why == RoleWhy::Name { own.own_role.max(compose.role) } else { compose.role };
                use_as(&mut used, file, role, Sign::Loaded.by(Some(compose.file)));
            }
        }
    }
    // `Dockerfile.dev` is what users get, where a stack that says production builds it.
    for compose in project.compose.iter().filter(|set| set.role_said && set.role >= Role::Staging) {
        let builds = compose.services.iter().filter(|service| service.role >= Role::Staging && project.look(1));
        for file in builds.filter_map(|service| Some(project.dockerfile_of(service.build.as_ref()?)?.file)) {
            let own = project.document(file);
            if own.own_role_why == RoleWhy::Name && own.own_role < compose.role {
                use_as(&mut used, file, compose.role, Sign::Built.by(Some(compose.file)));
            }
        }
    }
    // A set that only seems to be for users does not make a file one for users, but it keeps it one.
    for compose in project.compose.iter().filter(|compose| !compose.role_said && compose.role != Role::Template) {
        for file in loaded(project, compose) {
            if used.contains_key(&file) {
                use_as(&mut used, file, compose.role, Sign::Loaded.by(Some(compose.file)));
            }
        }
    }
    for (file, (role, reason)) in &mut used {
        if let Some(other) = project.stood_in_for(*file).filter(|_| *role >= Role::Staging) {
            (*role, *reason) = (Role::Development, Sign::StoodIn.by(Some(other)));
        }
    }
    used.retain(|file, (role, _)| {
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
