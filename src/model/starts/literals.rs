//! Secrets that are written into commands.

use super::step::Step;
use crate::model::Literal;
use crate::secret::{self, Holds};
use crate::source::{Cut, Spanned};
use crate::syntax::shell;

/// A secret that stands in a command.
#[derive(Clone, Debug)]
pub struct Written {
    /// The secret; called by the name of its variable, or of the program whose option it is.
    pub own: Literal,
    /// Whether it is an argument, which every user of the machine can see while the program runs.
    pub argument: bool,
}

impl Step {
    /// The secrets that stand in it: in assignments, behind options, in URLs.
    pub fn literals(&self) -> Vec<Written> {
        let mut found = Vec::new();
        for set in &self.sets {
            let (name, value) = &set.value;
            found.extend(named(name, value, set, name.len() + 1));
        }
        let exports = matches!(self.name(), "export" | "env" | "declare" | "readonly" | "local");
        let mut line = String::new();
        let mut starts = Vec::new();
        let contained = matches!(self.tool(), "docker" | "podman" | "docker-compose");
        let mut before = "";
        for word in &self.words {
            starts.push(line.len());
            line.push_str(&word.value);
            line.push(' ');
            let given = contained && matches!(before, "-e" | "--env");
            before = &word.value;
            if let Some((name, value)) = word.value.split_once('=').filter(|_| exports || given) {
                found.extend(named(name, value, word, name.len() + 1));
            }
            if let Some(range) = secret::url_passwords(&word.value).into_iter().next().filter(|_| !exports) {
                let value = Spanned::new(word.value.cut(range.clone()).to_owned(), part(word, range.start, range.end));
                let own = Literal { name: "URL".to_owned(), value, holds: Holds::Password };
                found.push(Written { own, argument: true });
            }
        }
        // `-p` is a password to `docker login` only.
        let options = !matches!(self.tool(), "docker" | "podman" | "docker-compose") || self.has("login");
        // What stands in front of the program, `docker exec`, has other options of the same letters.
        let own = self.words.iter().position(|word| shell::base_name(&word.value) == self.tool()).unwrap_or(0);
        let from = starts.get(own).copied().unwrap_or(0);
        let passwords = secret::passwords_of_command(line.cut(from..)).into_iter().filter(|_| options);
        for range in passwords.map(|range| range.start + from..range.end + from) {
            let at = starts.partition_point(|start| *start <= range.start).saturating_sub(1);
            let (Some(word), Some(start)) = (self.words.get(at), starts.get(at)) else { continue };
            // What was put in for a variable stands elsewhere.
            if self.plain.get(at) != Some(&true) {
                continue;
            }
            let value = line.cut(range.clone()).to_owned();
            let place = part(word, range.start - start, range.end - start);
            let value = Spanned::new(value, place);
            let own = Literal { name: self.tool().to_owned(), value, holds: Holds::Password };
            found.push(Written { own, argument: true });
        }
        // Expressions that take a URL apart look like one.
        let written = |value: &Spanned<String>| value.span.range().len() == value.value.len();
        let open = |value: &Spanned<String>| value.value.contains(['$', '`', '{', '<', '[', '\\', '*', '(']);
        found.retain(|literal| written(&literal.own.value) && !open(&literal.own.value));
        found
    }
}

fn named<T>(name: &str, value: &str, word: &Spanned<T>, from: usize) -> Option<Written> {
    let range = secret::url_passwords(value).into_iter().next();
    let (value, from, holds) = match range {
        Some(range) => (value.cut(range.clone()), from + range.start, Holds::Password),
        None => (value, from, secret::holds(name)?),
    };
    let length = word.span.range().len();
    // Quotes may stand around it; what is longer was put in for something else.
    let start = from + (length - from.min(length)).saturating_sub(value.len()).div_ceil(2).min(1);
    if length != start + value.len() + (start - from) {
        return None;
    }
    let span = word.span.slice(start, start + value.len());
    let own = Literal { name: name.to_owned(), value: Spanned::new(value.to_owned(), span), holds };
    Some(Written { own, argument: false })
}

/// A part of a word; all of it when it is not written as it is.
fn part(word: &Spanned<String>, from: usize, to: usize) -> crate::source::Span {
    let length = word.span.range().len();
    // Quotes around all of it.
    let quote = usize::from(length == word.value.len() + 2);
    if length == word.value.len() + 2 * quote { word.span.slice(from + quote, to + quote) } else { word.span }
}
