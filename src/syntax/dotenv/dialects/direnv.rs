//! The dialect of direnv's `dotenv` (2.32, `pkg/dotenv`). Every line must fit its pattern; one that does not, and nothing
//! of the file is set. It knows no value of several lines.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::lines::{self, Budget};
use super::ruby_family::unescaped;
use crate::source::{Cut, Source, Spanned, budget};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What direnv makes of a file. References mean variables of the file first.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let text = lines::whole(source);
    let mut budget = Budget::new(source);
    let mut known = Known { environment, above: HashMap::new() };
    let mut entries = Vec::new();
    let mut start = 0;
    for line in text.as_str().split(['\n', '\r']) {
        let at = start;
        start += line.len() + 1;
        let place = |range: Range<usize>| at + range.start..at + range.end;
        match parse(line) {
            Some(None) => {}
            Some(Some((name, written))) => {
                let key = line.cut(name.clone()).to_owned();
                let key = Spanned::new(key, lines::span(source, &text, place(name)));
                let value = known.value(&text.slice(place(written)));
                if !budget.take(value.as_str().len()) {
                    return lines::refused(source, &text, at, "the value refers to itself too often to be read");
                }
                known.above.insert(key.value.clone(), value.as_str().to_owned());
                entries.push(Entry::text(key, value));
            }
            None => return lines::refused(source, &text, at, "a line that direnv does not take; it refuses the file"),
        }
    }
    Reading { entries, error: None }
}

/// `\s` of Go's patterns.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{c}' | '\r')
}

/// The name and the value of a line. `Some(None)`: an empty line or a comment.
fn parse(line: &str) -> Option<Option<(Range<usize>, Range<usize>)>> {
    let skip = |at: usize| line.len() - line.cut(at..).trim_start_matches(is_space).len();
    let start = skip(0);
    if ends(line, start) {
        return Some(None);
    }
    let exported = start + "export".len();
    let named = line.cut(start..).strip_prefix("export").filter(|rest| rest.starts_with(is_space));
    let found = named.and_then(|_| assignment(line, skip(exported)));
    found.or_else(|| assignment(line, start)).map(Some)
}

/// Whether nothing but blanks and a comment stands from a place on.
fn ends(line: &str, at: usize) -> bool {
    let rest = line.cut(at..).trim_start_matches(is_space);
    rest.is_empty() || rest.starts_with('#')
}

fn assignment(line: &str, start: usize) -> Option<(Range<usize>, Range<usize>)> {
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let rest = line.cut(start..).trim_start_matches(named);
    let name = start..line.len() - rest.len();
    let value = match rest.trim_start_matches(is_space).strip_prefix('=') {
        Some(value) => value,
        None => rest.strip_prefix(':').filter(|value| value.starts_with(is_space))?,
    };
    let value = value.trim_start_matches(is_space);
    let at = line.len() - value.len();
    let value = quoted(value).or_else(|| {
        let length = value.find(|c| is_space(c) || c == '#').unwrap_or(value.len());
        ends(value, length).then_some(length)
    })?;
    (!name.is_empty()).then_some((name, at..at + value))
}

/// The length of a quoted value. The pattern for what is inside takes quotes as well: the last quote counts that has
/// nothing but a comment behind it.
fn quoted(value: &str) -> Option<usize> {
    let bytes = value.as_bytes();
    let quote = *bytes.first().filter(|b| matches!(b, b'"' | b'\''))?;
    let mut free = true;
    let mut found = None;
    for (at, &byte) in bytes.iter().enumerate().skip(1).rev() {
        if byte == quote && free {
            found = Some(at + 1);
            break;
        }
        free = byte == b'#' || (free && is_space(char::from(byte)));
    }
    found
}

/// What references can mean.
struct Known<'a> {
    environment: &'a Environment,
    above: HashMap<String, String>,
}

impl Known<'_> {
    /// `parseValue`.
    fn value(&self, written: &Decoded) -> Decoded {
        let bytes = written.as_str().as_bytes();
        if bytes.len() < 2 {
            return written.clone();
        }
        let inside = || written.slice(1..bytes.len() - 1);
        match (bytes[0], bytes[bytes.len() - 1]) {
            (b'\'', b'\'') => inside(),
            (b'"', b'"') => {
                let value = inside();
                let ends = value.as_str().match_indices('\\').filter_map(|(at, _)| {
                    match value.as_str().as_bytes().get(at + 1)? {
                        b'n' => Some((at..at + 2, "\n")),
                        b'r' => Some((at..at + 2, "\r")),
                        _ => None,
                    }
                });
                self.expand(&unescaped(&value.replaced(ends)))
            }
            _ => self.expand(written),
        }
    }

    /// Go's `os.Expand`.
    fn expand(&self, text: &Decoded) -> Decoded {
        let all = text.as_str();
        let bytes = all.as_bytes();
        // No `${` behind the last brace is closed.
        let last = memchr::memrchr(b'}', bytes).unwrap_or(0);
        let mut result = Decoded::default();
        let mut from = 0;
        while let Some(dollar) = memchr::memchr(b'$', &bytes[from..]).map(|i| from + i) {
            result.push(text, from..dollar);
            let start = dollar + 1;
            let (name, end) = match bytes.get(start) {
                Some(b'{') if start < last => {
                    let special = bytes.get(start + 1).is_some_and(|&b| is_special(b));
                    let close = start + memchr::memchr(b'}', &bytes[start..]).unwrap_or(0);
                    let close = if special && bytes.get(start + 2) == Some(&b'}') { start + 2 } else { close };
                    (all.cut(start + 1..close), close + 1)
                }
                // It is eaten.
                Some(b'{') => ("", start + 1),
                Some(&b) if is_special(b) => (all.cut(start..start + 1), start + 1),
                _ => {
                    let named = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
                    let end = start + bytes[start..].iter().take_while(named).count();
                    (all.cut(start..end), end)
                }
            };
            if end == start {
                result.push(text, dollar..start);
            } else if !name.is_empty() {
                result.push_replaced(&self.get(name), text.origin(dollar..end));
            }
            from = end;
            if result.as_str().len() > budget::MADE {
                break;
            }
        }
        result.push(text, from..all.len());
        result
    }

    fn get(&self, reference: &str) -> Cow<'_, str> {
        let (name, default) = reference.split_once(":-").unwrap_or((reference, ""));
        let outside = || self.environment.get(name).filter(|value| !value.is_empty());
        // An empty variable of the file counts, an empty one of the environment does not.
        let value = self.above.get(name).map(String::as_str).or_else(outside);
        value.map_or_else(|| Cow::Owned(default.to_owned()), Cow::Borrowed)
    }
}

/// Names of one character.
fn is_special(byte: u8) -> bool {
    byte.is_ascii_digit() || b"*#$@!?-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::dotenv::Value;

    #[test]
    fn parts_of_values_know_their_places() {
        let text = "A=1\r\nexport B = \"x\\ny\\\"$A\" # it's \"\"?\nC: ${D:-e}f\n";
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let reading = read(&source, &[("A", "2"), ("D", "3")].into_iter().collect());
        let keys: Vec<_> = reading.entries.iter().map(|entry| &text[entry.key.span.range()]).collect();
        assert_eq!(keys, ["A", "B", "C"]);
        let values: Vec<_> = reading.entries.iter().filter_map(|entry| entry.value.text()).collect();
        assert_eq!(values, ["1", "x\ny\"1", "3f"]);
        let Value::Text(value) = &reading.entries[1].value else { return };
        let places = [0..1, 1..2, 3..4, 4..5].map(|range| &text[value.origin(range)]);
        assert_eq!(places, ["x", "\\n", "\"", "$A"]);
    }
}
