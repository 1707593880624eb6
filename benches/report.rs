//! Printing: ten thousand findings in one file of 437 KiB, in every format.

use divan::{Bencher, black_box};
use gonogo::engine::{self, Report};
use gonogo::policy::Policy;
use gonogo::report::{Format, Options, render};
use gonogo::rules::{Check, Rule, Severity, Sink};
use gonogo::source::{Span, Workspace};
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

static RULE: Rule = Rule {
    id: "bench/finding",
    doc: " A finding of a benchmark.\n\n ## Why\n To be printed.\n",
    check: Check::Policy,
    ..Rule::BASE
};

fn main() {
    divan::main();
}

/// One finding, with a related place and a help text, per line of 44 bytes.
fn report() -> Report {
    let text = "SERVICE_ENDPOINT=http://service.internal/a\r\n".repeat(10_170);
    let policy = Policy::only("bench/none");
    let (project, faults) = engine::load(Workspace::in_memory([(".env".into(), text.into_bytes())]), &policy, AT);
    let mut report = engine::judge(project, faults, &policy, AT, Severity::Medium);
    let file = report.project.documents()[0].source.id;
    let mut sink = Sink::new(&RULE);
    for line in 0..10_000 {
        let span = Span::new(file, line * 44 + 17, line * 44 + 42);
        let finding = sink.report(span, "the endpoint is plain http, so anybody on the way reads what is sent");
        finding.related(span.at_start(), "set here").help("write `https://`");
        report.findings.push(finding.clone());
    }
    report
}

#[divan::bench(args = Format::ALL, sample_count = 10)]
fn ten_thousand_findings(bencher: Bencher, format: &Format) {
    let report = report();
    bencher.bench(|| black_box(render(*format, &report, &Options::default())));
}
