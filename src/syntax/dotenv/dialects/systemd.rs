//! systemd's `EnvironmentFile=`: a port of the rules of version 252 (`parse_env_file_internal` in
//! `src/basic/env-file.c`, `load_env_file`). Nothing is expanded.

use crate::source::{Cut, Source, Span, Spanned};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

#[derive(Copy, Clone, PartialEq)]
enum State {
    BeforeKey,
    Key,
    BeforeValue,
    Value,
    ValueEscape,
    Single,
    Double,
    DoubleEscape,
    Comment,
    CommentEscape,
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// What systemd makes of a file.
pub(super) fn read(source: &Source, _: &Environment) -> Reading {
    let text = source.text();
    let mut reading = Reading::default();
    // A file with a NUL byte is put aside as a whole, and in silence.
    if text.contains('\0') {
        return reading;
    }
    let mut state = State::BeforeKey;
    let (mut key, mut value) = (0..0, Decoded::default());
    // Where the blanks start that the value may end with.
    let mut trailing = None;
    // The last character is the end of the file, which ends a value, but no key.
    for (at, c) in text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]) {
        let keep = |value: &mut Decoded| value.push_written(text.cut(at..at + c.map_or(0, char::len_utf8)), at);
        let Some(c) = c else {
            let open = !matches!(state, State::BeforeKey | State::Key | State::Comment | State::CommentEscape);
            let trailing = trailing.filter(|_| state == State::Value);
            if open && let Err(fault) = push(source, &mut reading, &key, value, trailing) {
                return Reading { entries: Vec::new(), error: Some(fault) };
            }
            break;
        };
        state = match state {
            State::BeforeKey if matches!(c, '#' | ';') => State::Comment,
            State::BeforeKey if is_space(c) => State::BeforeKey,
            State::BeforeKey => {
                key = at..at;
                State::Key
            }
            State::Key if is_newline(c) => State::BeforeKey,
            State::Key if c == '=' => {
                key.end = at;
                trailing = None;
                State::BeforeValue
            }
            State::Key => State::Key,
            State::BeforeValue | State::Value if is_newline(c) => {
                let trailing = trailing.filter(|_| state == State::Value);
                if let Err(fault) = push(source, &mut reading, &key, std::mem::take(&mut value), trailing) {
                    return Reading { entries: Vec::new(), error: Some(fault) };
                }
                State::BeforeKey
            }
            State::BeforeValue if c == '\'' => State::Single,
            State::BeforeValue if c == '"' => State::Double,
            State::BeforeValue if c == '\\' => State::ValueEscape,
            State::BeforeValue if is_space(c) => State::BeforeValue,
            State::BeforeValue => {
                keep(&mut value);
                State::Value
            }
            State::Value if c == '\\' => {
                trailing = None;
                State::ValueEscape
            }
            State::Value => {
                trailing = if is_space(c) { trailing.or(Some(value.as_str().len())) } else { None };
                keep(&mut value);
                State::Value
            }
            State::ValueEscape => {
                // An escaped line end joins two lines.
                if !is_newline(c) {
                    keep(&mut value);
                }
                State::Value
            }
            State::Single if c == '\'' => State::BeforeValue,
            State::Double if c == '"' => State::BeforeValue,
            State::Double if c == '\\' => State::DoubleEscape,
            State::Single | State::Double => {
                keep(&mut value);
                state
            }
            State::DoubleEscape => {
                match c {
                    '"' | '\\' | '`' | '$' => keep(&mut value),
                    '\n' => {}
                    _ => {
                        value.push_written("\\", at - 1);
                        keep(&mut value);
                    }
                }
                State::Double
            }
            State::Comment if c == '\\' => State::CommentEscape,
            State::Comment if is_newline(c) => State::BeforeKey,
            State::Comment | State::CommentEscape => State::Comment,
        };
    }
    reading
}

/// Takes an assignment. A bad name is skipped; bytes that are no UTF-8 end everything.
fn push(
    source: &Source,
    reading: &mut Reading,
    key: &std::ops::Range<usize>,
    value: Decoded,
    trailing: Option<usize>,
) -> Result<(), Fault> {
    let name = source.text().cut(key.clone()).trim_end_matches(is_space);
    let span = Span::new(source.id, key.start, key.start + name.len());
    let bad = |range: std::ops::Range<usize>| source.bytes().get(range.clone()) != source.text().as_bytes().get(range);
    if bad(span.range()) || value.restore(source.bytes()) != value {
        let message = "not UTF-8; systemd loads nothing of this file and the unit does not start";
        return Err(Fault::new(span, message));
    }
    let valid =
        name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if valid {
        let value = trailing.map_or_else(|| value.clone(), |end| value.slice(0..end));
        reading.entries.push(Entry::text(Spanned::new(name.to_owned(), span), value));
    } else if reading.error.is_none() {
        let message = "no name of a variable; systemd skips this assignment with a warning";
        reading.error = Some(Fault::new(span, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_are_those_of_the_file() {
        let source = Source::new(FileId(0), ".env", b"A = \"x\\$y\" 'z' \r\nB=1\\\n2 \n".to_vec());
        let reading = read(&source, &Environment::default());
        let shown = |index: usize| match &reading.entries[index].value {
            crate::syntax::dotenv::Value::Text(value) => {
                (value.as_str().to_owned(), value.origin(0..value.as_str().len()))
            }
            _ => panic!("no text"),
        };
        assert_eq!(&source.text()[reading.entries[0].key.span.range()], "A");
        assert_eq!((shown(0), shown(1)), (("x$yz".to_owned(), 5..13), ("12".to_owned(), 19..23)));
    }
}
