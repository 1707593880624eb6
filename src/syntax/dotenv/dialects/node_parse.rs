//! Node itself: `--env-file` and `util.parseEnv` of version 20 (`src/node_dotenv.cc`). A name is everything up to the
//! equals sign, newlines as well. Nothing is an error to it.

use std::ops::Range;

use super::node_dotenv::escapes;
use crate::source::{Cut, Source, Span, Spanned};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What Node makes of a file.
pub(super) fn read(source: &Source, _: &Environment) -> Reading {
    let mut reading = Reading::default();
    let returns = memchr::memchr_iter(b'\r', source.text().as_bytes());
    let whole = Decoded::written(source.text(), 0).replaced(returns.map(|at| (at..at + 1, "")));
    let text = whole.as_str();
    let bytes = text.as_bytes();
    let content = trimmed(text, 0..text.len());
    // Blanks before the end are gone; from here on only the start moves.
    let mut at = content.start;
    let end = content.end;
    let find = |byte: u8, from: usize| memchr::memchr(byte, &bytes[from..end]).map(|length| from + length);
    while at < end {
        if matches!(bytes[at], b'\n' | b'#')
            && let Some(newline) = find(b'\n', at)
        {
            at = newline + 1;
            continue;
        }
        let Some(equals) = find(b'=', at) else { break };
        let mut key = trimmed(text, at..equals);
        if key.is_empty() {
            break;
        }
        if text.cut(key.clone()).starts_with("export ") {
            key.start += "export ".len();
        }
        let value = trimmed(text, equals + 1..end).start;
        let (value, next) = match bytes[value..end].first() {
            Some(&quote @ (b'"' | b'\'' | b'`')) => match (find(quote, value + 1), find(b'\n', value)) {
                (Some(close), _) => {
                    let inside = whole.slice(value + 1..close);
                    let inside = if quote == b'"' { escapes(&inside, &[(b'n', "\n")]) } else { inside };
                    (inside, find(b'\n', close).map_or(end, |newline| newline + 1))
                }
                (None, Some(newline)) => (whole.slice(value..newline), newline + 1),
                // What is left is looked at once more, for a name.
                (None, None) => {
                    at = value;
                    continue;
                }
            },
            _ => {
                let line = value..find(b'\n', value).unwrap_or(end);
                let hash = memchr::memchr(b'#', &bytes[line.clone()]).map_or(line.end, |length| value + length);
                (whole.slice(trimmed(text, value..hash)), end.min(line.end + 1))
            }
        };
        let place = whole.origin(key.clone());
        let name = whole.slice(key).restore(source.bytes()).as_str().to_owned();
        let name = Spanned::new(name, Span::new(source.id, place.start, place.end));
        reading.entries.push(Entry::text(name, value));
        at = next;
    }
    reading
}

/// The range without blanks at both ends. Node reads one byte too early where there are only blanks: what is left is
/// the byte before them.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.cut(range.clone());
    let inner = part.trim_matches(' ');
    if inner.is_empty() {
        let newline = !part.is_empty() && text.cut(..range.start).ends_with('\n');
        return range.start - usize::from(newline)..range.start;
    }
    let start = range.start + part.len() - part.trim_start_matches(' ').len();
    start..start + inner.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_are_those_of_the_file() {
        let text = "A = \"x\\ny\r\nz\" rest\r\nno\r\nB='é'\r\n";
        let entries = read(&Source::new(FileId(0), ".env", text.as_bytes().to_vec()), &Environment::default()).entries;
        let keys: Vec<_> = entries.iter().map(|entry| (entry.key.as_str(), &text[entry.key.span.range()])).collect();
        assert_eq!(keys, [("A", "A"), ("no\nB", "no\r\nB")]);
        let crate::syntax::dotenv::Value::Text(value) = &entries[0].value else { panic!() };
        assert_eq!(value.as_str(), "x\ny\nz");
        assert_eq!([&text[value.origin(1..2)], &text[value.origin(4..5)]], ["\\n", "z"]);
    }
}
