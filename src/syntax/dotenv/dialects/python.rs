//! What the loaders written in Python have in common, and the two that are alike: python-decouple 3.8
//! (`RepositoryEnv`) and Starlette's `Config._read_file`.

use crate::source::{Cut, Encoding, Source, Span, Spanned};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// A file opened as text: UTF-8 or nothing, and every line end is `\n`.
pub(super) fn open(source: &Source) -> Result<Decoded, Fault> {
    let bad = match source.encoding {
        Encoding::Utf8 => None,
        Encoding::Utf16 => Some(0),
        Encoding::Invalid(at) => Some(at as usize),
    };
    if let Some(at) = bad {
        let span = Span::new(source.id, at, at + 1);
        return Err(Fault::new(span, "not UTF-8; Python stops here and loads nothing of this file"));
    }
    let text = source.text();
    let mut decoded = Decoded::default();
    let mut from = 0;
    for at in memchr::memchr_iter(b'\r', text.as_bytes()) {
        decoded.push_written(text.cut(from..at), from);
        if text.as_bytes().get(at + 1) != Some(&b'\n') {
            decoded.push_replaced("\n", at..at + 1);
        }
        from = at + 1;
    }
    decoded.push_written(text.cut(from..), from);
    Ok(decoded)
}

/// White space to `str.strip` and to `\s`.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// A key that stands in the text from `start` to `end`.
pub(super) fn key(source: &Source, text: &Decoded, start: usize, end: usize) -> Spanned<String> {
    let place = text.origin(start..end);
    Spanned::new(text.as_str().cut(start..end).to_owned(), Span::new(source.id, place.start, place.end))
}

/// python-decouple and Starlette: lines with `=`, blanks and one pair of quotes taken off, nothing decoded.
pub(super) fn lines(source: &Source, _: &Environment) -> Reading {
    let text = match open(source) {
        Ok(text) => text,
        Err(fault) => return Reading { entries: Vec::new(), error: Some(fault) },
    };
    let mut reading = Reading::default();
    let mut start = 0;
    for line in text.as_str().split_inclusive('\n') {
        let next = start + line.len();
        if let Some(equals) = memchr::memchr(b'=', line.as_bytes()).filter(|_| !trimmed(line).starts_with('#')) {
            let name = trimmed(line.cut(..equals));
            let key_start = start + equals - line.cut(..equals).trim_start_matches(is_space).len();
            let mut value = text.slice(start + equals + 1..next).trimmed(is_space);
            let all = value.as_str();
            let quoted = |quote| all.len() >= 2 && all.starts_with(quote) && all.ends_with(quote);
            if quoted('"') || quoted('\'') {
                value = value.slice(1..all.len() - 1);
            }
            reading.entries.push(Entry::text(key(source, &text, key_start, key_start + name.len()), value));
        }
        start = next;
    }
    reading
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(is_space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_are_those_of_the_file() {
        let source = Source::new(FileId(0), ".env", b" K = 'v w' \r\nL=\"1\"\rM=x".to_vec());
        let reading = lines(&source, &Environment::default());
        let shown: Vec<_> = reading
            .entries
            .iter()
            .map(|entry| match &entry.value {
                crate::syntax::dotenv::Value::Text(value) => {
                    (&source.text()[entry.key.span.range()], &source.text()[value.origin(0..value.as_str().len())])
                }
                _ => panic!("no text"),
            })
            .collect();
        assert_eq!(shown, [("K", "v w"), ("L", "1"), ("M", "x")]);
    }
}
