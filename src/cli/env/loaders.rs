//! One file as several programs read it.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use super::loaded;
use crate::model::env::{Masked, side_by_side};
use crate::report::{flat, to_json};
use crate::secret;
use crate::source::{Source, Span};
use crate::syntax::dotenv::{Dialect, Environment, Reading, Value};

/// The readings of a file.
pub struct Comparison<'a> {
    source: &'a Source,
    readings: Vec<(Dialect, Reading)>,
    masked: Masked<'a>,
}

/// A variable that is not read alike.
struct Difference<'r> {
    key: &'r str,
    /// Where it is written first.
    at: Span,
    /// What is seen, and by whom; most programs first. `None`: the variable is not set.
    seen: Vec<(Option<&'r Value>, Vec<Dialect>)>,
}

impl<'a> Comparison<'a> {
    /// Reads a file as each of the programs.
    pub fn new(source: &'a Source, dialects: &[Dialect], environment: &Environment) -> Self {
        let read = |dialect: &Dialect| (*dialect, dialect.read(source, environment));
        let readings: Vec<(Dialect, Reading)> = dialects.iter().map(read).collect();
        let masked = Masked::new(source, environment, readings.iter().map(|(_, reading)| reading));
        Comparison { source, readings, masked }
    }

    /// The variables that are not read alike by the programs that read the file, and how many are.
    fn differences(&self) -> (Vec<Difference<'_>>, usize) {
        let loading: Vec<&(Dialect, Reading)> =
            self.readings.iter().filter(|(_, reading)| reading.error.is_none()).collect();
        let mut by_key: BTreeMap<&str, (Span, BTreeMap<Dialect, &Value>)> = BTreeMap::new();
        for (dialect, reading) in &loading {
            for entry in reading.effective(*dialect) {
                let (at, values) = by_key.entry(&entry.key.value).or_insert((entry.key.span, BTreeMap::new()));
                *at = (*at).min(entry.key.span);
                values.insert(*dialect, &entry.value);
            }
        }
        let mut same = 0;
        let mut found = Vec::new();
        for (key, (at, values)) in by_key {
            let seen = side_by_side(loading.iter().map(|(dialect, _)| (*dialect, values.get(dialect).copied())));
            if seen.len() < 2 {
                same += 1;
            } else {
                found.push(Difference { key, at, seen });
            }
        }
        found.sort_by_key(|difference| difference.at);
        (found, same)
    }

    fn refusals(&self) -> impl Iterator<Item = (Dialect, &crate::syntax::Fault)> {
        self.readings.iter().filter_map(|(dialect, reading)| Some((*dialect, reading.error.as_ref()?)))
    }

    fn place(&self, span: Span) -> String {
        let at = self.source.position(span.start);
        format!("{}:{}:{}", flat(&self.source.path), at.line, at.column)
    }

    /// For people.
    pub fn text(&self) -> String {
        let (differences, same) = self.differences();
        let mut text = String::new();
        for difference in &differences {
            let _ = writeln!(text, "{}  {}", self.place(difference.at), flat(&self.masked.key(difference.key)));
            for (value, dialects) in &difference.seen {
                let _ = writeln!(text, "    {:32}  {}", self.shown(difference.key, *value), names(dialects));
            }
        }
        for (dialect, error) in self.refusals() {
            let _ = writeln!(
                text,
                "{}  {} gives up: {}",
                self.place(error.span),
                dialect.name(),
                secret::sentence(&error.message)
            );
        }
        let refusing = self.refusals().count();
        let _ = writeln!(
            text,
            "{} read alike, {} not; {} of {} programs cannot read the file",
            count(same, "variable"),
            differences.len(),
            refusing,
            self.readings.len()
        );
        text
    }

    fn shown(&self, key: &str, value: Option<&Value>) -> String {
        let Some(value) = value else { return "(not set)".to_owned() };
        let shown = self.masked.value(key, value);
        let length = count(shown.chars().count(), "character");
        // Stars alone do not show that something is cut off.
        if !shown.is_empty() && shown.chars().all(|c| c == '*') {
            return format!("(hidden, {length})");
        }
        let line = loaded::one_line(value, &shown);
        if shown.contains("**") { format!("{line} ({length})") } else { line }
    }

    /// For programs.
    pub fn json(&self) -> String {
        let (differences, same) = self.differences();
        let at = |span: Span| {
            let at = self.source.position(span.start);
            (at.line, at.column)
        };
        let keys: Vec<_> = differences
            .iter()
            .map(|difference| {
                let seen = difference.seen.iter().map(|(value, dialects)| {
                    let text = value.filter(|value| value.text().is_some());
                    json!({
                        "set": value.is_some(),
                        "value": text.map(|value| self.masked.value(difference.key, value)),
                        "dialects": dialects.iter().map(|dialect| dialect.name()).collect::<Vec<_>>(),
                    })
                });
                let (line, column) = at(difference.at);
                let key = self.masked.key(difference.key);
                json!({"key": key, "line": line, "column": column, "readings": seen.collect::<Vec<_>>()})
            })
            .collect();
        let refused: Vec<_> = self
            .refusals()
            .map(|(dialect, error)| {
                let (line, column) = at(error.span);
                json!({"dialect": dialect.name(), "message": secret::sentence(&error.message), "line": line, "column": column})
            })
            .collect();
        let object = json!({"file": self.source.path, "alike": same, "keys": keys, "refused": refused});
        to_json(&object)
    }
}

fn names(dialects: &[Dialect]) -> String {
    dialects.iter().map(|dialect| dialect.name()).collect::<Vec<_>>().join(", ")
}

/// `1 variable`, `2 variables`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
