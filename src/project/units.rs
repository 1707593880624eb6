//! The units of the host: which are there, with what is put on top of them, and where the project lies on that host.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Project;
use crate::model::Kind;
use crate::model::units::{Command, Unit, UnitType};
use crate::source::{Presence, below, directory, join};

/// The units with their drop-ins; a drop-in whose unit is not in the project stands alone. In the order of their paths.
#[derive(Clone, Default, Debug)]
pub(super) struct Units {
    pub(super) list: Vec<Unit>,
    /// By the name of the unit.
    named: HashMap<String, Vec<usize>>,
    /// What starts a unit, by the name of that.
    triggers: HashMap<String, Vec<usize>>,
    /// The names of units that others want.
    wanted: HashSet<String>,
}

impl Units {
    pub(super) fn new(project: &Project) -> Self {
        // A drop-in belongs to the unit of that name beside its folder, else to the only one of that name.
        let mut parts: BTreeMap<(&str, &str), Vec<&Unit>> = BTreeMap::new();
        let mut units: HashMap<&str, Vec<&Unit>> = HashMap::new();
        for unit in project.views.units.iter().filter(|unit| !unit.drop_in) {
            units.entry(&unit.name).or_default().push(unit);
        }
        let mut alone = Vec::new();
        for part in project.views.units.iter().filter(|unit| unit.drop_in) {
            let folder = directory(directory(&part.path));
            let same = units.get(part.name.as_str()).map_or(&[][..], Vec::as_slice);
            let near = same.iter().find(|unit| directory(&unit.path) == folder);
            match near.or(same.first().filter(|_| same.len() == 1)) {
                Some(unit) => parts.entry((&unit.name, &unit.path)).or_default().push(part),
                None => alone.push(part.clone()),
            }
        }
        let whole = |unit: &&Unit| {
            let on_top = parts.get(&(unit.name.as_str(), unit.path.as_str())).into_iter().flatten().copied();
            unit.with(on_top)
        };
        let mut list: Vec<Unit> =
            project.views.units.iter().filter(|unit| !unit.drop_in).map(|unit| whole(&unit)).collect();
        list.extend(alone);
        // `systemctl --user start shop`
        let texts = project.documents.iter().map(|document| document.source.text());
        let calls: Vec<&str> = texts
            .filter(|text| !list.is_empty() && project.look(1 + text.len() / 4096) && text.contains("systemctl --user"))
            .flat_map(str::lines)
            .filter(|line| line.contains("systemctl --user"))
            .collect();
        for unit in list.iter_mut().filter(|_| !calls.is_empty()) {
            let stem = unit.name.trim_end_matches(".service").to_owned();
            let named = |line: &&str| line.split_whitespace().any(|word| word == stem || word == unit.name);
            if project.look(calls.len()) && unit.last("Service", "User").is_none() && calls.iter().any(named) {
                unit.give_to_user();
            }
        }
        list.sort_by(|a, b| a.path.cmp(&b.path));
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        let mut triggers: HashMap<String, Vec<usize>> = HashMap::new();
        let mut wanted = HashSet::new();
        for (at, unit) in list.iter().enumerate() {
            named.entry(unit.name.clone()).or_default().push(at);
            if unit.kind != UnitType::Service {
                triggers.entry(triggered(unit)).or_default().push(at);
            }
            let keys = ["Wants", "Requires", "Requisite", "BindsTo", "Upholds", "OnFailure", "OnSuccess"];
            let own = keys.iter().flat_map(|key| unit.list("Unit", key)).chain(unit.list("Install", "Also"));
            wanted.extend(own.map(|own| own.value.to_owned()));
        }
        // `multi-user.target.wants/shop.service`: what `systemctl enable` makes, or a package brings.
        let paths = project.files.files().chain(project.files.links().map(|(path, _)| path));
        let enabled = |path: &str| [".wants", ".requires"].iter().any(|ending| directory(path).ends_with(ending));
        wanted.extend(paths.filter(|path| enabled(path)).filter_map(|path| path.rsplit('/').next().map(str::to_owned)));
        Units { list, named, triggers, wanted }
    }
}

impl Project {
    /// The units of the host, drop-ins put in.
    pub fn units_of_host(&self) -> &[Unit] {
        &self.host_units.list
    }

    /// The units of a name.
    pub fn units_named(&self, name: &str) -> impl Iterator<Item = &Unit> {
        let found = self.host_units.named.get(name).map_or(&[][..], Vec::as_slice);
        found.iter().map(|at| &self.host_units.list[*at])
    }

    /// The timers, sockets and paths that start a service: by `Unit=`, `Service=` or their own name.
    pub fn triggers_of<'a>(&'a self, service: &Unit) -> impl Iterator<Item = &'a Unit> {
        let found = self.host_units.triggers.get(&service.name).map_or(&[][..], Vec::as_slice);
        found.iter().map(|at| &self.host_units.list[*at])
    }

    /// Whether anything but the units speaks of a unit: a guide tells how it is made, a script writes it.
    pub fn speaks_of_unit(&self, name: &str) -> bool {
        let others = self.documents.iter().filter(|document| document.class.kind != Kind::Unit);
        others.filter_map(|document| self.text_of(document)).any(|text| text.contains(name))
    }

    /// Whether a unit of the project wants another one, by name.
    pub fn is_wanted(&self, name: &str) -> bool {
        self.host_units.wanted.contains(name)
    }

    /// The folder of the host that the project lies in, as a unit names it: its working directory, or a folder above it when the
    /// project has what is left. Of several, the one in which most of what the unit starts is there; nothing when that is a tie.
    pub fn place_on_host(&self, unit: &Unit) -> Option<String> {
        let written = unit.service("WorkingDirectory")?.trim_start_matches('-');
        let path = unit.filled(written).filter(|path| path.starts_with('/'))?;
        let path = path.trim_end_matches('/');
        let mut found = vec![(path, "")];
        let mut above = path;
        while let Some((up, _)) = above.rsplit_once('/') {
            let inside = below(path, up).unwrap_or_default();
            if !up.is_empty() && self.files.presence(inside) == Presence::Directory {
                found.push((up, inside));
            }
            above = up;
        }
        let [first] = found[..] else {
            let words: Vec<String> = unit.commands("ExecStart").iter().flat_map(Command::argv).collect();
            let there = |inside: &str| words.iter().filter(|word| self.look(1) && self.has(inside, word)).count();
            let mut ranked: Vec<(usize, &str)> = found.iter().map(|(up, inside)| (there(inside), *up)).collect();
            ranked.sort_unstable_by(|a, b| b.cmp(a));
            let [(best, up), (next, _), ..] = ranked[..] else { return None };
            return (best > next).then(|| up.to_owned());
        };
        Some(first.0.to_owned())
    }

    /// Whether a word of a command names a file of a folder, or a Python module in it: `shop.wsgi:application`.
    pub(super) fn has(&self, folder: &str, word: &str) -> bool {
        if word.starts_with(['/', '-', '.']) {
            return false;
        }
        let module = word.split(':').next().unwrap_or(word).replace('.', "/");
        let is_file = |path: &str| self.files.is_file(&join(folder, path));
        is_file(word) || is_file(&format!("{module}.py")) || is_file(&format!("{module}/__init__.py"))
    }

    /// What a path of the host is in the project, if the unit says where that lies.
    pub fn from_host(&self, unit: &Unit, path: &str) -> Option<String> {
        let place = self.place_on_host(unit)?;
        let path = unit.filled(path)?;
        let inside = below(&path, &place)?;
        Some(join("", inside)).filter(|path| !path.is_empty())
    }
}

/// The name of the unit that another one starts.
pub fn triggered(unit: &Unit) -> String {
    let written = match unit.kind {
        UnitType::Timer => unit.last("Timer", "Unit"),
        UnitType::Path => unit.last("Path", "Unit"),
        UnitType::Socket => unit.last("Socket", "Service"),
        UnitType::Service => None,
    };
    let stem = unit.name.rsplit_once('.').map_or(unit.name.as_str(), |(stem, _)| stem);
    match written {
        Some(name) => name.value.clone(),
        None if unit
            .last("Socket", "Accept")
            .is_some_and(|value| matches!(value.value.as_str(), "yes" | "true" | "1" | "on")) =>
        {
            format!("{stem}@.service")
        }
        None => format!("{stem}.service"),
    }
}
