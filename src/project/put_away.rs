//! Files that nobody takes to a server: kept in an archive that nothing outside of it names, built by nothing, or said to be
//! for development alone.

use std::collections::HashMap;

use super::Project;
use super::compositions::{denies_production, top};
use crate::model::{Document, Kind, Tree, Unjudged};
use crate::source::{FileId, Role, RoleWhy, directory};
use crate::syntax::commands::is_past;
use crate::syntax::shell::base_name;

impl Project {
    /// The Dockerfiles that nothing builds where Compose builds others for users, and whose folder no script, pipeline or manifest speaks
    /// of.
    pub(super) fn unbuilt(&self) -> Vec<FileId> {
        let builds = self.services().filter_map(|service| service.build.as_ref().map(|build| (service, build)));
        let (mut built, mut open, mut ships) = (Vec::new(), false, false);
        for (service, build) in builds.filter(|_| self.look(1)) {
            ships |= service.role >= Role::Staging;
            match self.dockerfile_of(build) {
                Some(file) => built.push(file.file),
                None => open |= build.dockerfile.get().is_none() && build.inline.is_none(),
            }
        }
        if !ships || open {
            return Vec::new();
        }
        let lone = self.dockerfiles.iter().filter(|file| {
            let document = self.document(file.file);
            document.own_role_why == RoleWhy::Unnamed && !built.contains(&file.file) && file.path.contains('/')
        });
        let told = |path: &str| {
            let folder = directory(path);
            self.documents.iter().any(|other| {
                let own = other.source.path == path
                    || other.class.kind == Kind::Guide
                    || directory(&other.source.path) == folder;
                !own && self
                    .text_of(other)
                    .is_none_or(|text| text.contains(path) || names_folder(text, base_name(folder)))
            })
        };
        let others = || self.files.files().any(|path| Unjudged::of(path).is_some_and(Unjudged::ships));
        if others() {
            return Vec::new();
        }
        lone.filter(|file| !told(&file.path)).map(|file| file.file).collect()
    }

    /// The Dockerfiles that say at their top that they are for nothing but development, and that nothing builds for users.
    pub(super) fn built_by_developers(&self) -> Vec<FileId> {
        let denied = self.dockerfiles.iter().filter(|file| denies_production(top(self.source(file.file).text())));
        let denied: Vec<FileId> = denied.map(|file| file.file).collect();
        if denied.is_empty() {
            return Vec::new();
        }
        let shipped = self.services().filter(|service| service.role >= Role::Staging && self.look(1));
        let builds = shipped.filter_map(|service| service.build.as_ref());
        let built: Vec<FileId> = builds.filter_map(|build| Some(self.dockerfile_of(build)?.file)).collect();
        denied.into_iter().filter(|file| !built.contains(file)).collect()
    }

    /// The units, scripts, schedules and nginx files of archives. They are judged as what no user meets.
    pub(super) fn put_away(&self) -> Vec<FileId> {
        const KINDS: [Kind; 6] =
            [Kind::Unit, Kind::Script, Kind::Crontab, Kind::Nginx, Kind::Supervisor, Kind::Logrotate];
        let kept = self.documents.iter().filter(|document| {
            // `archive/deploy-production.sh` was that once.
            let once =
                matches!(document.own_role_why, RoleWhy::Unnamed | RoleWhy::Name) && document.own_role >= Role::Staging;
            once && KINDS.contains(&document.class.kind) && is_past(directory(&document.source.path))
        });
        // By the folder, which few texts name.
        let mut folders: HashMap<&str, Vec<&Document>> = HashMap::new();
        for document in kept {
            folders.entry(base_name(directory(&document.source.path))).or_default().push(document);
        }
        if folders.is_empty() {
            return Vec::new();
        }
        for other in self.documents.iter().filter(|other| !is_past(directory(&other.source.path))) {
            let Some(text) = self.text_of(other) else { return Vec::new() };
            for (folder, documents) in &mut folders {
                if text.contains(folder) {
                    documents.retain(|own| !text.contains(&format!("{folder}/{}", base_name(&own.source.path))));
                }
            }
        }
        let mut found: Vec<FileId> = folders.into_values().flatten().map(|own| own.source.id).collect();
        found.sort();
        found
    }

    /// Files of nginx that serve folders of a drive, `root D:/work/shop/dist;`: of the Windows machine that they were written on, unless a
    /// container or an image has them.
    pub(super) fn of_drives(&self) -> Vec<FileId> {
        let is_drive = |path: &str| {
            let mut start = path.chars();
            start.next().is_some_and(|c| c.is_ascii_alphabetic()) && start.as_str().starts_with([':'])
        };
        let serves = |document: &&Document| match &document.tree {
            Tree::Nginx(file) => file.directives.iter().any(|directive| {
                let names_folder = directive.is("root") || directive.is("alias");
                names_folder && directive.args.first().is_some_and(|path| is_drive(&path.value))
            }),
            _ => false,
        };
        let own = self.documents.iter().filter(|document| document.own_role_why == RoleWhy::Unnamed);
        let used =
            |own: &Document| self.readers(own.source.id).next().is_some() || self.is_put_into_image(&own.source.path);
        own.filter(serves).filter(|own| !used(own)).map(|document| document.source.id).collect()
    }
}

/// Whether a text has a path that leads to a folder: `./auth`, `cd auth`, `services/auth/`, but not `auth.log` or `auth:3001`.
fn names_folder(text: &str, folder: &str) -> bool {
    text.match_indices(folder).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + folder.len()..).and_then(|rest| rest.chars().next());
        let ends = after.is_none_or(|c| matches!(c, '/' | '"' | '\'' | ')' | ',' | ']') || c.is_whitespace());
        ends && (before.ends_with(['/', '[', ' ', '"', '\'']) || before.is_empty())
    })
}
