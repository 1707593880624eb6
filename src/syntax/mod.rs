//! One tolerant parser per format. A parser never fails as a whole: it returns a tree with spans and a list of
//! [`Fault`]s, and what is behind a broken place is still there.
//!
//! A format has a type `File`, which is a [`Tree`], a function `parse` that makes it of a source, and a function `claim`
//! that says which files are its own. Some formats share a syntax: `yaml`, `lines`, `commands`.

pub mod auth_config;
pub mod beanstalk;
pub mod caddyfile;
mod claim;
pub mod commands;
pub mod compose;
pub mod config;
pub mod conflict;
pub mod crontab;
pub mod dockerfile;
pub mod dotenv;
pub mod gunicorn;
pub mod ignore;
pub mod ini;
pub mod lines;
pub mod logrotate;
pub mod manifest;
pub mod markdown;
pub mod near;
pub mod next_config;
pub mod nginx;
pub mod npm_lock;
pub mod pem;
pub mod prometheus;
pub mod secret;
pub mod settings;
pub mod shell;
pub mod snippets;
pub mod supervisor;
pub mod systemd;
pub mod yaml;

pub use claim::{Claim, Name};

#[cfg(test)]
mod dockerfile_tests;

use crate::source::{FileId, Span};

/// What all formats have in common.
pub trait Tree {
    /// What the parser could not read.
    fn faults(&self) -> &[Fault] {
        &[]
    }

    /// The comments, in order, each from its sign to the end of its line: where waivers are looked for.
    fn comments(&self) -> &[Span] {
        &[]
    }

    /// The nodes a comment above them can be about, outer before inner: assignments, YAML entries with all below them,
    /// directives with their blocks, instructions. `file` is the one the tree was made of.
    fn nodes(&self, _file: FileId) -> Vec<Span> {
        Vec::new()
    }
}

/// A place a parser could not make sense of. The message names what was expected; it never holds a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do, if that is known.
    pub help: Option<String>,
    /// Another place that belongs to it, and what is to be seen there.
    pub related: Option<(Span, String)>,
}

impl Fault {
    /// A fault without advice.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Fault { span, message: message.into(), help: None, related: None }
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related = Some((span, text.into()));
        self
    }
}
