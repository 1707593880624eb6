//! The model of files that are started together, as Compose prints it.

use std::collections::{HashMap, HashSet};

use super::Project;
use super::compositions::Shelves;
use crate::model::Tree;
use crate::model::compose::{Composition, Plan, Value};
use crate::source::{Budget, FileId, Role, directory, join};

/// What a command line says of the files it starts; paths are relative to the root of the project.
#[derive(Clone, Default, Debug)]
pub struct Named {
    /// `-f`, in order.
    pub files: Vec<String>,
    /// `--env-file`, in order.
    pub env_files: Vec<String>,
    /// `--profile`.
    pub profiles: Vec<String>,
    /// `--project-directory`.
    pub directory: Option<String>,
}

impl Project {
    /// The set of files that somebody names.
    ///
    /// # Errors
    /// When one of them is not there.
    pub fn named(&self, named: &Named) -> Result<Plan, String> {
        let mut files: Vec<FileId> = Vec::new();
        for path in &named.files {
            match self.at(path) {
                Some(document) if matches!(document.tree, Tree::Compose(_)) => files.push(document.source.id),
                Some(document) => return Err(format!("`{path}` is read as {}", document.class.kind.name())),
                None => return Err(format!("`{path}` was not found in the project")),
            }
        }
        let first = named.files.first().ok_or("no file is named")?;
        if let Some(missing) = named.env_files.iter().find(|path| self.at(path).is_none()) {
            return Err(format!("`{missing}` was not found in the project"));
        }
        let directory = named.directory.clone().unwrap_or_else(|| directory(first).to_owned());
        let usual = || vec![join(&directory, ".env")];
        let env = if named.env_files.is_empty() { usual() } else { named.env_files.clone() };
        Ok(Plan {
            path: first.clone(),
            files,
            directory,
            env,
            missing: Vec::new(),
            supplied: HashSet::new(),
            given: HashMap::new(),
            profiles: named.profiles.clone(),
            started_plain: None,
            role: Role::Production,
            role_said: true,
            role_why: None,
            started_by: None,
            commands: Vec::new(),
            alone: false,
        })
    }

    /// What Compose makes of a plan, and the model it prints. `root`: where the project lies on this machine; `name`: what
    /// the project is called, if that is said.
    pub fn resolve(&self, plan: Plan, root: &str, name: Option<&str>) -> (Composition, Value) {
        let budget = Budget::of(plan.files.iter().map(|file| self.source(*file).text().len()).sum());
        let library = Shelves { project: self };
        let (composition, merged) = Composition::with_model(plan, &library, &budget);
        let model = composition.canonical(&merged, &library, root, name);
        (composition, model)
    }
}
