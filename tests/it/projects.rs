//! Good projects are silent, bad ones give exactly what is written down beside them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::{Sandbox, chmod, said};

/// The projects below `testdata/projects/<kind>`, sorted by name.
pub fn projects(kind: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/projects").join(kind);
    let mut list: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    list.sort();
    list
}

/// A copy of a project as it lies on its server: secrets readable by their owner only (but for the files `expected.txt`
/// names), and everything its `.gitignore` lets through tracked by git.
pub fn deployed(project: &Path) -> Sandbox {
    let sandbox = Sandbox::new("project");
    sandbox.copy(project);
    let expected = fs::read_to_string(project.join("expected.txt")).unwrap_or_default();
    let _ = fs::remove_file(sandbox.path().join("expected.txt"));
    secure(sandbox.path());
    for line in expected.lines() {
        let Some((mode, path)) = line.strip_prefix("# mode ").and_then(|rest| rest.split_once(' ')) else { continue };
        chmod(&sandbox.path().join(path), u32::from_str_radix(mode, 8).unwrap());
    }
    if project.join(".gitignore").exists() {
        assert!(sandbox.git(&["init", "--quiet"]) && sandbox.git(&["add", "--all"]), "git is needed for this test");
    }
    sandbox
}

fn secure(dir: &Path) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            secure(&path);
        } else {
            let secret = name.starts_with(".env") || name.ends_with(".key") || name.starts_with("privkey");
            chmod(&path, if secret { 0o600 } else { 0o644 });
        }
    }
}

/// Judges a deployed project with the program, its configuration included.
fn judge(sandbox: &Sandbox) -> (Option<i32>, Vec<String>) {
    let output = sandbox.run(&["check", "--at", "2026-11-20T12:00:00Z", "--format", "json"]);
    let Ok(report) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else { panic!("{}", said(&output)) };
    let list = |name: &str| report[name].as_array().unwrap().clone();
    assert_eq!(list("faults").len(), 0, "{report:#}");
    let mut lines: Vec<String> = list("findings").iter().filter(|f| f["state"] == "live").map(line).collect();
    lines.sort_by_key(|line| place(line));
    lines.push(format!("verdict {}", report["verdict"].as_str().unwrap()));
    (output.status.code(), lines)
}

/// `path:line:column severity rule`
fn line(finding: &serde_json::Value) -> String {
    let (primary, word) = (&finding["primary"], |name: &str| finding[name].as_str().unwrap().to_owned());
    let (start, path) = (&primary["start"], primary["path"].as_str().unwrap());
    format!("{path}:{}:{} {} {}", start["line"], start["column"], word("severity"), word("rule"))
}

/// What a line is sorted by: path, line, column, then severity and rule.
fn place(line: &str) -> (String, u64, u64, String) {
    let (place, rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut parts = place.rsplitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    let (column, line) = (number(), number());
    (parts.next().unwrap_or(place).to_owned(), line, column, rest.to_owned())
}

/// Whether a finding stops a deployment by default.
fn stops(line: &str) -> bool {
    [" medium ", " high ", " critical "].iter().any(|severity| line.contains(severity))
}

#[test]
fn good_projects_are_go() {
    let mut problems = Vec::new();
    for project in projects("go") {
        let (code, lines) = judge(&deployed(&project));
        if code != Some(0) || lines.iter().any(|line| stops(line)) {
            problems.push(format!("{}: exit {code:?}\n  {}", project.display(), lines.join("\n  ")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Set `GONOGO_BLESS=1` to write what is found into `expected.txt`; read every changed line before it is committed.
#[test]
fn bad_projects_give_exactly_what_is_written_down() {
    let mut problems = Vec::new();
    for project in projects("no-go") {
        let (code, mut found) = judge(&deployed(&project));
        assert_eq!(code, Some(1), "{}", project.display());
        found.retain(|line| stops(line) || line.starts_with("verdict "));
        let file = project.join("expected.txt");
        let text = fs::read_to_string(&file).unwrap();
        let (modes, expected): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
        if std::env::var_os("GONOGO_BLESS").is_some() {
            let lines = modes.iter().copied().chain(found.iter().map(String::as_str));
            fs::write(&file, lines.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
            continue;
        }
        let missing =
            expected.iter().filter(|line| !found.iter().any(|f| f == *line)).map(|line| format!("  missing {line}"));
        let new =
            found.iter().filter(|line| !expected.contains(&line.as_str())).map(|line| format!("  new     {line}"));
        let difference: Vec<String> = missing.chain(new).collect();
        if !difference.is_empty() {
            problems.push(format!("{}\n{}", project.display(), difference.join("\n")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
