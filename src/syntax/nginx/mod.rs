//! nginx configuration files: a port of nginx's own reading rules that goes on after errors.

mod claim;
pub mod dump;
mod lexer;
mod lua;
mod parser;
pub mod table;
mod template;

pub use claim::claim;
pub use lexer::Quote;
pub use table::{Entry, Id, Place};
pub use template::{Template, shouts};

use super::{Fault, Tree, conflict};
use crate::source::{FileId, Source, Span};

/// A file as written. The directives stand in reading order, each before what its block holds.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// All directives, outer before inner.
    pub directives: Vec<Directive>,
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Span>,
    /// What nginx refuses to read. Empty for templates.
    pub faults: Vec<Fault>,
    /// Statements without `;` that nginx takes for arguments of the directive before, without a complaint.
    pub swallowed: Vec<Fault>,
    /// Whether braces do not match, so that nobody knows what stands where.
    pub unbalanced: bool,
    /// What fills the file in before nginx reads it.
    pub template: Option<Template>,
    /// Whether it holds variables in capitals (`$API_HOST`), which something may put in although its name does not say so.
    pub shouts: bool,
}

impl Tree for File {
    fn faults(&self) -> &[Fault] {
        &self.faults
    }

    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _: FileId) -> Vec<Span> {
        self.directives.iter().map(|directive| directive.span).collect()
    }
}

/// A directive with its arguments and block.
#[derive(Clone, Debug)]
pub struct Directive {
    /// From the name to `;` or the closing brace.
    pub span: Span,
    /// The name.
    pub name: Word,
    /// The number of the name.
    pub id: Id,
    /// The arguments.
    pub args: Box<[Word]>,
    /// The block.
    pub block: Option<Block>,
    /// The index of the directive whose block this one stands in.
    pub parent: Option<u32>,
    /// One past the index of the last directive inside the block.
    pub end: u32,
}

/// The braces of a directive.
#[derive(Copy, Clone, Debug)]
pub struct Block {
    /// From `{` to `}`, or to the end of the file.
    pub span: Span,
    /// Whether the content is code of another language (`content_by_lua_block`).
    pub raw: bool,
}

/// A word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// Where it is written, with quotes.
    pub span: Span,
    /// Its value: quotes removed, escapes decoded.
    pub value: Box<str>,
    /// The quote around it.
    pub quote: Option<Quote>,
    /// Whether something fills it in before nginx reads it.
    placeholder: bool,
    /// Whether there are variables in it.
    variables: bool,
}

impl Word {
    /// Whether its value is known only at run time or once a template is filled in.
    pub fn is_open(&self) -> bool {
        self.placeholder || self.variables
    }

    /// Whether there are variables in it.
    pub fn has_variables(&self) -> bool {
        self.variables
    }

    /// Whether something fills it in before nginx reads it. In a template that `envsubst` fills in every variable may be
    /// one of those; elsewhere it is nginx's own.
    pub fn is_placeholder(&self) -> bool {
        self.placeholder
    }
}

impl Directive {
    /// The argument that begins with a key (`zone=`), and what stands behind the key; not one with a placeholder.
    pub fn parameter<'a>(&'a self, key: &str) -> Option<(&'a Word, &'a str)> {
        let mut found = self.args.iter().filter_map(|word| Some((word, word.value.strip_prefix(key)?)));
        found.next().filter(|(word, _)| !word.is_placeholder())
    }

    /// The value of an argument, counted from 0.
    pub fn arg(&self, index: usize) -> Option<&str> {
        self.args.get(index).map(|word| &*word.value)
    }

    /// Whether this is a directive of that name. For one that is asked often, [`Directive::id`] is faster.
    pub fn is(&self, name: &str) -> bool {
        &*self.name.value == name
    }

    /// Whether its first argument is this header, as in `add_header` and `proxy_set_header`. Headers have no case.
    pub fn is_header(&self, name: &str) -> bool {
        self.arg(0).is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    /// The name and the arguments, without the end.
    pub fn words(&self) -> Span {
        self.args.last().map_or(self.name.span, |last| self.name.span.to(last.span))
    }
}

impl File {
    /// The directives that stand in no block, with their indices.
    pub fn top(&self) -> Children<'_> {
        Children { file: self, next: 0, end: self.directives.len() as u32 }
    }

    /// The directives that stand directly in the block of one.
    pub fn children(&self, index: u32) -> Children<'_> {
        let end = self.directives.get(index as usize).map_or(0, |directive| directive.end);
        Children { file: self, next: index + 1, end }
    }
}

/// Directives of one level, with their indices.
#[derive(Clone)]
pub struct Children<'a> {
    file: &'a File,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = (u32, &'a Directive);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        let directive = self.file.directives.get(index as usize)?;
        self.next = directive.end.max(index + 1);
        Some((index, directive))
    }
}

/// Parses a file. Never fails as a whole; takes time in proportion to the file's length.
pub fn parse(source: &Source) -> File {
    let mut file = parser::parse(source);
    if let Some(fault) = conflict::fault(source) {
        (file.faults, file.swallowed) = (vec![fault], Vec::new());
    }
    file
}
