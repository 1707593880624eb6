//! From parser events to the tree. The only file that knows which crate does the tokenizing.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::{Data, File, Id, Kind, Style};
use crate::source::{Budget, Cut, Encoding, FileId, Source, Span};
use crate::syntax::{Fault, conflict};

/// Faults beyond this many in one file are not worth reading.
const MOST_FAULTS: usize = 20;
/// Bytes that are read again because a quoted text goes on further left than YAML has it.
const MOST_TRIED: usize = 4 << 20;
const BOM: &str = "\u{feff}";
/// Maps up to this size are searched for duplicates without a hash table.
const SMALL_MAP: usize = 8;

/// Parses a file.
pub fn parse(source: &Source) -> File {
    if source.encoding == Encoding::Utf16 {
        let fault = Fault::new(source.span().slice(0, 2), "the file is UTF-16, no program reads it as YAML");
        return File { faults: vec![fault.help("save it as UTF-8")], ..File::default() };
    }
    let mut text = Cow::Borrowed(source.text());
    let mut tries = MOST_TRIED / text.len().max(MOST_TRIED / 256);
    loop {
        let mut builder = Builder::new(source);
        if let Encoding::Invalid(at) = source.encoding {
            let span = Span::new(source.id, at as usize, at as usize + 1);
            builder.file.faults.push(Fault::new(span, "this byte is not UTF-8").help("save the file as UTF-8"));
        }
        // Programs in Go let a quoted text go on at any indentation. A line break in it means a space.
        match builder.run(&text, tries > 0).and_then(|at| text.cut(..at + 1).rfind('\n')) {
            Some(line_break) => text.to_mut().replace_range(line_break..line_break + 1, " "),
            None => {
                let mut file = builder.finish();
                if let Some(fault) = conflict::fault(source) {
                    file.faults = vec![fault];
                }
                return file;
            }
        }
        tries -= 1;
    }
}

struct Builder<'a> {
    text: &'a str,
    /// Bytes before the text the parser sees: those of a byte order mark.
    base: usize,
    source: FileId,
    budget: &'a Budget,
    file: File,
    open: Vec<Open>,
    anchors: HashMap<usize, Id>,
    last: Option<Id>,
}

/// A collection that is not closed yet.
struct Open {
    id: Id,
    /// The key that waits for its value.
    key: Option<Id>,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Source) -> Self {
        let text = source.text();
        let base = if text.starts_with(BOM) { BOM.len() } else { 0 };
        let file = File { raw: text.to_owned(), ..File::default() };
        Builder {
            text,
            base,
            source: source.id,
            budget: &source.budget,
            file,
            open: Vec::new(),
            anchors: HashMap::new(),
            last: None,
        }
    }

    /// Reads a text of the same length as the file. Where a quoted text goes on too far left, and that is asked for, it stops.
    fn run(&mut self, text: &str, stops: bool) -> Option<usize> {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            max_buffered_comment_events: usize::MAX,
        };
        let mut parser = Parser::new_from_str_with_options(text.cut(self.base..), options);
        loop {
            match parser.next() {
                Some(Ok((event, span))) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    let span = Span::new(self.source, range.start + self.base, range.end + self.base);
                    if !self.budget.nodes(1, span) {
                        break;
                    }
                    self.event(event, span);
                }
                Some(Err(error)) if stops && matches!(error.kind(), ErrorKind::InvalidQuotedScalarIndent) => {
                    return Some(self.place(&error).start as usize);
                }
                Some(Err(error)) => {
                    self.error(&error);
                    self.close_all(&error);
                    if self.file.faults.len() >= MOST_FAULTS || !parser.proceed_next_document().unwrap_or(false) {
                        break;
                    }
                }
                None => break,
            }
        }
        None
    }

    fn event(&mut self, event: Event, span: Span) {
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Comment(..) => self.file.comments.push(span),
            Event::Scalar(value, style, anchor, tag) => {
                let start = self.file.values.len();
                self.file.values.push_str(&value);
                let kind = Kind::Scalar(offset(start), offset(self.file.values.len()));
                let (style, span) = match style {
                    ScalarStyle::Plain => (Style::Plain, span),
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (Style::Quoted, span),
                    ScalarStyle::Literal | ScalarStyle::Folded => (Style::Block, self.trim(span)),
                };
                let span = if span.start == span.end { self.nothing(span) } else { span };
                self.add(span, style, kind, anchor, tag.as_deref());
            }
            Event::Alias(id) => {
                let target = self.anchors.get(&id).copied();
                self.add(span, Style::Plain, Kind::Alias(target), 0, None);
            }
            Event::UnresolvedAlias(_) => {
                // The name is not repeated: an unquoted password may begin with `*`.
                let fault = Fault::new(span, "this alias names an anchor that is not defined before it");
                let fault = fault.help("define the anchor above with `&`, or quote the value if it is text");
                if self.file.faults.len() < MOST_FAULTS {
                    self.file.faults.push(fault);
                }
                self.add(span, Style::Plain, Kind::Alias(None), 0, None);
            }
            Event::Anchor(_, name) => {
                if let Some(last) = self.last {
                    self.file.nodes[last.0 as usize].anchor = Some(name.as_ref().into());
                }
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.enter(span, style, Kind::Sequence(Vec::new()), anchor, tag.as_deref());
            }
            Event::MappingStart(style, anchor, tag) => {
                self.enter(span, style, Kind::Map(Vec::new()), anchor, tag.as_deref());
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(span),
            _ => {}
        }
    }

    fn enter(&mut self, span: Span, style: StructureStyle, kind: Kind, anchor: usize, tag: Option<&Tag>) {
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Plain };
        if style == Style::Flow
            && self.file.template.is_none()
            && self.text.cut(span.start as usize..).starts_with("{{")
        {
            self.file.template = Some(Span { end: span.start + 2, ..span });
        }
        let id = self.add(span, style, kind, anchor, tag);
        self.open.push(Open { id, key: None });
    }

    /// Adds a node and hangs it into the collection that is open.
    fn add(&mut self, span: Span, style: Style, kind: Kind, anchor: usize, tag: Option<&Tag>) -> Id {
        let id = Id(offset(self.file.nodes.len()));
        let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()).into_boxed_str());
        self.file.nodes.push(Data { span, style, kind, tag, anchor: None });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        self.last = Some(id);
        let Some(open) = self.open.last_mut() else {
            self.file.roots.push(id);
            return id;
        };
        match &mut self.file.nodes[open.id.0 as usize].kind {
            Kind::Sequence(items) => items.push(id),
            Kind::Map(entries) => match open.key.take() {
                Some(key) => entries.push((key, id)),
                None => open.key = Some(id),
            },
            Kind::Scalar(..) | Kind::Alias(_) => {}
        }
        id
    }

    /// Closes a collection: its span ends where its last child ends, or at the bracket.
    fn leave(&mut self, end: Span) {
        let Some(Open { id, key }) = self.open.pop() else { return };
        if let Some(key) = key {
            // A key that never got a value, before a syntax error: it counts as empty.
            let at = self.file.data(key).span;
            let value = Id(offset(self.file.nodes.len()));
            let span = Span { start: at.end, ..at };
            let zero = offset(self.file.values.len());
            let kind = Kind::Scalar(zero, zero);
            self.file.nodes.push(Data { span, style: Style::Plain, kind, tag: None, anchor: None });
            if let Kind::Map(entries) = &mut self.file.nodes[id.0 as usize].kind {
                entries.push((key, value));
            }
        }
        let data = self.file.data(id);
        let (first, last) = match &data.kind {
            Kind::Map(entries) => (entries.first().map(|e| e.0), entries.last().map(|e| e.1)),
            Kind::Sequence(items) => (items.first().copied(), items.last().copied()),
            Kind::Scalar(..) | Kind::Alias(_) => (None, None),
        };
        let mut span = data.span;
        if data.style == Style::Flow && end.start < end.end {
            span.end = end.end;
        } else if let Some(last) = last {
            span.end = self.file.data(last).span.end.max(span.start);
        }
        if data.style != Style::Flow
            && let Some(first) = first
        {
            span.start = span.start.min(self.file.data(first).span.start);
            let before = self.text.cut(..span.start as usize).trim_end();
            if matches!(data.kind, Kind::Sequence(_)) && self.text.as_bytes().get(span.start as usize) != Some(&b'-') {
                // A list at the indentation of its key starts, for the parser, behind its first dash.
                span.start = if before.ends_with('-') { offset(before.len() - 1) } else { span.start };
            }
        }
        self.file.nodes[id.0 as usize].span = span;
        self.duplicates(id);
    }

    fn duplicates(&mut self, id: Id) {
        let Kind::Map(entries) = &self.file.data(id).kind else { return };
        let name = |key: Id| match self.file.data(key).kind {
            Kind::Scalar(start, end) => self.file.values.get(start as usize..end as usize),
            _ => None,
        };
        let mut faults = Vec::new();
        let mut report = |key: Id, first: Id, name: &str| {
            let message = if name == "<<" {
                "two `<<` in one map; a map may merge only once".to_owned()
            } else {
                format!("`{name}` is defined twice in this map")
            };
            let help = if name == "<<" { "write `<<: [*first, *second]`" } else { "keep one of the two" };
            let fault = Fault::new(self.file.data(key).span, message).help(help);
            faults.push(fault.related(self.file.data(first).span, "first defined here"));
        };
        if entries.len() <= SMALL_MAP {
            for (index, &(key, _)) in entries.iter().enumerate() {
                let Some(text) = name(key) else { continue };
                if let Some(&(first, _)) = entries[..index].iter().find(|(other, _)| name(*other) == Some(text)) {
                    report(key, first, text);
                }
            }
        } else {
            let mut seen: HashMap<&str, Id> = HashMap::with_capacity(entries.len());
            for &(key, _) in entries {
                let Some(text) = name(key) else { continue };
                match seen.get(text) {
                    Some(&first) => report(key, first, text),
                    None => {
                        seen.insert(text, key);
                    }
                }
            }
        }
        let room = MOST_FAULTS.saturating_sub(self.file.faults.len());
        self.file.faults.extend(faults.into_iter().take(room));
    }

    /// Without the blank lines and comments the parser counts to a block scalar.
    fn trim(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or("");
        Span { end: span.start + offset(text.trim_end().len()), ..span }
    }

    /// The place of a value that is not there: right behind the key's colon or the dash.
    fn nothing(&self, span: Span) -> Span {
        let key = self.open.last().and_then(|open| open.key).map(|key| self.file.data(key).span.end as usize);
        let at = match key {
            Some(end) => self.text.cut(end..).find([':', '\n']).map_or(end, |colon| end + colon + 1),
            None => self.text.cut(..span.start as usize).trim_end().len(),
        };
        Span::new(self.source, at, at)
    }

    fn close_all(&mut self, error: &ScanError) {
        let at = self.place(error);
        while !self.open.is_empty() {
            self.leave(at.at_start());
        }
    }

    fn place(&self, error: &ScanError) -> Span {
        let at = (error.marker().byte_offset().unwrap_or(0) + self.base).min(self.text.len());
        let width = self.text.cut(at..).chars().next().filter(|&c| c != '\n').map_or(0, char::len_utf8);
        Span::new(self.source, at, at + width)
    }

    fn error(&mut self, error: &ScanError) {
        let (message, help) = explain(error);
        let fault = Fault::new(self.place(error), message);
        self.file.faults.push(match help {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    /// A template is said to be one, once.
    fn finish(mut self) -> File {
        let syntax = self.file.faults.iter().any(|fault| fault.related.is_none());
        if self.file.template.is_none() && syntax {
            self.file.template = self.marker();
        }
        if let Some(span) = self.file.template {
            let message = "this is a template, not YAML; it was not checked";
            self.file.faults = vec![Fault::new(span, message).help("check what the template produces instead")];
        }
        let mut seen = HashSet::new();
        self.file.faults.retain(|fault| seen.insert((fault.span, fault.message.clone())));
        self.file.faults.sort_by_key(|fault| fault.span);
        self.file
    }

    /// The first `{{`, `{%` or `<%` that stands outside comments and has its counterpart.
    fn marker(&self) -> Option<Span> {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let code = if line.trim_start().starts_with('#') { "" } else { line };
            for (open, close) in [("{{", "}}"), ("{%", "%}"), ("<%", "%>")] {
                if let Some(start) = code.find(open)
                    && code.cut(start..).contains(close)
                {
                    return Some(Span::new(self.source, at + start, at + start + 2));
                }
            }
            at += line.len();
        }
        None
    }
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// What is wrong, in words that never repeat the file's text.
fn explain(error: &ScanError) -> (String, Option<&'static str>) {
    use ErrorKind as E;
    let (message, help) = match error.kind() {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart => {
            ("a tab is used for indentation, YAML allows only spaces", Some("replace the tabs with spaces"))
        }
        E::UnclosedQuotedScalar => ("this quote is never closed", Some("close the quote")),
        E::UnclosedFlowCollection { open: '[' } | E::UnexpectedEofFlowSequence => {
            ("this `[` is never closed", Some("add the missing `]`"))
        }
        E::UnclosedFlowCollection { .. } | E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping => {
            ("this `{` is never closed", Some("add the missing `}`"))
        }
        E::ExpectedFlowMappingSeparator => ("a `,` or `}` is missing before this", None),
        E::ExpectedFlowSequenceSeparator => ("a `,` or `]` is missing before this", None),
        E::MisplacedFlowCollectionEnd | E::MismatchedFlowCollectionEnd { .. } => {
            ("this bracket closes nothing that is open", None)
        }
        E::RecursionLimitExceeded => ("nested deeper than 255 levels; what is below was not read", None),
        E::ExpectedBlockMappingKey | E::SimpleKeyExpected | E::InvalidSimpleKey => (
            "a `key: value` is expected here; often the indentation differs from the line above, or a colon is missing",
            None,
        ),
        E::MappingValueNotAllowed | E::InvalidColonPlacement => (
            "a `:` is not allowed here; often the value needs quotes, or the line above is not finished",
            Some("quote the value: `\"...\"`"),
        ),
        E::ExpectedBlockSequenceEntry | E::BlockSequenceEntryNotAllowed => {
            ("a list item `- ` does not fit here; its indentation differs from the list's", None)
        }
        E::InvalidIndentation => ("the indentation fits no level above", None),
        E::UnknownQuotedScalarEscape => {
            ("an unknown escape in double quotes", Some("write `\\\\` for a backslash, or use single quotes"))
        }
        E::UnexpectedCharacter { .. } => {
            ("a value cannot begin with this character", Some("put the value into quotes"))
        }
        E::UndeclaredTagHandle => ("the tag's prefix is not declared", None),
        E::Custom(_) => ("this is not YAML", None),
        other => return (format!("not YAML: {other}"), None),
    };
    (message.to_owned(), help)
}
