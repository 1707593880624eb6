//! What a shell knows: its directory and its variables, as far as they are certain.

use std::collections::HashMap;

use super::place::Where;
use super::value::Variable;
use crate::source::Spanned;
use crate::syntax::shell::is_shell;

/// So many values that a variable may have are told apart.
const CHOICES: usize = 4;

/// What a shell knows.
#[derive(Clone)]
pub(super) struct State {
    pub(super) at: Where,
    pub(super) variables: HashMap<String, Variable>,
    pub(super) sourced: Vec<Spanned<String>>,
    /// `set -a`.
    pub(super) exporting: bool,
    /// `set -e`, `-o pipefail`, `-u`.
    pub(super) options: Options,
    /// The folder that a repository was cloned into: most likely this one.
    pub(super) cloned: Option<String>,
}

/// The options of a shell that decide what a failure does.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Options {
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    pub(super) nounset: bool,
}

impl Options {
    /// What the words behind `set`, or behind the name of a shell, change.
    pub(super) fn take<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        let mut named = None;
        for word in words {
            let sign = word.chars().next().unwrap_or(' ');
            if let Some(on) = named.take() {
                self.set(word, on);
                continue;
            }
            let Some(letters) = word.strip_prefix(['-', '+']).filter(|letters| !letters.is_empty()) else { return };
            if letters.starts_with('-') {
                continue;
            }
            for letter in letters.chars() {
                match letter {
                    'e' => self.errexit = sign == '-',
                    'u' => self.nounset = sign == '-',
                    'o' => named = Some(sign == '-'),
                    _ => {}
                }
            }
        }
    }

    /// Those that a command line gives to the shell it starts: `bash -euo pipefail -c SCRIPT`, with the script at `to`.
    pub(super) fn of_shell(words: &[&str], to: usize) -> Self {
        let mut options = Options::default();
        if let Some(shell) = words.iter().take(to).position(|word| is_shell(word)) {
            options.take(words.iter().take(to).skip(shell + 1).copied());
        }
        options
    }

    fn set(&mut self, name: &str, on: bool) {
        match name {
            "errexit" => self.errexit = on,
            "pipefail" => self.pipefail = on,
            "nounset" => self.nounset = on,
            _ => {}
        }
    }
}

impl State {
    pub(super) fn new() -> Self {
        State {
            at: Where::Start(String::new()),
            variables: HashMap::new(),
            sourced: Vec::new(),
            exporting: false,
            options: Options::default(),
            cloned: None,
        }
    }

    pub(super) fn set(&mut self, name: &str, values: Option<Vec<String>>, exported: bool) -> Option<Variable> {
        let exported = exported || self.exporting || self.variables.get(name).is_some_and(|old| old.exported);
        self.variables.insert(name.to_owned(), Variable { values, choices: Vec::new(), exported })
    }
}

/// What changes within a scope is undone behind it, or is not certain any more.
pub(super) struct Entered {
    pub(super) scope: usize,
    pub(super) at: Where,
    pub(super) options: Options,
    pub(super) sourced: usize,
    pub(super) log: usize,
    /// Whether it runs by itself, so that what it changes ends with it.
    pub(super) apart: bool,
    /// Whether it runs any number of times.
    pub(super) repeats: bool,
}

/// What changed in a scope is undone where it was run apart; where it may not have been run, it is not certain.
pub(super) fn leave(entered: Entered, state: &mut State, log: &mut Vec<(String, Option<Variable>)>) {
    if entered.apart {
        state.at = entered.at;
        state.options = entered.options;
        state.sourced.truncate(entered.sourced);
        for (name, old) in log.drain(entered.log.min(log.len())..).rev() {
            match old {
                Some(old) => state.variables.insert(name, old),
                None => state.variables.remove(&name),
            };
        }
        return;
    }
    if state.at != entered.at {
        state.at = Where::Unknown;
    }
    // First what it was, then what it is at the end.
    for (name, old) in log.iter().skip(entered.log) {
        let Some(now) = state.variables.get_mut(name) else { continue };
        let old = old.iter().flat_map(|old| old.values.iter().chain(&old.choices)).cloned().collect();
        now.may_be(old);
    }
    for (name, _) in log.iter().skip(entered.log) {
        let Some(now) = state.variables.get_mut(name) else { continue };
        let last = now.values.take();
        now.may_be(last.into_iter().collect());
        if entered.repeats {
            now.choices.clear();
        }
    }
}

impl Variable {
    fn may_be(&mut self, values: Vec<Vec<String>>) {
        for values in values {
            if !self.choices.contains(&values) && self.choices.len() < CHOICES {
                self.choices.push(values);
            }
        }
    }
}
