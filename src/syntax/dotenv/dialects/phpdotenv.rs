//! The dialect of PHP programs that use `vlucas/phpdotenv` (5.4, its `Parser` and `Loader`), Laravel among them. One wrong
//! line, and nothing of the file is set.

use std::collections::HashMap;
use std::ops::Range;

use super::lines::{self, Budget};
use crate::source::{Cut, Source, Spanned, budget};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// What phpdotenv makes of a file, as `Dotenv::parse`: a byte order mark belongs to the first name. References mean the
/// environment first.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let mut budget = Budget::new(source);
    let mut known = Known { environment, above: HashMap::new() };
    let mut entries = Vec::new();
    for statement in statements(&lines::whole(source)) {
        let parsed = parse(&statement).and_then(|(name, value)| {
            let key =
                Spanned::new(statement.as_str().cut(name.clone()).to_owned(), lines::span(source, &statement, name));
            let value = value.map_or(Ok(Value::Null), |value| known.resolve(&value).map(Value::Text))?;
            match budget.take(value.text().map_or(0, str::len)) {
                true => Ok(Entry { key, value }),
                false => Err("a value that refers to itself too often to be read"),
            }
        });
        match parsed {
            Ok(entry) => {
                known.above.insert(entry.key.value.clone(), entry.value.text().map(str::to_owned));
                entries.push(entry);
            }
            Err(what) => {
                return lines::refused(source, &statement, 0, &format!("{what}; phpdotenv refuses the file"));
            }
        }
    }
    Reading { entries, error: None }
}

/// What PHP's `trim` takes off.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\0' | '\u{b}')
}

/// `ctype_space`.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// The lines, joined from a `="` on to the quote that seems to close it. What is never closed is not there.
fn statements(text: &Decoded) -> Vec<Decoded> {
    let all = text.as_str();
    let mut found = Vec::new();
    let mut ends: Vec<Range<usize>> = Vec::new();
    let mut open = None;
    let mut start = 0;
    while start <= all.len() {
        let end = memchr::memchr2(b'\n', b'\r', &all.as_bytes()[start..]).map_or(all.len(), |i| start + i);
        let next = end + if all.cut(end..).starts_with("\r\n") { 2 } else { 1 };
        let line = all.cut(start..end);
        let opens = line.contains("=\"") && !closes(line, true);
        if open.is_none() && opens {
            open = Some(start);
        }
        if open.is_none() || closes(line, opens) {
            let first = open.take().unwrap_or(start);
            let mut statement = Decoded::default();
            let mut from = first;
            for line_end in ends.drain(..) {
                statement.push(text, from..line_end.start);
                statement.push_replaced("\n", text.origin(line_end.clone()));
                from = line_end.end;
            }
            statement.push(text, from..end);
            let body = statement.as_str().trim_matches(is_blank);
            if !body.is_empty() && !body.starts_with('#') {
                found.push(statement);
            }
        } else {
            ends.push(end..next);
        }
        start = next;
    }
    found
}

/// Whether a line seems to close a quote: it has a `"` behind something that is no backslash, and a second one if it opens
/// the quote as well.
fn closes(line: &str, opens: bool) -> bool {
    if line == "\"" {
        return true;
    }
    let bare = line.replace("\\\\", "");
    bare.as_bytes().windows(2).filter(|pair| pair[0] != b'\\' && pair[1] == b'"').count() > usize::from(opens)
}

/// A decoded value and where in it a `$` may start a reference.
#[derive(Default)]
struct Parsed {
    text: Decoded,
    dollars: Vec<usize>,
}

/// `EntryParser::parse`: the place of the name, and the value if there is a `=`. The error says what is wrong.
fn parse(statement: &Decoded) -> Result<(Range<usize>, Option<Parsed>), &'static str> {
    let all = statement.as_str();
    let Some(equals) = all.find('=') else { return Ok((name(all, 0..all.len())?, None)) };
    let trimmed = |range: Range<usize>| {
        let part = all.cut(range.clone());
        let start = range.start + part.len() - part.trim_start_matches(is_blank).len();
        start..start + part.trim_matches(is_blank).len()
    };
    let key = trimmed(0..equals);
    if key.is_empty() {
        return Err("there is no name before the `=`");
    }
    Ok((name(all, key)?, Some(value(statement, trimmed(equals + 1..all.len()))?)))
}

fn name(all: &str, mut range: Range<usize>) -> Result<Range<usize>, &'static str> {
    let text = all.cut(range.clone());
    if let Some(rest) =
        text.strip_prefix("export").filter(|rest| rest.chars().count() > 2 && rest.starts_with(is_space))
    {
        range.start = range.end - rest.trim_start_matches(is_blank).len();
    }
    if let [first @ (b'"' | b'\''), _, .., last] = all.as_bytes()[range.clone()]
        && first == last
    {
        range = range.start + 1..range.end - 1;
    }
    let valid = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    let valid = !range.is_empty() && all.cut(range.clone()).bytes().all(valid);
    valid.then_some(range).ok_or("a name that phpdotenv does not take")
}

/// `EntryParser::parseValue`.
fn value(statement: &Decoded, range: Range<usize>) -> Result<Parsed, &'static str> {
    #[derive(Copy, Clone, PartialEq)]
    enum State {
        Initial,
        Unquoted,
        Single,
        Double,
        Escape,
        Blank,
        Comment,
    }
    use State::{Blank, Comment, Double, Escape, Initial, Single, Unquoted};
    let all = statement.as_str().cut(..range.end);
    let mut parsed = Parsed::default();
    let mut state = Initial;
    let mut at = range.start;
    while at < range.end {
        let end = token(all, at);
        let token = all.cut(at..end);
        let mut kept = at..at;
        state = match (state, token) {
            (Initial, "'") => Single,
            (Initial, "\"") => Double,
            (Initial | Unquoted | Blank, "#") | (Comment, _) => Comment,
            (Unquoted, _) if token.starts_with(is_space) => Blank,
            (Blank, _) if token.starts_with(is_space) => Blank,
            (Blank, _) => return Err("text behind a blank or a quote"),
            (Single, "'") | (Double, "\"") => Blank,
            (Double, "\\") => Escape,
            (Escape, "\"" | "\\" | "$") => {
                kept = at..end;
                Double
            }
            (Escape, _) => {
                let escape = match token.as_bytes()[0] {
                    b'f' => "\u{c}",
                    b'n' => "\n",
                    b'r' => "\r",
                    b't' => "\t",
                    b'v' => "\u{b}",
                    _ => return Err("an escape that phpdotenv does not know"),
                };
                parsed.text.push_replaced(escape, statement.origin(at - 1..at + 1));
                kept = at + 1..end;
                Double
            }
            (Initial | Unquoted | Single | Double, _) => {
                if token == "$" && state != Single {
                    parsed.dollars.push(parsed.text.as_str().len());
                }
                kept = at..end;
                if state == Initial { Unquoted } else { state }
            }
        };
        parsed.text.push(statement, kept);
        at = end;
    }
    match state {
        Single | Double | Escape => Err("a quote that is never closed"),
        Initial | Unquoted | Blank | Comment => Ok(parsed),
    }
}

/// The end of the token at a place.
fn token(all: &str, at: usize) -> usize {
    let run = |test: fn(char) -> bool| {
        let rest = all.cut(at..);
        at + rest.find(|c| !test(c)).unwrap_or(rest.len())
    };
    match all.as_bytes()[at] {
        b'\n' | b'\r' => run(|c| matches!(c, '\n' | '\r')),
        b' ' | b'\t' | 0xb | 0xc => run(|c| is_space(c) && !matches!(c, '\n' | '\r')),
        b'\\' | b'\'' | b'"' | b'#' | b'$' => at + 1,
        _ => run(|c| !is_space(c) && !matches!(c, '\\' | '\'' | '"' | '#' | '$')),
    }
}

/// What references can mean. `None`: a name without a value.
struct Known<'a> {
    environment: &'a Environment,
    above: HashMap<String, Option<String>>,
}

impl Known<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.environment.get(name).or_else(|| self.above.get(name)?.as_deref())
    }

    /// Puts values in the place of `${NAME}`, the last one first: a value can become part of the name before it. What is
    /// not set stays as it is written.
    fn resolve(&self, value: &Parsed) -> Result<Decoded, &'static str> {
        // What is done already, the end first.
        let mut parts: Vec<Decoded> = Vec::new();
        let mut end = value.text.as_str().len();
        let mut length = 0;
        for &dollar in value.dollars.iter().rev() {
            parts.push(value.text.slice(dollar..end));
            end = dollar;
            if let Some((name, used, offset)) = reference(&parts)
                && let Some(text) = self.get(&name)
            {
                let last = parts[parts.len() - used].clone();
                let start = value.text.origin(dollar..dollar + 1).start;
                let mut put = Decoded::default();
                put.push_replaced(text, start..last.origin(offset - 1..offset).end.max(start));
                parts.truncate(parts.len() - used);
                parts.push(last.slice(offset..last.as_str().len()));
                parts.push(put);
                length += text.len();
                if length > budget::MADE {
                    return Err("a value that refers to itself too often to be read");
                }
            }
        }
        parts.push(value.text.slice(0..end));
        let mut result = Decoded::default();
        for part in parts.iter().rev() {
            result.push(part, 0..part.as_str().len());
        }
        Ok(result)
    }
}

/// The name in the `${NAME}` that the parts start with (the last part comes first), how many parts it goes through, and
/// where it ends in the last of these.
fn reference(parts: &[Decoded]) -> Option<(String, usize, usize)> {
    let mut name = String::new();
    for (index, part) in parts.iter().rev().enumerate() {
        let text = if index == 0 { part.as_str().strip_prefix("${")? } else { part.as_str() };
        let length = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
        name.push_str(text.cut(..length));
        match text.as_bytes().get(length) {
            None => {}
            Some(b'}') if !name.is_empty() => {
                return Some((name, index + 1, part.as_str().len() - text.len() + length + 1));
            }
            Some(_) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn parts_of_values_know_their_places() {
        let text = "A=1\r\nexport BEE=\"x\\ny\r\n${A}\" # note\r\nC\nD=\"${A${A}}z\"\nA1=v\nE=${A${A}}\n";
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let reading = read(&source, &Environment::default());
        assert!(reading.error.is_none());
        let keys: Vec<_> = reading.entries.iter().map(|entry| &text[entry.key.span.range()]).collect();
        assert_eq!(keys, ["A", "BEE", "C", "D", "A1", "E"]);
        let values: Vec<_> = reading.entries.iter().map(|entry| entry.value.text()).collect();
        assert_eq!(values, [Some("1"), Some("x\ny\n1"), None, Some("${A1}z"), Some("v"), Some("v")]);
        let Value::Text(value) = &reading.entries[1].value else { return };
        let places = [0..1, 1..2, 2..3, 3..4, 4..5].map(|range| &text[value.origin(range)]);
        assert_eq!(places, ["x", "\\n", "y", "\r\n", "${A}"]);
        let Value::Text(value) = &reading.entries[5].value else { return };
        assert_eq!(&text[value.origin(0..1)], "${A${A}}");
    }

    #[test]
    fn the_wrong_line_is_shown() {
        let text = "A=1\nB=a b\n";
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let reading = read(&source, &Environment::default());
        assert_eq!(reading.error.map(|fault| &text[fault.span.range()]), Some("B=a b"));
        assert!(reading.entries.is_empty());
    }
}
