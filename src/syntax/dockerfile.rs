//! Dockerfiles, cut into instructions the way BuildKit does it (`frontend/dockerfile/parser`): parser directives,
//! continued lines with comments and blank lines between them, here-documents, flags, exec and shell form.

use std::ops::Range;

use super::near::distance;
use super::{Claim, Fault, Name, Tree};
use crate::source::{Budget, Cut, FileId, Source, Span, Spanned};

/// A file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// `# syntax=`, `# escape=`, `# check=` at the top.
    pub directives: Vec<Directive>,
    /// The instructions, in order, with those that BuildKit does not know. The model takes them over.
    pub instructions: Vec<Instruction>,
    /// Their places.
    pub places: Vec<Span>,
    /// Whether it is a pattern for a template engine; nothing may be said to be missing from it.
    pub template: bool,
    /// The comments, each from `#` to the end of its line.
    pub comments: Vec<Span>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

impl File {
    /// Whether it is written for BuildKit's own frontend: `# syntax=` names no other one.
    pub fn is_docker(&self) -> bool {
        let other = |directive: &Directive| {
            let image = directive.value.value.trim_start_matches("docker.io/");
            directive.name == "syntax" && !image.contains("docker/dockerfile")
        };
        !self.directives.iter().any(other)
    }
}

impl Tree for File {
    fn faults(&self) -> &[Fault] {
        &self.faults
    }

    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _: FileId) -> Vec<Span> {
        self.places.clone()
    }
}

/// Which files are Dockerfiles.
pub fn claim(name: &Name) -> Claim {
    Claim::by_name(is_name(name.lower()) && !super::commands::is_workflow(name))
}

/// Whether a file of this name, in small letters, is a Dockerfile: `dockerfile.prod`, `backend.dockerfile`.
pub fn is_name(lower: &str) -> bool {
    let named = |stem: &str| {
        lower == stem
            || lower.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
            || lower.strip_suffix(stem).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    };
    let other = lower.rsplit_once('.').is_some_and(|(_, ending)| OTHERS.contains(&ending));
    (named("dockerfile") || named("containerfile")) && !other
}

/// Endings of files about Dockerfiles that are none: workflows, parsers, notes, changes of one.
const OTHERS: [&str; 28] = [
    "md", "sh", "bash", "yml", "yaml", "json", "toml", "lock", "xml", "html", "css", "py", "rb", "go", "js", "ts",
    "rs", "java", "php", "pl", "lua", "vim", "log", "rst", "patch", "diff", "rej", "orig",
];

/// `# name=value` above the first instruction.
#[derive(Clone, Debug)]
pub struct Directive {
    /// `syntax`, `escape` or `check`.
    pub name: String,
    /// Its value.
    pub value: Spanned<String>,
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// The keyword in upper case. For `ONBUILD RUN ...` it is `RUN`.
    pub keyword: Spanned<String>,
    /// Whether `ONBUILD` stands in front: it runs in images built from this one, not here.
    pub onbuild: bool,
    /// `--name=value` words behind the keyword.
    pub flags: Vec<Flag>,
    /// What follows keyword and flags, continued lines joined.
    pub body: Text,
    /// The body in exec form, if it is a JSON array of strings.
    pub exec: Option<Vec<Spanned<String>>>,
    /// The here-documents it is followed by.
    pub heredocs: Vec<Heredoc>,
    /// From the keyword to the end, here-documents included.
    pub span: Span,
}

/// `--name` or `--name=value`.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The name without dashes.
    pub name: String,
    /// The value, quotes removed.
    pub value: Option<String>,
    /// The whole word.
    pub span: Span,
}

/// `<<NAME` and the lines it stands for.
#[derive(Clone, Debug)]
pub struct Heredoc {
    /// Its lines, without the one that ends it.
    pub text: Text,
    /// The word that begins it.
    pub word: Span,
    /// Whether there is a line that ends it.
    pub closed: bool,
}

/// Text that was joined from parts of several lines and knows where each part comes from.
#[derive(Clone, Debug)]
pub struct Text {
    /// The joined text.
    pub text: String,
    /// Where parts start: offset in the text, offset in the file.
    parts: Vec<(usize, usize)>,
    file: FileId,
}

impl Text {
    fn new(file: FileId) -> Self {
        Text { text: String::new(), parts: Vec::new(), file }
    }

    /// Text that stands in a file as it is.
    fn plain(file: FileId, text: &str, at: usize) -> Self {
        Text { text: text.to_owned(), parts: vec![(0, at)], file }
    }

    fn push(&mut self, part: &str, at: usize) {
        self.parts.push((self.text.len(), at));
        self.text.push_str(part);
    }

    /// Where a byte of the text stands in the file.
    fn offset(&self, at: usize) -> usize {
        let index = self.parts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.parts.get(index).map_or(0, |(start, offset)| offset + at.saturating_sub(*start))
    }

    /// The place in the file of a range of the text.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.offset(range.start);
        let end = if range.end > range.start { self.offset(range.end - 1) + 1 } else { start };
        Span::new(self.file, start, end)
    }

    /// Where its parts stand: offset in the text, offset in the file.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        self.parts.iter().copied()
    }

    /// The place of all of it.
    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The part from `start` on, spaces around it removed.
    pub fn from(&self, start: usize) -> Text {
        let rest = self.text.get(start..).unwrap_or("");
        let start = start + rest.len() - rest.trim_start().len();
        let end = (start + rest.trim().len()).min(self.text.len());
        let mut cut = Text::new(self.file);
        let first = self.parts.partition_point(|(at, _)| *at <= start).saturating_sub(1);
        cut.text = self.text.get(start..end).unwrap_or("").to_owned();
        cut.parts.push((0, self.offset(start)));
        let inner = self.parts.iter().skip(first + 1).take_while(|(at, _)| *at < end);
        cut.parts.extend(inner.map(|(at, offset)| (at.saturating_sub(start), *offset)));
        cut
    }

    /// The words, cut at spaces outside quotes; quotes and escapes are removed.
    pub fn words(&self) -> Vec<Spanned<String>> {
        let cut = |range: Range<usize>| Spanned::new(unquote(self.text.cut(range.clone())), self.span(range));
        raw_words(&self.text).0.into_iter().map(cut).collect()
    }

    /// The strings of a JSON array that is the whole text; `None` when it is anything else.
    pub fn json(&self) -> Option<Vec<Spanned<String>>> {
        let mut rest = self.text.trim_start().strip_prefix('[')?;
        let mut strings = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(']').filter(|_| strings.is_empty()) {
                return after.trim().is_empty().then_some(strings);
            }
            let start = self.text.len() - rest.len();
            let length = json_string(rest)?;
            let value: String = serde_json::from_str(rest.cut(..length)).ok()?;
            strings.push(Spanned::new(value, self.span(start..start + length)));
            rest = rest.cut(length..).trim_start();
            if let Some(after) = rest.strip_prefix(']') {
                return after.trim().is_empty().then_some(strings);
            }
            rest = rest.strip_prefix(',')?;
        }
    }
}

impl Instruction {
    /// Whether it is this instruction, run here and not in a later build.
    pub fn is(&self, keyword: &str) -> bool {
        !self.onbuild && self.keyword.value == keyword
    }

    /// Whether BuildKit knows it.
    pub fn is_known(&self) -> bool {
        KEYWORDS.contains(&self.keyword.value.as_str())
    }

    /// The instruction a misspelt one was meant to be.
    pub fn meant(&self) -> Option<&'static str> {
        nearest(&self.keyword.value)
    }

    /// Its words: those of the exec form, else those of the body.
    pub fn words(&self) -> Vec<Spanned<String>> {
        self.exec.clone().unwrap_or_else(|| self.body.words())
    }

    /// The value of a flag.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|flag| flag.name == name)?.value.as_deref()
    }
}

/// The instructions there are (BuildKit, `frontend/dockerfile/command`).
const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Parses a file.
pub fn parse(source: &Source) -> File {
    let text = source.text();
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut parser = Parser { text, at, id: source.id, budget: &source.budget, escape: '\\', file: File::default() };
    parser.directives();
    parser.instructions();
    parser.file
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    id: FileId,
    budget: &'a Budget,
    escape: char,
    file: File,
}

/// A line without its end, and where it starts.
#[derive(Copy, Clone)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Parser<'a> {
    fn next_line(&mut self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = Line { start: self.at, text: rest.cut(..length).trim_end_matches('\r') };
        self.at += length + 1;
        Some(line)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }

    /// Takes a comment line; `false` when it is none.
    fn comment(&mut self, line: Line) -> bool {
        let body = line.text.trim_start();
        if !body.starts_with('#') {
            return false;
        }
        let start = line.start + line.text.len() - body.len();
        self.file.comments.push(self.span(start, line.start + line.text.len()));
        true
    }

    /// Directives stand above everything else; the first other line ends them. A `#!` line may come first.
    fn directives(&mut self) {
        let mut first = true;
        loop {
            let before = self.at;
            let Some(line) = self.next_line() else { return };
            let shebang = first && line.text.starts_with("#!");
            first = false;
            if shebang {
                self.comment(line);
                continue;
            }
            let found = line.text.trim_start().strip_prefix('#').and_then(|rest| rest.split_once('='));
            let known = found.map(|(name, value)| (name.trim().to_ascii_lowercase(), value));
            let Some((name, value)) = known.filter(|(name, _)| matches!(name.as_str(), "syntax" | "escape" | "check"))
            else {
                self.at = before;
                return;
            };
            let start = line.start + line.text.len() - value.trim_start().len();
            let value = value.trim().to_owned();
            if name == "escape" && value == "`" {
                self.escape = '`';
            }
            let span = self.span(start, start + value.len());
            self.comment(line);
            self.file.directives.push(Directive { name, value: Spanned::new(value, span) });
        }
    }

    fn instructions(&mut self) {
        let mut unknown = false;
        while let Some(line) = self.next_line() {
            if line.text.trim().is_empty() || self.comment(line) {
                continue;
            }
            let joined = self.joined(line);
            // An instruction alone is as large as two nodes.
            if !self.budget.nodes(2 + words_at_most(&joined.text), joined.whole()) {
                return;
            }
            let Some(instruction) = self.instruction(&joined) else { continue };
            if is_template(&joined.text) {
                self.file.template = true;
                continue;
            }
            // BuildKit stops at the first one; what follows is often a part of it.
            if !instruction.is_known() && !std::mem::replace(&mut unknown, true) {
                self.file.faults.push(Fault::new(instruction.keyword.span, "this is not a Dockerfile instruction"));
            }
            self.file.places.push(instruction.span);
            self.file.instructions.push(instruction);
        }
        self.file.places.shrink_to_fit();
    }

    /// The line with those that continue it. Comments and blank lines between them are skipped.
    fn joined(&mut self, line: Line<'a>) -> Text {
        let mut text = Text::new(self.id);
        let body = line.text.trim_start();
        let (mut part, mut goes_on) = self.continued(body);
        text.push(part, line.start + line.text.len() - body.len());
        while goes_on {
            let Some(line) = self.next_line() else { break };
            if line.text.trim().is_empty() || self.comment(line) {
                continue;
            }
            (part, goes_on) = self.continued(line.text);
            text.push(part, line.start);
        }
        text
    }

    /// The line without the escape character at its end, and whether there was one. Two in a row are none.
    fn continued(&self, line: &'a str) -> (&'a str, bool) {
        let body = line.trim_end_matches([' ', '\t']);
        match body.strip_suffix(self.escape) {
            Some(before) if !before.ends_with(self.escape) => (before, true),
            _ => (line, false),
        }
    }

    fn instruction(&mut self, joined: &Text) -> Option<Instruction> {
        let (keyword, mut body) = keyword(joined)?;
        let start = keyword.span.start as usize;
        let onbuild = keyword.value == "ONBUILD";
        let inner = if onbuild { self::keyword(&body) } else { None };
        let onbuild = inner.is_some();
        let keyword = match inner {
            Some((inner, rest)) => {
                body = rest;
                inner
            }
            None => keyword,
        };
        let (flags, body) = flags(&body);
        let mut heredocs = Vec::new();
        if matches!(keyword.value.as_str(), "RUN" | "COPY" | "ADD") {
            for (name, tabs, span) in heredoc_words(&body) {
                heredocs.push(self.heredoc(&name, tabs, span));
            }
        }
        let end = match heredocs.last() {
            Some(_) => self.at.min(self.text.len()),
            None => joined.whole().end as usize,
        };
        let end = self.text.get(..end).map_or(end, |text| text.trim_end().len()).max(start);
        let exec = matches!(keyword.value.as_str(), "RUN" | "CMD" | "ENTRYPOINT" | "SHELL" | "COPY" | "ADD" | "VOLUME")
            .then(|| body.json())
            .flatten();
        Some(Instruction { keyword, onbuild, flags, body, exec, heredocs, span: self.span(start, end) })
    }

    fn heredoc(&mut self, name: &str, tabs: bool, word: Span) -> Heredoc {
        let start = self.at.min(self.text.len());
        let (mut words, mut end) = (0, self.text.len());
        let mut closed = false;
        while let Some(line) = self.next_line() {
            let text = if tabs { line.text.trim_start_matches('\t') } else { line.text };
            words += words_at_most(text);
            if text == name {
                (end, closed) = (line.start, true);
                break;
            }
        }
        self.budget.nodes(words, word);
        if !closed {
            self.file.faults.push(Fault::new(word, "this here-document has no end"));
        }
        Heredoc { text: Text::plain(self.id, self.text.cut(start..end), start), word, closed }
    }
}

/// How many words a shell, or the reader of a list, can make of a text.
fn words_at_most(text: &str) -> usize {
    let parts =
        text.split(|c: char| c.is_ascii_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>' | ','));
    parts.filter(|part| !part.is_empty()).count()
}

/// The first word in upper case, and what follows it.
fn keyword(text: &Text) -> Option<(Spanned<String>, Text)> {
    let length = text.text.find(char::is_whitespace).unwrap_or(text.text.len());
    if length == 0 {
        return None;
    }
    let word = Spanned::new(text.text.cut(..length).to_ascii_uppercase(), text.span(0..length));
    Some((word, text.from(length)))
}

/// The flags at the start of a body, and what follows them.
fn flags(body: &Text) -> (Vec<Flag>, Text) {
    let mut flags = Vec::new();
    if !body.text.starts_with("--") {
        return (flags, body.clone());
    }
    let mut end = 0;
    for range in raw_words(&body.text).0 {
        let raw = body.text.cut(range.clone());
        let Some(word) = raw.strip_prefix("--") else { break };
        end = range.end;
        if word.is_empty() {
            break;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(unquote(value))),
            None => (word, None),
        };
        flags.push(Flag { name: name.to_owned(), value, span: body.span(range) });
    }
    (flags, body.from(end))
}

/// `<<NAME`, `<<-NAME`, `3<<"NAME"`: name, whether it expands, whether leading tabs go, place.
fn heredoc_words(body: &Text) -> Vec<(String, bool, Span)> {
    if memchr::memmem::find(body.text.as_bytes(), b"<<").is_none() {
        return Vec::new();
    }
    let (words, closed) = raw_words(&body.text);
    let mut found = Vec::new();
    // BuildKit looks for none when a quote is left open.
    let mut words = words.into_iter().filter(|_| closed).peekable();
    while let Some(range) = words.next() {
        let raw = body.text.cut(range.clone());
        let Some(rest) = raw.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<") else { continue };
        let (tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
        // The name may stand apart.
        let next = words.peek().filter(|_| rest.is_empty()).cloned();
        let (rest, range) = match next {
            Some(next) => (body.text.cut(next.clone()), range.start..next.end),
            None => (rest, range),
        };
        let name = unquote(rest);
        if !name.is_empty() && !rest.contains('<') {
            found.push((name, tabs, body.span(range)));
        }
    }
    found
}

/// Ranges of the words between spaces outside quotes, and whether every quote was closed.
fn raw_words(text: &str) -> (Vec<Range<usize>>, bool) {
    let mut words = Vec::new();
    let (mut start, mut quote, mut escaped) = (None, None, false);
    for (at, byte) in text.bytes().enumerate() {
        if escaped {
            escaped = false;
        } else if let Some(open) = quote {
            match byte {
                b'\\' if open == b'"' => escaped = true,
                _ if byte == open => quote = None,
                _ => {}
            }
        } else if byte.is_ascii_whitespace() {
            words.extend(start.take().map(|start| start..at));
            continue;
        } else {
            match byte {
                b'\\' => escaped = true,
                b'"' | b'\'' => quote = Some(byte),
                _ => {}
            }
        }
        start.get_or_insert(at);
    }
    words.extend(start.map(|start| start..text.len()));
    (words, quote.is_none())
}

/// A word without quotes and escapes.
fn unquote(raw: &str) -> String {
    let (mut value, mut quote) = (String::with_capacity(raw.len()), None);
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => value.extend(chars.next()),
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (c, _) => value.push(c),
        }
    }
    value
}

/// The length of the JSON string at the start of a text, quotes included.
fn json_string(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn is_template(line: &str) -> bool {
    ["{{", "{%", "<%", "{#"].iter().any(|open| line.starts_with(open))
        || line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("from")) && line.contains("{{")
}

/// The keyword a misspelt one was meant to be: one letter more, less or other, or two neighbours swapped.
fn nearest(word: &str) -> Option<&'static str> {
    // The lengths first: a word may be megabytes long.
    let one_off =
        |keyword: &&str| word.len().abs_diff(keyword.len()) <= 1 && distance(word.as_bytes(), keyword.as_bytes()) <= 1;
    KEYWORDS.into_iter().find(one_off)
}
