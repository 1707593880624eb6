//! nginx's word rules (`ngx_conf_read_token` in `src/core/ngx_conf_file.c`), byte for byte.
//!
//! `#`, quotes and `}` mean something only where a word starts; `{` and `;` end a bare word anywhere, except `{` right
//! after `$`; a backslash protects the next byte but is dropped only before quotes, itself, and `t`, `r`, `n`.

use crate::source::Cut;
use std::ops::Range;

/// nginx reads a file through a buffer of this many bytes; a word or comment must fit into it.
pub const LONGEST_WORD: usize = 4096;

/// The quote around a word.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Quote {
    /// `'`
    Single,
    /// `"`
    Double,
}

/// A word as it stands in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// Its bytes, with quotes.
    pub range: Range<usize>,
    /// The quote around it, if there is one.
    pub quote: Option<Quote>,
    /// Whether it holds a backslash, so that its value differs from its bytes.
    pub escaped: bool,
}

/// What ends a run of words.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// `;`
    Semicolon,
    /// `{`
    Brace,
}

/// What was read.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Read {
    /// At least one word and its end.
    Statement(End),
    /// `}`
    BlockEnd,
    /// The end of the file, between statements.
    Eof,
    /// `;`, `{` or `}` where a word was expected, or a byte right after a closing quote.
    Unexpected(u8),
    /// The end of the file inside a statement.
    Unfinished,
    /// The end of the file inside quotes; where they were opened.
    Unclosed(usize),
}

/// A reader of statements.
pub struct Lexer<'a> {
    bytes: &'a [u8],
    /// The next byte to read. After [`Read::Unexpected`] it is one past the offending byte.
    pub at: usize,
    /// The words of the current statement.
    pub words: Vec<Token>,
    /// The comments passed so far.
    pub comments: Vec<Range<usize>>,
    /// Words and comments that do not fit into nginx's buffer.
    pub too_long: Vec<Range<usize>>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'a> Lexer<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Lexer { bytes, at: 0, words: Vec::new(), comments: Vec::new(), too_long: Vec::new() }
    }

    /// Reads on to the end of a statement or block. Words already in [`Lexer::words`] stay, so that reading can go on
    /// after an error; the caller clears them.
    pub fn read(&mut self) -> Read {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            self.at += 1;
            match byte {
                _ if is_space(byte) => {}
                b';' | b'{' if self.words.is_empty() => return Read::Unexpected(byte),
                b';' => return Read::Statement(End::Semicolon),
                b'{' => return Read::Statement(End::Brace),
                b'}' if self.words.is_empty() => return Read::BlockEnd,
                b'}' => return Read::Unexpected(byte),
                b'#' => {
                    let rest = &self.bytes[start..];
                    self.at = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    self.comments.push(start..self.at);
                    self.measure(start..self.at);
                }
                b'"' | b'\'' => match self.quoted(start, byte) {
                    Some(after) => {
                        if let Some(read) = after {
                            return read;
                        }
                    }
                    None => return Read::Unclosed(start),
                },
                _ => self.bare(start),
            }
        }
        if self.words.is_empty() { Read::Eof } else { Read::Unfinished }
    }

    /// A word without quotes: up to white space, `;` or `{`.
    fn bare(&mut self, start: usize) {
        self.at = start;
        let mut escaped = false;
        let mut variable = false;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => {
                    escaped = true;
                    variable = false;
                    self.at += 1;
                }
                b'$' => variable = true,
                b'{' if variable => {}
                b';' | b'{' => break,
                _ if is_space(byte) => break,
                _ => variable = false,
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
        self.push(start..self.at, None, escaped);
    }

    /// A quoted word and the byte after it. `None`: the quote is never closed. `Some(Some(_))`: the statement ends here.
    fn quoted(&mut self, start: usize, quote: u8) -> Option<Option<Read>> {
        let mut escaped = false;
        loop {
            // A `{` after `$` needs no care here: only the quote ends the word.
            let rest = self.bytes.get(self.at..)?;
            self.at += memchr::memchr2(quote, b'\\', rest)?;
            if self.bytes.get(self.at) == Some(&quote) {
                break;
            }
            escaped = true;
            self.at += 2;
        }
        self.at += 1;
        let kind = if quote == b'"' { Quote::Double } else { Quote::Single };
        self.push(start..self.at, Some(kind), escaped);
        let Some(&next) = self.bytes.get(self.at) else { return Some(None) };
        // `)` starts a word of its own: `if ($a = "b")`. What else may follow, the main loop handles.
        if is_space(next) || matches!(next, b';' | b'{' | b')') {
            if next == b')' {
                self.bare(self.at);
            }
            return Some(None);
        }
        self.at += 1;
        Some(Some(Read::Unexpected(next)))
    }

    fn push(&mut self, range: Range<usize>, quote: Option<Quote>, escaped: bool) {
        // The closing quote is the byte that ends the word, it needs no room.
        self.measure(range.start..range.end - usize::from(quote.is_some()));
        self.words.push(Token { range, quote, escaped });
    }

    fn measure(&mut self, range: Range<usize>) {
        if range.len() >= LONGEST_WORD {
            self.too_long.push(range);
        }
    }
}

/// The value of a word: quotes removed; `\"`, `\'`, `\\` stand for the character, `\t`, `\r`, `\n` for the control
/// character; every other backslash stays.
pub fn decode(text: &str, token: &Token) -> Box<str> {
    let quotes = usize::from(token.quote.is_some());
    let raw = text.get(token.range.start + quotes..token.range.end - quotes).unwrap_or("");
    if !token.escaped {
        return raw.into();
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        value.push_str(rest.cut(..at));
        let mut after = rest.cut(at + 1..).chars();
        match after.next() {
            Some(c @ ('"' | '\'' | '\\')) => value.push(c),
            Some('t') => value.push('\t'),
            Some('r') => value.push('\r'),
            Some('n') => value.push('\n'),
            Some(other) => value.extend(['\\', other]),
            None => value.push('\\'),
        }
        rest = after.as_str();
    }
    value.push_str(rest);
    value.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nginx says about `error_log stderr <input>`: the third word, or the error.
    fn verdict(input: &str) -> (String, String) {
        let text = format!("error_log stderr {input}");
        let mut lexer = Lexer::new(text.as_bytes());
        let expecting = "unexpected end of file, expecting \";\" or \"}\"".to_owned();
        match lexer.read() {
            Read::Statement(End::Semicolon) => {
                ("tok".into(), lexer.words.get(2).map_or(String::new(), |word| decode(&text, word).into()))
            }
            Read::Statement(End::Brace) => ("nterm".into(), String::new()),
            Read::Unexpected(byte) => ("err".into(), format!("unexpected \"{}\"", char::from(byte))),
            Read::Unfinished | Read::Unclosed(_) | Read::Eof | Read::BlockEnd => ("err".into(), expecting),
        }
    }

    #[test]
    fn reads_words_like_nginx() {
        let vectors = include_str!("../../../testdata/nginx/lexer-vectors.tsv");
        let mut wrong = Vec::new();
        let mut count = 0;
        for line in vectors.lines().skip(1) {
            let mut columns = line.split('\t');
            let mut text = || serde_json::from_str::<String>(columns.next().unwrap()).unwrap();
            let input = text();
            let kind = columns.next().unwrap();
            let value: String = serde_json::from_str(columns.next().unwrap()).unwrap();
            count += 1;
            if verdict(&input) != (kind.to_owned(), value.clone()) {
                wrong.push(format!("{input:?}: nginx {kind} {value:?}, here {:?}", verdict(&input)));
            }
        }
        println!("{} of {count} recorded verdicts agree", count - wrong.len());
        assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(count, 1870);
    }

    #[test]
    fn the_buffer_holds_4095_bytes_and_the_end() {
        for (text, fits) in [
            (format!("a \"{}\";", "x".repeat(4094)), true),
            (format!("a \"{}\";", "x".repeat(4095)), false),
            (format!("#{}\n", "x".repeat(4094)), true),
            (format!("#{}\n", "x".repeat(4095)), false),
        ] {
            let mut lexer = Lexer::new(text.as_bytes());
            lexer.read();
            assert_eq!(lexer.too_long.is_empty(), fits, "{} bytes", text.len());
        }
    }
}
