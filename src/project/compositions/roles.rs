//! For whom the sets are started, and what shows it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::parts::Parts;
use super::sets::{OVERRIDES, Set, Sets};
use super::signs::is_of_operations;
use crate::model::Document;
use crate::model::compose::Plan;
use crate::source::{FileId, Reason, Role, RoleWhy, Sign, directory};

impl Sets<'_> {
    /// The role of a set by the names of its files and of what starts it; what shows it, where that is no name.
    pub(super) fn role_of(&self, set: &Set) -> SetRole {
        let documents = || set.plan.files.iter().map(|file| self.project.document(*file));
        let configured =
            documents().filter(|document| document.own_role_why == RoleWhy::Configured).map(|d| d.own_role).max();
        let named = |document: &&Document| matches!(document.own_role_why, RoleWhy::Name | RoleWhy::Content);
        // The override file belongs to whatever the base is for.
        let last = documents().filter(named).filter(|d| !set.default || !is_override(&d.source.path)).last();
        let starter = || set.plan.started_by.map(|at| at.file);
        let by_name = |role| SetRole { role, said: true, why: None };
        let by = |role, reason: Reason| SetRole { role, said: true, why: Some(reason) };
        if let Some(role) = configured {
            return by_name(role);
        }
        match (last, set.caller) {
            (Some(last), _) => return by(last.own_role, Sign::Together.by(Some(last.source.id))),
            (None, Some(role)) => return by(role, Sign::Started.by(starter())),
            (None, None) => {}
        }
        let own = self.is_left_over(set).then_some((Role::Template, Sign::Kept));
        let own = own.or_else(|| self.is_history(set).then_some((Role::Development, Sign::Past)));
        let own = own.or_else(|| self.is_unfinished(set).then_some((Role::Development, Sign::Unfinished)));
        let own = own.or_else(|| self.includes_development(set).then_some((Role::Development, Sign::Includes)));
        if let Some((role, sign)) = own.or_else(|| Some((self.named_services(set)?, Sign::Services))) {
            return by(role, sign.into());
        }
        let plain = documents().next().map_or(Role::Production, |document| document.own_role);
        let unnamed = documents().find(|document| document.own_role_why == RoleWhy::Unnamed);
        let role = unnamed.map_or(plain, |document| document.own_role);
        SetRole { role, said: set.run, why: set.run.then(|| Sign::Started.by(starter())) }
    }

    pub(super) fn roles(self) -> Vec<Plan> {
        let roles: Vec<SetRole> = self.list.iter().map(|set| self.role_of(set)).collect();
        let shown: Vec<Shown> = self.list.iter().map(|set| self.shown(set)).collect();
        let users = self.users(&roles, &shown);
        let ships_otherwise = OnceCell::new();
        let otherwise = || users.any || *ships_otherwise.get_or_init(|| self.project.ships_otherwise());
        let lower = |((set, shown), own)| match self.is_lowered(set, shown, &users, &otherwise) {
            Some(reason) => SetRole { role: Role::Development, said: true, why: Some(reason) },
            None => own,
        };
        let said: Vec<SetRole> = self.list.iter().zip(&shown).zip(roles).map(lower).collect();
        let given: Vec<_> = self.list.iter().map(|set| self.given(set)).collect();
        let plan = |((set, said), given): ((Set, SetRole), _)| Plan {
            role: said.role,
            role_said: said.said,
            role_why: said.why,
            given,
            ..set.plan
        };
        self.list.into_iter().zip(said).zip(given).map(plan).collect()
    }

    /// What shows that a set is for developers, whatever its names leave open.
    fn is_lowered(&self, set: &Set, shown: &Shown, users: &Users, otherwise: &dyn Fn() -> bool) -> Option<Reason> {
        if self.role_is_open(set)
            && let Some(reason) = self.is_for_developers(set, shown, users)
        {
            return Some(reason);
        }
        let unnamed = self.is_unnamed(set);
        let excluded = || users.said.exclude(&shown.parts) && !self.is_half(set, &shown.parts);
        if unnamed && !set.run && !self.says_production(set) && excluded() {
            return Some(Self::instead(set, users.said_by));
        }
        if unnamed && self.is_part_for_developers(set, shown, users) {
            return Some(Sign::Part.by(users.parts_by));
        }
        if self.is_only_told(set, users) {
            return Some(Sign::Alone.by(set.plan.files.last().copied()));
        }
        if self.is_shown_on_top(set) {
            return Some(Sign::OnTop.into());
        }
        if self.is_only_a_base(set) {
            return Some(Sign::Base.into());
        }
        if shown.for_users || !unnamed {
            return None;
        }
        let usual = self.is_usual(set) && !set.run && !set.deployed;
        let twin = || (usual && self.has_public_twin(set, &shown.parts)).then(|| Sign::Twin.into());
        self.is_clearly_of_developers(set, &shown.parts, otherwise).or_else(twin)
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

    /// What shows that a set whose names say nothing is for developers, as others are for users.
    fn is_for_developers(&self, set: &Set, shown: &Shown, users: &Users) -> Option<Reason> {
        let Shown { parts, for_users, development } = shown;
        let folder = set.plan.files.first().map_or("", |file| directory(self.path(*file)));
        let by_people = !set.run || self.is_started_by_people(set);
        let same = || users.said.hold_most_of(parts, folder).then_some((users.started, users.said_by));
        let beside = users.folders.get(folder).map(|(started, file)| (*started, Some(*file))).or_else(same);
        // Who names the base alone leaves out what Compose would put on top of it.
        let over = set.plan.files.iter().any(|file| is_override(self.path(*file)));
        let base = set.plan.files.first().copied();
        let left_out = || set.default && over && !set.deployed && base.is_some_and(|base| users.alone.contains(&base));
        let developed = || *development && (users.any || users.steady.hold_most_of(parts, folder));
        let part = || !for_users && by_people && users.parts.hold_part_of(parts, folder);
        let stores = || parts.are_stores() || self.only_stores_are_started(set);
        match beside {
            Some((started, file)) if started || by_people => Some(Self::instead(set, file)),
            _ if left_out() => Some(Sign::LeftOut.by(base)),
            _ if by_people && users.run.hold_most_of(parts, folder) => Some(Self::instead(set, users.run_by)),
            _ if developed() => Some(Sign::Developed.into()),
            _ if part() => Some(Sign::Part.by(users.parts_by)),
            _ if by_people && users.elsewhere && stores() => Some(Sign::Stores.into()),
            _ => None,
        }
    }

    /// That others are what users get.
    fn instead(set: &Set, by: Option<FileId>) -> Reason {
        match by {
            Some(file) if set.plan.files.contains(&file) => Sign::Otherwise.into(),
            _ => Sign::Instead.by(by),
        }
    }

    /// What a set shows by itself.
    fn shown(&self, set: &Set) -> Shown {
        let for_users = self.for_users(set);
        Shown { parts: self.parts(set), for_users, development: self.shows_development(set, for_users) }
    }

    fn users(&self, roles: &[SetRole], shown: &[Shown]) -> Users<'_> {
        let stores = shown.iter().any(|shown| shown.parts.are_stores())
            || self.list.iter().any(|set| self.only_stores_are_started(set));
        let elsewhere = stores && self.has_program() && (!self.runs_on_host() || self.server_goes_without_containers());
        let mut users = Users { elsewhere, ..Users::default() };
        for ((set, SetRole { role, .. }), Shown { parts, for_users, development }) in
            self.list.iter().zip(roles).zip(shown)
        {
            let own = set.plan.files.last().copied();
            users.any |= for_users;
            if *for_users || *role == Role::Production && parts.build() {
                users.parts.add(parts);
                users.parts_by = users.parts_by.or(own);
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
                users.run_by = users.run_by.or(own);
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
            users.said_by = users.said_by.or(own);
            // Of its own folder beside others, `deploy/beta`, the same sources are built for another environment.
            if set.default {
                users.said.add_names(parts)
            } else {
                users.said.add(parts)
            }
            users.started |= set.run;
            for file in &set.plan.files {
                let folder = directory(self.path(*file));
                users.folders.entry(folder).or_insert((false, *file)).0 |= set.run;
                // `deploy/compose.prod.yml` is for the server what `compose.yml` is for developers.
                if is_of_operations(folder) {
                    users.folders.entry(directory(folder)).or_insert((false, *file)).0 |= set.run;
                }
            }
        }
        users
    }
}

/// The role of a set, as far as it is known.
#[derive(Copy, Clone)]
pub(super) struct SetRole {
    pub(super) role: Role,
    /// Whether something says it.
    pub(super) said: bool,
    /// What does, where that is not the configuration.
    pub(super) why: Option<Reason>,
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
    /// The folders of those, whether a program starts one there, and one of them.
    folders: HashMap<&'a str, (bool, FileId)>,
    /// The last file of the first of all, of those whose names say production, and of those that a program starts.
    parts_by: Option<FileId>,
    said_by: Option<FileId>,
    run_by: Option<FileId>,
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
