//! The dialect of python-dotenv 1.2 (`dotenv_values` with interpolation; `parser.py`, `variables.py`).

use std::collections::HashMap;

use super::python::{self, is_space};
use crate::source::{Cut, Source, budget};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// What python-dotenv makes of a file. A line it cannot read is skipped with a warning; that is no error.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let text = match python::open(source) {
        Ok(text) => text,
        Err(fault) => return Reading { entries: Vec::new(), error: Some(fault) },
    };
    let at = if text.as_str().starts_with('\u{feff}') { 3 } else { 0 };
    let mut parser = Parser { text: text.as_str(), decoded: &text, at };
    let mut known = Known { environment, above: HashMap::new(), left: budget::MADE };
    let mut reading = Reading::default();
    while parser.at < parser.text.len() {
        let Some(binding) = parser.binding() else {
            parser.skip(|c| c != '\n');
            parser.skip_one('\n');
            continue;
        };
        let Some((start, end, value)) = binding else { continue };
        let key = python::key(source, &text, start, end);
        let value = value.map(|value| known.resolve(value));
        let value = match value {
            Some(Some(value)) => Some(value),
            None => None,
            Some(None) => {
                let message = format!("the value of `{}` grows too long to be read", key.value);
                reading.error = Some(Fault::new(key.span, message));
                return reading;
            }
        };
        known.above.insert(key.value.clone(), value.as_ref().map(|value| value.as_str().to_owned()));
        reading.entries.push(Entry { key, value: value.map_or(Value::Null, Value::Text) });
    }
    reading
}

struct Parser<'a> {
    text: &'a str,
    decoded: &'a Decoded,
    at: usize,
}

/// The place of a key and its value.
type Binding = (usize, usize, Option<Decoded>);

fn is_blank(c: char) -> bool {
    is_space(c) && c != '\n'
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.cut(self.at..)
    }

    fn skip(&mut self, test: fn(char) -> bool) -> usize {
        let before = self.at;
        self.at = self.text.len() - self.rest().trim_start_matches(test).len();
        self.at - before
    }

    fn skip_one(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    /// The next statement: `None` for one that cannot be read (the place is where that showed), `Some(None)` for
    /// comments and blank lines.
    fn binding(&mut self) -> Option<Option<Binding>> {
        self.skip(is_space);
        if self.at == self.text.len() {
            return Some(None);
        }
        if self.rest().strip_prefix("export").is_some_and(|rest| rest.starts_with(is_blank)) {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let key = self.key()?;
        self.skip(is_blank);
        let value = if self.skip_one('=') {
            let blanks = self.skip(is_blank);
            // With a blank before it `#` starts a comment, without it is the value.
            if blanks > 0 && self.rest().starts_with('#') { Some(Decoded::default()) } else { Some(self.value()?) }
        } else {
            None
        };
        self.skip(is_blank);
        if self.rest().starts_with('#') {
            self.skip(|c| c != '\n');
        }
        (self.skip_one('\n') || self.at == self.text.len()).then_some(())?;
        Some(key.map(|(start, end)| (start, end, value)))
    }

    /// `'...'`, or everything up to `=`, `#` or white space; nothing before a comment.
    fn key(&mut self) -> Option<Option<(usize, usize)>> {
        let start = self.at;
        match self.rest().chars().next() {
            Some('#') => return Some(None),
            Some('\'') => {
                let length = memchr::memchr(b'\'', &self.text.as_bytes()[start + 1..]).filter(|&length| length > 0)?;
                self.at = start + length + 2;
                return Some(Some((start + 1, start + 1 + length)));
            }
            _ => {}
        }
        let length = self.skip(|c| c != '=' && c != '#' && !is_space(c));
        (length > 0).then_some(Some((start, start + length)))
    }

    fn value(&mut self) -> Option<Decoded> {
        let quote = match self.rest().as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => quote,
            _ => {
                let start = self.at;
                let length = self.skip(|c| c != '\n');
                return Some(self.plain(start, start + length));
            }
        };
        let bytes = self.text.as_bytes();
        let mut value = Decoded::default();
        let mut from = self.at + 1;
        let mut at = from;
        loop {
            at += memchr::memchr2(quote, b'\\', &bytes[at..])?;
            if bytes[at] == quote {
                value.push(self.decoded, from..at);
                self.at = at + 1;
                return Some(value);
            }
            let c = self.text.cut(at + 1..).chars().next()?;
            let place = at..at + 1 + c.len_utf8();
            if let Some(plain) = escape(c, quote) {
                value.push(self.decoded, from..at);
                value.push_replaced(plain, self.decoded.origin(place.clone()));
                from = place.end;
            }
            at = place.end;
        }
    }

    /// A value without quotes: up to a `#` behind a blank.
    fn plain(&self, start: usize, end: usize) -> Decoded {
        let line = self.text.cut(start..end);
        let comment = memchr::memchr_iter(b'#', line.as_bytes()).find(|&at| line.cut(..at).ends_with(is_space));
        let value = line.cut(..comment.unwrap_or(line.len())).trim_end_matches(is_space);
        self.decoded.slice(start..start + value.len())
    }
}

fn escape(c: char, quote: u8) -> Option<&'static str> {
    Some(match c {
        '\\' => "\\",
        '\'' => "'",
        _ if quote == b'\'' => return None,
        '"' => "\"",
        'a' => "\u{7}",
        'b' => "\u{8}",
        'f' => "\u{c}",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'v' => "\u{b}",
        _ => return None,
    })
}

/// What a reference can mean: first the lines above, then the environment.
struct Known<'a> {
    environment: &'a Environment,
    above: HashMap<String, Option<String>>,
    left: usize,
}

impl Known<'_> {
    /// Puts in `${NAME}` and `${NAME:-default}`, in quotes of any kind; nothing else is a reference, and a default is
    /// taken as it is. `None`: too much.
    fn resolve(&mut self, value: Decoded) -> Option<Decoded> {
        let text = value.as_str();
        let mut edits = Vec::new();
        let mut at = 0;
        let (mut stop, mut close) = (0, 0);
        while let Some(open) = memchr::memmem::find(&text.as_bytes()[at..], b"${").map(|i| at + i) {
            // Both are found once and kept until the text has passed them.
            stop = next(text, stop, open + 2, |bytes| memchr::memchr2(b':', b'}', bytes));
            close = next(text, close, open + 2, |bytes| memchr::memchr(b'}', bytes));
            if close == text.len() {
                break;
            }
            let name = text.cut(open + 2..stop);
            let default = match text.cut(stop..close) {
                "" => "",
                rest => match rest.strip_prefix(":-") {
                    Some(default) => default,
                    None => {
                        at = open + 2;
                        continue;
                    }
                },
            };
            let found = match self.above.get(name) {
                Some(found) => found.as_deref().unwrap_or_default(),
                None => self.environment.get(name).unwrap_or(default),
            };
            self.left = self.left.checked_sub(found.len())?;
            edits.push((open..close + 1, found.to_owned()));
            at = close + 1;
        }
        Some(if edits.is_empty() { value } else { value.replaced(edits) })
    }
}

/// The next place at or behind `from`, given one found before.
fn next(text: &str, found: usize, from: usize, find: impl Fn(&[u8]) -> Option<usize>) -> usize {
    if found >= from { found } else { find(&text.as_bytes()[from..]).map_or(text.len(), |i| from + i) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_go_through_quotes_escapes_and_references() {
        let source = Source::new(FileId(0), ".env", b"A=1\r\nexport 'K' = \"x\\n${A}y\" # c\r\n".to_vec());
        let reading = read(&source, &Environment::default());
        let entry = &reading.entries[1];
        let Value::Text(value) = &entry.value else { panic!("no text") };
        let at = |range| &source.text()[value.origin(range)];
        assert_eq!((value.as_str(), &source.text()[entry.key.span.range()]), ("x\n1y", "K"));
        assert_eq!((at(0..1), at(1..2), at(2..3), at(3..4)), ("x", "\\n", "${A}", "y"));
    }

    #[test]
    fn what_is_above_wins_over_the_environment() {
        let source = Source::new(FileId(0), ".env", b"A=1\nB\nK=${A}${B:-d}${C:-d}${D:-d}\n".to_vec());
        let reading = read(&source, &[("A", "2"), ("B", "3"), ("C", "4")].into_iter().collect());
        assert_eq!(reading.entries[2].value.text(), Some("14d"));
    }

    #[test]
    fn references_cannot_fill_the_memory() {
        let mut text = format!("A0={}\n", "x".repeat(1000));
        (1..60).for_each(|i| text += &format!("A{i}=${{A{0}}}${{A{0}}}\n", i - 1));
        let source = Source::new(FileId(0), ".env", text.into_bytes());
        assert!(read(&source, &Environment::default()).error.is_some());
    }
}
