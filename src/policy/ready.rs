//! Pack `core` and what it extends, read ahead of time. They are in use in every run, and reading YAML for them takes
//! longer than all else a small project needs.
//!
//! `ready/packs.rs` holds the layers that the packs in `policies/` make; a test compares the two and, asked with
//! `GONOGO_UPDATE=1`, writes the file anew.

#[rustfmt::skip]
mod packs;

use super::layer::{Change, EnvironmentChange, Layer, Levels, SetBy, Sourced};
use crate::rules::{self, Audience, Param, Severity, Switch, Switches, Value};
use crate::source::Role;

/// What a pack sets, and the line it stands in.
type Set<T> = Option<(T, u32)>;

/// A pack as it is kept here: a layer, with rules and parameters by their names.
struct Pack {
    name: &'static str,
    audience: Set<Audience>,
    rules: &'static [RuleChange],
    environments: &'static [CapChange],
}

struct RuleChange {
    id: &'static str,
    severity: Set<Levels>,
    tables: &'static [(&'static str, Table, u32)],
}

/// Switches by the names of their variables. Parameters of other types are not in these packs.
type Table = &'static [(&'static str, Switch)];

struct CapChange {
    role: Role,
    cap: Set<Option<Severity>>,
    keep: &'static [&'static str],
}

/// The layers of `core`, in the order in which they count, by the names of their packs. `None` when they are not those
/// of this program.
pub(super) fn core() -> Option<Vec<(&'static str, Layer)>> {
    packs::CORE.iter().map(|pack| Some((pack.name, pack.layer()?))).collect()
}

impl Pack {
    fn layer(&self) -> Option<Layer> {
        let rules = self.rules.iter().map(|change| self.rule(change)).collect::<Option<_>>()?;
        let environments = self.environments.iter().map(|change| self.environment(change)).collect::<Option<_>>()?;
        Some(Layer { audience: self.sourced(&self.audience), rules, environments, ..Layer::default() })
    }

    fn rule(&self, change: &RuleChange) -> Option<Change> {
        let rule = rules::find(change.id)?;
        let setting = |&(name, table, line): &(&str, Table, u32)| {
            let name = rule.params.iter().map(Param::name).find(|own| *own == name)?;
            Some((name, Sourced { value: Value::Switches(Switches::ready(table)), origin: self.origin(line) }))
        };
        let settings = change.tables.iter().map(setting).collect::<Option<_>>()?;
        Some(Change { rule, severity: self.sourced(&change.severity), settings })
    }

    fn environment(&self, change: &CapChange) -> Option<EnvironmentChange> {
        let keep = change.keep.iter().map(|id| Some(rules::find(id)?.id)).collect::<Option<_>>()?;
        Some(EnvironmentChange { role: change.role, cap: self.sourced(&change.cap), keep })
    }

    fn sourced<T: Clone>(&self, set: &Set<T>) -> Option<Sourced<T>> {
        set.as_ref().map(|(value, line)| Sourced { value: value.clone(), origin: self.origin(*line) })
    }

    fn origin(&self, line: u32) -> SetBy {
        SetBy::File { name: format!("pack {}", self.name), line }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::super::load::Loader;
    use super::*;
    use crate::rules::Bad;

    /// The source that says what the packs say.
    fn written() -> String {
        let nothing = |_: &str| Err(String::new());
        let mut loader = Loader::new(&nothing);
        loader.from_text = true;
        loader.pack("core");
        assert!(loader.problems.is_empty(), "{:?}", loader.problems);
        let packs = ["switches", "core"].into_iter().zip(&loader.layers).map(|(name, layer)| pack(name, layer));
        format!(
            "//! Written by `GONOGO_UPDATE=1 cargo test --lib ready`.\n\n\
            use std::borrow::Cow::Borrowed;\n\n\
            use super::{{CapChange, Pack, RuleChange}};\n\
            use crate::policy::Levels::*;\n\
            use crate::rules::Bad::*;\n\
            use crate::rules::Severity::*;\n\
            use crate::rules::Switch;\n\
            use crate::source::Role::*;\n\n\
            pub(super) static CORE: &[Pack] = &[\n{}];\n",
            packs.collect::<String>()
        )
    }

    fn pack(name: &str, layer: &Layer) -> String {
        let audience = set(layer.audience.as_ref(), |audience| format!("{audience:?}"));
        let (rules, environments) = (lines(layer.rules.iter().map(rule)), lines(layer.environments.iter().map(cap)));
        format!("Pack {{ name: {name:?}, audience: {audience}, rules: {rules}, environments: {environments} }},\n")
    }

    fn rule(change: &Change) -> String {
        let levels = |levels: &Levels| match levels {
            Levels::By(levels) => format!("By({})", text_list(levels.iter().map(|level| format!("{level:?}")))),
            everywhere => format!("{everywhere:?}"),
        };
        let table = |(name, setting): &(&str, Sourced<Value>)| {
            let Value::Switches(switches) = &setting.value else { panic!("{name}: only tables are kept ready") };
            format!("({name:?}, {}, {})", lines(switches.iter().map(switch)), line(setting))
        };
        let severity = set(change.severity.as_ref(), levels);
        let tables = lines(change.settings.iter().map(table));
        format!("RuleChange {{ id: {:?}, severity: {severity}, tables: {tables} }}", change.rule.id)
    }

    fn cap(change: &EnvironmentChange) -> String {
        let EnvironmentChange { role, cap, keep } = change;
        let cap = set(cap.as_ref(), |cap| format!("{cap:?}"));
        format!("CapChange {{ role: {role:?}, cap: {cap}, keep: &{keep:?} }}")
    }

    fn switch((name, switch): (&str, &Switch)) -> String {
        let Switch { bad, unless, why, set, help, severity } = switch;
        let bad = text_list(bad.iter().map(|bad| match bad {
            Bad::Word(word) => format!("Word({})", text(word)),
            Bad::Holds(part) => format!("Holds({})", text(part)),
            other => format!("{other:?}"),
        }));
        let unless = text_list(unless.iter().map(text));
        let optional =
            |said: &Option<_>| said.as_ref().map_or("None".to_owned(), |said| format!("Some({})", text(said)));
        let (why, set, help) = (text(why), optional(set), optional(help));
        format!(
            "({name:?}, Switch {{ bad: {bad}, unless: {unless}, why: {why}, set: {set}, help: {help}, \
            severity: {severity:?} }})"
        )
    }

    fn text(text: impl Debug) -> String {
        format!("Borrowed({text:?})")
    }

    fn text_list(items: impl Iterator<Item = String>) -> String {
        format!("Borrowed(&[{}])", items.collect::<Vec<_>>().join(", "))
    }

    /// A list with an item on each line.
    fn lines(items: impl Iterator<Item = String>) -> String {
        let items: String = items.map(|item| item + ",\n").collect();
        if items.is_empty() { "&[]".to_owned() } else { format!("&[\n{items}]") }
    }

    fn set<T>(set: Option<&Sourced<T>>, value: impl Fn(&T) -> String) -> String {
        set.map_or("None".to_owned(), |set| format!("Some(({}, {}))", value(&set.value), line(set)))
    }

    fn line<T>(set: &Sourced<T>) -> u32 {
        match &set.origin {
            SetBy::File { line, .. } => *line,
            _ => panic!("a pack is a file"),
        }
    }

    #[test]
    fn ready_packs_say_what_their_files_say() {
        let written = written();
        if std::env::var_os("GONOGO_UPDATE").is_some() {
            let place = concat!(env!("CARGO_MANIFEST_DIR"), "/src/policy/ready/packs.rs");
            return std::fs::write(place, &written).unwrap();
        }
        let advice = "a pack of `policies/` has changed: `GONOGO_UPDATE=1 cargo test --lib ready`, then test again";
        assert!(written == include_str!("ready/packs.rs"), "{advice}");
        assert!(core().is_some_and(|layers| layers.len() == 2));
    }
}
