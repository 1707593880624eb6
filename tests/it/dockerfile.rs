//! What BuildKit refuses is what gonogo says will not start. The verdicts in `testdata/dockerfile/verdicts.json` are those
//! of BuildKit's own code (`dockerfile2llb`, August 2026), asked for each file without a daemon: an `error`, or none.

use gonogo::engine;
use gonogo::policy::{Policy, Request};
use gonogo::rules::{Effect, Severity};
use gonogo::source::Workspace;
use serde_json::Value;
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

/// Rules about what else stops it: files that are not there, commands that no shell finds.
const OTHER: [&str; 2] = ["docker/copy-missing", "docker/single-quoted-list"];

/// What gonogo says of a Dockerfile that a Compose file builds.
fn refused(dockerfile: &str, target: Option<&str>) -> Vec<String> {
    let target = target.filter(|name| !name.is_empty()).map(|name| format!(", target: \"{name}\"")).unwrap_or_default();
    let compose = format!("services:\n  app:\n    build: {{context: .{target}}}\n");
    let files = [("Dockerfile".to_owned(), dockerfile.into()), ("compose.yaml".to_owned(), compose.into_bytes())];
    let policy = Policy::load(Request::default(), &|_| Err(String::new())).unwrap();
    let (project, faults) = engine::load(Workspace::in_memory(files), &policy, AT);
    let report = engine::judge(project, faults, &policy, AT, Severity::Medium);
    let stops = |effect: Effect, rule: &str| effect == Effect::WillNotStart && !OTHER.contains(&rule);
    let found = report.findings.iter().filter(|finding| stops(finding.effect, finding.rule.id));
    found.map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
}

/// What gonogo does not look into: values that are not in the file, templates, symbolic modes, checksums, rings of stages.
const LEFT: [&str; 11] = [
    "empty platform value",
    "X: no",
    "B: need",
    "circular dependency detected on stage: x",
    "invalid syntax",
    "invalid checksum",
    "checksum requires",
    "invalid signal: \0",
    "device feature is only",
    "invalid mount target",
    "unknown instruction: {{",
];

#[test]
fn what_buildkit_refuses_will_not_start() {
    let text = std::fs::read_to_string("testdata/dockerfile/verdicts.json").unwrap();
    let verdicts: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    for verdict in &verdicts {
        let dockerfile = verdict["dockerfile"].as_str().unwrap();
        let error = verdict["error"].as_str();
        let said = refused(dockerfile, verdict["target"].as_str());
        asked += 1;
        let left = error.is_some_and(|error| LEFT.iter().any(|part| format!("{error}\0").contains(part)));
        if said.is_empty() == error.is_some() && !(left && said.is_empty()) {
            wrong.push(format!("{dockerfile:?}\n  BuildKit: {error:?}\n  gonogo: {said:?}"));
        }
    }
    assert!(asked > 300);
    assert!(wrong.is_empty(), "{} of {asked} differ:\n{}", wrong.len(), wrong.join("\n"));
}
