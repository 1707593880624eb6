//! The commands of guides, and of the comments of other formats.

use std::ops::Range;

use super::{Snippet, Snippets, blanked};
use crate::source::{Cut, Source, Span};
use crate::syntax::markdown::Block;

/// What a person types of a block of code. Behind a prompt there are commands, and the other lines are what they print.
pub fn block(source: &Source, block: &Block) -> Snippet {
    let (range, code) = block.code.in_place(source.text());
    let has_prompt = code.lines().any(|line| line.trim_start().starts_with("$ "));
    let mut goes_on = false;
    let mut text = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let is_command = (!has_prompt || goes_on || line.trim_start().starts_with("$ ")) && !is_drawn(line);
        goes_on = is_command && line.trim_end().ends_with('\\');
        match is_command {
            true => text.push_str(&unprompted(line)),
            false => text.push_str(&blanked(line, line.trim_end_matches(['\n', '\r']).len())),
        }
    }
    Snippet::new(filled_in(&text), Span::new(source.id, range.start, range.end), true)
}

/// A command within the text of a guide.
pub fn code(source: &Source, place: Range<usize>) -> Option<Snippet> {
    let text = source.text().cut(place.clone());
    let before = source.text().cut(..place.start).trim_end_matches('`');
    let denied = is_denied(before.rsplit('\n').next().unwrap_or(before));
    command(text, Span::new(source.id, place.start, place.end)).filter(|_| !denied)
}

/// Whether a line is part of a picture of boxes, `│ 2. docker compose up -d │`: nobody types that.
fn is_drawn(line: &str) -> bool {
    line.trim_start().starts_with(|first| matches!(first, '\u{2500}'..='\u{257f}'))
}

/// Labels of fences that hold commands. Half of the fences with commands in them have none.
const SHELLS: [&str; 13] = [
    "",
    "sh",
    "shell",
    "bash",
    "zsh",
    "console",
    "terminal",
    "shell-session",
    "shellsession",
    "cmd",
    "powershell",
    "ps1",
    "text",
];

/// Whether the label of a fence says that commands are in it, or nothing.
pub fn is_shell_label(label: &str) -> bool {
    SHELLS.contains(&label)
}

/// The command of a line of a crontab.
fn scheduled(text: &str) -> Option<&str> {
    let mut rest = text;
    if rest.starts_with('@') {
        return ["@reboot ", "@hourly ", "@daily ", "@weekly "].iter().find_map(|when| rest.strip_prefix(when));
    }
    for _ in 0..5 {
        let (field, behind) = rest.split_once([' ', '\t'])?;
        let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'*' | b'/' | b',' | b'-');
        if field.is_empty() || !field.bytes().all(plain) {
            return None;
        }
        rest = behind.trim_start();
    }
    Some(rest)
}

/// A text in which `<your-domain>` is a word: people put something in its place, the shell would redirect.
fn filled_in(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', text.cut(at..).as_bytes()).map(|length| at + length) {
        at = open + 1;
        let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b' ' | b'.');
        let length = text.cut(at..).bytes().take_while(inner).count();
        let first = text.cut(at..).as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
        if first && text.cut(at + length..).starts_with('>') {
            bytes[open] = b'{';
            bytes[at + length] = b'}';
            for byte in bytes.iter_mut().skip(at).take(length).filter(|byte| **byte == b' ') {
                *byte = b'-';
            }
            at += length;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A line without the sign of the prompt and that of a quotation.
fn unprompted(line: &str) -> String {
    let text = line.trim_start_matches([' ', '\t', '>']);
    if let Some(command) = scheduled(text) {
        return blanked(line, line.len() - command.len());
    }
    let prompt = ["$ ", "# ", "% ", "❯ ", "➜ "].into_iter().find(|sign| text.starts_with(sign));
    // A sign for root is a comment to the shell, unless a command is behind it.
    let prompt = prompt.filter(|sign| *sign != "# " || starts_command(text.cut(2..)));
    let signs = line.len() - text.len() + prompt.map_or(0, str::len);
    if line.cut(..signs).contains('>') || prompt.is_some() { blanked(line, signs) } else { line.to_owned() }
}

/// Whether a text begins like a command that a guide may have anywhere.
fn starts_command(text: &str) -> bool {
    const PROGRAMS: [&str; 11] = [
        "source ",
        "set -a",
        "export $(",
        "node --env-file",
        "docker compose ",
        "docker-compose ",
        "docker stack ",
        "docker run ",
        "podman-compose ",
        "podman compose ",
        "sudo docker",
    ];
    let assigned = text
        .split(' ')
        .find(|word| !word.contains('='))
        .map_or(text, |word| text.cut(word.as_ptr() as usize - text.as_ptr() as usize..));
    PROGRAMS.iter().any(|program| assigned.starts_with(program) || text.starts_with(program))
}

/// A text between backticks, if it is a command.
fn command(code: &str, span: Span) -> Option<Snippet> {
    let bare = code.trim_start_matches(['$', ' ']);
    starts_command(bare).then(|| Snippet::new(filled_in(&blanked(code, code.len() - bare.len())), span, true))
}

/// Whether what stands in front of a command says that it is not to be given: `Do not merge the two: `.
fn is_denied(before: &str) -> bool {
    const NO: [&str; 5] = ["do not ", "don't ", "never ", "avoid ", "must not "];
    let clause = ["; ", ". ", ", ", " — "].iter().fold(before, |rest, end| rest.rsplit(*end).next().unwrap_or(rest));
    let clause = clause.trim_start_matches(|c: char| !c.is_alphabetic()).to_ascii_lowercase();
    NO.iter().any(|word| clause.starts_with(word)) && !clause.contains("forget") && !clause.contains("hesitate")
}

/// Code between backticks.
fn inline(line: &str, span: Span, found: &mut Snippets) {
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'`', line.cut(at..).as_bytes()).map(|length| at + length) {
        let signs = line.cut(start..).bytes().take_while(|byte| *byte == b'`').count();
        let open = start + signs;
        let Some(length) = line.cut(open..).find("`".repeat(signs).as_str()) else { break };
        if !is_denied(line.cut(..start)) {
            found.list.extend(command(line.cut(open..open + length), span.slice(open, open + length)));
        }
        at = open + length + signs;
    }
}

/// The commands that the comments of another format tell people to run: `# Usage: docker compose -f a.yml up`.
pub fn comments(source: &Source, comments: &[Span]) -> Snippets {
    let mut found = Snippets::default();
    let mut goes_on = false;
    for &span in comments {
        let line = source.text().cut(span.range());
        let goes = std::mem::replace(&mut goes_on, line.ends_with('\\'));
        let signs = line.len() - line.trim_start_matches(['#', ' ', '\t', '$']).len();
        if let Some(last) = found.list.last_mut().filter(|_| goes) {
            let between = span.start.saturating_sub(last.span.end) as usize;
            last.text.push_str(&"\n".repeat(between.min(1)));
            last.text.push_str(&" ".repeat(between.saturating_sub(1)));
            last.text.push_str(&blanked(line, signs));
            last.span.end = span.end;
            continue;
        }
        if line.contains('`') {
            inline(line, span, &mut found);
            goes_on = false;
            continue;
        }
        // At the start of the comment, or behind a label.
        let starts = std::iter::once(signs).chain(line.match_indices(": ").map(|(at, _)| at + 2));
        let command = starts.filter(|&at| starts_command(line.cut(at..).trim_start())).min();
        match command.filter(|_| source.budget.nodes(1, span)) {
            Some(at) => found.list.push(Snippet::new(blanked(line, at), span, true)),
            None => goes_on = false,
        }
    }
    found
}
