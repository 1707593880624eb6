//! What the formats share: places, order and counts.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::safe::flat;
use crate::engine::{Report, Verdict};
use crate::rules::{Finding, Fix, Severity, State};
use crate::source::{Position, Role, Span};

/// A span for people and programs.
pub struct Place<'a> {
    /// The file, relative to the project root.
    pub path: &'a str,
    /// Line and column (code points, from 1) of the first character.
    pub start: Position,
    /// Line and column one past the last character.
    pub end: Position,
}

/// Where a span is.
pub fn place(report: &Report, span: Span) -> Place<'_> {
    let source = report.project.source(span.file);
    Place { path: &source.path, start: source.position(span.start), end: source.position(span.end) }
}

/// `path:line:col`, safe to print.
pub fn address(report: &Report, span: Span) -> String {
    let place = place(report, span);
    format!("{}:{}:{}", flat(place.path), place.start.line, place.start.column)
}

/// The live findings, the reason not to deploy first: what stops the deployment, of that what is no developer's or test's
/// own file, then by severity, by what happens, and by how certain it is; equal ones in the order of the files.
pub fn in_order(report: &Report) -> Vec<&Finding> {
    let mut live: Vec<&Finding> = report.findings.iter().filter(|finding| finding.live()).collect();
    live.sort_by_key(|finding| {
        let role = report.project.document(finding.primary.span.file).role;
        let aside = matches!(role, Role::Development | Role::Test);
        (
            finding.severity < report.fail_on,
            aside,
            Reverse(finding.severity),
            finding.effect,
            Reverse(finding.confidence),
        )
    });
    live
}

/// Those of them that somebody should hear of. What is only worth knowing (`info`: the debug switch of a developer's file)
/// is counted everywhere, and listed by the formats that are complete, JSON and concise; everywhere else it would drown
/// what matters.
pub fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut told = in_order(report);
    told.retain(|finding| finding.severity >= report.fail_on.min(Severity::Low));
    told
}

/// The fixes that may be printed: one that moves a secret to another place would print it.
pub fn fixes<'a>(report: &'a Report, finding: &'a Finding) -> impl Iterator<Item = &'a Fix> {
    finding.fixes.iter().filter(|fix| {
        !fix.edits.iter().any(|edit| report.project.source(edit.span.file).reveals(edit.span, &edit.text))
    })
}

/// Something that could have answered and did not: one per cause, however many rules and files it holds up.
pub struct Open<'a> {
    /// Where it was first asked.
    pub span: Span,
    /// The cause, and what would settle it.
    pub why: &'a str,
    /// The rules that wait for it, sorted.
    pub rules: Vec<&'static str>,
}

impl Open<'_> {
    /// `env/not-ignored, env/tracked-by-git`
    pub fn rules(&self) -> String {
        self.rules.join(", ")
    }
}

/// The open questions that people are told of, in the order of the files.
pub fn open(report: &Report) -> Vec<Open<'_>> {
    let mut open: Vec<Open> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for unknown in report.unknowns.iter().filter(|unknown| unknown.told) {
        let at = *known.entry(&unknown.why).or_insert_with(|| {
            open.push(Open { span: unknown.span, why: &unknown.why, rules: Vec::new() });
            open.len() - 1
        });
        if let Err(place) = open[at].rules.binary_search(&unknown.rule) {
            open[at].rules.insert(place, unknown.rule);
        }
    }
    open
}

/// The word people look for. A go under conditions is not a go without a word.
pub fn verdict(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Go if report.unknowns.iter().any(|unknown| unknown.told) => "GO, if what is not known is in order",
        Verdict::Go => "GO",
        Verdict::NoGo => "NO-GO",
        Verdict::Undecided => "UNDECIDED",
    }
}

/// `1 critical, 2 high`, or `no findings`.
pub fn counts(report: &Report) -> String {
    let words: Vec<String> = Severity::ALL
        .iter()
        .map(|&severity| (report.count(severity), severity))
        .filter(|&(count, _)| count > 0)
        .map(|(count, severity)| format!("{count} {severity}"))
        .collect();
    if words.is_empty() { "no findings".into() } else { words.join(", ") }
}

/// `4 files, 131 checks: 124 passed, 4 failed, 3 unknown`; what is zero is left out, except what passed.
pub fn checks(report: &Report) -> String {
    let outcomes = &report.outcomes;
    let waived = report.findings.iter().filter(|finding| matches!(finding.state, State::Waived { .. })).count();
    let total = outcomes.pass + outcomes.fail + outcomes.unknown + outcomes.waived;
    if total == 0 {
        return format!("{}, no checks", plural(report.project.documents.len(), "file"));
    }
    let mut text = format!(
        "{}, {}: {} passed",
        plural(report.project.documents.len(), "file"),
        plural(total, "check"),
        outcomes.pass
    );
    // Where nothing stops the deployment, nothing has failed.
    let failed = if report.verdict == Verdict::NoGo { "failed" } else { "noted" };
    for (count, word) in [(outcomes.fail, failed), (outcomes.unknown, "unknown"), (waived, "waived")] {
        if count > 0 {
            text.push_str(&format!(", {count} {word}"));
        }
    }
    text
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// Why the run could not decide, in addition to the faults: nothing was there to judge.
pub fn nothing_found(report: &Report) -> Option<&'static str> {
    report
        .nothing_to_judge()
        .then_some("no file to check: no env, Compose, Dockerfile, nginx or certificate file was found")
}
