//! What one layer says, wherever it was written.

use std::fmt;

use crate::rules::{Audience, Rule, Severity, Value};
use crate::source::Role;

/// Who set a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
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

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Rule => f.write_str("the rule itself"),
            Origin::File { name, line } => write!(f, "{name}:{line}"),
            Origin::CommandLine => f.write_str("the command line"),
        }
    }
}

/// A value and who set it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who set it.
    pub origin: Origin,
}

/// How severe a rule is; `None` is off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Levels {
    /// In every environment, unless the environment caps it.
    Everywhere(Option<Severity>),
    /// In these environments, whatever their cap says.
    By(Vec<(Role, Option<Severity>)>),
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

/// One layer.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Who is listening: rules for this audience and the ones before it run.
    pub audience: Option<Sourced<Audience>>,
    /// What it says about rules.
    pub rules: Vec<Change>,
    /// The mildest severity that stops a deployment.
    pub fail_on: Option<Severity>,
}
