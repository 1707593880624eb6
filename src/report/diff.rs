//! What fixes change, as a unified diff. Secrets are masked in it.

use std::fmt::Write;
use std::ops::Range;

use super::safe::plain;
use crate::engine::Report;
use crate::fix::{Change, Fixed};
use crate::source::{Cut, LineIndex, Source, Span};

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// A change of lines: these of the old text become those of the new one.
type Hunk = (Range<usize>, Range<usize>);

/// A diff of all files that change, and whether something in it is masked. When it shall be `harmless`, what a terminal
/// or a log would obey is replaced; `patch` needs it as it is.
pub fn diff(before: &Report, fixed: &Fixed, harmless: bool) -> (String, bool) {
    let mut text = String::new();
    let mut masked = false;
    for change in &fixed.changes {
        let document =
            |report: &'_ Report| report.project.documents().iter().position(|d| d.source.path == change.path);
        let Some(after) = &fixed.report else { continue };
        let (Some(old), Some(new)) = (document(before), document(after)) else { continue };
        let (old, new) = (&before.project.documents()[old].source, &after.project.documents()[new].source);
        let mut file = FileDiff { old, new, text: &mut text, masked: false };
        file.write(change);
        masked |= file.masked;
    }
    (if harmless { plain(&text) } else { text }, masked)
}

struct FileDiff<'a> {
    old: &'a Source,
    new: &'a Source,
    text: &'a mut String,
    masked: bool,
}

impl FileDiff<'_> {
    fn write(&mut self, change: &Change) {
        let hunks = self.hunks(change);
        if hunks.is_empty() {
            return;
        }
        let _ = write!(self.text, "--- {}\n+++ {}\n", name("a/", &change.path), name("b/", &change.path));
        let total = count(self.old);
        let mut rest = &hunks[..];
        while let Some(first) = rest.first() {
            let near = |pair: &[Hunk]| pair[1].0.start - pair[0].0.end <= 2 * CONTEXT;
            let together = 1 + rest.windows(2).take_while(|pair| near(pair)).count();
            let (group, others) = rest.split_at(together);
            rest = others;
            let last = &group[together - 1];
            let start = first.0.start.saturating_sub(CONTEXT);
            let end = (last.0.end + CONTEXT).min(total);
            let new_start = first.1.start - (first.0.start - start);
            let new_end = last.1.end + (end - last.0.end);
            let _ = writeln!(self.text, "@@ -{} +{} @@", place(start..end), place(new_start..new_end));
            let mut at = start;
            for (old, new) in group {
                (at..old.start).for_each(|line| self.line(' ', line));
                old.clone().for_each(|line| self.line('-', line));
                new.clone().for_each(|line| self.added(line, change));
                at = old.end;
            }
            (at..end).for_each(|line| self.line(' ', line));
        }
    }

    /// A line of the old text.
    fn line(&mut self, sign: char, line: usize) {
        let range = range(self.old.lines(), line, self.old);
        self.masked |= self.old.hides(range.clone());
        let shown = self.old.shown_in(range).into_owned();
        self.put(sign, &shown);
    }

    /// A line of the new text. It can hold a secret of the lines it comes from that nothing points out any more.
    fn added(&mut self, line: usize, change: &Change) {
        let place = range(self.new.lines(), line, self.new);
        self.masked |= self.new.hides(place.clone());
        let shown = self.new.shown_in(place.clone()).into_owned();
        if self.reveals(change.text.origin(place), &shown) {
            self.masked = true;
            let body = shown.trim_end_matches(['\r', '\n']);
            let stars = "*".repeat(body.chars().count());
            return self.put('+', &format!("{stars}{}", shown.cut(body.len()..)));
        }
        self.put('+', &shown);
    }

    /// Whether a text repeats what is masked at a place of the old one.
    fn reveals(&self, from: Range<usize>, text: &str) -> bool {
        // Comparing every piece takes long when there are thousands of them.
        if from.len().max(text.len()) > 1 << 14 {
            return self.old.hides(from);
        }
        self.old.reveals(Span::new(self.old.id, from.start, from.end), text)
    }

    fn put(&mut self, sign: char, line: &str) {
        self.text.push(sign);
        self.text.push_str(line);
        if !line.ends_with('\n') {
            self.text.push_str("\n\\ No newline at end of file\n");
        }
    }

    /// The lines that changed. A line of the new text that stands in the old one as a whole is the same line.
    fn hunks(&self, change: &Change) -> Vec<Hunk> {
        let (old, new) = (self.old.lines(), self.new.lines());
        let mut hunks = Vec::new();
        let (mut next_old, mut next_new) = (0, 0);
        let mut flush = |upto_old: usize, upto_new: usize, next_old: usize, next_new: usize| {
            if next_old < upto_old || next_new < upto_new {
                hunks.push((next_old..upto_old, next_new..upto_new));
            }
        };
        for line in 0..count(self.new) {
            let here = range(new, line, self.new);
            if !change.text.slice(here.clone()).is_verbatim() {
                continue;
            }
            let from = change.text.origin(here);
            let was = old.line(u32::try_from(from.start).unwrap_or(u32::MAX));
            if was >= next_old && range(old, was, self.old) == from {
                flush(was, line, next_old, next_new);
                (next_old, next_new) = (was + 1, line + 1);
            }
        }
        flush(count(self.old), count(self.new), next_old, next_new);
        hunks
    }
}

/// A path as git writes it in a diff: in quotes when something in it would end the line.
fn name(side: &str, path: &str) -> String {
    if !path.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        return format!("{side}{path}");
    }
    let mut quoted = format!("\"{side}");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// How many lines a text has; what follows a final newline is none.
fn count(source: &Source) -> usize {
    let lines = source.lines();
    let last = lines.len() - 1;
    if range(lines, last, source).is_empty() { last } else { lines.len() }
}

/// A line with its line ending.
fn range(lines: &LineIndex, line: usize, source: &Source) -> Range<usize> {
    lines.whole(line, source.span().end as usize)
}

/// `start,count` of a hunk; an empty one names the line before it.
fn place(lines: Range<usize>) -> String {
    let start = if lines.is_empty() { lines.start } else { lines.start + 1 };
    if lines.len() == 1 { start.to_string() } else { format!("{start},{}", lines.len()) }
}
