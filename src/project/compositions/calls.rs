//! What the command lines start.

use super::sets::{DEFAULT_NAMES, Said, Sets, separator};
use crate::model::compose::made;
use crate::model::starts::{Brought, ComposeCall, Place};
use crate::model::{Document, Kind, Tree};
use crate::source::{FileId, Role, RoleWhy, Spanned, directory, join};

/// A name with a variable in it stands for at most so many files.
const MOST_MEANT: usize = 16;

impl Sets<'_> {
    /// What a command line starts.
    pub(super) fn call(&mut self, caller: &Document, call: &ComposeCall) {
        // More options may stand in a variable.
        if !call.whole {
            return;
        }
        let known = caller.own_role_why == RoleWhy::Name && matches!(caller.own_role, Role::Development | Role::Test);
        let target = || target_of(caller, call).filter(|role| matches!(role, Role::Development | Role::Test));
        let said = Said { call, caller: known.then_some(caller.own_role).or_else(target) };
        let variable = call.sets.iter().rev().find(|(name, _)| name == "COMPOSE_FILE");
        let named: Vec<Spanned<String>> = match (&call.files[..], variable) {
            ([], Some((_, None))) => return,
            ([], Some((_, Some(list)))) => {
                list.split(separator(list)).map(|name| Spanned::new(name.to_owned(), call.span)).collect()
            }
            (files, _) => files.to_vec(),
        };
        // Where it runs: told, or the directory of the script or one above it.
        let own: Vec<&str> = call.files.iter().map(|name| name.value.as_str()).collect();
        let names = if own.is_empty() { &DEFAULT_NAMES[..] } else { &own };
        let folder = call.place.elsewhere.as_deref().and_then(|path| self.folder_at(path, names));
        let told = call.place.directories().iter().map(String::as_str);
        let brought = self.brought_folder(caller, call);
        let mut places: Vec<&str> = brought.as_deref().into_iter().chain(folder).chain(told).collect();
        if places.is_empty() {
            places.push(directory(&caller.source.path));
            while let Some(last) = places.last().filter(|last| !last.is_empty()) {
                places.push(directory(last));
            }
        }
        if named.is_empty()
            && let Some(file) = self.brought(caller, call)
        {
            let folder = directory(self.path(file)).to_owned();
            let env = vec![join(&folder, ".env")];
            self.add(vec![file], folder, env, Some(said));
            return;
        }
        if named.is_empty() {
            let found = places.iter().find_map(|place| Some((*place, self.default_above(place)?)));
            if let Some((place, start)) = found {
                let starts = self.pulled_instead(caller, call, &start).unwrap_or_else(|| vec![start]);
                let (env, missing) = self.env_files(call, place);
                for start in starts {
                    self.default(&start, env.clone(), missing.clone(), Some(said));
                }
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
        // One that is made or brought before may hold anything, and so may the folder of another project.
        let other = || call.place.elsewhere.as_deref().is_some_and(|place| self.project.is_of_another_project(place));
        if !lacking.is_empty() && other() {
            return;
        }
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
                let known = &mut self.list[at].plan.missing;
                if !known.contains(&path) {
                    known.push(path);
                }
            }
        }
    }

    /// The env files that a command line names, as seen from where it runs, and those that do not exist.
    pub(super) fn env_files(&self, call: &ComposeCall, place: &str) -> (Vec<String>, Vec<Spanned<String>>) {
        let named = call.env_files.iter().map(|file| file.clone().map(|path| join(place, &path)));
        let named: Vec<Spanned<String>> = named.collect();
        // A checkout has no env files, they are made on the server; a slip of the pen is none of that.
        let is_here = |path: &str| !self.project.git.is_asked(path) || self.project.nearly(path).is_some();
        let lacks = |path: &str| !call.told && self.is_missing(path) && is_here(path);
        let missing = named.iter().filter(|path| lacks(&path.value)).cloned().collect();
        let sourced = call.sourced.iter().map(|path| join(place, &path.value));
        (named.into_iter().map(|path| path.value).chain(sourced).collect(), missing)
    }

    /// The file that the same script has brought to where it runs, under a name that Compose finds.
    fn brought(&self, caller: &Document, call: &ComposeCall) -> Option<FileId> {
        let brought = self.project.brings(caller.source.id).iter().filter(|brought| is_where(brought, call));
        let usual = |brought: &&Brought| brought.name.as_deref().is_some_and(|name| DEFAULT_NAMES.contains(&name));
        let mut paths = brought.filter(usual).flat_map(|brought| &brought.from);
        paths.find_map(|path| self.all.get(path.as_str()).copied())
    }

    /// The folder of the project whose contents the same file has brought to where it runs.
    fn brought_folder(&self, caller: &Document, call: &ComposeCall) -> Option<String> {
        let brought = self.project.brings(caller.source.id).iter().filter(|brought| brought.name.is_none());
        let mut folders = brought.filter(|brought| is_where(brought, call)).flat_map(|brought| &brought.from);
        let has_compose = |folder: &&String| self.all.keys().any(|path| directory(path) == folder.as_str());
        folders.find(has_compose).cloned()
    }

    /// The folders of what another machine may start, when it takes from a registry what the file in a folder only builds, and
    /// nothing brings the sources there: that of a server, `deploy/compose.yaml`; none, when only the server has it.
    fn pulled_instead(&self, caller: &Document, call: &ComposeCall, folder: &str) -> Option<Vec<String>> {
        const SOURCES: [&str; 8] =
            ["git pull", "git fetch", "git clone", "git reset", "git checkout", "rsync", "--build", "compose build"];
        let text = caller.source.text();
        let usual = self.named_in(folder, &DEFAULT_NAMES)?;
        let comes = || SOURCES.iter().any(|word| text.contains(word)) || self.project.sent_alone(self.path(usual));
        if !call.remote || call.place.elsewhere.is_none() || comes() {
            return None;
        }
        let own = self.project.calls().iter().filter(|(file, _)| self.project.look(1) && *file == caller.source.id);
        let own = own.map(|(_, call)| call);
        let pulls =
            own.filter(|own| own.verb.as_deref() == Some("pull") && own.place == call.place && own.files.is_empty());
        let pulled: Vec<&String> = pulls.clone().flat_map(|own| &own.services).collect();
        let here = made(self.tree(usual)?);
        let meant = |name: &str| pulled.is_empty() || pulled.iter().any(|own| *own == name);
        let built: Vec<&str> =
            here.iter().filter(|made| made.context.is_some() && meant(made.name)).map(|own| own.name).collect();
        let has_image = here.iter().any(|made| made.context.is_some() && made.image.is_some());
        if pulls.count() == 0 || built.is_empty() || has_image || built.len() < pulled.len() {
            return None;
        }
        let takes = |file: FileId| {
            let there = self.tree(file).map_or_else(Vec::new, made);
            built.iter().any(|name| there.iter().any(|made| made.name == *name && made.context.is_none()))
        };
        let others =
            self.all.iter().filter(|(_, file)| self.project.look(1) && **file != usual && self.has_usual_name(**file));
        let others: Vec<String> =
            others.filter(|(_, file)| takes(**file)).map(|(path, _)| directory(path).to_owned()).collect();
        (!others.is_empty() || !pulled.is_empty()).then_some(others)
    }

    /// The folder of the project with Compose files of these names that a path on the server ends with: `database` of
    /// `/srv/shop/database`.
    fn folder_at<'a>(&self, path: &'a str, names: &[&str]) -> Option<&'a str> {
        let starts = path.match_indices('/').map(|(at, _)| at + 1);
        let folders = starts.filter_map(|at| path.get(at..)).map(|folder| folder.trim_end_matches('/'));
        let has_some = |folder: &&str| !folder.is_empty() && self.named_in(folder, names).is_some();
        folders.take(16).find(has_some)
    }

    /// The files that a name stands for in a directory: one, or all that fit where a variable is in it.
    pub(super) fn meant(&self, from: &Place, place: &str, name: &str) -> Vec<FileId> {
        let path = match name.strip_prefix("//") {
            Some(path) => join("", path),
            None if name.starts_with(['/', '~']) => match self.folder_at(directory(name), &DEFAULT_NAMES) {
                Some(folder) => join(folder, name.rsplit('/').next().unwrap_or(name)),
                None => from.resolve(name).into_iter().next().unwrap_or_default(),
            },
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
}

/// Whether a command runs where something has been brought to.
fn is_where(brought: &Brought, call: &ComposeCall) -> bool {
    // A relative path is one of the home on the other machine.
    fn from_home(path: &str) -> &str {
        path.trim_start_matches("~/").trim_start_matches("./").trim_end_matches('/')
    }
    let folder = from_home(&brought.folder);
    match call.place.elsewhere.as_deref() {
        Some(here) => folder == from_home(here),
        // Where a shell of another machine begins, and the folder there that it goes to.
        None => folder.is_empty() || call.place.directories().iter().any(|here| here == folder),
    }
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

/// Whom a target of a Makefile is for, by its name: `dev:` or `up-dev:`.
fn target_of(caller: &Document, call: &ComposeCall) -> Option<Role> {
    if caller.class.kind != Kind::Makefile {
        return None;
    }
    let above = caller.source.text().get(..call.span.start as usize)?;
    let head = above.lines().rev().find(|line| !line.starts_with(['\t', ' ', '#', '.']) && line.contains(':'))?;
    let name = head.split(':').next()?;
    name.split(['-', '_']).find_map(Role::parse)
}
