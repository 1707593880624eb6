//! GitHub workflow commands: findings become annotations of a pull request.
//!
//! Escaping is that of `actions/toolkit` (`packages/core/src/command.ts`): `%`, CR and LF in messages, also `:` and
//! `,` in properties. GitHub shows 10 annotations per level and step and drops the rest without a word, so the
//! worst come first and a last notice says how many there are.

use std::fmt::Write;
use std::io;

use super::Options;
use super::safe::{break_marks, flat, harmless};
use super::view::{checks, counts, not_judged, nothing_found, open, place, verdict, worst_first};
use crate::engine::Report;
use crate::rules::{Finding, Severity};

/// Annotations per level that GitHub keeps.
const SHOWN: usize = 10;

/// Commands, worst first, then one plain line with the verdict for the log.
pub fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let mut text = String::new();
    let mut used = [0usize; 3];
    let mut left_out = 0;
    for fault in &report.faults {
        if take(&mut used, Level::Error, 0, &mut left_out) {
            let path = property(&format!("{}{}", options.prefix, fault.path));
            let _ = writeln!(text, "::error file={path},title=gonogo could not look::{}", data(&fault.message));
        }
    }
    for finding in worst_first(report) {
        let level = level(finding.severity);
        // The last notice is the one that counts what is missing.
        let kept_free = usize::from(level == Level::Notice);
        if take(&mut used, level, kept_free, &mut left_out) {
            command(&mut text, report, finding, level, options);
        }
    }
    for question in open(report) {
        if take(&mut used, Level::Warning, 0, &mut left_out) {
            let at = place(report, question.span);
            let (path, line) = (property(&format!("{}{}", options.prefix, at.path)), at.start.line);
            let _ =
                writeln!(text, "::warning file={path},line={line},title=gonogo does not know::{}", data(&question.why));
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "::notice title=gonogo::{left_out} more, see the summary or the log");
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "::warning title=gonogo::{}", data(&flat(remark)));
    }
    if let Some(why) = nothing_found(report) {
        let _ = writeln!(text, "::error title=gonogo::{}", data(why));
    }
    if let Some(unjudged) = not_judged(report) {
        let _ = writeln!(text, "gonogo: {unjudged}");
    }
    let _ = writeln!(text, "gonogo: {}: {}; {}", verdict(report), counts(report), checks(report));
    out.write_all(text.as_bytes())
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low | Severity::Info => Level::Notice,
    }
}

fn take(used: &mut [usize; 3], level: Level, kept_free: usize, left_out: &mut usize) -> bool {
    let count = &mut used[level as usize];
    let free = *count + kept_free < SHOWN;
    *if free { count } else { left_out } += 1;
    free
}

fn command(out: &mut String, report: &Report, finding: &Finding, level: Level, options: &Options) {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let place = place(report, finding.primary.span);
    let file = property(&format!("{}{}", options.prefix, place.path));
    let _ = write!(out, "::{name} file={file},line={},endLine={}", place.start.line, place.end.line);
    // Columns of a span over several lines make GitHub drop the annotation.
    if place.start.line == place.end.line {
        let _ = write!(out, ",col={},endColumn={}", place.start.column, place.end.column.max(place.start.column));
    }
    let title = format!("{}: {} ({})", finding.severity, finding.effect.phrase(), finding.rule.id);
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    for label in &finding.related {
        let at = super::view::within(report, label.span);
        let _ = write!(message, "\nsee {at} {}", flat(&label.text));
    }
    let _ = writeln!(out, ",title={}::{}", property(&title), data(&message));
}

fn data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    break_marks(&mut out, &harmless(text), "\u{fffd}");
    out.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
