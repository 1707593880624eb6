//! Files of a host that are kept for memory: they lie in an archive, and nothing outside of it names them.

use std::collections::HashMap;

use super::Project;
use crate::model::{Document, Kind};
use crate::source::{FileId, Role, RoleWhy, directory};
use crate::syntax::commands::is_past;
use crate::syntax::shell::base_name;

impl Project {
    /// The units, scripts, schedules and nginx files of archives. They are judged as what no user meets.
    pub(super) fn put_away(&self) -> Vec<(FileId, Role)> {
        const KINDS: [Kind; 6] =
            [Kind::Unit, Kind::Script, Kind::Crontab, Kind::Nginx, Kind::Supervisor, Kind::Logrotate];
        let kept = self.documents.iter().filter(|document| {
            let unnamed = document.own_role_why == RoleWhy::Unnamed;
            unnamed && KINDS.contains(&document.class.kind) && is_past(directory(&document.source.path))
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
        let mut found: Vec<_> = folders.into_values().flatten().map(|own| (own.source.id, Role::Development)).collect();
        found.sort_by_key(|(file, _)| *file);
        found
    }
}
