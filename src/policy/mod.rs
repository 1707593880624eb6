//! Which rule counts how much where: packs, configuration, environments, waivers.
//!
//! A policy is made of layers, and a later layer wins, value by value: what the rule declares, pack `core`, the packs in
//! the order they are named (what a pack extends comes before it), the project's `gonogo.yaml`, the command line.
//! Every value in effect knows the layer it comes from ([`SetBy`]), so that `gonogo explain` can say who set it.

//!
//! # Packs
//!
//! A pack is one YAML file. gonogo brings some ([`PACKS`], the files in `policies/`); a project can have its own.
//!
//! ```yaml
//! pack: gonogo/v1                  # the format
//! id: acme
//! title: What ACME wants of every deployment
//! extends: [web-tls]               # packs that come before this one: names, or files beside it
//! audience: strict                 # rules for this audience run too: everyone, strict, audit
//! rules:
//!   env/debug-on: critical         # a severity, or off
//!   env/weak-secret:               # a severity and parameters; both are optional
//!     severity: { production: high, development: off }
//!     min_secret: 40
//! environments:                    # what is different outside production
//!   staging: { cap: medium, keep: [env/default-secret] }
//! ```
//!
//! A severity is that of a rule's usual case. Where a rule says that a case is milder, a layer that asks for more does not
//! raise it; where it says that a case is graver, it stays so unless a layer asks for less than the rule does.
//!
//! A severity by environment is meant as it is written: no cap touches it. A cap lowers everything else in the files of
//! its environment (`off` silences them), except the rules under `keep`. A rule for a stricter audience than the
//! policy's runs only when a layer names it.
//!
//! # Configuration
//!
//! `gonogo.yaml` (or `.gonogo.yaml`) in the project's root has the same keys, and eight of its own. Patterns know `*`, `?`,
//! `**`, `[a-z]` and `{this,that}`; one that no file fits is a finding.
//!
//! ```yaml
//! packs: [strict, ./policies/acme.yaml]
//! files:                                   # the last pattern that fits decides
//!   "deploy/*.env": staging
//!   "app/.env": { dialects: [compose, bash] }   # the programs that load it
//! exclude: ["vendored/**"]                 # not read, unless something that is read names it
//! waivers:
//!   - rule: docker/runs-as-root
//!     path: Dockerfile
//!     reason: nginx opens port 80 itself, then changes to user nginx
//!     until: 2027-03-31                    # the last day it holds
//!     owner: ops
//! assume:                                  # what the project cannot know
//!   - variables: [SENTRY_DSN]
//!     reason: the platform sets it
//!   - hosts: [db.internal]
//!     files: [/etc/letsencrypt/live/shop.example/fullchain.pem]
//!     compose: ["-f compose.yml -f compose.prod.yml up -d"]
//!     systems: [debian 12]                 # what the hosts run; or `nginx 1.24.0`
//!     reason: as the server is set up, see the wiki
//!     until: 2027-03-31
//!     owner: ops
//! attest:                                  # what no file can show, for `gonogo board`
//!   - control: restore-tested
//!     by: Ada
//!     reason: last night's dump was loaded on staging in 20 minutes
//!     until: 2027-03-31                    # the last day it holds
//!   - control: load-tested
//!     by: Ada
//!     applies: false                       # the requirement is not ours
//!     reason: an internal tool for twelve people
//! tls: { roots: [certs/company-root.pem] }  # the roots that clients have besides the public ones
//! fail_on: high
//! fail_on_unknown: [will-not-start]        # no go while such a question is open
//! ```
//!
//! # Waivers
//!
//! `# gonogo: allow[rule-id, other-id] reason until=2027-01-31` accepts findings in place: on a line of its own those of
//! the node below it, behind something those of its line. The reason is required, the date is not. What is wrong with
//! waivers is reported by the rules of family `waiver`.

mod board;
mod builtin;
mod comment;
mod file;
mod layer;
mod load;
mod near;
mod pattern;
mod ready;
mod switches;
mod waiver;

use std::collections::BTreeMap;

pub use board::{Attestation, Control, Need, OF_CHECKLIST, OF_UNJUDGED, Requirements, Section};
pub use builtin::{Builtin, PACKS};
pub use file::Problem;
pub use layer::{Accepted, Change, FileEntry, Layer, Levels, SetBy, Sourced};
pub use load::Read;
pub use near::{nearest, nearest_rule, unknown_rule};
pub use pattern::Pattern;
pub use waiver::Waivers;

use load::Loader;

use time::{OffsetDateTime, UtcOffset};

use crate::model::tls::{Certificate, Roots, when};
use crate::project::{Assumed, Assumption};
use crate::rules::{Audience, Effect, Level, Rule, Settings, Severity, Value};
use crate::source::Role;
use crate::syntax::dotenv::Dialect;

/// What all layers together say.
#[derive(Debug)]
pub struct Policy {
    rules: BTreeMap<&'static str, InEffect>,
    environments: [Environment; Role::ALL.len()],
    audience: Sourced<Audience>,
    files: Vec<(Pattern, FileEntry)>,
    exclude: Vec<Pattern>,
    /// The loaders named on the command line.
    dialects: Vec<Dialect>,
    waivers: Vec<Accepted>,
    assumed: Vec<Assumption>,
    attested: Vec<Attestation>,
    roots: Roots,
    config: Option<String>,
    only: Option<&'static str>,
    target: Option<Role>,
    ignores_waivers: bool,
    ignores_comments: bool,
    remarks: Vec<String>,
    fail_on: Option<Severity>,
    must_be_known: Vec<Effect>,
}

/// What a policy is made of, besides options for single rules.
#[derive(Debug, Default)]
pub struct Request {
    /// The project's configuration: its path and content.
    pub config: Option<(String, Vec<u8>)>,
    /// Packs named on the command line.
    pub packs: Vec<String>,
}

/// What is in effect for one rule beyond what it declares.
#[derive(Clone, Debug, Default)]
struct InEffect {
    everywhere: Option<Sourced<Option<Severity>>>,
    by_role: [Option<Sourced<Option<Severity>>>; Role::ALL.len()],
    settings: Settings,
    origins: BTreeMap<&'static str, SetBy>,
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
            rules: BTreeMap::new(),
            environments: Default::default(),
            audience: Sourced { value: Audience::Everyone, origin: SetBy::Rule },
            files: Vec::new(),
            exclude: Vec::new(),
            dialects: Vec::new(),
            waivers: Vec::new(),
            assumed: Vec::new(),
            attested: Vec::new(),
            roots: Roots::default(),
            config: None,
            only: None,
            target: None,
            ignores_waivers: false,
            ignores_comments: false,
            remarks: Vec::new(),
            fail_on: None,
            must_be_known: Vec::new(),
        }
    }
}

impl Policy {
    /// A policy that runs nothing but the rule of this id, as it is declared.
    pub fn only(id: &'static str) -> Self {
        Policy { only: Some(id), ..Policy::default() }
    }

    /// Reads pack `core`, the packs that are asked for, and the configuration. `read` gives the content of packs that
    /// are files, by their path as seen from the project's root.
    ///
    /// # Errors
    /// Everything that is wrong in them, with its place.
    pub fn load(request: Request, read: Read) -> Result<Self, Vec<Problem>> {
        let mut loader = Loader::new(read);
        loader.pack("core");
        let mut policy = Policy::default();
        policy.lay(loader, request)?;
        Ok(policy)
    }

    /// Lays a configuration over this policy, `core` aside.
    ///
    /// # Errors
    /// Everything that is wrong in it, with its place.
    pub fn configure(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), Vec<Problem>> {
        let nothing = |_: &str| Err("cannot be read here".to_owned());
        self.lay(Loader::new(&nothing), Request { config: Some((path.to_owned(), bytes)), packs: Vec::new() })
    }

    fn lay(&mut self, mut loader: Loader, request: Request) -> Result<(), Vec<Problem>> {
        self.config = request.config.as_ref().map(|(path, _)| path.clone()).or(self.config.take());
        loader.project(request);
        if !loader.problems.is_empty() {
            return Err(loader.problems);
        }
        for layer in loader.layers {
            self.add(layer);
        }
        Ok(())
    }

    /// Judges the deployment to one environment: files nobody calls anything belong to it, and only its files are
    /// reported.
    pub fn target(&mut self, role: Role) {
        self.target = Some(role);
    }

    /// Reports what is waived like everything else.
    pub fn ignore_waivers(&mut self) {
        self.ignores_waivers = true;
    }

    fn waivers_count(&self) -> bool {
        !self.ignores_waivers
    }

    /// Waivers in comments do not count, those of the configuration do: the files are not to be trusted with that.
    pub fn ignore_comments(&mut self) {
        self.ignores_comments = true;
    }

    fn comments_count(&self) -> bool {
        !self.ignores_comments
    }

    /// Adds something people must know about the policy a project was judged by, one sentence.
    pub fn remark(&mut self, text: String) {
        self.remarks.push(text);
    }

    /// What people must know about the policy.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// What the configuration says of the world outside the project.
    pub fn assumed(&self, at: OffsetDateTime) -> Assumed {
        Assumed::new(self.assumed.clone(), at.to_offset(UtcOffset::UTC).date())
    }

    /// What people say of what no file can show.
    pub fn attested(&self) -> &[Attestation] {
        &self.attested
    }

    /// The roots that clients have besides the public ones, as far as they are valid.
    pub fn roots(&self, at: OffsetDateTime) -> Roots {
        self.roots.valid_at(at)
    }

    /// What people must know about those that are not.
    pub fn ended_roots(&self, at: OffsetDateTime) -> Vec<String> {
        let ended = self.roots.not_valid_at(at);
        let told = |(path, root): (&str, &Certificate)| {
            let (from, to) = (when::date(root.not_before), when::date(root.not_after));
            format!("the root `{}` in `{path}` does not count: it is valid from {from} to {to}", root.subject)
        };
        ended.map(told).collect()
    }

    fn accepted(&self) -> &[Accepted] {
        &self.waivers
    }

    /// The path of the configuration in use, whatever it is called.
    pub fn config(&self) -> Option<&str> {
        self.config.as_deref()
    }

    /// Lays a layer over what there is.
    pub fn add(&mut self, layer: Layer) {
        // Packs are added together: one that asks for less does not silence one that asks for more.
        if let Some(audience) = layer.audience.filter(|audience| audience.value > self.audience.value) {
            self.audience = audience;
        }
        for change in layer.environments {
            let environment = &mut self.environments[change.role as usize];
            environment.cap = change.cap.or(environment.cap.take());
            environment.keep.extend(change.keep);
        }
        self.files.extend(layer.files);
        self.exclude.extend(layer.exclude);
        self.waivers.extend(layer.waivers);
        self.assumed.extend(layer.assumed);
        self.attested.extend(layer.attested);
        self.roots.extend(layer.roots);
        self.fail_on = layer.fail_on.or(self.fail_on);
        self.must_be_known = layer.must_be_known.unwrap_or(std::mem::take(&mut self.must_be_known));
        for change in layer.rules {
            self.rules.entry(change.rule.id).or_default().apply(change);
        }
    }

    /// What the findings of a rule weigh in files of each role; `None` switches it off there.
    pub fn levels(&self, rule: &Rule) -> [Option<Level>; Role::ALL.len()] {
        let set = self.rules.get(rule.id);
        Role::ALL.map(|role| {
            let usual = self.in_effect(rule, set, role).0?;
            // A severity for one environment is meant as it is written.
            let written = set.is_some_and(|set| set.by_role[role as usize].is_some());
            let cap = self.cap(rule, role).filter(|_| !written).and_then(|cap| cap.value);
            let less = (usual < rule.severity).then_some(usual);
            Some(Level { usual, most: cap.into_iter().chain(less).min().unwrap_or(Severity::Critical) })
        })
    }

    /// The cap on a rule in an environment.
    fn cap(&self, rule: &Rule, role: Role) -> Option<&Sourced<Option<Severity>>> {
        let Environment { cap, keep } = &self.environments[role as usize];
        cap.as_ref().filter(|_| !keep.contains(&rule.id))
    }

    /// The same, and who says so.
    pub fn severity_with_origin(&self, rule: &Rule, role: Role) -> Sourced<Option<Severity>> {
        let (value, origin) = self.in_effect(rule, self.rules.get(rule.id), role);
        Sourced { value, origin: origin.clone() }
    }

    fn in_effect<'a>(&'a self, rule: &Rule, set: Option<&'a InEffect>, role: Role) -> (Option<Severity>, &'a SetBy) {
        if self.only.is_some_and(|only| only != rule.id) || self.target.is_some_and(|target| target != role) {
            return (None, &SetBy::CommandLine);
        }
        if let Some(level) = set.and_then(|set| set.by_role[role as usize].as_ref()) {
            return (level.value, &level.origin);
        }
        let level = self.everywhere(rule, set);
        match self.cap(rule, role) {
            Some(cap) if cap.value < level.0 => (cap.value, &cap.origin),
            // Nothing starts a template: what its program would refuse is known before.
            _ if role == Role::Template && matches!(rule.effect, Effect::WillNotStart | Effect::BreaksAtRuntime) => {
                (level.0.min(Some(Severity::Medium)), level.1)
            }
            _ => level,
        }
    }

    fn everywhere<'a>(&'a self, rule: &Rule, set: Option<&'a InEffect>) -> (Option<Severity>, &'a SetBy) {
        if let Some(level) = set.and_then(|set| set.everywhere.as_ref()) {
            return (level.value, &level.origin);
        }
        // A layer that sets a parameter wants the rule to run.
        let wanted = rule.audience <= self.audience.value || set.is_some() || self.only.is_some();
        let origin = if rule.audience == Audience::Everyone { &SetBy::Rule } else { &self.audience.origin };
        (wanted.then_some(rule.severity), origin)
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
        Some(Sourced { value: param.default(), origin: SetBy::Rule })
    }

    /// The role the configuration gives to a path.
    pub fn role(&self, path: &str) -> Option<Role> {
        let fits = self.files.iter().rev().filter(|(glob, _)| glob.fits(path));
        fits.filter_map(|(_, entry)| entry.role).next()
    }

    /// Whether the configuration says that a file is not to be looked at.
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|pattern| pattern.fits(path))
    }

    /// The patterns that choose files.
    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.files.iter().map(|(pattern, _)| pattern).chain(&self.exclude)
    }

    /// Judges every env file as these programs read it, whatever the project says.
    pub fn load_with(&mut self, dialects: Vec<Dialect>) {
        self.dialects = dialects;
    }

    /// The programs that load an env file, when the command line or the configuration names them; else empty.
    pub fn dialects(&self, path: &str) -> &[Dialect] {
        if !self.dialects.is_empty() {
            return &self.dialects;
        }
        let fits = self.files.iter().rev().filter(|(glob, _)| glob.fits(path));
        fits.map(|(_, entry)| &entry.dialects[..]).find(|dialects| !dialects.is_empty()).unwrap_or_default()
    }

    /// The role of files nobody calls anything.
    pub fn default_role(&self) -> Role {
        self.target.unwrap_or(Role::Production)
    }

    /// Does not say go as long as a question is open whose bad answer would have one of these effects.
    pub fn require_known(&mut self, effects: Vec<Effect>) {
        self.must_be_known = effects;
    }

    /// The effects that must be known.
    pub fn must_be_known(&self) -> &[Effect] {
        &self.must_be_known
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
                for &(role, level) in levels.iter() {
                    self.by_role[role as usize] = Some(Sourced { value: level, origin: origin.clone() });
                }
            }
            None => {}
        }
        for (name, Sourced { value, origin }) in change.settings {
            match (self.settings.get_mut(name), value) {
                (Some(Value::Switches(table)), Value::Switches(later)) => table.extend(later),
                (_, value) => _ = self.settings.insert(name, value),
            }
            self.origins.insert(name, origin);
        }
    }
}
