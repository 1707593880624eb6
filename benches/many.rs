//! Whole runs over many files, and over files that say little in many bytes: time, and what is allocated.
//!
//! `GONOGO_CORPUS=DIR cargo bench --bench many` writes the files instead, to measure the program itself against others.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark says so by failing")]

mod corpus;

use std::path::Path;

use corpus::Files;
use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use gonogo::engine::{self, Report};
use gonogo::policy::Policy;
use gonogo::rules::Severity;
use gonogo::source::Workspace;
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const KINDS: [&str; 4] = ["env", "dockerfile", "compose", "nginx"];

fn main() {
    match std::env::var_os("GONOGO_CORPUS") {
        Some(directory) => write(Path::new(&directory)),
        None => divan::main(),
    }
}

fn write(directory: &Path) {
    let many = [("env", corpus::env_files(10_000)), ("nginx", corpus::nginx_files(1_000))];
    let degenerate = KINDS.map(|kind| (kind, corpus::degenerate(kind, 4 << 20)));
    let named = |(name, files): (&str, Files), group: &str| (directory.join(group).join(name), files);
    let all =
        many.into_iter().map(|it| named(it, "many")).chain(degenerate.into_iter().map(|it| named(it, "degenerate")));
    for (root, files) in all {
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
}

fn run(files: Vec<(String, Vec<u8>)>) -> Report {
    let policy = Policy::default();
    let (project, faults) = engine::load(Workspace::in_memory(files), &policy, AT);
    engine::judge(project, faults, &policy, AT, Severity::Medium)
}

fn bench(bencher: Bencher, files: Files) {
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let files: Vec<_> = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    bencher.counter(BytesCount::new(bytes)).with_inputs(|| files.clone()).bench_values(run);
}

#[divan::bench(sample_count = 5)]
fn a_thousand_env_files(bencher: Bencher) {
    bench(bencher, corpus::env_files(1_000));
}

#[divan::bench(sample_count = 5)]
fn a_thousand_nginx_files(bencher: Bencher) {
    bench(bencher, corpus::nginx_files(1_000));
}

#[divan::bench(args = KINDS, sample_count = 5)]
fn degenerate(bencher: Bencher, kind: &str) {
    bench(bencher, corpus::degenerate(kind, 200_000));
}
