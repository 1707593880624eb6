//! The sets as names and needs make them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::compose::{Plan, completes, names_others, profile_for_developers, stands_alone};
use crate::model::starts::ComposeCall;
use crate::project::Project;
use crate::secret;
use crate::source::{FileId, Role, RoleWhy, Spanned, directory, join};
use crate::syntax::commands::is_for_deployment;
use crate::syntax::{Name, yaml};

/// The names Compose looks for on its own, the first one wins.
pub(in crate::project) const DEFAULT_NAMES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// What it puts on top of them on its own.
pub(super) const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// More Compose files in a folder than this are a collection to choose from.
const COLLECTION: usize = 32;

/// Files that are started together, before their role is known.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) plan: Plan,
    /// Whether Compose finds them by their names.
    pub(super) default: bool,
    /// What the file with the command line is for, if its name says so.
    pub(super) caller: Option<Role>,
    /// Whether a program starts it so that it goes on without it: what developers and guides type says nothing about what
    /// ships, and a test is run in the foreground.
    pub(super) run: bool,
    /// Whether a script, pipeline or guide about deployment starts it.
    pub(super) deployed: bool,
    /// Whether guides tell of it, and only in chapters for developers.
    pub(super) taught_to_developers: Option<bool>,
    /// Whether a program names it in a command, not people alone.
    pub(super) named_by_program: bool,
    /// Whether a command starts all of it.
    pub(super) started_whole: bool,
    /// The services that commands name.
    pub(super) picked: BTreeSet<String>,
    /// The variables that each command gives it with which a program starts it, and whether it goes on without that program.
    givers: Vec<(bool, HashMap<String, Option<String>>)>,
}

/// A command line, and what the file it stands in is for if its name says so.
#[derive(Copy, Clone)]
pub(super) struct Said<'a> {
    pub(super) call: &'a ComposeCall,
    pub(super) caller: Option<Role>,
}

/// What is known of the Compose files of a project before they are read.
pub(super) struct Sets<'a> {
    pub(super) project: &'a Project,
    /// By path.
    pub(super) all: BTreeMap<&'a str, FileId>,
    pub(super) list: Vec<Set>,
    /// The ports of the reader's own machine that guides tell of, found out once.
    pub(super) at_home: OnceCell<Vec<u16>>,
    /// The sets by what makes them different.
    known: HashMap<(Vec<FileId>, String, Vec<String>), usize>,
}

impl<'a> Sets<'a> {
    /// None yet; the Compose files of the project by their paths.
    pub(super) fn new(project: &'a Project, all: BTreeMap<&'a str, FileId>) -> Self {
        Sets { project, all, list: Vec::new(), at_home: OnceCell::new(), known: HashMap::new() }
    }

    /// Whether there is no Compose file at all.
    pub(super) fn none(&self) -> bool {
        self.all.is_empty()
    }
}

impl Sets<'_> {
    /// See [`Plan::given`]. Of files that nothing starts just so, what starts them elsewhere tells.
    pub(super) fn given(&self, set: &Set) -> HashMap<String, Option<String>> {
        let started = |own: &&Set| own.plan.files == set.plan.files && !own.givers.is_empty();
        let sets = || self.list.iter().filter(|_| self.project.look(1)).filter(started);
        let own = if set.givers.is_empty() { sets().next() } else { Some(set) };
        let givers = own.map_or(&[][..], |own| &own.givers);
        let ships = givers.iter().any(|(ships, _)| *ships);
        let mut givers = givers.iter().filter(|(own, _)| *own == ships).map(|(_, given)| given);
        let mut all = givers.next().cloned().unwrap_or_default();
        for other in givers {
            all.retain(|name, _| other.contains_key(name));
            all.iter_mut().filter(|(name, value)| other[*name] != **value).for_each(|(_, value)| *value = None);
        }
        all
    }

    /// Whether there is nothing at what is a path and no pattern.
    pub(super) fn is_missing(&self, path: &str) -> bool {
        !path.contains(['$', '{', '*', '<']) && self.project.is_missing(path)
    }

    pub(super) fn path(&self, file: FileId) -> &str {
        &self.project.source(file).path
    }

    /// The nearest directory, from here upwards, where Compose finds a file by its name.
    pub(super) fn default_above(&self, place: &str) -> Option<String> {
        let mut place = place;
        loop {
            if self.named_in(place, &DEFAULT_NAMES).is_some() {
                return Some(place.to_owned());
            }
            if place.is_empty() || place.starts_with(['/', '.']) {
                return None;
            }
            place = directory(place);
        }
    }

    pub(super) fn named_in(&self, place: &str, names: &[&str]) -> Option<FileId> {
        names.iter().find_map(|name| self.all.get(join(place, name).as_str()).copied())
    }

    /// The value that the last of these env files that has a variable gives it.
    fn set_in(&self, env: &[String], name: &str) -> Option<Spanned<&str>> {
        env.iter().rev().find_map(|path| self.project.env_at(path)?.get(name)?.value)
    }

    /// The set that Compose starts in a directory when nobody names files.
    pub(super) fn default(
        &mut self,
        place: &str,
        mut env: Vec<String>,
        mut missing: Vec<Spanned<String>>,
        said: Option<Said>,
    ) {
        if said.is_none_or(|said| said.call.env_files.is_empty()) {
            env.insert(0, join(place, ".env"));
        }
        let listed = self.set_in(&env, "COMPOSE_FILE").map(Spanned::owned);
        let list_at = listed.as_ref().map(|list| list.span);
        let files: Vec<FileId> = match listed {
            Some(list) => {
                let mut files = Vec::new();
                let own =
                    self.set_in(&env, "COMPOSE_PATH_SEPARATOR").map(|own| own.value).filter(|own| !own.is_empty());
                let usual = separator(&list.value).to_string();
                for name in list.value.split(own.unwrap_or(&usual)) {
                    let path = join(place, name);
                    match self.all.get(path.as_str()) {
                        Some(file) => files.push(*file),
                        None if self.is_missing(&path) => missing.push(Spanned::new(path, list.span)),
                        None => return,
                    }
                }
                files
            }
            None => {
                let first = self.named_in(place, &DEFAULT_NAMES);
                let over = self.named_in(place, &OVERRIDES).filter(|_| first.is_some());
                first.into_iter().chain(over).collect()
            }
        };
        if !files.is_empty() {
            let at = self.add(files, place.to_owned(), env, said);
            let set = &mut self.list[at];
            (set.default, set.plan.missing) = (true, missing);
            // What the env file says is as good as a command.
            set.plan.started_by = set.plan.started_by.or(list_at);
        }
    }

    /// Adds a set, or what is said of one that is known.
    pub(super) fn add(&mut self, files: Vec<FileId>, directory: String, env: Vec<String>, said: Option<Said>) -> usize {
        let key = (files.clone(), directory.clone(), env.clone());
        let at = match self.known.get(&key) {
            Some(&at) => at,
            None => {
                let switched_on = self.set_in(&env, "COMPOSE_PROFILES").map(|list| list.value.to_owned());
                let plan = Plan {
                    path: self.path(files[0]).to_owned(),
                    files,
                    directory,
                    env,
                    missing: Vec::new(),
                    supplied: HashSet::new(),
                    given: HashMap::new(),
                    profiles: switched_on.map_or(Vec::new(), |list| list.split(',').map(str::to_owned).collect()),
                    started_plain: None,
                    role: Role::Production,
                    role_said: false,
                    role_why: None,
                    started_by: None,
                    commands: Vec::new(),
                    alone: false,
                };
                let (default, run, deployed, named_by_program, started_whole) = (false, false, false, false, false);
                let picked = BTreeSet::new();
                let taught_to_developers = None;
                self.list.push(Set {
                    plan,
                    default,
                    caller: None,
                    run,
                    deployed,
                    taught_to_developers,
                    named_by_program,
                    started_whole,
                    picked,
                    givers: Vec::new(),
                });
                self.known.insert(key, self.list.len() - 1);
                self.list.len() - 1
            }
        };
        // Who looks for trouble there does not say how it is started.
        let acts = |verb: Option<&str>| is_start(verb) || matches!(verb, Some("build" | "run" | "exec"));
        let deploys = |Said { call, .. }: Said| {
            !call.tried && acts(call.verb.as_deref()) && is_for_deployment(&Name::new(self.path(call.span.file)))
        };
        let deployed = said.is_some_and(deploys);
        let set = &mut self.list[at];
        set.deployed |= deployed;
        let Some(Said { call, caller }) = said else { return at };
        set.plan.commands.push(call.span);
        set.named_by_program |= !call.told;
        // Started once for users is enough.
        set.caller = if set.plan.started_by.is_none() { caller } else { set.caller.and(caller) };
        if call.told && is_start(call.verb.as_deref()) {
            set.taught_to_developers = Some(call.tried && set.taught_to_developers != Some(false));
        }
        let ships = caller.is_none()
            && !call.told
            && !call.tried
            && (call.detached || call.remote)
            && is_start(call.verb.as_deref());
        if set.plan.started_by.is_none() || ships && !set.run {
            set.plan.started_by = Some(call.span);
        }
        set.run |= ships;
        // What developers start says nothing; what a guide about deployment has people type is as good as a script.
        let counts = !call.told && !call.tried && caller.is_none() || deployed;
        if counts && matches!(call.verb.as_deref(), Some("up" | "create")) {
            let open = |(name, value): &(String, Option<String>)| {
                (name.clone(), value.clone().filter(|_| secret::holds(name).is_none()))
            };
            set.givers.push((ships || deployed, call.sets.iter().map(open).collect()));
        }
        let sets_profiles = || call.sets.iter().any(|(name, _)| name == "COMPOSE_PROFILES");
        let plain = call.services.is_empty() && call.profiles.is_empty() && !call.one_of && !sets_profiles();
        if plain && (ships || deployed) && call.verb.as_deref() == Some("up") {
            set.plan.started_plain.get_or_insert(call.span);
        }
        if is_start(call.verb.as_deref()) {
            set.started_whole |= call.services.is_empty();
            set.picked.extend(call.services.iter().cloned());
        }
        set.plan.supplied.extend(call.sets.iter().map(|(name, _)| name.clone()));
        // One service that is run by itself brings up no others of its profile. What developers are told to start with
        // `--profile dev`, and what a variable holds in one branch of several, is not what users get.
        let alone = matches!(call.verb.as_deref(), Some("run" | "exec"));
        let certain = (ships || deployed) && !call.one_of;
        let is_for_users = |profile: &Spanned<String>| certain || profile_for_developers(&profile.value).is_none();
        for profile in call.profiles.iter().filter(|own| !alone && is_for_users(own)) {
            if !set.plan.profiles.contains(&profile.value) {
                set.plan.profiles.push(profile.value.clone());
            }
        }
        at
    }

    /// The files in at least one set for users, as far as names and commands say.
    fn shipped(&self) -> HashSet<FileId> {
        let ships = |set: &&Set| !matches!(self.role_of(set).role, Role::Development | Role::Test | Role::Template);
        self.list.iter().filter(ships).flat_map(|set| set.plan.files.iter().copied()).collect()
    }

    /// The sets that Compose finds by name, where the commands do not show that the file is only used with others.
    pub(super) fn by_names(&mut self) {
        let shipped = self.shipped();
        let places: BTreeSet<String> = self.all.keys().map(|path| directory(path).to_owned()).collect();
        for place in places {
            if self.project.env_at(&join(&place, ".env")).is_some_and(|env| env.get("COMPOSE_FILE").is_some()) {
                self.default(&place, Vec::new(), Vec::new(), None);
                continue;
            }
            let Some(first) = self.named_in(&place, &DEFAULT_NAMES).filter(|first| !shipped.contains(first)) else {
                continue;
            };
            if self.stands_alone(first) || self.on_top_of(&place, first).is_empty() {
                self.default(&place, Vec::new(), Vec::new(), None);
            }
        }
    }

    /// Whether a file has all that its services need.
    pub(super) fn stands_alone(&self, file: FileId) -> bool {
        self.tree(file).is_none_or(|tree| stands_alone(tree, self.project.is_stack_file(self.path(file))))
    }

    pub(super) fn tree(&self, file: FileId) -> Option<&yaml::File> {
        self.project.compose_tree(file)
    }

    /// The files beside a base that cannot stand alone, and so are put on top of it.
    fn on_top_of(&self, place: &str, base: FileId) -> Vec<FileId> {
        let beside = self.all.iter().filter(|(path, id)| directory(path) == place && **id != base);
        beside.map(|(_, id)| *id).filter(|id| !self.stands_alone(*id)).collect()
    }

    /// The file beside another one that it is put on top of: what Compose finds on its own, unless that lacks services which
    /// exactly one other file has.
    fn base_of(&self, place: &str, overlay: FileId) -> Option<FileId> {
        let usual = self.named_in(place, &DEFAULT_NAMES).filter(|base| *base != overlay);
        let fits = |base: FileId| match (self.tree(base), self.tree(overlay)) {
            (Some(base), Some(overlay)) => completes(base, overlay),
            _ => false,
        };
        if usual.is_none_or(fits) {
            return usual;
        }
        let beside: Vec<FileId> = self
            .all
            .iter()
            .filter(|(path, id)| directory(path) == place && **id != overlay)
            .map(|(_, id)| *id)
            .collect();
        // Of a whole collection nobody can say which one is meant.
        if beside.len() > COLLECTION {
            return usual;
        }
        let mut others = beside.into_iter().filter(|id| self.stands_alone(*id) && fits(*id));
        others.next().filter(|_| others.next().is_none()).or(usual)
    }

    /// The files nobody starts: those that need others are put on top of the base beside them, the others stand alone.
    /// Those that are only included or extended are read with what names them.
    pub(super) fn rest(&mut self) {
        let names: HashMap<FileId, Vec<FileId>> =
            self.all.iter().map(|(path, id)| (*id, self.named_by(path, *id))).collect();
        let named: HashSet<FileId> = names.values().flatten().copied().collect();
        let all: Vec<FileId> = self.all.values().copied().collect();
        let mut read: HashSet<FileId> = HashSet::new();
        let reach = |from: &[FileId], read: &mut HashSet<FileId>| {
            let mut next = from.to_vec();
            while let Some(file) = next.pop() {
                if read.insert(file) {
                    next.extend(&names[&file]);
                }
            }
        };
        self.list.iter().for_each(|set| reach(&set.plan.files, &mut read));
        // Then those that only name one another in a circle.
        for start in all.iter().filter(|id| !named.contains(id)).chain(&all) {
            if read.contains(start) {
                continue;
            }
            let place = directory(self.path(*start)).to_owned();
            let on_top = self.base_of(&place, *start).filter(|_| !self.stands_alone(*start));
            // `compose.prod.yaml` is for nothing else; of other names that is a guess.
            let clear = self.project.document(*start).own_role_why != RoleWhy::Unnamed;
            let files: Vec<FileId> = on_top.into_iter().chain([*start]).collect();
            reach(&files, &mut read);
            let env = vec![join(&place, ".env")];
            let at = self.add(files, place, env, None);
            self.list[at].plan.alone = on_top.is_none() || !clear;
        }
    }

    /// Leaves out what people only tell of: files that others put on top of a base, named without it, as Compose refuses them.
    /// There the line is wrong, and nothing runs by it.
    pub(super) fn leave_out_halves(&mut self) {
        let is_half = |set: &Set| {
            let told = set.plan.started_by.is_some() && !set.named_by_program;
            let needs = told && set.plan.files.iter().all(|file| !self.stands_alone(*file));
            let whole = |other: &Set| {
                let based = other.plan.started_by.is_some() && !set.plan.files.contains(&other.plan.files[0]);
                based && set.plan.files.iter().all(|file| other.plan.files.contains(file))
            };
            needs && self.list.iter().any(|other| self.project.look(1) && whole(other))
        };
        let halves: Vec<bool> = self.list.iter().map(is_half).collect();
        let mut halves = halves.into_iter();
        self.list.retain(|_| !halves.next().unwrap_or(false));
        self.known.clear();
    }

    /// The Compose files that one of them includes or extends.
    fn named_by(&self, path: &str, id: FileId) -> Vec<FileId> {
        let others = self.tree(id).map_or(Vec::new(), names_others);
        let found = others.iter().filter_map(|other| self.all.get(join(directory(path), other).as_str()));
        found.copied().filter(|other| *other != id).collect()
    }
}

/// Whether a command of Compose brings services up, so that they go on.
fn is_start(verb: Option<&str>) -> bool {
    matches!(verb, Some("up" | "start" | "restart" | "create" | "pull"))
}

/// What stands between the names in `COMPOSE_FILE`: `;` on Windows.
pub(super) fn separator(list: &str) -> char {
    if list.contains(';') { ';' } else { ':' }
}
