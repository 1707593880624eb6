//! SARIF 2.1.0 for code scanning, as GitHub takes it: live findings only, every rule with its full help.
//!
//! What GitHub needs beyond the schema: rule descriptions and help that are not empty, four numbers per region,
//! `columnKind`, percent-encoded relative URIs, `security-severity` as a string, and `results` even when it is empty.

use std::collections::{BTreeMap, HashMap};
use std::io;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::Options;
use super::linehash::{LineHash, line_hashes};
use super::safe::{self, flat, harmless};
use super::view::{fixes, nothing_found, open, place, within, worst_first};
use crate::engine::Report;
use crate::rules::{self, Confidence, Effect, Finding, Fix, Rule, Severity, doc};
use crate::source::{Cut, Encoding, FileId, Span};

/// What GitHub accepts as the length of a description.
const LONGEST_DESCRIPTION: usize = 1024;

/// Results per run beyond which GitHub refuses the file; the worst come first.
const MOST_RESULTS: usize = 25_000;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    automation_details: Value,
    column_kind: &'static str,
    invocations: [Value; 1],
    results: Results<'a>,
}

/// Made one at a time while they are written: ten thousand trees at once would be a hundred megabytes.
struct Results<'a> {
    writer: &'a Writer<'a>,
    findings: &'a [&'a Finding],
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut hashes = HashMap::new();
        serializer.collect_seq(self.findings.iter().map(|finding| self.writer.result(finding, &mut hashes)))
    }
}

/// The report as one SARIF log with one run.
pub fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let writer = Writer { report, options, rules: listed(report) };
    let findings = worst_first(report);
    let kept = &findings[..findings.len().min(MOST_RESULTS)];
    let run = Run {
        tool: json!({"driver": writer.driver()}),
        automation_details: json!({"id": "gonogo/"}),
        column_kind: "unicodeCodePoints",
        invocations: [writer.invocation(findings.len() - kept.len())],
        results: Results { writer: &writer, findings: kept },
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    safe::write_json(&log, out)
}

/// Every rule, sorted by id: those that are built in, and those the findings bring along.
fn listed(report: &Report) -> Vec<&'static Rule> {
    let found = report.findings.iter().map(|finding| finding.rule);
    let by_id: BTreeMap<&str, &'static Rule> = found.chain(rules::all()).map(|rule| (rule.id, rule)).collect();
    by_id.into_values().collect()
}

struct Writer<'a> {
    report: &'a Report,
    options: &'a Options,
    rules: Vec<&'static Rule>,
}

impl Writer<'_> {
    fn driver(&self) -> Value {
        let mut driver = json!({
            "name": "gonogo",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": self.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
        });
        if !env!("CARGO_PKG_REPOSITORY").is_empty() {
            driver["informationUri"] = env!("CARGO_PKG_REPOSITORY").into();
        }
        driver
    }

    /// Faults are notifications of the run: they are about gonogo's work, not about the project.
    fn invocation(&self, left_out: usize) -> Value {
        let mut notes: Vec<Value> = (self.report.faults.iter())
            .map(|fault| json!({"level": "error", "message": {"text": format!("{}: {}", flat(&fault.path), harmless(&fault.message))}}))
            .collect();
        notes.extend(nothing_found(self.report).map(|why| json!({"level": "error", "message": {"text": why}})));
        let successful = notes.is_empty();
        notes.extend(self.report.remarks.iter().map(|text| json!({"level": "warning", "message": {"text": text}})));
        notes.extend(open(self.report).iter().map(|question| {
            let text = format!("{}: {}", within(self.report, question.span), question.why);
            json!({"level": "warning", "message": {"text": text}})
        }));
        if left_out > 0 {
            let text = format!("{left_out} findings are left out: GitHub takes {MOST_RESULTS}");
            notes.push(json!({"level": "warning", "message": {"text": text}}));
        }
        json!({
            "executionSuccessful": successful,
            "exitCode": self.report.verdict.code(),
            "toolExecutionNotifications": notes,
        })
    }

    fn result(&self, finding: &Finding, hashes: &mut HashMap<FileId, Vec<LineHash>>) -> Value {
        let mut fingerprints = Map::from_iter([("gonogo/v1".to_owned(), finding.fingerprint.clone().into())]);
        if let Some(hash) = self.line_hash(finding.primary.span, hashes) {
            fingerprints.insert("primaryLocationLineHash".into(), hash.into());
        }
        let mut result = json!({
            "ruleId": finding.rule.id,
            "ruleIndex": self.rules.iter().position(|rule| rule.id == finding.rule.id).unwrap_or(0),
            "level": level(finding.severity),
            "message": {"text": self.message(finding)},
            "locations": [{"physicalLocation": self.physical(finding.primary.span)}],
            "partialFingerprints": fingerprints,
            "properties": {
                "severity": finding.severity.name(),
                "confidence": finding.confidence.name(),
                "effect": finding.effect.name(),
            },
        });
        if !finding.related.is_empty() {
            let related = finding.related.iter().enumerate().map(|(index, label)| {
                let text = if label.text.is_empty() { &finding.message } else { &label.text };
                json!({
                    "id": index + 1,
                    "message": {"text": harmless(text)},
                    "physicalLocation": self.physical(label.span),
                })
            });
            result["relatedLocations"] = related.collect();
        }
        let fixes: Vec<Value> = fixes(self.report, finding).map(|fix| self.fix(fix)).collect();
        if !fixes.is_empty() {
            result["fixes"] = fixes.into();
        }
        result
    }

    /// One paragraph: what is wrong, where else to look (as links to the related locations), what to do.
    fn message(&self, finding: &Finding) -> String {
        // `[text](1)` is a link in SARIF; a message must not make one by accident.
        let plain = |text: &str| harmless(text).replace("](", "] (");
        let mut text = plain(&finding.message);
        for (index, label) in finding.related.iter().enumerate() {
            let at = within(self.report, label.span).replace(['[', ']'], "");
            text.push_str(&format!("\nsee [{at}]({}): {}", index + 1, plain(&label.text)));
        }
        if let Some(help) = &finding.help {
            text.push_str(&format!("\nhelp: {}", plain(help)));
        }
        text
    }

    fn physical(&self, span: Span) -> Value {
        json!({"artifactLocation": {"uri": self.uri(span.file)}, "region": self.region(span)})
    }

    fn uri(&self, file: FileId) -> String {
        uri(&format!("{}{}", self.options.prefix, self.report.project.source(file).path))
    }

    fn region(&self, span: Span) -> Value {
        let place = place(self.report, span);
        json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        })
    }

    fn fix(&self, fix: &Fix) -> Value {
        let mut by_file: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            by_file.entry(edit.span.file).or_default().push(json!({
                "deletedRegion": self.region(edit.span),
                "insertedContent": {"text": edit.text},
            }));
        }
        let changes = by_file.into_iter().map(
            |(file, replacements)| json!({"artifactLocation": {"uri": self.uri(file)}, "replacements": replacements}),
        );
        json!({"description": {"text": fix.title}, "artifactChanges": changes.collect::<Vec<_>>()})
    }

    /// GitHub's hash, unless a secret went into it: the hash of a weak secret gives the secret away. Where nothing in
    /// the window is masked, the masked text is the text, so the hash is right.
    fn line_hash(&self, span: Span, hashes: &mut HashMap<FileId, Vec<LineHash>>) -> Option<String> {
        let source = self.report.project.source(span.file);
        if source.encoding != Encoding::Utf8 {
            return None;
        }
        let lines = hashes.entry(span.file).or_insert_with(|| line_hashes(source.shown()));
        let hash = lines.get(source.position(span.start).line as usize - 1)?;
        (!source.hides(hash.bytes.clone())).then(|| hash.value.clone())
    }
}

fn descriptor(rule: &Rule) -> Value {
    let security = matches!(rule.effect, Effect::Exposes | Effect::LeaksSecret | Effect::Weakens);
    let mut tags = vec![if security { "security" } else { "reliability" }.to_owned(), rule.family().to_owned()];
    tags.push(rule.effect.name().to_owned());
    tags.extend(rule.refs.iter().filter_map(|reference| weakness(reference)).take(7));
    let mut properties = json!({"tags": tags, "precision": precision(rule.confidence)});
    if security {
        properties["security-severity"] = security_severity(rule.severity).into();
    } else {
        properties["problem.severity"] = problem_severity(rule.severity).into();
    }
    let summary = if rule.summary().is_empty() { rule.id } else { rule.summary() };
    let help = help(rule);
    let mut descriptor = json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": full_description(rule, summary)},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": properties,
    });
    if let Some(reference) = rule.refs.first() {
        descriptor["helpUri"] = (*reference).into();
    }
    if !rule.aliases.is_empty() {
        descriptor["deprecatedIds"] = rule.aliases.into();
    }
    descriptor
}

fn help(rule: &Rule) -> String {
    let mut help = doc::readable(rule);
    if help.trim().is_empty() {
        help = format!("{}\n", rule.id);
    }
    if !rule.refs.is_empty() {
        help.push_str("\n## References\n\n");
        for reference in rule.refs {
            help.push_str(&format!("- <{reference}>\n"));
        }
    }
    help
}

/// The summary and the reason, without headings.
fn full_description(rule: &Rule, summary: &str) -> String {
    let lines = rule.doc.lines().map(str::trim);
    let why = lines.skip_while(|line| *line != "## Why").skip(1).take_while(|line| !line.starts_with("## "));
    let text = std::iter::once(summary).chain(why.filter(|line| !line.is_empty())).collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST_DESCRIPTION - 1) {
        Some((end, _)) => format!("{}…", text.cut(..end)),
        None => text,
    }
}

/// `external/cwe/cwe-489` for a reference to that weakness.
fn weakness(reference: &str) -> Option<String> {
    let number = reference.split_once("cwe.mitre.org/data/definitions/")?.1.split('.').next()?;
    number.parse::<u32>().ok().map(|number| format!("external/cwe/cwe-{number:03}"))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// Inside GitHub's bands: critical above 9.0, high from 7.0, medium from 4.0, low from 0.1.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "very-high",
        Confidence::Likely => "high",
        Confidence::Hint => "low",
    }
}

fn pascal_case(id: &str) -> String {
    let words = id.split(['/', '-', '_']).filter(|word| !word.is_empty());
    words.map(|word| word.cut(..1).to_uppercase() + word.cut(1..)).collect()
}

/// A relative URI: everything that is not unreserved (RFC 3986, section 2.3) is percent-encoded, except `/`.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_percent_encoded() {
        assert_eq!(uri("a b/100%/ü#1:2.env"), "a%20b/100%25/%C3%BC%231%3A2.env");
    }

    #[test]
    fn names_and_weaknesses() {
        assert_eq!(pascal_case("env/debug-on"), "EnvDebugOn");
        let cwe = weakness("https://cwe.mitre.org/data/definitions/89.html");
        assert_eq!(cwe.as_deref(), Some("external/cwe/cwe-089"));
        assert_eq!(weakness("https://example.org/definitions/89.html"), None);
    }
}
