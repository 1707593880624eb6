//! The run: read, join, judge, sort. The only file that names rayon.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use time::OffsetDateTime;

use crate::model::env::Loader;
use crate::model::{Document, View, secret};
use crate::policy::{Policy, Waivers};
use crate::project::{Project, Variables};
use crate::rules::{self, Check, Context, Finding, Rule, Settings, Severity, Sink, State, Unknown};
use crate::source::{Class, Content, FileId, Input, Kind, Role, RoleWhy, Source, Span, Workspace, classify, role_of};

/// Something that could not be looked at; it makes the run undecided.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fault {
    /// The file, or the part of the run.
    pub path: String,
    /// What happened.
    pub message: String,
}

/// How the questions were answered: rule by subject.
#[derive(Copy, Clone, Default, PartialEq, Eq, Debug)]
pub struct Outcomes {
    /// Nothing wrong.
    pub pass: usize,
    /// At least one live finding.
    pub fail: usize,
    /// Could not be decided.
    pub unknown: usize,
    /// Nothing to judge.
    pub not_applicable: usize,
    /// Found and accepted.
    pub waived: usize,
}

impl Outcomes {
    fn add(&mut self, other: Outcomes) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.unknown += other.unknown;
        self.not_applicable += other.not_applicable;
        self.waived += other.waived;
    }

    /// Counts what one rule said about one subject.
    fn count(&mut self, sink: &Sink) {
        match (&sink.findings[..], &sink.unknowns[..], sink.applicable) {
            ([], [], true) => self.pass += 1,
            ([], [], false) => self.not_applicable += 1,
            ([], ..) => self.unknown += 1,
            (all, ..) if !all.iter().any(Finding::live) => self.waived += 1,
            _ => self.fail += 1,
        }
    }
}

/// The answer.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Ship it.
    Go,
    /// Do not.
    NoGo,
    /// Something could not be looked at, and nothing else speaks against it.
    Undecided,
}

impl Verdict {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Go => "go",
            Verdict::NoGo => "no-go",
            Verdict::Undecided => "undecided",
        }
    }

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Verdict::Go => 0,
            Verdict::NoGo => 1,
            Verdict::Undecided => 2,
        }
    }
}

/// Everything there is to print.
#[derive(Debug)]
pub struct Report {
    /// The moment the judgement is for.
    pub at: OffsetDateTime,
    /// What was read.
    pub project: Project,
    /// What was found, sorted by path, start, end, rule, message; waived ones included.
    pub findings: Vec<Finding>,
    /// What could not be decided, sorted likewise.
    pub unknowns: Vec<Unknown>,
    /// The counts.
    pub outcomes: Outcomes,
    /// What could not be looked at.
    pub faults: Vec<Fault>,
    /// What was passed over on purpose: path and reason.
    pub notes: Vec<(String, String)>,
    /// The mildest severity that stops a deployment.
    pub fail_on: Severity,
    /// The answer.
    pub verdict: Verdict,
    /// Set when the report was narrowed to paths with nothing to judge.
    narrowed_to_nothing: bool,
}

impl Report {
    /// The live findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.live() && f.severity == severity).count()
    }

    /// Keeps what is about the paths that `wanted` accepts, with its primary or a related place, and decides again.
    /// Everything was read and judged: only the report is about less.
    pub fn narrow(&mut self, wanted: impl Fn(&str) -> bool) {
        let project = &self.project;
        let about = |span: Span| wanted(&project.source(span.file).path);
        self.findings
            .retain(|finding| about(finding.primary.span) || finding.related.iter().any(|label| about(label.span)));
        self.unknowns.retain(|unknown| about(unknown.span));
        self.faults.retain(|fault| fault.path == WHOLE || wanted(&fault.path));
        self.narrowed_to_nothing = !self.project.documents.iter().any(|d| judged(d) && wanted(&d.source.path));
        self.decide();
    }

    /// Whether there is no file the report could be about. A gate that saw nothing must not say go.
    pub fn nothing_to_judge(&self) -> bool {
        self.narrowed_to_nothing || !self.project.documents.iter().any(judged)
    }

    fn decide(&mut self) {
        let stops = self.findings.iter().any(|finding| finding.live() && finding.severity >= self.fail_on);
        self.verdict = match (stops, self.faults.is_empty() && !self.nothing_to_judge()) {
            (true, _) => Verdict::NoGo,
            (false, false) => Verdict::Undecided,
            (false, true) => Verdict::Go,
        };
    }
}

/// The name of the project as a whole among the paths of faults.
const WHOLE: &str = "the project";

/// gonogo's own configuration is nothing to deploy, and files about other files say nothing alone.
fn judged(document: &Document) -> bool {
    !matches!(document.class.kind, Kind::Config | Kind::Support)
}

/// Runs `f` with a number of threads of its own; `None` leaves the choice to the machine.
pub fn with_threads<T: Send>(threads: Option<usize>, f: impl FnOnce() -> T + Send) -> T {
    match threads.map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build()) {
        Some(Ok(pool)) => pool.install(f),
        _ => f(),
    }
}

/// A file that was read and recognised.
type Loaded = (Input, Vec<u8>, Option<u32>, Class);

/// What the rules said about one subject.
type Judged = (Vec<Finding>, Vec<Unknown>, Outcomes);

/// Reads a workspace and joins it. The faults are those of single files.
pub fn load(workspace: Workspace, policy: &Policy) -> (Project, Vec<Fault>) {
    let mut faults: Vec<Fault> = workspace.faults.into_iter().map(|(path, message)| Fault { path, message }).collect();
    let read: Vec<_> = workspace.inputs.into_par_iter().map(|input| read(input, policy)).collect();
    let files: Vec<Loaded> = settle(read, &mut faults).into_iter().flatten().collect();
    let parsed: Vec<(Document, View, Option<Fault>)> =
        files.into_par_iter().enumerate().map(|(index, file)| parse(FileId(index as u32), file, policy)).collect();
    let (mut documents, mut views) = (Vec::with_capacity(parsed.len()), Vec::with_capacity(parsed.len()));
    for (document, view, fault) in parsed {
        documents.push(document);
        views.push(view);
        faults.extend(fault);
    }
    let mut project = Project::new(documents, views, workspace.files, workspace.git);
    let all = project.documents.par_iter();
    let compose = all.map(|document| guard(&document.source.path, || project.compose_view(document))).collect();
    let compose = settle(compose, &mut faults).into_iter().flatten().collect();
    for env in &mut project.env {
        env.loaders = policy.dialects(&env.path).iter().map(|&dialect| Loader { dialect, at: None }).collect();
    }
    project.join(compose);
    (project, faults)
}

/// What went well; the rest becomes faults.
fn settle<T>(results: Vec<Result<T, Fault>>, faults: &mut Vec<Fault>) -> Vec<T> {
    results.into_iter().filter_map(|result| result.map_err(|fault| faults.push(fault)).ok()).collect()
}

fn read(input: Input, policy: &Policy) -> Result<Option<Loaded>, Fault> {
    let (bytes, mode) = match &input.content {
        Content::Memory(bytes) => (bytes.clone(), None),
        Content::WithMode(bytes, mode) => (bytes.clone(), Some(*mode)),
        Content::Disk(path) => {
            crate::source::read(path).map_err(|message| Fault { path: input.path.clone(), message })?
        }
    };
    let config =
        (policy.config() == Some(&input.path)).then_some(Class { kind: Kind::Config, why: "the configuration in use" });
    Ok(config.or_else(|| classify(&input.path, &bytes)).map(|class| (input, bytes, mode, class)))
}

/// Parses a file and says what it means. After a panic the document stands there empty, so that file numbers stay
/// indices.
fn parse(id: FileId, file: Loaded, policy: &Policy) -> (Document, View, Option<Fault>) {
    let (Input { path, .. }, bytes, mode, class) = file;
    let (role, why) = role(&path, class.kind, policy);
    let parsed = guard(&path, || {
        let mut source = Source::new(id, path.clone(), bytes);
        source.mode = mode;
        let mut document = Document::parse(source, class, role, why);
        let view = View::of(&mut document);
        (document, view)
    });
    match parsed {
        Ok((document, view)) => (document, view, None),
        Err(fault) => (Document::parse(Source::new(id, path, Vec::new()), class, role, why), View::Later, Some(fault)),
    }
}

fn role(path: &str, kind: Kind, policy: &Policy) -> (Role, RoleWhy) {
    // The configuration is about all environments, wherever it lies.
    if kind == Kind::Config {
        return (policy.default_role(), RoleWhy::Unnamed);
    }
    if let Some(role) = policy.role(path) {
        return (role, RoleWhy::Configured);
    }
    role_of(path).map_or((policy.default_role(), RoleWhy::Unnamed), |role| (role, RoleWhy::Name))
}

/// Runs `f`; a panic becomes a fault of `path`. What the panic says is dropped: it could hold a value.
fn guard<T>(path: &str, f: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|_| Fault {
        path: path.to_owned(),
        message: "internal error in gonogo while working on this file; please report it".into(),
    })
}

/// What a rule looks at.
#[derive(Copy, Clone)]
enum Subject<'a> {
    Env(&'a crate::model::env::EnvFile),
    /// The variables of an env file: put together when they are judged, and gone afterwards.
    EnvVariables(&'a crate::model::env::EnvFile),
    Variables(&'a Variables<'a>),
    Compose(&'a crate::model::compose::ComposeFile),
    Service(&'a crate::model::compose::Service),
    Nginx(&'a crate::model::nginx::NginxFile),
    Server(&'a crate::model::nginx::Server),
    Pem(&'a crate::model::tls::PemFile),
    Chain(&'a crate::model::tls::Chain),
    Project(&'a Project),
}

impl Subject<'_> {
    fn file(self) -> Option<FileId> {
        match self {
            Subject::Env(env) | Subject::EnvVariables(env) => Some(env.file),
            Subject::Variables(variables) => Some(variables.file),
            Subject::Compose(compose) => Some(compose.file),
            Subject::Service(service) => Some(service.file),
            Subject::Nginx(nginx) => Some(nginx.file),
            Subject::Server(server) => Some(server.file),
            Subject::Pem(pem) => Some(pem.file),
            Subject::Chain(chain) => Some(chain.file),
            Subject::Project(_) => None,
        }
    }

    /// The environment it is judged for; a project has files of all of them.
    fn role(self, project: &Project) -> Option<Role> {
        match self {
            Subject::Variables(variables) => Some(variables.role),
            _ => self.file().map(|file| project.document(file).role),
        }
    }

    /// Runs the rule if it is about subjects of this type.
    fn run(self, rule: &Rule, context: &Context, sink: &mut Sink) -> bool {
        match (&rule.check, self) {
            (Check::Env(f), Subject::Env(subject)) => f(subject, context, sink),
            (Check::Variables(f), Subject::Variables(subject)) => f(subject, context, sink),
            (Check::Compose(f), Subject::Compose(subject)) => f(subject, context, sink),
            (Check::Service(f), Subject::Service(subject)) => f(subject, context, sink),
            (Check::Nginx(f), Subject::Nginx(subject)) => f(subject, context, sink),
            (Check::Server(f), Subject::Server(subject)) => f(subject, context, sink),
            (Check::Pem(f), Subject::Pem(subject)) => f(subject, context, sink),
            (Check::Chain(f), Subject::Chain(subject)) => f(subject, context, sink),
            (Check::Project(f), Subject::Project(subject)) => f(subject, context, sink),
            _ => return false,
        }
        true
    }
}

fn subjects<'a>(project: &'a Project, variables: &'a [Variables<'a>]) -> Vec<Subject<'a>> {
    let mut subjects: Vec<Subject> = Vec::new();
    subjects.extend(project.env.iter().map(Subject::Env));
    subjects.extend(project.env.iter().map(Subject::EnvVariables));
    subjects.extend(variables.iter().map(Subject::Variables));
    subjects.extend(project.compose.iter().map(Subject::Compose));
    subjects.extend(project.compose.iter().flat_map(|file| &file.services).map(Subject::Service));
    subjects.extend(project.nginx.iter().map(Subject::Nginx));
    subjects.extend(project.servers().map(Subject::Server));
    subjects.extend(project.pem.iter().map(Subject::Pem));
    subjects.extend(project.chains.iter().map(Subject::Chain));
    subjects.push(Subject::Project(project));
    subjects
}

/// Judges a project.
pub fn judge(
    project: Project,
    faults: Vec<Fault>,
    notes: Vec<(String, String)>,
    policy: &Policy,
    at: OffsetDateTime,
    fail_on: Severity,
) -> Report {
    let waivers = Waivers::collect(&project, policy, at);
    let rules = weights(policy);
    let judge = Judge { project: &project, waivers: &waivers, at, rules: &rules };
    let variables = project.variables();
    let results = subjects(&project, &variables).into_par_iter().map(|subject| judge.subject(subject)).collect();
    let mut report = Report {
        at,
        project,
        findings: Vec::new(),
        unknowns: Vec::new(),
        outcomes: Outcomes::default(),
        faults,
        notes,
        fail_on,
        verdict: Verdict::Go,
        narrowed_to_nothing: false,
    };
    for (findings, unknowns, outcomes) in settle(results, &mut report.faults) {
        report.findings.extend(findings);
        report.unknowns.extend(unknowns);
        report.outcomes.add(outcomes);
    }
    judge_waivers(waivers, policy, &rules, &mut report);
    // FileIds are in path order, so spans sort by path.
    report
        .findings
        .sort_by(|a, b| (a.primary.span, a.rule.id, &a.message).cmp(&(b.primary.span, b.rule.id, &b.message)));
    report.findings.dedup_by(|a, b| a.rule == b.rule && a.primary.span == b.primary.span && a.message == b.message);
    report.unknowns.sort_by(|a, b| (a.span, a.rule, &a.why).cmp(&(b.span, b.rule, &b.why)));
    report.unknowns.dedup();
    report.faults.sort();
    fingerprint(&mut report);
    seal(&mut report);
    report.decide();
    report
}

/// A rule and its severity per role, looked up once: policies are asked by name, and there are many subjects.
struct Weighed<'a> {
    rule: &'static Rule,
    levels: [Option<Severity>; Role::ALL.len()],
    settings: &'a Settings,
}

fn weights(policy: &Policy) -> Vec<Weighed<'_>> {
    let weighed = |rule| {
        let levels = Role::ALL.map(|role| policy.severity(rule, role));
        Weighed { rule, levels, settings: policy.settings(rule, policy.default_role()) }
    };
    rules::all().map(weighed).collect()
}

impl Weighed<'_> {
    /// Gives a finding the severity its file's role asks for; `false` drops it.
    fn weigh(&self, finding: &mut Finding, project: &Project) -> bool {
        let role = project.document(finding.primary.span.file).role;
        let Some(level) = self.levels[role as usize] else { return false };
        finding.severity = finding.lowered.map_or(level, |lowered| lowered.min(level));
        true
    }
}

/// What every subject is judged with.
struct Judge<'a> {
    project: &'a Project,
    waivers: &'a Waivers,
    at: OffsetDateTime,
    rules: &'a [Weighed<'a>],
}

impl Judge<'_> {
    fn subject(&self, subject: Subject) -> Result<Judged, Fault> {
        let path = subject.file().map_or(WHOLE, |file| &self.project.source(file).path);
        guard(path, || {
            let (mut findings, mut unknowns, mut outcomes) = (Vec::new(), Vec::new(), Outcomes::default());
            let variables;
            let subject = match subject {
                Subject::EnvVariables(env) => {
                    variables = Variables::of_file(env);
                    Subject::Variables(&variables)
                }
                subject => subject,
            };
            for weighed in self.rules {
                let Some(mut sink) = self.ask(weighed, subject) else { continue };
                outcomes.count(&sink);
                findings.append(&mut sink.findings);
                unknowns.append(&mut sink.unknowns);
            }
            (findings, unknowns, outcomes)
        })
    }

    /// What one rule says about one subject; `None` when it is about others or switched off here.
    fn ask(&self, weighed: &Weighed, subject: Subject) -> Option<Sink> {
        // A rule about the whole project finds things in files of any role: its findings are weighed one by one.
        let role = subject.role(self.project);
        if role.is_some_and(|role| weighed.levels[role as usize].is_none()) {
            return None;
        }
        let rule = weighed.rule;
        let context = Context { project: self.project, at: self.at, rule, settings: weighed.settings };
        let mut sink = Sink::new(rule);
        if !subject.run(rule, &context, &mut sink) {
            return None;
        }
        sink.findings.retain_mut(|finding| weighed.weigh(finding, self.project));
        sink.findings.iter_mut().for_each(|finding| self.waivers.apply(finding, self.project));
        Some(sink)
    }
}

/// What is wrong with the waivers themselves, one question per rule.
fn judge_waivers(waivers: Waivers, policy: &Policy, rules: &[Weighed], report: &mut Report) {
    let none = waivers.is_empty();
    let mut found = waivers.findings(&report.project, policy, &report.unknowns);
    for weighed in rules.iter().filter(|weighed| matches!(weighed.rule.check, Check::Policy)) {
        if weighed.levels[policy.default_role() as usize].is_none() {
            found.retain(|finding| finding.rule != weighed.rule);
            continue;
        }
        found.retain_mut(|finding| finding.rule != weighed.rule || weighed.weigh(finding, &report.project));
        let own: Vec<&Finding> = found.iter().filter(|finding| finding.rule == weighed.rule).collect();
        match own[..] {
            [] if none => report.outcomes.not_applicable += 1,
            [] => report.outcomes.pass += 1,
            _ if own.iter().any(|finding| finding.live()) => report.outcomes.fail += 1,
            _ => report.outcomes.waived += 1,
        }
    }
    report.findings.append(&mut found);
}

/// Fingerprints survive line moves: rule, path, the masked line, and a count for equal ones.
fn fingerprint(report: &mut Report) {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for finding in &mut report.findings {
        let source = report.project.source(finding.primary.span.file);
        let line = line_text(source, finding.primary.span);
        let mut hash = Fnv::default();
        for part in [finding.rule.id, &source.path, line.trim()] {
            hash.write(part.as_bytes());
            hash.write(&[0]);
        }
        let count = seen.entry(hash.0).or_default();
        *count += 1;
        hash.write(&count.to_le_bytes());
        finding.fingerprint = format!("{:016x}", hash.0);
    }
}

/// Masks in what rules say about files what is masked in the files: one door for the messages of all of them.
fn seal(report: &mut Report) {
    for finding in &mut report.findings {
        let hidden = hidden_beside(&report.project, finding);
        let path = &report.project.source(finding.primary.span.file).path;
        let Finding { message, help, primary, related, fixes, state, .. } = finding;
        let labels = std::iter::once(primary).chain(related).map(|label| &mut label.text);
        let reason = match state {
            State::Waived { reason, .. } => Some(reason),
            State::Live => None,
        };
        let titles = fixes.iter_mut().map(|fix| &mut fix.title);
        for text in std::iter::once(message).chain(help).chain(labels).chain(titles).chain(reason) {
            mask_in(text, &hidden, path);
        }
    }
    for unknown in &mut report.unknowns {
        mask_in(&mut unknown.why, &[], &report.project.source(unknown.span.file).path);
    }
    for fault in &mut report.faults {
        mask_in(&mut fault.message, &[], &fault.path);
    }
}

/// What is masked at the places of a finding. Words are left out: they are names as well.
fn hidden_beside(project: &Project, finding: &Finding) -> Vec<String> {
    let word = |piece: &str| piece.bytes().all(|b| b.is_ascii_lowercase() || b"-_ ".contains(&b));
    let mut hidden = Vec::new();
    for span in std::iter::once(&finding.primary).chain(&finding.related).map(|label| label.span).take(8) {
        let source = project.source(span.file);
        hidden.extend(source.hidden_in(source.part_of_line(span.start as usize)));
    }
    hidden.retain(|piece| piece.len() >= 6 && !word(piece));
    hidden
}

/// Masks in a sentence what is hidden beside it and what looks secret, but no part of the path
/// of its file: that is printed anyway.
fn mask_in(text: &mut String, hidden: &[String], path: &str) {
    for piece in hidden.iter().filter(|piece| text.contains(piece.as_str())).collect::<Vec<_>>() {
        *text = text.replace(piece.as_str(), &"*".repeat(piece.len()));
    }
    let mut found = secret::hidden_in_sentence(text);
    found.retain(|range| !text.get(range.clone()).is_some_and(|part| path.contains(part)));
    if !found.is_empty() {
        *text = secret::mask(text, &found);
    }
}

/// The start of the line: all of it, unless it is one of megabytes.
fn line_text(source: &Source, span: Span) -> Cow<'_, str> {
    let line = source.line(source.lines().line(span.start));
    source.shown_in(line.start..source.boundary(line.end.min(line.start + 4096)))
}

/// FNV-1a, 64 bits: the same on every machine and toolchain.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
