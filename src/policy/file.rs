//! A pack or a configuration file as it is written, and where every part of it stands.
//!
//! The content is read with serde; what serde refuses is placed through the YAML tree, and said again without the
//! value it saw: a value is nobody's business but its author's.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_yaml::Value;

use super::near::nearest;
use crate::project::Given;
use crate::source::budget::{self, grouped};
use crate::source::{FileId, Source, Span};
use crate::syntax::yaml;

/// The content of a pack (`policies/*.yaml`) or of a project's `gonogo.yaml`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Written {
    /// The format: `gonogo/v1`.
    pub pack: Option<String>,
    /// The pack's name.
    pub id: Option<String>,
    /// What it is for, one line.
    pub title: Option<String>,
    /// Packs that come before this one.
    #[serde(deserialize_with = "or_empty")]
    pub extends: Vec<String>,
    /// `everyone`, `strict` or `audit`.
    pub audience: Option<String>,
    /// Rule ids and what is wanted of them.
    #[serde(deserialize_with = "or_empty")]
    pub rules: Pairs<RuleEntry>,
    /// Environments and what is different there.
    #[serde(deserialize_with = "or_empty")]
    pub environments: Pairs<EnvironmentEntry>,
    /// Configuration only: the packs in use.
    #[serde(deserialize_with = "or_empty")]
    pub packs: Vec<String>,
    /// Configuration only: which environment files belong to.
    #[serde(deserialize_with = "or_empty")]
    pub files: Pairs<Value>,
    /// Configuration only: files that are not looked at.
    #[serde(deserialize_with = "or_empty")]
    pub exclude: Vec<String>,
    /// Configuration only: accepted findings.
    #[serde(deserialize_with = "or_empty")]
    pub waivers: Vec<WaiverEntry>,
    /// Configuration only: what is taken for granted.
    #[serde(deserialize_with = "or_empty")]
    pub assume: Vec<AssumeEntry>,
    /// Configuration only: what people say of the requirements of a release.
    #[serde(deserialize_with = "or_empty")]
    pub attest: Vec<AttestEntry>,
    /// Configuration only: what is true of certificates here.
    #[serde(deserialize_with = "or_empty")]
    pub tls: TlsEntry,
    /// Configuration only: the mildest severity that stops a deployment.
    pub fail_on: Option<String>,
    /// Configuration only: effects of which no question may be left open.
    pub fail_on_unknown: Option<Vec<String>>,
}

/// What is true of certificates here.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsEntry {
    /// Files with the roots that clients have besides the public ones.
    #[serde(deserialize_with = "or_empty")]
    pub roots: Vec<String>,
}

/// A severity, or a severity and parameters.
#[derive(Debug)]
pub enum RuleEntry {
    /// `env/debug-on: high`
    Word(String),
    /// `env/weak-secret: { severity: high, min_secret: 40 }`
    Full(Vec<(String, Value)>),
}

/// What is different in an environment.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EnvironmentEntry {
    /// The highest severity there, or `off`.
    pub cap: Option<String>,
    /// Rules the cap does not touch.
    #[serde(deserialize_with = "or_empty")]
    pub keep: Vec<String>,
}

/// An accepted finding.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverEntry {
    /// The rule.
    pub rule: String,
    /// A glob of files.
    pub path: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day it holds.
    pub until: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// What is taken for granted about the world outside the project.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssumeEntry {
    /// Variables that the platform sets.
    #[serde(default, deserialize_with = "or_empty")]
    pub variables: Vec<String>,
    /// Hosts that are found.
    #[serde(default, deserialize_with = "or_empty")]
    pub hosts: Vec<String>,
    /// Files that the server has.
    #[serde(default, deserialize_with = "or_empty")]
    pub files: Vec<String>,
    /// How Compose is started: the words behind `docker compose`.
    #[serde(default, deserialize_with = "or_empty")]
    pub compose: Vec<String>,
    /// What the hosts run: a release of a distribution, or a version of nginx.
    #[serde(default, deserialize_with = "or_empty")]
    pub systems: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day it holds.
    pub until: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// What somebody says of a requirement that no file can show.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestEntry {
    /// The requirement, by its name on the board.
    pub control: String,
    /// Who says it.
    pub by: String,
    /// What was done, or why it does not apply.
    pub reason: String,
    /// The last day it holds.
    pub until: Option<String>,
    /// `false`: it does not apply here.
    pub applies: Option<bool>,
}

impl AssumeEntry {
    /// What it says of one kind of thing.
    pub fn of(&self, given: Given) -> &[String] {
        match given {
            Given::Variable => &self.variables,
            Given::Host => &self.hosts,
            Given::File => &self.files,
            Given::Compose => &self.compose,
            Given::System => &self.systems,
        }
    }
}

/// The entries of a map in the order they are written.
#[derive(Debug)]
pub struct Pairs<T>(pub Vec<(String, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Pairs(Vec::new())
    }
}

/// A key with nothing behind it (all its entries commented out) is an empty list.
fn or_empty<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrder<T> {
            type Value = Pairs<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(InOrder(PhantomData))
    }
}

impl<'de> Deserialize<'de> for RuleEntry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RuleEntry;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a severity, or a map with `severity` and the rule's parameters")
            }

            fn visit_str<E>(self, word: &str) -> Result<RuleEntry, E> {
                Ok(RuleEntry::Word(word.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleEntry, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RuleEntry::Full(entries))
            }
        }
        from.deserialize_any(Either)
    }
}

/// Something wrong in a pack or a configuration.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Problem {
    /// The file, or `pack NAME`.
    pub name: String,
    /// Line and column, from 1, if there is a place.
    pub at: Option<(u32, u32)>,
    /// What is wrong, and the nearest valid name.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.name, self.message),
            None if self.name.is_empty() => f.write_str(&self.message),
            None => write!(f, "{}: {}", self.name, self.message),
        }
    }
}

/// A file with its tree, for placing what is said about it.
#[derive(Debug)]
pub struct Placed {
    source: Source,
    tree: yaml::File,
}

impl Placed {
    /// Reads a file called `name`.
    ///
    /// # Errors
    /// Everything that keeps it from being read.
    pub fn read(name: &str, bytes: Vec<u8>) -> Result<(Written, Placed), Vec<Problem>> {
        let source = Source::new(FileId(0), name, bytes);
        let tree = yaml::parse(&source);
        let placed = Placed { source, tree };
        if !placed.tree.faults.is_empty() {
            return Err(placed.tree.faults.iter().map(|fault| placed.problem(fault.span, &fault.message)).collect());
        }
        if let Some(over) = placed.source.budget.over() {
            return Err(vec![placed.problem(over.at, over.message(placed.source.lines()))]);
        }
        if let Some(second) = placed.tree.documents().nth(1) {
            return Err(vec![
                placed.problem(second.span(), "only one document may be in this file, and `---` starts another"),
            ]);
        }
        if placed.tree.root().is_none_or(yaml::Node::is_null) {
            return Ok((Written::default(), placed));
        }
        match serde_yaml::from_str::<Written>(placed.source.text()) {
            Ok(written) => match placed.beyond(&written) {
                Some(problem) => Err(vec![problem]),
                None => Ok((written, placed)),
            },
            Err(error) => Err(vec![placed.refused(&error)]),
        }
    }

    /// More entries than are tried on every path and every finding, or words in all.
    fn beyond(&self, written: &Written) -> Option<Problem> {
        let most = grouped(budget::PATTERNS);
        let keys = [
            ("files", written.files.0.len()),
            ("exclude", written.exclude.len()),
            ("waivers", written.waivers.len()),
            ("assume", written.assume.len()),
            ("attest", written.attest.len()),
            ("tls", written.tls.roots.len()),
            ("rules", written.rules.0.len()),
            ("packs", written.packs.len()),
            ("extends", written.extends.len()),
        ];
        if let Some((key, _)) = keys.into_iter().find(|(_, count)| *count > budget::PATTERNS) {
            return Some(self.problem(self.key(&[], key), format!("`{key}` has more than {most} entries")));
        }
        let words = self.source.budget.spent().nodes;
        let message = format!("this file is too large: it holds more than {} words", grouped(budget::WORDS));
        (words > budget::WORDS).then(|| self.problem(self.source.span().at_start(), message))
    }

    /// The place of a value, by the keys that lead to it; the nearest one above when it is not there.
    pub fn span(&self, path: &[&str]) -> Span {
        let mut span = Span::new(FileId(0), 0, 0);
        let Some(mut node) = self.tree.root() else { return span };
        for key in path {
            let item = key.parse().ok().and_then(|index: usize| node.items().nth(index));
            match (node.get(key), item) {
                (Some(next), _) | (None, Some(next)) => node = next,
                (None, None) => break,
            }
            span = node.span();
        }
        span
    }

    /// The place of a key.
    pub fn key(&self, path: &[&str], key: &str) -> Span {
        let map = self.tree.root().and_then(|root| root.at(path));
        map.and_then(|map| map.entry(key)).map_or_else(|| self.span(path), |entry| entry.key.span())
    }

    /// The line of a place, from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.source.position(span.start).line
    }

    /// A problem at a place.
    pub fn problem(&self, span: Span, message: impl Into<String>) -> Problem {
        let at = self.source.position(span.start);
        Problem { name: self.source.path.clone(), at: Some((at.line, at.column)), message: message.into() }
    }

    fn refused(&self, error: &serde_yaml::Error) -> Problem {
        let text = error.to_string();
        let (path, what) = split(&text);
        let path = path.replace('?', "");
        let start = Span::new(FileId(0), 0, 0);
        let at = |span: Option<Span>| span.unwrap_or(start);
        if let Some(rest) = what.strip_prefix("unknown field `") {
            let (key, known) = rest.split_once('`').unwrap_or((rest, ""));
            let names: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
            return self.problem(at(self.tree.locate_key(&path, key)), unknown("key", key, &names));
        }
        if let Some(rest) = what.strip_prefix("missing field ") {
            let key = rest.split(" at line").next().unwrap_or(rest);
            return self.problem(at(self.tree.locate(&path)), format!("{key} is missing here"));
        }
        if let Some((_, expected)) = what.rsplit_once(", expected ") {
            let expected = expected.split(" at line").next().unwrap_or(expected);
            return self.problem(at(self.tree.locate(&path)), format!("expected {}", plain(expected)));
        }
        let place = error.location().map(|l| (l.line() as u32, l.column() as u32));
        Problem { name: self.source.path.clone(), at: place, message: "this is not YAML that can be read".into() }
    }
}

/// Where serde says it is, and what it says.
fn split(text: &str) -> (&str, &str) {
    let starts = ["unknown field `", "missing field `", "invalid type: ", "invalid value: ", "duplicate field `"];
    let at = starts.iter().filter_map(|start| text.find(start)).min();
    let (path, said) = at.and_then(|at| text.split_at_checked(at)).unwrap_or(("", text));
    (path.trim_end_matches(": "), said)
}

/// serde's names of types in plain words.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" => "a word",
        "a sequence" => "a list",
        text if text.starts_with("struct ") => "a map",
        text => text,
    }
}

/// Says that a name does not exist, and which one may be meant.
pub fn unknown(what: &str, name: &str, names: &[&str]) -> String {
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names.join(", ")),
    };
    format!("there is no {what} {}; {hint}", named(name))
}

/// A name to print: only what looks like one.
pub fn named(name: &str) -> String {
    let fits = name.len() <= 60 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-./*".contains(c));
    if fits { format!("`{name}`") } else { "of this name".to_owned() }
}
