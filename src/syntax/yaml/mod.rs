//! YAML as a tree that remembers where everything was written.
//!
//! The tree keeps what a value tree loses: order, duplicate keys, styles, comments, aliases. Aliases and merge keys
//! (`<<`) are edges, looked through on access and never expanded, so that a bomb of aliases costs what it weighs on disk.
//!
//! ```
//! use gonogo::source::{FileId, Source};
//! let source = Source::new(FileId(0), "a.yaml", b"base: &b {port: 80}\nweb:\n  <<: *b\n  tls: yes\n".to_vec());
//! let file = gonogo::syntax::yaml::parse(&source);
//! let web = file.root().unwrap().get("web").unwrap();
//! assert_eq!(web.get("port").unwrap().as_int(), Some(80));
//! ```

mod build;
mod node;
mod scalar;
#[cfg(test)]
mod tests;

pub use build::parse;
pub use node::{Entry, Node};
pub use scalar::Scalar;

use super::{Fault, Tree};
use crate::source::{Cut, FileId, Span, Spanned};

/// The documents of one YAML file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Span>,
    /// What could not be read, duplicate keys among it.
    pub faults: Vec<Fault>,
    /// Set when the file is a template of another language (`{{ }}`, `{% %}`): the first place that shows it. Then there
    /// is one fault at most, and nothing may be concluded from what is missing.
    pub template: Option<Span>,
    /// The text the file was parsed from.
    raw: String,
    /// The decoded text of all scalars, one after the other.
    values: String,
    nodes: Vec<Data>,
    roots: Vec<Id>,
}

/// Index of a node.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Id(u32);

/// How something is written.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Style {
    /// Without quotes, indented.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// After `|` or `>`; the span is the text below, without the sign.
    Block,
    /// In brackets or braces.
    Flow,
}

#[derive(Clone, Debug)]
struct Data {
    span: Span,
    style: Style,
    kind: Kind,
    tag: Option<Box<str>>,
    anchor: Option<Box<str>>,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A range of [`File::values`].
    Scalar(u32, u32),
    Map(Vec<(Id, Id)>),
    Sequence(Vec<Id>),
    /// What it stands for; `None` when no such anchor was written before.
    Alias(Option<Id>),
}

impl Tree for File {
    fn faults(&self) -> &[Fault] {
        &self.faults
    }

    fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// All map entries and sequence items with everything below them.
    fn nodes(&self, _: FileId) -> Vec<Span> {
        let mut spans = Vec::new();
        for node in &self.nodes {
            match &node.kind {
                Kind::Map(entries) => {
                    spans.extend(entries.iter().map(|&(key, value)| self.data(key).span.to(self.data(value).span)));
                }
                Kind::Sequence(items) => spans.extend(items.iter().map(|&item| self.data(item).span)),
                Kind::Scalar(..) | Kind::Alias(_) => {}
            }
        }
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        spans
    }
}

impl File {
    /// The version that the file says it is written in (`%YAML 1.2`), with the place of the line.
    pub fn version(&self, file: FileId) -> Option<Spanned<&str>> {
        let start = self.raw.len() - self.raw.trim_start_matches('\u{feff}').len();
        let mut at = start;
        for line in self.raw.cut(start..).split_inclusive('\n') {
            let text = line.trim_end();
            if let Some(version) = text.strip_prefix("%YAML ") {
                let version = version.split('#').next().unwrap_or("").trim();
                return Some(Spanned::new(version, Span::new(file, at, at + text.len())));
            }
            if !(text.is_empty() || text.starts_with(['#', '%'])) {
                return None;
            }
            at += line.len();
        }
        None
    }

    /// The content of the first document, if there is any.
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents().next()
    }

    /// The content of every document.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|&id| Node::new(self, id))
    }

    /// Where a path leads, as error messages write it: `rules.env/weak-secret.severity`, `checks[2].where` or
    /// `checks.2.where`. Keys may contain dots themselves. Gives the deepest part that exists: the value there, or the
    /// key when the path ends at an entry of the name. `None` only for an empty file.
    pub fn locate(&self, path: &str) -> Option<Span> {
        let mut node = self.root()?;
        let mut span = node.span();
        let mut rest = path.trim_start_matches('.');
        while !rest.is_empty() {
            let Some((key, next, after)) = step(node, rest) else { break };
            span = next.span();
            if let Some(key) = key
                && span.start == span.end
            {
                span = key;
            }
            (node, rest) = (next, after);
        }
        Some(span)
    }

    /// The place of a key in the map a path leads to (see [`File::locate`]).
    pub fn locate_key(&self, path: &str, key: &str) -> Option<Span> {
        let mut node = self.root()?;
        let mut rest = path.trim_start_matches('.');
        while !rest.is_empty() {
            let (_, next, after) = step(node, rest)?;
            (node, rest) = (next, after);
        }
        node.entry(key).map(|entry| entry.key.span())
    }

    fn data(&self, id: Id) -> &Data {
        &self.nodes[id.0 as usize]
    }
}

/// One step of [`File::locate`]: the key's span, the value, the rest of the path. The longest key that fits wins.
fn step<'a, 'p>(node: Node<'a>, path: &'p str) -> Option<(Option<Span>, Node<'a>, &'p str)> {
    let boundary = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
    let fits = |name: &str| path.strip_prefix(name).filter(|rest| boundary(rest));
    let entry = node
        .entries()
        .filter(|entry| entry.name().is_some_and(|name| fits(name).is_some()))
        .max_by_key(|entry| entry.name().map_or(0, str::len));
    if let Some(entry) = entry {
        let rest = fits(entry.name()?)?;
        return Some((Some(entry.key.span()), entry.value, rest.trim_start_matches('.')));
    }
    let text = path.trim_start_matches('[');
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let item = node.items().nth(text.get(..digits)?.parse().ok()?)?;
    Some((None, item, text.cut(digits..).trim_start_matches([']', '.'])))
}
