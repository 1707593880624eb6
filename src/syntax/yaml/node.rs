//! Reading the tree.

use std::collections::HashSet;
use std::ops::Range;

use super::scalar::{self, Scalar};
use super::{Data, File, Id, Kind, Style};
use crate::source::{Cut, Span, Spanned};

/// Longer chains of aliases than this cannot be written: an alias never names another one.
const ALIAS_STEPS: usize = 8;
/// Parts of longer scalars are not searched for, so that the work stays linear.
const LONGEST_SEARCH: usize = 16 * 1024;

/// A node of the tree. Accessors look through aliases; [`Node::span`] is the place the node itself is written at.
#[derive(Copy, Clone)]
pub struct Node<'a> {
    file: &'a File,
    id: Id,
}

/// One entry of a map.
#[derive(Copy, Clone, Debug)]
pub struct Entry<'a> {
    /// The key as written.
    pub key: Node<'a>,
    /// The value.
    pub value: Node<'a>,
    /// Whether it was taken over through a merge key (`<<`).
    pub merged: bool,
}

impl<'a> Entry<'a> {
    /// The key's text; `None` for a key that is a list or a map.
    pub fn name(&self) -> Option<&'a str> {
        self.key.as_str()
    }

    /// The key as text with its place.
    pub fn spanned_name(&self) -> Option<Spanned<String>> {
        Some(Spanned::new(self.name()?.to_owned(), self.key.span()))
    }

    /// Key and value together.
    pub fn span(&self) -> Span {
        self.key.span().to(self.value.span())
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {:?}", self.kind_name(), self.span())
    }
}

impl<'a> Node<'a> {
    pub(super) fn new(file: &'a File, id: Id) -> Self {
        Node { file, id }
    }

    fn written(self) -> &'a Data {
        self.file.data(self.id)
    }

    /// The node an alias stands for; any other node is itself.
    pub fn resolve(self) -> Node<'a> {
        let mut node = self;
        for _ in 0..ALIAS_STEPS {
            match node.written().kind {
                Kind::Alias(Some(id)) => node = Node { id, ..node },
                _ => break,
            }
        }
        node
    }

    fn data(self) -> &'a Data {
        self.resolve().written()
    }

    /// Where it is written: for an alias the `*name`, for quoted text with its quotes.
    pub fn span(self) -> Span {
        self.written().span
    }

    /// The bytes between the quotes, or the whole span where there are none.
    pub fn inner_span(self) -> Span {
        let span = self.span();
        match self.style() {
            Style::Quoted if !self.is_alias() && span.end - span.start >= 2 => {
                Span { start: span.start + 1, end: span.end - 1, ..span }
            }
            _ => span,
        }
    }

    /// The bytes of the decoded text, if every one of them is written as itself: no escapes, no folded lines.
    pub fn verbatim(self) -> Option<Span> {
        let inner = self.inner_span();
        (self.file.raw.get(inner.range()) == self.as_str()).then_some(inner)
    }

    /// Where a part of the decoded text is written; the whole node where that cannot be told.
    pub fn part(self, text: &str, range: &Range<usize>) -> Span {
        if let Some(inner) = self.verbatim() {
            return inner.slice(range.start, range.end);
        }
        let whole = self.span();
        let (Some(raw), Some(part)) = (self.file.raw.get(whole.range()), text.get(range.clone())) else { return whole };
        if part.is_empty() || raw.len() > LONGEST_SEARCH {
            return whole;
        }
        let before = text.cut(..range.start).matches(part).count();
        match raw.match_indices(part).nth(before) {
            Some((at, _)) => whole.slice(at, at + part.len()),
            None => whole,
        }
    }

    /// Whether `*name` is written here.
    pub fn is_alias(self) -> bool {
        matches!(self.written().kind, Kind::Alias(_))
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// The tag as resolved: `!reset`, `tag:yaml.org,2002:str`.
    pub fn tag(self) -> Option<&'a str> {
        self.data().tag.as_deref()
    }

    /// Whether it is a map.
    pub fn is_map(self) -> bool {
        matches!(self.data().kind, Kind::Map(_))
    }

    /// Whether it is a list.
    pub fn is_sequence(self) -> bool {
        matches!(self.data().kind, Kind::Sequence(_))
    }

    /// `null`, `~` or nothing at all.
    pub fn is_null(self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// What it is, for messages.
    pub fn kind_name(self) -> &'static str {
        match self.data().kind {
            Kind::Map(_) => "a map",
            Kind::Sequence(_) => "a list",
            Kind::Alias(_) => "an unknown alias",
            Kind::Scalar(..) => self.scalar().map_or("a value", |scalar| scalar.kind_name()),
        }
    }

    /// The decoded text of a scalar, whatever its type.
    pub fn as_str(self) -> Option<&'a str> {
        match self.data().kind {
            Kind::Scalar(start, end) => self.file.values.get(start as usize..end as usize),
            _ => None,
        }
    }

    /// A scalar with the type Compose's YAML reader gives it.
    pub fn scalar(self) -> Option<Scalar> {
        let text = self.as_str()?;
        Some(scalar::resolve(text, self.style() == Style::Plain, self.tag()))
    }

    /// A whole number, unquoted.
    pub fn as_int(self) -> Option<i64> {
        match self.scalar()? {
            Scalar::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The items of a list; nothing for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'a>> {
        let items = match &self.data().kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |&id| Node { id, ..self })
    }

    /// The entries of a map as written, merge keys and duplicates among them; nothing for anything else.
    pub fn written_entries(self) -> impl ExactSizeIterator<Item = Entry<'a>> {
        let entries = match &self.data().kind {
            Kind::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(move |&(key, value)| Entry {
            key: Node { id: key, ..self },
            value: Node { id: value, ..self },
            merged: false,
        })
    }

    /// The entries of a map with those of merge keys, each name once: the first written wins over later duplicates, and
    /// what is written wins over what is merged.
    pub fn entries(self) -> Entries<'a> {
        Entries::new(self)
    }

    /// The value of a key, through merge keys.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The entry of a key, through merge keys.
    pub fn entry(self, key: &str) -> Option<Entry<'a>> {
        let own = self.written_entries().find(|entry| entry.name() == Some(key) && key != "<<");
        own.or_else(|| {
            self.written_entries().any(Entry::is_merge).then(|| self.entries().find(|e| e.name() == Some(key)))?
        })
    }

    /// The value at a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Node<'a>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}

impl Entry<'_> {
    /// Whether this is a merge key: a plain `<<`.
    pub fn is_merge(self) -> bool {
        self.key.as_str() == Some("<<") && self.key.style() == Style::Plain
    }
}

/// The entries of a map and of the maps it merges. Every map is merged once, so that the work is bounded by the file.
pub struct Entries<'a> {
    current: Box<dyn Iterator<Item = Entry<'a>> + 'a>,
    /// Maps still to be merged, the next one last.
    waiting: Vec<Node<'a>>,
    seen: HashSet<&'a str>,
    visited: HashSet<Id>,
    merges: bool,
    merged: bool,
}

impl<'a> Entries<'a> {
    fn new(map: Node<'a>) -> Self {
        let mut entries = Entries {
            current: Box::new(map.written_entries()),
            waiting: Vec::new(),
            seen: HashSet::new(),
            visited: HashSet::new(),
            merges: map.written_entries().any(Entry::is_merge),
            merged: false,
        };
        if entries.merges {
            entries.visited.insert(map.resolve().id);
            entries.add_merges(map);
        }
        entries
    }

    fn add_merges(&mut self, map: Node<'a>) {
        let mut sources = Vec::new();
        for entry in map.written_entries().filter(|entry| entry.is_merge()) {
            if entry.value.is_sequence() {
                sources.extend(entry.value.items());
            } else {
                sources.push(entry.value);
            }
        }
        self.waiting.extend(sources.into_iter().rev());
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            while let Some(mut entry) = self.current.next() {
                if !self.merges {
                    return Some(entry);
                }
                let fresh = entry.name().is_none_or(|name| self.seen.insert(name));
                if !entry.is_merge() && fresh {
                    entry.merged = self.merged;
                    return Some(entry);
                }
            }
            let next = self.waiting.pop()?;
            if next.is_map() && self.visited.insert(next.resolve().id) {
                self.merged = true;
                self.add_merges(next);
                self.current = Box::new(next.written_entries());
            }
        }
    }
}
