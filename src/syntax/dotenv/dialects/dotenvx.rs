//! dotenvx 2.38 (npm packages `@dotenvx/dotenvx` and `@dotenvx/primitives`): dotenv's assignments, one after the other,
//! with more escapes, references, and commands, which it executes. Single quotes keep references and commands away.

use std::collections::HashSet;

use super::node_dotenv::{Assignment, escapes, undecoded};
use super::node_expand::{Known, Stop, Work, evaluate, expand_1000, unescaped};
use crate::source::Source;
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// What dotenvx makes of a file.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let mut known = Known::new(environment);
    let mut literals = HashSet::new();
    let mut work = Work::new(source);
    let mut reading = Reading::default();
    for Assignment { key, value, quote } in undecoded(source) {
        if key.value == "__proto__" {
            return Reading::refused(key.span, "dotenvx crashes on this name");
        }
        let value = match quote {
            Some(b'\'') => escapes(&value, &[(b'\'', "'")]),
            Some(b'"') => escapes(&value, &[(b'n', "\n"), (b'r', "\r"), (b't', "\t")]),
            _ => value,
        };
        let encrypted = value.as_str().starts_with("encrypted:");
        if encrypted && environment.get("DOTENV_PRIVATE_KEY").is_none() {
            let message = "dotenvx cannot decrypt this value without its private key";
            reading.error.get_or_insert_with(|| Fault::new(key.span, message));
        }
        let literal = quote == Some(b'\'');
        let value = if literal || encrypted { Ok(value) } else { filled(value, source, &known, &literals, &mut work) };
        let value = value.and_then(|value| work.spend(value.as_str()).map(|()| value));
        let value = match value {
            Ok(value) => Value::Text(value),
            Err(Stop::Output(span)) => Value::Output(span),
            Err(Stop::Endless) => {
                return Reading::refused(key.span, "the references in this value have no end; dotenvx hangs here");
            }
        };
        if literal && refers(value.text().unwrap_or_default()) {
            literals.insert(key.value.clone());
        } else if literal {
            literals.remove(&key.value);
        }
        known.set(&key.value, &value);
        reading.entries.push(Entry { key, value });
    }
    reading
}

/// A value with what commands print; if there are none, with what names mean.
fn filled(
    value: Decoded,
    source: &Source,
    known: &Known,
    literals: &HashSet<String>,
    work: &mut Work,
) -> Result<Decoded, Stop> {
    let evaluated = evaluate(&value, source.id, work)?;
    if evaluated.as_str() != value.as_str() {
        return Ok(evaluated);
    }
    Ok(unescaped(&expand_1000(&value, known, work, |name| literals.contains(name))?))
}

/// Whether there is something like a reference in a text that stays as it is.
fn refers(text: &str) -> bool {
    let close = text.rfind('}').unwrap_or_default();
    text.match_indices('$').any(|(at, _)| match text.as_bytes().get(at + 1) {
        Some(b'{') => close > at + 2 && text.as_bytes()[at + 2] != b'}',
        Some(byte) => byte.is_ascii_alphabetic() || *byte == b'_',
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_go_through_escapes_and_references() {
        let text = "A=one\nB=\"x\\t${A}/y\"\nC='\\'$A'\n";
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let reading = read(&source, &Environment::default());
        let value = |index: usize| match &reading.entries[index].value {
            Value::Text(value) => value.clone(),
            _ => Decoded::default(),
        };
        let (b, c) = (value(1), value(2));
        assert_eq!((b.as_str(), c.as_str()), ("x\tone/y", "'$A"));
        let places = [b.origin(1..2), b.origin(3..4), b.origin(5..7), c.origin(0..1)];
        assert_eq!(places.map(|range| &text[range]), ["\\t", "${A}", "/y", "\\'"]);
    }

    #[test]
    fn encrypted_values_need_a_key() {
        let source = Source::new(FileId(0), ".env", b"K=encrypted:abc\n".to_vec());
        assert!(read(&source, &Environment::default()).error.is_some());
        let environment = Environment::from_iter([("DOTENV_PRIVATE_KEY", "k")]);
        assert!(read(&source, &environment).error.is_none());
    }
}
