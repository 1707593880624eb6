//! Commands: lists, pipes, groups, conditions, loops, functions, here-documents.

use std::ops::Range;

use super::{Assignment, Command, Flavour, Part, Redirect, Scope, Script, Token, Word, is_name};
use crate::source::Cut;

/// Substitutions within substitutions are read to this depth; what is deeper is skipped by its brackets.
const DEEPEST: usize = 32;

/// More open groups than this are not told apart.
const WIDEST: usize = 64;

/// Reads a script that another program fills in first. `indented`: it stands in another file, and the ends of its
/// here-documents may be indented with it.
pub fn read_as(text: &str, flavour: Flavour, indented: bool) -> Script {
    let mut reader = Reader { indented, ..Reader::new(text, flavour) };
    reader.list(0, None);
    reader.script
}

/// What declares variables, which a list of values may follow: `local all=(one two)`.
pub const DECLARES: [&str; 5] = ["local", "declare", "typeset", "readonly", "export"];

/// What reads a text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// Where what is read ends: the text, or the backtick that closes a substitution.
    pub(super) end: usize,
    /// Whether `#` at the start of a word begins a comment.
    pub(super) comments: bool,
    pub(super) flavour: Flavour,
    /// Whether the text is indented as a whole: a script in another file.
    pub(super) indented: bool,
    pub(super) script: Script,
    depth: usize,
    /// The scope that what is read is in.
    current: usize,
    /// Here-documents that start behind the next line end: the command, the redirection.
    waiting: Vec<(usize, usize)>,
}

/// What is open while a list is read.
#[derive(PartialEq, Eq)]
enum Open {
    /// `{` until `}`.
    Group,
    /// `(` until `)`.
    Subshell,
    /// `if` until `fi`; whether the condition is being read.
    If(bool),
    /// `for`, `while`, `until`, `select` until `done`; likewise.
    Loop(bool),
    /// `case` until `esac`; whether a pattern is being read.
    Case(bool),
}

/// A list while it is read.
struct List {
    /// What is open, each with the scope to go back to.
    open: Vec<(Open, usize)>,
    scope: usize,
    command: Command,
    /// The function whose body comes next.
    function: Option<String>,
    /// A `for` or `case` whose head is being read.
    head: Option<Open>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, flavour: Flavour) -> Self {
        let scopes = vec![Scope { parent: 0, part: Part::Whole }];
        Reader {
            text,
            bytes: text.as_bytes(),
            at: 0,
            end: text.len(),
            comments: true,
            flavour,
            indented: false,
            script: Script { scopes, ..Script::default() },
            depth: 0,
            current: 0,
            waiting: Vec::new(),
        }
    }

    /// `$(...)` from its sign, `open` bytes long, to behind its closing bracket.
    pub(super) fn substitution(&mut self, open: usize) -> Option<usize> {
        if self.depth >= DEEPEST {
            self.skip(open);
            return None;
        }
        self.at += open;
        self.inner(self.end, Some(b')'))
    }

    /// A substitution in backticks.
    pub(super) fn backticks(&mut self) -> Option<usize> {
        let rest = self.rest(1);
        let mut length = 0;
        while let Some(byte) = rest.get(length).filter(|byte| **byte != b'`') {
            length += if *byte == b'\\' { 2 } else { 1 };
        }
        let close = (self.at + 1 + length).min(self.end);
        let scope = if self.depth < DEEPEST {
            self.at += 1;
            self.inner(close, None)
        } else {
            None
        };
        self.at = (close + 1).min(self.end);
        scope
    }

    fn inner(&mut self, end: usize, until: Option<u8>) -> Option<usize> {
        let outer = (self.end, self.depth, self.comments, self.current, std::mem::take(&mut self.waiting));
        let scope = self.scope(self.current, Part::Substitution);
        (self.end, self.depth, self.comments) = (end, self.depth + 1, true);
        self.list(scope, until);
        (self.end, self.depth, self.comments, self.current, self.waiting) = outer;
        Some(scope)
    }

    /// Skips to behind the bracket that closes the one at the end of the sign.
    fn skip(&mut self, open: usize) {
        let mut depth = 1usize;
        self.at += open;
        while let Some(byte) = self.peek(0).filter(|_| depth > 0) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
        }
        self.at = self.at.min(self.end);
    }

    fn scope(&mut self, parent: usize, part: Part) -> usize {
        self.script.scopes.push(Scope { parent, part });
        self.script.scopes.len() - 1
    }

    /// Reads commands to the end, or to behind a closing bracket that nothing here has opened.
    pub(super) fn list(&mut self, scope: usize, until: Option<u8>) {
        let command = Command { scope, ..Command::default() };
        let mut list = List { open: Vec::new(), scope, command, function: None, head: None };
        let first = self.script.commands.len();
        loop {
            self.current = list.scope;
            let Some(token) = self.token() else { break };
            match token {
                Token::Operator(operator, _) if operator == ")" && until.is_some() && list.closes() => break,
                Token::Operator(operator, range) => self.join(&mut list, operator, range),
                Token::Word(word) => self.add(&mut list, word),
            }
        }
        self.finish(&mut list, "");
        // The first command of a substitution has nothing in front of it.
        if let Some(command) = self.script.commands.get_mut(first).filter(|command| command.scope == scope) {
            command.before = String::new();
        }
    }

    fn join(&mut self, list: &mut List, operator: String, range: Range<usize>) {
        let empty = list.command.words.is_empty() && list.command.assignments.is_empty();
        match operator.as_str() {
            // Within `[[ ]]` nothing is an operator.
            "<" | ">" | "&&" | "||" | "(" | ")" | "|" if list.tests() => {
                list.command.words.push(Word { text: operator, range, ..Word::default() });
            }
            _ if operator.contains(['<', '>']) => self.redirect(list, operator),
            "(" if empty && self.peek(0) == Some(b'(') && list.function.is_none() => {
                // `(( ... ))`
                self.skip(0);
                self.skip_byte(b')');
            }
            "(" if empty => {
                self.finish(list, "(");
                if list.pattern().is_none() {
                    list.enter(self, Open::Subshell, Part::Subshell);
                }
            }
            "(" => self.function(list),
            ")" => match list.pattern() {
                Some(reading) => {
                    *reading = false;
                    list.restart(")");
                }
                None => {
                    self.finish(list, ")");
                    list.leave(|open| *open == Open::Subshell);
                }
            },
            ";;" | ";&" | ";;&" => {
                self.finish(list, &operator);
                if let Some((Open::Case(reading), _)) = list.open.last_mut() {
                    *reading = true;
                }
            }
            "\n" => {
                self.finish(list, "\n");
                self.documents();
            }
            "|&" => self.finish(list, "|"),
            _ => self.finish(list, &operator),
        }
    }

    fn skip_byte(&mut self, byte: u8) {
        if self.peek(0) == Some(byte) {
            self.at += 1;
        }
    }

    /// A bracket behind a word: a function, or the values of a list.
    fn function(&mut self, list: &mut List) {
        let spaces = self.rest(0).iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let name = list.command.words.last().map(|word| word.text.clone());
        if let Some(name) = name.filter(|_| self.peek(spaces) == Some(b')')) {
            self.at += spaces + 1;
            list.function = Some(name);
            list.restart("");
        }
    }

    fn redirect(&mut self, list: &mut List, operator: String) {
        if operator.ends_with('-') && !operator.ends_with("<<-") {
            list.command.redirects.push(Redirect { operator, target: Word::default(), body: None });
            return;
        }
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if matches!(self.peek(0), None | Some(b'\n' | b';' | b'|' | b')' | b'(' | b'&')) {
            return;
        }
        let target = self.word();
        if matches!(operator.trim_start_matches(|c: char| c.is_ascii_digit()), "<<" | "<<-") {
            self.waiting.push((usize::MAX, list.command.redirects.len()));
        }
        list.command.redirects.push(Redirect { operator, target, body: None });
    }

    /// Reads the here-documents that start here.
    fn documents(&mut self) {
        for (command, redirect) in std::mem::take(&mut self.waiting) {
            let Some(redirect) =
                self.script.commands.get_mut(command).and_then(|command| command.redirects.get_mut(redirect))
            else {
                continue;
            };
            let (start, strip) = (self.at, redirect.operator.ends_with('-'));
            let end = redirect.target.text.clone();
            let mut body = self.end;
            while self.at < self.end {
                let rest = self.bytes.get(self.at..self.end).unwrap_or(&[]);
                let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                let line = self.text.cut(self.at..self.at + length).trim_end_matches('\r');
                let line = if strip { line.trim_start_matches('\t') } else { line };
                let next = (self.at + length + 1).min(self.end);
                // A script in another file is indented with it.
                if line == end || self.indented && line.trim_start() == end {
                    body = self.at;
                    self.at = next;
                    break;
                }
                self.at = next;
            }
            redirect.body = Some(start..body.max(start));
        }
    }

    /// Adds a word to the command, or does what it says as a reserved one.
    fn add(&mut self, list: &mut List, word: Word) {
        if let Some(reading) = list.pattern() {
            if word.text == "esac" && !word.quoted {
                *reading = false;
                list.leave(|open| matches!(open, Open::Case(_)));
            }
            return;
        }
        let first = list.command.words.is_empty();
        if first && list.command.assignments.is_empty() && !word.quoted && self.reserved(list, &word.text) {
            return;
        }
        if first && let Some(assignment) = self.assignment(&word) {
            list.command.assignments.push(assignment);
            return;
        }
        // `local all=(` goes on to the bracket, over as many lines as there are.
        if word.text.ends_with('=') && self.peek(0) == Some(b'(') && list.declares() {
            list.command.assignments.extend(self.assignment(&word));
            return;
        }
        if first && matches!(word.text.as_str(), "for" | "select") {
            list.head = Some(Open::Loop(false));
        } else if first && word.text == "case" {
            list.head = Some(Open::Case(true));
        } else if word.text == "in" && list.head == Some(Open::Case(true)) && list.command.words.len() == 2 {
            list.command.words.push(word);
            self.finish(list, "");
            return;
        }
        list.command.words.push(word);
        // `function name {`, with or without brackets.
        if let [function, name] = list.command.words.as_slice()
            && function.text == "function"
        {
            list.function = Some(name.text.clone());
            list.restart("");
            if self.rest(0).starts_with(b"()") {
                self.at += 2;
            }
        }
    }

    /// Whether a word opens, closes or joins commands; the command it belongs to starts behind it.
    fn reserved(&mut self, list: &mut List, word: &str) -> bool {
        match word {
            "if" => list.enter(self, Open::If(true), Part::Branch),
            "while" | "until" => list.enter(self, Open::Loop(true), Part::Loop),
            "{" => list.enter(self, Open::Group, Part::Group),
            "}" => list.leave(|open| *open == Open::Group),
            "fi" => list.leave(|open| matches!(open, Open::If(_))),
            "done" => list.leave(|open| matches!(open, Open::Loop(_))),
            "esac" => list.leave(|open| matches!(open, Open::Case(_))),
            "then" | "else" | "do" => list.decides(false),
            "elif" => list.decides(true),
            "!" => list.command.tested = true,
            "time" => {}
            _ => return false,
        }
        true
    }

    /// `NAME=value`, with the list in brackets that may follow.
    fn assignment(&mut self, word: &Word) -> Option<Assignment> {
        let (name, _) = word.text.split_once('=')?;
        let (bare, adds) = name.strip_suffix('+').map_or((name, false), |bare| (bare, true));
        // `a[1]=x` sets an element.
        let plain = bare.split_once('[').map_or(bare, |(plain, _)| plain);
        if !is_name(plain) || self.bytes.get(word.range.start..)?.first()? != &word.text.as_bytes()[0] {
            return None;
        }
        let cut = name.len() + 1;
        let list = cut == word.text.len() && self.peek(0) == Some(b'(');
        let mut values = Vec::new();
        if list {
            self.at += 1;
            while let Some(token) = self.token() {
                match token {
                    Token::Operator(operator, _) if operator == ")" => break,
                    Token::Word(value) => values.push(value),
                    Token::Operator(..) => {}
                }
            }
        } else {
            let expansions = word.expansions.iter().map(|expansion| super::Expansion {
                at: expansion.at.start.saturating_sub(cut)..expansion.at.end.saturating_sub(cut),
                ..expansion.clone()
            });
            values.push(Word {
                text: word.text.cut(cut..).to_owned(),
                range: word.range.start + cut..word.range.end,
                expands: word.expands,
                quoted: word.quoted,
                expansions: expansions.collect(),
            });
        }
        let range = word.range.start..self.at.max(word.range.end);
        Some(Assignment { name: plain.to_owned(), adds: adds || plain != bare, values, list, range })
    }

    /// Ends the command that is read; `next` is the operator in front of the following one.
    fn finish(&mut self, list: &mut List, next: &str) {
        let command = &list.command;
        if command.words.is_empty() && command.assignments.is_empty() && command.redirects.is_empty() {
            // An operator keeps what is in front of a line end: `a &&\n b`.
            if list.command.before.is_empty() || next != "\n" {
                list.command.before = next.to_owned();
            }
            return;
        }
        let fresh = Command { before: next.to_owned(), scope: list.scope, ..Command::default() };
        let mut done = std::mem::replace(&mut list.command, fresh);
        done.tested |= list.open.iter().any(|(open, _)| matches!(open, Open::If(true) | Open::Loop(true)));
        let index = self.script.commands.len();
        for waiting in self.waiting.iter_mut().filter(|(command, _)| *command == usize::MAX) {
            waiting.0 = index;
        }
        self.script.commands.push(done);
        if let Some(head) = list.head.take() {
            let part = if head == Open::Loop(false) { Part::Loop } else { Part::Branch };
            list.enter(self, head, part);
        }
    }
}

impl List {
    /// Whether a closing bracket here closes the whole list.
    fn closes(&self) -> bool {
        !self.open.iter().any(|(open, _)| matches!(open, Open::Subshell | Open::Case(true))) && !self.tests()
    }

    /// Whether a command that declares variables is being read.
    fn declares(&self) -> bool {
        let words = &self.command.words;
        words.first().is_some_and(|word| DECLARES.contains(&word.text.as_str()))
    }

    /// Whether `[[` is open.
    fn tests(&self) -> bool {
        let words = &self.command.words;
        words.first().is_some_and(|word| word.text == "[[") && words.last().is_some_and(|word| word.text != "]]")
    }

    /// Whether the pattern of a `case` is being read.
    fn pattern(&mut self) -> Option<&mut bool> {
        match self.open.last_mut() {
            Some((Open::Case(reading), _)) if *reading => Some(reading),
            _ => None,
        }
    }

    /// The condition of the innermost `if`, `while` or `until` begins or ends.
    fn decides(&mut self, begins: bool) {
        if let Some((Open::If(condition) | Open::Loop(condition), _)) = self.open.last_mut() {
            *condition = begins;
        }
    }

    fn enter(&mut self, reader: &mut Reader, open: Open, part: Part) {
        if self.open.len() >= WIDEST {
            return;
        }
        let part = match (self.function.take(), open == Open::Group || open == Open::Subshell) {
            (Some(name), true) => Part::Function(name),
            _ => part,
        };
        self.open.push((open, self.scope));
        self.scope = reader.scope(self.scope, part);
        self.command.scope = self.scope;
    }

    /// Closes what was opened last of a kind, and everything in it.
    fn leave(&mut self, closes: impl Fn(&Open) -> bool) {
        if let Some(index) = self.open.iter().rposition(|(open, _)| closes(open)) {
            self.scope = self.open.get(index).map_or(0, |(_, scope)| *scope);
            self.open.truncate(index);
            self.command.scope = self.scope;
        }
    }

    /// Forgets what was read of a command.
    fn restart(&mut self, before: &str) {
        self.command = Command { before: before.to_owned(), scope: self.scope, ..Command::default() };
    }
}
