//! What may be shown of a model: a secret of one file can stand anywhere in what the files become.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::Composition;
use super::value::{Data, Field, Value};
use crate::secret;
use crate::source::{FileId, Source, Span};

/// Shorter secrets are not looked for inside other values: every text has them.
const SHORTEST: usize = 4;
/// So many bytes tell most secrets apart.
const START: usize = 16;
/// What looking for secrets in values may cost, in bytes; what costs more is hidden as a whole.
const MOST: usize = 1 << 28;

/// The secrets of a model.
pub struct Masked<'a> {
    sources: &'a dyn Fn(FileId) -> &'a Source,
    secrets: Vec<String>,
    /// The secrets by how they start, and that by its length.
    starts: BTreeMap<usize, HashMap<Vec<u8>, Vec<usize>>>,
    /// Whether there is too much to look for.
    all: bool,
}

impl<'a> Masked<'a> {
    /// Collects the secrets of a composition and of what it has become, whose sources hide theirs already.
    pub fn new(compose: &Composition, model: &Value, sources: &'a dyn Fn(FileId) -> &'a Source) -> Self {
        let mut masked = Masked { sources, secrets: Vec::new(), starts: BTreeMap::new(), all: false };
        masked.secrets.extend(compose.literals.iter().map(|literal| literal.value.value.clone()));
        for used in &compose.variables {
            let Some(value) = &used.value else { continue };
            let parts = secret::hidden_value(&used.name, &value.value).into_iter();
            masked.secrets.extend(parts.filter_map(|part| value.value.get(part).map(str::to_owned)));
            masked.secrets.extend(masked.pieces(value.span));
        }
        let mut size = 0;
        masked.collect("", model, &mut size);
        masked.secrets.retain(|secret| secret.len() >= SHORTEST && !secret::is_open(secret));
        masked.secrets.sort();
        masked.secrets.dedup();
        for (at, secret) in masked.secrets.iter().enumerate() {
            let start = &secret.as_bytes()[..secret.len().min(START)];
            masked.starts.entry(start.len()).or_default().entry(start.to_vec()).or_default().push(at);
        }
        let alike = masked.starts.values().flat_map(HashMap::values).map(Vec::len).max().unwrap_or(0);
        masked.all = alike.saturating_mul(size) > MOST;
        masked
    }

    fn collect(&mut self, key: &str, value: &Value, size: &mut usize) {
        for field in value.fields() {
            *size += field.key.value.len();
            self.collect(&field.key.value, &field.value, size);
        }
        value.items().iter().for_each(|item| self.collect(key, item, size));
        let Some(text) = value.text() else { return };
        *size += text.len();
        let parts = secret::hidden_value(key, &text).into_iter();
        self.secrets.extend(parts.filter_map(|part| text.get(part).map(str::to_owned)));
        self.secrets.extend(self.pieces(value.span));
    }

    /// What is hidden of a place.
    fn pieces(&self, at: Span) -> Vec<String> {
        let source = (self.sources)(at.file);
        if at.start == at.end {
            return Vec::new();
        }
        source.hidden_in(at.range(), &source.shown_in(at.range()))
    }

    /// The model with its secrets masked.
    pub fn apply(&self, value: &Value) -> Value {
        self.inside("", value)
    }

    fn inside(&self, key: &str, value: &Value) -> Value {
        let data = match &value.data {
            Data::Map(fields) => Data::Map(
                fields
                    .iter()
                    .map(|field| Field {
                        key: field.key.clone().map(|name| self.masked(&name, self.known(&name))),
                        value: self.inside(&field.key.value, &field.value),
                    })
                    .collect(),
            ),
            Data::List(items) => Data::List(items.iter().map(|item| self.inside(key, item)).collect()),
            data => match value.text() {
                Some(text) => {
                    let shown = self.masked(&text, self.hidden(key, &text, value.span));
                    if shown == text { data.clone() } else { Data::Text(shown) }
                }
                None => data.clone(),
            },
        };
        Value { data, ..value.clone() }
    }

    fn masked(&self, text: &str, ranges: Vec<Range<usize>>) -> String {
        if ranges.is_empty() { text.to_owned() } else { secret::mask(text, &ranges) }
    }

    /// Where known secrets are.
    fn known(&self, text: &str) -> Vec<Range<usize>> {
        if self.all {
            return std::iter::once(0..text.len()).collect();
        }
        let likely = self.starts.iter().flat_map(|(length, starts)| {
            let places = text.as_bytes().windows(*length).enumerate();
            places.filter_map(|(at, start)| Some((at, starts.get(start)?)))
        });
        likely
            .flat_map(|(at, secrets)| secrets.iter().map(move |secret| (at, self.secrets[*secret].as_bytes())))
            .filter(|(at, secret)| text.as_bytes()[*at..].starts_with(secret))
            .map(|(at, secret)| at..at + secret.len())
            .collect()
    }

    fn hidden(&self, key: &str, text: &str, at: Span) -> Vec<Range<usize>> {
        let mut ranges = secret::hidden_value(key, text);
        // What nobody can tell to be harmless stays hidden until somebody asks for it.
        ranges.extend(secret::unproved(text));
        ranges.extend(self.known(text));
        for piece in self.pieces(at) {
            // What is not read as it is written cannot be found in the value.
            if piece.contains(['\\', '\'', '"', '\n']) {
                return std::iter::once(0..text.len()).collect();
            }
            ranges.extend(found(text, &piece));
        }
        ranges
    }
}

fn found(text: &str, secret: &str) -> Vec<Range<usize>> {
    text.match_indices(secret).map(|(at, _)| at..at + secret.len()).collect()
}
