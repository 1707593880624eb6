//! Compose's dialect: a port of the rules of compose-go's `dotenv` package (`parser.go`), with spans, that goes on where
//! Compose gives up.

use std::collections::HashMap;

use super::expand::{self, Failure};
use super::{File, Reading, Statement};
use crate::source::{Source, Span, Spanned};
use crate::syntax::Fault;

/// What Compose makes of a file.
pub(super) fn read(source: &Source) -> Reading {
    let file = super::parse(source);
    let error = file.faults.into_iter().next();
    let limit = error.as_ref().map_or(u32::MAX, |fault| fault.span.start);
    let before = file.statements.into_iter().filter(|s| s.span.end <= limit);
    let values = before.filter_map(|s| Some((s.key.value, s.value?.value))).collect();
    Reading { values, error }
}

/// Cuts a file into statements.
pub(super) fn scan(source: &Source) -> File {
    let text = source.text();
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    // Values are only looked up when something refers to them.
    let known = memchr::memchr(b'$', text.as_bytes()).map(|_| HashMap::new());
    let mut scanner = Scanner { source, text, at, file: File::default(), known, open: false };
    scanner.run();
    scanner.file.statements.shrink_to_fit();
    scanner.file
}

struct Scanner<'a> {
    source: &'a Source,
    text: &'a str,
    at: usize,
    file: File,
    known: Option<HashMap<String, String>>,
    /// Whether a quote is open that is never closed.
    open: bool,
}

/// White space within a line, as compose-go has it.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

impl<'a> Scanner<'a> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source.id, start, end)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
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
            if self.at >= self.text.len() {
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
        let body = self.text[start..end].trim_end();
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
        let key = name[..equals].trim_end();
        let named = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        if !named {
            return None;
        }
        let raw = name[equals + 1..].trim_start();
        let value_start = start + name.len() - raw.len();
        let (open, value) = match raw.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => {
                let inside = &raw[1..];
                (1, &inside[..memchr::memchr(quote, inside.as_bytes()).unwrap_or(inside.len())])
            }
            _ => (0, raw.split(" #").next().unwrap_or(raw).trim_end()),
        };
        let at = value_start + open;
        Some(Statement {
            key: Spanned::new(key.to_owned(), self.span(start, start + key.len())),
            value: Some(Spanned::new(value.to_owned(), self.span(at, at + value.len()))),
            quote: None,
            span: self.span(start, (at + value.len() + open).min(start + name.len())),
            unset: Vec::new(),
            borrowed: false,
        })
    }

    fn statement(&mut self) {
        let start = self.at;
        let prefix = self.rest().strip_prefix("export");
        if prefix.is_some_and(|rest| rest.starts_with(['\t', '\n', '\u{c}', '\r', ' '])) {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let key_start = self.at;
        let end = self.rest().char_indices().find(|(_, c)| {
            !is_blank(*c) && !c.is_alphabetic() && !c.is_numeric() && !matches!(c, '_' | '.' | '-' | '[' | ']')
        });
        match end {
            Some((length, '\n')) => self.bare(start, key_start, key_start + length),
            Some((length, '=' | ':')) => {
                let key_end = key_start + self.text[key_start..key_start + length].trim_end().len();
                if self.text[key_start..key_end].contains(' ') {
                    return self.lost(start, "a name with a blank in it");
                }
                self.open = false;
                self.at = key_start + length + 1;
                self.skip(is_blank);
                self.value(start, key_start, key_end);
            }
            // At the end of the file Compose takes the name for the value of a variable without a name.
            None => self.bare(start, key_start, self.text.len()),
            Some((_, c)) => {
                let line = &self.text[start..self.line_end(start)];
                let conflict = ["<<<<<<<", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
                let what = if conflict { "a merge conflict" } else { strange(c) };
                self.lost(start, what);
            }
        }
    }

    /// A key that inherits its value.
    fn bare(&mut self, start: usize, key_start: usize, end: usize) {
        let key = self.text[key_start..end].trim_end();
        if key.contains(' ') {
            return self.lost(start, "neither `NAME=value` nor a single name");
        }
        self.at = end;
        if self.open {
            self.file.tails.push(self.span(start, end));
        }
        if key.is_empty() || self.open {
            return;
        }
        self.push(Statement {
            key: Spanned::new(key.to_owned(), self.span(key_start, key_start + key.len())),
            value: None,
            quote: None,
            span: self.span(start, key_start + key.len()),
            unset: Vec::new(),
            borrowed: false,
        });
    }

    /// A line Compose refuses.
    fn lost(&mut self, start: usize, what: &str) {
        let end = self.line_end(start);
        let line = self.text[start..end].trim_end();
        let span = self.span(start, start + line.len());
        self.fault(span, format!("{what}; Compose stops reading here and loads nothing of this file"));
        self.file.lost.push(Spanned::new(line.to_owned(), span));
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
        let (inner, after, decoded, quote) = match self.rest().as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => match self.quoted(quote) {
                Some((end, text)) => ((open + 1, end), end + 1, text, Some(char::from(quote))),
                None => return self.unterminated(start, key_start, key_end),
            },
            _ => {
                let end = self.line_end(open);
                let line = &self.text[open..end];
                let cut = memchr::memmem::find(line.as_bytes(), b" #");
                let value = line[..cut.unwrap_or(line.len())].trim_end();
                // Behind the value: the comment, found by `run`; or nothing.
                let after = cut.map_or(end, |cut| open + cut);
                ((open, open + value.len()), after, value.to_owned(), None)
            }
        };
        let span = self.span(start, if quote.is_some() { after } else { inner.1.max(key_end) });
        let value_span = self.span(inner.0, inner.1);
        let key = Spanned::new(self.text[key_start..key_end].to_owned(), self.span(key_start, key_end));
        let unescaped = if quote == Some('"') { escapes(&decoded) } else { decoded };
        let (value, unset, borrowed) = if quote == Some('\'') {
            (unescaped, Vec::new(), false)
        } else {
            self.expand(unescaped, value_span, &key.value)
        };
        self.at = after;
        // An unquoted value takes the rest of its line: an empty one must not swallow the sign that stands before it.
        let span = Span { end: span.end.max(value_span.end), ..span };
        self.push(Statement { key, value: Some(Spanned::new(value, value_span)), quote, span, unset, borrowed });
    }

    /// The end of a quoted value (its closing quote) and the text in it with the quote's own escapes undone.
    fn quoted(&self, quote: u8) -> Option<(usize, String)> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut text = String::new();
        let mut from = start;
        let mut at = start;
        loop {
            at += memchr::memchr2(quote, b'\\', &bytes[at..])?;
            if bytes[at] == quote {
                text.push_str(&self.text[from..at]);
                return Some((at, text));
            }
            if bytes.get(at + 1) == Some(&quote) {
                text.push_str(&self.text[from..at]);
                from = at + 1;
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
        let value = self.text[open + 1..end].trim_end();
        let message =
            "the quote that opens here is never closed; Compose stops reading here and loads nothing of this file";
        self.fault(self.span(open, open + 1), message.to_owned());
        self.at = end;
        let statement = Statement {
            key: Spanned::new(self.text[key_start..key_end].to_owned(), self.span(key_start, key_end)),
            value: Some(Spanned::new(value.to_owned(), self.span(open + 1, open + 1 + value.len()))),
            quote: None,
            span: self.span(start, open + 1 + value.len()),
            unset: Vec::new(),
            borrowed: false,
        };
        self.push(statement);
        self.open = true;
    }

    fn expand(&mut self, text: String, span: Span, key: &str) -> (String, Vec<String>, bool) {
        let Some(known) = &self.known else { return (text, Vec::new(), false) };
        if !text.contains('$') {
            return (text, Vec::new(), false);
        }
        match expand::expand(&text, &|name| known.get(name).map(String::as_str)) {
            Ok(expanded) => (expanded.text, expanded.unset, expanded.used),
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
                    Failure::TooMuch => {
                        (format!("the value of `{key}` refers to itself too often to be read"), Vec::new())
                    }
                };
                self.fault(span, message);
                (text, unset, false)
            }
        }
    }

    fn push(&mut self, statement: Statement) {
        if let (Some(known), Some(value)) = (&mut self.known, &statement.value) {
            known.insert(statement.key.value.clone(), value.value.clone());
        }
        self.file.places.push(statement.span);
        self.file.statements.push(statement);
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
fn escapes(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        rest = &rest[at..];
        let next = rest.as_bytes().get(1).copied().unwrap_or(0);
        let plain = match next {
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
                let digits = rest.as_bytes()[2..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
                let whole = &rest[..2 + digits];
                match u32::from_str_radix(&rest[2..2 + digits], 8).ok().filter(|_| digits == 3) {
                    // Go turns the octal number into a code point; beyond 255 it refuses.
                    Some(code) if code < 256 => result.extend(char::from_u32(code)),
                    // compose-go returns its rewritten match: the zero is gone.
                    _ => {
                        result.push('\\');
                        result.push_str(&whole[2..]);
                    }
                }
                rest = &rest[2 + digits..];
                continue;
            }
            // `\c` is in compose-go's list, but Go does not know it.
            _ => {
                result.push('\\');
                rest = &rest[1..];
                continue;
            }
        };
        result.push_str(plain);
        rest = &rest[2..];
    }
    result.push_str(rest);
    result
}
