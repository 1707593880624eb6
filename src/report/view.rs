//! What the formats share: places, order and counts.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::safe::flat;
use crate::engine::{Fault, Report, Verdict};
use crate::model::Unjudged;
use crate::rules::{Effect, Finding, Fix, Rule, Severity, State, Told};
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

/// `path:line:col`, safe to print, for people: it can be opened from where they stand.
pub fn address(report: &Report, span: Span) -> String {
    let place = place(report, span);
    format!("{}:{}:{}", flat(&report.here.path(place.path)), place.start.line, place.start.column)
}

/// The same as seen from the project, for what is read elsewhere.
pub fn within(report: &Report, span: Span) -> String {
    let place = place(report, span);
    format!("{}:{}:{}", flat(place.path), place.start.line, place.start.column)
}

/// The path of a fault, for people.
pub fn place_of(report: &Report, fault: &Fault) -> String {
    if fault.is_whole() { flat(&fault.path) } else { flat(&report.here.path(&fault.path)) }
}

/// The live findings, the reason not to deploy first: what stops the deployment, of that what is no developer's or test's
/// own file, then by severity, by what happens, and by how certain it is; equal ones in the order of the files.
pub fn in_order(report: &Report) -> Vec<&Finding> {
    let mut live: Vec<&Finding> = report.findings.iter().filter(|finding| finding.live()).collect();
    live.sort_by_key(|finding| {
        let role = report.project.role(finding.primary.span.file);
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

/// Something that is not known and should be: one per cause, however many rules and files it holds up.
pub struct Open<'a> {
    /// Where it was first asked.
    pub span: Span,
    /// What may be so, when the cause alone does not say it; why it is not known, and what would settle it.
    pub why: Cow<'a, str>,
    /// What happens if the answer is the bad one.
    pub effect: Effect,
    /// In how many places it is asked for this reason.
    places: usize,
    /// The rules that wait for it, sorted.
    pub rules: Vec<&'static str>,
}

impl Open<'_> {
    /// `env/not-ignored, env/tracked-by-git`
    pub fn rules(&self) -> String {
        self.rules.join(", ")
    }
}

/// How many open questions are listed where people read, unless they ask for all.
pub const OPEN_SHOWN: usize = 3;

/// The open questions that people are told of, those with the worst answer first; equal ones in the order of the files.
pub fn open(report: &Report) -> Vec<Open<'_>> {
    let mut open: Vec<Open> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for unknown in report.told() {
        // A cause that tells all is told once; any other is a cause of this rule only.
        let alone = unknown.told == Told::Always;
        let rule = if alone { "" } else { unknown.rule.id };
        let at = *known.entry((rule, &unknown.why)).or_insert_with(|| {
            let why = match alone {
                true => Cow::Borrowed(unknown.why.as_str()),
                false => Cow::Owned(format!("{}? {}", question(unknown.rule), unknown.why)),
            };
            open.push(Open { span: unknown.span, why, effect: unknown.effect, places: 0, rules: Vec::new() });
            open.len() - 1
        });
        open[at].effect = open[at].effect.min(unknown.effect);
        open[at].places += usize::from(!alone);
        if let Err(place) = open[at].rules.binary_search(&unknown.rule.id) {
            open[at].rules.insert(place, unknown.rule.id);
        }
    }
    for question in open.iter_mut().filter(|question| question.places > 1) {
        question.why.to_mut().push_str(&format!(" ({} places)", question.places));
    }
    open.sort_by_key(|question| question.effect);
    open
}

/// The rules that all must be well with: those of the open questions, each once, in their order.
pub fn conditions(open: &[Open]) -> Vec<&'static str> {
    let mut rules: Vec<&str> = Vec::new();
    for &rule in open.iter().flat_map(|question| &question.rules) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// What a rule looks for, as the start of a question.
fn question(rule: &Rule) -> String {
    let summary = rule.summary().trim_end_matches('.');
    let mut letters = summary.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// `and 4 more questions`, when not all are listed.
pub fn left_open(open: &[Open], shown: usize) -> Option<String> {
    let more = open.len().checked_sub(shown).filter(|more| *more > 0)?;
    Some(format!("and {} more thing{} not known", more, if more == 1 { "" } else { "s" }))
}

/// The word people look for. A go under conditions is not a go without a word.
pub fn verdict(report: &Report) -> String {
    match report.verdict {
        Verdict::Go => match &conditions(&open(report))[..] {
            [] => "GO".to_owned(),
            [few @ .., last] if few.len() < OPEN_SHOWN => format!("GO, if all is well with {}", listed(few, last)),
            many => {
                let more = format!("{} more", many.len() - OPEN_SHOWN);
                format!("GO, if all is well with {}", listed(&many[..OPEN_SHOWN], &more))
            }
        },
        Verdict::NoGo => "NO-GO".to_owned(),
        Verdict::Undecided => "UNDECIDED".to_owned(),
    }
}

/// `a, b and c`
fn listed(few: &[&str], last: &str) -> String {
    if few.is_empty() { last.to_owned() } else { format!("{} and {last}", few.join(", ")) }
}

/// What belongs to the deployment and was not judged: `2 systemd units, 1 timer, 3 scripts`.
pub fn not_judged(report: &Report) -> Option<String> {
    let counted = Unjudged::counted(report.unjudged.iter().map(|(_, kind)| *kind));
    (!counted.is_empty()).then(|| format!("not judged: {}", counted.join(", ")))
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
    let files = report.project.documents().len();
    let total = outcomes.pass + outcomes.fail + outcomes.unknown + outcomes.waived;
    if total == 0 {
        return format!("{}, no checks", plural(files, "file"));
    }
    let mut text = format!("{}, {}: {} passed", plural(files, "file"), plural(total, "check"), outcomes.pass);
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
    report.nothing_to_judge().then(|| match report.nothing_asked_about() {
        true => "no file to check: what was asked about is of no kind that gonogo reads; `--list-files` shows what is",
        false => "no file to check: no env, Compose, Dockerfile, nginx or certificate file was found",
    })
}
