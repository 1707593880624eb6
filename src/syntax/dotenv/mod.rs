//! Env files.
//!
//! Every program that loads env files cuts and decodes them in its own way; a [`Dialect`] is one such program. The tree
//! of a [`File`] is cut the way Compose cuts it, with spans, and goes on where Compose gives up.

mod claim;
mod compose;
mod decoded;
mod dialects;
mod expand;
mod reading;

use std::sync::Arc;

use super::{Fault, Tree};
use crate::source::{Encoding, FileId, Source, Span, Spanned};

pub use claim::{claim, is_name};
pub use decoded::{Decoded, Piece, is_put_in, origin};
pub use dialects::{CUT_BY_XARGS, Dialect};
pub use reading::{Entry, Environment, Reading, Value};

/// An env file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The assignments, in order. The model has them, too.
    pub statements: Arc<Vec<Statement>>,
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Span>,
    /// Assignments that are commented out (`# KEY=value`): the values as written.
    pub commented: Vec<Statement>,
    /// What Compose refuses. It stops at the first one and loads nothing at all.
    pub faults: Vec<Fault>,
    /// Lines that are no statement: what is in them may be secret.
    pub lost: Vec<Span>,
    /// Lines behind a quote that is never closed: most likely the rest of that value.
    pub tails: Vec<Span>,
    /// Why there is nothing to read in here, for files that are not text.
    pub sealed: Option<&'static str>,
}

impl Tree for File {
    fn faults(&self) -> &[Fault] {
        &self.faults
    }

    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, file: FileId) -> Vec<Span> {
        self.statements.iter().map(|statement| statement.span(file)).collect()
    }
}

/// `KEY=value` or a bare `KEY`: its places in the text of its file. A file can have millions of them.
#[derive(Clone, Debug)]
pub struct Statement {
    start: u32,
    key: (u32, u32),
    value: (u32, u32),
    bare: bool,
    quote: Option<u8>,
    decoding: Option<Box<Decoding>>,
}

/// A statement as it is read: the words behind its places.
#[derive(Copy, Clone, Debug)]
pub struct Assignment<'a> {
    /// The key.
    pub key: Spanned<&'a str>,
    /// The value as Compose decodes it in an empty environment; the span is the raw text inside the quotes.
    /// `None`: a bare key.
    pub value: Option<Spanned<&'a str>>,
    /// The quote around the value.
    pub quote: Option<char>,
    /// The whole statement.
    pub span: Span,
    /// What decoding the value took; `None` when it stands in the file byte for byte.
    decoding: Option<&'a Decoding>,
}

/// How the text of a file became a value.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Decoding {
    /// The value.
    text: Box<str>,
    /// Where the parts of the value are written.
    pieces: Box<[Piece]>,
    /// Names the value refers to that the file does not set before: they come from the shell, or are empty.
    unset: Box<[String]>,
    /// Whether the value of another variable of the file went into this one.
    borrowed: bool,
}

impl Statement {
    /// Its place.
    pub fn span(&self, file: FileId) -> Span {
        Span { file, start: self.start, end: self.end() }
    }

    /// Behind the value and the quote that closes it, or behind the key.
    fn end(&self) -> u32 {
        self.key.1.max(self.value.1.saturating_add(u32::from(self.quote.is_some())))
    }

    /// Its key in the text it was cut from.
    pub fn key<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.key.0 as usize..self.key.1 as usize).unwrap_or("")
    }

    /// Whether it is a key without a value.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// The words of this statement in the text it was cut from.
    pub fn of<'a>(&'a self, file: FileId, text: &'a str) -> Assignment<'a> {
        let span = |(start, end)| Span { file, start, end };
        let words = |span: Span| text.get(span.range()).unwrap_or("");
        let (key, value) = (span(self.key), span(self.value));
        let decoding = self.decoding.as_deref();
        let decoded = || decoding.map_or_else(|| words(value), |decoding| &decoding.text);
        Assignment {
            key: Spanned::new(words(key), key),
            value: (!self.bare).then(|| Spanned::new(decoded(), value)),
            quote: self.quote.map(char::from),
            span: self.span(file),
            decoding,
        }
    }
}

impl<'a> Assignment<'a> {
    /// What says the same in a file of another kind.
    pub fn given(key: Spanned<&'a str>, value: Option<Spanned<&'a str>>) -> Self {
        let span = value.map_or(key.span, |value| key.span.to(value.span));
        Assignment { key, value, quote: None, span, decoding: None }
    }

    /// Names the value refers to that the file does not set before: they come from the shell, or are empty.
    pub fn unset(&self) -> &'a [String] {
        self.decoding.map_or(&[], |decoding| &decoding.unset)
    }

    /// Whether the value of another variable of the file went into this one.
    pub fn borrowed(&self) -> bool {
        self.decoding.is_some_and(|decoding| decoding.borrowed)
    }

    /// The value with the places of its parts; empty for a bare key.
    pub fn decoded(&self) -> Decoded {
        match (&self.value, &self.decoding) {
            (Some(value), Some(decoding)) => Decoded::from_parts(value.value.to_owned(), decoding.pieces.clone()),
            (Some(value), None) => Decoded::written(value.value, value.span.start as usize),
            (None, _) => Decoded::default(),
        }
    }

    /// Whether a part of the decoded value is the value of another variable: only its name is written there.
    pub fn is_put_in(&self, range: std::ops::Range<usize>) -> bool {
        self.decoding.is_some_and(|decoding| is_put_in(&decoding.pieces, range))
    }

    /// The place of a part of the decoded value; the key for a bare key.
    pub fn part(&self, range: std::ops::Range<usize>) -> Span {
        match (&self.value, &self.decoding) {
            (Some(value), Some(decoding)) => {
                let place = origin(&decoding.pieces, range);
                Span::new(value.span.file, place.start, place.end)
            }
            (Some(value), None) => value.span.slice(range.start, range.end),
            (None, _) => self.key.span,
        }
    }
}

/// Scans a file.
pub fn parse(source: &Source) -> File {
    if let Some(sealed) = not_text(source) {
        let fault =
            Fault::new(source.span().at_start(), sealed).help("save the file as UTF-8 without a byte order mark");
        return File { faults: vec![fault], sealed: Some(sealed), ..File::default() };
    }
    compose::scan(source, &Environment::default(), &source.budget)
}

/// The dialect that a file's first line names: `# dotenv NAME`.
pub fn directive(source: &Source) -> Option<Dialect> {
    let first = source.text().lines().next()?.trim_start_matches('\u{feff}');
    Dialect::parse(first.trim_start_matches('#').trim_start().strip_prefix("dotenv ")?.trim())
}

/// UTF-16 and binary files: no program finds an assignment in them.
fn not_text(source: &Source) -> Option<&'static str> {
    if source.encoding == Encoding::Utf16 {
        return Some("the file is UTF-16; every program that loads env files expects UTF-8");
    }
    let start = &source.bytes()[..source.bytes().len().min(4096)];
    let control = |b: u8| b < 32 && !matches!(b, 9..=13 | 27);
    let strange = start.iter().map(|&b| usize::from(control(b))).sum::<usize>();
    (strange * 10 > start.len()).then_some("the file is not text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use proptest::prelude::*;

    fn file(text: &str) -> File {
        parse(&Source::new(FileId(0), ".env", text.as_bytes().to_vec()))
    }

    fn pairs(text: &str) -> Vec<(String, Option<String>)> {
        let words = |s: &Statement| {
            let one = s.of(FileId(0), text);
            (one.key.value.to_owned(), one.value.map(|value| value.value.to_owned()))
        };
        file(text).statements.iter().map(words).collect()
    }

    #[test]
    fn spans_point_at_what_is_written() {
        let text = "\u{feff}A=1\r\nexport B = \"x\\ty\" # note\n  C: 'l\n2' D=ä #c\nE\n";
        let file = file(text);
        let at = |span: Span| &text[span.range()];
        let shown: Vec<_> = file
            .statements
            .iter()
            .map(|s| s.of(FileId(0), text))
            .map(|s| (at(s.key.span), s.value.map(|v| at(v.span)), at(s.span)))
            .collect();
        assert_eq!(
            shown,
            [
                ("A", Some("1"), "A=1"),
                ("B", Some("x\\ty"), "export B = \"x\\ty\""),
                ("C", Some("l\n2"), "C: 'l\n2'"),
                ("D", Some("ä"), "D=ä"),
                ("E", None, "E"),
            ]
        );
        assert_eq!(file.comments.iter().map(|&span| at(span)).collect::<Vec<_>>(), ["# note", "#c"]);
        assert!(file.faults.is_empty());
    }

    #[test]
    fn what_is_behind_a_broken_place_is_still_there() {
        let text = "A=1\nwhat is this\nB=\"open\nC=3\n<<<<<<< HEAD\nD=4\n";
        let file = file(text);
        let keys: Vec<_> = file.statements.iter().map(|s| s.key(text)).collect();
        assert_eq!(keys, ["A", "B", "C", "D"]);
        assert_eq!(file.faults.len(), 3);
        assert_eq!(file.lost.iter().map(|l| &text[l.range()]).collect::<Vec<_>>(), ["what is this", "<<<<<<< HEAD"]);
    }

    #[test]
    fn commented_assignments_are_seen() {
        let text =
            "# KEY=value # why\n#export B='x y'\n# not an assignment = at all\n##\n# see http://a?b=c\nA=1 # C=2\n";
        let found: Vec<_> = file(text)
            .commented
            .iter()
            .map(|s| s.of(FileId(0), text))
            .map(|s| (s.key.value.to_owned(), text[s.value.unwrap().span.range()].to_owned()))
            .collect();
        let expected = [("KEY", "value"), ("B", "x y"), ("C", "2")];
        assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn files_that_are_no_text_are_said_so_once() {
        for bytes in [b"\xff\xfeK\0=\0v\0\n\0".to_vec(), vec![1, 2, 3, 4, 0, 0, 0, 61, 0, 0]] {
            let file = parse(&Source::new(FileId(0), ".env", bytes));
            assert_eq!((file.faults.len(), file.statements.len(), file.sealed.is_some()), (1, 0, true));
        }
        assert!(file("").faults.is_empty());
    }

    #[test]
    fn size_and_depth_are_no_trouble() {
        let long = format!("A={}\nB=1\n", "x#".repeat(5 << 20));
        assert_eq!(pairs(&long).len(), 2);
        let deep = format!("A={}{}\n", "${A:-".repeat(100_000), "}".repeat(100_000));
        assert_eq!(file(&deep).faults.len(), 1);
        let quotes = format!("A=\"{}\n", "$A".repeat(1 << 20));
        assert_eq!(file(&quotes).faults.len(), 1);
        let doubling: String = std::iter::once("A0=xxxxxxxx\n".to_owned())
            .chain((1..64).map(|i| format!("A{i}=$A{}$A{}\n", i - 1, i - 1)))
            .collect();
        let doubling = Source::new(FileId(0), ".env", doubling.into_bytes());
        let length = |s: &Statement| s.of(FileId(0), doubling.text()).decoded().as_str().len();
        let made: usize = parse(&doubling).statements.iter().map(length).sum();
        assert!(doubling.budget.over().is_some() && made < 4 << 20, "{made}");
        // Each line repeats the one above it: the file grows with the square of its lines.
        let chain: String = (1..12_000).map(|i| format!("A{i}=\"some text $A{} \"\n", i - 1)).collect();
        let source = Source::new(FileId(0), ".env", chain.into_bytes());
        for dialect in Dialect::ALL {
            let reading = dialect.read(&source, &Environment::default());
            let length: usize = reading.entries.iter().filter_map(|entry| entry.value.text()).map(str::len).sum();
            assert!(length < 256 << 20, "{}: {length}", dialect.name());
        }
        let open = "K=\"\n".repeat(20_001);
        assert!(!file(&open).statements.is_empty());
    }

    proptest! {
        #[test]
        fn never_panics_and_spans_are_in_bounds(text in r#"([A-C]|=|"|'|\\|\$|\{|\}|:|-|\?|#| |\n|\r|export |é|\u{feff}|<|\[){0,60}"#) {
            let source = Source::new(FileId(0), ".env", text.clone().into_bytes());
            let file = parse(&source);
            let mut end = 0;
            for statement in file.statements.iter().map(|s| s.of(FileId(0), &text)) {
                prop_assert!(text.get(statement.span.range()).is_some());
                prop_assert!(statement.span.start >= end && statement.span.contains(statement.key.span));
                end = statement.span.end;
                if let Some(value) = &statement.value {
                    prop_assert!(text.get(value.span.range()).is_some() && statement.span.contains(value.span));
                }
            }
            for span in file.comments.iter().chain(&file.lost).chain(file.faults.iter().map(|f| &f.span)) {
                prop_assert!(text.get(span.range()).is_some());
            }
            for statement in &file.commented {
                prop_assert!(text.get(statement.of(FileId(0), &text).span.range()).is_some());
            }
            for dialect in Dialect::ALL {
                dialect.read(&source, &Environment::default());
            }
        }

        #[test]
        fn any_bytes_are_fine(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let source = Source::new(FileId(0), ".env", bytes);
            parse(&source);
            for dialect in Dialect::ALL {
                dialect.read(&source, &Environment::default());
            }
        }
    }
}
