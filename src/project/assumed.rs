//! What the configuration says of the world outside the project, so that nobody has to ask.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use time::Date;

use crate::source::Span;

/// What can be said of it.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Given {
    /// The platform, a shell or CI sets this variable.
    Variable,
    /// This host is found where the deployment runs.
    Host,
    /// This file is on the server.
    File,
    /// This is how Compose is started: the words behind `docker compose`.
    Compose,
    /// This is what the hosts run: a release of a distribution, or a version of nginx.
    System,
}

impl Given {
    /// All of them, in the order of the documentation.
    pub const ALL: [Given; 5] = [Given::Variable, Given::Host, Given::File, Given::Compose, Given::System];

    /// The key in a configuration.
    pub fn key(self) -> &'static str {
        match self {
            Given::Variable => "variables",
            Given::Host => "hosts",
            Given::File => "files",
            Given::Compose => "compose",
            Given::System => "systems",
        }
    }

    /// What is said of one of them.
    fn clause(self) -> &'static str {
        match self {
            Given::Variable => "is set",
            Given::Host => "is found",
            Given::File => "is there",
            Given::Compose => "is used",
            Given::System => "is what the hosts run",
        }
    }
}

/// One thing that is taken for granted.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// What it is about.
    pub given: Given,
    /// Which one.
    pub name: String,
    /// The last day it holds.
    pub until: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The configuration file it stands in.
    pub file: String,
    /// Where it is named there; the file of the span means nothing.
    pub span: Span,
}

/// What became of an assumption.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It answered a question.
    Used,
    /// Nothing asked for it.
    Unused,
    /// Its last day is over: it answers nothing any more.
    Ended(Date),
}

impl Assumption {
    /// `variable `X` is set`, for people.
    pub fn sentence(&self) -> String {
        let what = match self.given {
            Given::Variable => "variable",
            Given::Host => "host",
            Given::File => "file",
            Given::Compose => "command",
            Given::System => "system",
        };
        format!("{what} `{}` {}", self.name, self.given.clause())
    }

    fn holds(&self, today: Option<Date>) -> bool {
        self.until.zip(today).is_none_or(|(until, today)| until >= today)
    }
}

/// Everything that is taken for granted.
#[derive(Debug, Default)]
pub struct Assumed {
    list: Vec<Assumption>,
    /// Which of them answered something.
    used: Vec<AtomicBool>,
    by_name: HashMap<(Given, String), Vec<usize>>,
    today: Option<Date>,
}

/// A name as it is compared: hosts in any case, paths without `./`.
fn plain(given: Given, name: &str) -> String {
    match given {
        Given::Host => name.to_ascii_lowercase(),
        Given::File => name.strip_prefix("./").unwrap_or(name).to_owned(),
        Given::Variable | Given::Compose | Given::System => name.to_owned(),
    }
}

impl Assumed {
    /// Takes what a configuration says. What has ended today answers nothing.
    pub fn new(list: Vec<Assumption>, today: Date) -> Self {
        let mut by_name: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, one) in list.iter().enumerate() {
            by_name.entry((one.given, plain(one.given, &one.name))).or_default().push(index);
        }
        let used = list.iter().map(|_| AtomicBool::new(false)).collect();
        Assumed { list, used, by_name, today: Some(today) }
    }

    /// Whether a variable is set by something outside the project.
    pub fn variable(&self, name: &str) -> bool {
        self.answers(Given::Variable, name)
    }

    /// Whether a host is found where the deployment runs.
    pub fn host(&self, name: &str) -> bool {
        self.answers(Given::Host, name)
    }

    /// Whether a file is on the server; a path of the project, or one of the host.
    pub fn file(&self, path: &str) -> bool {
        self.answers(Given::File, path)
    }

    /// How Compose is started: the words behind `docker compose`, with the file that says so.
    pub fn compose(&self) -> impl Iterator<Item = &Assumption> {
        self.list.iter().filter(|one| one.given == Given::Compose && one.holds(self.today))
    }

    /// What the hosts run, as written.
    pub fn systems(&self) -> impl Iterator<Item = &str> {
        let all = self.list.iter().zip(&self.used);
        let here = all.filter(|(one, _)| one.given == Given::System && one.holds(self.today));
        here.map(|(one, used)| {
            used.store(true, Ordering::Relaxed);
            one.name.as_str()
        })
    }

    /// Each of them, and what became of it.
    pub fn standing(&self) -> impl Iterator<Item = (&Assumption, Standing)> {
        self.list.iter().zip(&self.used).map(|(one, used)| {
            let standing = match one.until {
                Some(until) if !one.holds(self.today) => Standing::Ended(until),
                // A command is no answer to one question: it says how all files are meant.
                _ if one.given == Given::Compose || used.load(Ordering::Relaxed) => Standing::Used,
                _ => Standing::Unused,
            };
            (one, standing)
        })
    }

    fn answers(&self, given: Given, name: &str) -> bool {
        if self.list.is_empty() {
            return false;
        }
        let found = self.by_name.get(&(given, plain(given, name))).into_iter().flatten();
        let mut any = false;
        for &index in found.filter(|&&index| self.list[index].holds(self.today)) {
            self.used[index].store(true, Ordering::Relaxed);
            any = true;
        }
        any
    }
}
