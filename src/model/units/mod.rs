//! systemd's units: services, timers, sockets and paths, and what is put on top of them.

mod calendar;
mod command;
mod ignored;
mod refused;
mod sandbox;
mod time;
mod torn;
mod writes;

pub use command::{Command, PREFIXES};
pub use ignored::{Ignored, comment_in, ignored};
pub use refused::{Kind as RefusedKind, Refused, refused};
pub use time::seconds;
pub use torn::Torn;
pub use writes::Written;

use crate::model::starts::{self, Starts};
use crate::model::{Head, Literal, Meaning};
use crate::secret;
use crate::source::{Cut, FileId, Source, Span, Spanned};
use crate::syntax::systemd::{self, Entry, Section};
use crate::syntax::{Fault, shell};

/// What a unit is about.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum UnitType {
    /// `.service`
    Service,
    /// `.timer`
    Timer,
    /// `.socket`
    Socket,
    /// `.path`
    Path,
}

impl UnitType {
    /// The section of its own: `Service`.
    pub fn section(self) -> &'static str {
        match self {
            UnitType::Service => "Service",
            UnitType::Timer => "Timer",
            UnitType::Socket => "Socket",
            UnitType::Path => "Path",
        }
    }
}

/// A unit: one file, or with the drop-ins of the project on top of it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// Its name: `shop.service`. That of the unit it belongs to for a drop-in.
    pub name: String,
    /// What it is.
    pub kind: UnitType,
    /// Whether it is a part that is put on top of a unit.
    pub drop_in: bool,
    /// Whether nothing may be said to be missing from it: a template makes lines of it, or it could not be read.
    pub open: bool,
    /// The sections as written.
    pub sections: Vec<Section>,
    /// The lines that systemd ignores.
    pub strays: Vec<Fault>,
    /// Lines that were meant to be a part of the value above.
    pub torn: Vec<Torn>,
    /// Where systemd gives up on the file.
    pub broken: Option<Fault>,
    /// The variables of `Environment=`, in order.
    pub environment: Vec<(Spanned<String>, Spanned<String>)>,
    /// Secrets that stand in `Environment=` and on command lines: name, value, what the name promises.
    pub literals: Vec<Literal>,
    of_user: bool,
    starts: Starts,
}

impl Meaning for Unit {
    fn secrets(&self) -> Vec<Span> {
        let hidden = self.literals.iter().filter(|literal| !secret::is_open(&literal.value.value));
        hidden.map(|literal| literal.value.span).collect()
    }

    fn started(&self) -> Option<&Starts> {
        Some(&self.starts)
    }
}

impl Unit {
    /// The view of one file; takes the sections out of its tree, which keeps their places.
    pub fn new(head: &Head, tree: &mut systemd::File) -> Self {
        let source = head.source;
        let path = source.path.clone();
        let extends = systemd::extends(&path).map(str::to_owned);
        let name = extends.clone().unwrap_or_else(|| path.rsplit('/').next().unwrap_or_default().to_owned());
        let kind = match systemd::type_of(&path) {
            Some("timer") => UnitType::Timer,
            Some("socket") => UnitType::Socket,
            Some("path") => UnitType::Path,
            _ => UnitType::Service,
        };
        let starts = starts::of_unit(head, &tree.sections);
        let mut unit = Unit {
            file: source.id,
            path,
            name,
            kind,
            drop_in: extends.is_some(),
            open: tree.template || tree.broken.is_some() || source.budget.over().is_some(),
            sections: tree.sections.clone(),
            strays: tree.faults.clone(),
            torn: Vec::new(),
            broken: tree.broken.clone(),
            environment: Vec::new(),
            literals: Vec::new(),
            of_user: false,
            starts,
        };
        unit.torn = torn::find(&unit, source);
        unit.of_user = unit.find_user();
        unit.environment = unit.variables();
        unit.literals = unit.find_literals(source);
        unit
    }

    /// The same with drop-ins on top, in their order.
    pub fn with<'a>(&self, parts: impl Iterator<Item = &'a Unit>) -> Unit {
        let mut whole = self.clone();
        for part in parts {
            whole.sections.extend(part.sections.iter().cloned());
            whole.open |= part.open;
        }
        whole.of_user = whole.find_user();
        whole.environment = whole.variables();
        whole
    }

    /// Whether something stands in a line that was meant to be a part of the value above.
    pub fn is_torn(&self, place: Span) -> bool {
        self.torn.iter().any(|torn| torn.rest.contains(place))
    }

    /// The assignments of a key that count, in order: an empty one takes back what stands above it.
    pub fn all<'a>(&'a self, section: &str, key: &str) -> Vec<&'a Entry> {
        let mut found = Vec::new();
        for entry in self.sections.iter().filter(|own| own.name.value == section).flat_map(|own| &own.entries) {
            if entry.key.value == key {
                if entry.value.value.is_empty() {
                    found.clear();
                } else {
                    found.push(entry);
                }
            }
        }
        found
    }

    /// The assignment of a key that wins.
    pub fn last<'a>(&'a self, section: &str, key: &str) -> Option<&'a Spanned<String>> {
        self.all(section, key).pop().map(|entry| &entry.value)
    }

    /// The value of a key in `[Service]`, as text.
    pub fn service(&self, key: &str) -> Option<&str> {
        self.last("Service", key).map(|value| value.value.as_str())
    }

    /// Whether a switch of `[Service]` is on.
    pub fn is_on(&self, key: &str) -> bool {
        self.service(key).and_then(ignored::boolean) == Some(true)
    }

    /// The words of a list in a section, over all its assignments.
    pub fn list<'a>(&'a self, section: &str, key: &str) -> Vec<Spanned<&'a str>> {
        let of = |entry: &&'a Entry| {
            let value = &entry.value;
            let words = value.value.split_whitespace().map(|word| {
                let at = word.as_ptr() as usize - value.value.as_ptr() as usize;
                Spanned::new(word, value.span.slice(at, at + word.len()))
            });
            words.collect::<Vec<_>>()
        };
        self.all(section, key).iter().flat_map(of).collect()
    }

    /// The command lines of a key (`ExecStart`).
    pub fn commands(&self, key: &str) -> Vec<Command> {
        self.all(self.kind.section(), key).into_iter().flat_map(|entry| command::read(self, entry)).collect()
    }

    /// `Type=`, with what systemd takes when nobody says (`service_add_extras`).
    pub fn service_type(&self) -> &str {
        match self.service("Type") {
            Some(written) if ignored::is_service_type(written) => written,
            _ if self.service("BusName").is_some() => "dbus",
            _ if self.all("Service", "ExecStart").is_empty() => "oneshot",
            _ => "simple",
        }
    }

    /// Whether the unit is a pattern for several: `shop@.service`.
    pub fn is_template(&self) -> bool {
        self.name.contains("@.")
    }

    /// The section that has a key, and whose place an absence is told at.
    pub fn place(&self) -> Span {
        let own = self.sections.iter().find(|section| section.name.value == self.kind.section());
        own.or(self.sections.first()).map_or(Span::new(self.file, 0, 0), |section| section.name.span)
    }

    /// The user its programs run as; `None`: root.
    pub fn user(&self) -> Option<&Spanned<String>> {
        self.last("Service", "User").filter(|user| !matches!(user.value.as_str(), "root" | "0"))
    }

    /// Whether it belongs to the service manager of a user, which runs nothing as root.
    pub fn is_of_user(&self) -> bool {
        self.of_user
    }

    /// Says that the service manager of a user starts it.
    pub(crate) fn give_to_user(&mut self) {
        self.of_user = true;
    }

    fn find_user(&self) -> bool {
        let mut folders = self.path.split('/').rev().skip(1);
        // A target that only the manager of a user has to offer.
        let wanted = self.list("Install", "WantedBy");
        let of_user = |target: &str| matches!(target, "default.target" | "graphical-session.target");
        folders.any(|folder| folder == "user")
            || wanted.iter().any(|target| of_user(target.value)) && self.last("Service", "User").is_none()
    }

    /// What a specifier stands for, as far as the name of the unit tells.
    pub fn specifier(&self, sign: char) -> Option<String> {
        let stem = self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem);
        match sign {
            'n' if !self.is_template() => Some(self.name.clone()),
            'N' if !self.is_template() => Some(stem.to_owned()),
            'p' => Some(stem.split('@').next().unwrap_or(stem).to_owned()),
            't' if !self.is_of_user() => Some("/run".to_owned()),
            'S' if !self.is_of_user() => Some("/var/lib".to_owned()),
            'L' if !self.is_of_user() => Some("/var/log".to_owned()),
            'C' if !self.is_of_user() => Some("/var/cache".to_owned()),
            _ => None,
        }
    }

    /// A value with its specifiers put in; `None` when it is not known, or a person is to fill it in.
    pub fn filled(&self, value: &str) -> Option<String> {
        if is_placeholder(value) {
            return None;
        }
        systemd::filled(value, &|sign| self.specifier(sign)).ok().flatten()
    }

    /// The variables of `Environment=`: what is quoted stands without its quotes, and its place holds them.
    fn variables(&self) -> Vec<(Spanned<String>, Spanned<String>)> {
        let mut found = Vec::new();
        for entry in self.all("Service", "Environment") {
            let words = systemd::words(&entry.value.value);
            if words.open.is_some() {
                continue;
            }
            for word in words.list {
                let place = entry.value.span.slice(word.range.start, word.range.end);
                let Some((name, value)) = word.text.split_once('=').filter(|(name, _)| shell::is_name(name)) else {
                    continue;
                };
                let written = entry.value.value.cut(word.range.clone());
                let start = written.find('=').map_or(0, |at| at + 1);
                // `"A=b"` ends with the quote it begins with; `A="b"` holds both in its value.
                let end = written.len() - usize::from(written.starts_with(['"', '\'']));
                let quoted = written.cut(start..end).starts_with(['"', '\'']);
                let (start, end) = if quoted { (start + 1, end - 1) } else { (start, end) };
                let key = written.find(name).map_or(place, |at| place.slice(at, at + name.len()));
                found.push((
                    Spanned::new(name.to_owned(), key),
                    Spanned::new(value.to_owned(), place.slice(start.min(end), end)),
                ));
            }
        }
        found
    }

    fn find_literals(&self, source: &Source) -> Vec<Literal> {
        let mut found = Vec::new();
        let mut add = |name: &str, value: &Spanned<String>| {
            if value.value.is_empty() || is_placeholder(&value.value) || !source.budget.nodes(1, value.span) {
                return;
            }
            found.extend(Literal::find(name, value));
        };
        for (name, value) in &self.environment {
            add(&name.value, value);
        }
        for entry in self.sections.iter().flat_map(|section| &section.entries) {
            if !entry.key.value.starts_with("Exec") {
                continue;
            }
            let words = systemd::words(&entry.value.value).list;
            for (at, word) in words.iter().enumerate() {
                let place = |start: usize| entry.value.span.slice(start, word.range.end);
                let Some(option) = word.text.strip_prefix("--") else { continue };
                match option.split_once('=') {
                    Some((name, value)) if !word.quoted => {
                        let start = word.range.end - value.len();
                        add(name, &Spanned::new(value.to_owned(), place(start)));
                    }
                    None => {
                        if let Some(next) = words.get(at + 1).filter(|next| !next.text.starts_with('-')) {
                            let span = entry.value.span.slice(next.range.start, next.range.end);
                            add(option, &Spanned::new(next.text.clone(), span));
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        found.retain(|literal| !literal.value.value.starts_with(['$', '%']));
        found
    }
}

/// Whether a person or a template engine is to fill a value in.
pub fn is_placeholder(value: &str) -> bool {
    ["{{", "{%", "<%", "${{"].iter().any(|sign| value.contains(sign))
        || between(value, '<', '>')
        || value.split("__").skip(1).any(is_capitals)
        || value.split('/').next().is_some_and(|first| first.contains('_') && is_capitals(first))
        || between(value, '@', '@') && value.split('@').nth(1).is_some_and(is_capitals)
}

/// `PROJECT_DIR`
fn is_capitals(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// `<your user>`: a word between two signs that begins with a letter.
fn between(value: &str, open: char, close: char) -> bool {
    let Some((_, rest)) = value.split_once(open) else { return false };
    rest.split_once(close).is_some_and(|(name, _)| name.starts_with(|c: char| c.is_alphabetic()))
}
