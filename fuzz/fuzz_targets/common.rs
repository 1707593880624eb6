//! A project in memory, judged and printed.

#![allow(dead_code, reason = "not every target uses all of it")]

use std::sync::LazyLock;

use gonogo::engine;
use gonogo::policy::{PACKS, Policy, Request};
use gonogo::report::{Format, Options, render};
use gonogo::rules::Severity;
use gonogo::source::{FileId, Source, Workspace};
use time::macros::datetime;

/// A file to be parsed.
pub fn source(name: &str, data: &[u8]) -> Source {
    Source::new(FileId(0), name, data.to_vec())
}

/// Every pack at once, so that every rule runs.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let packs = PACKS.iter().map(|pack| pack.id.to_owned()).collect();
    match Policy::load(Request { config: None, packs }, &|_| Err(String::new())) {
        Ok(policy) => policy,
        Err(problems) => panic!("{problems:?}"),
    }
});

/// Judges files and prints the report. A panic that the engine caught is one.
pub fn check(files: Vec<(String, Vec<u8>)>) {
    let at = datetime!(2026-11-20 12:00 UTC);
    let (project, faults) = engine::load(Workspace::in_memory(files), &POLICY, at);
    let report = engine::judge(project, faults, &POLICY, at, Severity::Info);
    for fault in &report.faults {
        assert!(!fault.message.contains("internal error"), "{}: {}", fault.path, fault.message);
    }
    // One format each time, whichever the files ask for: SARIF alone repeats the documentation of every rule.
    let size: usize = report.project.documents().iter().map(|document| document.source.shown().len()).sum();
    let format = Format::ALL[size % Format::ALL.len()];
    render(format, &report, &Options { color: true, ..Options::default() });
}

/// Judges one file as a project.
pub fn check_one(name: &str, data: &[u8]) {
    check(vec![(name.to_owned(), data.to_vec())]);
}
