//! What nginx takes only once: settings, locations, upstreams, entries of maps.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::problem::{Kind, Problem};
use super::{Expanded, Level, Node, matching};
use crate::source::Span;
use crate::syntax::nginx::table::Repeat;
use crate::syntax::nginx::{Directive, Entry, Id, Place};

/// What stands at each level already.
#[derive(Default)]
pub(super) struct Repeated<'a> {
    named: HashMap<(Level, Key<'a>), Span>,
    /// The settings of the levels that are being read.
    open: Vec<(Level, Vec<Setting>)>,
}

/// What makes two things of a level the same.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Exact(&'a str),
    Prefix(&'a str),
    Named(Id, Cow<'a, str>),
    Entry(Cow<'a, str>),
    Default,
}

struct Setting {
    key: Id,
    first: Span,
    name: &'static str,
    /// Whether its value may stand beside its like.
    many: bool,
}

impl<'a> Repeated<'a> {
    /// A directive that stands where it may; what is wrong if nginx takes it only once.
    pub fn directive(&mut self, index: u32, node: &Node<'a>, entry: &Entry, tree: &Expanded<'a>) -> Option<Problem> {
        let (directive, level) = (node.directive, node.parent);
        let named = match (entry.name, node.place) {
            ("location", Place::Server | Place::Location) => location(directive).map(|key| (key, "location")),
            ("upstream", Place::Http | Place::Stream) => {
                directive.args.first().map(|word| (Key::Named(directive.id, small(&word.value)), "upstream"))
            }
            ("log_format", _) => {
                directive.args.first().map(|word| (Key::Named(directive.id, Cow::Borrowed(&*word.value)), "log format"))
            }
            _ if entry.repeat == Repeat::First => {
                let zone = directive.args.iter().find(|word| word.value.starts_with("zone="));
                let first = zone.or(directive.args.first()).filter(|word| !word.is_placeholder());
                first.map(|word| (Key::Named(directive.id, Cow::Borrowed(&*word.value)), "setting"))
            }
            _ => None,
        };
        if let Some((key, what)) = named {
            return self.first(level, key, directive.words(), || format!("this {what} exists already"));
        }
        let off = || directive.args.len() == 1 && directive.arg(0) == Some("off");
        let many = match entry.repeat {
            Repeat::Free | Repeat::First => return None,
            Repeat::Once => false,
            Repeat::Off => !off(),
        };
        // Blocks that have ended, and those inside.
        let ended = |level: Level| level.is_some_and(|at| tree.nodes.get(at as usize).is_none_or(|n| n.end <= index));
        while self.open.last().is_some_and(|(open, _)| ended(*open)) {
            self.open.pop();
        }
        if self.open.last().is_none_or(|(open, _)| *open != level) {
            self.open.push((level, Vec::new()));
        }
        setting(&mut self.open.last_mut()?.1, directive, entry, many)
    }

    /// An entry of a map. Among `hostnames`, `.shop.example` is the name and all names below it.
    pub fn entry(&mut self, directive: &'a Directive, level: Level, hostnames: bool) -> Option<Problem> {
        let key = &*directive.name.value;
        let special = matches!(key, "hostnames" | "volatile" | "include") && directive.name.quote.is_none();
        if special || key.starts_with('~') || directive.args.is_empty() || directive.name.is_placeholder() {
            return None;
        }
        let key = match key.strip_prefix('\\') {
            Some(plain) => Key::Entry(small(plain)),
            None if key == "default" => Key::Default,
            None => Key::Entry(small(key)),
        };
        let message = || "this `map` has an entry for the same value already".to_owned();
        let both = match &key {
            Key::Entry(name) if hostnames => name.strip_prefix('.').map(str::to_owned),
            _ => None,
        };
        let Some(name) = both else { return self.first(level, key, directive.name.span, message) };
        let below = Key::Entry(Cow::Owned(format!("*.{name}")));
        let own = self.first(level, Key::Entry(Cow::Owned(name)), directive.name.span, message);
        let wildcard = self.first(level, below, directive.name.span, message);
        own.or(wildcard)
    }

    fn first(&mut self, level: Level, key: Key<'a>, span: Span, message: impl Fn() -> String) -> Option<Problem> {
        match self.named.entry((level, key)) {
            Slot::Occupied(first) => Some(
                Problem::new(Kind::Duplicate, span, message(), "keep one of the two")
                    .beside(*first.get(), "the first one"),
            ),
            Slot::Vacant(free) => {
                free.insert(span);
                None
            }
        }
    }
}

fn setting(known: &mut Vec<Setting>, directive: &Directive, entry: &Entry, many: bool) -> Option<Problem> {
    let name = entry.name;
    // `root` and `alias` are one value in two spellings.
    let key = if name == "alias" { Id::of("root") } else { directive.id };
    let Some(other) = known.iter().find(|setting| setting.key == key) else {
        known.push(Setting { key, first: directive.words(), name, many });
        return None;
    };
    if many && other.many {
        return None;
    }
    let message = if other.name == name {
        format!("`{name}` is set twice at the same level")
    } else {
        format!("`{name}` cannot stand beside `{}`, they set the same thing", other.name)
    };
    let problem = Problem::new(Kind::Duplicate, directive.words(), message, "keep one of the two");
    Some(problem.beside(other.first, "it is set here already"))
}

/// In small letters.
fn small(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Exact and prefix locations; `^~` is a prefix too. Expressions and names may repeat.
fn location(directive: &Directive) -> Option<Key<'_>> {
    if directive.args.iter().any(|word| word.is_placeholder()) {
        return None;
    }
    let (modifier, path) = matching::parts(directive)?;
    match modifier {
        "=" => Some(Key::Exact(path)),
        "^~" => Some(Key::Prefix(path)),
        "" if !path.starts_with('@') => Some(Key::Prefix(path)),
        _ => None,
    }
}
