//! Commands, as far as a shell must know them to tell where they end.

use crate::source::Cut;
use std::ops::Range;

use super::Kind;
use super::scan::{Broken, Effort, Scan};

/// A word: where it stands. It is expanded when the command runs.
pub(super) type Word = Range<usize>;

/// Commands with how each is joined to the next one.
pub(super) type List = Vec<(Vec<(Joint, Pipeline)>, bool)>;

/// When a pipeline of a chain runs.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Joint {
    Always,
    And,
    Or,
}

/// Commands joined by `|`.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) commands: Vec<Command>,
}

/// A command with its redirections.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) body: Body,
    pub(super) redirections: Vec<Redirection>,
    pub(super) range: Range<usize>,
}

/// What a command is.
#[derive(Debug)]
pub(super) enum Body {
    Simple(Vec<Word>),
    Group(List),
    Subshell(List),
    If(Vec<(List, List)>, List),
    Loop {
        until: bool,
        test: List,
        body: List,
    },
    For {
        name: Range<usize>,
        words: Option<Vec<Word>>,
        body: List,
    },
    Case {
        subject: Word,
        arms: Vec<(Vec<Word>, List)>,
    },
    Function {
        name: Range<usize>,
        body: std::rc::Rc<Command>,
    },
    /// `[[ ... ]]` and `(( ... ))`: what comes out is not known.
    Test,
}

/// `>file` and its relatives.
#[derive(Debug)]
pub(super) struct Redirection {
    pub(super) operator: Range<usize>,
    pub(super) target: Word,
}

/// Words that mean something only where a command starts.
const CLOSING: [&str; 9] = ["then", "else", "elif", "fi", "do", "done", "esac", "}", "in"];

/// Nesting of commands.
const DEEPEST: usize = 60;

pub(super) struct Parser<'a> {
    scan: Scan<'a>,
    pub(super) at: usize,
    /// Delimiters of here-documents whose text starts with the next line; whether tabs are taken off.
    pending: Vec<(String, bool)>,
    /// Whether the file ended within a here-document.
    pub(super) cut_short: bool,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, kind: Kind, effort: &'a Effort) -> Self {
        Parser::at(Scan::new(text, kind, effort), 0)
    }

    pub(super) fn at(scan: Scan<'a>, at: usize) -> Self {
        Parser { scan, at, pending: Vec::new(), cut_short: false, depth: scan.depth }
    }

    fn bash(&self) -> bool {
        self.scan.kind == Kind::Bash
    }

    fn peek(&self) -> u8 {
        self.scan.byte(self.at)
    }

    fn starts(&self, text: &str) -> bool {
        self.scan.starts(self.at, text)
    }

    fn done(&self) -> bool {
        self.at >= self.scan.text.len()
    }

    fn broken<T>(&self) -> Result<T, Broken> {
        Err(Broken(self.at.min(self.scan.text.len())))
    }

    /// Skips blanks, joined lines and comments.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.at += 1,
                b'\\' if self.scan.byte(self.at + 1) == b'\n' => self.at += 2,
                b'#' => {
                    let rest = &self.scan.text.as_bytes()[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn newline(&mut self) {
        self.at += 1;
        for (delimiter, tabs) in std::mem::take(&mut self.pending) {
            loop {
                if self.done() {
                    self.cut_short = true;
                    break;
                }
                let rest = self.scan.text.cut(self.at..);
                let line = rest.split('\n').next().unwrap_or(rest);
                self.at = (self.at + line.len() + 1).min(self.scan.text.len());
                if (if tabs { line.trim_start_matches('\t') } else { line }) == delimiter {
                    break;
                }
            }
        }
    }

    fn newlines(&mut self) {
        loop {
            self.blanks();
            if self.peek() != b'\n' {
                return;
            }
            self.newline();
        }
    }

    /// The next line of the text, with all that belongs to it.
    pub(super) fn line(&mut self) -> Result<Option<List>, Broken> {
        self.newlines();
        if self.done() {
            return Ok(None);
        }
        let list = self.list(true)?;
        if !self.done() && self.peek() != b'\n' {
            return self.broken();
        }
        if !self.done() {
            self.newline();
        } else if !self.pending.is_empty() {
            self.cut_short = true;
        }
        Ok(Some(list))
    }

    /// Behind the parenthesis that ends a command substitution.
    pub(super) fn substitution(mut self) -> Result<usize, Broken> {
        self.newlines();
        if self.peek() != b')' {
            self.list(false)?;
        }
        self.close(b')')?;
        Ok(self.at)
    }

    fn close(&mut self, with: u8) -> Result<(), Broken> {
        self.newlines();
        if self.peek() != with || self.done() {
            return self.broken();
        }
        self.at += 1;
        Ok(())
    }

    /// Commands up to the end of the line, or up to what closes them.
    fn list(&mut self, line: bool) -> Result<List, Broken> {
        let mut list = List::new();
        loop {
            if !line {
                self.newlines();
            }
            let mut chain = vec![(Joint::Always, self.pipeline()?)];
            loop {
                self.blanks();
                let joint = match () {
                    () if self.starts("&&") => Joint::And,
                    () if self.starts("||") => Joint::Or,
                    () => break,
                };
                self.at += 2;
                self.newlines();
                chain.push((joint, self.pipeline()?));
            }
            let separator = self.peek();
            let background = separator == b'&';
            list.push((chain, background));
            match separator {
                b';' if self.scan.byte(self.at + 1) == b';' => return Ok(list),
                b';' | b'&' => self.at += 1,
                b'\n' if !line => {}
                _ => return Ok(list),
            }
            if line {
                self.blanks()
            } else {
                self.newlines()
            }
            let ends = self.done() || matches!(self.peek(), b'\n' | b')') || self.starts(";;");
            if ends || self.reserved().is_some_and(|word| CLOSING.contains(&word)) {
                return Ok(list);
            }
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, Broken> {
        let mut negated = false;
        loop {
            self.blanks();
            match self.reserved() {
                Some("!") => {
                    negated = !negated;
                    self.at += 1;
                    if !self.bash() {
                        break;
                    }
                }
                Some("time") if self.bash() => self.at += 4,
                _ => break,
            }
        }
        self.blanks();
        let mut commands = Vec::new();
        if self.bash() && (negated || self.scan.text.cut(..self.at).ends_with("time")) && self.ends_command() {
            return Ok(Pipeline { negated, commands });
        }
        loop {
            commands.push(self.command()?);
            self.blanks();
            if self.peek() != b'|' || self.starts("||") {
                return Ok(Pipeline { negated, commands });
            }
            self.at += if self.bash() && self.starts("|&") { 2 } else { 1 };
            self.newlines();
        }
    }

    fn ends_command(&self) -> bool {
        self.done() || matches!(self.peek(), b'\n' | b';')
    }

    /// The word here, if it is one of those that mean something where a command starts.
    fn reserved(&self) -> Option<&'a str> {
        let rest = self.scan.text.cut(self.at.min(self.scan.text.len())..);
        let end = rest.find([' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>']).unwrap_or(rest.len());
        let word = rest.cut(..end);
        let known = ["!", "{", "if", "while", "until", "for", "case", "time", "function", "select", "[[", "coproc"];
        let bash = ["time", "function", "select", "[[", "coproc"];
        let there = CLOSING.contains(&word) || known.contains(&word) && (self.bash() || !bash.contains(&word));
        there.then_some(word)
    }

    fn expect(&mut self, word: &str) -> Result<(), Broken> {
        self.newlines();
        if self.reserved() != Some(word) {
            return self.broken();
        }
        self.at += word.len();
        Ok(())
    }

    fn command(&mut self) -> Result<Command, Broken> {
        self.blanks();
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.broken();
        }
        let start = self.at;
        let word = self.reserved();
        let mut redirections = Vec::new();
        let body = match word {
            _ if self.peek() == b'(' => {
                let arithmetic = self.bash() && self.starts("((");
                match arithmetic.then(|| self.scan.arithmetic(self.at + 2)).flatten() {
                    Some(end) => {
                        self.at = end;
                        Body::Test
                    }
                    None => {
                        self.at += 1;
                        let list = self.list(false)?;
                        self.close(b')')?;
                        Body::Subshell(list)
                    }
                }
            }
            Some("{") => {
                self.at += 1;
                let list = self.list(false)?;
                self.expect("}")?;
                Body::Group(list)
            }
            Some("if") => self.condition()?,
            Some(word @ ("while" | "until")) => {
                self.at += 5;
                let test = self.list(false)?;
                self.expect("do")?;
                let body = self.list(false)?;
                self.expect("done")?;
                Body::Loop { until: word == "until", test, body }
            }
            Some(word @ ("for" | "select")) => self.each(word.len())?,
            Some("case") => self.case()?,
            Some("[[") => {
                self.at += 2;
                loop {
                    self.newlines();
                    if self.done() {
                        return self.broken();
                    }
                    if self.starts("]]") {
                        self.at += 2;
                        break Body::Test;
                    }
                    let end = self.scan.word(self.at)?;
                    self.at = end.max(self.at + 1);
                }
            }
            Some("function") => {
                self.at += "function".len();
                self.blanks();
                let name = self.word()?;
                self.blanks();
                if self.peek() == b'(' {
                    self.at += 1;
                    self.close(b')')?;
                }
                self.function(name)?
            }
            Some(word) if CLOSING.contains(&word) && word != "in" => return self.broken(),
            _ => {
                let body = self.simple(&mut redirections)?;
                self.depth -= 1;
                return Ok(Command { body, redirections, range: start..self.end_of(start) });
            }
        };
        self.depth -= 1;
        loop {
            self.blanks();
            match self.redirection()? {
                Some(redirection) => redirections.push(redirection),
                None => break,
            }
        }
        if !matches!(body, Body::Function { .. }) && self.scan.word(self.at)? > self.at {
            return self.broken();
        }
        Ok(Command { body, redirections, range: start..self.end_of(start) })
    }

    fn end_of(&self, start: usize) -> usize {
        start + self.scan.text.cut(start..self.at).trim_end().len()
    }

    fn word(&mut self) -> Result<Word, Broken> {
        let start = self.at;
        self.at = self.scan.word(start)?;
        if self.at == start { self.broken() } else { Ok(start..self.at) }
    }

    fn condition(&mut self) -> Result<Body, Broken> {
        let mut branches = Vec::new();
        loop {
            self.at += if self.starts("elif") { 4 } else { 2 };
            let test = self.list(false)?;
            self.expect("then")?;
            branches.push((test, self.list(false)?));
            self.newlines();
            if self.reserved() != Some("elif") {
                break;
            }
        }
        let mut other = List::new();
        if self.reserved() == Some("else") {
            self.at += 4;
            other = self.list(false)?;
        }
        self.expect("fi")?;
        Ok(Body::If(branches, other))
    }

    fn each(&mut self, length: usize) -> Result<Body, Broken> {
        self.at += length;
        self.blanks();
        let name = self.word()?;
        self.newlines();
        let mut words = None;
        if self.reserved() == Some("in") {
            self.at += 2;
            let mut list = Vec::new();
            loop {
                self.blanks();
                if self.done() || matches!(self.peek(), b'\n' | b';') {
                    break;
                }
                list.push(self.word()?);
            }
            words = Some(list);
        }
        self.blanks();
        if self.peek() == b';' {
            self.at += 1;
        }
        self.expect("do")?;
        let body = self.list(false)?;
        self.expect("done")?;
        Ok(Body::For { name, words, body })
    }

    fn case(&mut self) -> Result<Body, Broken> {
        self.at += 4;
        self.blanks();
        let subject = self.word()?;
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.newlines();
            if self.reserved() == Some("esac") {
                self.at += 4;
                return Ok(Body::Case { subject, arms });
            }
            if self.peek() == b'(' {
                self.at += 1;
            }
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                patterns.push(self.word()?);
                self.blanks();
                if self.peek() != b'|' {
                    break;
                }
                self.at += 1;
            }
            self.close(b')')?;
            self.newlines();
            let empty = self.starts(";;") || self.reserved() == Some("esac");
            let body = if empty { List::new() } else { self.list(false)? };
            self.newlines();
            arms.push((patterns, body));
            if self.starts(";;") {
                self.at += if self.bash() && self.starts(";;&") { 3 } else { 2 };
            } else if self.reserved() != Some("esac") {
                return self.broken();
            }
        }
    }

    fn function(&mut self, name: Range<usize>) -> Result<Body, Broken> {
        self.newlines();
        let body = self.command()?;
        if self.bash() && matches!(body.body, Body::Simple(_) | Body::Function { .. }) {
            return self.broken();
        }
        Ok(Body::Function { name, body: std::rc::Rc::new(body) })
    }

    fn simple(&mut self, redirections: &mut Vec<Redirection>) -> Result<Body, Broken> {
        let mut words: Vec<Word> = Vec::new();
        let mut assigning = true;
        let mut declaring = false;
        loop {
            self.blanks();
            if let Some(redirection) = self.redirection()? {
                redirections.push(redirection);
                continue;
            }
            let start = self.at;
            let mut end = self.scan.word(start)?;
            if end == start {
                break;
            }
            let assignment = assigned(self.scan.text.cut(start..end)).is_some();
            if self.bash() && self.scan.byte(end) == b'(' && (assigning && assignment || declaring) {
                // `K=(a b)`: the parenthesis belongs to the word.
                if self.scan.text.cut(start..end).ends_with('=') {
                    end = self.array(end)?;
                }
            }
            self.at = end;
            words.push(start..end);
            if assigning && !assignment {
                assigning = false;
                let text = self.scan.text.cut(start..end);
                declaring = ["export", "declare", "typeset", "readonly", "local"].contains(&text);
                let first = words.len() == 1;
                self.blanks();
                if first && self.peek() == b'(' {
                    self.at += 1;
                    self.blanks();
                    if self.peek() != b')' {
                        return self.broken();
                    }
                    self.at += 1;
                    return self.function(start..end);
                }
            }
        }
        if words.is_empty() && redirections.is_empty() || self.peek() == b'(' {
            return self.broken();
        }
        Ok(Body::Simple(words))
    }

    /// Behind the parenthesis that closes an array.
    fn array(&mut self, open: usize) -> Result<usize, Broken> {
        self.at = open + 1;
        loop {
            self.newlines();
            if self.peek() == b')' {
                return Ok(self.at + 1);
            }
            self.word()?;
        }
    }

    fn redirection(&mut self) -> Result<Option<Redirection>, Broken> {
        let rest = self.scan.text.cut(self.at.min(self.scan.text.len())..);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let rest = rest.cut(digits..);
        let both: &[&str] = if self.bash() && digits == 0 { &["&>>", "&>"] } else { &[] };
        let bash: &[&str] = if self.bash() { &["<<<"] } else { &[] };
        let common = ["<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];
        let Some(operator) = both.iter().chain(bash).chain(&common).find(|operator| rest.starts_with(**operator))
        else {
            return Ok(None);
        };
        if self.bash() && (rest.starts_with("<(") || rest.starts_with(">(")) {
            return Ok(None);
        }
        let start = self.at + digits;
        self.at = start + operator.len();
        let range = start..self.at;
        self.blanks();
        let target = self.word()?;
        if operator.starts_with("<<") && *operator != "<<<" {
            let text = self.scan.text.cut(target.clone()).replace(['\'', '"', '\\'], "");
            self.pending.push((text, *operator == "<<-"));
        }
        Ok(Some(Redirection { operator: range, target }))
    }
}

/// The parts of an assignment: the length of its name, whether it appends, and where its value starts.
pub(super) fn assigned(word: &str) -> Option<(usize, bool, usize)> {
    let name = word.len() - word.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    if name == 0 || word.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    let mut at = name;
    if word.as_bytes().get(at) == Some(&b'[') {
        at += memchr::memchr(b']', &word.as_bytes()[at..])? + 1;
    }
    let append = word.as_bytes().get(at) == Some(&b'+');
    at += usize::from(append);
    (word.as_bytes().get(at) == Some(&b'=')).then_some((name, append, at + 1))
}
