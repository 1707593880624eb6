//! Next.js: the npm package `@next/env` (16.4), which brings dotenv 16.3 and a dotenv-expand of its own (version 10, in
//! `dist/index.js`). It puts in the last reference first, and knows the values below as well.

use std::collections::HashMap;

use super::node_dotenv;
use super::node_expand::{Stop, Work, replace, unescaped};
use crate::cut::name_length;
use crate::source::{Cut, Source};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// What Next.js makes of a file.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let object = node_dotenv::object(node_dotenv::assignments(source));
    let mut parsed: HashMap<String, String> =
        object.iter().map(|(key, value)| (key.value.clone(), value.as_str().to_owned())).collect();
    let mut reading = Reading::default();
    let mut work = Work::new(source);
    for (key, value) in object {
        let Ok(value) = interpolate(value, environment, &parsed, &mut work) else {
            let message = "the references in this value have no end; Next.js loads nothing of this file";
            return Reading::refused(key.span, message);
        };
        let value = unescaped(&value);
        parsed.insert(key.value.clone(), value.as_str().to_owned());
        reading.entries.push(Entry::text(key, value));
    }
    reading.entries.sort_by_key(|entry| entry.key.span.start);
    reading
}

/// Replaces the last reference until there is none, or the last `$` is none.
fn interpolate(
    mut value: Decoded,
    environment: &Environment,
    parsed: &HashMap<String, String>,
    work: &mut Work,
) -> Result<Decoded, Stop> {
    while let Some(reference) = last_reference(value.as_str()) {
        work.spend(value.as_str())?;
        let set = environment.get(reference.name).filter(|value| !value.is_empty());
        let put = match (set, reference.default) {
            (Some(value), _) => value,
            (None, "") => parsed.get(reference.name).map(String::as_str).unwrap_or_default(),
            (None, default) => default,
        };
        value = replace(&value, reference.template, put);
    }
    work.spend(value.as_str())?;
    Ok(value)
}

/// `$NAME`, `${NAME}` or `${NAME:-default}`; either brace may be missing.
struct Reference<'a> {
    template: &'a str,
    name: &'a str,
    default: &'a str,
}

fn last_reference(text: &str) -> Option<Reference<'_>> {
    let bytes = text.as_bytes();
    let dollar = memchr::memrchr_iter(b'$', bytes).find(|&at| at == 0 || bytes[at - 1] != b'\\')?;
    let start = dollar + 1 + usize::from(bytes.get(dollar + 1) == Some(&b'{'));
    let length = name_length(&bytes[start..]);
    if length == 0 {
        return None;
    }
    let name = text.cut(start..start + length);
    let mut end = start + length;
    let mut default = "";
    if let Some(rest) = text.cut(end..).strip_prefix(":-") {
        default = rest.cut(..rest.find(['}', '\\']).unwrap_or(rest.len()));
        end += 2 + default.len();
    }
    end += usize::from(bytes.get(end) == Some(&b'}'));
    Some(Reference { template: text.cut(dollar..end), name, default })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn source(text: &str) -> Source {
        Source::new(FileId(0), ".env", text.as_bytes().to_vec())
    }

    #[test]
    fn places_go_through_references() {
        let text = "B=\"x\\n${A}/y\"\nA=one\n";
        let reading = read(&source(text), &Environment::default());
        let crate::syntax::dotenv::Value::Text(value) = &reading.entries[0].value else { panic!() };
        assert_eq!(value.as_str(), "x\none/y");
        let written = |range| &text[value.origin(range)];
        assert_eq!([written(1..2), written(3..4), written(5..7)], ["\\n", "${A}", "/y"]);
    }

    #[test]
    fn the_environment_wins_over_the_default() {
        let environment = Environment::from_iter([("A", "outside"), ("E", "")]);
        let reading = read(&source("A=inside\nE=inside\nK=${A:-d}-${E:-d}-$E\n"), &environment);
        assert_eq!(reading.entries[2].value.text(), Some("outside-d-inside"));
    }

    #[test]
    fn references_without_an_end_come_to_one() {
        for text in ["K=x$K\n", "K=$K\n", "K=$K$K\n"] {
            assert!(read(&source(text), &Environment::default()).error.is_some(), "{text}");
        }
    }
}
