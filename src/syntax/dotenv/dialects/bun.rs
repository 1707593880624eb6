//! Bun 1.4 (`src/dotenv/env_loader.rs`): what it does with `.env` in its working directory. Values can refer to values
//! below; quotes do not keep references away. Nothing is an error to it.

use std::collections::HashMap;
use std::ops::Range;

use super::node_expand::{Stop, Work};
use crate::cut::name_length;
use crate::source::{Cut, Encoding, Source, Span, Spanned};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What Bun makes of a file.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let text = source.text();
    let mut parser = Parser { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut variables: Vec<(Range<usize>, Decoded)> = Vec::new();
    while parser.at < text.len() {
        let Some(key) = parser.key() else {
            parser.skip_line();
            continue;
        };
        let value = parser.value();
        let value = if source.encoding == Encoding::Utf8 { value } else { value.restore(source.bytes()) };
        let place = *places.entry(text.cut(key.clone())).or_insert(variables.len());
        match variables.get_mut(place) {
            Some(variable) => *variable = (key, value),
            None => variables.push((key, value)),
        }
    }
    let mut work = Work::new(source);
    for index in 0..variables.len() {
        let mut expanded = Decoded::default();
        let lookup = |name: &str| {
            let own = || places.get(name).map(|&place| variables[place].1.as_str());
            environment.get(name).or_else(own)
        };
        let value = &variables[index].1;
        let whole = 0..value.as_str().len();
        if whole.len() < 2 {
            continue;
        }
        if expand(value, whole, &lookup, &mut expanded, 0, &mut work).is_err() {
            let (key, _) = &variables[index];
            let span = Span::new(source.id, key.start, key.end);
            return Reading::refused(span, "the references make this value longer than anything sensible");
        }
        variables[index].1 = expanded;
    }
    let entry = |(key, value): (Range<usize>, Decoded)| {
        let span = Span::new(source.id, key.start, key.end);
        Entry::text(Spanned::new(text.cut(key).to_owned(), span), value)
    };
    let mut entries: Vec<Entry> = variables.into_iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.key.span.start);
    Reading { entries, error: None }
}

fn is_blank(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ')
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at = memchr::memchr2(b'\n', b'\r', rest).map_or(self.text.len(), |length| self.at + length + 1);
    }

    fn skip_blanks(&mut self, from: usize) -> usize {
        self.at = self.text.len() - self.text.cut(from..).trim_start_matches(is_blank).len();
        self.at
    }

    /// The name of an assignment, and what it is assigned with. Otherwise it stays at the start of the word.
    fn key(&mut self) -> Option<Range<usize>> {
        let start = self.skip_blanks(self.at);
        let name = self.name(start);
        if self.text.cut(name.clone()) == "export" && self.skip_blanks(name.end) > name.end {
            let exported = self.name(self.at);
            if self.sign(&exported) {
                return Some(exported);
            }
        }
        if self.sign(&name) {
            return Some(name);
        }
        self.at = start;
        None
    }

    fn name(&self, start: usize) -> Range<usize> {
        let bytes = self.text.cut(start..).bytes();
        start..start + bytes.take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count()
    }

    fn sign(&mut self, name: &Range<usize>) -> bool {
        if name.is_empty() {
            return false;
        }
        let at = self.skip_blanks(name.end);
        let length = match self.text.as_bytes()[at..] {
            [b'=', ..] => 1,
            [b':', next, ..] if is_blank(char::from(next)) => 2,
            _ => return false,
        };
        self.at += length;
        true
    }

    fn value(&mut self) -> Decoded {
        let start = self.at;
        let open = self.skip_blanks(start);
        let quote = self.text.as_bytes().get(open).copied();
        if let Some(quote @ (b'`' | b'"' | b'\'')) = quote
            && let Some(value) = self.quoted(open, quote)
        {
            return value;
        }
        if quote.is_none() {
            return Decoded::default();
        }
        let end = self.text.cut(start..).find(['#', '\r', '\n']).map_or(self.text.len(), |length| start + length);
        self.at = end;
        Decoded::written(self.text.cut(start..end), start).trimmed(is_blank)
    }

    /// The value in quotes; the rest of the line is dropped.
    fn quoted(&mut self, open: usize, quote: u8) -> Option<Decoded> {
        let bytes = self.text.as_bytes();
        let mut close = open + 1;
        loop {
            close += memchr::memchr2(b'\\', quote, bytes.get(close..)?)?;
            if bytes[close] == quote {
                break;
            }
            close += 2;
        }
        self.at = close + 1;
        self.skip_line();
        let mut edits = Vec::new();
        let mut at = open + 1;
        while let Some(length) = memchr::memchr2(b'\\', b'\r', &bytes[at..close]) {
            let start = at + length;
            let (end, put) = match (bytes[start], bytes[start + 1]) {
                (b'\r', next) => (start + 1, Some(if next == b'\n' { "" } else { "\n" })),
                (_, b'n') if quote == b'"' => (start + 2, Some("\n")),
                (_, b'r') if quote == b'"' => (start + 2, Some("\r")),
                _ => (start + if quote == b'"' { 2 } else { 1 }, None),
            };
            edits.extend(put.map(|put| (start - open - 1..end - open - 1, put)));
            at = end.min(close);
        }
        Some(Decoded::written(self.text.cut(open + 1..close), open + 1).replaced(edits))
    }
}

/// How deep defaults are looked into.
const DEEPEST: u8 = 200;

/// Appends a part of a text with references replaced: `$NAME`, `${NAME}`, `${NAME:-default}`.
fn expand<'v>(
    text: &Decoded,
    part: Range<usize>,
    lookup: &dyn Fn(&str) -> Option<&'v str>,
    output: &mut Decoded,
    depth: u8,
    work: &mut Work,
) -> Result<(), Stop> {
    let all = text.as_str().cut(..part.end);
    let bytes = all.as_bytes();
    let name_end = |from: usize| from + name_length(&bytes[from..]);
    let mut at = part.start;
    while let Some(length) = memchr::memchr2(b'\\', b'$', &bytes[at..]) {
        let start = at + length;
        output.push(text, at..start);
        let next = bytes.get(start + 1).copied().unwrap_or_default();
        let mut put = |name: &str, end: usize| {
            let value = lookup(name);
            if let Some(value) = value {
                work.spend(value)?;
                output.push_replaced(value, text.origin(start..end));
            }
            Ok(value.is_some())
        };
        at = match (bytes[start], next) {
            (b'\\', b'$') => {
                output.push_replaced("$", text.origin(start..start + 2));
                start + 2
            }
            (b'$', b'{') => {
                let Some(close) = closing(bytes, start + 2) else {
                    at = start;
                    break;
                };
                let end = name_end(start + 2).min(close);
                let name = all.cut(start + 2..end);
                match all.cut(end..close) {
                    "" => {
                        put(name, close + 1)?;
                    }
                    rest if rest.starts_with(":-") => {
                        if !put(name, close + 1)? {
                            if depth < DEEPEST {
                                expand(text, end + 2..close, lookup, output, depth + 1, work)?;
                            } else {
                                output.push(text, end + 2..close);
                            }
                        }
                    }
                    _ => output.push(text, start..close + 1),
                }
                close + 1
            }
            (b'$', b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => {
                let end = name_end(start + 1);
                put(all.cut(start + 1..end), end)?;
                end
            }
            _ => {
                output.push(text, start..start + 1);
                start + 1
            }
        };
    }
    output.push(text, at..part.end);
    Ok(())
}

/// The brace that closes a `${` whose inside begins at `from`.
fn closing(bytes: &[u8], from: usize) -> Option<usize> {
    let mut open = 1;
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match byte {
            b'\\' if next.is_some() => at += 1,
            b'$' if next == Some(&b'{') => {
                open += 1;
                at += 1;
            }
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::dotenv::Value;

    fn source(text: &str) -> Source {
        Source::new(FileId(0), ".env", text.as_bytes().to_vec())
    }

    #[test]
    fn places_go_through_escapes_and_references() {
        let text = "\u{feff}export B = 'x\\n\r\n${A:-no}/${U:-y$A}' rest\nA=one\n";
        let reading = read(&source(text), &Environment::default());
        let Value::Text(value) = &reading.entries[0].value else { panic!() };
        assert_eq!(value.as_str(), "x\\n\none/yone");
        let written = |range| &text[value.origin(range)];
        assert_eq!(
            [written(1..3), written(3..4), written(5..6), written(8..9), written(9..10)],
            ["\\n", "\n", "${A:-no}", "y", "$A"]
        );
        assert_eq!(&text[reading.entries[0].key.span.range()], "B");
    }

    #[test]
    fn the_environment_wins() {
        let environment = Environment::from_iter([("A", "outside"), ("E", "")]);
        let reading = read(&source("A=inside\nE=inside\nK=$A-${E:-d}-${U:-d}\n"), &environment);
        assert_eq!(reading.entries[2].value.text(), Some("outside--d"));
    }

    #[test]
    fn depth_and_growth_have_a_bound() {
        let deep = format!("A={}{}\n", "${A:-".repeat(100_000), "}".repeat(100_000));
        read(&source(&deep), &Environment::default());
        let doubling: String = std::iter::once("A0=xxxxxxxx\n".to_owned())
            .chain((1..64).map(|i| format!("A{i}=$A{}$A{}\n", i - 1, i - 1)))
            .collect();
        assert!(read(&source(&doubling), &Environment::default()).error.is_some());
    }
}
