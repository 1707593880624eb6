//! One file that was read, whatever state it is in.

use super::env;
use crate::source::{Budget, Class, FileId, Kind, Role, RoleWhy, Source, Span, is_support_name};
use crate::syntax::{Fault, dockerfile, dotenv, nginx, pem, support, yaml};

/// The syntax tree of a file.
#[derive(Debug)]
pub enum Tree {
    /// An env file.
    Env(dotenv::File),
    /// A Compose file.
    Compose(yaml::File),
    /// A Dockerfile.
    Dockerfile(dockerfile::File),
    /// An nginx file.
    Nginx(nginx::File),
    /// Certificates and keys.
    Pem(pem::File),
    /// gonogo's own configuration.
    Config(yaml::File),
    /// A file that only says something about others.
    Support(support::File),
    /// Nothing: the file was too large to judge, or gonogo failed on it.
    Unread,
}

/// A file: its text, what it is, which environment it belongs to, and its tree. Exists however broken the file is.
#[derive(Debug)]
pub struct Document {
    /// Path, text and what may be shown of it.
    pub source: Source,
    /// What it is and why.
    pub class: Class,
    /// The environment it belongs to.
    pub role: Role,
    /// How that was found.
    pub role_why: RoleWhy,
    /// What the parser made of it.
    pub tree: Tree,
}

impl Document {
    /// Parses a source by its kind.
    pub fn parse(source: Source, class: Class, role: Role, role_why: RoleWhy) -> Self {
        let tree = match class.kind {
            Kind::Env => Tree::Env(dotenv::parse(&source)),
            Kind::Compose => Tree::Compose(yaml::parse(&source)),
            Kind::Dockerfile => Tree::Dockerfile(dockerfile::parse(&source)),
            Kind::Nginx => Tree::Nginx(nginx::parse(&source)),
            Kind::Pem => Tree::Pem(pem::parse(&source)),
            Kind::Config => Tree::Config(yaml::parse(&source)),
            Kind::Support => Tree::Support(support::parse(&source)),
        };
        // A file whose name says nothing belongs where it says it does.
        let said = match &tree {
            Tree::Env(file) if role_why == RoleWhy::Unnamed => env::said_role(&source, file),
            _ => None,
        };
        let (role, role_why) = said.map_or((role, role_why), |role| (role, RoleWhy::Content));
        Document { source, class, role, role_why, tree }
    }

    /// A file nothing may be said about: its text is gone. What was drawn of its budget is kept.
    pub fn unread(id: FileId, path: String, budget: Budget, class: Class, role: Role, role_why: RoleWhy) -> Self {
        let mut source = Source::new(id, path, Vec::new());
        source.budget = budget;
        Document { source, class, role, role_why, tree: Tree::Unread }
    }

    /// What the parser could not read.
    pub fn faults(&self) -> &[Fault] {
        match &self.tree {
            Tree::Env(file) => &file.faults,
            Tree::Compose(file) | Tree::Config(file) => &file.faults,
            Tree::Support(file) => &file.faults,
            Tree::Dockerfile(file) => &file.faults,
            Tree::Nginx(file) => &file.faults,
            Tree::Pem(file) => &file.faults,
            Tree::Unread => &[],
        }
    }

    /// The comments, in order: where waivers are looked for.
    pub fn comments(&self) -> &[Span] {
        match &self.tree {
            Tree::Env(file) => &file.comments,
            Tree::Compose(file) | Tree::Config(file) => &file.comments,
            // In scripts and guides nothing is judged; a guide may show how a waiver is written.
            Tree::Support(_) if !is_support_name(&self.source.name().to_ascii_lowercase()) => &[],
            Tree::Support(file) => &file.comments,
            Tree::Dockerfile(file) => &file.comments,
            Tree::Nginx(file) => &file.comments,
            Tree::Pem(file) => &file.comments,
            Tree::Unread => &[],
        }
    }

    /// The nodes a comment above them can be about, outer before inner: assignments, YAML entries with all below them,
    /// directives with their blocks, instructions.
    pub fn nodes(&self) -> Vec<Span> {
        match &self.tree {
            Tree::Env(file) => file.statements.iter().map(|statement| statement.span(self.source.id)).collect(),
            Tree::Dockerfile(file) => file.places.clone(),
            Tree::Compose(file) | Tree::Config(file) => file.entries(),
            Tree::Nginx(file) => file.directives.iter().map(|directive| directive.span).collect(),
            _ => Vec::new(),
        }
    }
}
