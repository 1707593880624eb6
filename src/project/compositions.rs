//! Which Compose files are started together: by a command line that names them, by `COMPOSE_FILE`, by the names that
//! Compose looks for, and for what is left by what the files need.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Project;
use crate::model::compose::{Composition, Library, Plan, Shelf, names_others, stands_alone};
use crate::model::env::EnvFile;
use crate::model::starts::{ComposeCall, Place, in_comments, of_words};
use crate::model::{Document, Kind, Tree};
use crate::source::{Budget, FileId, Presence, Role, RoleWhy, Source, Span, Spanned, Why, directory, join};
use crate::syntax::dotenv::{Dialect, Environment, Reading};
use crate::syntax::yaml;

/// The names Compose looks for on its own, the first one wins.
const DEFAULT_NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// What it puts on top of them on its own.
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];
/// A name with a variable in it stands for at most so many files.
const MOST_MEANT: usize = 16;

/// Files that are started together, before their role is known.
#[derive(Debug)]
struct Set {
    plan: Plan,
    /// Whether Compose finds them by their names.
    default: bool,
    /// What the file with the command line is for, if its name says so.
    caller: Option<Role>,
    /// Whether the command line is one that machines run, and not a text for people.
    run: bool,
}

/// A command line, and what the file it stands in is for if its name says so.
#[derive(Copy, Clone)]
struct Said<'a> {
    call: &'a ComposeCall,
    caller: Option<Role>,
}

/// What is known of the Compose files of a project before they are read.
struct Files<'a> {
    project: &'a Project,
    /// By path.
    all: BTreeMap<&'a str, FileId>,
    sets: Vec<Set>,
    /// The sets by what makes them different.
    known: HashMap<(Vec<FileId>, String, Vec<String>), usize>,
}

impl Project {
    /// The sets of Compose files that are started together. Every Compose file is in one, or named by one that is.
    pub fn plans(&self) -> Vec<Plan> {
        let compose = self.documents.iter().filter(|document| matches!(document.tree, Tree::Compose(_)));
        let all = compose.map(|document| (document.source.path.as_str(), document.source.id)).collect();
        let mut files = Files { project: self, all, sets: Vec::new(), known: HashMap::new() };
        if files.all.is_empty() {
            return Vec::new();
        }
        for (caller, call) in self.calls() {
            files.call(caller, call);
        }
        for said in self.assumed.compose() {
            let at = self.at(&said.file).map(|document| (document, Span { file: document.source.id, ..said.span }));
            if let Some((document, span)) = at
                && let Some(call) = of_words(&said.name, span)
            {
                files.call(document, &call);
            }
        }
        // A comment that tells how to start a file is as good as a guide.
        for document in
            self.documents.iter().filter(|document| matches!(document.tree, Tree::Compose(_) | Tree::Env(_)))
        {
            for call in in_comments(&document.source, document.comments()) {
                files.call(document, &call);
            }
        }
        files.by_names();
        files.rest();
        files.roles()
    }

    /// The Compose command lines of the project, with the files they stand in.
    fn calls(&self) -> impl Iterator<Item = (&Document, &ComposeCall)> {
        let calls = self.meanings().flat_map(|view| view.starts());
        calls.map(|call| (self.document(call.span.file), call))
    }

    /// Makes a composition of a plan, and says what that cost.
    pub fn compose(&self, plan: Plan) -> (Composition, Budget) {
        let budget = Budget::of(plan.files.iter().map(|file| self.source(*file).text().len()).sum());
        let composition = Composition::new(plan, &Shelves { project: self }, &budget);
        (composition, budget)
    }
}

impl Project {
    /// Gives files the environment of what uses them: the strictest one of the sets a Compose file is in, and of those
    /// whose services load an env file. What the configuration says stays.
    pub(super) fn take_roles(&mut self) {
        let mut used: HashMap<FileId, Role> = HashMap::new();
        for compose in &self.compose {
            let machine = compose.started_by.is_some_and(|at| self.document(at.file).class.kind != Kind::Guide);
            for file in &compose.read {
                let document = self.document(*file);
                // Whether the override is merged on the server is not known until a command shows it.
                if is_override(&document.source.path) && document.role_why == RoleWhy::Name && !machine {
                    continue;
                }
                let own = (document.role_why == RoleWhy::Name).then_some(document.role);
                let role = own.map_or(compose.role, |own| own.max(compose.role));
                used.entry(*file).and_modify(|known| *known = role.max(*known)).or_insert(role);
            }
            let loaded = compose.services.iter().flat_map(|service| &service.env_files);
            let said = compose.role_said && compose.role != Role::Template;
            for path in loaded.filter(|_| said).filter_map(|file| file.path.get()) {
                let Some(file) = self.env_at(path).map(|env| env.file) else { continue };
                used.entry(file).and_modify(|known| *known = compose.role.max(*known)).or_insert(compose.role);
            }
        }
        for (file, role) in used {
            let document = &mut self.documents[file.index()];
            if document.role != role && !matches!(document.role_why, RoleWhy::Configured | RoleWhy::NotCommitted) {
                (document.role, document.role_why) = (role, RoleWhy::Used);
            }
        }
        for env in &mut self.views.env {
            env.role = self.documents[env.file.index()].role;
        }
    }
}

impl Project {
    /// Why something that a composition does not define may be defined all the same: it includes what is not known, or it
    /// may be used together with another one, which has it.
    pub fn defined_elsewhere(&self, compose: &Composition, has: impl Fn(&Composition) -> bool) -> Option<Why> {
        if let Some(why) = &compose.incomplete {
            return Some(Why { text: why.leaves("it may be defined there"), at: why.at });
        }
        let open = compose.started_by.is_none();
        let mut others = self.compose.iter().filter(|other| open && !other.files.contains(&compose.file));
        if let Some(other) = others.find(|other| self.look(1 + other.services.len()) && has(other)) {
            return Some(Why::new(format!("`{}` has it; whether the two are used together is not known", other.path)));
        }
        // Where others are what is started, one that nobody starts may be made to be used with them.
        let started = self.compose.iter().any(|other| !other.alone && other.role >= compose.role);
        (compose.alone && started).then(|| Why::new(format!("nothing in the project starts `{}`", compose.path)))
    }
}

impl Files<'_> {
    /// What a command line starts.
    fn call(&mut self, caller: &Document, call: &ComposeCall) {
        // More options may stand in a variable.
        if !call.whole {
            return;
        }
        let known = caller.role_why == RoleWhy::Name && matches!(caller.role, Role::Development | Role::Test);
        let said = Said { call, caller: known.then_some(caller.role) };
        let variable = call.sets.iter().rev().find(|(name, _)| name == "COMPOSE_FILE");
        let named: Vec<Spanned<String>> = match (&call.files[..], variable) {
            ([], Some((_, None))) => return,
            ([], Some((_, Some(list)))) => {
                list.split(separator(list)).map(|name| Spanned::new(name.to_owned(), call.span)).collect()
            }
            (files, _) => files.to_vec(),
        };
        // Where it runs: told, or the directory of the script or one above it.
        let mut places: Vec<&str> = call.place.directories().iter().map(String::as_str).collect();
        if places.is_empty() {
            places.push(directory(&caller.source.path));
            while let Some(last) = places.last().filter(|last| !last.is_empty()) {
                places.push(directory(last));
            }
        }
        if named.is_empty() {
            let found = places.iter().find_map(|place| Some((*place, self.default_above(place)?)));
            if let Some((place, start)) = found {
                let (env, missing) = self.env_files(call, place);
                self.default(&start, env, missing, Some(said));
            }
            return;
        }
        let meant = |place: &&str| -> Vec<Vec<FileId>> {
            named.iter().map(|name| self.meant(&call.place, place, &name.value)).collect()
        };
        // The place where all are, else the first one where some are.
        let found: Vec<(&str, Vec<Vec<FileId>>)> = places.iter().map(|place| (*place, meant(place))).collect();
        let whole = |(_, meant): &&(&str, Vec<Vec<FileId>>)| meant.iter().all(|files| !files.is_empty());
        let some = |(_, meant): &&(&str, Vec<Vec<FileId>>)| meant.iter().any(|files| !files.is_empty());
        let Some((place, meant)) = found.iter().find(whole).or_else(|| found.iter().find(some)).cloned() else {
            return;
        };
        let lacking = named.iter().zip(&meant).filter(|(_, files)| files.is_empty()).map(|(name, _)| name);
        let lacking: Vec<Spanned<String>> = lacking.map(|name| name.clone().map(|name| join(place, &name))).collect();
        // One that is made or brought before may hold anything.
        if lacking.iter().any(|path| !self.is_missing(&path.value)) {
            return;
        }
        for files in combinations(meant.into_iter().filter(|files| !files.is_empty()).collect()) {
            let directory = match &call.project_directory {
                Some(path) => join(place, &path.value),
                None => directory(self.path(files[0])).to_owned(),
            };
            let (mut env, missing) = self.env_files(call, place);
            if call.env_files.is_empty() {
                env.insert(0, join(&directory, ".env"));
            }
            let lacking = lacking.iter().filter(|_| !call.told).cloned();
            let missing: Vec<Spanned<String>> = lacking.chain(missing).collect();
            let at = self.add(files, directory, env, Some(said));
            for path in missing {
                let known = &mut self.sets[at].plan.missing;
                if !known.contains(&path) {
                    known.push(path);
                }
            }
        }
    }

    /// The env files that a command line names, as seen from where it runs, and those that do not exist.
    fn env_files(&self, call: &ComposeCall, place: &str) -> (Vec<String>, Vec<Spanned<String>>) {
        let named = call.env_files.iter().map(|file| file.clone().map(|path| join(place, &path)));
        let named: Vec<Spanned<String>> = named.collect();
        let missing = named.iter().filter(|path| !call.told && self.is_missing(&path.value)).cloned().collect();
        let sourced = call.sourced.iter().map(|path| join(place, &path.value));
        (named.into_iter().map(|path| path.value).chain(sourced).collect(), missing)
    }

    /// Whether there is nothing at a path, and nothing that git leaves out.
    fn is_missing(&self, path: &str) -> bool {
        !path.contains(['$', '{', '*', '<'])
            && self.project.files.presence(path) == Presence::Missing
            && self.project.git.ignored(path).is_no()
            && !self.project.assumed.file(path)
    }

    fn path(&self, file: FileId) -> &str {
        &self.project.source(file).path
    }

    /// The files that a name stands for in a directory: one, or all that fit where a variable is in it.
    fn meant(&self, from: &Place, place: &str, name: &str) -> Vec<FileId> {
        let path = match name.strip_prefix("//") {
            Some(path) => join("", path),
            None if name.starts_with(['/', '~']) => from.resolve(name).into_iter().next().unwrap_or_default(),
            None => join(place, name),
        };
        if let Some(document) = self.project.at(&path)
            && matches!(document.tree, Tree::Compose(_))
        {
            return vec![document.source.id];
        }
        let Some((before, rest)) = path.split_once('$').filter(|(before, _)| !before.is_empty()) else {
            return Vec::new();
        };
        let after = match rest.strip_prefix('{') {
            Some(rest) => rest.split_once('}').map_or("", |(_, after)| after),
            None => rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        };
        let fits = |path: &str| {
            let middle = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            middle.is_some_and(|middle| !middle.is_empty() && !middle.contains('/'))
        };
        self.all.iter().filter(|(path, _)| fits(path)).map(|(_, id)| *id).take(MOST_MEANT).collect()
    }

    /// The nearest directory, from here upwards, where Compose finds a file by its name.
    fn default_above(&self, place: &str) -> Option<String> {
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

    fn named_in(&self, place: &str, names: &[&str]) -> Option<FileId> {
        names.iter().find_map(|name| self.all.get(join(place, name).as_str()).copied())
    }

    /// The set that Compose starts in a directory when nobody names files.
    fn default(&mut self, place: &str, mut env: Vec<String>, mut missing: Vec<Spanned<String>>, said: Option<Said>) {
        if said.is_none_or(|said| said.call.env_files.is_empty()) {
            env.insert(0, join(place, ".env"));
        }
        let listed = env.iter().rev().find_map(|path| self.project.env_at(path)?.get("COMPOSE_FILE")?.value);
        let listed = listed.map(Spanned::owned);
        let list_at = listed.as_ref().map(|list| list.span);
        let files: Vec<FileId> = match listed {
            Some(list) => {
                let mut files = Vec::new();
                let set = |name: &str| env.iter().rev().find_map(|path| self.project.env_at(path)?.get(name)?.value);
                let own = set("COMPOSE_PATH_SEPARATOR").map(|separator| separator.value).filter(|own| !own.is_empty());
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
            let set = &mut self.sets[at];
            (set.default, set.plan.missing) = (true, missing);
            // What the env file says is as good as a command.
            set.plan.started_by = set.plan.started_by.or(list_at);
        }
    }

    /// Adds a set, or what is said of one that is known.
    fn add(&mut self, files: Vec<FileId>, directory: String, env: Vec<String>, said: Option<Said>) -> usize {
        let key = (files.clone(), directory.clone(), env.clone());
        let at = match self.known.get(&key) {
            Some(&at) => at,
            None => {
                let switched_on = env
                    .iter()
                    .rev()
                    .find_map(|path| Some(self.project.env_at(path)?.get("COMPOSE_PROFILES")?.value?.value.to_owned()));
                let plan = Plan {
                    path: self.path(files[0]).to_owned(),
                    files,
                    directory,
                    env,
                    missing: Vec::new(),
                    supplied: HashSet::new(),
                    profiles: switched_on.map_or(Vec::new(), |list| list.split(',').map(str::to_owned).collect()),
                    role: Role::Production,
                    role_said: false,
                    started_by: None,
                    alone: false,
                };
                self.sets.push(Set { plan, default: false, caller: None, run: false });
                self.known.insert(key, self.sets.len() - 1);
                self.sets.len() - 1
            }
        };
        let set = &mut self.sets[at];
        let Some(Said { call, caller }) = said else { return at };
        // Started once for users is enough.
        set.caller = if set.plan.started_by.is_none() { caller } else { set.caller.and(caller) };
        if set.plan.started_by.is_none() || !call.told && !set.run {
            set.plan.started_by = Some(call.span);
        }
        set.run |= !call.told;
        set.plan.supplied.extend(call.sets.iter().map(|(name, _)| name.clone()));
        for profile in &call.profiles {
            if !set.plan.profiles.contains(&profile.value) {
                set.plan.profiles.push(profile.value.clone());
            }
        }
        at
    }

    /// The files in at least one set for users, as far as names and commands say.
    fn shipped(&self) -> HashSet<FileId> {
        let ships = |set: &&Set| !matches!(self.role_of(set).0, Role::Development | Role::Test | Role::Template);
        self.sets.iter().filter(ships).flat_map(|set| set.plan.files.iter().copied()).collect()
    }

    /// The sets that Compose finds by name, where the commands do not show that the file is only used with others.
    fn by_names(&mut self) {
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
    fn stands_alone(&self, file: FileId) -> bool {
        self.tree(file).is_none_or(stands_alone)
    }

    fn tree(&self, file: FileId) -> Option<&yaml::File> {
        match &self.project.document(file).tree {
            Tree::Compose(tree) => Some(tree),
            _ => None,
        }
    }

    /// The files beside a base that cannot stand alone, and so are put on top of it.
    fn on_top_of(&self, place: &str, base: FileId) -> Vec<FileId> {
        let beside = self.all.iter().filter(|(path, id)| directory(path) == place && **id != base);
        beside.map(|(_, id)| *id).filter(|id| !self.stands_alone(*id)).collect()
    }

    /// The files nobody starts: those that need others are put on top of the base beside them, the others stand alone.
    /// Those that are only included or extended are read with what names them.
    fn rest(&mut self) {
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
        self.sets.iter().for_each(|set| reach(&set.plan.files, &mut read));
        // Then those that only name one another in a circle.
        for start in all.iter().filter(|id| !named.contains(id)).chain(&all) {
            if read.contains(start) {
                continue;
            }
            let place = directory(self.path(*start)).to_owned();
            let base = self.named_in(&place, &DEFAULT_NAMES).filter(|base| base != start);
            let on_top = base.filter(|_| !self.stands_alone(*start));
            // `compose.prod.yaml` is for nothing else; of other names that is a guess.
            let clear = self.project.document(*start).role_why != RoleWhy::Unnamed;
            let files: Vec<FileId> = on_top.into_iter().chain([*start]).collect();
            reach(&files, &mut read);
            let env = vec![join(&place, ".env")];
            let at = self.add(files, place, env, None);
            self.sets[at].plan.alone = on_top.is_none() || !clear;
        }
    }

    /// The Compose files that one of them includes or extends.
    fn named_by(&self, path: &str, id: FileId) -> Vec<FileId> {
        let others = self.tree(id).map_or(Vec::new(), names_others);
        let found = others.iter().filter_map(|other| self.all.get(join(directory(path), other).as_str()));
        found.copied().filter(|other| *other != id).collect()
    }

    /// The role of a set by the names of its files and of what starts it.
    fn role_of(&self, set: &Set) -> (Role, bool) {
        let documents = || set.plan.files.iter().map(|file| self.project.document(*file));
        let configured = documents().filter(|document| document.role_why == RoleWhy::Configured).map(|d| d.role).max();
        let named = |document: &&Document| document.role_why == RoleWhy::Name;
        // The override file belongs to whatever the base is for.
        let last = documents().filter(named).filter(|d| !set.default || !is_override(&d.source.path)).last();
        let plain = documents().next().map_or(Role::Production, |document| document.role);
        let unnamed = documents().find(|document| document.role_why == RoleWhy::Unnamed).map(|document| document.role);
        match configured.or(last.map(|document| document.role)).or(set.caller) {
            Some(role) => (role, true),
            None => (unnamed.unwrap_or(plain), set.run),
        }
    }

    fn roles(self) -> Vec<Plan> {
        let roles: Vec<(Role, bool)> = self.sets.iter().map(|set| self.role_of(set)).collect();
        // Beside a set for production, what Compose starts on its own is the development stack.
        let mut production: HashSet<&str> = HashSet::new();
        for (set, (role, _)) in self.sets.iter().zip(&roles) {
            if *role == Role::Production && !set.default && self.says_production(set) {
                production.extend(set.plan.files.iter().map(|file| directory(self.path(*file))));
            }
        }
        let unnamed = |set: &Set| {
            let mut own = set.plan.files.iter().filter(|file| !is_override(self.path(**file)));
            own.all(|file| self.project.document(*file).role_why == RoleWhy::Unnamed)
        };
        let lowered: Vec<(Role, bool)> = self
            .sets
            .iter()
            .zip(roles)
            .map(|(set, role)| {
                let beside =
                    set.plan.files.first().is_some_and(|file| production.contains(directory(self.path(*file))));
                if set.default && !set.run && unnamed(set) && beside { (Role::Development, true) } else { role }
            })
            .collect();
        let plan = |(set, (role, role_said)): (Set, (Role, bool))| Plan { role, role_said, ..set.plan };
        self.sets.into_iter().zip(lowered).map(plan).collect()
    }

    /// Whether a file of a set calls itself production.
    fn says_production(&self, set: &Set) -> bool {
        let mut documents = set.plan.files.iter().map(|file| self.project.document(*file));
        documents.any(|document| document.role == Role::Production && document.role_why != RoleWhy::Unnamed)
    }
}

/// What stands between the names in `COMPOSE_FILE`: `;` on Windows.
fn separator(list: &str) -> char {
    if list.contains(';') { ';' } else { ':' }
}

/// Whether Compose puts a file on top of another one by its name alone.
pub(super) fn is_override(path: &str) -> bool {
    OVERRIDES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// One of each, in order; as many as there are of the one that stands for several.
fn combinations(meant: Vec<Vec<FileId>>) -> Vec<Vec<FileId>> {
    let mut all: Vec<Vec<FileId>> = vec![Vec::new()];
    for choices in meant {
        let next = all.iter().flat_map(|files| {
            choices.iter().map(move |choice| {
                let mut files = files.clone();
                if !files.contains(choice) {
                    files.push(*choice);
                }
                files
            })
        });
        all = next.take(MOST_MEANT).collect();
    }
    all
}

/// The files of a project as a composition sees them.
pub(super) struct Shelves<'a> {
    pub(super) project: &'a Project,
}

impl Library for Shelves<'_> {
    fn file(&self, id: FileId) -> Option<(&Source, &yaml::File)> {
        let document = self.project.document(id);
        match &document.tree {
            Tree::Compose(tree) => Some((&document.source, tree)),
            _ => None,
        }
    }

    fn compose(&self, path: &str) -> Shelf {
        match self.project.at(path) {
            Some(document) if matches!(document.tree, Tree::Compose(_)) => Shelf::File(document.source.id),
            Some(_) => Shelf::Unknown,
            None if self.project.files.presence(path) == Presence::Missing
                && self.project.git.ignored(path).is_no() =>
            {
                Shelf::Missing
            }
            None => Shelf::Unknown,
        }
    }

    fn variable(&self, path: &str, name: &str) -> Option<Spanned<String>> {
        self.project.env_at(path).and_then(|env: &EnvFile| env.get(name)?.value).map(Spanned::owned)
    }

    fn reading(&self, path: &str, dialect: Dialect, environment: &Environment) -> Option<Reading> {
        Some(dialect.read(&self.project.at(path)?.source, environment))
    }
}
