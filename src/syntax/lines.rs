//! Formats of lines with `#` in front of comments. What a line means is left to the model.

use crate::source::{Source, Span, Spanned};

/// A file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The lines that are neither empty nor comments, spaces at their ends removed.
    pub lines: Vec<Spanned<String>>,
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Span>,
}

impl super::Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }
}

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let mut file = File::default();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let body = line.trim_end();
        let text = body.trim_start();
        let span = Span::new(source.id, start + body.len() - text.len(), start + body.len());
        if text.starts_with('#') {
            file.comments.push(span);
        } else if !text.is_empty() {
            if !source.budget.nodes(1, span) {
                break;
            }
            // Leading spaces matter: in Python they mean that the line belongs to something.
            file.lines.push(Spanned::new(body.to_owned(), span));
        }
        start += line.len();
    }
    file
}
