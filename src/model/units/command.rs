//! Command lines of units (`config_parse_exec`): prefixes, words, `;` between commands.

use std::ops::Range;

use super::{Unit, is_placeholder};
use crate::source::{Cut, Span, Spanned};
use crate::syntax::Fault;
use crate::syntax::systemd::{self, Entry, Word};

/// The signs in front of a program: ignore failures, name it otherwise, no variables, full rights.
pub const PREFIXES: [char; 6] = ['-', '@', ':', '+', '!', '|'];

/// A command of a unit.
#[derive(Clone, Debug)]
pub struct Command {
    /// The key it is written at: `ExecStart`.
    pub key: String,
    /// All of it.
    pub span: Span,
    /// Whether its failure is ignored (`-`).
    pub ignored: bool,
    /// Whether it runs as root whatever `User=` says (`+`, `!`).
    pub privileged: bool,
    /// The program and its arguments as written, without quotes and prefixes; a word with a specifier that is not known
    /// stays as it is.
    pub words: Vec<Spanned<String>>,
    /// Which of the words are in quotes.
    pub quoted: Vec<bool>,
    /// Why systemd refuses it.
    pub fault: Option<Fault>,
}

impl Command {
    /// The words as text.
    pub fn argv(&self) -> Vec<String> {
        self.words.iter().map(|word| word.value.clone()).collect()
    }

    /// The program, if it is known.
    pub fn program(&self) -> Option<&Spanned<String>> {
        self.words.first().filter(|word| !is_placeholder(&word.value))
    }
}

/// Reads the commands of one assignment.
pub(super) fn read(unit: &Unit, entry: &Entry) -> Vec<Command> {
    let words = systemd::words(&entry.value.value);
    let place = |range: &Range<usize>| entry.value.span.slice(range.start, range.end);
    let lone = |word: &&Word| word.text == ";" && !word.quoted && word.range.len() == 1;
    let mut found: Vec<Command> = words
        .list
        .split(|word| lone(&word))
        .filter_map(|part| {
            let (first, last) = (part.first()?, part.last()?);
            Some(one(unit, entry, part, place(&(first.range.start..last.range.end))))
        })
        .collect();
    if let Some(open) = words.open {
        let message = "a quote has no end, and systemd does not take the command".to_owned();
        let fault = Fault::new(place(&open), message).help("add the quote that is missing");
        match found.last_mut().filter(|command| !command.ignored) {
            Some(last) => last.fault = last.fault.take().or(Some(fault)),
            None => found.push(Command { fault: Some(fault), ..empty(entry, entry.value.span) }),
        }
    }
    found
}

fn empty(entry: &Entry, span: Span) -> Command {
    let key = entry.key.value.clone();
    Command { key, span, ignored: false, privileged: false, words: Vec::new(), quoted: Vec::new(), fault: None }
}

fn one(unit: &Unit, entry: &Entry, part: &[Word], span: Span) -> Command {
    let mut command = empty(entry, span);
    for (at, word) in part.iter().enumerate() {
        let mut place = entry.value.span.slice(word.range.start, word.range.end);
        let mut text = word.text.as_str();
        if at == 0 {
            let count = signs(text);
            // `@APP_DIR@/node`: the sign opens a blank that is filled in before systemd sees it.
            let blank = text.cut(..count).rfind('@').filter(|at| is_placeholder(text.cut(*at..)));
            let (signs, program) = text.split_at(blank.unwrap_or(count));
            command.ignored = signs.contains('-');
            command.privileged = signs.contains(['+', '!']);
            if !word.quoted {
                place = place.slice(signs.len(), word.range.len());
            }
            text = program;
            command.fault = refused_program(unit, text, place, &entry.key.value);
        }
        match systemd::filled(text, &|sign| unit.specifier(sign)) {
            Err(range) if !is_placeholder(text) => {
                let sign = text.get(range.clone()).unwrap_or("%");
                let message = format!("`{sign}` stands for nothing in a unit, and systemd does not take the command");
                let span = if word.quoted || word.range.len() != text.len() {
                    place
                } else {
                    place.slice(range.start, range.end)
                };
                let fault = Fault::new(span, message).help(format!("write `%{sign}` for the sign itself"));
                command.fault = command.fault.take().or(Some(fault));
            }
            _ => {}
        }
        let filled = systemd::filled(text, &|sign| unit.specifier(sign)).ok().flatten();
        command.words.push(Spanned::new(filled.unwrap_or_else(|| text.to_owned()), place));
        command.quoted.push(word.quoted);
    }
    command
}

/// How many signs stand in front of a program: each once, of `+`, `!` and `!!` only one.
fn signs(text: &str) -> usize {
    let mut seen = String::new();
    for sign in text.chars().take_while(|sign| PREFIXES.contains(sign)) {
        let rights = seen.contains('+') || seen.contains("!!") || sign == '+' && seen.contains('!');
        if matches!(sign, '+' | '!') && rights || !matches!(sign, '+' | '!') && seen.contains(sign) {
            break;
        }
        seen.push(sign);
    }
    seen.len()
}

/// Why a program is none: neither a name that is looked for nor an absolute path.
fn refused_program(unit: &Unit, text: &str, place: Span, key: &str) -> Option<Fault> {
    // A specifier that is not known may make a path of it.
    let known = systemd::filled(text, &|sign| unit.specifier(sign)).ok().flatten();
    let program = match known {
        Some(known) => known,
        None if text.starts_with('%') || is_placeholder(text) => return None,
        None => text.to_owned(),
    };
    if is_placeholder(&program) {
        return None;
    }
    let fault = |message: String, help: &str| Some(Fault::new(place, message).help(help));
    if program.is_empty() {
        return fault(
            format!("`{key}=` names no program, and systemd does not take it"),
            "write the path of a program",
        );
    }
    if program.ends_with('/') {
        return fault(
            format!("`{key}=` names a directory, and systemd does not take it"),
            "write the path of a program",
        );
    }
    if program.starts_with('/') || !program.contains('/') && program != "." && program != ".." {
        return None;
    }
    let help = match program.starts_with(['~', '$']) {
        true => "write the whole path: the program itself is not expanded, and `%h` is the home of the service manager",
        false => "write the whole path, from `/`: `WorkingDirectory=` does not count for it",
    };
    fault(format!("the program of `{key}=` is no absolute path, and systemd does not take the command"), help)
}
