//! Which rule counts how much where: packs, configuration, environments, waivers.
//!
//! A policy is made of layers, and a later layer wins, value by value: what the rule declares, pack `core`, the packs in
//! the order they are named (what a pack extends comes before it), the project's `gonogo.yaml`, the command line.
//! Every value in effect knows the layer it comes from ([`Origin`]), so that `gonogo explain` can say who set it.

mod layer;
mod near;

use std::collections::HashMap;

pub use layer::{Change, Layer, Levels, Origin, Sourced};
pub use near::{nearest, unknown_rule};

use crate::rules::{Audience, Rule, Settings, Severity, Value};
use crate::source::Role;

/// What all layers together say.
#[derive(Debug)]
pub struct Policy {
    rules: HashMap<&'static str, InEffect>,
    environments: [Environment; Role::ALL.len()],
    audience: Sourced<Audience>,
    only: Option<&'static str>,
    fail_on: Option<Severity>,
}

/// What is in effect for one rule beyond what it declares.
#[derive(Clone, Debug, Default)]
struct InEffect {
    everywhere: Option<Sourced<Option<Severity>>>,
    by_role: [Option<Sourced<Option<Severity>>>; Role::ALL.len()],
    settings: Settings,
    origins: HashMap<&'static str, Origin>,
}

/// What is in effect for the files of one environment.
#[derive(Clone, Debug, Default)]
struct Environment {
    cap: Option<Sourced<Option<Severity>>>,
    keep: Vec<&'static str>,
}

static NO_SETTINGS: Settings = Settings::new();

impl Default for Policy {
    fn default() -> Self {
        Policy {
            rules: HashMap::new(),
            environments: Default::default(),
            audience: Sourced { value: Audience::Everyone, origin: Origin::Rule },
            only: None,
            fail_on: None,
        }
    }
}

impl Policy {
    /// A policy that runs nothing but the rule of this id, as it is declared.
    pub fn only(id: &'static str) -> Self {
        Policy { only: Some(id), ..Policy::default() }
    }

    /// Lays a layer over what there is.
    pub fn add(&mut self, layer: Layer) {
        if let Some(audience) = layer.audience {
            self.audience = audience;
        }
        self.fail_on = layer.fail_on.or(self.fail_on);
        for change in layer.rules {
            self.rules.entry(change.rule.id).or_default().apply(change);
        }
    }

    /// The severity a rule has in files of a role; `None` switches it off there.
    pub fn severity(&self, rule: &Rule, role: Role) -> Option<Severity> {
        self.severity_with_origin(rule, role).value
    }

    /// The same, and who says so.
    pub fn severity_with_origin(&self, rule: &Rule, role: Role) -> Sourced<Option<Severity>> {
        if self.only.is_some_and(|only| only != rule.id) {
            return Sourced { value: None, origin: Origin::CommandLine };
        }
        let set = self.rules.get(rule.id);
        if let Some(level) = set.and_then(|set| set.by_role[role as usize].as_ref()) {
            return level.clone();
        }
        let level = self.everywhere(rule, set);
        match &self.environments[role as usize] {
            Environment { cap: Some(cap), keep } if !keep.contains(&rule.id) && cap.value < level.value => cap.clone(),
            _ => level,
        }
    }

    fn everywhere(&self, rule: &Rule, set: Option<&InEffect>) -> Sourced<Option<Severity>> {
        if let Some(level) = set.and_then(|set| set.everywhere.clone()) {
            return level;
        }
        // A layer that sets a parameter wants the rule to run.
        let wanted = rule.audience <= self.audience.value || set.is_some() || self.only.is_some();
        let origin = if rule.audience == Audience::Everyone { Origin::Rule } else { self.audience.origin.clone() };
        Sourced { value: wanted.then_some(rule.severity), origin }
    }

    /// The parameters of a rule in files of a role.
    pub fn settings(&self, rule: &Rule, role: Role) -> &Settings {
        let _ = role;
        self.rules.get(rule.id).map_or(&NO_SETTINGS, |set| &set.settings)
    }

    /// The value of a parameter, and who says so.
    pub fn setting_with_origin(&self, rule: &Rule, name: &str) -> Option<Sourced<Value>> {
        let set = self.rules.get(rule.id);
        let changed = set.and_then(|set| Some((set.settings.get(name)?, set.origins.get(name)?)));
        if let Some((value, origin)) = changed {
            return Some(Sourced { value: value.clone(), origin: origin.clone() });
        }
        let param = rule.params.iter().find(|param| param.name() == name)?;
        Some(Sourced { value: param.default(), origin: Origin::Rule })
    }

    /// The role the configuration gives to a path.
    pub fn role(&self, path: &str) -> Option<Role> {
        let _ = path;
        None
    }

    /// The mildest severity that stops a deployment, when a layer says so.
    pub fn fail_on(&self) -> Option<Severity> {
        self.fail_on
    }
}

impl InEffect {
    fn apply(&mut self, change: Change) {
        match change.severity {
            Some(Sourced { value: Levels::Everywhere(level), origin }) => {
                self.by_role = Default::default();
                self.everywhere = Some(Sourced { value: level, origin });
            }
            Some(Sourced { value: Levels::By(levels), origin }) => {
                for (role, level) in levels {
                    self.by_role[role as usize] = Some(Sourced { value: level, origin: origin.clone() });
                }
            }
            None => {}
        }
        for (name, Sourced { value, origin }) in change.settings {
            self.settings.insert(name, value);
            self.origins.insert(name, origin);
        }
    }
}
