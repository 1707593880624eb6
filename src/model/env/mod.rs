//! Env files as the programs that load them see them.

mod assembled;
mod credentials;
mod facts;
mod kin;
mod leaks;
mod loading;
mod masked;
mod modes;
mod portable;
mod readings;
mod said;
mod url;

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::model::Head;
use crate::secret::{self, Holds};
use crate::source::{FileId, Span, Spanned};
use crate::syntax::dotenv::{self, Assignment, Dialect, Statement};

pub use assembled::{Assembled, Part};
pub use credentials::Credential;
pub use facts::{Address, EnvFacts, addresses};
pub use kin::Kin;
pub use loading::{Use, by_flag, is_usual_name, libraries, takes_paths};
pub use masked::{Masked, shown_name};
pub use modes::By;
pub use portable::{portable, repair, same_values};
pub use readings::{Divergence, Outcome, side_by_side};
pub use said::{is_false, is_pattern, is_switched_off, is_true, said_role, stage};
pub use url::{Url, broken_login, entries, is_placeholder_domain, percent_decoded, sqlite_file, urls};

/// One env file.
#[derive(Clone, Debug)]
pub struct EnvFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// Its text, which the statements are places in.
    text: Arc<String>,
    statements: Arc<Vec<Statement>>,
    /// What is known of each statement.
    notes: Vec<Note>,
    /// The last variable of each name, for files in which looking for one is work. Made when it is asked for.
    last: OnceLock<HashMap<String, usize>>,
    /// Which of them name somebody or something an attacker knows as well: users, databases, hosts, projects.
    identities: Box<[u32]>,
    /// Assignments that are commented out.
    commented: Vec<Statement>,
    /// Lines no program can read.
    lost: Vec<Span>,
    /// Lines that most likely belong to a value whose quote is never closed.
    tails: Vec<Span>,
    /// Whether it is no text at all: nothing can be said about what is in it.
    pub sealed: bool,
}

/// Of some variables those that count, with their values.
pub fn effective<'a>(vars: impl Iterator<Item = EnvVar<'a>>) -> impl Iterator<Item = (EnvVar<'a>, Spanned<&'a str>)> {
    vars.filter_map(|var| Some((var, var.known().filter(|_| !var.overridden)?)))
}

/// Whether a variable of this name holds the name of a user, a database, a host or a project.
pub fn is_identity(name: &str) -> bool {
    matches!(
        name.rsplit('_').next().unwrap_or(name),
        "USER" | "USERNAME" | "DB" | "DATABASE" | "NAME" | "HOST" | "LOGIN" | "DBNAME"
    )
}

/// As many variables are looked through faster than in a map.
const FEW: usize = 100;

/// A program that loads an env file.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Loader {
    /// How it reads the file.
    pub dialect: Dialect,
    /// Where the project says so; `None` when the policy, the file itself or nobody does.
    pub at: Option<Span>,
}

/// One variable: an assignment of a file with what the rest of it makes of it, or what a service is given.
#[derive(Copy, Clone, Debug)]
pub struct EnvVar<'a> {
    assignment: Assignment<'a>,
    /// Where the parts of the value are written, if that is not where the value stands.
    assembled: Option<&'a Assembled>,
    /// Whether a later assignment of the same key takes its place.
    pub overridden: bool,
    /// The value with `BLANK` in place of what is not known here, where that is no more than a part.
    partly: Option<Spanned<&'a str>>,
    /// What its name promises.
    pub holds: Option<Holds>,
    /// Whether the template beside the file has the same value, as far as that was asked: [`Kin::mark`].
    pub copied: bool,
}

/// What an assignment is besides its words.
#[derive(Copy, Clone, Debug)]
struct Note {
    overridden: bool,
    holds: Option<Holds>,
}

impl Note {
    fn new(key: &str) -> Self {
        Note { overridden: false, holds: secret::holds(key) }
    }
}

impl<'a> Deref for EnvVar<'a> {
    type Target = Assignment<'a>;

    /// Key, value and places are those of the assignment.
    fn deref(&self) -> &Assignment<'a> {
        &self.assignment
    }
}

impl<'a> EnvVar<'a> {
    fn new(assignment: Assignment<'a>, note: Note) -> Self {
        let Note { overridden, holds } = note;
        EnvVar { assignment, assembled: None, overridden, partly: None, holds, copied: false }
    }

    /// A variable that does not stand in an env file; no value: not known here. `copied`: see [`EnvVar::copied`].
    pub fn given(
        key: Spanned<&'a str>,
        value: Option<Spanned<&'a str>>,
        assembled: Option<&'a Assembled>,
        copied: bool,
    ) -> Self {
        let place = assembled.and_then(Assembled::place);
        let value = value.map(|value| Spanned::new(value.value, place.unwrap_or(value.span)));
        let note = Note::new(key.value);
        EnvVar { assembled, copied, ..EnvVar::new(Assignment::given(key, value), note) }
    }

    /// The same, of whose value only a part is known here.
    pub fn with_blanks(self, text: Spanned<&'a str>) -> Self {
        EnvVar { partly: self.value.is_none().then_some(text), ..self }
    }

    /// The value as far as it is known, with `BLANK` in place of the rest. A variable without a value has none.
    pub fn partly(&self) -> Option<Spanned<&'a str>> {
        self.known().or(self.partly)
    }

    /// The place of a part of the value; the key for a bare key.
    pub fn part(&self, range: std::ops::Range<usize>) -> Span {
        match (self.assembled, self.value.as_ref().or(self.partly.as_ref())) {
            (Some(assembled), Some(value)) => assembled.part(range).unwrap_or(value.span),
            (None, Some(value)) if self.value.is_none() => match value.span.range().len() == value.value.len() {
                true => value.span.slice(range.start, range.end),
                false => value.span,
            },
            _ => self.assignment.part(range),
        }
    }

    /// The values of variables that Compose put into this one.
    pub fn put_in(&self) -> impl Iterator<Item = &'a Part> {
        self.assembled.into_iter().flat_map(Assembled::put_in)
    }

    /// Whether the value does not stand in the file as it is: variables were put in.
    pub fn is_assembled(&self) -> bool {
        self.assembled.is_some()
    }

    /// Whether it is an item of a list, `- KEY=value`.
    pub fn is_list_item(&self) -> bool {
        let written = self.value.map(|value| value.span);
        written.is_some_and(|value| value.file == self.key.span.file && value.start == self.key.span.end + 1)
    }

    /// Whether the value is a default that an env file, which is not here, most likely replaces.
    pub fn is_mere_default(&self) -> bool {
        self.assembled.is_some_and(Assembled::is_mere_default)
    }

    /// Whether something of the value is written at a place as the value of another variable.
    pub fn comes_from(&self, place: Span) -> bool {
        self.assembled.is_some_and(|assembled| assembled.comes_from(place))
    }

    /// The value, if the file alone decides it.
    pub fn known(&self) -> Option<Spanned<&'a str>> {
        self.value.filter(|_| self.unset().is_empty())
    }
}

impl EnvFile {
    /// The view of one scanned file; takes what the tree need not keep.
    pub fn new(head: &Head, tree: &mut dotenv::File) -> Self {
        let source = head.source;
        let text = source.shared_text();
        let statements = Arc::clone(&tree.statements);
        let mut notes: Vec<Note> = statements.iter().map(|statement| Note::new(statement.key(&text))).collect();
        let mut seen = HashMap::with_capacity(statements.len().min(256));
        // A bare key takes nothing away from an assignment above it.
        for (index, statement) in statements.iter().enumerate().filter(|(_, statement)| !statement.is_bare()) {
            if let Some(earlier) = seen.insert(statement.key(&text), index) {
                notes[earlier].overridden = true;
            }
        }
        let identities = statements.iter().enumerate().filter(|(_, statement)| is_identity(statement.key(&text)));
        let identities = identities.map(|(at, _)| at as u32).collect();
        EnvFile {
            file: source.id,
            path: source.path.clone(),
            text,
            statements,
            notes,
            last: OnceLock::new(),
            identities,
            commented: std::mem::take(&mut tree.commented),
            lost: std::mem::take(&mut tree.lost),
            tails: std::mem::take(&mut tree.tails),
            sealed: tree.sealed.is_some(),
        }
    }

    /// Its variables in order; a key may occur more than once.
    pub fn vars(&self) -> impl DoubleEndedIterator<Item = EnvVar<'_>> + ExactSizeIterator {
        (0..self.statements.len()).map(|at| self.var(at))
    }

    fn var(&self, at: usize) -> EnvVar<'_> {
        EnvVar::new(self.statements[at].of(self.file, &self.text), self.notes[at])
    }

    /// Lines no program can read. Never print them.
    pub fn lost(&self) -> impl Iterator<Item = &str> {
        self.lost.iter().map(|line| self.text.get(line.range()).unwrap_or(""))
    }

    /// Assignments that are commented out.
    pub fn commented(&self) -> impl Iterator<Item = EnvVar<'_>> {
        self.commented.iter().map(|statement| {
            let assignment = statement.of(self.file, &self.text);
            EnvVar::new(assignment, Note::new(assignment.key.value))
        })
    }

    /// Whether the comment above a line, or in front of a place in it, says that what stands there is an example.
    pub fn is_example(&self, at: Span) -> bool {
        let before = self.text.get(..at.range().start).unwrap_or("");
        let mut lines = before.rsplit('\n').take(2);
        let (own, above) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        let says = |line: &str| {
            let words: Vec<String> = line.split(|c: char| !c.is_alphanumeric()).map(str::to_ascii_lowercase).collect();
            words.iter().any(|word| word == "example") || words.windows(2).any(|pair| pair == ["e", "g"])
        };
        says(own) || above.trim_start().starts_with('#') && !above.contains('=') && says(above)
    }

    /// What is written at a place of the file, quotes and all: to judge by, never to print. Messages quote what the
    /// source shows.
    pub fn written(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The same from a place to the end of its line.
    pub fn written_from(&self, span: Span) -> &str {
        self.text.get(span.start as usize..).and_then(|rest| rest.lines().next()).unwrap_or("")
    }

    /// The whole lines that a place of the file stands in, the end of the last one with them.
    pub fn lines(&self, span: Span) -> Span {
        let before = self.text.get(..span.start as usize).unwrap_or("");
        let behind = self.text.get(span.end as usize..).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = behind.find('\n').map_or(self.text.len(), |end| span.end as usize + end + 1);
        Span::new(span.file, start, end)
    }

    /// Whether lines end with a carriage return.
    pub fn has_windows_line_ends(&self) -> bool {
        self.text.contains("\r\n")
    }

    /// The assignment that wins for a key: the last one.
    pub fn get(&self, key: &str) -> Option<EnvVar<'_>> {
        let name = |statement: &Statement| statement.key(&self.text).to_owned();
        let at = if self.statements.len() <= FEW {
            self.statements.iter().rposition(|statement| statement.key(&self.text) == key)?
        } else {
            let named = || self.statements.iter().enumerate().map(|(at, one)| (name(one), at)).collect();
            *self.last.get_or_init(named).get(key)?
        };
        Some(self.var(at))
    }

    /// The assignments that count: the last of each key, with a value the file alone decides.
    pub fn effective(&self) -> impl Iterator<Item = (EnvVar<'_>, Spanned<&str>)> {
        effective(self.vars())
    }

    /// Assignments of the same key: each one that is overridden, with the one that takes its place.
    pub fn duplicates(&self) -> impl Iterator<Item = (EnvVar<'_>, EnvVar<'_>)> {
        let mut next: HashMap<&str, usize> = HashMap::new();
        let mut pairs = Vec::new();
        if self.notes.iter().any(|note| note.overridden) {
            for (index, statement) in self.statements.iter().enumerate().rev().filter(|(_, one)| !one.is_bare()) {
                if let Some(later) = next.insert(statement.key(&self.text), index) {
                    pairs.push((index, later));
                }
            }
        }
        pairs.into_iter().rev().map(|(first, later)| (self.var(first), self.var(later)))
    }

    /// Where to point at what the file lacks: its first statement, or its start.
    pub fn anchor(&self) -> Span {
        self.vars().next().map_or(Span::new(self.file, 0, 0), |var| var.key.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use crate::source::Source;

    pub(super) fn env(text: &str) -> (EnvFile, Source) {
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let mut tree = dotenv::parse(&source);
        let head = Head { source: &source, kind: Kind::Env };
        (EnvFile::new(&head, &mut tree), source)
    }

    #[test]
    fn the_last_assignment_counts() {
        let (env, _) = env("A=1\nB=2\nA=3\nA\n");
        let keys: Vec<_> = env.effective().map(|(var, value)| (var.key.value, value.value)).collect();
        assert_eq!(keys, [("B", "2"), ("A", "3")]);
        assert_eq!(env.duplicates().count(), 1);
    }
}
