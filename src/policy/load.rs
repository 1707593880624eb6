//! From files to layers: packs with what they extend before them, then the project's configuration.

use std::collections::HashSet;

use serde_yaml::Value as Yaml;
use time::Date;
use time::macros::format_description;

use super::Request;
use super::board::{Attestation, unknown_control};
use super::builtin::{Builtin, PACKS};
use super::file::{AssumeEntry, AttestEntry, EnvironmentEntry, Placed, Problem, RuleEntry, Written, named, unknown};
use super::layer::{Accepted, Change, EnvironmentChange, FileEntry, Layer, Levels, SetBy, Sourced};
use super::near::{nearest_rule, unknown_rule};
use super::pattern::Pattern;
use super::ready;
use crate::model::image::Release;
use crate::model::tls::Roots;
use crate::project::{Assumption, Given, is_system};
use crate::rules::{self, Audience, Effect, Named, Param, Rule, Severity, Value};
use crate::source::{Role, Span, directory, join};
use crate::syntax::dotenv::Dialect;

/// The only format there is.
const FORMAT: &str = "gonogo/v1";

/// Gives the bytes of a file by its path, or says why not.
pub type Read<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Reads packs and configurations, each once.
pub struct Loader<'a> {
    read: Read<'a>,
    done: HashSet<String>,
    open: Vec<String>,
    /// What was read, in the order in which it counts.
    pub layers: Vec<Layer>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Whether packs that are ready are read from their files all the same.
    pub(super) from_text: bool,
}

impl<'a> Loader<'a> {
    /// A loader that has read nothing; `read` is asked for packs that are files.
    pub fn new(read: Read<'a>) -> Self {
        Loader {
            read,
            done: HashSet::new(),
            open: Vec::new(),
            layers: Vec::new(),
            problems: Vec::new(),
            from_text: false,
        }
    }

    /// Loads a pack named on the command line, or by gonogo itself.
    pub fn pack(&mut self, name: &str) {
        if let Err(message) = self.load(name, "") {
            self.problems.push(Problem { name: String::new(), at: None, message });
        }
    }

    /// Loads what a project asks for: the packs of its configuration, those of the command line, then the configuration
    /// itself, which is nearest to the project.
    pub fn project(&mut self, request: Request) {
        let config = request.config.and_then(|(path, bytes)| match Placed::read(&path, bytes) {
            Ok((written, placed)) => {
                for key in ["extends", "packs"] {
                    self.named(&written, &placed, key, directory(&path));
                }
                Some((path, written, placed))
            }
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        });
        for pack in &request.packs {
            self.pack(pack);
        }
        if let Some((path, written, placed)) = config {
            self.layer(&path, &written, &placed);
        }
    }

    /// The packs a file names under `key`.
    fn named(&mut self, written: &Written, placed: &Placed, key: &str, base: &str) {
        let names = if key == "packs" { &written.packs } else { &written.extends };
        for (index, name) in names.iter().enumerate() {
            // A file of the project speaks of files of the project.
            let loaded = if name.starts_with('/') && !base.starts_with('/') {
                Err(format!("pack {} lies outside the project", named(name)))
            } else {
                self.load(name, base)
            };
            if let Err(message) = loaded {
                let span = placed.span(&[key, &index.to_string()]);
                self.problems.push(placed.problem(span, message));
            }
        }
    }

    /// One pack: a name is one of gonogo's own, a path is a file relative to the one that names it.
    fn load(&mut self, name: &str, base: &str) -> Result<(), String> {
        let file = name.ends_with(".yaml") || name.ends_with(".yml");
        let key = if file { join(base, name) } else { name.to_owned() };
        if self.open.contains(&key) {
            let circle: Vec<&str> = self.open.iter().skip_while(|open| **open != key).map(String::as_str).collect();
            return Err(format!("packs extend each other in a circle: {} -> {key}", circle.join(" -> ")));
        }
        if !self.done.insert(key.clone()) {
            return Ok(());
        }
        if key == "core"
            && !self.from_text
            && let Some(ready) = ready::core()
        {
            for (pack, layer) in ready {
                if pack == key || self.done.insert(pack.to_owned()) {
                    self.layers.push(layer);
                }
            }
            return Ok(());
        }
        let (shown, bytes) = if file {
            let bytes = (self.read)(&key).map_err(|why| format!("pack {} {why}", named(&key)))?;
            (key.clone(), bytes)
        } else {
            let ids: Vec<&str> = PACKS.iter().map(|pack| pack.id).collect();
            let pack = Builtin::find(name).ok_or_else(|| unknown("pack", name, &ids))?;
            (format!("pack {name}"), pack.text.as_bytes().to_vec())
        };
        match Placed::read(&shown, bytes) {
            Ok((written, placed)) => {
                self.open.push(key.clone());
                self.named(&written, &placed, "extends", if file { directory(&key) } else { base });
                self.open.pop();
                self.pack_only(&written, &placed);
                self.layer(&shown, &written, &placed);
            }
            Err(problems) => self.problems.extend(problems),
        }
        Ok(())
    }

    /// A pack is shared: what is true for one project only does not belong into it.
    fn pack_only(&mut self, written: &Written, placed: &Placed) {
        let config_keys = [
            ("packs", written.packs.is_empty()),
            ("files", written.files.0.is_empty()),
            ("exclude", written.exclude.is_empty()),
            ("waivers", written.waivers.is_empty()),
            ("assume", written.assume.is_empty()),
            ("attest", written.attest.is_empty()),
            ("tls", written.tls.roots.is_empty()),
            ("fail_on", written.fail_on.is_none()),
            ("fail_on_unknown", written.fail_on_unknown.is_none()),
        ];
        for (key, absent) in config_keys {
            if !absent {
                let message = format!("`{key}` belongs into a project's gonogo.yaml, not into a pack");
                self.problems.push(placed.problem(placed.key(&[], key), message));
            }
        }
        if written.pack.is_none() {
            let message = format!("a pack says which format it is in: add `pack: {FORMAT}`");
            self.problems.push(placed.problem(placed.span(&[]), message));
        }
    }

    fn layer(&mut self, name: &str, written: &Written, placed: &Placed) {
        let earlier = &self.layers;
        let mut reader = Reader { name, placed, earlier, layer: Layer::default(), problems: &mut self.problems };
        reader.all(written);
        let mut layer = reader.layer;
        self.roots(name, written, placed, &mut layer);
        self.layers.push(layer);
    }

    /// The roots a configuration names, relative to it.
    fn roots(&mut self, name: &str, written: &Written, placed: &Placed, layer: &mut Layer) {
        let base = directory(name);
        for (index, root) in written.tls.roots.iter().enumerate() {
            let outside = root.starts_with('/') && !base.starts_with('/');
            let path = join(base, root);
            let read = match outside {
                true => Err("lies outside the project".to_owned()),
                false => (self.read)(&path).and_then(|bytes| Roots::read(&path, bytes)),
            };
            match read {
                Ok(roots) => layer.roots.extend(roots),
                Err(why) => {
                    let span = placed.span(&["tls", "roots", &index.to_string()]);
                    self.problems.push(placed.problem(span, format!("root {} {why}", named(&path))));
                }
            }
        }
    }
}

/// Makes a layer of a file, and collects what is wrong in it.
pub(super) struct Reader<'a> {
    name: &'a str,
    pub(super) placed: &'a Placed,
    /// The layers before this one.
    pub(super) earlier: &'a [Layer],
    layer: Layer,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn all(&mut self, written: &Written) {
        if let Some(format) = &written.pack
            && format != FORMAT
        {
            let message = if format.starts_with("gonogo/") {
                format!("this pack needs a newer gonogo: it is not in format `{FORMAT}`")
            } else {
                format!("expected `{FORMAT}`")
            };
            self.wrong(self.placed.span(&["pack"]), message);
        }
        self.audience(written);
        self.layer.fail_on = written.fail_on.as_ref().and_then(|word| {
            let span = self.placed.span(&["fail_on"]);
            let level = self.level(word, span)?;
            if level.is_none() {
                self.wrong(span, "`fail_on` takes a severity; `off` would let everything pass");
            }
            level
        });
        self.layer.must_be_known = written.fail_on_unknown.as_ref().map(|words| {
            let names = Effect::ALL.map(Effect::name);
            let effect = |(index, word): (usize, &String)| {
                let effect = Effect::parse(word);
                if effect.is_none() {
                    let span = self.placed.span(&["fail_on_unknown", &index.to_string()]);
                    self.problems.push(self.placed.problem(span, unknown("effect", word, &names)));
                }
                effect
            };
            words.iter().enumerate().filter_map(effect).collect()
        });
        for (id, entry) in &written.rules.0 {
            self.rule(id, entry);
        }
        for (name, entry) in &written.environments.0 {
            self.environment(name, entry);
        }
        for (pattern, entry) in &written.files.0 {
            let at = self.placed.key(&["files"], pattern);
            let entry = self.file(pattern, entry);
            if let Some(entry) = self.pattern(pattern, at).zip(entry) {
                self.layer.files.push(entry);
            }
        }
        for (index, pattern) in written.exclude.iter().enumerate() {
            let at = self.placed.span(&["exclude", &index.to_string()]);
            let pattern = self.pattern(pattern, at);
            self.layer.exclude.extend(pattern);
        }
        for index in 0..written.waivers.len() {
            self.waiver(written, index);
        }
        for (index, entry) in written.assume.iter().enumerate() {
            self.assume(entry, &index.to_string());
        }
        for (index, entry) in written.attest.iter().enumerate() {
            self.attest(entry, &index.to_string());
        }
    }

    pub(super) fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(self.placed.problem(span, message));
    }

    fn pattern(&mut self, text: &str, span: Span) -> Option<Pattern> {
        Pattern::new(text, self.name, span).map_err(|why| self.wrong(span, why)).ok()
    }

    fn origin(&self, span: Span) -> SetBy {
        SetBy::File { name: self.name.to_owned(), line: self.placed.line(span) }
    }

    fn audience(&mut self, written: &Written) {
        let Some(word) = &written.audience else { return };
        let span = self.placed.span(&["audience"]);
        let all = [Audience::Everyone, Audience::Strict, Audience::Audit];
        match all.into_iter().find(|audience| audience.name() == word) {
            Some(value) => self.layer.audience = Some(Sourced { value, origin: self.origin(span) }),
            None => self.wrong(span, unknown("audience", word, &all.map(Audience::name))),
        }
    }

    fn rule(&mut self, id: &str, entry: &RuleEntry) {
        let key = self.placed.key(&["rules"], id);
        let Some(named) = self.known(id, key) else { return };
        for rule in named.rules {
            self.change(rule, id, key, entry);
        }
    }

    fn change(&mut self, rule: &'static Rule, id: &str, key: Span, entry: &RuleEntry) {
        let span = self.placed.span(&["rules", id]);
        let mut change = Change { rule, severity: None, settings: Vec::new() };
        match entry {
            RuleEntry::Word(word) => {
                let level = self.level(word, span);
                let origin = self.origin(key);
                change.severity = level.map(|level| Sourced { value: Levels::Everywhere(level), origin });
            }
            RuleEntry::Full(entries) => {
                for (name, value) in entries {
                    if name == "severity" {
                        change.severity = self.severity(id, value);
                    } else if let Some(setting) = self.setting(rule, id, name, value) {
                        change.settings.push(setting);
                    }
                }
            }
        }
        self.layer.rules.push(change);
    }

    fn known(&mut self, id: &str, span: Span) -> Option<Named> {
        let rule = rules::named(id);
        if rule.is_none() {
            let message = if nearest_rule(id).is_some() || named(id).starts_with('`') {
                unknown_rule(id)
            } else {
                "there is no rule of this name; `gonogo rules` lists them".to_owned()
            };
            self.wrong(span, message);
        }
        rule
    }

    /// A severity, or severities by environment.
    fn severity(&mut self, id: &str, value: &Yaml) -> Option<Sourced<Levels>> {
        let span = self.placed.span(&["rules", id, "severity"]);
        let origin = self.origin(self.placed.key(&["rules", id], "severity"));
        let value = match value {
            Yaml::String(word) => Levels::Everywhere(self.level(word, span)?),
            Yaml::Mapping(map) => {
                let mut levels = Vec::new();
                for (name, word) in map {
                    let (Yaml::String(name), Yaml::String(word)) = (name, word) else {
                        self.wrong(span, "expected environments and their severities");
                        return None;
                    };
                    let role = self.role(name, self.placed.key(&["rules", id, "severity"], name));
                    let level = self.level(word, self.placed.span(&["rules", id, "severity", name]));
                    levels.extend(role.zip(level));
                }
                Levels::By(levels.into())
            }
            _ => {
                self.wrong(span, "expected a severity, or a map of environments and severities");
                return None;
            }
        };
        Some(Sourced { value, origin })
    }

    pub(super) fn level(&mut self, word: &str, span: Span) -> Option<Option<Severity>> {
        if word == "off" {
            return Some(None);
        }
        let level = Severity::parse(word);
        if level.is_none() {
            self.wrong(span, unknown("severity", word, &["critical", "high", "medium", "low", "info", "off"]));
        }
        level.map(Some)
    }

    fn role(&mut self, word: &str, span: Span) -> Option<Role> {
        let role = Role::parse(word);
        if role.is_none() {
            self.wrong(span, unknown("environment", word, &Role::ALL.map(Role::name)));
        }
        role
    }

    fn setting(
        &mut self,
        rule: &'static Rule,
        id: &str,
        name: &str,
        value: &Yaml,
    ) -> Option<(&'static str, Sourced<Value>)> {
        let key = self.placed.key(&["rules", id], name);
        let Some(param) = rule.params.iter().find(|param| param.name() == name) else {
            let mut names: Vec<&str> = rule.params.iter().map(Param::name).collect();
            names.push("severity");
            self.wrong(key, unknown(&format!("parameter of `{}`", rule.id), name, &names));
            return None;
        };
        if let Param::Switches { .. } = param {
            let value = self.switches(rule, &["rules", id, name], value)?;
            return Some((param.name(), Sourced { value, origin: self.origin(key) }));
        }
        match typed(param, value) {
            Ok(value) => Some((param.name(), Sourced { value, origin: self.origin(key) })),
            Err(expected) => {
                let message = format!("`{name}` of `{}` takes {expected}", rule.id);
                self.wrong(self.placed.span(&["rules", id, name]), message);
                None
            }
        }
    }

    /// `glob: staging`, or `glob: { role: staging, dialects: [docker, bash] }`.
    fn file(&mut self, pattern: &str, entry: &Yaml) -> Option<FileEntry> {
        let path = ["files", pattern];
        let wrong = "expected an environment, or a map with `role` or `dialects`";
        match entry {
            Yaml::String(word) => {
                let role = self.role(word, self.placed.span(&path))?;
                Some(FileEntry { role: Some(role), dialects: Vec::new() })
            }
            Yaml::Mapping(map) if !map.is_empty() => {
                let known = ["role", "dialects"];
                for key in map.keys().filter_map(Yaml::as_str).filter(|key| !known.contains(key)) {
                    self.wrong(self.placed.key(&path, key), unknown("key", key, &known));
                }
                let role = match entry.get("role") {
                    None => None,
                    Some(Yaml::String(word)) => Some(self.role(word, self.placed.span(&["files", pattern, "role"]))?),
                    Some(_) => {
                        self.wrong(self.placed.span(&["files", pattern, "role"]), "expected an environment");
                        None
                    }
                };
                let dialects = entry.get("dialects").map(|list| self.dialects(pattern, list)).unwrap_or_default();
                Some(FileEntry { role, dialects })
            }
            _ => {
                self.wrong(self.placed.span(&path), wrong);
                None
            }
        }
    }

    fn dialects(&mut self, pattern: &str, list: &Yaml) -> Vec<Dialect> {
        let path = ["files", pattern, "dialects"];
        let Some(items) = list.as_sequence() else {
            self.wrong(self.placed.span(&path), "expected a list of programs that load env files");
            return Vec::new();
        };
        let mut found = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let name = item.as_str().unwrap_or_default();
            match Dialect::parse(name) {
                Some(dialect) => found.push(dialect),
                None => {
                    let names: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
                    let span = self.placed.span(&["files", pattern, "dialects", &index.to_string()]);
                    self.wrong(span, unknown("dialect", name, &names));
                }
            }
        }
        found
    }

    fn environment(&mut self, name: &str, entry: &EnvironmentEntry) {
        let Some(role) = self.role(name, self.placed.key(&["environments"], name)) else { return };
        let mut change = EnvironmentChange { role, cap: None, keep: Vec::new() };
        if let Some(word) = &entry.cap {
            let span = self.placed.span(&["environments", name, "cap"]);
            change.cap = self.level(word, span).map(|value| Sourced { value, origin: self.origin(span) });
        }
        for (index, id) in entry.keep.iter().enumerate() {
            let span = self.placed.span(&["environments", name, "keep", &index.to_string()]);
            change.keep.extend(self.known(id, span).into_iter().flat_map(|named| named.rules).map(|rule| rule.id));
        }
        self.layer.environments.push(change);
    }

    fn waiver(&mut self, written: &Written, index: usize) {
        let entry = &written.waivers[index];
        let index = index.to_string();
        let at = |key: &str| ["waivers".to_owned(), index.clone(), key.to_owned()];
        let place = |key: &str| self.placed.span(&at(key).each_ref().map(String::as_str));
        let (rule_at, reason_at, until_at) = (place("rule"), place("reason"), place("until"));
        let rule = self.known(&entry.rule, rule_at);
        if entry.reason.trim().is_empty() {
            self.wrong(reason_at, "a waiver says why: the reason is empty");
        }
        let until = entry.until.as_ref().map(|text| date(text));
        if until.is_some_and(|date| date.is_none()) {
            self.wrong(until_at, "expected a date like 2027-01-31");
        }
        let path = self.pattern(&entry.path, place("path"));
        if let Some((rule, path)) = rule.zip(path) {
            self.layer.waivers.push(Accepted {
                rule,
                path,
                reason: entry.reason.trim().to_owned(),
                until: until.flatten(),
                owner: entry.owner.clone(),
                span: rule_at,
            });
        }
    }
}

impl Reader<'_> {
    /// `- variables: [X]` with a reason.
    fn assume(&mut self, entry: &AssumeEntry, index: &str) {
        let place = |key: &str| self.placed.span(&["assume", index, key]);
        let (whole, reason, until) = (self.placed.span(&["assume", index]), place("reason"), place("until"));
        if entry.reason.trim().is_empty() {
            self.wrong(reason, "an assumption says why: the reason is empty");
        }
        let day = entry.until.as_ref().map(|text| date(text));
        if day.is_some_and(|day| day.is_none()) {
            self.wrong(until, "expected a date like 2027-01-31");
        }
        let keys = Given::ALL.map(Given::key);
        if Given::ALL.iter().all(|given| entry.of(*given).is_empty()) {
            self.wrong(whole, format!("an assumption names what it is about: {}", keys.join(", ")));
        }
        for given in Given::ALL {
            for (number, name) in entry.of(given).iter().enumerate() {
                let span = self.placed.span(&["assume", index, given.key(), &number.to_string()]);
                let (name, file) = (name.trim().to_owned(), self.name.to_owned());
                if given == Given::System && !is_system(&name) {
                    let known: Vec<&str> = Release::names().collect();
                    let message = format!("expected `nginx 1.24.0`, or a release that is known: {}", known.join(", "));
                    self.wrong(span, message);
                }
                self.layer.assumed.push(Assumption {
                    given,
                    name,
                    until: day.flatten(),
                    owner: entry.owner.clone(),
                    file,
                    span,
                });
            }
        }
    }
}

impl Reader<'_> {
    /// `- control: X` with a person and a reason.
    fn attest(&mut self, entry: &AttestEntry, index: &str) {
        let place = |key: &str| self.placed.span(&["attest", index, key]);
        let (control, by, reason, until) = (place("control"), place("by"), place("reason"), place("until"));
        if let Some(message) = unknown_control(&entry.control) {
            self.wrong(control, message);
        }
        if entry.by.trim().is_empty() {
            self.wrong(by, "somebody answers for it: `by` is empty");
        }
        if entry.reason.trim().is_empty() {
            self.wrong(reason, "an attestation says what was done: the reason is empty");
        }
        let day = entry.until.as_ref().map(|text| date(text));
        if day.is_some_and(|day| day.is_none()) {
            self.wrong(until, "expected a date like 2027-01-31");
        }
        self.layer.attested.push(Attestation {
            control: entry.control.clone(),
            by: entry.by.trim().to_owned(),
            reason: entry.reason.trim().to_owned(),
            until: day.flatten(),
            applies: entry.applies.unwrap_or(true),
            file: self.name.to_owned(),
            span: control,
        });
    }
}

/// `2027-01-31`
pub fn date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

fn typed(param: &Param, value: &Yaml) -> Result<Value, &'static str> {
    match param {
        Param::Int { .. } => value.as_i64().map(Value::Int).ok_or("a whole number"),
        Param::Bool { .. } => value.as_bool().map(Value::Bool).ok_or("true or false"),
        Param::List { .. } => {
            let items = value.as_sequence().ok_or("a list of words")?;
            items.iter().map(word).collect::<Option<_>>().map(Value::List).ok_or("a list of words")
        }
        Param::Switches { .. } => Err("a map of variables"),
    }
}

pub(super) fn word(item: &Yaml) -> Option<String> {
    match item {
        Yaml::String(word) => Some(word.clone()),
        Yaml::Number(number) => Some(number.to_string()),
        Yaml::Bool(on) => Some(on.to_string()),
        _ => None,
    }
}
