//! Several files side by side.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use super::loaders::count;
use crate::model::env::shown_name;
use crate::report::{flat, to_json};
use crate::secret;
use crate::source::{Cut, Source};
use crate::syntax::dotenv::{Dialect, Environment, Reading, directive};

/// What several files set.
pub struct Comparison<'a> {
    files: Vec<(&'a Source, Dialect, Reading)>,
}

/// Where a key is set: file and line.
type Place = (usize, u32);

impl<'a> Comparison<'a> {
    /// Reads the files as `dialect`, or as the one their first line names.
    pub fn new(sources: &'a [Source], dialect: Option<Dialect>, environment: &Environment) -> Self {
        let read = |source: &'a Source| {
            let dialect = dialect.or_else(|| directive(source)).unwrap_or(Dialect::Compose);
            (source, dialect, dialect.read(source, environment))
        };
        Comparison { files: sources.iter().map(read).collect() }
    }

    /// Keys that not every file sets, with the places where they are set.
    fn missing(&self) -> Vec<(&str, Vec<Place>)> {
        let mut keys: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
        for (file, (source, dialect, reading)) in self.files.iter().enumerate() {
            for entry in reading.effective(*dialect) {
                keys.entry(&entry.key.value).or_default().push((file, source.position(entry.key.span.start).line));
            }
        }
        keys.into_iter().filter(|(_, places)| places.len() < self.files.len()).collect()
    }

    /// Secrets that more than one file has: the keys and places of each.
    fn same_secrets(&self) -> Vec<Vec<(&str, Place)>> {
        let mut by_value: BTreeMap<&str, Vec<(&str, Place)>> = BTreeMap::new();
        for (file, (source, dialect, reading)) in self.files.iter().enumerate() {
            for entry in reading.effective(*dialect) {
                let place = (file, source.position(entry.key.span.start).line);
                for secret in secrets(&entry.key.value, entry.value.text().unwrap_or_default()) {
                    by_value.entry(secret).or_default().push((&entry.key.value, place));
                }
            }
        }
        let shared = |places: &Vec<(&str, Place)>| places.iter().any(|(_, (file, _))| *file != places[0].1.0);
        let mut found: Vec<_> = by_value.into_values().filter(shared).collect();
        found.sort_by_key(|places| places.iter().map(|(_, place)| *place).min());
        found
    }

    fn name(&self, file: usize) -> &str {
        &self.files[file].0.path
    }

    fn lacking(&self, places: &[Place]) -> Vec<&str> {
        let has = |file: usize| places.iter().any(|(other, _)| *other == file);
        (0..self.files.len()).filter(|file| !has(*file)).map(|file| self.name(file)).collect()
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (source, dialect, reading) in &self.files {
            if let Some(error) = &reading.error {
                let at = source.position(error.span.start);
                let (path, name) = (flat(&source.path), dialect.name());
                let _ = writeln!(
                    text,
                    "{path}:{}:{}  {name} gives up: {}",
                    at.line,
                    at.column,
                    secret::sentence(&error.message)
                );
            }
        }
        let missing = self.missing();
        for (key, places) in &missing {
            let (file, line) = places[0];
            let lacking = flat(&self.lacking(places).join(", "));
            let _ = writeln!(text, "{}:{line}  {}  is not in {lacking}", flat(self.name(file)), flat(&shown_name(key)));
        }
        let same = self.same_secrets();
        for places in &same {
            let named = |(key, (file, line)): &(&str, Place)| {
                flat(&format!("{} in {}:{line}", shown_name(key), self.name(*file)))
            };
            let list: Vec<String> = places.iter().map(named).collect();
            let _ = writeln!(text, "the same secret: {}", list.join(", "));
        }
        let (missing, same) = (count(missing.len(), "variable"), count(same.len(), "secret"));
        let _ = writeln!(text, "{missing} not in every file, {same} in more than one");
        text
    }

    /// For programs.
    pub fn json(&self) -> String {
        let place = |(file, line): &Place| json!({"file": self.name(*file), "line": line});
        let missing: Vec<_> = self
            .missing()
            .iter()
            .map(|(key, places)| {
                let set: Vec<_> = places.iter().map(place).collect();
                json!({"key": shown_name(key), "set_in": set, "missing_in": self.lacking(places)})
            })
            .collect();
        let same: Vec<_> = self
            .same_secrets()
            .iter()
            .map(|places| {
                let one = |(key, (file, line)): &(&str, Place)| {
                    json!({"key": shown_name(key), "file": self.name(*file), "line": line})
                };
                places.iter().map(one).collect::<Vec<_>>()
            })
            .collect();
        let refused: Vec<_> = self
            .files
            .iter()
            .filter_map(|(source, dialect, reading)| {
                let error = reading.error.as_ref()?;
                let at = source.position(error.span.start);
                let (path, name, message) = (&source.path, dialect.name(), secret::sentence(&error.message));
                Some(json!({"file": path, "dialect": name, "message": message, "line": at.line, "column": at.column}))
            })
            .collect();
        let files: Vec<&str> = self.files.iter().map(|(source, ..)| source.path.as_str()).collect();
        let object = json!({"files": files, "missing": missing, "same_secrets": same, "refused": refused});
        to_json(&object)
    }
}

/// The secrets of a value that are worth comparing: no reference, switch or placeholder.
fn secrets<'v>(key: &str, value: &'v str) -> Vec<&'v str> {
    let parts = if value.contains("://") {
        secret::url_passwords(value).into_iter().map(|range| value.cut(range)).collect()
    } else if secret::is_secret_name(key) || secret::looks_like_credential(value) {
        vec![value]
    } else {
        Vec::new()
    };
    parts.into_iter().filter(|part| !secret::is_no_secret(part) && !secret::is_placeholder(part)).collect()
}
