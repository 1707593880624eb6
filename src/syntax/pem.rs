//! PEM armour.

use super::Fault;
use crate::source::{Source, Span};

/// A file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Span>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

/// Scans a file.
pub fn parse(_: &Source) -> File {
    File::default()
}
