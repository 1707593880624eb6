//! Whether a file is part of what runs, or only lies there as far as anybody can see.

use std::collections::HashSet;

use super::Project;
use super::compositions::DEFAULT_NAMES;
use crate::model::Kind;
use crate::model::compose::Composition;
use crate::model::image::Image;
use crate::source::{FileId, Role, RoleWhy, Span, directory};
use crate::syntax::shell::base_name;

impl Project {
    /// Whether something shows that a file is used: its name, a command, or that it is the only one of its kind. Of a Compose
    /// file, a Dockerfile or a file of nginx that only lies beside what is used nobody can be certain that a server ever reads it.
    pub fn is_shown_to_run(&self, file: FileId) -> bool {
        match self.document(file).class.kind {
            Kind::Compose => self.is_composition_shown(file),
            Kind::Dockerfile => self.is_build_shown(file),
            Kind::Nginx => self.is_site_shown(file),
            _ => true,
        }
    }

    fn is_composition_shown(&self, file: FileId) -> bool {
        let document = self.document(file);
        let path = document.source.path.as_str();
        let named =
            matches!(document.own_role_why, RoleWhy::Name | RoleWhy::Configured) || DEFAULT_NAMES.contains(&path);
        let has = |set: &&Composition| set.read.contains(&file);
        let others = || self.compose.iter().any(|set| set.role >= Role::Staging && !has(&set) && self.look(1));
        let started = |set: &Composition| set.started_by.is_some() || set.read.len() > 1;
        let shown = named || self.compose.iter().filter(has).any(started) || !others();
        shown && !self.is_started_in_its_place(file) && !self.is_shipped_otherwise(file)
    }

    /// Whether nothing says for whom the stacks of a file are, nothing about deployment starts them, and the project shows how else its
    /// program gets to users.
    fn is_shipped_otherwise(&self, file: FileId) -> bool {
        let deploys = |at: &Span| self.document(at.file).is_for_deployment();
        let mut own = self.compose.iter().filter(|set| set.read.contains(&file));
        let guided = self.source(file).embedded.is_some();
        !guided && own.all(|set| !set.role_said && !set.commands.iter().any(deploys)) && self.ships_otherwise()
    }

    /// Whether a container or an image has a file of nginx, another file includes it, or a script or guide says its name; or nothing
    /// else of the project shows how it runs.
    fn is_site_shown(&self, file: FileId) -> bool {
        let path = self.source(file).path.as_str();
        let runs = || self.compose.iter().any(|set| set.role >= Role::Staging) || self.ships_otherwise();
        self.readers(file).next().is_some()
            || self.is_put_into_image(path)
            || self.commands_speak_of(&[base_name(path)])
            || self.is_included(file)
            || !runs()
    }

    /// Whether programs start a file beside this one that has half of its services, and nobody but a guide names this one: of two
    /// that say production, the other is what runs.
    fn is_started_in_its_place(&self, file: FileId) -> bool {
        let has = |set: &&Composition| set.read.contains(&file);
        let by_program =
            |set: &Composition| set.started_by.is_some_and(|at| self.document(at.file).class.kind != Kind::Guide);
        let own: Vec<&Composition> = self.compose.iter().filter(has).collect();
        if own.iter().any(|set| by_program(set)) {
            return false;
        }
        let folder = directory(self.source(file).path.as_str());
        let beside = |other: &&Composition| {
            let here = other.read.iter().all(|read| directory(self.source(*read).path.as_str()) == folder);
            let says = |file: &FileId| {
                let own = self.document(*file);
                own.own_role == Role::Production && matches!(own.own_role_why, RoleWhy::Name | RoleWhy::Configured)
            };
            here && other.read.iter().any(says) && by_program(other) && !has(other) && self.look(1)
        };
        let same = |other: &Composition| {
            let names: HashSet<&str> = other.services.iter().map(|service| service.name.value.as_str()).collect();
            own.iter().any(|set| {
                let shared = set.services.iter().filter(|own| names.contains(own.name.value.as_str())).count();
                shared * 2 >= set.services.len().max(1)
            })
        };
        self.compose.iter().filter(beside).any(same)
    }

    fn is_build_shown(&self, file: FileId) -> bool {
        let built = || {
            self.services().filter(|_| self.look(1)).filter_map(|service| match self.image_of(service) {
                Image::Built(built, _) => Some(built.file),
                _ => None,
            })
        };
        let path = self.source(file).path.as_str();
        let named = || base_name(path) != "Dockerfile" && self.says_name(path, true);
        !path.contains('/') || built().any(|own| own == file) || named() || built().next().is_none()
    }
}
