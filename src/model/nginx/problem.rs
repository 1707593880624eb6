//! What nginx refuses.

use crate::source::Span;

/// Something nginx refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Another place that belongs to it, and what is there.
    pub related: Option<(Span, &'static str)>,
}

impl Problem {
    pub(super) fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Problem { span, message: message.into(), help: help.into(), related: None }
    }
}
