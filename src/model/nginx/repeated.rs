//! What nginx takes only once: settings, locations, upstreams, entries of maps.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::Level;
use super::problem::{Kind, Problem};
use crate::source::Span;
use crate::syntax::nginx::table::Repeat;
use crate::syntax::nginx::{Directive, Entry, Place};

/// What stands at each level already.
#[derive(Default)]
pub(super) struct Repeated {
    seen: HashMap<(Level, String), Span>,
    settings: HashMap<(Level, &'static str), (Span, &'static str, bool)>,
}

impl Repeated {
    /// A directive that stands where it may; what is wrong if nginx takes it only once.
    pub fn directive(&mut self, directive: &Directive, entry: &Entry, place: Place, level: Level) -> Option<Problem> {
        let named = match (entry.name, place) {
            ("location", Place::Server | Place::Location) => location(directive).map(|key| (key, "location")),
            ("upstream", Place::Http | Place::Stream) => {
                directive.arg(0).map(|name| (format!("upstream {}", name.to_ascii_lowercase()), "upstream"))
            }
            ("log_format", _) => directive.arg(0).map(|name| (format!("log_format {name}"), "log format")),
            (name, _) if entry.repeat == Repeat::First => {
                let zone = directive.args.iter().find(|word| word.value.starts_with("zone="));
                let first = zone.or(directive.args.first()).filter(|word| !word.is_placeholder());
                first.map(|word| (format!("{name} {}", word.value), "setting"))
            }
            _ => None,
        };
        if let Some((key, what)) = named {
            return self.first(level, key, directive.words(), format!("this {what} exists already"));
        }
        match entry.repeat {
            Repeat::Free | Repeat::First => None,
            Repeat::Once => self.setting(directive, entry, level, false),
            Repeat::Off => {
                let off = directive.arg(0) == Some("off") && directive.args.len() == 1;
                self.setting(directive, entry, level, !off)
            }
        }
    }

    /// An entry of a map.
    pub fn entry(&mut self, directive: &Directive, level: Level) -> Option<Problem> {
        let key = &*directive.name.value;
        let special = matches!(key, "hostnames" | "volatile" | "include") && directive.name.quote.is_none();
        if special || key.starts_with('~') || directive.args.is_empty() || directive.name.is_placeholder() {
            return None;
        }
        let key = match key.strip_prefix('\\') {
            Some(plain) => format!("= {}", plain.to_ascii_lowercase()),
            None if key == "default" => "default".to_owned(),
            None => format!("= {}", key.to_ascii_lowercase()),
        };
        let message = "this `map` has an entry for the same value already".to_owned();
        self.first(level, key, directive.name.span, message)
    }

    fn first(&mut self, level: Level, key: String, span: Span, message: String) -> Option<Problem> {
        match self.seen.entry((level, key)) {
            Slot::Occupied(first) => Some(
                Problem::new(Kind::Duplicate, span, message, "keep one of the two")
                    .beside(*first.get(), "the first one"),
            ),
            Slot::Vacant(free) => {
                free.insert(span);
                None
            }
        }
    }

    /// `many` is a value that may stand beside its like.
    fn setting(&mut self, directive: &Directive, entry: &Entry, level: Level, many: bool) -> Option<Problem> {
        let name = entry.name;
        // `root` and `alias` are one value in two spellings.
        let key = if entry.setter == "http_core_root" { "root" } else { name };
        let slot = self.settings.entry((level, key));
        let (first, other, beside) = match slot {
            Slot::Vacant(free) => {
                free.insert((directive.words(), name, many));
                return None;
            }
            Slot::Occupied(slot) => *slot.get(),
        };
        if many && beside {
            return None;
        }
        let message = if other == name {
            format!("`{name}` is set twice at the same level")
        } else {
            format!("`{name}` cannot stand beside `{other}`, they set the same thing")
        };
        let problem = Problem::new(Kind::Duplicate, directive.words(), message, "keep one of the two");
        Some(problem.beside(first, "it is set here already"))
    }
}

/// Exact and prefix locations; `^~` is a prefix too. Expressions and names may repeat.
fn location(directive: &Directive) -> Option<String> {
    if directive.args.iter().any(|word| word.is_placeholder()) {
        return None;
    }
    let (modifier, path) = match &directive.args[..] {
        [one] => match one.value.strip_prefix('=') {
            Some(path) => ("=", path),
            None => ("", one.value.strip_prefix("^~").unwrap_or(&one.value)),
        },
        [modifier, path] => (&*modifier.value, &*path.value),
        _ => return None,
    };
    let modifier = if modifier == "^~" { "" } else { modifier };
    let named = modifier.is_empty() && path.starts_with('@');
    (matches!(modifier, "" | "=") && !path.starts_with('~') && !named).then(|| format!("location {modifier} {path}"))
}
