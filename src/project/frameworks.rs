//! Service to the frameworks its program is written with.

use super::Project;
use crate::model::compose::Service;
use crate::model::starts::Gateway;
use crate::source::{below, join};

impl Project {
    /// The frameworks that the manifests in the build context of a service ask for.
    pub fn frameworks(&self, service: &Service) -> Vec<(&'static str, Gateway)> {
        let context = service.build.as_ref().and_then(|build| build.context.get());
        context.map_or_else(Vec::new, |context| self.frameworks_below(context))
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
