//! What a program makes of an env file.

use std::collections::HashMap;

use super::{Decoded, Dialect};
use crate::source::{Source, Span, Spanned};
use crate::syntax::Fault;

/// The variables a program has in its environment before it reads a file.
#[derive(Clone, Default, Debug)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All variables, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The variables whose names start so, by name.
    pub fn starting_with(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        let mut found: Vec<_> = self.iter().filter(|(name, _)| name.starts_with(prefix)).collect();
        found.sort_unstable();
        found.into_iter()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Environment(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

/// What a program makes of a file.
#[derive(Clone, Default, Debug)]
pub struct Reading {
    /// The variables in the order they are set; what is set before an error is here, too.
    pub entries: Vec<Entry>,
    /// Where the program gives up, or complains and goes on.
    pub error: Option<Fault>,
}

/// A variable that a program sets.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, as the program has it.
    pub key: Spanned<String>,
    /// Its value.
    pub value: Value,
}

/// The value a program gives a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A text.
    Text(Decoded),
    /// The name without a value: not the empty text (`None` in Python, `null` in PHP).
    Null,
    /// The program runs a command of the file and takes what it prints; gonogo runs nothing. The place of the command.
    Output(Span),
}

impl Value {
    /// The text, if there is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(decoded) => Some(decoded.as_str()),
            Value::Null | Value::Output(_) => None,
        }
    }
}

impl Entry {
    /// A variable with a text.
    pub fn text(key: Spanned<String>, value: Decoded) -> Self {
        Entry { key, value: Value::Text(value) }
    }
}

impl Reading {
    /// A file the program refuses as a whole.
    pub fn refused(span: Span, message: impl Into<String>) -> Self {
        Reading { entries: Vec::new(), error: Some(Fault::new(span, message.into())) }
    }

    /// Shows bytes that are no UTF-8 as U+FFFD, where readers saw `?`.
    pub(super) fn restore(&mut self, source: &Source) {
        for entry in &mut self.entries {
            let place = entry.key.span.range();
            if source.text().get(place.clone()) == Some(entry.key.as_str()) {
                entry.key.value = String::from_utf8_lossy(&source.bytes()[place]).into_owned();
            }
            if let Value::Text(value) = &mut entry.value {
                *value = value.restore(source.bytes());
            }
        }
    }

    /// The variables that are in effect, each once, in the order of the lines that won.
    pub fn effective(&self, dialect: Dialect) -> Vec<&Entry> {
        let mut winner: HashMap<&str, usize> = HashMap::with_capacity(self.entries.len());
        for (index, entry) in self.entries.iter().enumerate() {
            let at = winner.entry(&entry.key.value).or_insert(index);
            if !dialect.first_wins() {
                *at = index;
            }
        }
        let wins = |(index, entry): &(usize, &Entry)| winner.get(entry.key.value.as_str()) == Some(index);
        self.entries.iter().enumerate().filter(wins).map(|(_, entry)| entry).collect()
    }
}
