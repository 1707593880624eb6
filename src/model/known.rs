//! Values that depend on the outside.

use crate::source::{Span, Spanned};
use crate::syntax::shell;

/// A value that may not be knowable from the project alone. Rules compare only what is known: an unresolved value
/// gives the outcome unknown, never a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Known<T> {
    /// Written down.
    Set(Spanned<T>),
    /// Not written down; the program that reads the file uses this.
    Default(T),
    /// Not written down, and nothing takes its place.
    Absent,
    /// Written down, but it depends on something that is not in the project.
    Unresolved {
        /// Where it is written.
        span: Span,
        /// What it depends on, for people.
        why: String,
        /// The text with [`BLANK`] in place of what is not known, where the rest is.
        partly: Option<Box<Spanned<String>>>,
    },
}

/// Stands in a text for what is not known of it.
pub const BLANK: char = '\0';

impl<T> Known<T> {
    /// The value if it is known, written or default.
    pub fn get(&self) -> Option<&T> {
        match self {
            Known::Set(spanned) => Some(&spanned.value),
            Known::Default(value) => Some(value),
            Known::Absent | Known::Unresolved { .. } => None,
        }
    }

    /// The written value with its place.
    pub fn set(&self) -> Option<&Spanned<T>> {
        match self {
            Known::Set(spanned) => Some(spanned),
            _ => None,
        }
    }

    /// A value of which nothing is known.
    pub fn unresolved(span: Span, why: impl Into<String>) -> Self {
        Known::Unresolved { span, why: why.into(), partly: None }
    }

    /// Where it is written, resolved or not.
    pub fn span(&self) -> Option<Span> {
        match self {
            Known::Set(spanned) => Some(spanned.span),
            Known::Unresolved { span, .. } => Some(*span),
            _ => None,
        }
    }

    /// Whether it is known that nothing is written.
    pub fn is_absent(&self) -> bool {
        matches!(self, Known::Absent)
    }

    /// Whether it depends on the outside.
    pub fn is_unresolved(&self) -> bool {
        matches!(self, Known::Unresolved { .. })
    }
}

impl Known<String> {
    /// The written text, with [`BLANK`] in place of what is not known of it.
    pub fn partly(&self) -> Option<&Spanned<String>> {
        match self {
            Known::Set(written) => Some(written),
            Known::Unresolved { partly, .. } => partly.as_deref(),
            Known::Default(_) | Known::Absent => None,
        }
    }
}

impl Known<Vec<String>> {
    /// The words of a command that is not known as a whole, with [`BLANK`] in place of what is not; none where a word is nothing
    /// else, as it may stand for any others.
    pub fn partly_words(&self) -> Option<Vec<String>> {
        let Known::Unresolved { partly: Some(partly), .. } = self else { return None };
        let words: Vec<String> = shell::words(&partly.value).into_iter().map(|word| word.text).collect();
        let open = |word: &String| word.contains(BLANK) && word.trim_matches(BLANK).is_empty();
        (!words.iter().any(open)).then_some(words)
    }
}
