//! The dialect of the Rust crate `dotenvy` (0.15). The crate itself decodes the statements, one at a time, except those
//! with a `$` outside single quotes: for these it would look into the environment of the linter. Its errors are dropped:
//! they hold the text of the line.

use std::collections::HashMap;
use std::ops::Range;

use super::lines::Budget;
use crate::source::{Cut, Encoding, Source, Span, Spanned};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What dotenvy makes of a file. `load` takes the first assignment of a key.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let mut reading = Reading::default();
    let text = source.text();
    let bad = match source.encoding {
        Encoding::Utf8 => usize::MAX,
        Encoding::Utf16 => 0,
        Encoding::Invalid(at) => at as usize,
    };
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut budget = Budget::new(source);
    let mut known = Known { environment, above: HashMap::new() };
    while at < text.len() {
        let start = at;
        let (statement, whole) = cut(text, &mut at);
        let failed = |message: &str| {
            let body = text.cut(start..at).trim_end();
            let lead = body.len() - body.trim_start().len();
            Some(Fault::new(Span::new(source.id, start + lead, start + body.len()), message))
        };
        if bad < at {
            reading.error = failed("not UTF-8; dotenvy stops reading here");
            return reading;
        }
        let parsed = if whole { decode(statement, start, &known) } else { Err(()) };
        match parsed {
            Ok(Some((_, value))) if !budget.take(value.as_str().len()) => {
                reading.error = failed("the value refers to itself too often to be read");
                return reading;
            }
            Ok(Some((key, value))) => {
                known.above.insert(text.cut(key.clone()).to_owned(), value.as_str().to_owned());
                let span = Span::new(source.id, key.start, key.end);
                reading.entries.push(Entry::text(Spanned::new(text.cut(key).to_owned(), span), value));
            }
            Ok(None) => {}
            Err(()) => {
                reading.error = failed("dotenvy cannot read this line and stops here");
                return reading;
            }
        }
    }
    reading
}

/// What a reference can mean: first the environment, then the lines above.
struct Known<'a> {
    environment: &'a Environment,
    above: HashMap<String, String>,
}

impl Known<'_> {
    fn get(&self, name: &str) -> &str {
        self.environment.get(name).or_else(|| self.above.get(name).map(String::as_str)).unwrap_or_default()
    }
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum State {
    Complete,
    Escape,
    Strong,
    StrongEscape,
    Weak,
    WeakEscape,
    Blank,
}

/// The next statement: lines until quotes are closed and no blank or backslash stands last. `false`: the file ends first.
fn cut<'a>(text: &'a str, at: &mut usize) -> (&'a str, bool) {
    let start = *at;
    let mut state = State::Complete;
    while *at < text.len() {
        let line_start = *at;
        let line_end = memchr::memchr(b'\n', &text.as_bytes()[line_start..]).map_or(text.len(), |i| line_start + i + 1);
        *at = line_end;
        if line_start == start && text.cut(start..line_end).trim_start().starts_with('#') {
            return ("", true);
        }
        for (offset, c) in text.cut(line_start..line_end).char_indices() {
            state = match (state, c) {
                (State::Blank, '#') => return (text.cut(start..line_start + offset), true),
                (State::Blank | State::Complete, '\\') => State::Escape,
                (State::Blank | State::Complete, '"') => State::Weak,
                (State::Blank | State::Complete, '\'') => State::Strong,
                (State::Complete, c) if c.is_whitespace() && c != '\n' && c != '\r' => State::Blank,
                (State::Blank | State::Complete | State::Escape, _) => State::Complete,
                (State::Weak, '\\') => State::WeakEscape,
                (State::Weak, '"') | (State::Strong, '\'') => State::Complete,
                (State::Weak | State::WeakEscape, _) => State::Weak,
                (State::Strong, '\\') => State::StrongEscape,
                (State::Strong | State::StrongEscape, _) => State::Strong,
            };
        }
        if state == State::Complete {
            return (text.cut(start..line_end), true);
        }
    }
    (text.cut(start..), false)
}

/// The place of a key and its value.
type Pair = Option<(Range<usize>, Decoded)>;

/// Decodes a statement that stands at `at`. The crate does it, unless it would look a name up; the places of the parts
/// are found by decoding again, and hold only if that gives the same.
fn decode(statement: &str, at: usize, known: &Known) -> Result<Pair, ()> {
    let pair = line(statement, at, known);
    if refers(statement) {
        return pair;
    }
    // The crate's reader cuts the text once more; with a newline behind it, it takes the whole.
    let whole = format!("{}\n", statement.trim_end());
    let Some((_, value)) = dotenvy::from_read_iter(whole.as_bytes()).next().transpose().map_err(drop)? else {
        return Ok(None);
    };
    match pair {
        Ok(Some((key, own))) if own.as_str() == value => Ok(Some((key, own))),
        _ => Err(()),
    }
}

/// Whether there is a `$` outside single quotes.
fn refers(statement: &str) -> bool {
    let mut single = false;
    statement.bytes().any(|b| {
        single ^= b == b'\'';
        b == b'$' && !single
    })
}

/// dotenvy's `parse_line`.
fn line(statement: &str, at: usize, known: &Known) -> Result<Pair, ()> {
    let end = statement.trim_end().len();
    let mut from = end - statement.cut(..end).trim_start().len();
    if from == end || statement.cut(from..).starts_with('#') {
        return Ok(None);
    }
    let mut name = key(statement.cut(..end), &mut from)?;
    if statement.cut(name.clone()) == "export" && !statement.cut(from..).starts_with('=') {
        name = key(statement.cut(..end), &mut from)?;
    }
    let value = statement.cut(from..end).strip_prefix('=').ok_or(())?.trim_start();
    let name = at + name.start..at + name.end;
    if value.is_empty() || value.starts_with('#') {
        return Ok(Some((name, Decoded::default())));
    }
    Ok(Some((name, expanded(value, at + end - value.len(), known)?)))
}

/// The name at `from`, which moves to what stands behind it and its blanks.
fn key(text: &str, from: &mut usize) -> Result<Range<usize>, ()> {
    let rest = text.cut(*from..);
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Err(());
    }
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
    let name = *from..*from + length;
    *from = text.len() - rest.cut(length..).trim_start().len();
    Ok(name)
}

/// dotenvy's `parse_value`, of a value that stands at `start`. `$NAME` ends at the first character that is neither
/// letter nor digit (an underscore as well); an unclosed `${` takes everything up to the next brace.
fn expanded(value: &str, start: usize, known: &Known) -> Result<Decoded, ()> {
    #[derive(PartialEq)]
    enum Name {
        No,
        Plain,
        Braced,
    }
    let (mut strong, mut weak, mut escaped, mut ended) = (false, false, false, false);
    let mut naming = Name::No;
    let mut name = String::new();
    let mut dollar = start;
    let mut output = Decoded::default();
    for (offset, c) in value.char_indices() {
        let at = start + offset;
        let keep = |output: &mut Decoded| output.push_written(value.cut(offset..offset + c.len_utf8()), at);
        if ended {
            match c {
                ' ' | '\t' => continue,
                '#' => break,
                _ => return Err(()),
            }
        }
        if escaped {
            match c {
                '\\' | '\'' | '"' | '$' | ' ' => keep(&mut output),
                'n' => output.push_replaced("\n", at - 1..at + 1),
                _ => return Err(()),
            }
            escaped = false;
        } else if strong {
            if c == '\'' {
                strong = false;
            } else {
                keep(&mut output);
            }
        } else if naming != Name::No {
            if c.is_alphanumeric() {
                name.push(c);
            } else if naming == Name::Plain && c == '{' && name.is_empty() {
                naming = Name::Braced;
            } else if naming == Name::Plain {
                output.push_replaced(known.get(&name), dollar..at);
                name.clear();
                dollar = at;
                if c != '$' {
                    naming = Name::No;
                    keep(&mut output);
                }
            } else if c == '}' {
                naming = Name::No;
                output.push_replaced(known.get(&name), dollar..at + 1);
                name.clear();
            } else {
                name.push(c);
            }
        } else if c == '$' {
            naming = Name::Plain;
            dollar = at;
        } else if weak {
            match c {
                '"' => weak = false,
                '\\' => escaped = true,
                _ => keep(&mut output),
            }
        } else {
            match c {
                '\'' => strong = true,
                '"' => weak = true,
                '\\' => escaped = true,
                ' ' | '\t' => ended = true,
                _ => keep(&mut output),
            }
        }
    }
    if naming == Name::Braced || strong || weak {
        return Err(());
    }
    if naming == Name::Plain {
        output.push_replaced(known.get(&name), dollar..start + value.len());
    }
    Ok(output)
}
