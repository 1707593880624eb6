//! Every rule's documentation is true: its examples give exactly what their markers say.

use std::collections::{BTreeMap, HashSet};

use gonogo::engine;
use gonogo::policy::{Policy, Request};
use gonogo::rules::doc::{Example, Expected, Verdict, examples};
use gonogo::rules::{self, Check, Confidence, Rule, Severity};
use gonogo::source::{Content, Git, Workspace};
use time::macros::datetime;

/// The moment all examples are judged at.
const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

fn project(examples: &[&Example]) -> Workspace {
    let bytes = |e: &Example| match e.utf16 {
        true => std::iter::once(0xfeff).chain(e.text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        false => e.text.clone().into_bytes(),
    };
    let files = examples.iter().map(|e| (e.file.clone(), bytes(e)));
    let mut workspace = Workspace::in_memory(files);
    if examples.iter().any(|e| e.tracked || e.untracked || e.ignored) {
        let files = |of: fn(&Example) -> bool| -> HashSet<String> {
            examples.iter().filter(|e| of(e)).map(|e| e.file.clone()).collect()
        };
        workspace.git = Git::fixed(files(|e| e.tracked), files(|e| e.ignored));
    }
    for input in &mut workspace.inputs {
        if let Some(mode) = examples.iter().find(|e| e.file == input.path).and_then(|e| e.mode) {
            let Content::Memory(bytes) = &input.content else { continue };
            input.content = Content::WithMode(bytes.clone(), mode);
        }
    }
    workspace
}

fn run(rule: &'static Rule, examples: &[&Example]) -> engine::Report {
    // Rules about waivers speak about what the other rules found.
    let mut policy = match rule.check {
        Check::Policy => Policy::load(Request::default(), &|_| Err(String::new())).unwrap(),
        _ => Policy::only(rule.id),
    };
    for config in examples.iter().filter(|example| example.file == "gonogo.yaml") {
        policy.configure(&config.file, config.text.clone().into_bytes()).expect("the example's configuration is wrong");
    }
    let (project, faults) = engine::load(project(examples), &policy);
    let mut report = engine::judge(project, faults, &policy, AT, Severity::Medium);
    report.findings.retain(|finding| finding.rule == rule);
    report
}

/// What was found, in the shape of the markers.
fn found(report: &engine::Report, expected: &[Expected]) -> Vec<Expected> {
    let live = report.findings.iter().filter(|finding| finding.live());
    let mut list: Vec<Expected> = live
        .map(|finding| {
            let span = finding.primary.span;
            let source = report.project.source(span.file);
            let (start, end) = (source.position(span.start), source.position(span.end));
            let here = |e: &&Expected| e.file == source.path && e.line == start.line && e.column == start.column;
            let width = match expected.iter().find(here) {
                Some(e) if e.width == 0 => 0,
                _ if end.line == start.line => end.column - start.column,
                // A span over several lines is marked to the end of its first line.
                _ => source.shown()[span.start as usize..].lines().next().unwrap().chars().count() as u32,
            };
            Expected {
                file: source.path.clone(),
                line: start.line,
                column: start.column,
                width,
                rule: finding.rule.id.to_owned(),
            }
        })
        .collect();
    list.sort();
    list
}

#[test]
fn examples_give_exactly_the_marked_findings() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        let all = examples(rule);
        let mut by_heading: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
        for example in &all {
            by_heading.entry(&example.heading).or_default().push(example);
        }
        for (heading, group) in by_heading {
            let of = |verdict: Verdict| -> Vec<&Example> {
                let some = group.iter().any(|e| e.verdict == verdict);
                group.iter().copied().filter(|e| some && (e.verdict == verdict || e.verdict == Verdict::Both)).collect()
            };
            let bad = of(Verdict::Bad);
            let report = run(rule, &bad);
            let mut expected: Vec<Expected> = bad.iter().flat_map(|e| e.expected.clone()).collect();
            expected.sort();
            let found_here = found(&report, &expected);
            if found_here != expected {
                problems.push(format!(
                    "{} ({heading}), bad:\n  expected {expected:#?}\n  found    {found_here:#?}",
                    rule.id
                ));
            }
            if !bad.is_empty() && expected.is_empty() {
                problems.push(format!("{} ({heading}): a bad example marks nothing", rule.id));
            }
            let good = run(rule, &of(Verdict::Good));
            if !good.findings.is_empty() {
                problems.push(format!("{} ({heading}): a good example gives {:#?}", rule.id, good.findings));
            }
            for fixed in group.iter().filter(|e| e.verdict == Verdict::Fixed) {
                let before =
                    bad.iter().find(|e| e.file == fixed.file).expect("a fixed fence needs a bad one of the same file");
                let Some(fix) = report.findings.iter().find_map(|f| f.fixes.first()) else {
                    problems.push(format!("{} ({heading}): has a fixed example but offers no fix", rule.id));
                    continue;
                };
                let document = report.project.at(&fixed.file).unwrap();
                let after = fix.apply(document.source.id, &before.text);
                if after != fixed.text {
                    problems
                        .push(format!("{} ({heading}): the fix gives\n{after}\ninstead of\n{}", rule.id, fixed.text));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn every_rule_is_documented() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        let all = examples(rule);
        let mut demand = |ok: bool, what: &str| {
            if !ok {
                problems.push(format!("{}: {what}", rule.id));
            }
        };
        demand(all.iter().any(|e| e.verdict == Verdict::Bad), "no bad example");
        demand(all.iter().any(|e| e.verdict == Verdict::Good), "no good example");
        demand(rule.doc.contains("## Why"), "no section `Why`");
        demand(rule.doc.contains("## Examples"), "no section `Examples`");
        demand(
            (10..=80).contains(&rule.summary().chars().count()),
            "the summary is not one line of 10 to 80 characters",
        );
        demand(rule.summary().ends_with('.'), "the summary is not a sentence");
        demand(rule.severity < Severity::High || !rule.refs.is_empty(), "a rule of high severity needs references");
        demand(rule.confidence > Confidence::Hint || rule.severity <= Severity::Low, "a hint cannot be more than low");
        let path = format!("src/rules/{}.rs", rule.id.replace('-', "_"));
        demand(rule.file.replace('\\', "/") == path, "the id is not the path");
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
