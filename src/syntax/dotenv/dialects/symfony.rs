//! The dialect of PHP programs that use `symfony/dotenv` (5.4, `Dotenv::parse`). Any error, and nothing of the file is set.
//! Commands need the `symfony/process` package, which only some programs have: without it they are an error.

use std::collections::HashMap;
use std::ops::Range;

use super::lines::{self, Budget};
use super::ruby_family::closing;
use crate::cut;
use crate::source::{Cut, Source, Spanned, budget};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// What Symfony makes of a file. References mean the environment first.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let text = lines::unified(source, true);
    let mut parser = Parser {
        source,
        text: &text,
        all: text.as_str(),
        at: 0,
        environment,
        values: HashMap::new(),
        entries: Vec::new(),
        budget: Budget::new(source),
    };
    parser.blank_lines();
    while parser.at < parser.all.len() {
        let start = parser.at;
        if let Err(what) = parser.statement() {
            return lines::refused(source, &text, start, &format!("{what}; Symfony refuses the file"));
        }
    }
    Reading { entries: parser.entries, error: None }
}

/// What is wrong.
type Failure = &'static str;

const SPACES: Failure = "a value with blanks needs quotes";
const OPEN: Failure = "a quote that is never closed";
const PARENTHESIS: Failure = "a parenthesis that is never closed";

struct Parser<'a> {
    source: &'a Source,
    text: &'a Decoded,
    all: &'a str,
    at: usize,
    environment: &'a Environment,
    values: HashMap<String, String>,
    entries: Vec<Entry>,
    budget: Budget,
}

/// `\s` of a pattern.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

/// The length of the name a text starts with.
fn name_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let first = usize::from(bytes.first() == Some(&b'_'));
    if !bytes.get(first).is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    first + cut::name_length(&bytes[first..])
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.all.cut(self.at..)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.all.as_bytes().get(at).copied()
    }

    /// Goes over empty lines and comments.
    fn blank_lines(&mut self) {
        loop {
            self.at = self.all.len() - self.rest().trim_start_matches(is_space).len();
            if self.byte(self.at) != Some(b'#') {
                return;
            }
            self.at = self.line_end();
        }
    }

    fn line_end(&self) -> usize {
        memchr::memchr(b'\n', self.rest().as_bytes()).map_or(self.all.len(), |i| self.at + i)
    }

    fn statement(&mut self) -> Result<(), Failure> {
        let name = self.name()?;
        let key = self.all.cut(name.clone()).to_owned();
        let key = Spanned::new(key, lines::span(self.source, self.text, name));
        let value = self.value()?;
        self.blank_lines();
        self.set(key, value)
    }

    fn set(&mut self, key: Spanned<String>, value: Decoded) -> Result<(), Failure> {
        if !self.budget.take(value.as_str().len()) {
            return Err("a value that refers to itself too often to be read");
        }
        self.values.insert(key.value.clone(), value.as_str().to_owned());
        self.entries.push(Entry { key, value: Value::Text(value) });
        Ok(())
    }

    /// `lexVarname`.
    fn name(&mut self) -> Result<Range<usize>, Failure> {
        let mut start = self.at;
        let mut length = 0;
        if let Some(rest) = self.rest().strip_prefix("export") {
            let name = rest.trim_start_matches([' ', '\t']);
            length = if name.len() < rest.len() { name_length(name) } else { 0 };
            if length > 0 {
                start = self.all.len() - name.len();
            }
        }
        if length == 0 {
            length = name_length(self.rest());
        }
        let end = start + length;
        match self.byte(end) {
            _ if length == 0 => Err("a name that Symfony does not take"),
            Some(b'=') => {
                self.at = end + 1;
                Ok(start..end)
            }
            Some(b' ' | b'\t') => Err("a blank behind the name"),
            _ => Err("there is no `=` behind the name"),
        }
    }

    /// `lexValue`.
    fn value(&mut self) -> Result<Decoded, Failure> {
        let mut value = Decoded::default();
        let body = self.rest().trim_start_matches([' ', '\t']);
        if body.is_empty() || body.starts_with(['#', '\n']) {
            self.at = self.line_end();
            return Ok(value);
        }
        if body.len() < self.rest().len() {
            return Err("a blank before the value");
        }
        while let Some(byte) = self.byte(self.at).filter(|&byte| byte != b'\n') {
            let part = match byte {
                b'\'' => self.single()?,
                b'"' => self.double()?,
                _ => self.unquoted()?,
            };
            value.push(&part, 0..part.as_str().len());
            if byte != b'\'' && byte != b'"' && self.byte(self.at) == Some(b'#') {
                break;
            }
        }
        Ok(value)
    }

    fn single(&mut self) -> Result<Decoded, Failure> {
        let start = self.at + 1;
        let end = start + memchr::memchr(b'\'', &self.all.as_bytes()[start..]).ok_or(OPEN)?;
        self.at = end + 1;
        Ok(self.text.slice(start..end))
    }

    fn double(&mut self) -> Result<Decoded, Failure> {
        let bytes = self.all.as_bytes();
        let start = self.at + 1;
        // One backslash before a quote escapes it, two do not; a third is not looked at.
        let closes = |&at: &usize| bytes[at - 1] != b'\\' || bytes[at - 2] == b'\\';
        let found = memchr::memchr_iter(b'"', &bytes[start..]).map(|i| start + i).find(closes);
        let end = found.ok_or(OPEN)?;
        self.at = end + 1;
        let value = self.text.slice(start..end);
        let escapes = value.as_str().match_indices('\\').filter_map(|(at, _)| {
            let plain = match value.as_str().as_bytes().get(at + 1)? {
                b'"' => "\"",
                b'r' => "\r",
                b'n' => "\n",
                _ => return None,
            };
            Some((at..at + 2, plain))
        });
        let value = value.replaced(escapes);
        self.resolve(&value)
    }

    fn unquoted(&mut self) -> Result<Decoded, Failure> {
        let mut written = Decoded::default();
        let mut before = self.byte(self.at - 1);
        while let Some(c) = self.rest().chars().next() {
            let blank = matches!(before, Some(b' ' | b'\t'));
            if matches!(c, '\n' | '"' | '\'') || (c == '#' && blank) {
                break;
            }
            let quote = self.byte(self.at + 1).filter(|&b| c == '\\' && matches!(b, b'"' | b'\''));
            if quote.is_some() {
                self.at += 1;
            }
            let mut end = self.at + quote.map_or(c.len_utf8(), |_| 1);
            before = self.byte(self.at);
            if c == '$' && self.byte(end) == Some(b'(') {
                end = self.nested(end)?;
            }
            written.push(self.text, self.at..end);
            self.at = end;
        }
        let trimmed = written.as_str().trim_end_matches([' ', '\t', '\n', '\r', '\0', '\u{b}']);
        let written = written.slice(0..trimmed.len());
        let value = self.resolve(&written)?;
        if value.as_str() == written.as_str() && value.as_str().contains(is_space) {
            return Err(SPACES);
        }
        Ok(value)
    }

    /// `lexNestedExpression`: behind the parenthesis that closes the one at a place. It must close on the same line.
    fn nested(&self, open: usize) -> Result<usize, Failure> {
        let mut depth = 0;
        for (at, byte) in self.all.bytes().enumerate().skip(open) {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\n' => return Err(PARENTHESIS),
                _ => {}
            }
            if depth == 0 {
                return Ok(at + 1);
            }
        }
        Err(PARENTHESIS)
    }

    fn resolve(&mut self, value: &Decoded) -> Result<Decoded, Failure> {
        let value = commands(value)?;
        let value = self.variables(&value)?;
        let escaped = value.as_str().match_indices("\\\\").map(|(at, _)| (at..at + 1, ""));
        Ok(value.replaced(escaped))
    }

    /// `resolveVariables`.
    fn variables(&mut self, value: &Decoded) -> Result<Decoded, Failure> {
        let all = value.as_str();
        let bytes = all.as_bytes();
        let mut result = Decoded::default();
        let mut from = 0;
        let mut at = 0;
        while let Some(dollar) = memchr::memchr(b'$', &bytes[at..]).map(|i| at + i) {
            at = dollar + 1;
            if bytes.get(at) == Some(&b'(') {
                continue;
            }
            let slashes = bytes[from..dollar].iter().rev().take_while(|b| **b == b'\\').count();
            let braced = bytes.get(at) == Some(&b'{');
            at += usize::from(braced);
            let name = all.cut(at..at + name_length(all.cut(at..)));
            at += name.len();
            let default = match bytes.get(at..at + 2) {
                Some(b":-" | b":=") => {
                    let end = memchr::memchr(b'}', &bytes[at..]).map_or(all.len(), |i| at + i);
                    Some(at..end)
                }
                _ => None,
            };
            at = default.as_ref().map_or(at, |default| default.end);
            let closed = bytes.get(at) == Some(&b'}');
            at += usize::from(closed);
            if slashes % 2 == 1 {
                // The first of the backslashes goes.
                result.push(value, from..dollar - slashes);
                result.push(value, dollar - slashes + 1..at);
                from = at;
                continue;
            }
            // PHP does not tell an empty group from a missing one unless nothing follows it.
            if name.is_empty() && default.is_none() && !closed {
                continue;
            }
            if braced && !closed {
                return Err("a `${` that is never closed");
            }
            result.push(value, from..dollar);
            from = at;
            let place = value.origin(dollar..at);
            let set = self.get(name).to_owned();
            match default.filter(|_| set.is_empty()) {
                Some(default) => {
                    let text = all.cut(default.start + 2..default.end);
                    if text.contains(['\'', '"', '{', '$']) {
                        return Err("a default with a quote, a brace or a `$` in it");
                    }
                    let text = value.slice(default.start + 2..default.end);
                    result.push(&text, 0..text.as_str().len());
                    if bytes[default.start + 1] == b'=' {
                        let key = Spanned::new(name.to_owned(), lines::span_of(self.source, place.clone()));
                        self.set(key, text)?;
                    }
                }
                None => result.push_replaced(&set, place.clone()),
            }
            if !braced && closed {
                result.push(value, at - 1..at);
            }
            if result.as_str().len() > budget::MADE {
                break;
            }
        }
        result.push(value, from..all.len());
        Ok(result)
    }

    fn get(&self, name: &str) -> &str {
        let above = self.values.get(name).map(String::as_str);
        let outside = self.environment.get(name);
        // What a request sets is not trusted.
        let value = if name.starts_with("HTTP_") { above.or(outside) } else { outside.or(above) };
        value.unwrap_or_default()
    }
}

/// `resolveCommands`, without the `symfony/process` package.
fn commands(value: &Decoded) -> Result<Decoded, Failure> {
    let all = value.as_str();
    if !all.contains("$(") {
        return Ok(value.clone());
    }
    let closing = closing(all);
    let mut escaped = Vec::new();
    let mut from = 0;
    for (dollar, _) in all.match_indices("$(") {
        let Some(close) = closing.get(&(dollar + 1)).filter(|_| dollar >= from) else { continue };
        if dollar == from || all.as_bytes()[dollar - 1] != b'\\' {
            return Err("a command, which needs the `symfony/process` package");
        }
        escaped.push((dollar - 1..dollar, ""));
        from = close + 1;
    }
    Ok(value.replaced(escaped))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn of(text: &str, environment: &[(&str, &str)]) -> Reading {
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        read(&source, &environment.iter().copied().collect())
    }

    #[test]
    fn parts_of_values_know_their_places() {
        let text = "A=1\r\nexport B=\"x\\ny\\\"\"$A'z' # note\r\nC=${D:=e}f\n";
        let reading = of(text, &[]);
        let keys: Vec<_> = reading.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["A", "B", "D", "C"]);
        let values: Vec<_> = reading.entries.iter().filter_map(|entry| entry.value.text()).collect();
        assert_eq!(values, ["1", "x\ny\"1z", "e", "ef"]);
        let Value::Text(value) = &reading.entries[1].value else { return };
        let places = [0..1, 1..2, 3..4, 4..5, 5..6].map(|range| &text[value.origin(range)]);
        assert_eq!(places, ["x", "\\n", "\\\"", "$A", "z"]);
    }

    #[test]
    fn the_environment_wins_but_for_headers() {
        let reading = of("A=1\nHTTP_A=1\nB=$A$HTTP_A$C\n", &[("A", "2"), ("HTTP_A", "2"), ("C", "3")]);
        assert_eq!(reading.entries[2].value.text(), Some("213"));
    }
}
