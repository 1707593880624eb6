//! `set -a; . ./.env` in bash 5.2 and dash 0.5.12: the file is a script, read line by line and run. Nothing is executed
//! here: what only a running program could know has no value ([`Value::Output`]), and a program that nobody knows is
//! taken not to be there.

mod arithmetic;
mod expand;
mod parse;
mod pattern;
mod run;
mod scan;

use std::collections::HashMap;
use std::rc::Rc;

use super::xargs::READONLY;
use crate::source::{Cut, FileId, Source, Span, Spanned, budget};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};
use crate::syntax::shell::is_name;

/// What bash makes of a file.
pub(super) fn bash(source: &Source, environment: &Environment) -> Reading {
    read(source, environment, Kind::Bash)
}

/// What dash makes of a file.
pub(super) fn dash(source: &Source, environment: &Environment) -> Reading {
    read(source, environment, Kind::Dash)
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Kind {
    Bash,
    Dash,
}

fn read(source: &Source, environment: &Environment, kind: Kind) -> Reading {
    let mut shell = Shell {
        kind,
        file: source.id,
        environment,
        variables: HashMap::new(),
        functions: HashMap::new(),
        arguments: Vec::new(),
        entries: Vec::new(),
        error: None,
        status: Some(0),
        last: source.span().at_start(),
        allexport: true,
        errexit: false,
        nounset: false,
        unsure: 0,
        inner: 0,
        depth: 0,
        steps: 1 << 22,
        left: budget::MADE,
    };
    // NUL bytes are not there to a shell.
    let text = source.text();
    let mut decoded = Decoded::default();
    let mut from = 0;
    for nul in memchr::memchr_iter(0, text.as_bytes()) {
        decoded.push_written(text.cut(from..nul), from);
        from = nul + 1;
    }
    decoded.push_written(text.cut(from..), from);
    // Where it stopped, and why, is kept in the shell.
    let _ = shell.script(&Rc::new(decoded));
    if shell.status.is_some_and(|status| status != 0) {
        shell.fault(shell.last, "the last command of the file fails");
    }
    let exported = |entry: &Entry| {
        shell
            .variables
            .get(&entry.key.value)
            .is_some_and(|variable| variable.exported && !variable.array && !matches!(variable.value, Slot::Unset))
    };
    let entries = shell.entries.into_iter().filter(exported).collect();
    Reading { entries, error: shell.error }
}

/// Why a command does not come to its end.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Halt {
    /// The shell leaves the rest of the line out.
    Discard,
    /// The shell ends.
    Stop,
}

/// The value of a variable.
#[derive(Clone, Debug)]
enum Slot {
    Unset,
    Text(Decoded),
    Unknown(Span),
}

#[derive(Clone, Debug)]
struct Variable {
    value: Slot,
    exported: bool,
    readonly: bool,
    array: bool,
}

struct Shell<'a> {
    kind: Kind,
    file: FileId,
    environment: &'a Environment,
    variables: HashMap<String, Variable>,
    functions: HashMap<String, (Rc<Decoded>, Rc<parse::Command>)>,
    arguments: Vec<String>,
    entries: Vec<Entry>,
    error: Option<Fault>,
    status: Option<i32>,
    last: Span,
    allexport: bool,
    errexit: bool,
    nounset: bool,
    /// How many conditions that are not known stand around the command.
    unsure: usize,
    /// How many command substitutions stand around the command: what is set in there is not set here.
    inner: usize,
    depth: usize,
    /// Commands that may still run: loops end.
    steps: usize,
    left: usize,
}

impl Shell<'_> {
    /// Remembers the first complaint.
    fn fault(&mut self, span: Span, message: &str) {
        if self.unsure == 0 && self.error.is_none() {
            let shell = if self.kind == Kind::Bash { "bash" } else { "dash" };
            self.error = Some(Fault::new(span, message.replace("the shell", shell)));
        }
    }

    /// What an error in an expansion ends: in bash the line, in dash everything.
    fn fatal(&mut self) -> Halt {
        self.status = Some(1);
        if self.kind == Kind::Bash { Halt::Discard } else { Halt::Stop }
    }

    /// Whether a variable may be set; complains if not.
    fn writable(&mut self, name: &str, span: Span) -> bool {
        let locked = self.variables.get(name).is_some_and(|variable| variable.readonly)
            || self.kind == Kind::Bash && READONLY.contains(&name);
        if locked {
            self.fault(span, "a variable that the shell does not let be set");
        }
        !locked
    }

    /// Sets a variable.
    fn assign(&mut self, name: &str, span: Span, value: Slot) -> Result<(), Halt> {
        if !self.writable(name, span) {
            return Err(self.fatal());
        }
        self.set(name, span, value);
        Ok(())
    }

    fn set(&mut self, name: &str, span: Span, value: Slot) {
        if self.inner > 0 {
            return;
        }
        if let Some(array) = self.variables.get_mut(name).filter(|variable| variable.array) {
            array.value = value;
            return;
        }
        let value = if self.unsure > 0 { Slot::Unknown(span) } else { value };
        // Variables with a life of their own keep it.
        let value = match value {
            Slot::Text(_) if self.kind == Kind::Bash && LIVING.contains(&name) => Slot::Unknown(span),
            value => value,
        };
        let exported = self.allexport
            || self
                .variables
                .get(name)
                .map_or_else(|| self.environment.get(name).is_some(), |variable| variable.exported);
        let entry = match &value {
            Slot::Text(text) => Value::Text(text.clone()),
            Slot::Unknown(span) => Value::Output(*span),
            Slot::Unset => Value::Text(Decoded::default()),
        };
        self.entries.push(Entry { key: Spanned::new(name.to_owned(), span), value: entry });
        self.variables.insert(name.to_owned(), Variable { value, exported, readonly: false, array: false });
    }

    /// The value of a variable in front of what is appended.
    fn before(&self, name: &str) -> Slot {
        match self.variables.get(name) {
            Some(variable) => variable.value.clone(),
            None => self.environment.get(name).map_or(Slot::Unset, |value| {
                let mut text = Decoded::default();
                text.push_replaced(value, 0..0);
                Slot::Text(text)
            }),
        }
    }
}

/// Variables of bash that change by themselves whatever they are set to.
const LIVING: [&str; 6] = ["EPOCHREALTIME", "EPOCHSECONDS", "LINENO", "RANDOM", "SECONDS", "SRANDOM"];

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new(FileId(0), ".env", text.as_bytes().to_vec())
    }

    #[test]
    fn an_invisible_mark_is_named() {
        let reading = bash(&source("\u{feff}A=1\nB=2\n"), &Environment::default());
        assert!(reading.error.unwrap().message.starts_with("an invisible byte order mark stands in front: bash takes"));
    }

    #[test]
    fn places_go_through_quotes_escapes_and_references() {
        let text = "A=1\nexport K='x'\"\\$y$A\"$'\\n' L=${U:-d}\n";
        let source = source(text);
        let reading = bash(&source, &Environment::default());
        let value = |index: usize| match &reading.entries[index].value {
            Value::Text(value) => value,
            _ => panic!("no text"),
        };
        let at = |index: usize, range| &text[value(index).origin(range)];
        assert_eq!((value(1).as_str(), value(2).as_str()), ("x$y1\n", "d"));
        assert_eq!(
            (at(1, 0..1), at(1, 2..3), at(1, 3..4), at(1, 4..5)),
            ("x", "y", "$A", "$'\\n'".trim_matches(['$', '\'']))
        );
        assert_eq!(at(2, 0..1), "d");
        let keys: Vec<_> = reading.entries.iter().map(|entry| &text[entry.key.span.range()]).collect();
        assert_eq!(keys, ["A", "K", "L"]);
    }

    #[test]
    fn nothing_is_executed() {
        let text = "A=$(date)\nB=`cat /etc/passwd`\nC=x$RANDOM\nif git status; then D=1; fi\nE=1\n";
        let source = source(text);
        let reading = bash(&source, &Environment::default());
        let shown: Vec<_> = reading.entries.iter().map(|entry| (entry.key.as_str(), entry.value.text())).collect();
        assert_eq!(shown, [("A", None), ("B", None), ("C", None), ("D", None), ("E", Some("1"))]);
        let Value::Output(span) = &reading.entries[0].value else { panic!("a text") };
        assert_eq!(&text[span.range()], "$(date)");
    }

    #[test]
    fn the_environment_is_there_before_the_file() {
        let environment = [("HOME", "/h"), ("A", "a")].into_iter().collect();
        let source = source("K=~/x:$A\nA=${A}b\nL=$A\n");
        for reading in [bash(&source, &environment), dash(&source, &environment)] {
            let values: Vec<_> = reading.entries.iter().map(|entry| entry.value.text()).collect();
            assert_eq!(values, [Some("/h/x:a"), Some("ab"), Some("ab")]);
        }
    }

    #[test]
    fn loops_and_recursion_end() {
        for text in
            ["while true; do K=1; done", "f() { f; }\nf", "A=x\nwhile true; do A=$A$A; done", "eval 'eval \"eval a\"'"]
        {
            for reading in [bash(&source(text), &Environment::default()), dash(&source(text), &Environment::default())]
            {
                assert!(reading.error.is_some(), "{text}");
            }
        }
    }
}
