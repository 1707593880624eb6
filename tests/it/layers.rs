//! The layers only use what is above them in `src/lib.rs`.

use std::fs;
use std::path::{Path, PathBuf};

const LAYERS: [&str; 13] = [
    "cut", "threads", "secret", "source", "syntax", "model", "project", "rules", "policy", "engine", "fix", "report",
    "cli",
];

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    found
        .into_iter()
        .map(|path| {
            (path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn layer(path: &str) -> Option<usize> {
    let first = path.split(['/', '.']).next().unwrap();
    LAYERS.iter().position(|layer| *layer == first)
}

#[test]
fn arrows_point_up_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = layer(&path) else { continue };
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let name = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let below = LAYERS.iter().position(|layer| *layer == name).is_some_and(|used| used > own);
                // The rule type names the models it is about; the models do not know rules.
                if below {
                    wrong.push(format!("{path}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "a lower layer is used:\n{}", wrong.join("\n"));
}

#[test]
fn rules_read_no_raw_text() {
    let reads = |line: &str| {
        let code = line.trim_start();
        !code.starts_with("//")
            && (code.contains(".text()") || code.contains(".bytes.") || code.contains("source.bytes()"))
    };
    let rules = sources().into_iter().filter(|(path, _)| path.starts_with("rules/"));
    let wrong: Vec<String> = rules.filter(|(_, text)| text.lines().any(reads)).map(|(path, _)| path).collect();
    assert!(wrong.is_empty(), "the model should be asked, or the masked text (`Context::quote`): {wrong:?}");
}

#[test]
fn only_one_file_names_each_heavy_crate() {
    for (word, home) in [("rayon::", "threads.rs"), ("miette::", "report/terminal"), ("granit_parser::", "syntax/yaml")]
    {
        let users: Vec<String> = sources()
            .into_iter()
            .filter(|(_, text)| text.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//")))
            .map(|(path, _)| path)
            .filter(|path| !path.starts_with(home))
            .collect();
        assert!(users.is_empty(), "{word} belongs into {home}, found in {users:?}");
    }
}

#[test]
fn printers_never_touch_unmasked_text() {
    for (path, text) in sources() {
        if path.starts_with("report/") || path.starts_with("cli/") {
            for forbidden in ["source.text()", ".bytes()", "source().text()"] {
                assert!(!text.contains(forbidden), "{path} uses {forbidden}; only Source::shown may be printed");
            }
        }
    }
}

/// What is printed goes through the functions that take out what steers a reader; reports and diffs do so themselves.
#[test]
fn one_file_writes_to_the_streams() {
    for (path, text) in sources() {
        let own =
            text.contains("io::stdout().lock") || text.contains("write!(std::io") || text.contains("writeln!(std::io");
        assert!(!own || ["cli/output.rs", "cli/mod.rs"].contains(&path.as_str()), "{path} prints by itself");
        let raw = text.contains("print_as_it_is(");
        assert!(
            !raw || ["cli/output.rs", "cli/check.rs", "cli/fix.rs"].contains(&path.as_str()),
            "{path} prints unchecked"
        );
    }
}

#[test]
fn every_rule_file_is_in_its_family_list() {
    for (path, _) in sources() {
        let parts: Vec<&str> = path.split('/').collect();
        let ["rules", family, file] = parts[..] else { continue };
        let name = file.trim_end_matches(".rs");
        if name == "mod" {
            continue;
        }
        let id = format!("{family}/{}", name.replace('_', "-"));
        assert!(gonogo::rules::find(&id).is_some(), "{path} does not hold a listed rule {id}");
    }
}

#[test]
fn no_program_is_ever_started() {
    for (path, text) in sources() {
        for word in ["process::Command", "Command::new(", "CommandExt"] {
            let named = text.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
            assert!(!named, "{path} names {word}: nothing in a project may be run, not even through another program");
        }
    }
}
