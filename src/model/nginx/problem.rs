//! What nginx refuses, by kind. Each kind is a rule of its own, so that it can be waived, graded and explained by itself.

use std::sync::Arc;

use crate::source::{Span, Why};

/// The kinds of mistakes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A directive in a block that it is not for.
    Place,
    /// The wrong number of arguments, or a block where none belongs.
    Arguments,
    /// A value that the directive does not take.
    Value,
    /// Something twice that nginx takes once.
    Duplicate,
    /// A variable that nothing defines, or that cannot be defined.
    Variable,
    /// A regular expression that cannot be compiled.
    Regex,
    /// Two servers that want different things of one address.
    Socket,
    /// Sizes that contradict each other.
    Size,
    /// A memory zone that two directives want for different things.
    Zone,
    /// An upstream that does not fit what refers to it.
    Upstream,
    /// TLS settings that need another one.
    Tls,
}

/// Something nginx refuses.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What kind of mistake it is.
    pub kind: Kind,
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Other places that belong to it, and what is there.
    pub related: Vec<(Span, &'static str)>,
    /// Why nobody can tell whether nginx refuses it.
    pub unsure: Option<Arc<Why>>,
}

impl Problem {
    /// One of a kind.
    pub fn new(kind: Kind, span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Problem { kind, span, message: message.into(), help: help.into(), related: Vec::new(), unsure: None }
    }

    pub(super) fn beside(mut self, first: Span, text: &'static str) -> Self {
        self.related.push((first, text));
        self
    }
}
