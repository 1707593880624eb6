//! Rule documentation: Markdown whose examples are executed.
//!
//! A fence's first word is the format, the others say what it is for: `bad` must give exactly the marked findings,
//! `good` none, `fixed` is `bad` after its first fix, `config` is the `gonogo.yaml` of the example. `file=PATH` names the file;
//! `mode=644`, `tracked`, `utf16` and `crlf` say more about it. Fences of one heading form
//! one project per verdict: files of `bad` fences, or of `good` ones, together with those marked `both`.
//! In a bad fence a line of `^^^^ family/rule` below a line marks a finding; it is removed before the example is read.
//! `expect=family/rule@LINE:COLUMN` in the fence's words marks one where the format has no comments.

use super::rule::Rule;
use crate::source::Cut;

/// What an example is for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Must give exactly the marked findings.
    Bad,
    /// Must give none.
    Good,
    /// The bad example after its fix.
    Fixed,
    /// Belongs to both.
    Both,
}

/// Where an example says a finding must be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Expected {
    /// The file.
    pub file: String,
    /// Line, from 1, without the marker lines.
    pub line: u32,
    /// Column, from 1, in code points.
    pub column: u32,
    /// Width of the marker in code points; 0 when only the start is given.
    pub width: u32,
    /// The rule.
    pub rule: String,
}

/// One fenced example.
#[derive(Clone, Debug)]
pub struct Example {
    /// The heading it stands under.
    pub heading: String,
    /// What it is for.
    pub verdict: Verdict,
    /// Its file name.
    pub file: String,
    /// Its text without marker lines.
    pub text: String,
    /// What must be found in it.
    pub expected: Vec<Expected>,
    /// File mode in octal from `mode=644`.
    pub mode: Option<u32>,
    /// Whether git tracks the file (`tracked` among the words).
    pub tracked: bool,
    /// Whether git does not (`untracked`).
    pub untracked: bool,
    /// Whether a rule in `.gitignore` matches the file, which git does not track (`ignored`).
    pub ignored: bool,
    /// Whether the file is written in UTF-16 (`utf16` among the words).
    pub utf16: bool,
}

/// The examples of a rule, in order.
pub fn examples(rule: &Rule) -> Vec<Example> {
    let mut found = Vec::new();
    let mut heading = String::new();
    let mut open: Option<(Vec<String>, Vec<&str>)> = None;
    for line in rule.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if let Some(words) = line.strip_prefix("```") {
            match open.take() {
                Some((words, lines)) => found.extend(example(&heading, &words, &lines)),
                None => open = Some((words.split_whitespace().map(str::to_owned).collect(), Vec::new())),
            }
        } else if let Some((_, lines)) = &mut open {
            lines.push(line);
        } else if line.starts_with('#') {
            heading = line.trim_start_matches('#').trim().to_owned();
        }
    }
    found
}

/// The documentation for people: fence attributes and marker lines removed.
pub fn readable(rule: &Rule) -> String {
    let mut text = String::new();
    let mut inside = false;
    for line in rule.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if let Some(words) = line.strip_prefix("```") {
            if !inside {
                let kind = words.split_whitespace().find(|word| matches!(*word, "bad" | "good" | "fixed"));
                let file = words.split_whitespace().find_map(|word| word.strip_prefix("file="));
                if let Some(kind) = kind {
                    text.push_str(kind);
                    text.push_str(file.map(|f| format!(" ({f})")).unwrap_or_default().as_str());
                    text.push_str(":\n\n");
                }
            }
            inside = !inside;
            text.push_str("```");
            text.push_str(if inside { words.split_whitespace().next().unwrap_or("") } else { "" });
        } else if inside && marker(line).is_some() {
            text.push_str(line.trim_end_matches(|c| c != '^'));
        } else {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}

fn example(heading: &str, words: &[String], lines: &[&str]) -> Option<Example> {
    let has = |word: &str| words.iter().any(|w| w == word);
    let config = has("config");
    let verdict = if has("bad") {
        Verdict::Bad
    } else if has("good") {
        Verdict::Good
    } else if has("fixed") {
        Verdict::Fixed
    } else if has("both") || config {
        Verdict::Both
    } else {
        return None;
    };
    let value = |key: &str| words.iter().find_map(|w| w.strip_prefix(key)).map(str::to_owned);
    let file = value("file=").unwrap_or_else(|| {
        if config { "gonogo.yaml".into() } else { default_name(words.first().map_or("", String::as_str)).into() }
    });
    let mut text = String::new();
    let mut line_number = 0;
    let mut expected = Vec::new();
    for line in lines {
        if let Some((column, width, rule)) = marker(line) {
            expected.push(Expected { file: file.clone(), line: line_number, column, width, rule: rule.to_owned() });
        } else {
            line_number += 1;
            text.push_str(line);
            text.push('\n');
        }
    }
    for word in words {
        let parts = word
            .strip_prefix("expect=")
            .and_then(|rest| rest.split_once('@'))
            .and_then(|(rule, at)| Some((rule, at.split_once(':')?)));
        if let Some((rule, (line, column))) = parts {
            expected.push(Expected {
                file: file.clone(),
                line: line.parse().unwrap_or(0),
                column: column.parse().unwrap_or(0),
                width: 0,
                rule: rule.to_owned(),
            });
        }
    }
    let text = if has("crlf") { text.replace('\n', "\r\n") } else { text };
    let mode = value("mode=").and_then(|octal| u32::from_str_radix(&octal, 8).ok());
    Some(Example {
        heading: heading.to_owned(),
        verdict,
        file,
        text,
        expected,
        mode,
        tracked: has("tracked"),
        untracked: has("untracked"),
        ignored: has("ignored"),
        utf16: has("utf16"),
    })
}

/// `#    ^^^^ env/debug-on`: column (from 1), width, rule.
fn marker(line: &str) -> Option<(u32, u32, &str)> {
    let before = line.find('^')?;
    if !line.cut(..before).chars().all(|c| c == ' ' || c == '#') {
        return None;
    }
    let carets = line.cut(before..).chars().take_while(|&c| c == '^').count();
    let rule = line.cut(before + carets..).trim();
    (rule.contains('/') && !rule.contains(' ')).then_some((before as u32 + 1, carets as u32, rule))
}

fn default_name(format: &str) -> &'static str {
    match format {
        "env" => ".env",
        "compose" | "yaml" => "compose.yaml",
        "nginx" => "nginx.conf",
        "dockerfile" => "Dockerfile",
        "pem" => "cert.pem",
        _ => "file",
    }
}
