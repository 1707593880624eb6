//! Crontabs: settings and entries (Vixie cron, as Debian and Red Hat ship it).

use super::{Claim, Name, shell};
use crate::source::{Cut, FileId, Source, Span, Spanned, directory};

/// A crontab as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The settings and entries, in order.
    pub lines: Vec<Line>,
    /// The comments.
    comments: Vec<Span>,
    /// The last line, when it has no end.
    pub unended: Option<Span>,
}

/// A line of a crontab.
#[derive(Clone, Debug)]
pub enum Line {
    /// `NAME=value`
    Setting(Spanned<String>, Spanned<String>),
    /// `* * * * * command`
    Entry(Entry),
}

/// When something is run, and what.
#[derive(Clone, Debug)]
pub struct Entry {
    /// All of it.
    pub span: Span,
    /// The five fields, or one such as `@daily`.
    pub when: Vec<Spanned<String>>,
    /// What stands behind them: in the crontabs of the system a user in front of the command.
    pub rest: Spanned<String>,
}

impl Entry {
    /// The first word behind the fields, and what stands behind that.
    pub fn split(&self) -> (Spanned<&str>, Spanned<&str>) {
        let text = self.rest.value.as_str();
        let first = text.find([' ', '\t']).unwrap_or(text.len());
        let second = text.len() - text.cut(first..).trim_start().len();
        let part = |from: usize, to: usize| Spanned::new(text.cut(from..to), self.rest.span.slice(from, to));
        (part(0, first), part(second, text.len()))
    }

    /// The first `%` that cron does not hand on: what stands behind it is the input of the command.
    pub fn percent(&self) -> Option<Span> {
        let bytes = self.rest.value.as_bytes();
        let at = memchr::memchr_iter(b'%', bytes).find(|&at| at == 0 || bytes[at - 1] != b'\\')?;
        Some(self.rest.span.slice(at, at + 1))
    }
}

impl super::Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _file: FileId) -> Vec<Span> {
        let place = |line: &Line| match line {
            Line::Setting(name, value) => name.span.to(value.span),
            Line::Entry(entry) => entry.span,
        };
        self.lines.iter().map(place).collect()
    }
}

/// Whether a file has fields for users by its place: `/etc/crontab`, `/etc/cron.d`.
pub fn is_of_system(path: &str) -> bool {
    let folder = directory(path);
    folder.split('/').next_back() == Some("cron.d") || path.ends_with("etc/crontab")
}

/// What cron runs, by its name or its folder.
pub fn claim(name: &Name) -> Claim {
    let folder = directory(name.path).split('/').any(|part| part == "cron.d");
    let named =
        matches!(name.lower(), "crontab" | "crontab.txt" | "crontabs") || matches!(name.ending(), "cron" | "crontab");
    let within = directory(name.path).split('/').any(|part| part == "crontabs");
    Claim::by_content(named || folder || within, |_, bytes| {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= 1 << 20)?;
        let entry = |line: &str| entry_of(line.trim()).is_some();
        text.lines().any(entry).then_some("it has entries of cron")
    })
}

/// Where the command of an entry begins, behind five fields or one with `@`.
pub fn entry_of(line: &str) -> Option<usize> {
    const NAMED: [&str; 9] =
        ["@reboot", "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every"];
    let mut at = 0;
    let fields = if line.starts_with('@') { 1 } else { 5 };
    for _ in 0..fields {
        let rest = line.cut(at..);
        let length = rest.find([' ', '\t'])?;
        let field = rest.cut(..length);
        let plain = field
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'/' | b',' | b'-' | b'~' | b'?' | b'#'));
        let timed = field.starts_with(|c: char| c.is_ascii_digit() || c == '*')
            || field.len() == 3
            || field.len() > 3 && field.contains([',', '-']);
        if fields == 1 && !NAMED.contains(&field) || fields == 5 && !(plain && timed) {
            return None;
        }
        at += length + rest.cut(length..).len() - rest.cut(length..).trim_start().len();
    }
    Some(at)
}

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let mut file = File::default();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let body = line.trim_end();
        let text = body.trim_start();
        let indent = body.len() - text.len();
        let span = Span::new(source.id, start + indent, start + body.len());
        if !line.ends_with('\n') && !text.is_empty() && !text.starts_with('#') {
            file.unended = Some(span);
        }
        start += line.len();
        if text.starts_with('#') {
            file.comments.push(span);
        } else if !text.is_empty() {
            if !source.budget.nodes(1, span) {
                break;
            }
            file.lines.extend(read(text, span));
        }
    }
    file
}

fn read(text: &str, span: Span) -> Option<Line> {
    if let Some((name, value)) = text.split_once('=').filter(|(name, _)| shell::is_name(name.trim())) {
        let start = text.len() - value.trim_start().len();
        let name = Spanned::new(name.trim().to_owned(), span.slice(0, name.trim_end().len()));
        let plain = value.trim().trim_matches(['"', '\'']);
        return Some(Line::Setting(name, Spanned::new(plain.to_owned(), span.slice(start, text.len()))));
    }
    let command = entry_of(text)?;
    let mut when = Vec::new();
    let mut at = 0;
    for field in text.cut(..command).split([' ', '\t']) {
        if !field.is_empty() {
            when.push(Spanned::new(field.to_owned(), span.slice(at, at + field.len())));
        }
        at += field.len() + 1;
    }
    let rest = Spanned::new(text.cut(command..).to_owned(), span.slice(command, text.len()));
    Some(Line::Entry(Entry { span, when, rest }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_told_from_settings_and_prose() {
        for (text, command) in [
            ("0 2 * * * /opt/a.sh -x", Some("/opt/a.sh -x")),
            ("*/5\t1-3 1,15 jan mon-fri  root a", Some("root a")),
            ("@daily a b", Some("a b")),
            ("@everyone a", None),
            ("This is a line of text that runs", None),
            ("* * * *", None),
            ("* * * * *", None),
        ] {
            assert_eq!(entry_of(text).map(|at| &text[at..]), command, "{text}");
        }
        let source = Source::new(FileId(0), "crontab", b"A = \"b\"\n0 2 * * * x \\%a %b\n@daily root y".to_vec());
        let file = parse(&source);
        let [Line::Setting(name, value), Line::Entry(first), Line::Entry(second)] = &file.lines[..] else { panic!() };
        assert_eq!((name.value.as_str(), value.value.as_str()), ("A", "b"));
        assert_eq!(first.when.len(), 5);
        assert_eq!(first.percent().map(|span| span.start), Some(24));
        assert_eq!((second.split().0.value, second.split().1.value), ("root", "y"));
        assert!(file.unended.is_some() && !is_of_system("deploy/crontab") && is_of_system("a/cron.d/shop"));
    }
}
