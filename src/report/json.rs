//! Everything there is to say, for programs. The keys are a contract: see `testdata/schemas/gonogo-report-1.json`. Findings
//! are in the order that all formats have.

use std::io;

use serde::{Serialize, Serializer};
use time::format_description::well_known::Rfc3339;

use super::Options;
use super::deployment::Seen;
use super::safe;
use super::view::{conditions, fixes, in_order, open, place};
use crate::engine::Report;
use crate::rules::{Edit, Finding, Fix, Label, Safety, State};
use crate::source::{Position, Span};

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    version: &'static str,
    at: String,
    verdict: &'static str,
    fail_on: &'static str,
    fail_on_unknown: Vec<&'static str>,
    conditions: Vec<&'static str>,
    documents: Vec<Document<'a>>,
    findings: Findings<'a>,
    unknowns: Vec<Unknown<'a>>,
    outcomes: Outcomes,
    faults: Vec<Fault<'a>>,
    not_judged: Vec<NotJudged<'a>>,
    remarks: &'a [String],
    model: Seen,
}

#[derive(Serialize)]
struct Document<'a> {
    path: &'a str,
    kind: &'static str,
    role: &'static str,
}

/// Those that are live in the order of all formats, then those that are waived. Made one at a time while they are written:
/// there may be a hundred thousand.
struct Findings<'a>(&'a Report);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let waived = self.0.findings.iter().filter(|finding| !finding.live());
        serializer.collect_seq(in_order(self.0).into_iter().chain(waived).map(|finding| json_finding(self.0, finding)))
    }
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'static str,
    severity: &'static str,
    confidence: &'static str,
    effect: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    primary: Location<'a>,
    related: Vec<Location<'a>>,
    fixes: Vec<JsonFix<'a>>,
    fingerprint: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<Waiver<'a>>,
}

#[derive(Serialize)]
struct Waiver<'a> {
    reason: &'a str,
    at: Option<Location<'a>>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    start: Point,
    end: Point,
    label: &'a str,
}

/// Line and column count from 1 (columns in code points), the offset from 0 in bytes.
#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    path: &'a str,
    start: Point,
    end: Point,
    text: &'a str,
}

#[derive(Serialize)]
struct Unknown<'a> {
    rule: &'static str,
    severity: &'static str,
    effect: &'static str,
    path: &'a str,
    start: Point,
    why: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Outcomes {
    pass: usize,
    fail: usize,
    unknown: usize,
    not_applicable: usize,
    waived: usize,
}

#[derive(Serialize)]
struct NotJudged<'a> {
    path: &'a str,
    what: &'static str,
}

#[derive(Serialize)]
struct Fault<'a> {
    path: &'a str,
    message: &'a str,
}

/// The report as `gonogo/report/1`.
pub fn write(report: &Report, _: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let documents = report.project.documents().iter();
    let json = Json {
        schema: "gonogo/report/1",
        version: env!("CARGO_PKG_VERSION"),
        at: report.at.format(&Rfc3339).unwrap_or_default(),
        verdict: report.verdict.name(),
        fail_on: report.fail_on.name(),
        fail_on_unknown: report.must_be_known.iter().map(|effect| effect.name()).collect(),
        conditions: conditions(&open(report)),
        documents: documents
            .map(|document| Document {
                path: &document.source.path,
                kind: document.class.kind.name(),
                role: report.project.role(document.source.id).name(),
            })
            .collect(),
        findings: Findings(report),
        unknowns: report
            .unknowns
            .iter()
            .map(|unknown| {
                let at = location(report, unknown.span, "");
                Unknown {
                    rule: unknown.rule.id,
                    severity: unknown.severity.name(),
                    effect: unknown.effect.name(),
                    path: at.path,
                    start: at.start,
                    why: &unknown.why,
                }
            })
            .collect(),
        outcomes: Outcomes {
            pass: report.outcomes.pass,
            fail: report.outcomes.fail,
            unknown: report.outcomes.unknown,
            not_applicable: report.outcomes.not_applicable,
            waived: report.outcomes.waived,
        },
        faults: report.faults.iter().map(|fault| Fault { path: &fault.path, message: &fault.message }).collect(),
        not_judged: report.unjudged.iter().map(|(path, kind)| NotJudged { path, what: kind.one }).collect(),
        remarks: &report.remarks,
        model: Seen::judged(report),
    };
    safe::write_json(&json, out)
}

fn json_finding<'a>(report: &'a Report, finding: &'a Finding) -> JsonFinding<'a> {
    let labelled = |label: &'a Label| location(report, label.span, &label.text);
    JsonFinding {
        rule: finding.rule.id,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        effect: finding.effect.name(),
        message: &finding.message,
        help: finding.help.as_deref(),
        primary: labelled(&finding.primary),
        related: finding.related.iter().map(labelled).collect(),
        fixes: fixes(report, finding).map(|fix| json_fix(report, fix)).collect(),
        fingerprint: &finding.fingerprint,
        state: if finding.live() { "live" } else { "waived" },
        waiver: match &finding.state {
            State::Live => None,
            State::Waived { reason, at } => Some(Waiver { reason, at: at.map(|span| location(report, span, "")) }),
        },
    }
}

fn location<'a>(report: &'a Report, span: Span, label: &'a str) -> Location<'a> {
    let place = place(report, span);
    Location { path: place.path, start: point(place.start, span.start), end: point(place.end, span.end), label }
}

fn point(position: Position, offset: u32) -> Point {
    Point { line: position.line, column: position.column, offset }
}

fn json_fix<'a>(report: &'a Report, fix: &'a Fix) -> JsonFix<'a> {
    JsonFix {
        title: &fix.title,
        safety: match fix.safety {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
            Safety::Manual => "manual",
        },
        edits: fix.edits.iter().map(|edit| json_edit(report, edit)).collect(),
    }
}

fn json_edit<'a>(report: &'a Report, edit: &'a Edit) -> JsonEdit<'a> {
    let at = location(report, edit.span, "");
    JsonEdit { path: at.path, start: at.start, end: at.end, text: &edit.text }
}
