//! The dialect of Ruby programs that use `dotenv` (3.2, `parser.rb` and its substitutions). It finds lines by a pattern and
//! passes over the others; `\s*` in the pattern crosses line ends, so a value can stand below its name.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use super::command;
use super::lines::{self, Budget};
use super::ruby_family::{closing, expanded, unescaped};
use crate::source::{Cut, Encoding, Source, Spanned};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// What Ruby's dotenv makes of a file. A variable of the environment stays as it is, and references mean it.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let mut text = lines::unified(source, true);
    if source.encoding != Encoding::Utf8 {
        let bad = text.as_str().find('\u{fffd}').unwrap_or(0);
        return lines::refused(source, &text, bad, "not UTF-8; dotenv raises an error and loads nothing of this file");
    }
    if text.as_str().starts_with('\u{feff}') {
        text = text.slice(3..text.as_str().len());
    }
    let mut budget = Budget::new(source);
    let mut known = Known { environment, above: HashMap::new() };
    let mut entries = Vec::new();
    let mut next = Some(0);
    while let Some(start) = next {
        let Some(found) = find(text.as_str(), start) else {
            next = below(text.as_str(), skip(text.as_str(), start));
            continue;
        };
        next = if starts_line(text.as_str(), found.end) { Some(found.end) } else { below(text.as_str(), found.end) };
        let name = text.as_str().cut(found.key.clone());
        let key = Spanned::new(name.to_owned(), lines::span(source, &text, found.key.clone()));
        let inherited = environment.get(name).filter(|_| name != MODE);
        if found.export && found.value.is_none() && inherited.is_none() {
            if !known.above.contains_key(name) {
                let message =
                    "`export` of a variable that nothing above sets; dotenv raises an error and loads nothing";
                return lines::refused(source, &text, found.key.start, message);
            }
            continue;
        }
        let value = match found.value {
            Some(range) => known.value(source, &text, range),
            None => Value::Text(Decoded::default()),
        };
        if !budget.take(value.text().map_or(0, str::len)) {
            return lines::refused(source, &text, found.key.start, "the value refers to itself too often to be read");
        }
        let value_above = inherited.or(value.text()).map(str::to_owned);
        known.above.insert(key.value.clone(), value_above);
        entries.push(Entry { key, value });
    }
    Reading { entries, error: None }
}

/// `legacy`: `\n` and `\r` in double quotes are line ends.
const MODE: &str = "DOTENV_LINEBREAK_MODE";

/// A line of the pattern.
struct Match {
    export: bool,
    key: Range<usize>,
    value: Option<Range<usize>>,
    end: usize,
}

/// `\s` of the pattern.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

fn skip(text: &str, at: usize) -> usize {
    text.len() - text.cut(at..).trim_start_matches(is_space).len()
}

fn starts_line(text: &str, at: usize) -> bool {
    at < text.len() && (at == 0 || text.as_bytes()[at - 1] == b'\n')
}

/// The start of the next line.
fn below(text: &str, at: usize) -> Option<usize> {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map(|i| at + i + 1).filter(|&next| next < text.len())
}

/// The pattern at the start of a line.
fn find(text: &str, start: usize) -> Option<Match> {
    let start = skip(text, start);
    if text.cut(start..).starts_with("export") {
        let behind = start + "export".len();
        let at = skip(text, behind);
        if let Some(found) = (at > behind).then(|| assignment(text, at, true)).flatten() {
            return Some(found);
        }
    }
    assignment(text, start, false)
}

fn assignment(text: &str, start: usize, export: bool) -> Option<Match> {
    let bytes = text.as_bytes();
    let named = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    let end = start + bytes[start..].iter().take_while(named).count();
    if end == start {
        return None;
    }
    let equals = skip(text, end);
    let (value, end_of_all) = if bytes.get(equals) == Some(&b'=') {
        value(text, equals + 1)
    } else if bytes.get(end) == Some(&b':') && bytes.get(end + 1).is_some_and(|&b| is_space(char::from(b))) {
        value(text, end + 2)
    } else {
        (None, tail(text, end)?)
    };
    Some(Match { export, key: start..end, value, end: end_of_all })
}

/// The value at a place and the end of its line. The last resort of the pattern always matches.
fn value(text: &str, at: usize) -> (Option<Range<usize>>, usize) {
    let bytes = text.as_bytes();
    let open = skip(text, at);
    if let Some(&quote @ (b'"' | b'\'')) = bytes.get(open) {
        let mut closing = Vec::new();
        for close in memchr::memchr_iter(quote, &bytes[open + 1..]).map(|i| open + 1 + i) {
            closing.push(close);
            if bytes[close - 1] != b'\\' {
                break;
            }
        }
        // The pattern goes back to escaped quotes when what follows does not fit.
        for close in closing.into_iter().rev() {
            if let Some(end) = tail(text, close + 1) {
                return (Some(at..close + 1), end);
            }
        }
    }
    let end = memchr::memchr2(b'#', b'\n', &bytes[at..]).map_or(text.len(), |i| at + i);
    ((end > at).then_some(at..end), tail(text, end).unwrap_or(end))
}

/// Where a line ends that has nothing but blanks and a comment from `at` on. Empty lines belong to it.
fn tail(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let next = skip(text, at);
    match bytes.get(next) {
        None => Some(next),
        Some(b'#') => Some(memchr::memchr(b'\n', &bytes[next..]).map_or(text.len(), |i| next + i)),
        Some(_) => memchr::memrchr(b'\n', &bytes[at..next]).map(|i| at + i),
    }
}

/// What references can mean. `None`: the output of a command.
struct Known<'a> {
    environment: &'a Environment,
    above: HashMap<String, Option<String>>,
}

impl Known<'_> {
    fn legacy(&self) -> bool {
        let above = self.above.get(MODE).and_then(Option::as_deref);
        above.or_else(|| self.environment.get(MODE)) == Some("legacy")
    }

    /// `parse_value`.
    fn value(&self, source: &Source, text: &Decoded, range: Range<usize>) -> Value {
        let written = text.slice(range.clone()).trimmed(|c| c == '\0' || is_space(c));
        let bytes = written.as_str().as_bytes();
        let quote = match bytes {
            [first @ (b'"' | b'\''), .., last] if first == last => Some(*first),
            _ => None,
        };
        let mut value = if quote.is_some() { written.slice(1..bytes.len() - 1) } else { written };
        if quote == Some(b'\'') {
            return Value::Text(value);
        }
        if quote == Some(b'"') {
            value = line_ends(&value, self.legacy());
        }
        let value = match self.commands(&unescaped(&value)) {
            Ok(value) => value,
            Err(place) => return Value::Output(lines::span_of(source, place)),
        };
        let whole = text.origin(range);
        self.expand(&value).map_or(Value::Output(lines::span_of(source, whole)), Value::Text)
    }

    /// Puts values in the place of references, unless one is the output of a command.
    fn expand(&self, text: &Decoded) -> Option<Decoded> {
        // Without regard to case, as Unicode has it: the long s and the kelvin sign are letters of ASCII, too.
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '\u{17f}' | '\u{212a}');
        let unknown = Cell::new(false);
        let expanded = expanded(text, false, named, |name| match self.above.get(name) {
            Some(Some(value)) => value,
            Some(None) => {
                unknown.set(true);
                ""
            }
            None => self.environment.get(name).unwrap_or_default(),
        });
        (!unknown.get()).then_some(expanded)
    }

    /// Puts output in the place of `$(command)`; the place of a command whose output nobody knows is the error.
    fn commands(&self, text: &Decoded) -> Result<Decoded, Range<usize>> {
        let all = text.as_str();
        if !all.contains("$(") {
            return Ok(text.clone());
        }
        let closing = closing(all);
        let mut result = Decoded::default();
        let mut from = 0;
        for (dollar, _) in all.match_indices("$(") {
            let Some(&close) = closing.get(&(dollar + 1)).filter(|_| dollar >= from) else { continue };
            if dollar > from && all.as_bytes()[dollar - 1] == b'\\' {
                result.push(text, from..dollar - 1);
                result.push(text, dollar..close + 1);
            } else {
                result.push(text, from..dollar);
                let place = text.origin(dollar..close + 1);
                let command = self.expand(&text.slice(dollar + 2..close));
                // A quote in it may come from a value, without the one that closes it.
                let plain = command.filter(|command| !command.as_str().contains(['\'', '"']));
                let output = plain.and_then(|command| command::output(command.as_str()));
                result.push_replaced(&output.ok_or(place.clone())?, place);
            }
            from = close + 1;
        }
        result.push(text, from..all.len());
        Ok(result)
    }
}

/// `\n` and `\r` in double quotes: line ends in legacy mode; otherwise they stay through the unescaping that follows.
fn line_ends(value: &Decoded, legacy: bool) -> Decoded {
    let all = value.as_str();
    let found = all.match_indices('\\').filter_map(|(at, _)| match all.as_bytes().get(at + 1) {
        Some(b'n') => Some((at, "\n")),
        Some(b'r') => Some((at, "\r")),
        _ => None,
    });
    if legacy {
        value.replaced(found.map(|(at, end)| (at..at + 2, end)))
    } else {
        value.replaced(found.map(|(at, _)| (at..at, "\\")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn parts_of_values_know_their_places() {
        let text = "\u{feff}A=1\r\nexport B = \"x\\ny\\\"$A\" # note\r\nC: l #k\nD=$(date) x\nE=$D\nF=$(echo hi)!\n";
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let reading = read(&source, &Environment::default());
        let keys: Vec<_> = reading.entries.iter().map(|entry| &text[entry.key.span.range()]).collect();
        assert_eq!(keys, ["A", "B", "C", "D", "E", "F"]);
        let values: Vec<_> = reading.entries.iter().map(|entry| entry.value.text()).collect();
        assert_eq!(values, [Some("1"), Some("x\\ny\"1"), Some("l"), None, None, Some("hi!")]);
        let Value::Text(value) = &reading.entries[1].value else { return };
        let places = [0..1, 1..3, 4..5, 5..6].map(|range| &text[value.origin(range)]);
        assert_eq!(places, ["x", "\\n", "\"", "$A"]);
        let Value::Output(command) = reading.entries[3].value else { return };
        assert_eq!(&text[command.range()], "$(date)");
    }

    #[test]
    fn the_environment_wins() {
        let source = Source::new(FileId(0), ".env", b"A=1\nB=$A$C\nexport A\n".to_vec());
        let reading = read(&source, &[("A", "2"), ("C", "3")].into_iter().collect());
        assert!(reading.error.is_none());
        assert_eq!(reading.entries[1].value.text(), Some("23"));
    }
}
