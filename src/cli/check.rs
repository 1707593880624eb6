//! `gonogo check`

use std::io::Write;
use std::path::PathBuf;

use time::OffsetDateTime;

use crate::engine;
use crate::policy::Policy;
use crate::report;
use crate::rules::Severity;
use crate::source::discover;

/// Judges the project in the first argument.
pub fn run() -> u8 {
    let root = std::env::args().nth(2).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let mut workspace = discover(&root);
    let notes = std::mem::take(&mut workspace.notes);
    let policy = Policy::default();
    let (project, faults) = engine::load(workspace, &policy);
    let report = engine::judge(project, faults, notes, &policy, OffsetDateTime::now_utc(), Severity::Medium);
    let _ = std::io::stdout().write_all(report::concise::render(&report).as_bytes());
    report.verdict.code()
}
