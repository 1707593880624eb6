//! One line per finding, for editors and scripts.

use std::fmt::Write;
use std::io;

use super::safe::{flat, inert};
use super::view::{address, checks, counts, in_order, not_judged, open, place_of, verdict};
use super::{Detail, Options};
use crate::engine::Report;

/// `path:line:col: severity rule: message (help)`; questions that nothing answered as
/// `path:line:col: unknown rules: why`, faults as `path: fault: message`, remarks as `note: text`. The verdict is the last
/// line, so that a gate is never silent.
pub fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let mut text = String::new();
    if options.detail != Detail::Verdict {
        list(report, &mut text);
    }
    let _ = writeln!(text, "{}: {}; {}", verdict(report), counts(report), checks(report));
    out.write_all(inert(&text).as_bytes())
}

fn list(report: &Report, text: &mut String) {
    for finding in in_order(report) {
        let at = address(report, finding.primary.span);
        let _ = write!(text, "{at}: {} {}: {}", finding.severity, finding.rule.id, flat(&finding.message));
        if let Some(help) = &finding.help {
            let _ = write!(text, " ({})", flat(help));
        }
        text.push('\n');
    }
    for question in open(report) {
        let at = address(report, question.span);
        let _ = writeln!(text, "{at}: unknown {}: {}", question.rules(), flat(&question.why));
    }
    for fault in &report.faults {
        let _ = writeln!(text, "{}: fault: {}", place_of(report, fault), flat(&fault.message));
    }
    if let Some(unjudged) = not_judged(report) {
        let _ = writeln!(text, "note: {unjudged}");
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "note: {}", flat(remark));
    }
}
