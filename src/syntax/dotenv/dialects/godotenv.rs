//! The dialect of Go programs that use `github.com/joho/godotenv` (1.5, `parser.go`). After an error `Load` and `Read`
//! set nothing.

use std::collections::HashMap;

use super::lines::{self, Budget};
use super::ruby_family::{expanded, unescaped};
use crate::source::{Cut, Source, Spanned};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What godotenv makes of a file. References mean variables of the file only.
pub(super) fn read(source: &Source, _: &Environment) -> Reading {
    let text = lines::unified(source, false);
    let mut parser =
        Parser { source, all: text.as_str(), text: &text, at: 0, known: HashMap::new(), budget: Budget::new(source) };
    let mut entries = Vec::new();
    while parser.seek() {
        match parser.statement() {
            Ok(entry) => entries.push(entry),
            Err(fault) => return Reading { entries: Vec::new(), error: Some(fault) },
        }
    }
    Reading { entries, error: None }
}

struct Parser<'a> {
    source: &'a Source,
    text: &'a Decoded,
    all: &'a str,
    at: usize,
    known: HashMap<String, String>,
    budget: Budget,
}

/// White space within a line, as godotenv has it.
fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.all.cut(self.at..)
    }

    fn skip(&mut self, test: fn(char) -> bool) {
        self.at = self.all.len() - self.rest().trim_start_matches(test).len();
    }

    fn fault(&self, start: usize, end: usize, message: &str) -> Fault {
        Fault::new(lines::span(self.source, self.text, start..end), message)
    }

    /// Goes to the next statement.
    fn seek(&mut self) -> bool {
        loop {
            self.skip(char::is_whitespace);
            if !self.rest().starts_with('#') {
                return self.at < self.all.len();
            }
            self.at += memchr::memchr(b'\n', self.rest().as_bytes()).unwrap_or(self.rest().len());
        }
    }

    fn statement(&mut self) -> Result<Entry, Fault> {
        self.skip(is_space);
        if self.rest().strip_prefix("export").is_some_and(|rest| rest.starts_with(is_space)) {
            self.at += "export".len();
            self.skip(is_space);
            if self.rest().is_empty() {
                let message = "`export` without a name; godotenv stops here and loads nothing of this file";
                return Err(self.fault(self.at, self.at, message));
            }
        }
        let start = self.at;
        let length = self.rest().find(['=', ':']).unwrap_or(self.rest().len());
        let name = self.all.cut(start..start + length).char_indices();
        if let Some((at, c)) = name.map(|(at, c)| (start + at, c)).find(|&(at, c)| !self.nameable(at, c)) {
            return Err(self.fault(
                at,
                at + c.len_utf8(),
                "a character that no name may have; godotenv stops here and loads nothing of this file",
            ));
        }
        // At the end of the file the name is the value of a variable without a name.
        let key = match self.rest().as_bytes().get(length) {
            Some(_) => {
                self.at += length + 1;
                self.all.cut(start..start + length).trim_end()
            }
            None => "",
        };
        let span = lines::span(self.source, self.text, start..start + key.len());
        let key = Spanned::new(key.to_owned(), span);
        self.skip(is_space);
        let value = self.value()?;
        if !self.budget.take(value.as_str().len()) {
            return Err(self.fault(start, self.at, "the value refers to itself too often to be read"));
        }
        self.known.insert(key.value.clone(), value.as_str().to_owned());
        Ok(Entry::text(key, value))
    }

    /// Whether a character can be in a name. godotenv takes every byte of it for a character of Latin-1.
    fn nameable(&self, at: usize, c: char) -> bool {
        let place = self.text.origin(at..at + c.len_utf8());
        self.source.bytes()[place]
            .iter()
            .map(|&byte| char::from(byte))
            .all(|c| is_space(c) || c.is_alphanumeric() || c == '_' || c == '.')
    }

    fn value(&mut self) -> Result<Decoded, Fault> {
        let bytes = self.rest().as_bytes();
        let open = self.at;
        let Some(&quote @ (b'"' | b'\'')) = bytes.first() else {
            let end = memchr::memchr2(b'\n', b'\r', bytes).map_or(self.all.len(), |i| open + i);
            self.at = end;
            let line = self.text.slice(open..comment(self.all.cut(open..end)) + open).trimmed(is_space);
            return Ok(self.expand(&line));
        };
        // A quote behind a backslash does not close, whatever stands before the backslash.
        let Some(length) = memchr::memchr_iter(quote, bytes).find(|&i| i > 0 && bytes[i - 1] != b'\\') else {
            return Err(self.fault(
                open,
                open + 1,
                "the quote that opens here is never closed; godotenv stops here and loads nothing of this file",
            ));
        };
        self.at = open + length + 1;
        // Quotes at the ends go, escaped ones as well.
        let test = if quote == b'"' { |c| c == '"' } else { |c| c == '\'' };
        let value = self.text.slice(open..open + length).trimmed(test);
        Ok(if quote == b'"' { self.expand(&escapes(&value)) } else { value })
    }

    fn expand(&self, value: &Decoded) -> Decoded {
        let named = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        expanded(value, true, named, |name| self.known.get(name).map_or("", String::as_str))
    }
}

/// Where the value of a line ends: at the last `#` that has white space before it.
fn comment(line: &str) -> usize {
    let before = |&at: &usize| line.cut(..at).ends_with(is_space);
    memchr::memrchr_iter(b'#', line.as_bytes()).find(before).unwrap_or(line.len())
}

/// `\n` and `\r`, then every other escape but `\$`.
fn escapes(value: &Decoded) -> Decoded {
    let bytes = value.as_str().as_bytes();
    let mut from = 0;
    let edits = std::iter::from_fn(|| {
        loop {
            let at = from + memchr::memchr(b'\\', bytes.get(from..)?)?;
            from = at + 2;
            match bytes.get(at + 1)? {
                b'n' => return Some((at..from, "\n")),
                b'r' => return Some((at..from, "\r")),
                // The pattern's dot does not match a line break.
                b'\n' => from = at + 1,
                _ => {}
            }
        }
    });
    unescaped(&value.replaced(edits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::dotenv::Value;

    #[test]
    fn parts_of_values_know_their_places() {
        let text = "A=1\r\nexport B = \"x\\ny\\\"$A\" # note\r\nC: l #k #c\n";
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let reading = read(&source, &Environment::default());
        let keys: Vec<_> = reading.entries.iter().map(|entry| &text[entry.key.span.range()]).collect();
        assert_eq!(keys, ["A", "B", "C"]);
        let values: Vec<_> = reading.entries.iter().filter_map(|entry| entry.value.text()).collect();
        assert_eq!(values, ["1", "x\ny\"1", "l #k"]);
        let Value::Text(value) = &reading.entries[1].value else { return };
        let places = [0..1, 1..2, 3..4, 4..5].map(|range| &text[value.origin(range)]);
        assert_eq!(places, ["x", "\\n", "\"", "$A"]);
    }
}
