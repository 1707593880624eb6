//! The dialect of the Rust crate `dotenvy` (0.15). The crate itself decodes the statements, one at a time, except those
//! with a `$` outside single quotes: for these it would look into the environment of the linter. Its errors are dropped:
//! they hold the text of the line.

use std::collections::HashMap;

use super::Reading;
use crate::source::{Encoding, Source, Span};
use crate::syntax::Fault;

/// What dotenvy makes of a file, with `load`'s rule that the first assignment of a key counts.
pub(super) fn read(source: &Source) -> Reading {
    let mut reading = Reading::default();
    let text = source.text();
    let bad = match source.encoding {
        Encoding::Utf8 => usize::MAX,
        Encoding::Utf16 => 0,
        Encoding::Invalid(at) => at as usize,
    };
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut known: HashMap<String, String> = HashMap::new();
    while at < text.len() {
        let start = at;
        let (statement, whole) = cut(text, &mut at);
        let failed = |message: &str| {
            let body = text[start..at].trim_end();
            let lead = body.len() - body.trim_start().len();
            Some(Fault::new(Span::new(source.id, start + lead, start + body.len()), message))
        };
        if bad < at {
            reading.error = failed("not UTF-8; dotenvy stops reading here");
            return reading;
        }
        let parsed = if whole { decode(statement, &known) } else { Err(()) };
        match parsed {
            Ok(Some((key, value))) => {
                known.insert(key.clone(), value.clone());
                reading.values.push((key, value));
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
        if line_start == start && text[start..line_end].trim_start().starts_with('#') {
            return ("", true);
        }
        for (offset, c) in text[line_start..line_end].char_indices() {
            state = match (state, c) {
                (State::Blank, '#') => return (&text[start..line_start + offset], true),
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
            return (&text[start..line_end], true);
        }
    }
    (&text[start..], false)
}

type Pair = Option<(String, String)>;

fn decode(statement: &str, known: &HashMap<String, String>) -> Result<Pair, ()> {
    if refers(statement) {
        return line(statement, known);
    }
    // The crate's reader cuts the text once more; with a newline behind it, it takes the whole.
    let whole = format!("{}\n", statement.trim_end());
    dotenvy::from_read_iter(whole.as_bytes()).next().transpose().map_err(drop)
}

/// Whether there is a `$` outside single quotes.
fn refers(statement: &str) -> bool {
    let mut single = false;
    statement.bytes().any(|b| {
        single ^= b == b'\'';
        b == b'$' && !single
    })
}

/// dotenvy's `parse_line`, for statements the crate must not see.
fn line(statement: &str, known: &HashMap<String, String>) -> Result<Pair, ()> {
    let rest = statement.trim();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(None);
    }
    let (mut name, mut rest) = key(rest)?;
    if name == "export" && !rest.starts_with('=') {
        (name, rest) = key(rest)?;
    }
    let value = rest.strip_prefix('=').ok_or(())?.trim_start();
    if value.is_empty() || value.starts_with('#') {
        return Ok(Some((name.to_owned(), String::new())));
    }
    Ok(Some((name.to_owned(), expanded(value, known)?)))
}

fn key(text: &str) -> Result<(&str, &str), ()> {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Err(());
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(text.len());
    Ok((&text[..end], text[end..].trim_start()))
}

/// dotenvy's `parse_value`. `$NAME` ends at the first character that is neither letter nor digit (an underscore as
/// well); an unclosed `${` takes everything up to the next brace.
fn expanded(value: &str, known: &HashMap<String, String>) -> Result<String, ()> {
    #[derive(PartialEq)]
    enum Name {
        No,
        Plain,
        Braced,
    }
    let (mut strong, mut weak, mut escaped, mut ended) = (false, false, false, false);
    let mut naming = Name::No;
    let mut name = String::new();
    let mut output = String::new();
    let put = |name: &mut String, output: &mut String| {
        output.push_str(known.get(name.as_str()).map_or("", String::as_str));
        name.clear();
    };
    for c in value.chars() {
        if ended {
            match c {
                ' ' | '\t' => continue,
                '#' => break,
                _ => return Err(()),
            }
        }
        if escaped {
            match c {
                '\\' | '\'' | '"' | '$' | ' ' => output.push(c),
                'n' => output.push('\n'),
                _ => return Err(()),
            }
            escaped = false;
        } else if strong {
            if c == '\'' {
                strong = false;
            } else {
                output.push(c);
            }
        } else if naming != Name::No {
            if c.is_alphanumeric() {
                name.push(c);
            } else if naming == Name::Plain && c == '{' && name.is_empty() {
                naming = Name::Braced;
            } else if naming == Name::Plain {
                put(&mut name, &mut output);
                if c != '$' {
                    naming = Name::No;
                    output.push(c);
                }
            } else if c == '}' {
                naming = Name::No;
                put(&mut name, &mut output);
            } else {
                name.push(c);
            }
        } else if c == '$' {
            naming = Name::Plain;
        } else if weak {
            match c {
                '"' => weak = false,
                '\\' => escaped = true,
                _ => output.push(c),
            }
        } else {
            match c {
                '\'' => strong = true,
                '"' => weak = true,
                '\\' => escaped = true,
                ' ' | '\t' => ended = true,
                _ => output.push(c),
            }
        }
    }
    if naming == Name::Braced || strong || weak {
        return Err(());
    }
    put(&mut name, &mut output);
    Ok(output)
}
