//! One line per finding, for editors and scripts.

use std::fmt::Write;

use crate::engine::Report;

/// `path:line:col: severity rule: message (help)`.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    for finding in report.findings.iter().filter(|finding| finding.live()) {
        let source = report.project.source(finding.primary.span.file);
        let at = source.position(finding.primary.span.start);
        let _ = write!(
            out,
            "{}:{}:{}: {} {}: {}",
            source.path, at.line, at.column, finding.severity, finding.rule.id, finding.message
        );
        if let Some(help) = &finding.help {
            let _ = write!(out, " ({help})");
        }
        out.push('\n');
    }
    out
}
