//! Which rule counts how much where: packs, configuration, waivers.

use std::collections::HashMap;

use crate::rules::{Rule, Settings, Severity};
use crate::source::Role;

/// What all layers together say.
#[derive(Debug, Default)]
pub struct Policy {
    settings: HashMap<&'static str, Settings>,
    only: Option<Vec<&'static str>>,
}

static NO_SETTINGS: Settings = Settings::new();

impl Policy {
    /// A policy that runs nothing but the rule of this id, as it is declared.
    pub fn only(id: &'static str) -> Self {
        Policy { only: Some(vec![id]), ..Policy::default() }
    }

    /// The severity a rule has in files of a role; `None` switches it off there.
    pub fn severity(&self, rule: &Rule, role: Role) -> Option<Severity> {
        let _ = role;
        let wanted = self.only.as_ref().is_none_or(|only| only.contains(&rule.id));
        wanted.then_some(rule.severity)
    }

    /// The parameters of a rule in files of a role.
    pub fn settings(&self, rule: &Rule, role: Role) -> &Settings {
        let _ = role;
        self.settings.get(rule.id).unwrap_or(&NO_SETTINGS)
    }

    /// The role the configuration gives to a path.
    pub fn role(&self, path: &str) -> Option<Role> {
        let _ = path;
        None
    }
}
