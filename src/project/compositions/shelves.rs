//! The files of a project as a composition sees them.

use crate::model::Tree;
use crate::model::compose::{Library, Shelf};
use crate::model::env::EnvFile;
use crate::project::Project;
use crate::source::{FileId, Source, Spanned};
use crate::syntax::dotenv::{Dialect, Environment, Reading};
use crate::syntax::yaml;

/// The files of a project as a composition sees them.
pub(in crate::project) struct Shelves<'a> {
    pub(in crate::project) project: &'a Project,
}

impl Library for Shelves<'_> {
    fn file(&self, id: FileId) -> Option<(&Source, &yaml::File)> {
        let document = self.project.document(id);
        match &document.tree {
            Tree::Compose(tree) => Some((&document.source, tree)),
            _ => None,
        }
    }

    fn compose(&self, path: &str) -> Shelf {
        match self.project.at(path) {
            Some(document) if matches!(document.tree, Tree::Compose(_)) => Shelf::File(document.source.id),
            Some(_) => Shelf::Unknown,
            None if self.project.is_missing(path) => Shelf::Missing,
            None => Shelf::Unknown,
        }
    }

    fn variable(&self, path: &str, name: &str) -> Option<Spanned<String>> {
        self.project.env_at(path).and_then(|env: &EnvFile| env.get(name)?.value).map(Spanned::owned)
    }

    fn secret(&self, path: &str) -> Option<&Spanned<String>> {
        self.project.secret_in(path)
    }

    fn reading(&self, path: &str, dialect: Dialect, environment: &Environment) -> Option<Reading> {
        Some(dialect.read(&self.project.at(path)?.source, environment))
    }
}
