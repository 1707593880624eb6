//! Command lines and scripts, as `/bin/sh` and bash cut them. Everything that a shell runs goes through this reader.
//!
//! Nothing is expanded or run: a word with `$` in it keeps it and says so ([`Word::expands`]). Ranges are bytes of the
//! text that was given; callers that know where the text stands turn them into spans. What no shell would read is read
//! as far as it goes: quotes, brackets and here-documents that are not closed end with the text.
//!
//! ```
//! use gonogo::syntax::shell;
//! let script = shell::read("cd app && TAG=1 docker compose up -d\n");
//! let up = &script.commands[1];
//! assert_eq!((up.program(), up.before.as_str(), up.assignments[0].name.as_str()), ("docker", "&&", "TAG"));
//! ```

mod argv;
mod lexer;
mod read;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use argv::{base_name, is_shell, operator_as_word, program, run, script};
pub use lexer::{stop, tokens, words};
pub use read::{DECLARES, read_as};

/// One word, quotes removed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Word {
    /// The word without quotes and escapes; what is put in for something else stands as written.
    pub text: String,
    /// Where it stands in the text, quotes included.
    pub range: Range<usize>,
    /// Whether the shell would put something else in its place: an unquoted or double-quoted `$` or a backtick.
    pub expands: bool,
    /// Whether any of it is in quotes or escaped: such a word is no reserved word and no option of the syntax.
    pub quoted: bool,
    /// What the shell puts in, in the order of the text.
    pub expansions: Vec<Expansion>,
}

/// A place in a word where the shell puts something in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expansion {
    /// Where it stands in [`Word::text`].
    pub at: Range<usize>,
    /// What is put in.
    pub what: Expanded,
    /// Whether it stands in double quotes: then it stays one word.
    pub quoted: bool,
}

/// What is put into a word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expanded {
    /// `$NAME`, `${NAME}`, with what stands behind the name in braces (`:-default`); `@`, `1`, `?` are names, too.
    Variable(String, String),
    /// `$(...)` or backticks: the scope its commands are in; `None` when they are nested too deep to be read.
    Commands(Option<usize>),
    /// What make puts in before the shell sees it: `$(NAME)`, `${NAME}`.
    Make(String),
    /// What another program puts in before the shell sees it: `{{ name }}`, `${{ name }}`.
    Template(String),
    /// `$((...))` and everything else.
    Other,
}

/// A piece of a command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// A word.
    Word(Word),
    /// `;`, `&`, `&&`, `|`, `||`, `(`, `)`, a line end, or a redirection such as `>`, `2>&1`, `<<`.
    Operator(String, Range<usize>),
}

/// A simple command of a script: a program with its arguments.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Command {
    /// `NAME=value` in front of the program, or alone.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments. Empty when there are only assignments or redirections.
    pub words: Vec<Word>,
    /// Where its input comes from and its output goes.
    pub redirects: Vec<Redirect>,
    /// The operator in front of it: `""` for the first one, else `;`, `&&`, `||`, `|`, `&`, `(`, a line end.
    pub before: String,
    /// Index of the innermost [`Scope`] it is in.
    pub scope: usize,
    /// Whether its result is a condition: of `if`, `while`, `until`, or behind `!`. The shell goes on when it fails.
    pub tested: bool,
}

/// `NAME=value`, `NAME+=value` or `NAME=(a b)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// Whether the value is added to what is there.
    pub adds: bool,
    /// The value: one word, or those in brackets.
    pub values: Vec<Word>,
    /// Whether it is a list.
    pub list: bool,
    /// All of it.
    pub range: Range<usize>,
}

/// A redirection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redirect {
    /// `>`, `2>`, `<<-`, ...
    pub operator: String,
    /// The file, the end of the here-document, or the text of `<<<`.
    pub target: Word,
    /// The text of a here-document.
    pub body: Option<Range<usize>>,
}

/// A part of a script that is run by itself, or not always.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// Index of the scope around it; the first one is its own.
    pub parent: usize,
    /// What it is.
    pub part: Part,
}

/// What a scope is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// The script.
    Whole,
    /// `{ ...; }`.
    Group,
    /// `( ... )`: what it changes ends with it.
    Subshell,
    /// `$( ... )` and its like, likewise.
    Substitution,
    /// `if` and `case`: not always run.
    Branch,
    /// `for`, `while`, `until`: run any number of times.
    Loop,
    /// The body of a function: run when it is called.
    Function(String),
}

/// A script as written.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Script {
    /// The simple commands. Those of a substitution stand in front of the command it belongs to. Reserved words are
    /// left out; heads of `for` and `case` are commands of that name.
    pub commands: Vec<Command>,
    /// The scopes; the first one is the whole script.
    pub scopes: Vec<Scope>,
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Range<usize>>,
}

/// Which program reads a text before the shell does, and what it puts in.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub enum Flavour {
    /// None.
    #[default]
    Plain,
    /// make: `$(NAME)`, `${NAME}`, `$$` for a dollar sign.
    Make,
    /// One that fills in `{{ name }}`: just, task, and templates in general.
    Braces,
}

impl Command {
    /// The program's name without its directory.
    pub fn program(&self) -> &str {
        base_name(self.words.first().map_or("", |word| word.text.as_str()))
    }

    /// All of it, from the first assignment to the last word.
    pub fn range(&self) -> Range<usize> {
        let starts = self.assignments.iter().map(|a| &a.range).chain(self.words.iter().map(|word| &word.range));
        let (first, last) = starts.fold((usize::MAX, 0), |(a, b), range| (a.min(range.start), b.max(range.end)));
        first.min(last)..last
    }
}

impl Script {
    /// The innermost substitution that a scope is in; `None` when it is in none.
    pub fn substitution(&self, mut scope: usize) -> Option<usize> {
        while let Some(inner) = self.scopes.get(scope).filter(|_| scope > 0) {
            if inner.part == Part::Substitution {
                return Some(scope);
            }
            scope = inner.parent;
        }
        None
    }

    /// Whether a scope is another one or inside of it.
    pub fn within(&self, mut scope: usize, outer: usize) -> bool {
        // A scope stands behind the one around it.
        while scope > outer {
            scope = self.scopes.get(scope).map_or(0, |inner| inner.parent);
        }
        scope == outer
    }
}

/// Reads a script. Linear in its length.
pub fn read(text: &str) -> Script {
    read_as(text, Flavour::Plain, false)
}

/// The simple commands of a script that have a program, in order, without those in substitutions.
pub fn commands(text: &str) -> Vec<Command> {
    let script = read(text);
    let mut apart = vec![false; script.scopes.len()];
    for (index, scope) in script.scopes.iter().enumerate() {
        apart[index] = scope.part == Part::Substitution || apart[scope.parent];
    }
    script.commands.into_iter().filter(|command| !command.words.is_empty() && !apart[command.scope]).collect()
}

/// `NAME=value` in front of a program.
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Whether a shell takes a text for the name of a variable.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
