//! The pieces of a file that a shell runs: recipes, steps, units, schedules, commands in guides.

mod guide;
mod image;
mod recipes;
mod steps;
mod units;

use std::ops::Range;
use std::rc::Rc;

use super::dotenv::Dialect;
use super::shell::Flavour;
use crate::source::{Cut, Source, Span, Spanned};

pub use guide::{block, code, comments, is_shell_label};
pub use image::dockerfile;
pub use recipes::{justfile, makefile, procfile};
pub use steps::{package, steps};
pub use units::{beanstalk, crontab, supervisor, unit};

/// A text that a shell runs.
#[derive(Clone, Debug)]
pub struct Snippet {
    /// What the shell reads. Signs that are not for it (`@` in recipes, prompts, `>` in front of lines) are spaces.
    pub text: String,
    /// Where it is written.
    pub span: Span,
    /// What fills it in before the shell does.
    pub flavour: Flavour,
    /// Whether every byte of the text is one of the span.
    verbatim: bool,
    /// Where its parts stand that were put together: offset in the text, offset in the file.
    parts: Vec<(usize, usize)>,
    /// The directory it runs in, as written.
    pub directory: Option<Spanned<String>>,
    /// Variables it is given.
    pub given: Rc<[Given]>,
    /// Whether it goes on in the shell of the snippet before.
    pub continues: bool,
    /// Whether another machine runs it.
    pub remote: bool,
    /// Whether nothing that it starts is for users: the headings above it say so, or the machine is thrown away afterwards.
    pub tried: bool,
    /// The chapter of a guide that it belongs to, when a person is to type it on the server: one shell for all of them.
    pub chapter: Option<usize>,
}

/// A variable that something gives to a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Where.
    pub span: Span,
    /// The value as written; `None`: set, to what is not known.
    pub value: Option<String>,
}

/// What a file runs.
#[derive(Clone, Default, Debug)]
pub struct Snippets {
    /// The names that make, just or task put in.
    pub names: Vec<Given>,
    /// What is run, in the order of the file.
    pub list: Vec<Snippet>,
    /// The env files that the program itself reads before it runs anything.
    pub files: Vec<(Dialect, Spanned<String>)>,
    /// The files that a step without a shell copies to another machine, each by itself.
    pub sent: Vec<String>,
    /// The folders whose contents such a step copies, and to where.
    pub put: Vec<(String, String)>,
}

impl Snippet {
    fn new(text: String, span: Span, verbatim: bool) -> Self {
        let flavour = Flavour::Plain;
        Snippet {
            text,
            span,
            flavour,
            verbatim,
            parts: Vec::new(),
            directory: None,
            given: Rc::default(),
            continues: false,
            remote: false,
            tried: false,
            chapter: None,
        }
    }

    /// Where a range of the text stands in the file; all of the snippet where that cannot be told.
    pub fn place(&self, range: &Range<usize>) -> Span {
        if !self.parts.is_empty() {
            let offset = |at: usize| {
                let part = self.parts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
                self.parts.get(part).map_or(0, |(start, offset)| offset + at.saturating_sub(*start))
            };
            let start = offset(range.start);
            let end = if range.end > range.start { offset(range.end - 1) + 1 } else { start };
            return Span::new(self.span.file, start, end);
        }
        if self.verbatim { self.span.slice(range.start, range.end) } else { self.span }
    }
}

/// The whole file.
pub fn whole(source: &Source) -> Snippets {
    let text = source.text().to_owned();
    let span = Span::new(source.id, 0, text.len());
    Snippets { list: vec![Snippet::new(text, span, true)], ..Snippets::default() }
}

/// The lines of a text with their offsets, those that a backslash continues as one; line ends are left out.
fn joined(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let mut length = 0;
        loop {
            let line = memchr::memchr(b'\n', rest.cut(length..).as_bytes());
            let end = line.map_or(rest.len(), |line| length + line);
            let goes_on = line.is_some() && rest.cut(length..end).trim_end_matches('\r').ends_with('\\');
            length = end + 1;
            if !goes_on {
                let start = at;
                at += length.min(rest.len());
                return Some((start, rest.cut(..end)));
            }
        }
    })
}

/// A text with spaces in place of its first bytes.
fn blanked(text: &str, length: usize) -> String {
    let mut blank = " ".repeat(length.min(text.len()));
    blank.push_str(text.cut(length..));
    blank
}
