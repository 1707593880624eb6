//! What Compose refuses, by kind. Each kind is a rule of its own, so that it can be waived, graded and explained by itself.

use crate::source::Span;

/// Something Compose refuses.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What kind of mistake it is.
    pub kind: Kind,
    /// Where.
    pub span: Span,
    /// What is said.
    pub says: Says,
    /// What to do, if that is known.
    pub help: Option<String>,
    /// Another place that belongs to it, and what is to be seen there.
    pub related: Option<(Span, String)>,
    /// Whether Compose takes the file and the container is refused when it is created.
    pub later: bool,
}

/// The shape of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Says {
    /// A whole sentence.
    Sentence(String),
    /// A value that is not what its place takes.
    Expects {
        /// The place: `services.web.mem_limit`.
        owner: String,
        /// What it takes.
        expected: String,
        /// What is there.
        is: Is,
    },
}

/// How a message says what is there.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Is {
    /// By showing it.
    Shown,
    /// By its type: "a list".
    Called(&'static str),
    /// Not at all: it may hold what nobody should see.
    Hidden,
}

/// The kinds of mistakes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A variable that cannot be read.
    Interpolation,
    /// No map, no content, or another YAML.
    Document,
    /// A key that is not text, or a merge of what is not a map.
    Key,
    /// Deeper than anything Compose knows.
    Depth,
    /// `extends` of nothing, or `extends` and `include` in a circle.
    Extends,
    /// A file that is named and does not exist.
    NoFile,
    /// A list, a map, text or a number where another one is wanted.
    Type,
    /// None of the words that are possible.
    Word,
    /// Neither true nor false.
    Boolean,
    /// No number, or not in its range.
    Number,
    /// No size.
    Size,
    /// No duration.
    Duration,
    /// Text that does not have the form of its place.
    Entry,
    /// A port that cannot be read.
    Port,
    /// A volume that cannot be read.
    Volume,
    /// The same item twice.
    Duplicate,
    /// Something that must be there.
    Missing,
    /// Keys that exclude each other.
    Exclusive,
    /// Values that contradict each other.
    Contradiction,
    /// Services that wait for each other.
    Circle,
    /// A health check that says how in no way Compose knows.
    Healthcheck,
    /// One container name for two services.
    ContainerName,
    /// Two things mounted at one path.
    MountTwice,
    /// No image.
    Image,
}

impl Kind {
    /// A mistake of this kind without advice.
    pub fn at(self, span: Span, message: impl Into<String>) -> Fault {
        self.says(span, Says::Sentence(message.into()))
    }

    pub(super) fn says(self, span: Span, says: Says) -> Fault {
        Fault { kind: self, span, says, help: None, related: None, later: false }
    }
}

impl Fault {
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
