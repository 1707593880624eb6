//! What every file below `testdata` is taken for, and why.

use std::fs;
use std::path::Path;

use gonogo::model::{Class, candidate};

fn paths(dir: &Path, found: &mut Vec<String>, root: &Path) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths(&path, found, root);
        } else {
            found.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

/// `path kind (reason)`; `path -` where the name makes it worth reading and the content says no; `path ~ kind` where only
/// the content says so: such a file is not looked for, but may be given on standard input.
fn line(root: &Path, path: &str) -> Option<String> {
    let class = Class::of(path, &fs::read(root.join(path)).unwrap());
    match (candidate(path), class) {
        (true, Some(class)) => Some(format!("{path} {} ({})\n", class.kind.name(), class.why)),
        (true, None) => Some(format!("{path} -\n")),
        (false, Some(class)) => Some(format!("{path} ~ {} ({})\n", class.kind.name(), class.why)),
        (false, None) => None,
    }
}

/// Set `GONOGO_BLESS=1` to write `testdata/kinds.txt` anew; read every changed line before it is committed.
#[test]
fn files_are_taken_for_what_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let file = root.join("kinds.txt");
    let mut all = Vec::new();
    paths(&root, &mut all, &root);
    all.sort();
    let found: String = all.iter().filter_map(|path| line(&root, path)).collect();
    if std::env::var_os("GONOGO_BLESS").is_some() {
        fs::write(&file, &found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    let missing = expected.lines().filter(|line| !found.lines().any(|other| other == *line));
    let new = found.lines().filter(|line| !expected.lines().any(|other| other == *line));
    let difference: Vec<String> =
        missing.map(|line| format!("missing {line}")).chain(new.map(|line| format!("new     {line}"))).collect();
    assert!(difference.is_empty(), "{}", difference.join("\n"));
}
