//! The npm package `dotenv-expand`, on top of `dotenv`: version 12 (`lib/main.js`), which Vite, Nest and most others
//! have, and version 1000, which executes `$(...)`, even where the file has it in single quotes: nobody tells it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::{command, node_dotenv};
use crate::cut::name_length;
use crate::source::{Cut, FileId, Source, Span};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// What dotenv and dotenv-expand 12 make of a file.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    progressive(source, environment, |value, known, work| {
        let mut seen = HashSet::new();
        let choose = |text: &str, reference: &Reference, value: Option<&str>| {
            seen.insert(text.to_owned());
            let there = value.filter(|value| !value.is_empty());
            match (reference.operator, there) {
                (Some("+" | ":+"), Some(_)) | (Some("-" | ":-") | None, None) => reference.rest.to_owned(),
                (Some("+" | ":+"), None) => String::new(),
                (_, Some(value)) if seen.contains(value) => reference.rest.to_owned(),
                (_, value) => value.unwrap_or_default().to_owned(),
            }
        };
        let settled = |name: &str, text: &str| matches!(known.above.get(name), Some(Ok(value)) if value == text);
        expand(value, known, work, choose, settled)
    })
}

/// What dotenv and dotenv-expand 1000 make of a file.
pub(super) fn read_1000(source: &Source, environment: &Environment) -> Reading {
    progressive(source, environment, |value, known, work| {
        evaluate(&expand_1000(value, known, work, |_| false)?, source.id, work)
    })
}

/// The references of dotenvx and of dotenv-expand 1000. One to a `literal` ends the expansion.
pub(super) fn expand_1000(
    value: &Decoded,
    known: &Known,
    work: &mut Work,
    literal: impl Fn(&str) -> bool,
) -> Result<Decoded, Stop> {
    let choose = |_: &str, reference: &Reference, value: Option<&str>| {
        let there = value.filter(|value| !value.is_empty());
        let put = match reference.operator {
            Some(":-") => there.unwrap_or(reference.rest),
            Some("-") => value.unwrap_or(reference.rest),
            Some(":+") => there.map_or("", |_| reference.rest),
            Some(_) => value.map_or("", |_| reference.rest),
            None => there.unwrap_or_default(),
        };
        put.to_owned()
    };
    let settled = |name: &str, text: &str| literal(name) || matches!(known.get(name), Ok(Some(value)) if value == text);
    expand(value, known, work, choose, settled)
}

/// Expands the values one after the other; each can refer to those before it, in the order of the object.
fn progressive(
    source: &Source,
    environment: &Environment,
    expand: impl Fn(&Decoded, &Known, &mut Work) -> Result<Decoded, Stop>,
) -> Reading {
    let mut known = Known::new(environment);
    let mut work = Work::new(source);
    let mut reading = Reading::default();
    for (key, value) in node_dotenv::object(node_dotenv::assignments(source)) {
        let expanded = expand(&value, &known, &mut work);
        // What was put in costs as well: each line can repeat the one above it.
        let value = match expanded.and_then(|value| work.spend(value.as_str()).map(|()| value)) {
            Ok(value) => Value::Text(unescaped(&value)),
            Err(Stop::Output(span)) => Value::Output(span),
            Err(Stop::Endless) => {
                return Reading::refused(
                    key.span,
                    "the references in this value have no end; dotenv-expand hangs here",
                );
            }
        };
        known.set(&key.value, &value);
        reading.entries.push(Entry { key, value });
    }
    reading.entries.sort_by_key(|entry| entry.key.span.start);
    reading
}

/// Why a value does not come to a text.
#[derive(Copy, Clone, Debug)]
pub(super) enum Stop {
    /// Its references have no end.
    Endless,
    /// It holds what a command prints.
    Output(Span),
}

/// The bytes that may be copied before references count as endless: so many for every byte of the file.
pub(super) struct Work(usize);

impl Work {
    pub(super) fn new(source: &Source) -> Self {
        Work((128 << 10) + 256 * source.text().len())
    }

    /// Takes the cost of going over a text once more.
    pub(super) fn spend(&mut self, text: &str) -> Result<(), Stop> {
        self.0 = self.0.checked_sub(text.len() + 64).ok_or(Stop::Endless)?;
        Ok(())
    }
}

/// What names mean: first the environment, then the values above; of some only the command is known.
pub(super) struct Known<'a> {
    environment: &'a Environment,
    above: HashMap<String, Result<String, Span>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Known { environment, above: HashMap::new() }
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, Stop> {
        match (self.environment.get(name), self.above.get(name)) {
            (Some(value), _) => Ok(Some(value)),
            (None, Some(value)) => value.as_ref().map(|value| Some(value.as_str())).map_err(|&span| Stop::Output(span)),
            (None, None) => Ok(None),
        }
    }

    pub(super) fn set(&mut self, name: &str, value: &Value) {
        let value = match value {
            Value::Text(text) => Ok(text.as_str().to_owned()),
            Value::Output(span) => Err(*span),
            Value::Null => return,
        };
        self.above.insert(name.to_owned(), value);
    }
}

/// `${expression}` or `$NAME`.
struct Reference<'a> {
    name: &'a str,
    operator: Option<&'a str>,
    rest: &'a str,
}

impl<'a> Reference<'a> {
    fn new(template: &'a str) -> Self {
        let expression =
            template.cut(1..).strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(template.cut(1..));
        let operator = expression.find(['+', '-']).map(|at| {
            let start = if expression.cut(..at).ends_with(':') { at - 1 } else { at };
            expression.cut(start..=at)
        });
        // Without an operator JavaScript splits at the word "null".
        let (name, rest) = expression.split_once(operator.unwrap_or("null")).unwrap_or((expression, ""));
        Reference { name, operator, rest }
    }
}

/// The first reference in a text. A backslash before the `$` makes it none.
fn reference(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'$', bytes).filter(|&at| at == 0 || bytes[at - 1] != b'\\').find_map(|at| {
        let behind = &bytes[at + 1..];
        let length = match behind.first()? {
            b'{' => {
                let close = 1 + memchr::memchr2(b'{', b'}', &behind[1..])?;
                if close == 1 || behind[close] == b'{' {
                    return None;
                }
                close + 1
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => name_length(behind),
            _ => return None,
        };
        Some(at..at + 1 + length)
    })
}

/// Replaces references until there is none, or the text is `settled`.
fn expand(
    value: &Decoded,
    known: &Known,
    work: &mut Work,
    mut choose: impl FnMut(&str, &Reference, Option<&str>) -> String,
    settled: impl Fn(&str, &str) -> bool,
) -> Result<Decoded, Stop> {
    let mut result = value.clone();
    while let Some(range) = reference(result.as_str()) {
        work.spend(result.as_str())?;
        let template = result.as_str().cut(range).to_owned();
        let reference = Reference::new(&template);
        let put = choose(result.as_str(), &reference, known.get(reference.name)?);
        result = replace(&result, &template, &put);
        if settled(reference.name, result.as_str()) {
            break;
        }
    }
    Ok(result)
}

/// JavaScript's `text.replace(template, value)`: the first occurrence counts, wherever the match was; `$$`, `$&` and
/// their like in the value stand for other text.
pub(super) fn replace(text: &Decoded, template: &str, value: &str) -> Decoded {
    let all = text.as_str();
    let Some(start) = memchr::memmem::find(all.as_bytes(), template.as_bytes()) else { return text.clone() };
    let end = start + template.len();
    let mut put = Cow::Borrowed(value);
    if value.contains('$') {
        let mut plain = String::new();
        let mut rest = value;
        while let Some(at) = rest.find('$') {
            plain.push_str(rest.cut(..at));
            let stands_for = match rest.as_bytes().get(at + 1) {
                Some(b'$') => "$",
                Some(b'&') => template,
                Some(b'`') => all.cut(..start),
                Some(b'\'') => all.cut(end..),
                _ => {
                    plain.push('$');
                    rest = rest.cut(at + 1..);
                    continue;
                }
            };
            plain.push_str(stands_for);
            rest = rest.cut(at + 2..);
        }
        plain.push_str(rest);
        put = Cow::Owned(plain);
    }
    text.replaced([(start..end, put)])
}

/// The text with `\$` as `$`.
pub(super) fn unescaped(text: &Decoded) -> Decoded {
    node_dotenv::escapes(text, &[(b'$', "$")])
}

/// Puts in what the commands in `$(...)` print. Most of that is not known.
pub(super) fn evaluate(value: &Decoded, file: FileId, work: &mut Work) -> Result<Decoded, Stop> {
    let mut result = value.clone();
    for range in commands(value.as_str(), work)? {
        work.spend(result.as_str())?;
        let place = value.origin(range.clone());
        let template = value.as_str().cut(range);
        let output = command::output(template.cut(2..template.len() - 1));
        let output = output.ok_or(Stop::Output(Span::new(file, place.start, place.end)))?;
        result = replace(&result, template, output.trim_end_matches(['\r', '\n']));
    }
    Ok(result)
}

/// The places of `$(...)`, with quotes, parentheses and commands in them.
fn commands(text: &str, work: &mut Work) -> Result<Vec<Range<usize>>, Stop> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.cut(from..).find("$(").map(|at| from + at) {
        from = match command_end(&text.as_bytes()[start..]) {
            Some(length) => {
                found.push(start..start + length);
                start + length
            }
            None => {
                work.spend(text.cut(start..))?;
                start + 2
            }
        };
    }
    Ok(found)
}

fn command_end(bytes: &[u8]) -> Option<usize> {
    // The open parentheses, each with the quote that is open in it.
    let mut open = vec![None];
    let mut at = 2;
    while let (Some(&byte), Some(quote)) = (bytes.get(at), open.last_mut()) {
        at += 1;
        match (*quote, byte) {
            (Some(b'\''), b'\'') => *quote = None,
            (Some(b'\''), _) => {}
            (_, b'\\') => at += 1,
            (Some(mark), _) if byte == mark => *quote = None,
            (Some(_), b'$') if bytes.get(at) == Some(&b'(') => {
                open.push(None);
                at += 1;
            }
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => *quote = Some(byte),
            (None, b'(') => open.push(None),
            (None, b')') => {
                open.pop();
                if open.is_empty() {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new(FileId(0), ".env", text.as_bytes().to_vec())
    }

    #[test]
    fn places_go_through_references() {
        let text = "A=one\nB=\"x\\n${A}/y\"\n";
        let reading = read(&source(text), &Environment::default());
        let Value::Text(value) = &reading.entries[1].value else { panic!() };
        assert_eq!(value.as_str(), "x\none/y");
        let written = |range| &text[value.origin(range)];
        assert_eq!([written(1..2), written(3..4), written(5..7)], ["\\n", "${A}", "/y"]);
    }

    #[test]
    fn the_environment_wins() {
        let environment = Environment::from_iter([("A", "outside"), ("E", "")]);
        for reader in [read, read_1000] {
            let reading = reader(&source("A=inside\nE=inside\nK=$A-$E-${U:-d}\n"), &environment);
            assert_eq!(reading.entries[2].value.text(), Some("outside--d"));
        }
    }

    #[test]
    fn what_commands_print_is_not_known() {
        let text = "A='$(date)'\nB=x$A\nC=$(echo hi)\nD=$(echo $(date))\nE=$(open\n";
        let entries = read_1000(&source(text), &Environment::default()).entries;
        let shown: Vec<_> = entries
            .iter()
            .map(|entry| match &entry.value {
                Value::Output(span) => &text[span.range()],
                value => value.text().unwrap_or_default(),
            })
            .collect();
        assert_eq!(shown, ["$(date)", "$(date)", "hi", "$(echo $(date))", "$(open"]);
    }

    #[test]
    fn references_without_an_end_come_to_one() {
        let many = format!("A='\\$A'\nK={}\n", "$A".repeat(100_000));
        for text in ["A='\\$A'\nK=x$A\n", "A='\\$A\\$A'\nK=x$A\n", &many] {
            assert!(read(&source(text), &Environment::default()).error.is_some());
        }
        let open = format!("K={}", "$(".repeat(100_000));
        assert!(read_1000(&source(&open), &Environment::default()).error.is_some());
    }
}
