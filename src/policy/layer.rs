//! What one layer says, wherever it was written.

use std::borrow::Cow;
use std::fmt;

use time::Date;

use super::board::Attestation;
use super::pattern::Pattern;
use crate::model::tls::Roots;
use crate::project::Assumption;
use crate::rules::{Audience, Effect, Named, Rule, Severity, Value};
use crate::source::{Role, Span};
use crate::syntax::dotenv::Dialect;

/// Who set a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SetBy {
    /// The rule's own declaration.
    Rule,
    /// A pack or a configuration file: its name, and the line from 1.
    File {
        /// `pack core` or the path of a file.
        name: String,
        /// The line the value stands in.
        line: u32,
    },
    /// An option.
    CommandLine,
}

impl fmt::Display for SetBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetBy::Rule => f.write_str("the rule itself"),
            SetBy::File { name, line } => write!(f, "{name}:{line}"),
            SetBy::CommandLine => f.write_str("the command line"),
        }
    }
}

/// A value and who set it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who set it.
    pub origin: SetBy,
}

/// How severe a rule is; `None` is off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Levels {
    /// In every environment, unless the environment caps it.
    Everywhere(Option<Severity>),
    /// In these environments, whatever their cap says.
    By(Cow<'static, [(Role, Option<Severity>)]>),
}

/// What a layer says about one rule.
#[derive(Clone, Debug)]
pub struct Change {
    /// The rule.
    pub rule: &'static Rule,
    /// Its severity, if the layer sets it.
    pub severity: Option<Sourced<Levels>>,
    /// The parameters the layer sets.
    pub settings: Vec<(&'static str, Sourced<Value>)>,
}

/// What a layer says about an environment.
#[derive(Clone, Debug)]
pub struct EnvironmentChange {
    /// The environment.
    pub role: Role,
    /// The highest severity there; `None` inside: nothing is reported.
    pub cap: Option<Sourced<Option<Severity>>>,
    /// Rules the cap does not touch, in addition to those of earlier layers.
    pub keep: Vec<&'static str>,
}

/// A finding the configuration accepts.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The rule.
    pub rule: Named,
    /// The files.
    pub path: Pattern,
    /// Why.
    pub reason: String,
    /// The last day it holds.
    pub until: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where the rule is named; the file of the span means nothing.
    pub span: Span,
}

/// What a configuration says about the files of a pattern.
#[derive(Clone, Default, Debug)]
pub struct FileEntry {
    /// The environment they belong to.
    pub role: Option<Role>,
    /// The programs that load them (env files); empty: as the project says.
    pub dialects: Vec<Dialect>,
}

/// One layer.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Who is listening: rules for this audience and the ones before it run.
    pub audience: Option<Sourced<Audience>>,
    /// What it says about rules.
    pub rules: Vec<Change>,
    /// What it says about environments.
    pub environments: Vec<EnvironmentChange>,
    /// Which environment files belong to; the last pattern that fits counts.
    pub files: Vec<(Pattern, FileEntry)>,
    /// Files that are nobody's business here.
    pub exclude: Vec<Pattern>,
    /// Findings it accepts.
    pub waivers: Vec<Accepted>,
    /// What it takes for granted.
    pub assumed: Vec<Assumption>,
    /// What people say of the requirements of a release.
    pub attested: Vec<Attestation>,
    /// The roots that clients have besides the public ones.
    pub roots: Roots,
    /// The mildest severity that stops a deployment.
    pub fail_on: Option<Severity>,
    /// The effects that must be known.
    pub must_be_known: Option<Vec<Effect>>,
}
