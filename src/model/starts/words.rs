//! What the words of a command are, with what the file itself says put in.

use std::cell::Cell;
use std::collections::HashMap;

use super::place::{Where, step};
use super::state::State;
use super::value::{self, LONGEST, Scene};
use super::walk::Walk;
use crate::source::{Span, Spanned, join};
use crate::syntax::shell::{Assignment, Command, Flavour, Script, Word};

/// The text that is read, and what it is called with.
pub(super) struct Shell<'a> {
    pub(super) script: &'a Script,
    pub(super) text: &'a str,
    pub(super) place: &'a dyn Fn(&std::ops::Range<usize>) -> Span,
    pub(super) arguments: Option<&'a [String]>,
    /// The commands of each scope.
    pub(super) scopes: &'a HashMap<usize, Vec<usize>>,
}

impl Shell<'_> {
    /// The commands that are in a scope themselves.
    pub(super) fn commands(&self, scope: usize) -> Vec<&Command> {
        let indexes = self.scopes.get(&scope).into_iter().flatten();
        indexes.filter_map(|&index| self.script.commands.get(index)).collect()
    }
}

impl Walk<'_> {
    fn scene<'s>(&'s self, shell: &'s Shell, state: &'s State, at: &Where) -> Scene<'s> {
        let root = |path: &str| format!("//{path}");
        let here = match at {
            Where::Project(path) => Some(root(path)),
            Where::Start(path) => match self.begin.directories.as_slice() {
                [only] => Some(root(&join(only, path))),
                _ => None,
            },
            Where::Outside(path) => Some(path.clone()),
            Where::Unknown => None,
        };
        Scene {
            variables: &state.variables,
            names: &self.begin.names,
            arguments: shell.arguments,
            file: root(self.begin.path),
            here,
            count: Cell::new(0),
        }
    }

    pub(super) fn word(&self, shell: &Shell, word: &Word, state: &State) -> Vec<String> {
        self.word_at(shell, word, state, &state.at)
    }

    fn word_at(&self, shell: &Shell, word: &Word, state: &State, at: &Where) -> Vec<String> {
        if word.expansions.is_empty() {
            return vec![word.text.clone()];
        }
        value::words(word, &self.scene(shell, state, at), &mut |scope| self.output(shell, scope, state, at))
    }

    pub(super) fn words(&self, shell: &Shell, words: &[Word], state: &State) -> Vec<Spanned<String>> {
        let mut all = Vec::new();
        for word in words {
            let span = (shell.place)(&word.range);
            all.extend(self.word(shell, word, state).into_iter().map(|text| Spanned::new(text, span)));
        }
        all
    }

    pub(super) fn assigned(&self, shell: &Shell, assignment: &Assignment, state: &State) -> Option<Vec<String>> {
        let mut values: Vec<String> = Vec::new();
        if assignment.list {
            values = assignment.values.iter().flat_map(|word| self.word(shell, word, state)).collect();
        } else if let Some(word) = assignment.values.first() {
            // A value is never cut into words.
            let mut whole = word.clone();
            whole.quoted = true;
            whole.expansions.iter_mut().for_each(|expansion| expansion.quoted = true);
            values.push(self.word(shell, &whole, state).concat());
        }
        if assignment.adds {
            let old = state.variables.get(&assignment.name)?.values.clone()?;
            let all = if assignment.list { [old, values].concat() } else { vec![old.concat() + &values.concat()] };
            // Appended to itself over and over, a value doubles.
            return (all.iter().map(|text| text.len() + 32).sum::<usize>() <= LONGEST).then_some(all);
        }
        Some(values)
    }

    /// What the commands of a substitution print, where that is a path that is known.
    fn output(&self, shell: &Shell, scope: usize, state: &State, at: &Where) -> Option<String> {
        if self.flavour == Flavour::Make {
            return None;
        }
        let mut at = at.clone();
        let commands = shell.commands(scope);
        // A path is made by few commands.
        if commands.len() > 8 {
            return None;
        }
        let mut commands = commands.into_iter().peekable();
        while let Some(command) = commands.next() {
            let words: Vec<String> =
                command.words.iter().flat_map(|word| self.word_at(shell, word, state, &at)).collect();
            let texts: Vec<&str> = words.iter().map(String::as_str).collect();
            let last = commands.peek().is_none();
            match texts.as_slice() {
                ["cd", options @ .., path] if options.iter().all(|option| option.starts_with('-')) => {
                    at = step(&at, path, self.begin);
                }
                ["pwd", ..] if last => return self.scene(shell, state, &at).here,
                ["dirname", path] | ["dirname", "--", path] if last => {
                    return Some(match path.rsplit_once('/') {
                        Some(("/", _)) => "//".to_owned(),
                        Some((dir, _)) => dir.to_owned(),
                        None => ".".to_owned(),
                    });
                }
                ["readlink" | "realpath", options @ .., path] if last && options.iter().all(|o| o.starts_with('-')) => {
                    return Some((*path).to_owned());
                }
                ["git", "rev-parse", "--show-toplevel"] if last => return Some("//".to_owned()),
                ["echo", text] if last => return Some((*text).to_owned()),
                _ => return None,
            }
        }
        None
    }
}
