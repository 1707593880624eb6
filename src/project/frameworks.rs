//! Service to the frameworks its program is written with.

use std::collections::BTreeSet;

use super::Project;
use crate::model::compose::Service;
use crate::model::starts::Gateway;
use crate::source::{FileId, Presence, below, directory, join};
use crate::syntax::shell::base_name;

/// What the project has of a module of Python.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Module<'a> {
    /// A file.
    File,
    /// A package, with the module in it that makes an application.
    Package {
        /// `shop.wsgi`
        inside: Option<String>,
    },
    /// The package it belongs to is there, in one place, and it is not.
    Missing {
        /// The outermost package.
        package: &'a str,
        /// One with an application beside it.
        beside: Option<String>,
    },
    /// Not even its package, or several of them.
    Unknown,
}

/// Modules that make an application, by their usual names.
const APPLICATIONS: [&str; 5] = ["wsgi", "asgi", "main", "app", "application"];

impl Project {
    /// Whether a file belongs to a program for one's own desk: the manifest of its folder, or of one above, is of Electron.
    pub fn is_for_a_desk(&self, file: FileId) -> bool {
        let path = &self.source(file).path;
        let own = |manifest: &str| base_name(manifest) == "package.json" && below(path, directory(manifest)).is_some();
        self.documents.iter().any(|document| {
            let text = document.source.text();
            own(&document.source.path) && text.contains("\"electron\":") && self.look(1)
        })
    }

    /// Where a module is: `shop.wsgi` is `shop/wsgi.py` in whatever folder its package lies.
    pub fn module<'a>(&self, module: &'a str) -> Module<'a> {
        let path = module.replace('.', "/");
        let (package, _) = module.split_once('.').unwrap_or((module, ""));
        // The folders that hold the package, and what is there.
        let (mut homes, mut file, mut folder) = (BTreeSet::new(), false, false);
        let inside = |own: &str, name: &str| own.starts_with(&format!("{name}/")) || own.contains(&format!("/{name}/"));
        for own in self.files.files().filter(|own| self.look(1) && !own.contains("site-packages")) {
            let (stem, end) = own.rsplit_once('.').unwrap_or((own, ""));
            let code = matches!(end, "py" | "pyx" | "pyc" | "so" | "pyd");
            file |= code && (stem == path || stem.ends_with(&format!("/{path}")));
            folder |= inside(own, &path);
            if own.ends_with(".py") && inside(own, package) {
                let at = own.find(&format!("{package}/")).filter(|at| *at == 0 || own.get(at - 1..*at) == Some("/"));
                homes.insert(at.and_then(|at| own.get(..at)).unwrap_or("?").to_owned());
            }
        }
        let mut homes = homes.into_iter();
        let home = homes.next().filter(|home| homes.next().is_none() && home != "?");
        let has = |home: &str, path: &str| self.files.presence(&format!("{home}{path}.py")) == Presence::File;
        match (file, folder, home) {
            (true, ..) => Module::File,
            (_, true, Some(home)) => {
                let own = APPLICATIONS.iter().take(2).find(|name| has(&home, &format!("{path}/{name}")));
                Module::Package { inside: own.map(|name| format!("{module}.{name}")) }
            }
            (_, false, Some(home)) if self.is_certainly_missing(&format!("{home}{path}.py")) => {
                let (around, _) = module.rsplit_once('.').unwrap_or((module, ""));
                let beside = |name: &&&str| has(&home, &format!("{}/{name}", around.replace('.', "/")));
                let beside = APPLICATIONS.iter().find(beside).map(|name| format!("{around}.{name}"));
                Module::Missing { package, beside }
            }
            _ => Module::Unknown,
        }
    }

    fn is_certainly_missing(&self, path: &str) -> bool {
        self.files.presence(path) == Presence::Missing && self.git.ignored(path).is_no()
    }

    /// The frameworks that the manifests in the build context of a service ask for.
    pub fn frameworks(&self, service: &Service) -> Vec<(&'static str, Gateway)> {
        let context = service.build.as_ref().and_then(|build| build.context.get());
        context.map_or_else(Vec::new, |context| self.frameworks_below(context))
    }

    /// Whether a service may be Django: its manifests ask for it, or for no framework that is known. The settings of Django are read by
    /// nobody else.
    pub fn may_be_django(&self, service: &Service) -> bool {
        let asked = self.frameworks(service);
        asked.is_empty() || asked.iter().any(|(name, _)| *name == "django")
    }

    /// The frameworks that the manifests in a directory, and below it, ask for.
    pub fn frameworks_below(&self, directory: &str) -> Vec<(&'static str, Gateway)> {
        let inside = self.loading.iter().filter(|file| self.look(1) && below(&file.path, directory).is_some());
        inside.flat_map(|file| file.frameworks.iter().copied()).collect()
    }

    /// The first of some packages that a manifest in a folder names (`requirements.txt`, `pyproject.toml`, `package.json`).
    pub fn needs_package(&self, folder: &str, packages: &[&'static str]) -> Option<&'static str> {
        let manifests = self.folder(folder).iter().filter(|name| {
            let requirements = name.starts_with("requirements") && name.ends_with(".txt");
            requirements || matches!(name.as_str(), "pyproject.toml" | "package.json")
        });
        let texts: Vec<String> = manifests
            .filter_map(|name| Some(self.at(&join(folder, name))?.source.text().to_ascii_lowercase()))
            .filter(|text| self.look(text.len() / 64 + 1))
            .collect();
        let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'@' | b'/');
        packages.iter().copied().find(|package| {
            texts.iter().any(|text| {
                let bytes = text.as_bytes();
                text.match_indices(package).any(|(at, _)| {
                    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
                    !before.is_some_and(|b| part(*b)) && !bytes.get(at + package.len()).is_some_and(|b| part(*b))
                })
            })
        })
    }
}
