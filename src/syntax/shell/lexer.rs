//! Words and operators.

use std::ops::Range;

use super::read::Reader;
use super::{Expanded, Expansion, Flavour, Token, Word};
use crate::source::Cut;

/// Cuts a text into words and operators. Quotes that are not closed end with the text. Linear in its length.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader::new(text, Flavour::Plain);
    std::iter::from_fn(|| reader.token()).collect()
}

/// The words of a Compose `command:` or `entrypoint:` that is written as one string. Compose splits it without a
/// shell and drops everything from the first unquoted `;`, `&`, `|`, `<` or `>` on (mattn/go-shellwords).
pub fn words(text: &str) -> Vec<Word> {
    let mut reader = Reader::new(text, Flavour::Plain);
    reader.comments = false;
    let mut words = Vec::new();
    while let Some(token) = reader.token() {
        match token {
            Token::Word(word) => words.push(word),
            // To the splitter a line end is a space.
            Token::Operator(operator, _) if operator == "\n" => {}
            Token::Operator(..) => break,
        }
    }
    words
}

/// The operator at which Compose stops reading such a string.
pub fn stop(text: &str) -> Option<String> {
    let mut reader = Reader::new(text, Flavour::Plain);
    reader.comments = false;
    std::iter::from_fn(|| reader.token()).find_map(|token| match token {
        Token::Operator(operator, _) if operator != "\n" => Some(operator.to_string()),
        _ => None,
    })
}

/// A word while it is read.
#[derive(Default)]
struct Building {
    value: Vec<u8>,
    expansions: Vec<Expansion>,
    quoted: bool,
    /// Whether what is read stands in double quotes.
    inside: bool,
}

impl Building {
    fn add(&mut self, written: &[u8], what: Expanded) {
        let start = self.value.len();
        self.value.extend_from_slice(written);
        self.expansions.push(Expansion { at: start..self.value.len(), what, quoted: self.inside });
    }
}

impl Reader<'_> {
    /// The next word or operator.
    pub(super) fn token(&mut self) -> Option<Token> {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.line_end(self.at + 1).is_some() => {
                    self.at = self.line_end(self.at + 1).unwrap_or(self.end);
                }
                b'#' if self.comments => {
                    let start = self.at;
                    self.at += memchr::memchr(b'\n', self.rest(0)).unwrap_or(self.end - self.at);
                    self.script.comments.push(start..self.at);
                }
                b'<' | b'>' if self.peek(1) == Some(b'(') => return Some(Token::Word(self.word())),
                b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' => return Some(self.operator(self.at)),
                _ => {
                    let start = self.at;
                    let word = self.word();
                    // `2>file`: the number belongs to the redirection.
                    let number = !word.quoted && !word.expands && word.text.bytes().all(|b| b.is_ascii_digit());
                    let redirects = matches!(self.peek(0), Some(b'<' | b'>'));
                    return Some(if number && redirects { self.operator(start) } else { Token::Word(word) });
                }
            }
        }
        None
    }

    /// The byte so far ahead.
    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        (at < self.end).then(|| self.bytes.get(at).copied())?
    }

    /// What is still to be read, from so far ahead.
    pub(super) fn rest(&self, ahead: usize) -> &[u8] {
        self.bytes.get(self.at + ahead..self.end).unwrap_or(&[])
    }

    /// The offset behind a line end at `at`, if there is one.
    fn line_end(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at..self.end)? {
            [b'\n', ..] => Some(at + 1),
            [b'\r', b'\n', ..] => Some(at + 2),
            _ => None,
        }
    }

    /// An operator; `start` is where a digit in front of a redirection stands.
    fn operator(&mut self, start: usize) -> Token {
        const LONG: [&str; 15] =
            ["<<<", "<<-", "&>>", ";;&", "&&", "||", "|&", ";;", ";&", "<<", ">>", "<&", ">&", "&>", ">|"];
        let length = LONG.iter().find(|op| self.rest(0).starts_with(op.as_bytes())).map_or(1, |op| op.len());
        self.at += length;
        let mut operator = self.text.cut(start..self.at).to_owned();
        // `2>&1`, `>&-`: the target is part of the operator.
        if operator.ends_with(">&") || operator.ends_with("<&") {
            let target = self.rest(0).iter().take_while(|b| b.is_ascii_digit() || **b == b'-').count();
            if target > 0 {
                self.at += target;
                operator = format!("{}-", self.text.cut(start..self.at));
            }
        }
        Token::Operator(operator, start..self.at)
    }

    /// A word; at least one byte is read.
    pub(super) fn word(&mut self) -> Word {
        let start = self.at;
        let mut word = Building::default();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'<' | b'>' if self.at == start && self.peek(1) == Some(b'(') => {
                    self.at += 1;
                    let scope = self.substitution(1);
                    word.add(&self.bytes[start..self.at], Expanded::Commands(scope));
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' => break,
                b'\\' => {
                    if let Some(next) = self.line_end(self.at + 1) {
                        self.at = next;
                        continue;
                    }
                    word.quoted = true;
                    word.value.extend(self.peek(1));
                    self.at += 2;
                }
                b'\'' => {
                    word.quoted = true;
                    let rest = self.rest(1);
                    let length = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
                    word.value.extend_from_slice(&rest[..length]);
                    self.at += length + 2;
                }
                b'"' => self.double_quoted(&mut word),
                b'$' | b'`' => self.expansion(&mut word),
                b'{' if self.flavour == Flavour::Braces && self.peek(1) == Some(b'{') => self.template(2, &mut word),
                _ => {
                    word.value.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at = self.at.min(self.end);
        // Whole characters go in and come out: cuts are made at ASCII bytes only, except behind a backslash.
        let text = String::from_utf8_lossy(&word.value).into_owned();
        Word {
            text,
            range: start..self.at,
            expands: !word.expansions.is_empty(),
            quoted: word.quoted,
            expansions: word.expansions,
        }
    }

    fn double_quoted(&mut self, word: &mut Building) {
        self.at += 1;
        (word.quoted, word.inside) = (true, true);
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => break,
                b'\\' => {
                    match self.peek(1) {
                        Some(b'\n') => {}
                        Some(next @ (b'"' | b'\\' | b'$' | b'`')) => word.value.push(next),
                        Some(next) => word.value.extend_from_slice(&[b'\\', next]),
                        None => word.value.push(b'\\'),
                    }
                    self.at += 2;
                }
                b'$' | b'`' => self.expansion(word),
                b'{' if self.flavour == Flavour::Braces && self.peek(1) == Some(b'{') => self.template(2, word),
                _ => {
                    word.value.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        word.inside = false;
    }

    /// What a `$` or a backtick begins.
    fn expansion(&mut self, word: &mut Building) {
        let mut start = self.at;
        if self.flavour == Flavour::Make && self.peek(0) == Some(b'$') {
            match self.peek(1) {
                // A dollar sign for the shell; the second one is looked at as the first.
                Some(b'$') => {
                    self.at += 1;
                    start = self.at;
                }
                Some(open @ (b'(' | b'{')) => {
                    let inner = self.braces(open, if open == b'(' { b')' } else { b'}' });
                    let name = self.text.cut(inner).trim().to_owned();
                    return word.add(&self.bytes[start..self.at], Expanded::Make(name));
                }
                Some(name) => {
                    self.at += 2;
                    let name = char::from(name).to_string();
                    return word.add(&self.bytes[start..self.at.min(self.end)], Expanded::Make(name));
                }
                None => {}
            }
        }
        let what = match self.rest(0) {
            [b'$', b'{', b'{', ..] => return self.template(3, word),
            [b'`', ..] => {
                let scope = self.backticks();
                Expanded::Commands(scope)
            }
            [b'$', b'(', b'(', ..] => {
                self.braces(b'(', b')');
                Expanded::Other
            }
            [b'$', b'(', ..] => Expanded::Commands(self.substitution(2)),
            [b'$', b'{', ..] => {
                let inner = self.braces(b'{', b'}');
                let inner = self.text.cut(inner);
                let length = name_length(inner.as_bytes());
                if length == 0 {
                    Expanded::Other
                } else {
                    Expanded::Variable(inner.cut(..length).to_owned(), inner.cut(length..).to_owned())
                }
            }
            // `$'a'` and `$"a"` are quotes.
            [b'$', b'\'' | b'"', ..] if !word.inside => {
                self.at += 1;
                if self.peek(0) == Some(b'\'') {
                    self.ansi_quoted(word);
                }
                return;
            }
            [b'$', rest @ ..] => {
                let length = name_length(rest);
                self.at += 1 + length;
                if length == 0 {
                    word.value.push(b'$');
                    // A sign that stands for nothing: as it always was, callers are told that there is one.
                    word.expansions.push(Expansion {
                        at: word.value.len() - 1..word.value.len(),
                        what: Expanded::Other,
                        quoted: word.inside,
                    });
                    return;
                }
                Expanded::Variable(self.text.cut(self.at - length..self.at).to_owned(), String::new())
            }
            _ => return,
        };
        word.add(&self.bytes[start..self.at.min(self.end)], what);
    }

    /// `$'...'`: escapes of C. Those of single characters are decoded, others stay.
    fn ansi_quoted(&mut self, word: &mut Building) {
        word.quoted = true;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match (byte, self.peek(0)) {
                (b'\'', _) => return,
                (b'\\', Some(next)) => {
                    self.at += 1;
                    match next {
                        b'n' => word.value.push(b'\n'),
                        b't' => word.value.push(b'\t'),
                        b'\\' | b'\'' | b'"' | b'?' => word.value.push(next),
                        _ => word.value.extend_from_slice(&[b'\\', next]),
                    }
                }
                _ => word.value.push(byte),
            }
        }
    }

    /// `{{ ... }}`, with `open` bytes in front of what is inside.
    fn template(&mut self, open: usize, word: &mut Building) {
        let rest = self.rest(open);
        let length = memchr::memmem::find(rest, b"}}").unwrap_or(rest.len());
        let start = self.at;
        self.at = (start + open + length + 2).min(self.end);
        let name = self.text.cut(start + open..start + open + length).trim().to_owned();
        word.add(&self.bytes[start..self.at], Expanded::Template(name));
    }

    /// From a sign in front of an opening bracket to behind the bracket that closes it; gives what is inside.
    fn braces(&mut self, open: u8, close: u8) -> Range<usize> {
        self.at += 1;
        let inner = self.at + 1;
        let mut depth = 0usize;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            if byte == b'\\' {
                self.at += 1;
            } else if byte == b'\'' && open == b'(' {
                self.at += memchr::memchr(b'\'', self.rest(0)).map_or(self.rest(0).len(), |length| length + 1);
            } else if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    return inner..self.at - 1;
                }
            }
        }
        self.at = self.at.min(self.end);
        inner.min(self.end)..self.end
    }
}

/// How long the name of a variable at the start of a text is; special ones have one sign.
fn name_length(text: &[u8]) -> usize {
    match text.first() {
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => crate::cut::name_length(text),
        Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 1,
        _ => 0,
    }
}
