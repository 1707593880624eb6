//! Env files as the programs that load them see them.

use crate::source::{FileId, Role, Span, Spanned};
use crate::syntax::dotenv;

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
}

/// One assignment.
#[derive(Clone, Debug)]
pub struct EnvVar {
    /// The key.
    pub key: Spanned<String>,
    /// The value as Compose reads it; `None` for a bare key, which inherits from the shell.
    pub value: Option<Spanned<String>>,
    /// The whole statement.
    pub span: Span,
}

impl EnvFile {
    /// The view of one scanned file.
    pub fn new(file: FileId, path: &str, role: Role, tree: &dotenv::File) -> Self {
        let vars = tree
            .statements
            .iter()
            .map(|s| EnvVar { key: s.key.clone(), value: s.value.clone(), span: s.span })
            .collect();
        EnvFile { file, path: path.to_owned(), role, vars }
    }

    /// The assignment that wins for a key: the last one.
    pub fn get(&self, key: &str) -> Option<&EnvVar> {
        self.vars.iter().rev().find(|var| var.key.value == key)
    }

    /// What must not be printed.
    pub fn secrets(&self) -> Vec<Span> {
        Vec::new()
    }
}
