//! Files that hold one secret and nothing else: what `secrets:` of Compose mounts below `/run/secrets`. No name tells them;
//! the deployment names them.

use super::{Claim, Name};
use crate::source::{Cut, Source, Span, Spanned};

/// A file as written.
#[derive(Clone, Debug)]
pub struct File {
    /// All of it. Never print it.
    pub whole: Span,
    /// The secret, without the end of its line; `None` when there are more lines than one, so that it is a document.
    pub value: Option<Spanned<String>>,
}

impl super::Tree for File {}

/// Nobody knows one by its name.
pub fn claim(_: &Name) -> Claim {
    Claim::No
}

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let text = source.text();
    // A mark in front is none of the secret; the images that read such files drop the ends of lines, as a shell does.
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let end = start + text.cut(start..).trim_end_matches(['\n', '\r']).len();
    let value = text.cut(start..end);
    let is_one = !value.contains('\n') && source.budget.nodes(1, source.span());
    let value = is_one.then(|| Spanned::new(value.to_owned(), Span::new(source.id, start, end)));
    File { whole: source.span(), value }
}
