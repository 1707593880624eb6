//! The npm package `dotenv` (18.0; 16 and 17 read the same): `parse` in `lib/main.js`, which finds assignments with one
//! regular expression. Nothing is an error to it: what does not look like an assignment is passed over.

use std::ops::Range;

use crate::source::{Cut, Encoding, Source, Span, Spanned};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What dotenv makes of a file.
pub(super) fn read(source: &Source, _: &Environment) -> Reading {
    let entries = assignments(source).into_iter().map(|(key, value)| Entry::text(key, value)).collect();
    Reading { entries, error: None }
}

/// The assignments of a file, decoded, in the order they are written.
pub(super) fn assignments(source: &Source) -> Vec<(Spanned<String>, Decoded)> {
    let decode = |assignment: Assignment| match assignment.quote {
        Some(b'"') => (assignment.key, escapes(&assignment.value, &[(b'n', "\n"), (b'r', "\r")])),
        _ => (assignment.key, assignment.value),
    };
    // An object's prototype is no place for a text.
    undecoded(source).into_iter().filter(|assignment| assignment.key.value != "__proto__").map(decode).collect()
}

/// An assignment as the regular expression finds it.
pub(super) struct Assignment {
    pub(super) key: Spanned<String>,
    /// The value without the quotes around it.
    pub(super) value: Decoded,
    /// The quote the value begins with, closed or not.
    pub(super) quote: Option<u8>,
}

/// The assignments of a file, with their escapes, in the order they are written.
pub(super) fn undecoded(source: &Source) -> Vec<Assignment> {
    let whole = unified(source.text());
    let text = whole.as_str();
    let mut found = Vec::new();
    let mut at = skip_space(text, 0);
    while at < text.len() {
        if let Some(statement) = statement(text, at) {
            let name = text.cut(statement.key.clone()).to_owned();
            let place = whole.origin(statement.key);
            let value = whole.slice(statement.value);
            let value = if statement.bare { unquoted(value) } else { value };
            // Before parts of it are put elsewhere, where their bytes cannot be looked up.
            let value = if source.encoding == Encoding::Utf8 { value } else { value.restore(source.bytes()) };
            let key = Spanned::new(name, Span::new(source.id, place.start, place.end));
            found.push(Assignment { key, value, quote: statement.quote });
            at = statement.end;
        } else {
            at = line_end(text, at);
        }
        at = skip_space(text, at);
    }
    found
}

/// The object JavaScript makes of assignments: the last one of a name counts and stands where the first one stood, and
/// names that are array indices come first.
pub(super) fn object(assignments: Vec<(Spanned<String>, Decoded)>) -> Vec<(Spanned<String>, Decoded)> {
    let mut places = std::collections::HashMap::new();
    let mut properties: Vec<(Spanned<String>, Decoded)> = Vec::new();
    for assignment in assignments {
        let place = *places.entry(assignment.0.value.clone()).or_insert(properties.len());
        match properties.get_mut(place) {
            Some(property) => *property = assignment,
            None => properties.push(assignment),
        }
    }
    properties.sort_by_key(|(key, _)| array_index(&key.value).unwrap_or(u32::MAX));
    properties
}

fn array_index(name: &str) -> Option<u32> {
    let canonical = name == "0" || name.starts_with(|c: char| ('1'..='9').contains(&c));
    name.parse().ok().filter(|&index| canonical && index < u32::MAX)
}

/// The text with `\r\n` and `\r` as `\n`.
fn unified(text: &str) -> Decoded {
    let bytes = text.as_bytes();
    let returns = memchr::memchr_iter(b'\r', bytes);
    let edits = returns.map(|at| (at..at + 1 + usize::from(bytes.get(at + 1) == Some(&b'\n')), "\n"));
    Decoded::written(text, 0).replaced(edits)
}

/// `\s` of a regular expression.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

/// Where `$` of a regular expression holds; `\r` is gone by then.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

fn skip_space(text: &str, at: usize) -> usize {
    text.len() - text.cut(at..).trim_start_matches(is_space).len()
}

fn line_end(text: &str, at: usize) -> usize {
    text.cut(at..).find(is_line_end).map_or(text.len(), |length| at + length)
}

/// A match of the regular expression.
struct Statement {
    key: Range<usize>,
    /// The text inside the quotes, or the trimmed rest of the line.
    value: Range<usize>,
    /// Whether the value is such a rest. There can still be quotes around it.
    bare: bool,
    /// The quote it begins with.
    quote: Option<u8>,
    /// Where the search goes on. A comment there is no statement.
    end: usize,
}

/// The assignment that begins at `start`.
fn statement(text: &str, start: usize) -> Option<Statement> {
    let length =
        |at: usize| text.cut(at..).bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
    let exported =
        text.cut(start..).strip_prefix("export").map(|rest| skip_space(rest, 0)).filter(|&blanks| blanks > 0);
    let name = exported.map(|blanks| start + "export".len() + blanks).filter(|&at| length(at) > 0).unwrap_or(start);
    let key = name..name + length(name);
    if key.is_empty() {
        return None;
    }
    // White space includes newlines: the equals sign, and the quote after it, may stand on a later line.
    let sign = skip_space(text, key.end);
    let value = if text.cut(sign..).starts_with('=') {
        sign + 1
    } else {
        let blank = text.cut(key.end..).strip_prefix(':')?.chars().next().filter(|&c| is_space(c))?;
        key.end + 1 + blank.len_utf8()
    };
    let open = skip_space(text, value);
    if let Some(&quote @ (b'\'' | b'"' | b'`')) = text.as_bytes().get(open)
        && let Some(close) = closing(text, open, quote)
    {
        return Some(Statement { key, value: open + 1..close, bare: false, quote: Some(quote), end: close + 1 });
    }
    let end = memchr::memchr2(b'#', b'\n', &text.as_bytes()[value..]).map_or(text.len(), |length| value + length);
    let trimmed = text.cut(value..end).trim_matches(is_space);
    let start = value + text.cut(value..end).find(trimmed).unwrap_or_default();
    let value = start..start + trimmed.len();
    let quote = trimmed.bytes().next().filter(|b| b"'\"`".contains(b));
    Some(Statement { key, value, bare: true, quote, end })
}

/// The quote that closes the one at `open`: nothing but a comment may stand behind it on its line. The first quote
/// without a backslash before it is the last that is looked at; of those before it, the last one.
fn closing(text: &str, open: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut found = None;
    for at in memchr::memchr_iter(quote, &bytes[open + 1..]).map(|length| open + 1 + length) {
        let mut behind = text.cut(at + 1..).chars().skip_while(|&c| is_space(c) && !is_line_end(c));
        if behind.next().is_none_or(|c| c == '#' || is_line_end(c)) {
            found = Some(at);
        }
        if bytes[at - 1] != b'\\' {
            break;
        }
    }
    found
}

/// A value without the quotes around it. The expression that removes them looks at every line of the value; there is
/// more than one if it holds a Unicode line separator.
fn unquoted(value: Decoded) -> Decoded {
    let text = value.as_str();
    let last = ['\'', '"', '`'].map(|quote| {
        let ends = |at: &usize| text.cut(at + 1..).chars().next().is_none_or(is_line_end);
        (quote, text.rmatch_indices(quote).map(|(at, _)| at).find(ends))
    });
    let mut result = Decoded::default();
    let (mut done, mut at) = (0, 0);
    while at < text.len() {
        let quote = text.cut(at..).chars().next();
        let close = last.iter().find(|(mark, _)| quote == Some(*mark)).and_then(|(_, last)| *last);
        if let Some(close) = close.filter(|&close| close > at) {
            result.push(&value, done..at);
            result.push(&value, at + 1..close);
            done = close + 1;
            at = done;
        }
        at = line_end(text, at);
        at += text.cut(at..).chars().next().map_or(0, char::len_utf8);
    }
    result.push(&value, done..text.len());
    result
}

/// A text with escapes undone: the characters that count behind a backslash, and what comes in their place.
pub(super) fn escapes(text: &Decoded, known: &[(u8, &str)]) -> Decoded {
    let bytes = text.as_str().as_bytes();
    text.replaced(memchr::memchr_iter(b'\\', bytes).filter_map(|at| {
        let (_, put) = known.iter().find(|(byte, _)| bytes.get(at + 1) == Some(byte))?;
        Some((at..at + 2, *put))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_are_those_of_the_file() {
        let text = "\u{feff}A=1\r\nexport B :\r\n  C = \"x\\ny\r\nz\" # c\rD='é'\r";
        let found = assignments(&Source::new(FileId(0), ".env", text.as_bytes().to_vec()));
        let places: Vec<_> = found
            .iter()
            .map(|(key, value)| (&text[key.span.range()], &text[value.origin(0..value.as_str().len())]))
            .collect();
        assert_eq!(places, [("A", "1"), ("C", "x\\ny\r\nz"), ("D", "é")]);
        let (_, value) = &found[1];
        assert_eq!(value.as_str(), "x\ny\nz");
        assert_eq!(&text[value.origin(1..2)], "\\n");
        assert_eq!(&text[value.origin(3..5)], "\r\nz");
    }
}
