//! What only the server has in the folder of the project.

use super::Project;
use crate::model::compose::MountKind;
use crate::source::{Presence, Role, Span, below, directory, join};
use crate::syntax::shell::base_name;

/// A folder or file in that of the project which only the server has.
pub struct Beside {
    /// Its path in the project.
    pub path: String,
    /// What is in it, for people.
    pub holds: &'static str,
    /// Where the project says that it is used.
    pub used: Option<Span>,
}

impl Project {
    /// The folders within the project that the program fills on the server: what users upload to Laravel, and what services
    /// write into a folder that the project has nothing in.
    pub fn filled_on_server(&self) -> Vec<Beside> {
        let mut found = Vec::new();
        let apps = self.files.files().filter(|path| base_name(path) == "artisan");
        // `public/storage` leads there, where visitors see what was uploaded.
        let linked = || self.texts().any(|text| self.look(1 + text.len() / 4096) && text.contains("storage:link"));
        let apps: Vec<&str> = apps.map(directory).collect();
        if !apps.is_empty() && linked() {
            let of = |app| Beside { path: join(app, "storage/app"), holds: "what users uploaded", used: None };
            found.extend(apps.into_iter().map(of));
        }
        for service in self.services().filter(|service| service.role >= Role::Staging && self.look(1)) {
            let binds = service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind && !mount.read_only);
            for mount in binds {
                let Some(path) = mount.source.get().map(|path| path.trim_end_matches('/')) else { continue };
                const DATA: [&str; 8] =
                    ["data", "uploads", "upload", "media", "storage", "files", "backups", "attachments"];
                let is_file = base_name(path).contains('.');
                let is_data = service.store().is_some() || path.split('/').any(|part| DATA.contains(&part));
                if path.is_empty()
                    || path.starts_with(['/', '.', '~', '$'])
                    || is_file
                    || !is_data
                    || self.has_files_in(path)
                {
                    continue;
                }
                let holds = match service.store() {
                    Some(_) => "the data of the store",
                    None => "what the program wrote",
                };
                found.push(Beside { path: path.to_owned(), holds, used: Some(mount.span) });
            }
        }
        found
    }

    /// The env files that stacks for users need and that only the server has: they are not in the project, and nothing that
    /// runs makes them.
    pub fn env_files_of_server(&self) -> Vec<Beside> {
        let services = self.services().filter(|service| service.role >= Role::Staging && self.look(1));
        let files = services.flat_map(|service| &service.env_files).filter(|file| file.required);
        let needed = files.filter_map(|file| file.path.set());
        let only_there = |path: &str| self.files.presence(path) == Presence::Missing && !self.is_made_by_program(path);
        needed
            .filter(|path| only_there(&path.value))
            .map(|path| Beside { path: path.value.clone(), holds: "the env file of the stack", used: Some(path.span) })
            .collect()
    }

    /// Whether the project has files in a folder, other than those that only keep it.
    fn has_files_in(&self, folder: &str) -> bool {
        let keeps = |path: &str| matches!(base_name(path), ".gitkeep" | ".keep" | ".gitignore");
        self.files.files().any(|path| self.look(1) && below(path, folder).is_some() && !keeps(path))
    }
}
