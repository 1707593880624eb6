//! The commands of a file: each with its words, where it runs, and what happens when it fails.

use super::inside::{Inside, inside};
use super::{Place, Starts};
use crate::source::{Cut, Span, Spanned};
use crate::syntax::shell::{self, base_name};

/// A command that a file runs: of a script, a recipe, a step of a build server, a schedule, a unit.
#[derive(Clone, Debug)]
pub struct Step {
    /// From the first assignment to the last word.
    pub span: Span,
    /// Its words, quotes removed. What the same file says of a variable is put in; what is not known stays as written.
    pub words: Vec<Spanned<String>>,
    /// Which of them stand in the file as they are: nothing was put in.
    pub plain: Vec<bool>,
    /// The variables that its words give a default, or ask for: `${NAME:-x}`, `${NAME:?}`.
    pub minded: Vec<String>,
    /// `NAME=value` in front of it, or alone.
    pub sets: Vec<Spanned<(String, String)>>,
    /// Where its input comes from and its output goes.
    pub redirects: Vec<Redirected>,
    /// The directory it runs in.
    pub place: Place,
    /// The shell that runs it; commands of one are run one after the other.
    pub shell: u32,
    /// The part of the script it stands in.
    pub scope: u32,
    /// What joins it with the command in front.
    pub before: Joint,
    /// What joins it with the next one.
    pub after: Joint,
    /// What happens around it.
    pub flow: Flow,
    /// Another machine runs it.
    pub remote: bool,
    /// It stands in a script that runs inside of a container.
    pub contained: bool,
    /// What it runs inside of a container.
    pub inside: Option<Inside>,
    /// Where the program that counts stands: behind `sudo`, `env` and their like.
    pub program: usize,
}

/// A redirection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redirected {
    /// `>`, `2>`, `<<`, ...
    pub operator: String,
    /// The file, with what is known put in.
    pub target: Spanned<String>,
    /// The text of a here-document.
    pub body: Option<Spanned<String>>,
}

/// What stands between two commands.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub enum Joint {
    /// A line end, `;`, a bracket, or nothing.
    #[default]
    Next,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `&`
    Background,
}

/// What decides whether a command is run, and what its failure does.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct Flow {
    /// It is a condition.
    pub tested: bool,
    /// It stands in `if` or `case`.
    pub branch: bool,
    /// In a loop.
    pub repeated: bool,
    /// In a function.
    pub function: bool,
    /// In `$(...)`.
    pub substituted: bool,
    /// `set -e` counts.
    pub errexit: bool,
    /// `set -o pipefail` counts.
    pub pipefail: bool,
    /// `set -u` counts.
    pub nounset: bool,
}

impl Joint {
    pub(super) fn new(operator: &str) -> Self {
        match operator {
            "&&" => Joint::And,
            "||" => Joint::Or,
            "|" => Joint::Pipe,
            "&" => Joint::Background,
            _ => Joint::Next,
        }
    }
}

impl Redirected {
    /// Whether the output of the command is written to the file.
    pub fn writes(&self) -> bool {
        matches!(self.operator.as_str(), ">" | "1>" | ">|" | ">>" | "1>>" | "&>" | "&>>")
    }
}

/// A file that a here-document is written to: `cat > FILE <<END`, `cat <<END | sudo tee FILE`.
#[derive(Copy, Clone, Debug)]
pub struct WrittenHere<'a> {
    /// The file.
    pub target: &'a str,
    /// Whether it is added there.
    pub adds: bool,
    /// The word that ends the text; with quotes nothing in the text is expanded.
    pub word: &'a Spanned<String>,
    /// The text.
    pub body: &'a Spanned<String>,
}

/// The files that commands write here-documents to, each with the command that has the text.
pub fn written_here(steps: &[Step]) -> impl Iterator<Item = (&Step, WrittenHere<'_>)> {
    steps.iter().enumerate().filter_map(|(index, step)| {
        let here = step.redirects.iter().find(|redirect| redirect.body.is_some())?;
        let next = steps.get(index + 1).filter(|next| next.before == Joint::Pipe);
        let (target, adds) = step.output().or_else(|| next.and_then(Step::output))?;
        Some((step, WrittenHere { target, adds, word: &here.target, body: here.body.as_ref()? }))
    })
}

impl Step {
    /// Where the output of `cat` or `tee` goes, and whether it is added there.
    fn output(&self) -> Option<(&str, bool)> {
        match self.name() {
            "tee" => {
                let words = || self.argv().iter().skip(1).map(|word| word.value.as_str());
                let adds = words().any(|word| matches!(word, "-a" | "--append"));
                words().find(|word| !word.starts_with('-')).map(|target| (target, adds))
            }
            "cat" => self.redirects.iter().find_map(|redirect| match redirect.operator.as_str() {
                ">" | "1>" => Some((redirect.target.value.as_str(), false)),
                ">>" | "1>>" => Some((redirect.target.value.as_str(), true)),
                _ => None,
            }),
            _ => None,
        }
    }

    pub(super) fn find_program(&mut self) {
        let texts: Vec<&str> = self.words.iter().map(|word| word.value.as_str()).collect();
        self.program = shell::program(&texts);
        self.inside = inside(&self.words, self.program);
    }

    /// The program that counts and its arguments: behind `sudo`, `env` and their like.
    pub fn argv(&self) -> &[Spanned<String>] {
        self.words.get(self.program..).unwrap_or_default()
    }

    /// The name of the program that counts.
    pub fn name(&self) -> &str {
        base_name(self.argv().first().map_or("", |word| word.value.as_str()))
    }

    /// The same for what is run in the end, inside of a container if that is where it is.
    pub fn command(&self) -> &[Spanned<String>] {
        let Some(inside) = &self.inside else { return self.argv() };
        let words = self.words.get(inside.at..).unwrap_or_default();
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        words.get(shell::program(&texts)..).unwrap_or_default()
    }

    /// The name of the program that is run in the end.
    pub fn tool(&self) -> &str {
        base_name(self.command().first().map_or("", |word| word.value.as_str()))
    }

    /// The words behind the program that is run in the end.
    pub fn arguments(&self) -> &[Spanned<String>] {
        self.command().get(1..).unwrap_or_default()
    }

    /// Whether it is run as root by `sudo`, or as another user.
    pub fn is_by_sudo(&self) -> bool {
        self.words.first().is_some_and(|word| word.value == "sudo")
    }

    /// Whether one of the words is this one.
    pub fn has(&self, text: &str) -> bool {
        self.words.iter().any(|word| word.value == text)
    }

    /// Whether the first words behind the program are these.
    pub fn is(&self, name: &str, words: &[&str]) -> bool {
        self.name() == name
            && words.iter().zip(self.argv().iter().skip(1)).filter(|(a, b)| **a == b.value).count() == words.len()
    }

    /// Whether a short option is given, alone or among others: `v` in `-v`, `-fv`.
    pub fn has_short(&self, letter: char) -> bool {
        let short = |text: &str| text.starts_with('-') && !text.starts_with("--") && text.contains(letter);
        self.arguments().iter().any(|word| short(&word.value))
    }

    /// Whether the shell ends when it fails, or somebody looks at how it went. Neither is true of what feeds a pipe without
    /// `pipefail`.
    pub fn is_checked(&self) -> bool {
        let looked = self.flow.tested || matches!(self.after, Joint::And | Joint::Or);
        let heard = self.after != Joint::Pipe || self.flow.pipefail;
        heard && (looked || self.flow.errexit)
    }

    /// Whether it looks whether a program is there: `command -v psql`.
    pub fn looks_for(&self, program: &str) -> bool {
        let asks = |word: &Spanned<String>| matches!(word.value.as_str(), "command" | "which" | "type" | "hash");
        self.words.first().is_some_and(asks) && self.has(program)
    }

    /// The files that its output is written to.
    pub fn written(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.redirects.iter().filter(|redirect| redirect.writes()).map(|redirect| &redirect.target)
    }
}

/// A text with `*` for what the shell puts into it.
pub fn as_pattern(text: &str) -> String {
    let mut pattern = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '`']) {
        pattern.push_str(rest.cut(..at));
        rest = rest.cut(at..);
        let length = expansion(rest);
        if !pattern.ends_with('*') {
            pattern.push('*');
        }
        rest = rest.cut(length..);
    }
    pattern + rest
}

/// The length of the expansion that a text begins with.
fn expansion(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (open, close) = match bytes {
        [b'`', ..] => return memchr::memchr(b'`', bytes.get(1..).unwrap_or_default()).map_or(bytes.len(), |at| at + 2),
        [b'$', b'(', ..] => (b'(', b')'),
        [b'$', b'{', ..] => (b'{', b'}'),
        _ => return 1 + crate::cut::name_length(text.cut(1..)).max(usize::from(bytes.len() > 1)),
    };
    let mut depth = 0;
    for (at, byte) in bytes.iter().enumerate() {
        depth += usize::from(*byte == open);
        if *byte == close {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    bytes.len()
}

impl Starts {
    /// Adds a command, each once.
    pub(super) fn add(&mut self, mut step: Step) {
        let texts: Vec<&str> = step.words.iter().map(|word| word.value.as_str()).collect();
        if self.is_new(("step", step.span, texts)) {
            step.find_program();
            self.steps.push(step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_may_be_anything() {
        for (text, pattern) in [
            ("a", "a"),
            ("/b/db_$(date +%F).sql", "/b/db_*.sql"),
            ("/b/$NAME-${TAG:-x}$1`date`.gz", "/b/*-*.gz"),
            ("$(a $(b) c)d", "*d"),
            ("$", "*"),
            ("a$(b", "a*"),
        ] {
            assert_eq!(as_pattern(text), pattern, "{text}");
        }
    }
}
