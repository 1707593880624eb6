//! The dialect of django-environ 0.14 (`Env.read_env`).

use std::collections::HashMap;

use super::python;
use crate::cut::name_length;
use crate::source::{Cut, Source, Span};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// What django-environ makes of a file: `KEY=value` lines without any blank around the name; other lines are skipped.
pub(super) fn read(source: &Source, _: &Environment) -> Reading {
    let text = match python::open(source) {
        Ok(text) => text,
        Err(fault) => return Reading { entries: Vec::new(), error: Some(fault) },
    };
    let mut entries: Vec<Entry> = Vec::new();
    let mut index = HashMap::new();
    let mut start = 0;
    for line in text.as_str().split_inclusive(ends_line) {
        let next = start + line.len();
        let body = line.trim_end_matches(ends_line);
        let from = start + if body.starts_with("export ") { "export ".len() } else { 0 };
        let name = name_length(text.as_str().cut(from..next));
        if name > 0 && text.as_str().as_bytes().get(from + name) == Some(&b'=') {
            let key = python::key(source, &text, from, from + name);
            let value = unquoted(text.slice(from + name + 1..start + body.len()));
            // A key that comes again keeps its place among the others.
            match index.get(&key.value) {
                Some(&at) => entries[at] = Entry::text(key, value),
                None => {
                    index.insert(key.value.clone(), entries.len());
                    entries.push(Entry::text(key, value));
                }
            }
        }
        start = next;
    }
    // Everything is read before anything is set.
    let nul = entries.iter().position(|entry| entry.value.text().is_some_and(|text| text.contains('\0')));
    let error = nul.and_then(|at| match &entries[at].value {
        Value::Text(value) => {
            let nul = memchr::memchr(0, value.as_str().as_bytes())?;
            let place = value.origin(nul..nul + 1);
            let span = Span::new(source.id, place.start, place.end);
            Some(Fault::new(span, "a NUL byte; django-environ cannot set this value and stops here"))
        }
        _ => None,
    });
    entries.truncate(nul.unwrap_or(usize::MAX));
    Reading { entries, error }
}

/// Where `str.splitlines` cuts, besides `\r`.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Takes single quotes off, then double quotes; in these `\` goes away except before `r`, `n` and `t`.
fn unquoted(value: Decoded) -> Decoded {
    let inner = |value: &Decoded, quote: char| {
        let text = value.as_str();
        let quoted = text.len() >= 2 && text.starts_with(quote) && text.ends_with(quote);
        quoted.then(|| value.slice(1..text.len() - 1))
    };
    let value = inner(&value, '\'').unwrap_or(value);
    let Some(value) = inner(&value, '"') else { return value };
    let mut result = Decoded::default();
    let text = value.as_str();
    let mut from = 0;
    let mut at = 0;
    while let Some(backslash) = memchr::memchr(b'\\', &text.as_bytes()[at..]).map(|i| at + i) {
        let escaped = text.cut(backslash + 1..).chars().next();
        if let Some(c) = escaped.filter(|c| !matches!(c, 'r' | 'n' | 't')) {
            result.push(&value, from..backslash);
            result.push_replaced(c.encode_utf8(&mut [0; 4]), value.origin(backslash..backslash + 1 + c.len_utf8()));
            from = backslash + 1 + c.len_utf8();
        }
        at = backslash + 1 + escaped.map_or(0, char::len_utf8);
    }
    result.push(&value, from..text.len());
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_are_those_of_the_file() {
        let source = Source::new(FileId(0), ".env", b"A=1\r\nexport K=\"a\\$b\\n\"\r\n".to_vec());
        let reading = read(&source, &Environment::default());
        let Value::Text(value) = &reading.entries[1].value else { panic!("no text") };
        assert_eq!((value.as_str(), value.origin(1..2), value.origin(2..3)), ("a$b\\n", 16..18, 18..19));
        assert_eq!(&source.text()[reading.entries[1].key.span.range()], "K");
    }
}
