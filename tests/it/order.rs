//! The same bytes for any number of threads and any order of arguments, in every format.

use std::fs;
use std::path::Path;

use crate::projects::{deployed, projects};
use crate::sandbox::{Sandbox, said};

const FORMATS: [&str; 7] = ["terminal", "concise", "json", "sarif", "github", "summary", "junit"];

/// Every project of this repository side by side, as one big one.
fn everything() -> Sandbox {
    let sandbox = Sandbox::new("order");
    for project in projects("no-go").iter().chain(&projects("go")) {
        let kind = project.parent().and_then(Path::file_name).unwrap();
        let copy = deployed(project);
        let _ = fs::remove_dir_all(copy.path().join(".git"));
        copy.move_to(&sandbox.path().join(kind).join(project.file_name().unwrap()));
    }
    sandbox
}

fn files(dir: &Path, root: &Path, list: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, root, list);
        } else {
            list.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

fn print(sandbox: &Sandbox, format: &str, more: &[&str]) -> String {
    let mut arguments = vec!["check", "--at", "2026-11-20T12:00:00Z", "--color", "always", "--format", format];
    arguments.extend(more);
    let output = sandbox.run(&arguments);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    said(&output)
}

#[test]
fn threads_change_nothing() {
    let sandbox = everything();
    for format in FORMATS {
        let one = print(&sandbox, format, &["--threads", "1"]);
        assert!(one.contains("no-go"), "{format}: {one}");
        for threads in ["2", "8"] {
            assert_eq!(one, print(&sandbox, format, &["--threads", threads]), "{format} with {threads} threads");
        }
    }
}

#[test]
fn the_order_of_arguments_changes_nothing() {
    let sandbox = everything();
    let mut list = Vec::new();
    files(sandbox.path(), sandbox.path(), &mut list);
    list.sort();
    let sorted: Vec<&str> = list.iter().map(String::as_str).collect();
    let reversed: Vec<&str> = sorted.iter().rev().copied().collect();
    // A step that shares no factor with the length visits every file once.
    let step = [7, 11, 13, 17].into_iter().find(|step| !sorted.len().is_multiple_of(*step)).unwrap();
    let shuffled: Vec<&str> = (0..sorted.len()).map(|n| sorted[n * step % sorted.len()]).collect();
    let twice: Vec<&str> = sorted.iter().chain(&shuffled).copied().collect();
    for format in FORMATS {
        let expected = print(&sandbox, format, &sorted);
        for (what, order) in [("reversed", &reversed), ("shuffled", &shuffled), ("named twice", &twice)] {
            assert_eq!(expected, print(&sandbox, format, order), "{format}, {what}");
        }
    }
}
