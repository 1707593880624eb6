//! Deno 2.9: `--env-file` (`libs/dotenv/lib.rs`). The first assignment of a name counts, but references see the last.

use std::collections::HashMap;
use std::ops::Range;

use super::node_dotenv::escapes;
use super::node_expand::{Stop, Work};
use crate::cut::name_length;
use crate::source::{Cut, Encoding, Source, Span, Spanned};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What Deno makes of a file.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let bad = match source.encoding {
        Encoding::Utf8 => None,
        Encoding::Utf16 => Some(0),
        Encoding::Invalid(at) => Some(at as usize),
    };
    if let Some(at) = bad {
        let place = Span::new(source.id, at, at + 1);
        return Reading::refused(place, "not UTF-8; Deno loads nothing of this file");
    }
    let mut reading = Reading::default();
    let mut above: HashMap<String, String> = HashMap::new();
    let mut work = Work::new(source);
    let returns = memchr::memchr_iter(b'\r', source.text().as_bytes());
    let whole = Decoded::written(source.text(), 0).replaced(returns.map(|at| (at..at + 1, "")));
    for Statement { key, value } in statements(whole.as_str()) {
        let place = whole.origin(key.clone());
        let span = Span::new(source.id, place.start, place.end);
        let name = whole.as_str().cut(key).to_owned();
        let (text, refers) = match value {
            Value::Bare(range) => (whole.slice(range), true),
            Value::Quoted(range, b'"') => (escapes(&whole.slice(range), &[(b'n', "\n")]), true),
            Value::Quoted(range, _) | Value::Open(range) => (whole.slice(range), false),
        };
        let lookup = |name: &str| environment.get(name).or_else(|| above.get(name).map(String::as_str));
        let value = if refers { substituted(&text, &lookup, &mut work) } else { Ok(text) };
        let Ok(value) = value else {
            return Reading::refused(span, "the references make this value longer than anything sensible");
        };
        if name.contains('\0') || value.as_str().contains('\0') {
            if reading.error.is_none() {
                reading.error = Some(Fault::new(span, "a NUL byte in this variable; Deno stops reading here"));
            }
        } else if reading.error.is_none() && name.is_empty() {
            let sign = Span::new(source.id, place.end, place.end + 1);
            return Reading::refused(sign, "a value without a name; Deno crashes here");
        }
        above.insert(name.clone(), value.as_str().to_owned());
        if reading.error.is_none() {
            reading.entries.push(Entry::text(Spanned::new(name, span), value));
        }
    }
    reading
}

struct Statement {
    key: Range<usize>,
    value: Value,
}

enum Value {
    Bare(Range<usize>),
    Quoted(Range<usize>, u8),
    /// Begins with a quote that is never closed.
    Open(Range<usize>),
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n')
}

fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let end = text.trim_end_matches(is_blank).len();
    let text = text.cut(..end);
    let bytes = text.as_bytes();
    let skip_blanks = |at: usize| end - text.cut(at..).trim_start_matches(is_blank).len();
    let newline = |at: usize| memchr::memchr(b'\n', &bytes[at..]).map_or(end, |length| at + length);
    let mut at = skip_blanks(0);
    while at < end {
        if matches!(bytes[at], b'\n' | b'#') {
            at = end.min(newline(at) + 1);
            continue;
        }
        let Some(sign) = memchr::memchr2(b'=', b'\n', &bytes[at..]).map(|length| at + length) else { break };
        if bytes[sign] == b'\n' {
            at = skip_blanks(sign + 1);
            continue;
        }
        let start = at + text.cut(at..sign).len() - text.cut(at..sign).trim_start_matches(is_blank).len();
        let mut key = start..start + text.cut(start..sign).trim_end_matches(is_blank).len();
        if matches!(bytes.get(sign + 1), None | Some(b'\n')) {
            found.push(Statement { key, value: Value::Bare(sign + 1..sign + 1) });
            at = sign + 1;
            continue;
        }
        let value = skip_blanks(sign + 1);
        if key.is_empty() {
            at = value;
            continue;
        }
        if text.cut(key.clone()).starts_with("export ") {
            key.start = key.end - text.cut(key.clone()).cut("export ".len()..).trim_start_matches(is_blank).len();
        }
        let quote = bytes[value];
        let (value, next) = if !matches!(quote, b'"' | b'\'' | b'`') {
            let line = newline(value);
            let hash = memchr::memchr(b'#', &bytes[value..line]).map_or(line, |length| value + length);
            (Value::Bare(value..value + text.cut(value..hash).trim_end_matches(is_blank).len()), line)
        } else if let Some(close) = closing(text, value, quote) {
            (Value::Quoted(value + 1..close, quote), newline(close))
        } else {
            let line = newline(value);
            (Value::Open(value..line), line)
        };
        found.push(Statement { key, value });
        at = skip_blanks(end.min(next + 1));
    }
    found
}

/// The quote that closes the one at `open`: on the line of the next one, the first with nothing but a comment behind it,
/// or that next one.
fn closing(text: &str, open: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quotes = memchr::memchr_iter(quote, &bytes[open + 1..]).map(|length| open + 1 + length);
    let first = quotes.next()?;
    let line = memchr::memchr(b'\n', &bytes[first..]).map_or(text.len(), |length| first + length);
    let ends = |&at: &usize| {
        let behind = text.cut(at + 1..line).trim_start_matches(is_blank);
        behind.is_empty() || behind.starts_with('#')
    };
    Some(std::iter::once(first).chain(quotes.take_while(|&at| at < line)).find(ends).unwrap_or(first))
}

/// The value with references replaced. Of `${...}`, all up to the next brace is the name.
fn substituted<'v>(
    value: &Decoded,
    lookup: &dyn Fn(&str) -> Option<&'v str>,
    work: &mut Work,
) -> Result<Decoded, Stop> {
    let text = value.as_str();
    let bytes = text.as_bytes();
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr2(b'\\', b'$', &bytes[at..]).map(|length| at + length) {
        let next = bytes.get(start + 1);
        if bytes[start] == b'\\' {
            if next == Some(&b'$') {
                edits.push((start..start + 2, "$"));
            }
            at = start + 1 + usize::from(next == Some(&b'$'));
            continue;
        }
        let (name, end) = if next == Some(&b'{') {
            let close = memchr::memchr(b'}', &bytes[start + 2..]).map_or(text.len(), |length| start + 2 + length);
            (start + 2..close, text.len().min(close + 1))
        } else {
            let end = start + 1 + name_length(&bytes[start + 1..]);
            (start + 1..end, end)
        };
        let put = lookup(text.cut(name)).unwrap_or_default();
        work.spend(put)?;
        edits.push((start..end, put));
        at = end;
    }
    Ok(value.replaced(edits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn source(text: &str) -> Source {
        Source::new(FileId(0), ".env", text.as_bytes().to_vec())
    }

    #[test]
    fn places_go_through_escapes_and_references() {
        let text = "A=one\r\nexport B = \"x\\n\r\n${A}/y\" rest\r\n";
        let reading = read(&source(text), &Environment::default());
        let crate::syntax::dotenv::Value::Text(value) = &reading.entries[1].value else { panic!() };
        assert_eq!(value.as_str(), "x\n\none/y");
        let written = |range| &text[value.origin(range)];
        assert_eq!([written(1..2), written(4..5), written(6..8)], ["\\n", "${A}", "/y"]);
        assert_eq!(&text[reading.entries[1].key.span.range()], "B");
    }

    #[test]
    fn the_environment_wins() {
        let environment = Environment::from_iter([("A", "outside"), ("E", "")]);
        let reading = read(&source("A=inside\nE=inside\nK=$A-$E-\n"), &environment);
        assert_eq!(reading.entries[2].value.text(), Some("outside--"));
    }

    #[test]
    fn growth_has_a_bound() {
        let doubling: String = std::iter::once("A0=xxxxxxxx\n".to_owned())
            .chain((1..64).map(|i| format!("A{i}=$A{}$A{}\n", i - 1, i - 1)))
            .collect();
        assert!(read(&source(&doubling), &Environment::default()).error.is_some());
    }
}
