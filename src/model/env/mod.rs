//! Env files as the programs that load them see them.

mod credentials;
mod leaks;
mod loading;
mod masked;
mod modes;
mod portable;
mod readings;
mod said;
mod url;

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::model::secret::{self, Holds};
use crate::source::{FileId, Role, Span, Spanned};
use crate::syntax::dotenv::{self, Dialect, Statement};

pub use credentials::Credential;
pub use leaks::Leak;
pub use loading::{LoadingFile, Use, is_usual_name, takes_paths};
pub use masked::{Masked, shown_name};
pub use modes::{By, Choice};
pub use portable::{Edit as EnvEdit, portable, repair, same_values};
pub use readings::{Divergence, Group, Outcome, Readings, side_by_side};
pub use said::{is_false, is_true, said_role, stage};
pub use url::{Host, Url, broken_login, host_kind, is_placeholder_domain, percent_decoded, sqlite_file, urls};

/// One env file.
#[derive(Clone, Debug)]
pub struct EnvFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The environment it belongs to.
    pub role: Role,
    /// Its variables in order; a key may occur more than once.
    pub vars: Vec<EnvVar>,
    /// The last variable of each name, for files in which looking for one is work. Made when it is asked for.
    last: OnceLock<HashMap<String, usize>>,
    /// Which of them name somebody or something an attacker knows as well: users, databases, hosts, projects.
    identities: Box<[u32]>,
    /// Assignments that are commented out.
    pub commented: Vec<EnvVar>,
    /// Lines no program can read.
    pub lost: Vec<Spanned<String>>,
    /// Lines that most likely belong to a value whose quote is never closed.
    pub tails: Vec<Span>,
    /// Whether it is no text at all: nothing can be said about what is in it.
    pub sealed: bool,
    /// The programs that load it, as far as the project says; filled in when the project is joined. Never empty then.
    pub loaders: Vec<Loader>,
    /// The template beside it (`.env.example` of `.env`).
    pub template: Option<FileId>,
    /// For a file of production the one of staging beside it (`.env.staging` of `.env.production`).
    pub staging: Option<FileId>,
}

/// Whether a variable of this name holds the name of a user, a database, a host or a project.
fn is_identity(name: &str) -> bool {
    matches!(
        name.rsplit('_').next().unwrap_or(name),
        "USER" | "USERNAME" | "DB" | "DATABASE" | "NAME" | "HOST" | "LOGIN" | "DBNAME"
    )
}

/// As many variables are looked through faster than in a map.
const FEW: usize = 100;

/// A program that loads an env file.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Loader {
    /// How it reads the file.
    pub dialect: Dialect,
    /// Where the project says so; `None` when the policy, the file itself or nobody does.
    pub at: Option<Span>,
}

/// One assignment, and what the rest of the file makes of it.
#[derive(Clone, Debug)]
pub struct EnvVar {
    statement: Statement,
    /// Whether a later assignment of the same key takes its place.
    pub overridden: bool,
    /// What its name promises.
    pub holds: Option<Holds>,
    /// Whether the template beside the file has the same value.
    pub copied: bool,
}

impl Deref for EnvVar {
    type Target = Statement;

    /// Key, value and places are those of the statement.
    fn deref(&self) -> &Statement {
        &self.statement
    }
}

impl EnvVar {
    fn new(statement: Statement) -> Self {
        let holds = secret::holds(&statement.key.value);
        EnvVar { statement, overridden: false, holds, copied: false }
    }

    /// The value, if the file alone decides it.
    pub fn known(&self) -> Option<&Spanned<String>> {
        self.value.as_ref().filter(|_| self.unset().is_empty())
    }
}

impl EnvFile {
    /// The view of one scanned file; takes the assignments out of its tree, which keeps their places.
    pub fn new(file: FileId, path: &str, role: Role, tree: &mut dotenv::File) -> Self {
        let mut vars: Vec<EnvVar> = std::mem::take(&mut tree.statements).into_iter().map(EnvVar::new).collect();
        let mut overridden = Vec::new();
        let mut seen = HashMap::with_capacity(vars.len());
        // A bare key takes nothing away from an assignment above it.
        for (index, var) in vars.iter().enumerate().filter(|(_, var)| var.value.is_some()) {
            overridden.extend(seen.insert(var.key.value.as_str(), index));
        }
        for earlier in overridden {
            vars[earlier].overridden = true;
        }
        vars.shrink_to_fit();
        let identities = vars.iter().enumerate().filter(|(_, var)| is_identity(&var.key.value));
        let identities = identities.map(|(at, _)| at as u32).collect();
        EnvFile {
            file,
            path: path.to_owned(),
            role,
            vars,
            last: OnceLock::new(),
            identities,
            commented: std::mem::take(&mut tree.commented).into_iter().map(EnvVar::new).collect(),
            lost: std::mem::take(&mut tree.lost),
            tails: std::mem::take(&mut tree.tails),
            sealed: tree.sealed.is_some(),
            loaders: Vec::new(),
            template: None,
            staging: None,
        }
    }

    /// The dialects of the programs that load it.
    pub fn dialects(&self) -> Vec<Dialect> {
        self.loaders.iter().map(|loader| loader.dialect).collect()
    }

    /// The assignment that wins for a key: the last one.
    pub fn get(&self, key: &str) -> Option<&EnvVar> {
        if self.vars.len() <= FEW {
            return self.vars.iter().rev().find(|var| var.key.value == key);
        }
        let named = || self.vars.iter().enumerate().map(|(at, var)| (var.key.value.clone(), at)).collect();
        self.vars.get(*self.last.get_or_init(named).get(key)?)
    }

    /// The assignments that count: the last of each key, with a value the file alone decides.
    pub fn effective(&self) -> impl Iterator<Item = (&EnvVar, &Spanned<String>)> {
        self.vars.iter().filter(|var| !var.overridden).filter_map(|var| Some((var, var.known()?)))
    }

    /// Assignments of the same key: each one that is overridden, with the one that takes its place.
    pub fn duplicates(&self) -> impl Iterator<Item = (&EnvVar, &EnvVar)> {
        let mut next: HashMap<&str, usize> = HashMap::new();
        let mut pairs = Vec::new();
        if self.vars.iter().any(|var| var.overridden) {
            for (index, var) in self.vars.iter().enumerate().rev().filter(|(_, var)| var.value.is_some()) {
                if let Some(later) = next.insert(&var.key.value, index) {
                    pairs.push((index, later));
                }
            }
        }
        pairs.into_iter().rev().map(|(first, later)| (&self.vars[first], &self.vars[later]))
    }

    /// Where to point at what the file lacks: its first statement, or its start.
    pub fn anchor(&self) -> Span {
        self.vars.first().map_or(Span::new(self.file, 0, 0), |var| var.key.span)
    }

    /// What names a file and its template have in common: directory and words without `example`, `sample` and the like.
    /// The flag says whether this is the template.
    pub fn family(path: &str) -> (String, bool) {
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

    /// Finds the template beside each file with the secrets that were copied from it, and the file of staging beside
    /// that of production.
    pub fn pair(files: &mut [EnvFile]) {
        let mut templates: HashMap<String, usize> = HashMap::new();
        let mut staging: HashMap<String, FileId> = HashMap::new();
        for (index, file) in files.iter().enumerate() {
            match EnvFile::family(&file.path) {
                (family, true) => _ = templates.entry(family).or_insert(index),
                (family, false) if file.role == Role::Staging => _ = staging.entry(family).or_insert(file.file),
                _ => {}
            }
        }
        if templates.is_empty() && staging.is_empty() {
            return;
        }
        for index in 0..files.len() {
            let (family, false) = EnvFile::family(&files[index].path) else { continue };
            // Names that differ in nothing but the environment.
            let twin = family.replace(Role::Production.name(), Role::Staging.name());
            files[index].staging = staging.get(&twin).copied().filter(|_| twin != family);
            let Some(&template) = templates.get(&family) else { continue };
            files[index].template = Some(files[template].file);
            for at in files[index].copied_from(&files[template]) {
                files[index].vars[at].copied = true;
            }
        }
    }

    /// The secrets whose value is that of the template, as indices of the variables.
    fn copied_from(&self, template: &EnvFile) -> Vec<usize> {
        let there: HashMap<&str, &str> =
            template.effective().map(|(var, value)| (var.key.as_str(), value.as_str())).collect();
        let copied = |var: &EnvVar| {
            let value = var.known().filter(|value| var.holds.is_some() && !value.value.is_empty());
            value.is_some_and(|value| there.get(var.key.as_str()) == Some(&value.as_str()))
        };
        self.vars.iter().enumerate().filter(|(_, var)| copied(var)).map(|(at, _)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    pub(super) fn env(text: &str) -> (EnvFile, Source) {
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let mut tree = dotenv::parse(&source);
        (EnvFile::new(FileId(0), ".env", Role::Production, &mut tree), source)
    }

    #[test]
    fn the_last_assignment_counts() {
        let (env, _) = env("A=1\nB=2\nA=3\nA\n");
        let keys: Vec<_> = env.effective().map(|(var, value)| (var.key.value.as_str(), value.as_str())).collect();
        assert_eq!(keys, [("B", "2"), ("A", "3")]);
        assert_eq!(env.duplicates().count(), 1);
    }

    #[test]
    fn templates_find_their_files() {
        let family = |path| EnvFile::family(path);
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
