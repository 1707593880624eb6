//! The files beside an env file that are meant for the same program.

use std::collections::HashMap;

use super::{EnvFile, EnvVar};
use crate::secret;
use crate::source::{FileId, Role};

/// What is beside an env file: its template and its like for staging.
#[derive(Clone, Default, Debug)]
pub struct Kin {
    /// The template (`.env.example` of `.env`).
    pub template: Option<FileId>,
    /// For a file of production the one of staging (`.env.staging` of `.env.production`).
    pub staging: Option<FileId>,
    /// Where the keys of the secrets start that have the value of the template.
    copied: Vec<u32>,
}

impl Kin {
    /// Nothing beside it.
    pub(crate) const NONE: Kin = Kin { template: None, staging: None, copied: Vec::new() };

    /// Finds the kin of the files that have some; `role`: for which environment a file is by its name.
    pub fn of_all(files: &[EnvFile], role: impl Fn(&EnvFile) -> Role) -> HashMap<FileId, Kin> {
        let mut templates: HashMap<String, &EnvFile> = HashMap::new();
        let mut staging: HashMap<String, FileId> = HashMap::new();
        for file in files {
            match family(&file.path) {
                (family, true) => _ = templates.entry(family).or_insert(file),
                (family, false) if role(file) == Role::Staging => _ = staging.entry(family).or_insert(file.file),
                _ => {}
            }
        }
        if templates.is_empty() && staging.is_empty() {
            return HashMap::new();
        }
        let kin = |file: &EnvFile| {
            let (family, false) = family(&file.path) else { return None };
            // Names that differ in nothing but the environment.
            let twin = family.replace(Role::Production.name(), Role::Staging.name());
            let staging = staging.get(&twin).copied().filter(|_| twin != family);
            let template = templates.get(&family);
            let copied = template.map(|template| copied(file, template)).unwrap_or_default();
            let found = template.is_some() || staging.is_some();
            found.then(|| (file.file, Kin { template: template.map(|template| template.file), staging, copied }))
        };
        files.iter().filter_map(kin).collect()
    }

    /// Whether a variable of the file holds a secret whose value is that of the template.
    pub fn has_copied(&self, var: &EnvVar) -> bool {
        self.copied.binary_search(&var.key.span.start).is_ok()
    }

    /// Notes on variables of the file which of them were copied.
    pub fn mark<'a>(&self, vars: impl Iterator<Item = EnvVar<'a>>) -> impl Iterator<Item = EnvVar<'a>> {
        vars.map(|var| EnvVar { copied: self.has_copied(&var), ..var })
    }
}

/// What names a file and its template have in common: directory and words without `example`, `sample` and the like. The
/// flag says whether this is the template.
fn family(path: &str) -> (String, bool) {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut words: Vec<&str> = Vec::new();
    let mut template = false;
    for word in name.split(['.', '-', '_']).filter(|word| !word.is_empty()) {
        match Role::parse(word) {
            Some(Role::Template) => template = true,
            Some(role) => words.push(role.name()),
            None => words.push(word),
        }
    }
    (format!("{dir}/{}", words.join(".")), template)
}

/// The secrets of a file whose value is that of the template.
fn copied(file: &EnvFile, template: &EnvFile) -> Vec<u32> {
    let there: HashMap<&str, &str> =
        template.effective().map(|(var, value)| (var.key.as_str(), value.as_str())).collect();
    let copied = |var: &EnvVar| {
        let keeps = |value: &str| var.holds.is_some() || !secret::url_passwords(value).is_empty();
        let value = var.known().filter(|value| !value.value.is_empty() && keeps(value.value));
        value.is_some_and(|value| there.get(var.key.as_str()) == Some(&value.as_str()))
    };
    file.vars().filter(copied).map(|var| var.key.span.start).collect()
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn templates_find_their_files() {
        for (file, template) in [
            (".env", ".env.example"),
            (".env", "example.env"),
            (".env", "env.sample"),
            ("a/.env.prod", "a/.env.production.example"),
            ("backend.env", "backend.env.dist"),
        ] {
            assert_eq!(family(file).0, family(template).0, "{file} {template}");
            assert!(family(template).1 && !family(file).1);
        }
        assert_ne!(family(".env.staging").0, family(".env.production.example").0);
        assert_ne!(family("a/.env").0, family(".env.example").0);
    }
}
