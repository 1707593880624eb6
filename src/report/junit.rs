//! JUnit XML, which nearly every build server shows: one suite per file, the one with the worst finding first; one failed
//! case per finding that stops the deployment, one passed case for a file without any, one skipped case per thing that
//! is not known, one error per file that could not be looked at.

use std::collections::HashMap;
use std::fmt::Write;
use std::io;

use super::Options;
use super::safe::{flat, harmless};
use super::view::{nothing_found, open, within, worst_first};
use crate::engine::Report;
use crate::model::Document;
use crate::rules::Finding;
use crate::source::FileId;

/// The report as JUnit XML: green exactly when the verdict is go.
pub fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let stopping: Vec<&Finding> =
        worst_first(report).into_iter().filter(|finding| finding.severity >= report.fail_on).collect();
    let mut by_file: HashMap<FileId, (usize, Vec<&Finding>)> = HashMap::new();
    for (at, finding) in stopping.iter().enumerate() {
        by_file.entry(finding.primary.span.file).or_insert((at, Vec::new())).1.push(finding);
    }
    let mut documents: Vec<&Document> = report.project.documents().iter().collect();
    documents.sort_by_key(|document| by_file.get(&document.source.id).map_or(usize::MAX, |(first, _)| *first));
    let mut suites = String::new();
    let (mut tests, mut errors) = (0, 0);
    for document in documents {
        let path = format!("{}{}", options.prefix, document.source.path);
        let here = by_file.remove(&document.source.id).unwrap_or_default().1;
        let count = here.len().max(1);
        tests += count;
        let name = attribute(&path);
        let failures = here.len();
        let _ =
            writeln!(suites, "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failures}\" errors=\"0\">");
        if here.is_empty() {
            let _ = writeln!(suites, "    <testcase classname=\"{name}\" name=\"nothing stops the deployment\"/>");
        }
        for finding in here {
            case(&mut suites, report, finding, &path);
        }
        suites.push_str("  </testsuite>\n");
    }
    let faults = report.faults.iter().map(|fault| (fault.path.as_str(), fault.message.as_str()));
    let unanswered = report
        .must_be_answered()
        .map(|unknown| (report.project.source(unknown.span.file).path.as_str(), unknown.why.as_str()));
    for (path, message) in faults.chain(unanswered).chain(nothing_found(report).map(|why| ("the project", why))) {
        tests += 1;
        errors += 1;
        let (path, message) = (attribute(path), attribute(message));
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{path}\" tests=\"1\" failures=\"0\" errors=\"1\">\n    \
             <testcase classname=\"{path}\" name=\"can be looked at\"><error message=\"{message}\"/></testcase>\n  \
             </testsuite>"
        );
    }
    let questions: Vec<_> = open(report).into_iter().filter(|q| !report.must_be_known.contains(&q.effect)).collect();
    if !questions.is_empty() {
        let count = questions.len();
        tests += count;
        let _ = writeln!(
            suites,
            "  <testsuite name=\"not known\" tests=\"{count}\" failures=\"0\" errors=\"0\" skipped=\"{count}\">"
        );
        for question in &questions {
            let _ = writeln!(
                suites,
                "    <testcase classname=\"not known\" name=\"{} at {}\"><skipped message=\"{}\"/></testcase>",
                attribute(&question.rules()),
                attribute(&within(report, question.span)),
                attribute(&question.why)
            );
        }
        suites.push_str("  </testsuite>\n");
    }
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"gonogo\" tests=\"{tests}\" failures=\"{}\" errors=\"{errors}\" skipped=\"{}\">\n\
         {suites}</testsuites>\n",
        stopping.len(),
        questions.len()
    )
}

fn case(out: &mut String, report: &Report, finding: &Finding, path: &str) {
    let start = super::view::place(report, finding.primary.span).start;
    let mut story = format!("{path}:{}:{}: {}\n", start.line, start.column, finding.message);
    for label in &finding.related {
        let _ = writeln!(story, "see {} {}", within(report, label.span), label.text);
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(story, "help: {help}");
    }
    let _ = writeln!(
        out,
        "    <testcase classname=\"{}\" name=\"{} at line {}\" file=\"{}\" line=\"{}\">\n      \
         <failure type=\"{}: {}\" message=\"{}\">{}</failure>\n    </testcase>",
        attribute(path),
        finding.rule.id,
        start.line,
        attribute(path),
        start.line,
        finding.severity,
        finding.effect.phrase(),
        attribute(&finding.message),
        text(&story)
    );
}

/// Markup escaped, and what a log would obey; characters that XML 1.0 forbids are replaced.
fn text(text: &str) -> String {
    let text = harmless(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    let text = text.replace('&', "&amp;").replace("::", "&#58;:").replace("##", "&#35;#");
    text.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn attribute(value: &str) -> String {
    text(&flat(value))
}
