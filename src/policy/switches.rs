//! Tables of switches as packs write them.
//!
//! ```yaml
//! env/insecure-switch:
//!   switches:
//!     POSTGRES_HOST_AUTH_METHOD:           # a variable, a pattern with `*`, or several of them with commas
//!       bad: trust                         # a word or a list of words; `on` and `off` in any spelling, `empty`, `any`
//!       why: PostgreSQL asks nobody for a password
//!       set: scram-sha-256                 # the value to put there; `help` says what else to do
//!       severity: critical                 # high when it is not said
//!     NODE_OPTIONS:
//!       holds: [--inspect=0.0.0.0]         # text anywhere in the value; `below` and `above` compare numbers
//!       why: whoever reaches the port runs code in the program
//!       help: remove `--inspect`
//!     EMAIL_USE_TLS:
//!       bad: off
//!       unless: EMAIL_USE_SSL              # not wrong where this one, or one of these, is set
//!       why: the password of the mail server can be read on the way
//!       set: true
//!       severity: low
//!     N8N_SECURE_COOKIE: low               # a switch of an earlier layer, with another severity
//!     GF_USERS_ALLOW_SIGN_UP: off          # or without any
//! ```

use std::borrow::Cow;

use serde_yaml::Value as Yaml;

use super::file::{named, unknown};
use super::load::{Reader, word};
use super::near::nearest;
use crate::rules::{Bad, Rule, Severity, Switch, Switches, Value};

const KEYS: [&str; 9] = ["bad", "holds", "below", "above", "unless", "why", "set", "help", "severity"];

impl Reader<'_> {
    /// Reads a table; what is wrong in it is said, and the rest kept.
    pub(super) fn switches(&mut self, rule: &'static Rule, path: &[&str], table: &Yaml) -> Option<Value> {
        let Some(table) = table.as_mapping() else {
            self.wrong(self.placed.span(path), "expected a map of variables");
            return None;
        };
        let known = self.known_switches(rule, path.last().copied().unwrap_or(""));
        let mut switches = Switches::default();
        for (names, entry) in table {
            let Some(names) = names.as_str() else {
                self.wrong(self.placed.span(path), "expected a map of variables");
                continue;
            };
            let at = [path, &[names]].concat();
            for name in names.split(',').map(str::trim) {
                let part = |c: char| c.is_ascii_alphanumeric() || "_.-*".contains(c);
                if name.is_empty() || !name.chars().all(part) {
                    let message =
                        "expected the name of a variable, a pattern with `*`, or several with commas between them";
                    self.wrong(self.placed.key(path, names), message);
                    break;
                }
                let switch = match entry {
                    Yaml::String(word) => self.changed(name, word, &known, path, &at),
                    entry => self.switch(entry, &at),
                };
                let Some(switch) = switch else { break };
                switches.insert(name, switch);
            }
        }
        Some(Value::Switches(switches))
    }

    /// What earlier layers say about the table.
    fn known_switches(&self, rule: &Rule, param: &str) -> Switches {
        let mut known = Switches::default();
        let changes = self.earlier.iter().flat_map(|layer| &layer.rules).filter(|change| change.rule == rule);
        for (name, setting) in changes.flat_map(|change| &change.settings) {
            if let Value::Switches(switches) = &setting.value
                && *name == param
            {
                known.extend(switches.clone());
            }
        }
        known
    }

    /// `NAME: low`, `NAME: off`: a switch that is there already.
    fn changed(&mut self, name: &str, word: &str, known: &Switches, path: &[&str], at: &[&str]) -> Option<Switch> {
        let Some(switch) = known.of(name) else {
            let hint = match nearest(name, known.iter().map(|(name, _)| name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a new one says its `bad` values, `why`, and what to `set`".to_owned(),
            };
            let names = at.last().copied().unwrap_or("");
            self.wrong(self.placed.key(path, names), format!("there is no switch {} yet; {hint}", named(name)));
            return None;
        };
        let level = self.level(word, self.placed.span(at))?;
        Some(match level {
            Some(severity) => Switch { severity, ..switch.clone() },
            None => Switch { bad: Cow::default(), ..switch.clone() },
        })
    }

    fn switch(&mut self, entry: &Yaml, at: &[&str]) -> Option<Switch> {
        let Some(entry) = entry.as_mapping() else {
            self.wrong(self.placed.span(at), "expected a severity, `off`, or a map with `bad`, `why` and `set`");
            return None;
        };
        let mut switch = Switch {
            bad: Cow::default(),
            unless: Cow::default(),
            why: Cow::default(),
            set: None,
            help: None,
            severity: Severity::High,
        };
        for (key, value) in entry {
            let key = key.as_str().unwrap_or("");
            let here = self.placed.span(&[at, &[key]].concat());
            match (key, word(value)) {
                ("bad" | "holds" | "unless", _) => {
                    let Some(words) = words(value) else {
                        self.wrong(here, format!("`{key}` takes a word or a list of words"));
                        return None;
                    };
                    match key {
                        "bad" => switch.bad.to_mut().extend(words.into_iter().map(Bad::of)),
                        "holds" => switch.bad.to_mut().extend(words.into_iter().map(|word| Bad::Holds(word.into()))),
                        _ => switch.unless = words.into_iter().map(Cow::Owned).collect(),
                    }
                }
                ("below" | "above", _) => {
                    let Some(number) = value.as_i64() else {
                        self.wrong(here, format!("`{key}` takes a whole number"));
                        return None;
                    };
                    switch.bad.to_mut().push(if key == "below" { Bad::Below(number) } else { Bad::Above(number) });
                }
                ("why", Some(text)) => switch.why = text.trim().to_owned().into(),
                ("set", Some(text)) => switch.set = Some(text.into()),
                ("help", Some(text)) => switch.help = Some(text.trim().to_owned().into()),
                ("severity", Some(text)) => match self.level(&text, here)? {
                    Some(severity) => switch.severity = severity,
                    None => switch.bad = Cow::default(),
                },
                ("why" | "set" | "help" | "severity", None) => {
                    self.wrong(here, format!("`{key}` takes one text"));
                    return None;
                }
                _ => {
                    self.wrong(self.placed.key(at, key), unknown("key", key, &KEYS));
                    return None;
                }
            }
        }
        let missing = if switch.bad.is_empty() {
            "`bad` is missing here: the values that are wrong"
        } else if switch.why.is_empty() {
            "`why` is missing here: what happens because of it"
        } else if switch.set.is_none() && switch.help.is_none() {
            "`set` or `help` is missing here: what to do"
        } else {
            return Some(switch);
        };
        self.wrong(self.placed.key(&at[..at.len() - 1], at.last().copied().unwrap_or("")), missing);
        None
    }
}

/// A list of words, or one.
fn words(value: &Yaml) -> Option<Vec<String>> {
    match value {
        Yaml::Sequence(items) => items.iter().map(word).collect(),
        value => word(value).map(|word| vec![word]),
    }
}

impl Bad {
    /// A word under `bad`.
    fn of(word: String) -> Bad {
        match word.as_str() {
            "on" | "true" => Bad::On,
            "off" | "false" => Bad::Off,
            "empty" => Bad::Empty,
            "any" => Bad::Any,
            _ => Bad::Word(word.into()),
        }
    }
}
