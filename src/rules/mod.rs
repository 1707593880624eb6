//! The rules. One rule, one file; the file's doc comment is its documentation, its examples are its tests.
//!
//! `rules/<family>/<what_is_wrong>.rs` holds rule `<family>/<what-is-wrong>`. To add one, write the file and add its
//! name to the family's list.

#[macro_use]
mod rule;
mod context;
mod emptied;
mod finding;
mod nowhere;
mod param;
pub mod phrase;
pub mod refusal;
mod subjects;
mod switches;

pub mod cert;
pub mod chain;
pub mod compose;
pub mod config;
pub mod cron;
pub mod doc;
pub mod docker;
pub mod env;
pub mod guide;
pub mod gunicorn;
pub mod key;
pub mod logrotate;
pub mod nginx;
pub mod paas;
pub mod pem;
pub mod project;
pub mod script;
pub mod supervisor;
pub mod systemd;
pub mod waiver;

pub use context::{Context, Sink, Told, Unknown};
pub use finding::{Edit, Finding, Fix, Label, Level, Safety, State};
pub use param::{Param, Settings, Value};
pub use rule::{Audience, Confidence, Effect, Rule, Severity};
pub use subjects::Check;
pub(crate) use subjects::Subject;
pub use switches::{Bad, Switch, Switches};

/// What a rule file needs in scope.
pub mod prelude {
    pub use super::Audience::{self, *};
    pub use super::Confidence::{self, *};
    pub use super::Effect::{self, *};
    pub use super::Severity::{self, *};
    pub use super::{Check, Context, Param, Rule, Sink, Value, phrase};
    pub use crate::source::{Answer, Role, Span, Spanned};
}

/// Every family, in the order of the documentation.
pub const FAMILIES: &[&[&Rule]] = &[
    env::RULES,
    compose::RULES,
    docker::RULES,
    nginx::RULES,
    cert::RULES,
    chain::RULES,
    key::RULES,
    pem::RULES,
    project::RULES,
    systemd::RULES,
    script::RULES,
    cron::RULES,
    logrotate::RULES,
    paas::RULES,
    gunicorn::RULES,
    guide::RULES,
    supervisor::RULES,
    config::RULES,
    waiver::RULES,
];

/// Every rule, sorted by id within its family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// What an id stands for: a rule, or all rules that came of one.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
    /// The id.
    pub id: &'static str,
    /// The rules, at least one.
    pub rules: Vec<&'static Rule>,
}

/// The rules of an id or a former id: the rule itself, and those that were split off it.
pub fn named(id: &str) -> Option<Named> {
    let own = find_own(id);
    let former = |rule: &&'static Rule| rule.aliases.iter().copied().find(|alias| *alias == id);
    let split: Vec<&'static Rule> = all().filter(|rule| former(rule).is_some()).collect();
    let id = own.map(|rule| rule.id).or_else(|| split.first().and_then(former))?;
    Some(Named { id, rules: own.into_iter().chain(split).collect() })
}

/// A rule by its id, or by a former id that stands for no other.
pub fn find(id: &str) -> Option<&'static Rule> {
    find_own(id).or_else(|| match named(id)?.rules[..] {
        [rule] => Some(rule),
        _ => None,
    })
}

fn find_own(id: &str) -> Option<&'static Rule> {
    let family = FAMILIES.iter().find(|family| family.first().is_some_and(|rule| id.starts_with(rule.family())))?;
    family.iter().copied().find(|rule| rule.id == id)
}
