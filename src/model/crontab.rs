//! Crontabs: what is run when, by whom.

use crate::model::starts::{self, Starts};
use crate::model::{Head, Meaning};
use crate::source::{FileId, Span};
use crate::syntax::crontab::{self, Entry, Line};

/// A crontab.
#[derive(Clone, Debug)]
pub struct Crontab {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// Whether its entries name a user: by its place, or because all of them do.
    pub of_system: bool,
    /// Settings and entries.
    pub lines: Vec<Line>,
    /// The last line, when it has no end.
    pub unended: Option<Span>,
    starts: Starts,
}

/// Users that a crontab of the system names.
const USERS: [&str; 10] =
    ["root", "www-data", "nobody", "postgres", "nginx", "app", "ubuntu", "deploy", "node", "mysql"];

impl Crontab {
    /// The view of one file.
    pub fn new(head: &Head, tree: &mut crontab::File) -> Self {
        let lines = std::mem::take(&mut tree.lines);
        let path = head.source.path.clone();
        let entries = || lines.iter().filter_map(entry);
        let named = |entry: &Entry| {
            let (user, command) = entry.split();
            // `node /app/clean.js` runs a program that is called like a user.
            let script = command.value.split_whitespace().next().is_some_and(|word| word.ends_with("js"));
            USERS.contains(&user.value) && !(user.value == "node" && script)
        };
        let of_system = crontab::is_of_system(&path) || entries().next().is_some() && entries().all(named);
        let starts = starts::of_crontab(head, &lines, of_system);
        Crontab { file: head.source.id, path, of_system, lines, unended: tree.unended, starts }
    }

    /// What it runs.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().filter_map(entry)
    }

    /// A setting by its name.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let own = |line: &'_ Line| matches!(line, Line::Setting(key, _) if key.value == name);
        self.lines.iter().rev().find(|line| own(line)).map(|line| match line {
            Line::Setting(_, value) => value.value.as_str(),
            Line::Entry(_) => "",
        })
    }
}

fn entry(line: &Line) -> Option<&Entry> {
    match line {
        Line::Entry(entry) => Some(entry),
        Line::Setting(..) => None,
    }
}

impl Meaning for Crontab {
    fn started(&self) -> Option<&Starts> {
        Some(&self.starts)
    }
}
