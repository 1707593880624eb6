//! How a guide calls the file that it shows.

use super::tree::place;
use crate::model::candidate;
use crate::source::Cut;
use crate::syntax::markdown::Block;
use crate::syntax::shell::{self, Command};

/// The name of the file a block shows, of those it can be called.
pub fn of(block: &Block, text: &str, edited: Option<&str>, fits: impl Fn(&str) -> bool) -> Option<String> {
    let fitting = |names: Vec<String>| names.into_iter().find(|name| fits(name));
    let first = block.code.text().lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let comment = ["#", "//", ";", "<!--"].iter().find_map(|sign| first.trim_start().strip_prefix(sign));
    let short = |comment: &&str| !comment.starts_with('!') && comment.split_whitespace().count() < 7;
    let above = || {
        let lead = text.cut(block.lead.clone());
        let mut lines: Vec<&str> = lead.lines().filter(|line| !line.trim().is_empty()).collect();
        lines.reverse();
        lines.into_iter().take(4).find_map(|line| fitting(in_line(line)))
    };
    let heading = || block.headings.iter().rev().take(2).find_map(|heading| fitting(in_line(&heading.text)));
    // The first word says what it is written in, unless it is a path.
    let (label, title) = block.info.split_once([' ', ':', '{']).unwrap_or((&block.info, ""));
    let info = if label.contains(['.', '/']) { &block.info } else { title };
    fitting(in_text(info))
        .or_else(|| comment.filter(short).and_then(|comment| fitting(in_comment(comment))))
        .or_else(|| edited.filter(|name| fits(name)).map(str::to_owned))
        .or_else(above)
        .or_else(heading)
}

/// The names in the comment that a file begins with. `Production Dockerfile of the pages` says what it is, not how it is called.
fn in_comment(comment: &str) -> Vec<String> {
    let mut names = in_text(comment);
    let first = comment.trim_start();
    names.retain(|name| name.contains(['.', '/']) || first.starts_with(name.as_str()));
    names
}

/// The names in a line of prose, the most likely one first.
fn in_line(line: &str) -> Vec<String> {
    let mut told = String::new();
    let mut depth = 0;
    for c in line.chars() {
        depth += i32::from(c == '(');
        if depth == 0 {
            told.push(c);
        }
        depth -= i32::from(c == ')' && depth > 0);
    }
    let mut names = in_text(&told);
    let lower = told.to_ascii_lowercase();
    if ["copy ", "rename "].iter().any(|word| lower.contains(word)) && lower.contains(" to ") {
        names.reverse();
    }
    // Where nothing stands outside of brackets, it is in them: `Main file (docker-compose.yml)`.
    if names.is_empty() { in_text(line) } else { names }
}

/// The words of a text that are names of files of interest, as paths of the tree.
pub fn in_text(text: &str) -> Vec<String> {
    let apart = |c: char| c.is_whitespace() || "()[],;:\"'*`=|".contains(c);
    let mut before = "";
    let mut names = Vec::new();
    for word in text.split(apart).map(|word| word.trim_end_matches('.')).filter(|word| !word.is_empty()) {
        let source = matches!(before.to_ascii_lowercase().as_str(), "from" | "see" | "like");
        before = word;
        let is_path = word.contains(['.', '/'])
            || matches!(word, "Dockerfile" | "Caddyfile" | "Procfile" | "Makefile" | "crontab");
        let known =
            word.len() < 200 && is_path && !word.starts_with("//") && !word.to_ascii_lowercase().ends_with(".md");
        names.extend(place(word).filter(|name| known && !source && candidate(name)));
    }
    names
}

/// The file that a command opens in an editor.
pub fn edited(command: &Command) -> Option<&str> {
    const EDITORS: [&str; 9] = ["nano", "vim", "vi", "nvim", "emacs", "code", "touch", "micro", "gedit"];
    let mut words = command.words.iter().map(|word| word.text.as_str());
    let mut program = words.next()?;
    while program == "sudo" || program.starts_with('-') {
        program = words.next()?;
    }
    let is_editor = EDITORS.contains(&shell::base_name(program));
    words.find(|word| !word.starts_with('-')).filter(|_| is_editor)
}
