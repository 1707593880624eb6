//! `cargo bench`: parsing and judging per family, over the example projects in `testdata/`.
//!
//! Whole-process figures say more about what a user feels; these say which part moved.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark says so by failing")]

use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use gonogo::engine;
use gonogo::model::{Class, Document, Kind, candidate};
use gonogo::policy::Policy;
use gonogo::rules::Severity;
use gonogo::source::{FileId, Role, RoleWhy, Source, Workspace, discover};
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

fn main() {
    divan::main();
}

/// The kinds that are judged. gonogo's own configuration and files that only speak about others take next to no time.
fn kinds() -> impl Iterator<Item = &'static str> {
    Kind::ALL.iter().filter(|kind| kind.judged()).map(|kind| kind.name())
}

/// Every file of one kind below `testdata/projects`.
fn files(kind: &str) -> Vec<(String, Vec<u8>, Class)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/projects");
    let inputs = discover(&root, candidate).inputs.into_iter();
    inputs
        .filter_map(|input| {
            let bytes = input.content.read().unwrap().0;
            let class = Class::of(&input.path, &bytes)?;
            (class.kind.name() == kind).then_some((input.path, bytes, class))
        })
        .collect()
}

#[divan::bench(args = kinds())]
fn parse(bencher: Bencher, kind: &str) {
    let files = files(kind);
    let bytes: usize = files.iter().map(|(_, bytes, _)| bytes.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let parse = |(path, bytes, class): &(String, Vec<u8>, Class)| {
            let source = Source::new(FileId(0), path.clone(), bytes.clone());
            Document::read(source, *class, Role::Production, RoleWhy::Unnamed)
        };
        files.iter().map(parse).collect::<Vec<_>>()
    });
}

#[divan::bench(args = kinds())]
fn evaluate(bencher: Bencher, kind: &str) {
    let files = files(kind);
    let policy = Policy::default();
    bencher
        .with_inputs(|| {
            let memory = files.iter().map(|(path, bytes, _)| (path.clone(), bytes.clone()));
            engine::load(Workspace::in_memory(memory), &policy, AT).0
        })
        .bench_values(|project| engine::judge(project, Vec::new(), &policy, AT, Severity::Medium));
}

#[divan::bench]
fn whole_run(bencher: Bencher) {
    let all: Vec<(String, Vec<u8>)> = kinds().flat_map(files).map(|(path, bytes, _)| (path, bytes)).collect();
    let policy = Policy::default();
    bencher.bench(|| {
        let (project, faults) = engine::load(Workspace::in_memory(all.clone()), &policy, AT);
        engine::judge(project, faults, &policy, AT, Severity::Medium)
    });
}
