//! What may be shown of the values that loaders read: a secret can be moved by a reference or cut by a quote, and is
//! one all the same.

use std::ops::Range;

use crate::secret;
use crate::source::{Cut, Source};
use crate::syntax::dotenv::{Environment, Reading, Value};

/// Shorter secrets are not looked for inside other values: every text has them.
const SHORTEST: usize = 4;

/// Nobody calls a variable by more bytes.
const LONGEST_NAME: usize = 60;

/// The secrets that several readings of one file hold.
pub struct Masked<'a> {
    source: &'a Source,
    secrets: Vec<String>,
}

impl<'a> Masked<'a> {
    /// Collects the secrets of the readings of a file, whose own secrets are hidden already
    /// ([`crate::model::Meaning::secrets`]), and of the environment they were read in.
    pub fn new<'r>(
        source: &'a Source,
        environment: &Environment,
        readings: impl IntoIterator<Item = &'r Reading>,
    ) -> Self {
        let mut secrets: Vec<String> = Vec::new();
        let mut add = |name: &str, text: &str| {
            let parts = secret_parts(name, text).into_iter().filter(|part| part.len() >= SHORTEST);
            secrets.extend(parts.map(|part| text.cut(part).to_owned()));
        };
        for (name, value) in environment.iter() {
            add(name, value);
        }
        for entry in readings.into_iter().flat_map(|reading| &reading.entries) {
            add(&entry.key.value, entry.value.text().unwrap_or_default());
        }
        // The longest first: it may hold a shorter one.
        secrets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        secrets.dedup();
        Masked { source, secrets }
    }

    /// A key as it may be shown: what looks like one can be lines of a broken secret.
    pub fn key(&self, key: &str) -> String {
        let hidden = self.secrets.iter().any(|secret| key.contains(secret.as_str()));
        if hidden { stars(key) } else { shown_name(key) }
    }

    /// A value as it may be shown.
    pub fn value(&self, key: &str, value: &Value) -> String {
        let Value::Text(decoded) = value else { return String::new() };
        let text = decoded.as_str();
        let mut ranges = secret_parts(key, text);
        // What nobody can tell to be harmless stays hidden until somebody asks for it.
        ranges.extend(secret::unproved(text));
        for secret in &self.secrets {
            ranges.extend(text.match_indices(secret.as_str()).map(|(at, _)| at..at + secret.len()));
        }
        for (at, c) in text.char_indices() {
            let place = decoded.origin(at..at + c.len_utf8());
            if !place.is_empty() && self.source.hides(place) {
                ranges.push(at..at + c.len_utf8());
            }
        }
        let mut shown = String::with_capacity(text.len());
        ranges.sort_by_key(|range| range.start);
        let (mut next, mut end) = (ranges.iter().peekable(), 0);
        for (at, c) in text.char_indices() {
            while let Some(range) = next.next_if(|range| range.start <= at) {
                end = end.max(range.end);
            }
            shown.push(if at < end { '*' } else { c });
        }
        shown
    }
}

/// A name as it may be shown, whatever file it is from.
pub fn shown_name(name: &str) -> String {
    let lines = name.len() > LONGEST_NAME || name.contains(char::is_control);
    if lines || !secret::is_name(name) { stars(name) } else { name.to_owned() }
}

/// The parts of a value that are secret, by the variable's name and by their look.
fn secret_parts(name: &str, text: &str) -> Vec<Range<usize>> {
    secret::hidden_value(name, text)
}

fn stars(text: &str) -> String {
    "*".repeat(text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;
    use super::*;
    use crate::model::Meaning;
    use crate::syntax::dotenv::Dialect;

    #[test]
    fn secrets_are_hidden_wherever_a_loader_puts_them() {
        let text = "DB_PASSWORD=kanarie471\nURL=postgres://u:$DB_PASSWORD@db/x\nCOPY=a${DB_PASSWORD}b\nHOST=db\nOUT=$GIVEN_TOKEN\n";
        let (file, mut source) = env(text);
        source.hide(file.secrets());
        let environment = Environment::from_iter([("GIVEN_TOKEN", "kuckuck471")]);
        let reading = Dialect::Compose.read(&source, &environment);
        let masked = Masked::new(&source, &environment, [&reading]);
        let shown: Vec<String> = reading.entries.iter().map(|e| masked.value(&e.key.value, &e.value)).collect();
        assert_eq!(shown, ["**********", "postgres://u:**********@db/x", "a**********b", "db", "**********"]);
        assert_eq!(masked.key("XkanarIe"), "XkanarIe");
        assert_eq!(masked.key("kanarie471"), "**********");
        assert_eq!(masked.key("-----BEGIN X\nMIIabc"), "*******************");
    }
}
