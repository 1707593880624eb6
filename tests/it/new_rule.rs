//! Starts a rule: `GONOGO_NEW_RULE=family/what-is-wrong cargo test --test it new_rule`.

use std::fs;
use std::path::Path;

use crate::sandbox::Sandbox;

/// What most rules of a family look at: family, head of an example, module of the type,
/// its name, and what it is called.
const SUBJECTS: [(&str, &str, &str, &str, &str); 10] = [
    ("cert", "pem bad file=fullchain.pem", "model::tls", "Chain", "chain"),
    ("chain", "pem bad file=fullchain.pem", "model::tls", "Chain", "chain"),
    ("compose", "compose bad", "model::compose", "Service", "service"),
    ("docker", "dockerfile bad", "model::image", "Dockerfile", "file"),
    ("env", "env bad file=.env.prod", "model::env", "EnvFile", "env"),
    ("key", "pem bad file=privkey.pem", "model::tls", "Chain", "chain"),
    ("nginx", "nginx bad", "model::nginx", "NginxFile", "nginx"),
    ("pem", "pem bad file=cert.pem", "model::tls", "PemFile", "pem"),
    ("project", "compose bad", "project", "Project", "project"),
    ("systemd", "systemd bad", "model::units", "Unit", "unit"),
];

/// Writes the file of a rule and adds it to its family, below the root of the sources.
fn start(root: &Path, id: &str) {
    let (family, name) = id.split_once('/').expect("a rule is called family/what-is-wrong");
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(!name.is_empty() && name.chars().all(fits), "`{name}` has other characters than a-z, 0-9 and `-`");
    let subject = SUBJECTS.iter().find(|subject| subject.0 == family);
    let Some((_, bad, path, subject, called)) = subject else { panic!("there is no family `{family}` to start from") };
    let module = name.replace('-', "_");
    let dir = root.join("src/rules").join(family);
    let (rule, list) = (dir.join(format!("{module}.rs")), dir.join("mod.rs"));
    assert!(!rule.exists(), "{} exists", rule.display());
    let variant = subject.trim_end_matches("File");
    let good = bad.replace("bad", "good");
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        "//! `{id}`

use crate::{path}::{subject};
use crate::rules::prelude::*;

rule! {{
    /// What is wrong, in one sentence.
    ///
    /// ## Why
    /// What happens because of it.
    ///
    /// ## Examples
    /// ```{bad}
    /// wrong
    /// ^^^^^ {id}
    /// ```
    /// ```{good}
    /// right
    /// ```
    ///
    /// ## What it does not report
    /// What looks alike and is in order.
    \"{id}\" {{
        severity: Medium, effect: Hygiene, since: \"{version}\",
        check: Check::{variant}(check),
    }}
}}

fn check({called}: &{subject}, ctx: &Context, sink: &mut Sink) {{
    let _ = ({called}, ctx, sink);
}}
"
    );
    fs::write(&rule, text).unwrap();
    fs::write(&list, listed(&fs::read_to_string(&list).unwrap(), &module)).unwrap();
}

/// The family's `mod.rs` with one more rule, in both of its lists.
fn listed(text: &str, module: &str) -> String {
    let modules =
        with_line(text, |line| line.strip_prefix("mod ")?.strip_suffix(';'), module, &format!("mod {module};"));
    with_line(&modules, |line| line.strip_prefix("    ")?.strip_suffix(','), module, &format!("    {module},"))
}

/// The text with a line more among the first ones that `name` gives names, in alphabetical order.
fn with_line(text: &str, name: impl Fn(&str) -> Option<&str>, new: &str, line: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| name(line).is_some()).unwrap();
    let before = lines[start..].iter().take_while(|line| name(line).is_some_and(|name| name < new)).count();
    lines.insert(start + before, line);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn new_rule() {
    if let Ok(id) = std::env::var("GONOGO_NEW_RULE") {
        start(Path::new(env!("CARGO_MANIFEST_DIR")), &id);
    }
}

#[test]
fn a_new_rule_is_written_and_listed() {
    let before = "//! Rules.\n\nmod late;\n\nrules! {\n    late,\n}\n\nmod more;\n";
    for (family, ..) in SUBJECTS {
        let sandbox = Sandbox::new("new-rule");
        let list = sandbox.write(&format!("src/rules/{family}/mod.rs"), before);
        for name in ["is-wrong", "new", "also-wrong"] {
            start(sandbox.path(), &format!("{family}/{name}"));
        }
        let rule = fs::read_to_string(list.with_file_name("is_wrong.rs")).unwrap();
        assert!(rule.contains(&format!("    \"{family}/is-wrong\" {{\n")), "{rule}");
        assert_eq!(
            fs::read_to_string(list).unwrap(),
            "//! Rules.\n\nmod also_wrong;\nmod is_wrong;\nmod late;\nmod new;\n\n\
             rules! {\n    also_wrong,\n    is_wrong,\n    late,\n    new,\n}\n\nmod more;\n"
        );
    }
}
