//! From a project to a report: every rule, asked about every subject it is about.

use time::OffsetDateTime;

use super::causes;
use super::seal::seal;
use super::{Fault, Outcomes, Report, Verdict, WHOLE, guard, settle};
use crate::model::Unjudged;
use crate::policy::{Policy, Waivers};
use crate::project::{Project, is_override};
use crate::rules::{self, Check, Context, Effect, Finding, Level, Rule, Settings, Severity, Sink, Subject, Unknown};
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
    /// Of what there was too much.
    faults: Vec<Fault>,
}
/// Judges a project.
pub fn judge(project: Project, faults: Vec<Fault>, policy: &Policy, at: OffsetDateTime, fail_on: Severity) -> Report {
    let waivers = Waivers::collect(&project, policy, at);
    let rules = weights(policy);
    let judge = Judge { project: &project, waivers: &waivers, at, rules: &rules };
    let subjects = Subject::all(&project);
    let files: Vec<Option<FileId>> = subjects.iter().map(Subject::file).collect();
    let said = |judged: &Result<Judged, Fault>| judged.as_ref().map_or(0, |j| j.findings.len() + j.unknowns.len());
    let bytes = project.documents().iter().map(|document| document.source.bytes().len()).sum();
    let much = is_much(project.documents().len(), bytes);
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
        unjudged: Vec::new(),
        remarks: policy.remarks().to_vec(),
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
        whole &= judged.faults.is_empty();
        report.faults.extend(judged.faults);
    }
    if report.project.budget().weary() {
        // Where it ran out depends on who was first: nothing of it may be told.
        (report.findings, report.unknowns, report.outcomes) = Default::default();
        report.faults.truncate(before);
        report.faults.push(Fault { path: WHOLE.to_owned(), message: TANGLED.to_owned() });
        whole = false;
    }
    judge_waivers(waivers, policy, &rules, whole, &mut report);
    // FileIds are in path order, so spans sort by path.
    // Of what is found in several sets of files, the most serious stays.
    report.findings.sort_by(|a, b| {
        let (one, other) = ((a.primary.span, a.rule.id, &a.message), (b.primary.span, b.rule.id, &b.message));
        one.cmp(&other).then(b.severity.cmp(&a.severity))
    });
    super::sets::merge(&mut report.findings, &report.project);
    causes::see_once(&mut report.findings);
    report.findings.dedup_by(|a, b| a.rule == b.rule && a.primary.span == b.primary.span && a.message == b.message);
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
    rules: &'a [Weighed<'a>],
}

impl Judge<'_> {
    fn subject(&self, subject: &Subject) -> Result<Judged, Fault> {
        let path = path_of(subject.file(), self.project);
        guard(path, || {
            let mut judged = Judged::default();
            if self.project.budget().weary() {
                return judged;
            }
            // A rule about the whole project finds things in files of any role: its findings are weighed one by one.
            let role = subject.role(self.project);
            for weighed in self.rules.iter().filter(|weighed| subject.is_for(weighed.rule)) {
                let Some(mut sink) = self.ask(weighed, subject, role) else { continue };
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
    fn ask(&self, weighed: &Weighed, subject: &Subject, role: Option<Role>) -> Option<Sink> {
        if role.is_some_and(|role| weighed.levels[role as usize].is_none()) {
            return None;
        }
        let rule = weighed.rule;
        let context = Context { project: self.project, at: self.at, rule, settings: weighed.settings };
        let mut sink = if matches!(subject, Subject::Project(_)) { Sink::of_all(rule) } else { Sink::new(rule) };
        if !subject.run(rule, &context, &mut sink) {
            return None;
        }
        sink.findings.retain_mut(|finding| weighed.weigh(finding, role, self.project));
        sink.findings.iter_mut().for_each(|finding| finding.within = subject.composition());
        sink.findings.iter_mut().for_each(|finding| subject.explain(finding));
        sink.findings.iter_mut().for_each(|finding| self.waivers.apply(finding, self.project));
        sink.unknowns.retain_mut(|unknown| weighed.weigh_open(unknown, self.project));
        sink.unknowns.iter_mut().for_each(|unknown| self.waivers.accept(unknown, self.project));
        Some(sink)
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
