//! One tolerant parser per format. A parser never fails as a whole: it returns a tree with spans and a list of
//! [`Fault`]s, and what is behind a broken place is still there.

pub mod dockerfile;
pub mod dotenv;
pub mod near;
pub mod nginx;
pub mod pem;
pub mod shell;
pub mod support;
pub mod yaml;

#[cfg(test)]
mod dockerfile_tests;

use crate::source::Span;

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
