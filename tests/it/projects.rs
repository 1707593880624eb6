//! Good projects are silent, bad ones give exactly what is written down beside them.

use std::fs;
use std::path::{Path, PathBuf};

use gonogo::engine::{self, Report};
use gonogo::policy::{Policy, Request};
use gonogo::rules::Severity;
use gonogo::source::discover;
use time::macros::datetime;

use crate::sandbox::{Sandbox, chmod};

/// The moment all projects are judged at.
const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

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

fn judge(root: &Path) -> Report {
    let mut workspace = discover(root);
    let notes = std::mem::take(&mut workspace.notes);
    let config = fs::read(root.join("gonogo.yaml")).ok().map(|bytes| ("gonogo.yaml".to_owned(), bytes));
    let no_files = |path: &str| Err(format!("{path} is not for tests"));
    let policy = Policy::load(Request { config, packs: Vec::new() }, &no_files).unwrap();
    let (project, faults) = engine::load(workspace, &policy);
    engine::judge(project, faults, notes, &policy, AT, Severity::Medium)
}

#[test]
fn every_project_can_be_read() {
    for project in projects("go").iter().chain(&projects("no-go")) {
        let report = judge(deployed(project).path());
        assert!(!report.project.documents.is_empty(), "{}: nothing found", project.display());
        assert!(report.faults.is_empty(), "{}: {:?}", project.display(), report.faults);
    }
}
