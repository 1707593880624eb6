//! The run: read, join, judge, sort. The only file that names rayon.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use time::OffsetDateTime;

use crate::model::compose::ComposeFile;
use crate::model::env::Loader;
use crate::model::{Class, Document, Kind, Tree, View, Views};
use crate::policy::{Policy, Waivers};
use crate::project::Project;
use crate::rules::{self, Check, Context, Finding, Rule, Settings, Severity, Sink, State, Subject, Unknown};
use crate::secret;
use crate::source::budget::{self, grouped};
use crate::source::{
    Budget, Content, FileId, Input, Named, Role, RoleWhy, Source, Span, Spent, Workspace, role_of, sealed,
};

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
    /// What people must know about how it was judged, one sentence each.
    pub remarks: Vec<String>,
    /// The mildest severity that stops a deployment.
    pub fail_on: Severity,
    /// The answer.
    pub verdict: Verdict,
    /// Set when the report was narrowed to paths with nothing to judge.
    narrowed_to_nothing: bool,
}

impl Report {
    /// What was made of everything that was read, and compared with each other.
    pub fn spent(&self) -> Spent {
        let files = self.project.documents.iter().map(|document| document.source.budget.spent());
        files.fold(self.project.budget.spent(), Spent::and)
    }

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

/// What is said of a project whose files have too much to do with each other.
const TANGLED: &str = "is too large to judge: its services, servers and files refer to each other more often than gonogo \
    looks after; nothing of it was judged. Check parts of it by themselves";

/// The name of the project as a whole among the paths of faults.
const WHOLE: &str = "the project";

fn judged(document: &Document) -> bool {
    document.class.kind.judged()
}

/// Runs `f` with a number of threads of its own.
pub fn with_threads<T: Send>(threads: usize, f: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(f),
        Err(_) => f(),
    }
}

/// Starts as many threads as the machine has cores if there are many files. The one that asks is among them from then on:
/// it works instead of waiting for the others. For the main thread of a program only, which stays to the end.
pub fn start_threads(files: usize) {
    if is_much(files, 0) {
        // Without them, the first that needs threads starts them.
        let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    }
}

/// A file that was read and recognised.
type Loaded = (String, Vec<u8>, Option<u32>, Class);

/// What the rules said about one subject.
#[derive(Default)]
struct Judged {
    findings: Vec<Finding>,
    unknowns: Vec<Unknown>,
    outcomes: Outcomes,
    /// Of what there was too much.
    faults: Vec<Fault>,
}

/// Whether there is enough to do for several threads: for less, starting them takes longer than the work.
pub(crate) fn is_much(things: usize, bytes: usize) -> bool {
    things > 16 || bytes > 128 * 1024
}

/// Does the same to every item, in parallel if it is much; the results are in the order of the items.
pub(crate) fn each<T: Send, R: Send>(is_much: bool, items: Vec<T>, f: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    if is_much { items.into_par_iter().map(f).collect() } else { items.into_iter().map(f).collect() }
}

/// Makes something of every item, in parallel, as long as all of it costs no more than `most`. What does not fit is cut
/// off in the order of the items, and what was not made in time but fits is made afterwards: the result is the same for
/// any number of threads, and at no time is there much more than `most`. Large items wait for their turn.
fn within<T: Send, R: Send>(
    is_much: bool,
    items: Vec<T>,
    most: usize,
    large: impl Fn(&T) -> bool + Sync,
    make: impl Fn(T) -> R + Sync,
    cost: impl Fn(&R) -> usize + Sync,
) -> Vec<R> {
    let spent = AtomicUsize::new(0);
    let attempt = |item: T| {
        if large(&item) || spent.load(Ordering::Relaxed) > most {
            return Err(item);
        }
        let made = make(item);
        spent.fetch_add(cost(&made), Ordering::Relaxed);
        Ok(made)
    };
    let tried: Vec<Result<R, T>> = each(is_much, items, attempt);
    let mut sum = 0;
    let fits = |made: &R| {
        sum += cost(made);
        sum <= most
    };
    tried.into_iter().map(|made| made.unwrap_or_else(&make)).take_while(fits).collect()
}

/// What files are that nobody could tell from their name and content, because the deployment names them.
type Claims = HashMap<String, Class>;

/// How often a file that was named may name others that were not read yet.
const MOST_ROUNDS: usize = 8;

/// Reads a workspace and joins it. The faults are those of single files. What the deployment names and the first look
/// passed by is taken in, and everything is joined again: this is rare.
pub fn load(mut workspace: Workspace, policy: &Policy) -> (Project, Vec<Fault>) {
    let mut rounds = MOST_ROUNDS;
    let mut claims = Claims::new();
    loop {
        let (mut project, mut faults) = join(&mut workspace, &claims, policy);
        let unread = project.unread();
        workspace.files = std::mem::take(&mut project.files);
        let mut found = None;
        for mention in unread {
            let path = workspace.files.resolve(&mention.path).into_owned();
            if claims.contains_key(&path) {
                continue;
            }
            match workspace.take_in(&path) {
                Named::Found => {
                    claims.insert(path, mention.class);
                    found = Some(mention.path);
                }
                // Said once, whoever names it. What certificates are on the server is not known here anyway.
                Named::NotRead(_) if faults.iter().any(|fault| fault.path == mention.path) => {}
                Named::NotRead(why) if mention.class.kind != Kind::Pem => {
                    let path = &project.source(mention.at.file).path;
                    let message = format!("was not read, and `{path}` {}: {why}", mention.what);
                    workspace.faults.push((mention.path.clone(), message.clone()));
                    faults.push(Fault { path: mention.path, message });
                }
                Named::NotRead(_) | Named::Elsewhere => {}
            }
        }
        rounds -= 1;
        if found.is_none() || rounds == 0 {
            let message =
                "was not read: too many files name one another before it is named; name it nearer to the first";
            faults.extend(found.map(|path| Fault { path, message: message.to_owned() }));
            project.files = workspace.files;
            return (project, faults);
        }
        workspace.git = std::mem::take(&mut project.git);
    }
}

/// Reads what is to be read, each file by itself, and joins it.
fn join(workspace: &mut Workspace, claims: &Claims, policy: &Policy) -> (Project, Vec<Fault>) {
    let faults = workspace.faults.iter();
    let mut faults: Vec<Fault> =
        faults.map(|(path, message)| Fault { path: path.clone(), message: message.clone() }).collect();
    let inputs: Vec<&Input> = workspace.inputs.iter().collect();
    let size = |read: &Result<Reading, Fault>| match read {
        Ok(Reading::File((_, bytes, ..))) => bytes.len(),
        _ => 0,
    };
    let many = is_much(inputs.len(), 0);
    let read = within(many, inputs, budget::RUN.bytes, |_| false, |input| read(input, claims, policy), size);
    if let Some(input) = workspace.inputs.get(read.len()) {
        let most = format!("come to {} MiB", budget::RUN.bytes >> 20);
        faults.push(left_out(&input.path, workspace.inputs.len() - read.len(), &most));
    }
    let mut files: Vec<Loaded> = Vec::with_capacity(read.len());
    for reading in settle(read, &mut faults) {
        match reading {
            Reading::File(file) => files.push(file),
            Reading::Sealed(path, by) => {
                let why = format!("it is sealed with {by}; unseal it to have it judged");
                workspace.files.pass_over(&path, why);
            }
            Reading::Other => {}
        }
    }
    let paths: Vec<String> = files.iter().map(|(path, ..)| path.clone()).collect();
    let large = |(_, (_, bytes, ..)): &(usize, Loaded)| bytes.len() > budget::HEAVY;
    let nodes = |(document, ..): &Parsed| document.source.budget.spent().nodes;
    let much = is_much(files.len(), files.iter().map(|(_, bytes, ..)| bytes.len()).sum());
    let numbered = files.into_iter().enumerate().collect();
    let parse = |(index, file)| parse(FileId(index as u32), file, policy);
    let parsed = within(much, numbered, budget::RUN.nodes, large, parse, nodes);
    if let Some(path) = paths.get(parsed.len()) {
        let most = format!("hold {} things to look at", grouped(budget::RUN.nodes));
        faults.push(left_out(path, paths.len() - parsed.len(), &most));
    }
    let (mut documents, mut views) = (Vec::with_capacity(parsed.len()), Views::default());
    for (document, view, fault) in parsed {
        documents.push(document);
        view.into_iter().for_each(|view| views.add(view));
        faults.extend(fault);
    }
    let (paths, git) = (std::mem::take(&mut workspace.files), std::mem::take(&mut workspace.git));
    let mut project = Project::new(documents, views, paths, git);
    let compose = compose_views(&mut project, much, &mut faults);
    for env in &mut project.views.env {
        env.loaders = policy.dialects(&env.path).iter().map(|&dialect| Loader { dialect, at: None }).collect();
    }
    project.join(compose);
    faults.extend(project.budget.over().map(|over| {
        let source = project.source(over.at.file);
        let message = format!("with its includes put in, `{}` {}", source.path, over.message(source));
        Fault { path: WHOLE.to_owned(), message }
    }));
    (project, faults)
}

/// The views of the Compose files.
fn compose_views(project: &mut Project, is_much: bool, faults: &mut Vec<Fault>) -> Vec<ComposeFile> {
    let documents: Vec<&Document> = project.documents.iter().filter(|d| matches!(d.tree, Tree::Compose(_))).collect();
    let drawn: usize = project.documents.iter().map(|document| document.source.budget.spent().nodes).sum();
    let values = |(spent, _): &(usize, _)| *spent;
    let large = |document: &&Document| document.source.text().len() > budget::HEAVY;
    let make = |document: &Document| {
        let before = document.source.budget.spent().nodes;
        let view = guard(&document.source.path, || project.compose_view(document));
        (document.source.budget.spent().nodes - before, view)
    };
    let count = documents.len();
    let made = within(is_much, documents.clone(), budget::RUN.nodes.saturating_sub(drawn), large, make, values);
    if let Some(document) = documents.get(made.len()) {
        let most = format!("hold {} things to look at", grouped(budget::RUN.nodes));
        faults.push(left_out(&document.source.path, count - made.len(), &most));
    }
    let mut views = settle(made.into_iter().map(|(_, view)| view).collect(), faults);
    let over = |document: &&Document| document.source.budget.over().is_some();
    let over: Vec<FileId> = documents.into_iter().filter(over).map(|document| document.source.id).collect();
    for file in &over {
        let document = &mut project.documents[file.index()];
        faults.extend(too_large(document));
        document.tree = Tree::Unread;
    }
    views.retain(|view| view.as_ref().is_some_and(|view| !over.contains(&view.file)));
    views.into_iter().flatten().collect()
}

/// The fault of a file that was more than its budget.
fn too_large(document: &Document) -> Option<Fault> {
    let message = document.source.budget.over()?.message(&document.source);
    Some(Fault { path: document.source.path.clone(), message })
}

/// The fault of a run that was too much. It is about all of the project: what was not looked at is unknown to the rest.
fn left_out(path: &str, count: usize, before: &str) -> Fault {
    let these = if count > 1 { format!("it and {} behind it were", grouped(count - 1)) } else { "it was".to_owned() };
    let message = format!("is too large to judge: the files before `{path}` {before}; {these} not looked at");
    Fault { path: WHOLE.to_owned(), message }
}

/// What went well; the rest becomes faults.
fn settle<T>(results: Vec<Result<T, Fault>>, faults: &mut Vec<Fault>) -> Vec<T> {
    results.into_iter().filter_map(|result| result.map_err(|fault| faults.push(fault)).ok()).collect()
}

/// What became of an input.
enum Reading {
    /// It is in a format that is read.
    File(Loaded),
    /// It is encrypted, and by what.
    Sealed(String, &'static str),
    /// It is nothing of interest.
    Other,
}

fn read(input: &Input, claims: &Claims, policy: &Policy) -> Result<Reading, Fault> {
    let (bytes, mode) = match &input.content {
        Content::Memory(bytes) => (bytes.clone(), None),
        Content::WithMode(bytes, mode) => (bytes.clone(), Some(*mode)),
        Content::Disk(path) => {
            crate::source::read(path).map_err(|message| Fault { path: input.path.clone(), message })?
        }
    };
    let config =
        (policy.config() == Some(&input.path)).then_some(Class { kind: Kind::Config, why: "the configuration in use" });
    // A file that speaks of others can be more than that.
    let found = Class::of(&input.path, &bytes).filter(|class| class.kind.judged() || !claims.contains_key(&input.path));
    let by = sealed(&bytes);
    let class = config.or(found).or_else(|| claims.get(&input.path).filter(|_| by.is_none()).copied());
    Ok(match (class, by) {
        (Some(class), _) => Reading::File((input.path.clone(), bytes, mode, class)),
        (None, Some(by)) => Reading::Sealed(input.path.clone(), by),
        (None, None) => Reading::Other,
    })
}

/// A file, what it means by itself, and why it could not be judged.
type Parsed = (Document, Option<View>, Option<Fault>);

/// Parses a file and says what it means. After a panic the document stands there empty, so that file numbers stay
/// indices.
fn parse(id: FileId, file: Loaded, policy: &Policy) -> Parsed {
    let (path, bytes, mode, class) = file;
    let (role, why) = role(&path, class.kind, policy);
    let parsed = guard(&path, || {
        let mut source = Source::new(id, path.clone(), bytes);
        source.mode = mode;
        Document::read(source, class, role, why)
    });
    let fault = match parsed {
        Ok((document, view)) if document.source.budget.over().is_none() => return (document, view, None),
        Ok((document, _)) => {
            let fault = too_large(&document);
            let spent = document.source.budget;
            return (Document::unread(id, path, spent, class, role, why), None, fault);
        }
        Err(fault) => fault,
    };
    (Document::unread(id, path, Budget::of(0), class, role, why), None, Some(fault))
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

/// Judges a project.
pub fn judge(project: Project, faults: Vec<Fault>, policy: &Policy, at: OffsetDateTime, fail_on: Severity) -> Report {
    let waivers = Waivers::collect(&project, policy, at);
    let rules = weights(policy);
    let judge = Judge { project: &project, waivers: &waivers, at, rules: &rules };
    let subjects = Subject::all(&project);
    let files: Vec<Option<FileId>> = subjects.iter().map(Subject::file).collect();
    let said = |judged: &Result<Judged, Fault>| judged.as_ref().map_or(0, |j| j.findings.len() + j.unknowns.len());
    let bytes = project.documents.iter().map(|document| document.source.bytes().len()).sum();
    let much = is_much(project.documents.len(), bytes);
    let results = within(much, subjects, budget::RUN.findings, |_| false, |subject| judge.subject(&subject), said);
    // Whether every finding is there that a waiver may be about.
    let mut whole = results.len() == files.len();
    let cut = files.get(results.len()).map(|file| path_of(*file, &project).to_owned());
    let mut report = Report {
        at,
        project,
        findings: Vec::new(),
        unknowns: Vec::new(),
        outcomes: Outcomes::default(),
        faults,
        remarks: policy.remarks().to_vec(),
        fail_on,
        verdict: Verdict::Go,
        narrowed_to_nothing: false,
    };
    if let Some(path) = cut {
        let most = grouped(budget::RUN.findings);
        let message =
            format!("is too large to judge: more than {most} findings and open questions; none of `{path}` and later");
        report.faults.push(Fault { path: WHOLE.to_owned(), message });
    }
    let before = report.faults.len();
    for judged in settle(results, &mut report.faults) {
        report.findings.extend(judged.findings);
        report.unknowns.extend(judged.unknowns);
        report.outcomes.add(judged.outcomes);
        whole &= judged.faults.is_empty();
        report.faults.extend(judged.faults);
    }
    if report.project.budget.weary() {
        // Where it ran out depends on who was first: nothing of it may be told.
        (report.findings, report.unknowns, report.outcomes) = Default::default();
        report.faults.truncate(before);
        report.faults.push(Fault { path: WHOLE.to_owned(), message: TANGLED.to_owned() });
        whole = false;
    }
    judge_waivers(waivers, policy, &rules, whole, &mut report);
    // FileIds are in path order, so spans sort by path.
    report
        .findings
        .sort_by(|a, b| (a.primary.span, a.rule.id, &a.message).cmp(&(b.primary.span, b.rule.id, &b.message)));
    report.findings.dedup_by(|a, b| a.rule == b.rule && a.primary.span == b.primary.span && a.message == b.message);
    report.unknowns.sort_by(|a, b| (a.span, a.rule, &a.why).cmp(&(b.span, b.rule, &b.why)));
    report.unknowns.dedup();
    report.faults.sort();
    if report.nothing_to_judge() {
        // What holds of nothing has not been checked.
        report.outcomes = Outcomes::default();
    }
    seal(&mut report, much);
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

/// The path of a subject's file; that of none is the project's.
fn path_of(file: Option<FileId>, project: &Project) -> &str {
    file.map_or(WHOLE, |file| &project.source(file).path)
}

/// What every subject is judged with.
struct Judge<'a> {
    project: &'a Project,
    waivers: &'a Waivers,
    at: OffsetDateTime,
    rules: &'a [Weighed<'a>],
}

impl Judge<'_> {
    fn subject(&self, subject: &Subject) -> Result<Judged, Fault> {
        let path = path_of(subject.file(), self.project);
        guard(path, || {
            let mut judged = Judged::default();
            if self.project.budget.weary() {
                return judged;
            }
            for weighed in self.rules {
                let Some(mut sink) = self.ask(weighed, subject) else { continue };
                judged.outcomes.count(&sink);
                judged.findings.append(&mut sink.findings);
                judged.unknowns.append(&mut sink.unknowns);
                judged
                    .faults
                    .extend(sink.over().map(|span| too_many(self.project, path, weighed.rule, sink.most, span)));
            }
            // They are kept until all others are there.
            judged.findings.shrink_to_fit();
            judged
        })
    }

    /// What one rule says about one subject; `None` when it is about others or switched off here.
    fn ask(&self, weighed: &Weighed, subject: &Subject) -> Option<Sink> {
        // A rule about the whole project finds things in files of any role: its findings are weighed one by one.
        let role = subject.role(self.project);
        if role.is_some_and(|role| weighed.levels[role as usize].is_none()) {
            return None;
        }
        let rule = weighed.rule;
        let context = Context { project: self.project, at: self.at, rule, settings: weighed.settings };
        let mut sink = if matches!(subject, Subject::Project(_)) { Sink::of_all(rule) } else { Sink::new(rule) };
        if !subject.run(rule, &context, &mut sink) {
            return None;
        }
        sink.findings.retain_mut(|finding| weighed.weigh(finding, self.project));
        sink.findings.iter_mut().for_each(|finding| self.waivers.apply(finding, self.project));
        Some(sink)
    }
}

/// The fault of a subject a rule has too much to say about.
fn too_many(project: &Project, path: &str, rule: &Rule, most: usize, span: Span) -> Fault {
    let source = project.source(span.file);
    let place = format!("line {} of `{}`", source.lines().line(span.start) + 1, source.path);
    let message = format!(
        "is too large to judge: `{}` has more than {} things to say; what comes after {place} is not in the report",
        rule.id,
        grouped(most)
    );
    Fault { path: path.to_owned(), message }
}

/// What is wrong with the waivers themselves, one question per rule.
fn judge_waivers(waivers: Waivers, policy: &Policy, rules: &[Weighed], whole: bool, report: &mut Report) {
    let none = waivers.is_empty();
    let (mut found, over) = waivers.findings(&report.project, policy, &report.unknowns, whole);
    for weighed in rules.iter().filter(|weighed| matches!(weighed.rule.check, Check::Policy)) {
        if weighed.levels[policy.default_role() as usize].is_none() {
            found.retain(|finding| finding.rule != weighed.rule);
            continue;
        }
        found.retain_mut(|finding| finding.rule != weighed.rule || weighed.weigh(finding, &report.project));
        let most = budget::OF_ALL;
        report
            .faults
            .extend(over.get(weighed.rule.id).map(|at| too_many(&report.project, WHOLE, weighed.rule, most, *at)));
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

/// Masks in what rules say about files what is masked in the files: one door for the messages of all of them. The line
/// of a finding is masked once, for its words and for its fingerprint.
fn seal(report: &mut Report, much: bool) {
    let project = &report.project;
    let identities = each(much, report.findings.iter_mut().collect(), |finding: &mut Finding| {
        let line = Line::of(project.source(finding.primary.span.file), finding.primary.span);
        let hidden = hidden_beside(project, finding, &line);
        let identity = identity(finding, &line);
        let path = &line.source.path;
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
        identity
    });
    fingerprint(&mut report.findings, identities);
    for unknown in &mut report.unknowns {
        mask_in(&mut unknown.why, &[], &project.source(unknown.span.file).path);
    }
    for fault in &mut report.faults {
        mask_in(&mut fault.message, &[], &fault.path);
    }
}

/// Fingerprints survive line moves: rule, path, the masked line, and a count for equal ones.
fn fingerprint(findings: &mut [Finding], identities: Vec<Fnv>) {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for (finding, mut hash) in findings.iter_mut().zip(identities) {
        let count = seen.entry(hash.0).or_default();
        *count += 1;
        hash.write(&count.to_le_bytes());
        finding.fingerprint = format!("{:016x}", hash.0);
    }
}

/// The start of the line a finding stands on, masked: all of it, unless many findings stand on one line of megabytes.
struct Line<'a> {
    source: &'a Source,
    range: Range<usize>,
    shown: Cow<'a, str>,
}

impl<'a> Line<'a> {
    fn of(source: &'a Source, span: Span) -> Self {
        let line = source.line(source.lines().line(span.start));
        let range = line.start..source.boundary(line.end.min(line.start + 4096));
        Line { source, shown: source.shown_in(range.clone()), range }
    }
}

/// What is masked at the places of a finding. Words are left out: they are names as well.
fn hidden_beside(project: &Project, finding: &Finding, line: &Line) -> Vec<String> {
    let word = |piece: &str| piece.bytes().all(|b| b.is_ascii_lowercase() || b"-_ ".contains(&b));
    let mut hidden = Vec::new();
    for span in std::iter::once(&finding.primary).chain(&finding.related).map(|label| label.span).take(8) {
        let source = project.source(span.file);
        let part = source.part_of_line(span.start as usize);
        if span.file == line.source.id && part == line.range {
            hidden.extend(source.hidden_in(part, &line.shown));
        } else {
            let shown = source.shown_in(part.clone());
            hidden.extend(source.hidden_in(part, &shown));
        }
    }
    hidden.retain(|piece| piece.len() >= 6 && !word(piece));
    hidden
}

/// What identifies a finding, before equal ones are counted.
fn identity(finding: &Finding, line: &Line) -> Fnv {
    let mut hash = Fnv::default();
    for part in [finding.rule.id, &line.source.path, line.shown.trim()] {
        hash.write(part.as_bytes());
        hash.write(&[0]);
    }
    hash
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_off_in_order_for_any_number_of_threads() {
        let items: Vec<usize> = (0..500).map(|n| n * 7919 % 101).collect();
        for most in [0, 1, 50, 1_000, 10_000, 1_000_000] {
            let mut sum = 0;
            let fits = |item: &&usize| {
                sum += **item;
                sum <= most
            };
            let expected: Vec<usize> = items.iter().take_while(fits).copied().collect();
            for threads in [1, 2, 8] {
                let large = |item: &usize| *item > 90;
                let made =
                    with_threads(threads, || within(true, items.clone(), most, large, |item| item, |item| *item));
                assert_eq!(made, expected, "{threads} threads, {most} at most");
            }
        }
    }
}
