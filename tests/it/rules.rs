//! Every rule's documentation is true: its examples give exactly what their markers say.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use gonogo::engine;
use gonogo::policy::{Policy, Request};
use gonogo::rules::doc::{Example, Expected, Place, Verdict, Words, examples};
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
    let mut report = judged(&mut policy, examples);
    report.findings.retain(|finding| finding.rule == rule);
    report
}

fn judged(policy: &mut Policy, examples: &[&Example]) -> engine::Report {
    for config in examples.iter().filter(|example| example.file == "gonogo.yaml") {
        policy.configure(&config.file, config.text.clone().into_bytes()).expect("the example's configuration is wrong");
    }
    let (project, faults) = engine::load(project(examples), policy, AT);
    engine::judge(project, faults, policy, AT, Severity::Medium)
}

/// The examples of a rule by heading.
fn by_heading(examples: &[Example]) -> BTreeMap<&str, Vec<&Example>> {
    let mut groups: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
    for example in examples {
        groups.entry(&example.heading).or_default().push(example);
    }
    groups
}

/// Those that form the project of a verdict; none when nothing has this verdict.
fn of<'a>(group: &[&'a Example], verdict: Verdict) -> Vec<&'a Example> {
    let some = group.iter().any(|e| e.verdict == verdict);
    group.iter().copied().filter(|e| some && (e.verdict == verdict || e.verdict == Verdict::Both)).collect()
}

/// What the bad examples mark, in the order it is written.
fn marked<'a>(bad: &[&'a Example]) -> Vec<&'a Expected> {
    bad.iter().flat_map(|example| &example.expected).collect()
}

/// What was found, in the shape of the markers, and what it says; sorted by place.
fn found(report: &engine::Report, marked: &[&Expected]) -> Vec<(Place, Words)> {
    let live = report.findings.iter().filter(|finding| finding.live());
    let mut list: Vec<(Place, Words)> = live
        .map(|finding| {
            let span = finding.primary.span;
            let source = report.project.source(span.file);
            let (start, end) = (source.position(span.start), source.position(span.end));
            let here = |p: &&Place| p.file == source.path && p.line == start.line && p.column == start.column;
            let width = match marked.iter().map(|mark| &mark.place).find(here) {
                Some(place) if place.width == 0 => 0,
                _ if end.line == start.line => end.column - start.column,
                // A span over several lines is marked to the end of its first line.
                _ => source.shown()[span.start as usize..].lines().next().unwrap().chars().count() as u32,
            };
            let place = Place {
                file: source.path.clone(),
                line: start.line,
                column: start.column,
                width,
                rule: finding.rule.id.to_owned(),
            };
            (place, Words { message: finding.message.clone(), help: finding.help.clone() })
        })
        .collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

#[test]
fn examples_give_exactly_the_marked_findings() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        let all = examples(rule);
        for (heading, group) in by_heading(&all) {
            let bad = of(&group, Verdict::Bad);
            let report = run(rule, &bad);
            let marked = marked(&bad);
            let mut expected: Vec<Place> = marked.iter().map(|mark| mark.place.clone()).collect();
            expected.sort();
            let found_here: Vec<Place> = found(&report, &marked).into_iter().map(|(place, _)| place).collect();
            if found_here != expected {
                problems.push(format!(
                    "{} ({heading}), bad:\n  expected {expected:#?}\n  found    {found_here:#?}",
                    rule.id
                ));
            }
            if !bad.is_empty() && expected.is_empty() {
                problems.push(format!("{} ({heading}): a bad example marks nothing", rule.id));
            }
            let good = run(rule, &of(&group, Verdict::Good));
            if !good.findings.is_empty() {
                problems.push(format!("{} ({heading}): a good example gives {:#?}", rule.id, good.findings));
            }
            for fixed in group.iter().filter(|e| e.verdict == Verdict::Fixed) {
                let Some(fix) = report.findings.iter().find_map(|f| f.fixes.first()) else { continue };
                // Other files are what the help asks for.
                let Some(before) = bad.iter().find(|e| e.file == fixed.file) else { continue };
                let document = report.project.at(&fixed.file).unwrap();
                if fix.edits.iter().all(|edit| edit.span.file != document.source.id) {
                    continue;
                }
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

/// The bad example after its help was followed; nothing when that is not written down.
fn helped(group: &[&Example]) -> Option<Vec<Example>> {
    let bad = of(group, Verdict::Bad);
    // What the fix makes of a file need not be all that its findings ask for.
    let in_place = |fixed: &Example| bad.iter().any(|e| e.file == fixed.file && e.mended.is_some());
    let fixed: Vec<&Example> = group.iter().copied().filter(|e| e.verdict == Verdict::Fixed && !in_place(e)).collect();
    if fixed.is_empty() && bad.iter().all(|e| e.mended.is_none()) {
        return None;
    }
    let kept = bad.into_iter().filter(|bad| fixed.iter().all(|e| e.file != bad.file));
    let kept = kept.cloned().map(|mut bad| {
        bad.text = bad.mended.take().unwrap_or(bad.text);
        bad
    });
    Some(fixed.iter().map(|&e| e.clone()).chain(kept).collect())
}

/// What stops the deployment that is judged as projects are: how often each rule does, and what it says last.
fn stops(examples: &[&Example]) -> BTreeMap<&'static str, (usize, String)> {
    let mut stops: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    let mut policy = Policy::load(Request::default(), &|_| Err(String::new())).unwrap();
    for finding in judged(&mut policy, examples).findings {
        if finding.live() && finding.severity >= Severity::Medium {
            let (count, said) = stops.entry(finding.rule.id).or_default();
            (*count, *said) = (*count + 1, finding.message);
        }
    }
    stops
}

#[test]
fn help_ends_the_finding_and_starts_no_other() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        let all = examples(rule);
        for (heading, group) in by_heading(&all) {
            let Some(helped) = helped(&group) else { continue };
            let after: Vec<&Example> = helped.iter().collect();
            let report = run(rule, &after);
            for left in report.findings.iter().filter(|finding| finding.live()) {
                problems.push(format!("{} ({heading}): after its help it still says: {}", rule.id, left.message));
            }
            for fault in &report.faults {
                problems.push(format!("{} ({heading}): after its help: {}: {}", rule.id, fault.path, fault.message));
            }
            let before = stops(&of(&group, Verdict::Bad));
            for (other, (count, said)) in stops(&after) {
                if count > before.get(other).map_or(0, |(count, _)| *count) {
                    problems.push(format!("{} ({heading}): its help leads to {other}: {said}", rule.id));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Set `GONOGO_BLESS=1` to write what is said into the rules; read every changed line before it is committed.
#[test]
fn findings_say_exactly_what_is_written_down() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        let all = examples(rule);
        let mut news: Vec<(&Expected, Words)> = Vec::new();
        for group in by_heading(&all).into_values() {
            let bad = of(&group, Verdict::Bad);
            let marked = marked(&bad);
            let found = found(&run(rule, &bad), &marked);
            let pinned = marked.iter().enumerate().filter(|(at, mark)| *at == 0 || !mark.lines.is_empty());
            for (_, mark) in pinned {
                let said: Vec<&Words> =
                    found.iter().filter(|(at, _)| *at == mark.place).map(|(_, words)| words).collect();
                // Where nothing is found, the other test says so.
                let Some(first) = said.first() else { continue };
                if !said.iter().any(|words| mark.words.as_ref() == Some(words)) {
                    news.push((mark, (*first).clone()));
                }
            }
        }
        if std::env::var_os("GONOGO_BLESS").is_some() {
            bless(rule, news);
            continue;
        }
        for (Expected { place, words, .. }, said) in news {
            let wanted = words.as_ref().map_or("nothing".to_owned(), |words| written(words, "    ").join("\n"));
            let said = written(&said, "    ").join("\n");
            let Place { file, line, column, .. } = place;
            problems.push(format!("{} at {file}:{line}:{column} says\n{said}\n  written is\n{wanted}", rule.id));
        }
    }
    let help = "GONOGO_BLESS=1 cargo test --test it rules";
    assert!(problems.is_empty(), "{}\n\n`{help}` writes what is said", problems.join("\n\n"));
}

/// Writes what findings say below their marks in the rule's file.
fn bless(rule: &Rule, mut news: Vec<(&Expected, Words)>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(rule.file);
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let doc = 1 + lines.iter().position(|line| line == "rule! {").unwrap();
    // From the end on, so that the lines of the others keep their numbers.
    news.sort_by_key(|(mark, _)| std::cmp::Reverse(mark.lines.start));
    for (mark, words) in news {
        let (start, end) = (doc + mark.lines.start, doc + mark.lines.end);
        let comment = lines[start - 1].starts_with("    /// #");
        let said = written(&words, if comment { "    /// # | " } else { "    /// | " });
        lines.splice(start..end, said);
    }
    let blessed: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if blessed != text {
        fs::write(&path, blessed).unwrap();
    }
}

/// What a finding says, in lines wrapped to the width of the house.
fn written(words: &Words, prefix: &str) -> Vec<String> {
    let help = words.help.as_ref().map(|help| format!("help: {help}"));
    let mut lines = Vec::new();
    for part in std::iter::once(&words.message).chain(&help) {
        let mut line = prefix.to_owned();
        for (at, word) in part.split(' ').enumerate() {
            if at > 0 && line.chars().count() + 1 + word.chars().count() > 120 {
                lines.push(std::mem::replace(&mut line, prefix.to_owned()));
            } else if at > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
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
