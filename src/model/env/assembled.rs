//! A value that is put together from what stands in several places, perhaps of several files.

use std::ops::Range;

use crate::source::Span;

/// Where the parts of a value are written.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Assembled {
    /// In the order of the value, without gaps.
    parts: Vec<Part>,
}

/// A part of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The bytes of the value.
    pub range: Range<usize>,
    /// Where they are written.
    pub place: Span,
    /// The variable whose value they are.
    pub from: Option<Box<str>>,
    /// Whether it is the default of a variable whose env file is not here, where it may well be set, or which a command line
    /// sets.
    pub mere_default: bool,
}

impl Assembled {
    /// A value of parts that follow each other.
    pub fn new(parts: Vec<Part>) -> Self {
        Assembled { parts }
    }

    /// The place of the value, if it stands in one.
    pub fn place(&self) -> Option<Span> {
        match &self.parts[..] {
            [part] => Some(part.place),
            _ => None,
        }
    }

    /// Whether a part of it is a mere default.
    pub fn is_mere_default(&self) -> bool {
        self.parts.iter().any(|part| part.mere_default)
    }

    /// The parts that are values of variables.
    pub fn put_in(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.from.is_some())
    }

    /// The place of some bytes of the value, if they stand in one.
    pub fn part(&self, range: Range<usize>) -> Option<Span> {
        let whole = |part: &&Part| part.range.start <= range.start && range.end <= part.range.end;
        let part = self.parts.iter().find(whole)?;
        let verbatim = part.place.range().len() == part.range.len();
        Some(match verbatim {
            true => part.place.slice(range.start - part.range.start, range.end - part.range.start),
            false => part.place,
        })
    }

    /// Whether something of a variable is written at a place.
    pub fn comes_from(&self, place: Span) -> bool {
        self.put_in().any(|part| part.place.contains(place))
    }
}
