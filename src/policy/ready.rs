//! Pack `core` and what it extends, read ahead of time. They are in use in every run, and reading YAML for them takes
//! longer than all else a small project needs.
//!
//! `ready.json` holds the layers that the packs in `policies/` make; a test compares the two and, asked with
//! `GONOGO_UPDATE=1`, writes the file anew.

use serde::{Deserialize, Serialize};

use super::layer::{Change, EnvironmentChange, Layer, Levels, Sourced};
use crate::rules::{self, Audience, Param, Severity, Value};
use crate::source::Role;

/// One pack per line, what a pack extends before it.
const READY: &str = include_str!("ready.json");

/// A pack as it is kept here: a layer, with rules and parameters by their names.
#[derive(Serialize, Deserialize)]
struct Ready {
    pack: String,
    audience: Option<Sourced<Audience>>,
    rules: Vec<ReadyRule>,
    environments: Vec<ReadyEnvironment>,
}

#[derive(Serialize, Deserialize)]
struct ReadyRule {
    id: String,
    severity: Option<Sourced<Levels>>,
    settings: Vec<(String, Sourced<Value>)>,
}

#[derive(Serialize, Deserialize)]
struct ReadyEnvironment {
    role: Role,
    cap: Option<Sourced<Option<Severity>>>,
    keep: Vec<String>,
}

/// The layers of `core`, in the order in which they count, by the names of their packs. `None` when they are not those
/// of this program.
pub(super) fn core() -> Option<Vec<(String, Layer)>> {
    READY.lines().map(|line| serde_json::from_str::<Ready>(line).ok()?.layer()).collect()
}

impl Ready {
    fn layer(self) -> Option<(String, Layer)> {
        let rules = self.rules.into_iter().map(ReadyRule::change).collect::<Option<_>>()?;
        let environments = self.environments.into_iter().map(ReadyEnvironment::change).collect::<Option<_>>()?;
        Some((self.pack, Layer { audience: self.audience, rules, environments, ..Layer::default() }))
    }
}

impl ReadyRule {
    fn change(self) -> Option<Change> {
        let rule = rules::find(&self.id)?;
        let name = |name: &str| rule.params.iter().map(Param::name).find(|own| *own == name);
        let settings = self.settings.into_iter().map(|(own, value)| Some((name(&own)?, value)));
        Some(Change { rule, severity: self.severity, settings: settings.collect::<Option<_>>()? })
    }
}

impl ReadyEnvironment {
    fn change(self) -> Option<EnvironmentChange> {
        let keep = self.keep.iter().map(|id| Some(rules::find(id)?.id)).collect::<Option<_>>()?;
        Some(EnvironmentChange { role: self.role, cap: self.cap, keep })
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::Loader;
    use super::*;

    /// The lines that the packs make.
    fn written() -> String {
        let nothing = |_: &str| Err(String::new());
        let mut loader = Loader::new(&nothing);
        loader.from_text = true;
        loader.pack("core");
        assert!(loader.problems.is_empty(), "{:?}", loader.problems);
        let line = |(pack, layer): (&&str, Layer)| {
            let rule = |change: Change| ReadyRule {
                id: change.rule.id.to_owned(),
                severity: change.severity,
                settings: change.settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            };
            let environment = |change: EnvironmentChange| ReadyEnvironment {
                role: change.role,
                cap: change.cap,
                keep: change.keep.into_iter().map(str::to_owned).collect(),
            };
            let ready = Ready {
                pack: (*pack).to_owned(),
                audience: layer.audience,
                rules: layer.rules.into_iter().map(rule).collect(),
                environments: layer.environments.into_iter().map(environment).collect(),
            };
            serde_json::to_string(&ready).unwrap() + "\n"
        };
        ["switches", "core"].iter().zip(loader.layers).map(line).collect()
    }

    #[test]
    fn ready_packs_say_what_their_files_say() {
        let written = written();
        if std::env::var_os("GONOGO_UPDATE").is_some() {
            return std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/policy/ready.json"), &written).unwrap();
        }
        let advice = "a pack of `policies/` has changed: `GONOGO_UPDATE=1 cargo test --lib ready`, then test again";
        assert!(written == READY, "{advice}");
        assert!(core().is_some_and(|layers| layers.len() == 2));
    }
}
