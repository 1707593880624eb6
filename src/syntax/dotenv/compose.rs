//! Compose's dialect: a port of the rules of compose-go's `dotenv` package (`parser.go`), with spans, that goes on where
//! Compose gives up.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::expand::{self, Failure};
use super::{Decoded, Decoding, Entry, Environment, File, Reading, Statement, Value};
use crate::source::{Budget, Cut, Encoding, Source, Span, Spanned, budget};
use crate::syntax::{Fault, conflict};

/// What Compose makes of a file.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    if let (Encoding::Utf16, Some(sealed)) = (source.encoding, super::not_text(source)) {
        return Reading::refused(source.span().at_start(), sealed);
    }
    let file = scan(source, environment, &Budget::of(source.text().len()));
    let mut error = file.faults.into_iter().next();
    let limit = error.as_ref().map_or(u32::MAX, |fault| fault.span.start);
    let before = file.statements.iter().filter(|statement| statement.end() <= limit);
    let entry = |statement: &Statement| {
        let statement = statement.of(source.id, source.text());
        match statement.value {
            Some(_) => Some(Entry { key: statement.key.owned(), value: Value::Text(statement.decoded()) }),
            None if is_last(source.text(), statement.key.span) => Some(nameless(source, statement.key.span)),
            // A bare name takes its value from the environment, or is not there.
            None => {
                let value = environment.get(statement.key.value)?;
                let mut decoded = Decoded::default();
                decoded.push_replaced(value, statement.key.span.range());
                Some(Entry::text(statement.key.owned(), decoded))
            }
        }
    };
    let mut entries: Vec<Entry> = before.filter_map(entry).collect();
    if let Some(words) = error.as_ref().and_then(|fault| last_words(source.text(), fault.span)) {
        entries.push(nameless(source, words));
        error = None;
    }
    Reading { entries, error }
}

/// At the end of the file, without a line end, Compose takes a name for the value of a variable without a name.
fn nameless(source: &Source, span: Span) -> Entry {
    let value = Decoded::written(source.text().cut(span.range()), span.start as usize);
    Entry::text(Spanned::new(String::new(), span.at_start()), value)
}

fn is_last(text: &str, span: Span) -> bool {
    !text.cut(span.end as usize..).contains('\n')
}

/// A last line of several words, which the scanner takes for lost, and Compose for a value as well.
fn last_words(text: &str, span: Span) -> Option<Span> {
    let line = text.cut(span.start as usize..);
    let words = exported(line).unwrap_or(line).trim_start_matches(is_blank);
    let taken = !words.is_empty() && words.chars().all(is_nameable);
    let start = text.len() - words.len();
    taken.then(|| Span::new(span.file, start, start + words.trim_end().len()))
}

/// Cuts a file into statements, as far as the budget goes.
pub(super) fn scan(source: &Source, environment: &Environment, budget: &Budget) -> File {
    let text = source.text();
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    // Values are only looked up when something refers to them.
    let known = memchr::memchr(b'$', text.as_bytes()).map(|_| HashMap::with_capacity((text.len() / 32).min(256)));
    let mut scanner = Scanner {
        source,
        environment,
        text,
        at,
        file: File::default(),
        statements: Vec::new(),
        known,
        budget,
        open: false,
    };
    scanner.run();
    scanner.file.comments.shrink_to_fit();
    scanner.statements.shrink_to_fit();
    File { statements: Arc::new(scanner.statements), ..scanner.file }
}

struct Scanner<'a> {
    source: &'a Source,
    environment: &'a Environment,
    text: &'a str,
    at: usize,
    file: File,
    statements: Vec<Statement>,
    known: Option<HashMap<&'a str, Cow<'a, str>>>,
    budget: &'a Budget,
    /// Whether a quote is open that is never closed.
    open: bool,
}

/// White space within a line, as compose-go has it.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// Whether compose-go takes a character for a part of a name; blanks go first, and are refused later.
fn is_nameable(c: char) -> bool {
    is_blank(c) || c.is_alphabetic() || c.is_numeric() || matches!(c, '_' | '.' | '-' | '[' | ']')
}

/// What stands behind `export` and white space.
fn exported(text: &str) -> Option<&str> {
    text.strip_prefix("export").filter(|rest| rest.starts_with(['\t', '\n', '\u{c}', '\r', ' ']))
}

impl<'a> Scanner<'a> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source.id, start, end)
    }

    fn rest(&self) -> &'a str {
        self.text.cut(self.at..)
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.text.as_bytes()[from..]).map_or(self.text.len(), |i| from + i)
    }

    fn skip(&mut self, test: fn(char) -> bool) {
        self.at = self.text.len() - self.rest().trim_start_matches(test).len();
    }

    fn run(&mut self) {
        loop {
            self.skip(char::is_whitespace);
            if self.at >= self.text.len() || !self.budget.nodes(1, self.span(self.at, self.at)) {
                return;
            }
            if self.rest().starts_with('#') {
                let end = self.line_end(self.at);
                self.comment(self.at, end);
                self.at = end;
                continue;
            }
            self.statement();
        }
    }

    fn comment(&mut self, start: usize, end: usize) {
        let body = self.text.cut(start..end).trim_end();
        self.file.comments.push(self.span(start, start + body.len()));
        let inner = body.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
        if let Some(statement) = self.commented(start + body.len() - inner.len(), inner) {
            self.file.commented.push(statement);
        }
    }

    /// `KEY=value` in a comment. Prose has blanks before the equals sign.
    fn commented(&self, start: usize, text: &str) -> Option<Statement> {
        let name = text.strip_prefix("export ").unwrap_or(text).trim_start();
        let start = start + text.len() - name.len();
        let equals = memchr::memchr(b'=', name.as_bytes())?;
        let key = name.cut(..equals).trim_end();
        let named = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        if !named {
            return None;
        }
        let raw = name.cut(equals + 1..).trim_start();
        let value_start = start + name.len() - raw.len();
        let (open, value, quote) = match raw.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => {
                let inside = raw.cut(1..);
                let end = memchr::memchr(quote, inside.as_bytes());
                (1, inside.cut(..end.unwrap_or(inside.len())), end.map(|_| quote))
            }
            _ => (0, raw.split(" #").next().unwrap_or(raw).trim_end(), None),
        };
        let at = value_start + open;
        let plain = statement(start, start..start + key.len(), Some(at..at + value.len()));
        Some(Statement { quote, ..plain })
    }

    fn statement(&mut self) {
        let start = self.at;
        if exported(self.rest()).is_some() {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let key_start = self.at;
        let end = self.rest().char_indices().find(|(_, c)| !is_nameable(*c));
        match end {
            Some((length, '\n')) => self.bare(start, key_start, key_start + length),
            Some((length, '=' | ':')) => {
                let key_end = key_start + self.text.cut(key_start..key_start + length).trim_end().len();
                if self.text.cut(key_start..key_end).contains(' ') {
                    return self.lost(start, "a name with a blank in it");
                }
                self.open = false;
                self.at = key_start + length + 1;
                self.skip(is_blank);
                self.value(start, key_start, key_end);
            }
            // The end of the file; `read` knows what Compose makes of it.
            None => self.bare(start, key_start, self.text.len()),
            Some((_, c)) => {
                let line = self.text.cut(start..self.line_end(start));
                let is_mark = conflict::is_mark(line);
                self.lost(start, if is_mark { "a merge conflict" } else { strange(c) });
                if let Some(fault) = self.file.faults.last_mut().filter(|_| is_mark) {
                    fault.help = Some(conflict::HELP.to_owned());
                }
            }
        }
    }

    /// A key that inherits its value.
    fn bare(&mut self, start: usize, key_start: usize, end: usize) {
        let key = self.text.cut(key_start..end).trim_end();
        if key.contains(' ') {
            return self.lost(start, "neither `NAME=value` nor a single name");
        }
        if key.is_empty() && end == self.text.len() {
            return self.lost(start, "`export` without a name");
        }
        self.at = end;
        if self.open {
            self.file.tails.push(self.span(start, end));
        }
        if key.is_empty() || self.open {
            return;
        }
        let place = key_start..key_start + key.len();
        self.push(statement(start, place, None));
    }

    /// A line Compose refuses.
    fn lost(&mut self, start: usize, what: &str) {
        let end = self.line_end(start);
        let line = self.text.cut(start..end).trim_end();
        let span = self.span(start, start + line.len());
        self.fault(span, format!("{what}; Compose stops reading here and loads nothing of this file"));
        self.file.lost.push(span);
        if self.open {
            self.file.tails.push(span);
        }
        self.at = end;
    }

    fn fault(&mut self, span: Span, message: String) {
        self.file.faults.push(Fault::new(span, message));
    }

    fn value(&mut self, start: usize, key_start: usize, key_end: usize) {
        let open = self.at;
        let (inner, after, quote) = match self.rest().as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => match self.closing(quote) {
                Some(end) => (open + 1..end, end + 1, Some(quote)),
                None => return self.unterminated(start, key_start, key_end),
            },
            _ => {
                let end = self.line_end(open);
                let line = self.text.cut(open..end);
                let cut = memchr::memmem::find(line.as_bytes(), b" #");
                let value = line.cut(..cut.unwrap_or(line.len())).trim_end();
                // Behind the value: the comment, found by `run`; or nothing.
                let after = cut.map_or(end, |cut| open + cut);
                (open..open + value.len(), after, None)
            }
        };
        self.at = after;
        let plain = Statement { quote, ..statement(start, key_start..key_end, Some(inner.clone())) };
        let written = self.text.cut(inner.clone());
        // Nearly every value is what is written there.
        if memchr::memchr2(b'\\', b'$', written.as_bytes()).is_none() {
            return self.push(plain);
        }
        let value_span = self.span(inner.start, inner.end);
        let decoded = match quote {
            Some(quote) => unquoted(written, quote, inner.start),
            None => Decoded::written(written, inner.start),
        };
        let unescaped = if quote == Some(b'"') { escapes(decoded) } else { decoded };
        let (value, unset, borrowed) = if quote == Some(b'\'') {
            (unescaped, Vec::new(), false)
        } else {
            self.expand(unescaped, value_span, self.text.cut(key_start..key_end))
        };
        let moved = borrowed
            || !unset.is_empty()
            || !value.is_verbatim()
            || value.origin(0..value.as_str().len()) != value_span.range();
        let decoding = moved.then(|| {
            let (text, pieces) = value.into_parts();
            Box::new(Decoding { text: text.into(), pieces, unset: unset.into(), borrowed })
        });
        self.push(Statement { decoding, ..plain });
    }

    /// Where the quote that opens here is closed.
    fn closing(&self, quote: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            at += memchr::memchr2(quote, b'\\', &bytes[at..])?;
            if bytes[at] == quote {
                return Some(at);
            }
            // What follows a backslash is taken as it is, an escaped backslash as well.
            at += 2;
            if at > bytes.len() {
                return None;
            }
        }
    }

    /// An open quote: Compose gives up; the value is taken to end with its line.
    fn unterminated(&mut self, start: usize, key_start: usize, key_end: usize) {
        let open = self.at;
        let end = self.line_end(open);
        let value = self.text.cut(open + 1..end).trim_end();
        let message =
            "the quote that opens here is never closed; Compose stops reading here and loads nothing of this file";
        self.fault(self.span(open, open + 1), message.to_owned());
        self.at = end;
        let place = open + 1..open + 1 + value.len();
        self.push(statement(start, key_start..key_end, Some(place)));
        self.open = true;
    }

    fn expand(&mut self, text: Decoded, span: Span, key: &str) -> (Decoded, Vec<String>, bool) {
        let Some(known) = &self.known else { return (text, Vec::new(), false) };
        if !text.as_str().contains('$') {
            return (text, Vec::new(), false);
        }
        // A `?` that stands for a byte must not be read as an operator.
        let text = if self.source.encoding == Encoding::Utf8 { text } else { text.restore(self.source.bytes()) };
        let lookup = |name: &str| self.environment.get(name).or_else(|| known.get(name).map(AsRef::as_ref));
        match expand::expand(&text, &lookup) {
            Ok(expanded) => {
                // What is put in is kept twice: each line can repeat the one above it.
                self.budget.bytes(expanded.text.as_str().len().saturating_sub(text.as_str().len()), span);
                (expanded.text, expanded.unset, expanded.used)
            }
            Err(failure) => {
                let (message, unset) = match failure {
                    Failure::Invalid => (
                        format!("the value of `{key}` has a `${{` that is no reference; Compose refuses it"),
                        Vec::new(),
                    ),
                    Failure::Required(name) => (
                        format!(
                            "`{key}` needs `{name}`, and nothing above sets it; Compose refuses the file unless the shell does"
                        ),
                        vec![name],
                    ),
                    Failure::TooLong => {
                        self.budget.bytes(budget::MADE, span);
                        return (text, Vec::new(), false);
                    }
                    Failure::TooDeep => {
                        (format!("the value of `{key}` refers to itself too often to be read"), Vec::new())
                    }
                };
                self.fault(span, message);
                (text, unset, false)
            }
        }
    }

    fn push(&mut self, statement: Statement) {
        if let Some(known) = self.known.as_mut().filter(|_| !statement.bare) {
            let place = |(start, end): (u32, u32)| self.text.cut(start as usize..end as usize);
            let value = match (self.source.encoding, &statement.decoding) {
                (Encoding::Utf8, None) => Cow::Borrowed(place(statement.value)),
                (Encoding::Utf8, Some(decoding)) => Cow::Owned(decoding.text.to_string()),
                _ => {
                    let decoded = statement.of(self.source.id, self.text).decoded();
                    Cow::Owned(decoded.restore(self.source.bytes()).as_str().to_owned())
                }
            };
            known.insert(place(statement.key), value);
        }
        self.statements.push(statement);
    }
}

/// The text between two quotes with the quote's own escapes undone.
fn unquoted(inside: &str, quote: u8, start: usize) -> Decoded {
    let bytes = inside.as_bytes();
    let (mut text, mut from, mut at) = (Decoded::default(), 0, 0);
    while let Some(escape) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)).map(|length| at + length) {
        if bytes.get(escape + 1) == Some(&quote) {
            text.push_written(inside.cut(from..escape), start + from);
            from = escape + 1;
        }
        at = escape + 2;
    }
    text.push_written(inside.cut(from..), start + from);
    text
}

/// A statement without quotes whose value, if it has one, stands in the file byte for byte.
fn statement(start: usize, key: Range<usize>, value: Option<Range<usize>>) -> Statement {
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let place = |range: Range<usize>| (at(range.start), at(range.end));
    let bare = value.is_none();
    Statement {
        start: at(start),
        key: place(key),
        value: value.map_or((0, 0), place),
        bare,
        quote: None,
        decoding: None,
    }
}

fn strange(c: char) -> &'static str {
    match c {
        '"' | '\'' => "a quote where a name should be",
        '/' | ';' => "only `#` starts a comment",
        '<' | '{' | '$' => "a template or script line where `NAME=value` should be",
        _ => "a character that no name may have",
    }
}

/// The escapes Go knows, without `\x` and `\u`; `\$` becomes `$$`, which the expansion turns into `$`.
fn escapes(text: Decoded) -> Decoded {
    let all = text.as_str();
    let bytes = all.as_bytes();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'\\', &bytes[from..]).map(|i| from + i) {
        from = at + 2;
        let plain = match bytes.get(at + 1).copied().unwrap_or(0) {
            b'a' => "\u{7}",
            b'b' => "\u{8}",
            b'f' => "\u{c}",
            b'n' => "\n",
            b'r' => "\r",
            b't' => "\t",
            b'v' => "\u{b}",
            b'"' => "\"",
            b'\\' => "\\",
            b'$' => "$$",
            b'0' => {
                let length = bytes[from..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
                let digits = all.cut(from..from + length);
                let code = u32::from_str_radix(digits, 8).ok().filter(|&code| length == 3 && code < 256);
                from += length;
                match code.and_then(char::from_u32) {
                    // Go turns the octal number into a code point; beyond 255 it refuses.
                    Some(c) => edits.push((at..from, c.to_string())),
                    // compose-go returns its rewritten match: the zero is gone.
                    None => edits.push((at + 1..at + 2, String::new())),
                }
                continue;
            }
            // `\c` is in compose-go's list, but Go does not know it.
            _ => {
                from = at + 1;
                continue;
            }
        };
        edits.push((at..from, plain.to_owned()));
    }
    if edits.is_empty() { text } else { text.replaced(edits) }
}
