//! `docker run --env-file` and Compose's `env_file` with `format: raw` (docker/cli 29, `pkg/kvfile`), and
//! `podman run --env-file` (podman 5, `pkg/env`). Nothing is decoded: a value is what stands behind `=`.

use crate::source::{Encoding, Source, Span, Spanned};
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading};

/// Bytes of a line, with its end, that the Go scanner of both programs takes.
const LONGEST_LINE: usize = 64 << 10;

/// What Docker makes of a file. A name without `=` comes from the environment, or is not there.
pub(super) fn docker(source: &Source, environment: &Environment) -> Reading {
    let text = source.text();
    let bad = match source.encoding {
        Encoding::Utf8 => usize::MAX,
        Encoding::Utf16 => 0,
        Encoding::Invalid(at) => at as usize,
    };
    let mut entries = Vec::new();
    for (start, line) in lines(text) {
        let Some(line) = line else { return too_long(source, start, "Docker") };
        let fault = |message: &str| Reading::refused(whole(source, start, line), message);
        if start + line.len() > bad {
            return fault("the line is not UTF-8; Docker refuses the file");
        }
        // Of several marks only the first is taken off.
        let marked = if start == 0 { line.strip_prefix('\u{feff}') } else { None };
        let body = marked.unwrap_or(line).trim_start();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let at = start + line.len() - body.len();
        let (name, value) = cut(body);
        if name.is_empty() {
            return fault("there is no name before the `=`; Docker refuses the file");
        }
        if name.contains([' ', '\t']) {
            return fault("a name with a blank in it; Docker refuses the file");
        }
        let key = Spanned::new(name.to_owned(), Span::new(source.id, at, at + name.len()));
        match value {
            Some(value) => entries.push(Entry::text(key, Decoded::written(value, at + name.len() + 1))),
            None => entries.extend(environment.get(name).map(|value| inherited(key, value))),
        }
    }
    Reading { entries, error: None }
}

/// What podman makes of a file. `NAME*` without `=` takes everything from the environment that starts so.
pub(super) fn podman(source: &Source, environment: &Environment) -> Reading {
    let mut entries = Vec::new();
    for (start, line) in lines(source.text()) {
        let Some(line) = line else { return too_long(source, start, "podman") };
        let body = line.trim_start_matches([' ', '\t']);
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let at = start + line.len() - body.len();
        let (name, value) = cut(body);
        if name.is_empty() {
            let message = "there is no name before the `=`; podman refuses the file";
            return Reading::refused(whole(source, start, line), message);
        }
        let span = Span::new(source.id, at, at + name.len());
        let key = |name: &str| Spanned::new(name.to_owned(), span);
        match (value, name.strip_suffix('*')) {
            (Some(value), _) => {
                entries.push(Entry::text(key(name), Decoded::written(value, at + name.len() + 1)));
            }
            (None, Some(prefix)) => {
                entries.extend(environment.starting_with(prefix).map(|(name, value)| inherited(key(name), value)));
            }
            (None, None) => entries.extend(environment.get(name).map(|value| inherited(key(name), value))),
        }
    }
    Reading { entries, error: None }
}

/// The lines as Go's `bufio.Scanner` cuts them, without `\n` or `\r\n`, and where they start. `None`: too long.
fn lines(text: &str) -> impl Iterator<Item = (usize, Option<&str>)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        let long = line.len() > LONGEST_LINE || (line.len() == LONGEST_LINE && !line.ends_with('\n'));
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some((start, (!long).then_some(line.strip_suffix('\r').unwrap_or(line))))
    })
}

fn cut(line: &str) -> (&str, Option<&str>) {
    line.split_once('=').map_or((line, None), |(name, value)| (name, Some(value)))
}

/// A variable that is taken from the environment.
fn inherited(key: Spanned<String>, value: &str) -> Entry {
    let mut text = Decoded::default();
    text.push_replaced(value, key.span.range());
    Entry::text(key, text)
}

fn whole(source: &Source, start: usize, line: &str) -> Span {
    let body = line.trim();
    let start = start + line.len() - line.trim_start().len();
    Span::new(source.id, start, start + body.len())
}

fn too_long(source: &Source, start: usize, program: &str) -> Reading {
    let message = format!("the line is longer than 64 KiB; {program} refuses the file");
    Reading::refused(Span::new(source.id, start, start), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::dotenv::Value;

    #[test]
    fn values_are_taken_as_they_are_written() {
        let text = "\u{feff}A=\"1\"\r\n  B= x # y\nHOME\nAB*\n";
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let environment = [("HOME", "/h"), ("AB1", "x"), ("ABC", "y"), ("B", "no")].into_iter().collect();
        let shown = |reading: Reading| -> Vec<(String, String, String, String)> {
            let entry = |entry: Entry| {
                let Value::Text(value) = &entry.value else { return Default::default() };
                let written = text[value.origin(0..value.as_str().len())].to_owned();
                (entry.key.value, text[entry.key.span.range()].to_owned(), value.as_str().to_owned(), written)
            };
            reading.entries.into_iter().map(entry).collect()
        };
        let row = |a: &str, b: &str, c: &str, d: &str| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned());
        assert_eq!(
            shown(docker(&source, &environment)),
            [row("A", "A", "\"1\"", "\"1\""), row("B", "B", " x # y", " x # y"), row("HOME", "HOME", "/h", "HOME")]
        );
        assert_eq!(
            shown(podman(&source, &environment))[2..],
            [row("HOME", "HOME", "/h", "HOME"), row("AB1", "AB*", "x", "AB*"), row("ABC", "AB*", "y", "AB*")]
        );
    }

    #[test]
    fn lines_are_limited() {
        let ends = |length: usize, end: &str| {
            let text = format!("A={}{end}B=1\n", "x".repeat(length - 2));
            docker(&Source::new(FileId(0), ".env", text.into_bytes()), &Environment::default()).error.is_some()
        };
        assert!(!ends(65_535, "\n") && ends(65_536, "\n") && !ends(65_534, "\r\n") && ends(65_535, "\r\n"));
    }
}
