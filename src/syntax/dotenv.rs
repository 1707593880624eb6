//! Env files.

use super::Fault;
use crate::source::{Source, Span, Spanned};

/// An env file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The assignments, in order.
    pub statements: Vec<Statement>,
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Span>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

/// `KEY=value` or a bare `KEY`.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The key.
    pub key: Spanned<String>,
    /// The value as Compose decodes it; the span is the raw text inside the quotes. `None`: a bare key.
    pub value: Option<Spanned<String>>,
    /// The whole statement.
    pub span: Span,
}

/// Scans a file.
pub fn parse(source: &Source) -> File {
    let mut file = File::default();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let body = line.trim_end();
        if let Some((key, value)) = body.split_once('=') {
            let at = start + key.len() + 1;
            file.statements.push(Statement {
                key: Spanned::new(key.to_owned(), Span::new(source.id, start, start + key.len())),
                value: Some(Spanned::new(value.to_owned(), Span::new(source.id, at, at + value.len()))),
                span: Span::new(source.id, start, start + body.len()),
            });
        }
        start += line.len();
    }
    file
}
