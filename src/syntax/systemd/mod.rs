//! systemd's units, read as systemd does (`config_parse` in `src/shared/conf-parser.c`, versions 252 and 257): sections,
//! assignments, comments at the start of lines only, and `\` that joins lines.

mod claim;
pub mod table;
mod words;

pub use claim::{UNIT_TYPES, claim, extends, type_of};
pub use words::{Word, Words, filled, words};

use super::{Fault, Tree};
use crate::source::{Cut, FileId, Source, Span, Spanned};

/// A file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The sections, in order; one name may be there several times.
    pub sections: Vec<Section>,
    /// The comments, each from `#` or `;` to the end of its line.
    pub comments: Vec<Span>,
    /// Lines that systemd ignores, or that it gives up at.
    pub faults: Vec<Fault>,
    /// Where systemd gives up on the whole file.
    pub broken: Option<Fault>,
    /// Whether a template engine makes lines of it; nothing may be said to be missing.
    pub template: bool,
}

/// `[Service]` and what stands below it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The name, without brackets.
    pub name: Spanned<String>,
    /// The assignments, in order.
    pub entries: Vec<Entry>,
}

/// `Key=value`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value without blanks around it. Line ends and the `\` in front of them, and comments between the lines, are
    /// blanks, so that every byte is one of the span.
    pub value: Spanned<String>,
}

impl Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _: FileId) -> Vec<Span> {
        let entry = |entry: &Entry| entry.key.span.to(entry.value.span);
        let of = |section: &Section| {
            let first = section.name.span;
            let last = section.entries.last().map_or(first, |last| last.value.span);
            let entries: Vec<Span> = section.entries.iter().map(entry).collect();
            [first.to(last)].into_iter().chain(entries)
        };
        self.sections.iter().flat_map(of).collect()
    }
}

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let mut file = File::default();
    // The bytes of a line that goes on, with blanks for what joins its parts.
    let mut open: Option<(usize, String)> = None;
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim_end_matches(['\n', '\r']);
        let text = body.trim_start();
        let span = Span::new(
            source.id,
            start + body.len() - text.len(),
            start + body.trim_end().len().max(body.len() - text.len()),
        );
        if text.starts_with(['#', ';']) {
            file.comments.push(span);
            if let Some((_, held)) = &mut open {
                held.push_str(&" ".repeat(line.len()));
            }
            continue;
        }
        let (from, mut held) = open.take().unwrap_or((start, String::new()));
        // A backslash that is escaped itself joins nothing.
        let slashes = body.len() - body.trim_end_matches('\\').len();
        if slashes % 2 == 1 {
            held.push_str(body.cut(..body.len() - 1));
            held.push_str(&" ".repeat(line.len() - body.len() + 1));
            open = Some((from, held));
            continue;
        }
        held.push_str(body);
        if !file.take(source, from, &held) {
            return file;
        }
    }
    if let Some((from, held)) = open {
        file.take(source, from, &held);
    }
    file
}

impl File {
    /// Takes a line with what it goes on in; `false` where reading ends.
    fn take(&mut self, source: &Source, from: usize, line: &str) -> bool {
        let text = line.trim_end();
        let lead = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
        let text = text.cut(lead..);
        let span = Span::new(source.id, from + lead, from + lead + text.len());
        if text.is_empty() {
            return true;
        }
        if !source.budget.nodes(2, span) {
            return false;
        }
        if ["{%", "{{", "<%"].iter().any(|sign| text.starts_with(sign)) {
            self.template = true;
            return true;
        }
        if let Some(name) = text.strip_prefix('[') {
            let Some(name) = name.strip_suffix(']') else {
                let message = "the section has no `]` at the end of its line, so systemd reads nothing of this file";
                self.broken = Some(Fault::new(span, message));
                return false;
            };
            let name = Spanned::new(name.to_owned(), span);
            self.sections.push(Section { name, entries: Vec::new() });
            return true;
        }
        let Some(section) = self.sections.last_mut() else {
            let message = "it stands above the first section, and systemd ignores it";
            self.faults.push(Fault::new(span, message).help("write the section above it that it belongs to: `[Unit]`"));
            return true;
        };
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                let key_end = key.trim_end().len();
                let lead = key.len() + 1 + value.len() - value.trim_start().len();
                section.entries.push(Entry {
                    key: Spanned::new(key.trim_end().to_owned(), span.slice(0, key_end)),
                    value: Spanned::new(value.trim().to_owned(), span.slice(lead, text.len())),
                });
            }
            _ => self.faults.push(
                Fault::new(span, "it is no `Key=value`, and systemd ignores it")
                    .help("write `Key=value`, or `#` in front of what is a comment"),
            ),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, String, String)>, File) {
        let source = Source::new(FileId(0), "a.service", text.as_bytes().to_vec());
        let file = parse(&source);
        let mut found = Vec::new();
        for section in &file.sections {
            for entry in &section.entries {
                assert_eq!(source.text()[entry.key.span.range()], *entry.key.value);
                assert_eq!(entry.value.span.range().len(), entry.value.value.len(), "{text}");
                let value = entry.value.value.split_whitespace().collect::<Vec<_>>().join(" ");
                found.push((section.name.value.clone(), entry.key.value.clone(), value));
            }
        }
        (found, file)
    }

    #[test]
    fn values_go_on_behind_a_backslash_with_comments_between() {
        let text =
            "[Unit]\r\n# c\nDescription = a \\\n  b \\\r\n; not\n  c\nX-Own=1\n[Service]\nExecStart=/bin/x \\\\\nA=\n";
        let (found, file) = read(text);
        let row = |s: &str, k: &str, v: &str| (s.to_owned(), k.to_owned(), v.to_owned());
        assert_eq!(
            found,
            [
                row("Unit", "Description", "a b c"),
                row("Unit", "X-Own", "1"),
                row("Service", "ExecStart", "/bin/x \\\\"),
                row("Service", "A", "")
            ]
        );
        assert_eq!((file.comments.len(), file.faults.len()), (2, 0));
    }

    #[test]
    fn what_systemd_ignores_is_a_fault_and_what_ends_it_is_broken() {
        let (found, file) = read("A=1\n[Unit]\nnothing\n=x\n[Service\nB=1\n");
        assert_eq!((found.len(), file.faults.len(), file.broken.is_some()), (0, 3, true));
        assert!(read("\u{feff}[Unit]\nA=1\n").1.faults.is_empty());
        assert!(read("[Unit]\n{% if x %}\nA=1\n").1.template);
        assert_eq!(read("[Unit]\nA=1 \\").0.len(), 1);
    }
}
