//! The text of a file as programs work on it that make all line ends alike first.

use std::ops::Range;

use crate::source::budget::MADE;
use crate::source::{Cut, Encoding, Source, Span};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Reading};

/// How much the values of a file may hold together: each line can repeat the one above it.
pub(super) struct Budget(usize);

impl Budget {
    /// Room for what is written in the file, and for much that is put into it.
    pub(super) fn new(source: &Source) -> Self {
        Budget(source.bytes().len().saturating_mul(3) + MADE)
    }

    /// Takes the length of a value; `false` when there is no room for it.
    pub(super) fn take(&mut self, length: usize) -> bool {
        let left = self.0.checked_sub(length);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// The whole file. Bytes that are no UTF-8 are U+FFFD.
pub(super) fn whole(source: &Source) -> Decoded {
    if source.encoding == Encoding::Utf8 {
        return Decoded::written(source.text(), 0);
    }
    let mut text = Decoded::default();
    let mut at = 0;
    for chunk in source.bytes().utf8_chunks() {
        text.push_written(chunk.valid(), at);
        at += chunk.valid().len();
        for _ in chunk.invalid() {
            text.push_replaced("\u{fffd}", at..at + 1);
            at += 1;
        }
    }
    text
}

/// The whole file with `\r\n` as `\n`, and with a lone `\r` as well if `lone`.
pub(super) fn unified(source: &Source, lone: bool) -> Decoded {
    let text = whole(source);
    let bytes = text.as_str().as_bytes();
    let ends = memchr::memchr_iter(b'\r', bytes).filter_map(|at| match bytes.get(at + 1) {
        Some(b'\n') => Some((at..at + 2, "\n")),
        _ => lone.then_some((at..at + 1, "\n")),
    });
    text.replaced(ends)
}

/// The span of a part of a text.
pub(super) fn span(source: &Source, text: &Decoded, range: Range<usize>) -> Span {
    let place = text.origin(range.clone());
    // A text has no place for what stands behind its last character.
    let end = source.text().len();
    if range.start >= text.as_str().len() {
        Span::new(source.id, end, end)
    } else {
        Span::new(source.id, place.start, place.end)
    }
}

/// The span of a place in the file.
pub(super) fn span_of(source: &Source, place: Range<usize>) -> Span {
    Span::new(source.id, place.start, place.end)
}

/// The line of a text that holds `at`, without the blanks around it.
pub(super) fn line(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let at = at.min(text.len());
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |i| at + i);
    let line = text.cut(start..end);
    let body = line.trim();
    if body.is_empty() {
        return start..end;
    }
    let start = start + line.len() - line.trim_start().len();
    start..start + body.len()
}

/// What is left of a file that a program refuses because of the line that holds `at`.
pub(super) fn refused(source: &Source, text: &Decoded, at: usize, message: &str) -> Reading {
    let line = line(text.as_str(), at);
    Reading { entries: Vec::new(), error: Some(Fault::new(span(source, text, line), message)) }
}
