//! What a question gets back when the world may not answer.

use std::sync::Arc;

use super::span::Span;

/// Why something is so, or why it is not known and what would settle it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Why {
    /// For people, without a final full stop.
    pub text: String,
    /// Where it can be seen, when it is in a file that was read.
    pub at: Option<Span>,
}

impl Why {
    /// A reason with no place of its own.
    pub fn new(text: impl Into<String>) -> Self {
        Why { text: text.into(), at: None }
    }

    /// A reason that can be seen at a place.
    pub fn seen(text: impl Into<String>, at: Span) -> Self {
        Why { text: text.into(), at: Some(at) }
    }

    /// What may be so, because of this: `the zone may be defined elsewhere: an include is not in the project`.
    pub fn leaves(&self, open: &str) -> String {
        format!("{open}: {}", self.text)
    }
}

/// The first reason why there may be more than what is known of something; `None`: all of it is known. Shared, because
/// what is missing around a thing is missing for everything in it.
pub type Gap = Option<Arc<Why>>;

impl From<&str> for Why {
    fn from(text: &str) -> Self {
        Why::new(text)
    }
}

impl From<String> for Why {
    fn from(text: String) -> Self {
        Why::new(text)
    }
}

/// Yes, no, or not known. Nothing that did not answer counts as a no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer<T> {
    /// Yes, and what comes with it.
    Yes(T),
    /// No.
    No(Why),
    /// Not known.
    Unknown(Why),
}

impl<T> Answer<T> {
    /// Whether it is a yes beyond doubt.
    pub fn is_yes(&self) -> bool {
        matches!(self, Answer::Yes(_))
    }

    /// Whether it is a no beyond doubt.
    pub fn is_no(&self) -> bool {
        matches!(self, Answer::No(_))
    }

    /// The same answer about something else.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Answer::Yes(value) => Answer::Yes(f(value)),
            Answer::No(why) => Answer::No(why),
            Answer::Unknown(why) => Answer::Unknown(why),
        }
    }
}
