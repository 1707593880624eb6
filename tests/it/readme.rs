//! What the README shows is what the program prints.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Blocks of ```` ```console ````: `$ command` lines, each with the output that follows it. A command is one of gonogo, or
/// `cd DIR && ` and one.
fn transcripts(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            match line.strip_prefix("$ ") {
                Some(command) => found.push((command.to_owned(), String::new())),
                None => {
                    if let Some((_, output)) = found.last_mut() {
                        output.push_str(line);
                        output.push('\n');
                    }
                }
            }
        }
    }
    found
}

#[test]
fn transcripts_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let transcripts: Vec<_> =
        transcripts(&readme).into_iter().filter(|(command, _)| command.contains("gonogo ")).collect();
    assert!(!transcripts.is_empty(), "the README shows no output");
    for (command, expected) in transcripts {
        let moved = command.strip_prefix("cd ").and_then(|rest| rest.split_once(" && "));
        let (dir, own) = moved.unwrap_or((".", &command));
        let mut words = own.split_whitespace().skip(1).peekable();
        let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args(&mut words)
            .current_dir(root.join(dir))
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned();
        assert_eq!(trimmed(&printed), trimmed(&expected), "README.md shows something else for `{command}`");
    }
}
