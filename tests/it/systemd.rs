//! What gonogo says about a unit against what systemd says about it.

use std::process::Command;

use gonogo::engine;
use gonogo::policy::Policy;
use gonogo::rules::{Effect, Severity};
use gonogo::source::Workspace;
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

/// What claims that systemd would not load this unit.
fn refusals(name: &str, text: &str) -> Vec<String> {
    let workspace = Workspace::in_memory([(name.to_owned(), text.as_bytes().to_vec())]);
    let policy = Policy::default();
    let (project, faults) = engine::load(workspace, &policy, AT);
    assert!(faults.is_empty(), "{faults:?}");
    let report = engine::judge(project, faults, &policy, AT, Severity::Medium);
    let will_not_start = report.findings.iter().filter(|finding| finding.effect == Effect::WillNotStart);
    will_not_start.map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
}

/// Name, text, and what systemd 252 said.
fn cases() -> Vec<(String, String, String)> {
    let cases = include_str!("../../testdata/systemd/verify-cases.tsv");
    let case = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        (columns[0].to_owned(), serde_json::from_str(columns[1]).unwrap(), columns[2].to_owned())
    };
    cases.lines().skip(1).map(case).collect()
}

/// Refused units that are not found: what they need is not read.
const NOT_FOUND: [&str; 3] = ["nosec.service", "port.socket", "rel.path"];

#[test]
fn systemd_refuses_what_is_called_refused_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, text, verdict) in cases() {
        let claims = refusals(&name, &text);
        let known = NOT_FOUND.contains(&name.as_str());
        if claims.is_empty() != (verdict == "ok" || known) {
            wrong.push(format!("{name}: systemd says {verdict}, gonogo {claims:?}\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The real program, where it is installed, on the same units.
#[test]
fn systemd_itself_agrees_with_the_recorded_verdicts() {
    let Ok(version) = Command::new("systemd-analyze").arg("--version").output() else {
        println!("skipped: systemd-analyze is not installed");
        return;
    };
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let dir = std::env::temp_dir().join(format!("gonogo-systemd-{}", std::process::id()));
    let mut wrong = Vec::new();
    for (name, text, recorded) in cases() {
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join(&name);
        std::fs::write(&file, &text).unwrap();
        let (stem, ending) = name.rsplit_once('.').unwrap();
        if ending != "service" {
            std::fs::write(dir.join(format!("{stem}.service")), "[Service]\nExecStart=/bin/true\n").unwrap();
        }
        let output = Command::new("systemd-analyze")
            .args(["verify", "--man=no", "--recursive-errors=no"])
            .arg(&file)
            .env("SYSTEMD_UNIT_PATH", format!("{}:", dir.display()))
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let refused = said.contains("bad unit file setting") || said.contains("failed to load properly");
        if refused != recorded.starts_with("refused") {
            wrong.push(format!("{name}: recorded {recorded}, now {said}"));
        }
        std::fs::remove_dir_all(&dir).unwrap();
    }
    assert!(wrong.is_empty(), "{version}\n{}", wrong.join("\n"));
}
