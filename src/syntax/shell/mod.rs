//! Command lines: words, operators and simple commands, as `/bin/sh` cuts them.
//!
//! Nothing is expanded: a word with `$` in it keeps it and says so ([`Word::expands`]). Ranges are bytes of the text
//! that was given; callers that know where the text stands turn them into spans.

use crate::source::Cut;
mod argv;

pub use argv::{base_name, is_shell, program, script};

use std::ops::Range;

/// One word, quotes removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// The word without quotes and escapes.
    pub text: String,
    /// Where it stands in the text, quotes included.
    pub range: Range<usize>,
    /// Whether the shell would put something else in its place: an unquoted or double-quoted `$` or a backtick.
    pub expands: bool,
}

/// A piece of a command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// A word.
    Word(Word),
    /// `;`, `&`, `&&`, `|`, `||`, `(`, `)`, a line end, or a redirection such as `>`, `2>&1`, `<<`.
    Operator(String, Range<usize>),
}

/// A simple command of a script: a program with its arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The program and its arguments; assignments before it and redirections are left out. Never empty.
    pub words: Vec<Word>,
    /// The operator in front of it: `""` for the first one, else `;`, `&&`, `||`, `|`, `&`, `(`, a line end.
    pub before: String,
}

impl Command {
    /// The program's name without its directory.
    pub fn program(&self) -> &str {
        base_name(self.words.first().map_or("", |word| word.text.as_str()))
    }
}

/// Cuts a text into words and operators. Quotes that are not closed end with the text. Linear in its length.
pub fn tokens(text: &str) -> Vec<Token> {
    Lexer { text, bytes: text.as_bytes(), at: 0, comments: true }.run()
}

/// The words of a Compose `command:` or `entrypoint:` that is written as one string. Compose splits it without a
/// shell and drops everything from the first unquoted `;`, `&`, `|`, `<` or `>` on (mattn/go-shellwords).
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for token in (Lexer { text, bytes: text.as_bytes(), at: 0, comments: false }).run() {
        match token {
            Token::Word(word) => words.push(word),
            // To the splitter a line end is a space.
            Token::Operator(operator, _) if operator == "\n" => {}
            Token::Operator(..) => break,
        }
    }
    words
}

/// Words that open, close or join commands; the command they belong to starts behind them.
const RESERVED: [&str; 14] =
    ["if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}", "time", "esac"];

/// The simple commands of a script, in order. Reserved words are skipped; heads of `for` and `case` are commands of
/// that name.
pub fn commands(text: &str) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    let mut current = Command { words: Vec::new(), before: String::new() };
    let mut skip_target = false;
    for token in tokens(text) {
        match token {
            Token::Operator(operator, _) if operator.contains(['<', '>']) => skip_target = !operator.ends_with('-'),
            Token::Operator(operator, _) => {
                skip_target = false;
                if current.words.is_empty() {
                    current.before =
                        if current.before.is_empty() || operator != "\n" { operator } else { current.before };
                } else {
                    let next = Command { words: Vec::new(), before: operator };
                    found.push(std::mem::replace(&mut current, next));
                }
            }
            Token::Word(_) if skip_target => skip_target = false,
            Token::Word(word) => {
                let first = current.words.is_empty();
                if !(first && (RESERVED.contains(&word.text.as_str()) || is_assignment(&word.text))) {
                    current.words.push(word);
                }
            }
        }
    }
    if !current.words.is_empty() {
        found.push(current);
    }
    found
}

/// `NAME=value` in front of a program.
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Whether `#` at the start of a word begins a comment.
    comments: bool,
}

impl Lexer<'_> {
    fn run(mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.line_end(self.at + 1).is_some() => {
                    self.at = self.line_end(self.at + 1).unwrap_or(self.bytes.len());
                }
                b'#' if self.comments => {
                    self.at +=
                        self.bytes[self.at..].iter().position(|&b| b == b'\n').unwrap_or(self.bytes.len() - self.at)
                }
                b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' => tokens.push(self.operator(self.at)),
                _ => tokens.push(self.word()),
            }
        }
        tokens
    }

    /// The offset behind a line end at `at`, if there is one.
    fn line_end(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at..)? {
            [b'\n', ..] => Some(at + 1),
            [b'\r', b'\n', ..] => Some(at + 2),
            _ => None,
        }
    }

    /// An operator; `start` is where a digit in front of a redirection stands.
    fn operator(&mut self, start: usize) -> Token {
        const LONG: [&str; 12] = ["<<<", "<<-", "&>>", "&&", "||", ";;", "<<", ">>", "<&", ">&", "&>", ">|"];
        let rest = &self.bytes[self.at..];
        let length = LONG.iter().find(|op| rest.starts_with(op.as_bytes())).map_or(1, |op| op.len());
        self.at += length;
        let mut operator = self.text.cut(start..self.at).to_owned();
        // `2>&1`, `>&-`: the target is part of the operator.
        if operator.ends_with(">&") || operator.ends_with("<&") {
            let target = self.bytes[self.at..].iter().take_while(|b| b.is_ascii_digit() || **b == b'-').count();
            if target > 0 {
                self.at += target;
                operator = format!("{}-", self.text.cut(start..self.at));
            }
        }
        Token::Operator(operator, start..self.at)
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        let (mut value, mut expands) = (Vec::new(), false);
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' => break,
                b'<' | b'>' => {
                    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
                    if digits && self.at - start == value.len() {
                        return self.operator(start);
                    }
                    break;
                }
                b'\\' => {
                    if let Some(next) = self.line_end(self.at + 1) {
                        self.at = next;
                        continue;
                    }
                    value.extend(self.bytes.get(self.at + 1));
                    self.at += 2;
                }
                b'\'' => {
                    let rest = &self.bytes[self.at + 1..];
                    let length = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
                    value.extend_from_slice(&rest[..length]);
                    self.at += length + 2;
                }
                b'"' => self.double_quoted(&mut value, &mut expands),
                b'$' | b'`' => {
                    expands = true;
                    self.expansion(&mut value);
                }
                _ => {
                    value.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
        // Whole characters go in and come out: cuts are made at ASCII bytes only, except behind a backslash.
        let text = String::from_utf8_lossy(&value).into_owned();
        Token::Word(Word { text, range: start..self.at, expands })
    }

    fn double_quoted(&mut self, value: &mut Vec<u8>, expands: &mut bool) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    match self.bytes.get(self.at + 1) {
                        Some(b'\n') => {}
                        Some(next @ (b'"' | b'\\' | b'$' | b'`')) => value.push(*next),
                        Some(next) => value.extend_from_slice(&[b'\\', *next]),
                        None => value.push(b'\\'),
                    }
                    self.at += 2;
                }
                b'$' | b'`' => {
                    *expands = true;
                    self.expansion(value);
                }
                _ => {
                    value.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    /// `$NAME`, `${...}`, `$(...)` or a backtick command, taken over as written.
    fn expansion(&mut self, value: &mut Vec<u8>) {
        let start = self.at;
        let (open, close) = match self.bytes.get(self.at..self.at + 2) {
            Some(b"$(") => (b'(', b')'),
            Some(b"${") => (b'{', b'}'),
            _ if self.bytes[self.at] == b'`' => {
                let rest = &self.bytes[self.at + 1..];
                self.at += memchr::memchr(b'`', rest).unwrap_or(rest.len()) + 2;
                self.at = self.at.min(self.bytes.len());
                value.extend_from_slice(&self.bytes[start..self.at]);
                return;
            }
            _ => {
                value.push(b'$');
                self.at += 1;
                return;
            }
        };
        let mut depth = 0usize;
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            if byte == b'\\' {
                self.at += 1;
            } else if byte == b'\'' && open == b'(' {
                let rest = self.bytes.get(self.at..).unwrap_or(&[]);
                self.at += memchr::memchr(b'\'', rest).map_or(rest.len(), |length| length + 1);
            } else if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
        value.extend_from_slice(&self.bytes[start..self.at]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    fn programs(text: &str) -> Vec<(String, String)> {
        commands(text).into_iter().map(|c| (c.before.clone(), c.program().to_owned())).collect()
    }

    #[test]
    fn words_lose_their_quotes() {
        assert_eq!(split(r#"a 'b c' "d \"e\" \x" f\ g "" h'i'j"#), ["a", "b c", r#"d "e" \x"#, "f g", "", "hij"]);
        assert_eq!(split("nginx -g 'daemon off;'"), ["nginx", "-g", "daemon off;"]);
        assert_eq!(split("a \\\n  b\n c"), ["a", "b", "c"]);
    }

    #[test]
    fn compose_drops_what_is_behind_an_operator() {
        assert_eq!(split("migrate && serve"), ["migrate"]);
        assert_eq!(split("serve 2>&1"), ["serve"]);
        assert_eq!(split("serve #1"), ["serve", "#1"]);
    }

    #[test]
    fn ranges_point_at_the_words_as_written() {
        let text = "curl  -f \"http://x/$P\"";
        let words = words(text);
        assert_eq!(&text[words[2].range.clone()], "\"http://x/$P\"");
        assert!(words[2].expands && !words[0].expands);
    }

    #[test]
    fn scripts_are_cut_into_commands() {
        assert_eq!(
            programs("curl -f http://x || exit 1"),
            [(String::new(), "curl".to_owned()), ("||".to_owned(), "exit".to_owned())]
        );
        let all =
            programs("if ! FOO=1 /usr/bin/wget -q x > /dev/null 2>&1; then (echo no); fi\n# curl\nps | grep '[a]'");
        let names: Vec<&str> = all.iter().map(|(_, program)| program.as_str()).collect();
        assert_eq!(names, ["wget", "echo", "ps", "grep"]);
    }

    #[test]
    fn substitutions_stay_one_word() {
        assert_eq!(split(r#"test "$(redis-cli ping | grep ')' )" = PONG"#)[2], "=");
        assert_eq!(split("echo `date +%s` ${A:-b c}"), ["echo", "`date +%s`", "${A:-b c}"]);
    }

    #[test]
    fn deep_and_long_input_is_fine() {
        let deep = "$(".repeat(100_000);
        assert_eq!(tokens(&deep).len(), 1);
        assert_eq!(tokens(&"a ".repeat(1_000_000)).len(), 1_000_000);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_in_order(text in "[a-z \\\\'\"$`(){};&|<>#\n\r\té]{0,60}") {
            let mut last = 0;
            for token in tokens(&text) {
                let range = match &token { Token::Word(word) => &word.range, Token::Operator(_, range) => range };
                prop_assert!(range.start >= last && range.end > range.start && range.end <= text.len());
                last = range.end;
            }
            commands(&text);
        }
    }
}
