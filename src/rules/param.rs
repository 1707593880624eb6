//! What a policy can set of a rule.

use std::collections::BTreeMap;

use super::switches::Switches;

/// The value of a parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// A list of words.
    List(Vec<String>),
    /// A table of switches.
    Switches(Switches),
}

/// A knob of a rule.
#[derive(Copy, Clone, Debug)]
pub enum Param {
    /// A whole number.
    Int {
        /// Its name in packs.
        name: &'static str,
        /// Its value when no pack says otherwise.
        default: i64,
        /// What it does, one line.
        doc: &'static str,
    },
    /// Yes or no.
    Bool {
        /// Its name in packs.
        name: &'static str,
        /// Its value when no pack says otherwise.
        default: bool,
        /// What it does, one line.
        doc: &'static str,
    },
    /// A list of words.
    List {
        /// Its name in packs.
        name: &'static str,
        /// Its value when no pack says otherwise.
        default: &'static [&'static str],
        /// What it does, one line.
        doc: &'static str,
    },
    /// A table of switches; what layers say about it is added together, name by name.
    Switches {
        /// Its name in packs.
        name: &'static str,
        /// What it does, one line.
        doc: &'static str,
    },
}

impl Param {
    /// Its name in packs.
    pub fn name(&self) -> &'static str {
        match self {
            Param::Int { name, .. }
            | Param::Bool { name, .. }
            | Param::List { name, .. }
            | Param::Switches { name, .. } => name,
        }
    }

    /// What it does, one line.
    pub fn doc(&self) -> &'static str {
        match self {
            Param::Int { doc, .. }
            | Param::Bool { doc, .. }
            | Param::List { doc, .. }
            | Param::Switches { doc, .. } => doc,
        }
    }

    /// The value when no pack says otherwise.
    pub fn default(&self) -> Value {
        match self {
            Param::Int { default, .. } => Value::Int(*default),
            Param::Bool { default, .. } => Value::Bool(*default),
            Param::List { default, .. } => Value::List(default.iter().map(|&word| word.to_owned()).collect()),
            Param::Switches { .. } => Value::Switches(Switches::default()),
        }
    }
}

/// The parameters in effect for one rule.
pub type Settings = BTreeMap<&'static str, Value>;
