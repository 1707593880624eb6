//! From a project to a report: every rule, asked about every subject it is about.

use std::collections::{BTreeSet, HashMap};
use std::mem::{Discriminant, discriminant};

use time::OffsetDateTime;

use super::causes;
use super::seal::seal;
use super::{Answered, Fault, Outcomes, Report, Verdict, WHOLE, guard, settle};
use crate::model::guide;
use crate::model::{Document, Kind, Unjudged};
use crate::policy::{Policy, Waivers};
use crate::project::{Project, is_override};
use crate::rules::{
    self, Check, Context, Effect, Finding, Level, Rule, Settings, Severity, Sink, Subject, Told, Unknown, phrase,
};
use crate::source::budget::{self, grouped};
use crate::source::{FileId, Here, Role, Span};
use crate::threads::{is_much, within};

/// What is said of a project whose files have too much to do with each other.
const TANGLED: &str = "is too large to judge: its services, servers and files refer to each other more often than gonogo \
    looks after; nothing of it was judged. Check parts of it by themselves";
/// What the rules said about one subject.
#[derive(Default)]
struct Judged {
    findings: Vec<Finding>,
    unknowns: Vec<Unknown>,
    outcomes: Outcomes,
    answers: Vec<Answered>,
    /// Of what there was too much.
    faults: Vec<Fault>,
}
/// Judges a project.
pub fn judge(project: Project, faults: Vec<Fault>, policy: &Policy, at: OffsetDateTime, fail_on: Severity) -> Report {
    judged(project, faults, policy, at, fail_on, false)
}

/// Judges a project, and keeps how each rule answered about each subject.
pub fn judge_one_by_one(
    project: Project,
    faults: Vec<Fault>,
    policy: &Policy,
    at: OffsetDateTime,
    fail_on: Severity,
) -> Report {
    judged(project, faults, policy, at, fail_on, true)
}

fn judged(
    project: Project,
    faults: Vec<Fault>,
    policy: &Policy,
    at: OffsetDateTime,
    fail_on: Severity,
    one_by_one: bool,
) -> Report {
    let waivers = Waivers::collect(&project, policy, at);
    let rules = weights(policy);
    let subjects = Subject::all(&project);
    let mut asked: HashMap<Discriminant<Subject>, Vec<&Weighed>> = HashMap::new();
    for subject in &subjects {
        let about = || rules.iter().filter(|weighed| subject.is_judged_by(weighed.rule)).collect();
        asked.entry(discriminant(subject)).or_insert_with(about);
    }
    let doubts = doubts(&project);
    let doubted = doubts.keys().any(|file| project.document(*file).class.kind == Kind::Compose);
    let judge = Judge { project: &project, waivers: &waivers, at, fail_on, rules: asked, one_by_one, doubts };
    let files: Vec<Option<FileId>> = subjects.iter().map(Subject::file).collect();
    let said = |judged: &Result<Judged, Fault>| judged.as_ref().map_or(0, |j| j.findings.len() + j.unknowns.len());
    let bytes = project.documents().iter().map(|document| document.source.bytes().len()).sum();
    let much = is_much(project.documents().len(), bytes);
    let results = within(much, subjects, budget::RUN.findings, |_| false, |subject| judge.subject(&subject), said);
    // Whether every finding is there that a waiver may be about.
    let mut whole = results.len() == files.len();
    let cut = files.get(results.len()).map(|file| path_of(*file, &project).to_owned());
    let remarks = policy.remarks().iter().cloned().chain(policy.ended_roots(at)).chain(shown_in_part(&project));
    let remarks = remarks.chain(taken_for_others(&project, doubted)).collect();
    let mut report = Report {
        at,
        project,
        findings: Vec::new(),
        unknowns: Vec::new(),
        outcomes: Outcomes::default(),
        answers: Vec::new(),
        faults,
        unjudged: Vec::new(),
        remarks,
        fail_on,
        must_be_known: policy.must_be_known().to_vec(),
        verdict: Verdict::Go,
        here: Here::default(),
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
        report.answers.extend(judged.answers);
        whole &= judged.faults.is_empty();
        report.faults.extend(judged.faults);
    }
    if report.project.budget().weary() {
        // Where it ran out depends on who was first: nothing of it may be told.
        (report.findings, report.unknowns, report.outcomes, report.answers) = Default::default();
        report.faults.truncate(before);
        report.faults.push(Fault { path: WHOLE.to_owned(), message: TANGLED.to_owned() });
        whole = false;
    }
    judge_waivers(waivers, policy, &rules, whole, &mut report);
    tell_in_guides(&mut report);
    // FileIds are in path order, so spans sort by path.
    // Of what is found in several sets of files, the most serious stays.
    report.findings.sort_by(|a, b| {
        let (one, other) = ((a.primary.span, a.rule.id, &a.message), (b.primary.span, b.rule.id, &b.message));
        one.cmp(&other).then(b.severity.cmp(&a.severity))
    });
    super::sets::merge(&mut report.findings, &report.project);
    causes::see_once(&mut report.findings);
    report.findings.dedup_by(|a, b| a.rule == b.rule && a.primary.span == b.primary.span && a.message == b.message);
    causes::see_copies(&mut report.findings, &report.project);
    causes::join(&mut report.findings, &report.project);
    report.unknowns.sort_by(|a, b| (a.span, a.rule.id, &a.why).cmp(&(b.span, b.rule.id, &b.why)));
    report.unknowns.dedup();
    report.faults.sort();
    if report.nothing_to_judge() {
        // What holds of nothing has not been checked.
        report.outcomes = Outcomes::default();
    }
    report.unjudged = unjudged(&report.project);
    seal(&mut report, much);
    report.decide();
    report
}

/// A rule and its severity per role, looked up once: policies are asked by name, and there are many subjects.
struct Weighed<'a> {
    rule: &'static Rule,
    levels: [Option<Level>; Role::ALL.len()],
    settings: &'a Settings,
}

fn weights(policy: &Policy) -> Vec<Weighed<'_>> {
    let weighed =
        |rule| Weighed { rule, levels: policy.levels(rule), settings: policy.settings(rule, policy.default_role()) };
    rules::all().map(weighed).collect()
}

/// The rules about who reads an env file, whatever loads it.
const SHOWS: [&str; 5] = [
    "env/not-ignored",
    "env/private-key-in-value",
    "env/readable-by-others",
    "env/secret-in-comment",
    "env/tracked-by-git",
];

impl Weighed<'_> {
    /// Gives a finding the severity that the role of its file asks for, or that of its subject where that is a milder one:
    /// the same file may be started for users and by developers. `false` drops it.
    fn weigh(&self, finding: &mut Finding, subject: Option<Role>, project: &Project) -> bool {
        let own = project.role(finding.primary.span.file);
        // What Compose refuses in an override file, it refuses wherever nobody names the files.
        let refused =
            finding.effect == Effect::WillNotStart && is_override(&project.source(finding.primary.span.file).path);
        let role = subject.map_or(own, |subject| if refused { subject } else { own.min(subject) });
        let Some(level) = self.levels[role as usize] else { return false };
        finding.severity = level.of(finding);
        // What no nginx reads, where others are read, is left over or for another machine; so is an env file that nothing
        // loads, but for what it shows to those who read it.
        let file = finding.primary.span.file;
        let idle = || match project.document(file).class.kind {
            Kind::Nginx => project.is_read_by_nobody(file) || project.is_only_an_example(file),
            Kind::Env => !SHOWS.contains(&finding.rule.id) && project.is_left_aside(file),
            _ => false,
        };
        if finding.severity > Severity::Low && idle() {
            finding.severity = Severity::Low;
        }
        // Nobody can be certain of what only lies beside what runs.
        if finding.severity == Severity::Critical && !project.is_shown_to_run(file) {
            finding.severity = Severity::High;
        }
        // What a first installation lacks may be there where something runs, and on another way.
        let labels = || std::iter::once(&finding.primary).chain(&finding.related);
        if finding.severity > Severity::Low
            && self.rule.at_first
            && !labels().all(|label| project.is_at_first(label.span))
        {
            finding.severity = Severity::Low;
        }
        true
    }
}

impl Weighed<'_> {
    /// Gives an open question the severity that the bad answer would have; `false` drops it.
    fn weigh_open(&self, unknown: &mut Unknown, project: &Project) -> bool {
        let level = self.levels[project.role(unknown.span.file) as usize];
        unknown.severity = level.map_or(unknown.severity, |level| level.usual.min(level.most));
        level.is_some()
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
    fail_on: Severity,
    /// The files that are taken for the developers' own and may be what ships, each with why.
    doubts: HashMap<FileId, String>,
    /// The rules about each kind of subject.
    rules: HashMap<Discriminant<Subject<'a>>, Vec<&'a Weighed<'a>>>,
    one_by_one: bool,
}

impl<'a> Judge<'a> {
    fn subject(&self, subject: &Subject<'a>) -> Result<Judged, Fault> {
        let path = path_of(subject.file(), self.project);
        guard(path, || {
            let mut judged = Judged::default();
            if self.project.budget().weary() {
                return judged;
            }
            // A rule about the whole project finds things in files of any role: its findings are weighed one by one.
            let role = subject.role(self.project);
            let doubted = subject.file().is_some_and(|file| self.doubts.contains_key(&file));
            let role_asks = |weighed: &Weighed, role: Role| weighed.levels[role as usize].is_some();
            let on = |weighed: &&&Weighed| {
                role.is_none_or(|role| role_asks(weighed, role)) || doubted && role_asks(weighed, Role::Production)
            };
            for weighed in self.rules.get(&discriminant(subject)).into_iter().flatten().filter(on) {
                let mut sink = self.ask(weighed, subject, role);
                judged.outcomes.count(&sink);
                if self.one_by_one {
                    let mut outcome = Outcomes::default();
                    outcome.count(&sink);
                    judged.answers.push(Answered { rule: weighed.rule, file: subject.file(), outcome });
                }
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

    /// What one rule says about one subject.
    fn ask(&self, weighed: &Weighed, subject: &Subject, role: Option<Role>) -> Sink {
        let rule = weighed.rule;
        let context = Context { project: self.project, at: self.at, rule, settings: weighed.settings };
        let mut sink = if matches!(subject, Subject::Project(_)) { Sink::of_all(rule) } else { Sink::new(rule) };
        subject.run(rule, &context, &mut sink);
        sink.findings.retain(|finding| !self.project.is_told_site(finding.primary.span.file));
        sink.unknowns.retain(|unknown| !self.project.is_told_site(unknown.span.file));
        sink.findings.retain(|finding| !is_left_open(finding, self.project));
        leave_open_what_is_replaced(&mut sink, self.project);
        let doubts: Vec<Unknown> = sink.findings.iter().filter_map(|finding| self.doubt(weighed, finding)).collect();
        sink.findings.retain_mut(|finding| weighed.weigh(finding, role, self.project));
        sink.findings.iter_mut().for_each(|finding| finding.within = subject.composition());
        sink.findings.iter_mut().for_each(|finding| subject.explain(finding));
        sink.findings.iter_mut().for_each(|finding| self.waivers.apply(finding, self.project));
        sink.unknowns.retain_mut(|unknown| weighed.weigh_open(unknown, self.project));
        sink.unknowns.extend(doubts);
        sink.unknowns.iter_mut().for_each(|unknown| self.waivers.accept(unknown, self.project));
        sink
    }
}

impl Judge<'_> {
    /// The question that a finding leaves that would stop, were its file not taken for the developers' own.
    fn doubt(&self, weighed: &Weighed, finding: &Finding) -> Option<Unknown> {
        let why = self.doubts.get(&finding.primary.span.file)?;
        let severity = weighed.levels[Role::Production as usize]?.of(finding);
        (severity >= self.fail_on).then(|| Unknown {
            rule: weighed.rule,
            severity,
            effect: finding.effect,
            span: finding.primary.span,
            why: why.clone(),
            told: Told::Always,
            accepted: false,
        })
    }
}

/// The files of developers that may be what ships. What looks like their own is asked about when nothing shows what ships
/// instead; an env file that says so of itself, when a stack for users loads it.
fn doubts(project: &Project) -> HashMap<FileId, String> {
    let own = |document: &&Document| project.is_taken_for_developers(document.source.id);
    let taken: Vec<&Document> = project.documents().iter().filter(own).collect();
    let stack = taken.iter().find(|document| document.class.kind == Kind::Compose);
    let stack = stack.filter(|_| project.shows_nothing_that_ships()).map(|document| {
        format!(
            "does `{}` ship? It looks like the developers' own ({}), and nothing here shows what ships instead: `files:` in \
             `gonogo.yaml` says what it is",
            document.source.path,
            project.role_reason(document.source.id)
        )
    });
    let stacks = stack.iter().flat_map(|why| taken.iter().map(|document| (document.source.id, why.clone())));
    let loaded = project.said_to_be_for_developers().map(|(env, stack)| {
        let why = format!(
            "is `{}` the file that the server gets? It says that it is for development, and `{}`, which reads it, looks like \
             what ships: `files:` in `gonogo.yaml` says what it is",
            project.source(env).path,
            project.source(stack).path
        );
        (env, why)
    });
    let stood_in = project.env.iter().filter_map(|env| Some((env.file, project.stood_in_for(env.file)?)));
    let stood_in = stood_in.map(|(env, other)| {
        let why = format!(
            "is `{}` the file that the server gets, or `{}` under its name? Developers use the one, and nothing that ships loads \
             the other: `files:` in `gonogo.yaml` says what it is",
            project.source(env).path,
            project.source(other).path
        );
        (env, why)
    });
    stacks.chain(loaded).chain(stood_in).collect()
}

/// What guides show only in part, so that nobody can say what is missing.
fn shown_in_part(project: &Project) -> impl Iterator<Item = String> {
    project.files().parts().chunk_by(|one, other| one.0 == other.0).map(|parts| {
        let lines: Vec<String> = parts.iter().take(8).map(|(_, line)| line.to_string()).collect();
        let more = if parts.len() > lines.len() { ", ..." } else { "" };
        let (files, them) = if lines.len() == 1 { ("a file", "line") } else { ("files", "lines") };
        format!("`{}` shows {files} only in part, which is not judged: {them} {}{more}", parts[0].0, lines.join(", "))
    })
}

/// The files whose names do not say what they are taken for: Compose files of developers, and env files that hold nothing but
/// placeholders. Of the developers' own nothing is said where the report asks whether they ship.
fn taken_for_others(project: &Project, asked: bool) -> impl Iterator<Item = String> {
    let own = |document: &&Document| {
        !asked && document.class.kind == Kind::Compose && project.is_taken_for_developers(document.source.id)
    };
    let pattern = |document: &&Document| {
        document.class.kind == Kind::Env
            && document.own_role != Role::Template
            && project.role(document.source.id) == Role::Template
    };
    let told = |taken: Vec<&Document>, one: &str, many: &str| {
        let paths: Vec<String> = taken.iter().map(|document| format!("`{}`", document.source.path)).collect();
        let (are, why) = match &taken[..] {
            [] => return None,
            [document] => (one, format!(": {}", project.role_reason(document.source.id))),
            _ => (many, String::new()),
        };
        Some(format!("{} {are}{why}; `files:` in `gonogo.yaml` says otherwise", phrase::some(&paths, 3)))
    };
    let documents = || project.documents().iter();
    let (is, are) = ("is taken for the developers' own", "are taken for the developers' own");
    let developers = told(documents().filter(own).collect(), is, are);
    let (is, are) =
        ("is taken for a template", "are taken for templates: they wait for their secrets, and nothing loads them");
    developers.into_iter().chain(told(documents().filter(pattern).collect(), is, are))
}

/// Whether a finding is about something that a guide leaves to its reader to fill in: `your-domain.com`, `changeme`.
fn is_left_open(finding: &Finding, project: &Project) -> bool {
    let document = project.document(finding.primary.span.file);
    let (source, kind) = (&document.source, document.class.kind);
    if kind == Kind::Guide && guide::TYPED_ON_PURPOSE.contains(&finding.rule.id) {
        return true;
    }
    let embedded = source.embedded.as_ref();
    let by_guide = |path: &str| project.at(path).is_some_and(|shows| shows.class.kind == Kind::Guide);
    let shown = kind == Kind::Guide || embedded.is_some_and(|embedded| by_guide(&embedded.path));
    // What is about the guide itself stands, whatever the reader fills in.
    if !shown || finding.rule.family() == "guide" {
        return false;
    }
    let as_it_is = embedded.is_some_and(|embedded| embedded.as_it_is);
    let range = finding.primary.span.range();
    let text = source.text().get(range.clone()).unwrap_or("");
    if kind == Kind::Env && !as_it_is && guide::EXPECTED.contains(&finding.rule.id) {
        // A command that should make a value up, in a file that nobody runs, is a mistake wherever it stands.
        return !text.starts_with("$(") && !text.starts_with('`');
    }
    let line = source.line(source.lines().line(finding.primary.span.start));
    let before = source.text().get(line.start..range.start).unwrap_or("");
    // One of several lines to choose from: `# For development`.
    let above = source.text().get(..line.start).and_then(|text| text.lines().next_back()).unwrap_or("");
    if kind == Kind::Env && !as_it_is && guide::is_for_developers(above) {
        return true;
    }
    // `PASSWORD=<choose-one>`: what is to be filled in is no syntax.
    if kind == Kind::Env && source.text().get(line).is_some_and(|line| line.contains("=<")) {
        return true;
    }
    match kind == Kind::Guide && text.trim().contains(' ') {
        true => guide::is_command_left_open(text),
        false => guide::is_left_open(before, text, kind),
    }
}

/// What a command of the project replaces is not what will be read: that is not known. What a pipeline sets in its place is.
fn leave_open_what_is_replaced(sink: &mut Sink, project: &Project) {
    sink.findings.retain(|finding| !project.is_set_by_pipeline(finding.primary.span));
    let mut spans = Vec::new();
    sink.findings.retain(|finding| {
        let replaced = project.is_replaced(finding.primary.span);
        spans.extend(replaced.then_some(finding.primary.span));
        !replaced
    });
    spans
        .into_iter()
        .for_each(|span| sink.unknown(span, "a command of the project replaces this text before it is read"));
    let mut turns = Vec::new();
    sink.findings.retain(|finding| {
        let takes_turns = project.takes_turns(finding.primary.span.file);
        turns.extend(takes_turns.then_some(finding.primary.span));
        !takes_turns
    });
    for span in turns {
        sink.unknown(span, "a script of the project puts this file and another one beside it aside by turns: which is read is not known");
    }
}

/// Puts what is said of files that a guide shows where people see it: in the guide.
fn tell_in_guides(report: &mut Report) {
    let Report { project, findings, unknowns, faults, .. } = report;
    if !project.documents().iter().any(|document| document.source.embedded.is_some()) {
        return;
    }
    let embedded = project.documents().iter().filter_map(|document| document.source.embedded.as_deref());
    let made_up: BTreeSet<&str> = embedded.map(|own| own.made_up.as_str()).filter(|name| !name.is_empty()).collect();
    // People know the files by the names that the guide gives them.
    let plain = |text: &mut String| {
        for name in made_up.iter().filter(|name| text.contains(**name)).collect::<Vec<_>>() {
            *text = text.replace(*name, "");
        }
    };
    for finding in findings {
        plain(&mut finding.message);
        finding.help.iter_mut().for_each(plain);
        finding.related.iter_mut().for_each(|label| plain(&mut label.text));
        let here = project.source(finding.primary.span.file).embedded.is_none();
        for label in std::iter::once(&mut finding.primary).chain(&mut finding.related) {
            label.span = project.told_at(label.span);
        }
        // What is edited is a file, and there is none.
        finding
            .fixes
            .retain(|fix| here && fix.edits.iter().all(|edit| project.source(edit.span.file).embedded.is_none()));
    }
    for unknown in unknowns {
        plain(&mut unknown.why);
        unknown.span = project.told_at(unknown.span);
    }
    for fault in faults {
        if let Some(document) = project.at(&fault.path) {
            fault.path = document.source.known_as().to_owned();
        }
    }
}

/// What belongs to the deployment and is not among what is judged, by path.
fn unjudged(project: &Project) -> Vec<(String, &'static Unjudged)> {
    let judged = |path: &str| project.at(path).is_some_and(|document| document.class.kind.judged());
    let found = project.files().files().filter_map(|path| Some((path.to_owned(), Unjudged::of(path)?)));
    let mut found: Vec<_> = found.filter(|(path, _)| !judged(path)).collect();
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    found
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
    let none = waivers.is_empty() && report.project.assumed().standing().next().is_none();
    let (mut found, over) = waivers.findings(&report.project, policy, &report.unknowns, whole);
    for weighed in rules.iter().filter(|weighed| matches!(weighed.rule.check, Check::Policy)) {
        if weighed.levels[policy.default_role() as usize].is_none() {
            found.retain(|finding| finding.rule != weighed.rule);
            continue;
        }
        found.retain_mut(|finding| finding.rule != weighed.rule || weighed.weigh(finding, None, &report.project));
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
