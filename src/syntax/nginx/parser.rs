//! From statements to a tree, and on after errors.

use std::collections::HashMap;

use super::lexer::{End, Lexer, Read, Token, decode};
use super::template::Signs;
use super::{Block, Directive, Fault, File, Id, Word, lua, table, template};
use crate::source::{Cut, Encoding, Source, Span};

/// Parses a file.
pub fn parse(source: &Source) -> File {
    if source.encoding == Encoding::Utf16 {
        let fault = Fault::new(source.span().at_start(), "the file is UTF-16, which nginx cannot read")
            .help("save it as UTF-8 without a byte order mark");
        return File { faults: vec![fault], ..File::default() };
    }
    let (kind, text) = template::recognise(&source.path, source.text());
    let mut parser = Parser {
        source,
        text: &text,
        signs: Signs::of(kind, &text),
        lexer: Lexer::new(text.as_bytes()),
        file: File {
            directives: Vec::with_capacity(expected(&text)),
            template: kind,
            shouts: template::shouts(&text),
            ..File::default()
        },
        open: Vec::new(),
        suspect: None,
        odd: None,
        stray: Vec::new(),
        budget: text.len() + 65_536,
        drafts: Vec::new(),
    };
    parser.byte_order_mark();
    parser.run();
    parser.finish()
}

/// About how many directives there are; of a large file that is found out as it is read.
fn expected(text: &str) -> usize {
    memchr::memchr2_iter(b';', b'{', text.as_bytes()).take(1000).count()
}

const LOST_BRACE: &str = "add `{` at the end of the line";

/// Directives deeper than this are read, but their parents are those of the last level counted.
const DEEPEST: usize = 1000;

struct Parser<'a> {
    source: &'a Source,
    text: &'a str,
    signs: Signs,
    lexer: Lexer<'a>,
    file: File,
    /// The open blocks: the directive they belong to, `None` for braces without one.
    open: Vec<Option<u32>>,
    /// A block whose closing brace seems to be missing, because the brace that closed it stands further left.
    suspect: Option<u32>,
    /// The first brace that does not stand where its block suggests: at another column, or behind text.
    odd: Option<usize>,
    /// Braces that close nothing.
    stray: Vec<usize>,
    /// How many bytes may still be read a second time.
    budget: usize,
    drafts: Vec<(usize, Fault)>,
}

impl Parser<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source.id, start, end)
    }

    fn fault(&mut self, start: usize, end: usize, message: impl Into<String>, help: impl Into<String>) {
        let span = self.span(start, end.min(self.text.len()));
        self.drafts.push((start, Fault::new(span, message).help(help)));
    }

    fn byte_order_mark(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.fault(
                0,
                3,
                "the file starts with a byte order mark, which nginx takes for a part of the first directive",
                "save it as UTF-8 without a byte order mark",
            );
            self.lexer.at = 3;
        }
    }

    fn run(&mut self) {
        loop {
            // For the directive, or the trouble; a word is less than half as large.
            let cost = 1 + self.lexer.words.len() * 2 / 5;
            if !self.source.budget.nodes(cost, self.span(self.lexer.at, self.lexer.at)) {
                break;
            }
            match self.lexer.read() {
                Read::Statement(end) => self.statement(end),
                Read::BlockEnd => self.close(self.lexer.at),
                Read::Unexpected(byte) => self.unexpected(byte),
                Read::Eof => break,
                Read::Unfinished => {
                    self.unfinished();
                    break;
                }
                Read::Unclosed(quote) => {
                    if !self.reopen(quote) {
                        break;
                    }
                }
            }
        }
    }

    /// A byte that cannot stand where it stands; the lexer is already past it.
    fn unexpected(&mut self, byte: u8) {
        let at = self.lexer.at - 1;
        match byte {
            b'}' if !self.lexer.words.is_empty() => {
                self.missing_semicolon();
                self.flush(End::Semicolon, None);
                self.close(at + 1);
            }
            b';' if self.lexer.words.is_empty() => {
                self.fault(at, at + 1, "`;` without a directive before it", "remove the `;`");
            }
            b'{' if self.lexer.words.is_empty() => {
                self.fault(at, at + 1, "`{` without a directive before it", "write the block's directive before `{`");
                self.open.push(None);
            }
            _ => self.after_quote(at),
        }
    }

    /// Text right after a closing quote: either a quote inside a quoted value, or an earlier quote was never closed.
    fn after_quote(&mut self, at: usize) {
        let word = self.lexer.words.last().map_or(at..at, |word| word.range.clone());
        if self.text.cut(word.clone()).contains('\n') && self.reopen(word.start) {
            return;
        }
        self.fault(
            at,
            at + self.text.cut(at..).chars().next().map_or(1, char::len_utf8),
            "text follows a closing quote without a space, nginx stops reading here",
            "put the quotes around the whole value, and write a quote inside it as `\\\"`",
        );
        self.lexer.at = at;
        if matches!(self.text.as_bytes()[at], b'"' | b'\'' | b'}' | b'#') {
            // Not the start of a new quoted word: skip to where the statement can go on.
            let rest = &self.text.as_bytes()[at..];
            self.lexer.at = at + rest.iter().position(|b| matches!(b, b';' | b'{' | b'\n')).unwrap_or(rest.len());
        }
    }

    /// A quote that is never closed, or closed lines below: report it and go on after its line, as if it ended there.
    fn reopen(&mut self, quote: usize) -> bool {
        let line_end = quote + memchr::memchr(b'\n', &self.text.as_bytes()[quote..]).unwrap_or(self.text.len() - quote);
        let again = self.lexer.at.max(line_end) - line_end;
        let last = self.text.cut(quote..line_end).trim_end();
        self.fault(quote, quote + last.len(), "the quote is never closed", "close it on this line");
        if again > self.budget {
            return false;
        }
        self.budget -= again;
        self.lexer.words.retain(|word| word.range.start < quote);
        self.lexer.too_long.retain(|range| range.start < quote);
        let ends = last.trim_end_matches([';', '{', ' ', '\t']);
        let word_end = quote + ends.len().max(1);
        let end = match last.as_bytes().last() {
            Some(b'{') => End::Brace,
            _ => End::Semicolon,
        };
        self.lexer.words.push(Token { range: quote..word_end, quote: None, escaped: false });
        self.lexer.at = line_end;
        if end == End::Brace {
            self.lexer.at = quote + last.len();
        }
        self.flush(end, None);
        true
    }

    fn unfinished(&mut self) {
        self.missing_semicolon();
        self.flush(End::Semicolon, None);
    }

    /// Reports `;` as missing behind the last word.
    fn missing_semicolon(&mut self) {
        let Some(first) = self.lexer.words.first() else { return };
        let name = self.text.cut(first.range.clone()).to_owned();
        let Some(last) = self.lexer.words.last().map(|word| word.range.clone()) else { return };
        let (start, end) = point_after(self.text, last.end);
        self.fault(start, end, missing(&name), "add `;` at the end of the line");
    }

    /// A complete statement: one directive, or several if the lines say that `;` is missing between them.
    fn statement(&mut self, end: End) {
        if end == End::Brace && self.quantifier() {
            return;
        }
        let mut start = 0;
        if let Some(at) = Some(()).filter(|()| end == End::Brace).and_then(|()| self.lost_brace()) {
            let words: Vec<Token> = self.lexer.words[..at].to_vec();
            let name = self.text.cut(words[0].range.clone()).to_owned();
            let last = words[words.len() - 1].range.end;
            let (from, to) = point_after(self.text, last);
            self.fault(from, to, format!("`{{` is missing after `{name}`"), LOST_BRACE);
            let stop = std::mem::replace(&mut self.lexer.at, last + 1);
            self.push(&words, End::Brace, last);
            self.lexer.at = stop;
            start = at;
        }
        while let Some((at, refused)) = self.split(start, end) {
            let words: Vec<Token> = self.lexer.words[start..at].to_vec();
            let name = self.text.cut(words[0].range.clone()).to_owned();
            let last = words[words.len() - 1].range.end;
            let (from, to) = point_after(self.text, last);
            if refused {
                self.fault(from, to, missing(&name), "add `;` at the end of the line");
            } else {
                let next = self.text.cut(self.lexer.words[at].range.clone()).to_owned();
                let fault = Fault::new(
                    self.span(from, to),
                    format!(
                        "`;` is missing after `{name}`: nginx takes `{next}` on the next line for another value of it"
                    ),
                );
                self.file.swallowed.push(fault.help("add `;` at the end of the line"));
            }
            let stop = self.lexer.at;
            self.push(&words, End::Semicolon, last);
            self.lexer.at = stop;
            start = at;
        }
        self.lexer.words.drain(..start);
        self.flush(end, Some(self.lexer.at));
    }

    /// `location ~ ^/[0-9]{3}$ {`: the brace of an expression without quotes, which nginx takes for a block. Reports it
    /// and makes it a part of the word again.
    fn quantifier(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let Some(last) = self.lexer.words.last_mut() else { return false };
        let brace = self.lexer.at - 1;
        let Some(close) = quantifier_end(bytes, brace).filter(|_| last.range.end == brace && last.quote.is_none())
        else {
            return false;
        };
        let reported = last.range.start;
        let mut end = close;
        while let Some(&byte) = bytes.get(end) {
            match byte {
                b'{' => match quantifier_end(bytes, end) {
                    Some(close) => end = close,
                    None => break,
                },
                b' ' | b'\t' | b'\r' | b'\n' | b';' => break,
                b'\\' => end = (end + 2).min(bytes.len()),
                _ => end += 1,
            }
        }
        last.range.end = end;
        last.escaped |= bytes[brace..end].contains(&b'\\');
        self.lexer.at = end;
        self.fault(
            reported,
            end,
            "the expression holds `{` and has no quotes: nginx takes the brace for the start of a block",
            "put the whole expression in double quotes",
        );
        true
    }

    /// Where the first directive of a block starts that has no `{`, if that is a block, too: its brace ends a statement that
    /// nginx refuses.
    fn lost_brace(&self) -> Option<usize> {
        let words = &self.lexer.words;
        let (first, column) = (words.first()?, column_if_first(self.text, words.first()?.range.start)?);
        let own = table::lookup(self.text.cut(first.range.clone()));
        let takes = |entries: &[table::Entry], count: usize| entries.iter().any(|one| one.block && one.takes(count));
        if own.is_empty() || takes(own, words.len() - 1) {
            return None;
        }
        (1..words.len()).find(|&at| {
            let word = &words[at];
            let deeper = || column_if_first(self.text, word.range.start).is_some_and(|here| here > column);
            let inner = || table::lookup(self.text.cut(word.range.clone()));
            word.quote.is_none() && deeper() && takes(own, at - 1) && takes(inner(), words.len() - at - 1)
        })
    }

    /// Where a new directive starts among the words from `start`, and whether nginx refuses the words as one directive.
    /// The sign: a bare known name, first on its line, not further right than the directive, with fitting arguments.
    fn split(&self, start: usize, end: End) -> Option<(usize, bool)> {
        let words = &self.lexer.words[start..];
        let [first, .., last] = words else { return None };
        if !self.text.as_bytes()[first.range.end..last.range.start].contains(&b'\n') {
            return None;
        }
        let column = column_if_first(self.text, first.range.start)?;
        let own = table::lookup(self.text.cut(first.range.clone()));
        let block = end == End::Brace;
        for (offset, word) in words.iter().enumerate().skip(1) {
            if word.quote.is_some() {
                continue;
            }
            let Some(here) = column_if_first(self.text, word.range.start) else { continue };
            let entries = table::lookup(self.text.cut(word.range.clone()));
            let rest = words.len() - offset - 1;
            // The rest may itself lack a `;` further on, so it may be longer than one directive.
            let more = words[offset + 1..].iter().any(|word| column_if_first(self.text, word.range.start).is_some());
            let fits = |entry: &&table::Entry| {
                (entry.takes(rest) && entry.block == block || more)
                    && (own.is_empty() || own.iter().any(|one| one.meets(entry)))
            };
            if here <= column && entries.iter().any(|entry| fits(&entry)) {
                let together = words.len() - 1;
                let refused = !own.iter().any(|one| one.block == block && one.takes(together) && takes_any(one));
                return Some((start + offset, refused));
            }
        }
        None
    }

    /// Makes a directive of the lexer's words.
    fn flush(&mut self, end: End, stop: Option<usize>) {
        let words = std::mem::take(&mut self.lexer.words);
        if let Some(last) = words.last() {
            let stop = stop.unwrap_or(last.range.end);
            self.push(&words, end, stop);
        }
        self.lexer.words = words;
        self.lexer.words.clear();
    }

    fn push(&mut self, words: &[Token], end: End, stop: usize) {
        let word = |token: &Token| {
            let value = decode(self.text, token);
            Word {
                span: Span::new(self.source.id, token.range.start, token.range.end),
                quote: token.quote,
                placeholder: self.signs.fit(&value),
                variables: value.contains('$'),
                value,
            }
        };
        let Some((first, rest)) = words.split_first() else { return };
        let index = self.file.directives.len() as u32;
        let name = word(first);
        let mut directive = Directive {
            span: self.span(first.range.start, stop),
            id: Id::of(&name.value),
            name,
            args: rest.iter().map(word).collect(),
            block: None,
            parent: self.open.last().copied().flatten(),
            end: index + 1,
        };
        if end == End::Brace {
            let brace = self.lexer.at.saturating_sub(1);
            let raw = directive.name.value.ends_with("_by_lua_block");
            let mut block = Block { span: self.span(brace, self.text.len()), raw };
            if raw {
                let after = lua::block_end(self.text.as_bytes(), self.lexer.at);
                let close = after.map_or(self.text.len(), |close| close + 1);
                if after.is_none() {
                    let name = directive.name.span.range();
                    self.fault(name.start, name.end, "the block is never closed", "add the missing `}`");
                    self.file.unbalanced = true;
                }
                self.lexer.at = close;
                block.span = self.span(brace, close);
                directive.span = self.span(first.range.start, close);
            } else if self.open.len() < DEEPEST {
                self.open.push(Some(index));
            } else {
                self.open.push(None);
            }
            directive.block = Some(block);
        }
        self.file.directives.push(directive);
    }

    /// `}`: ends the innermost block. `after` is one past the brace.
    fn close(&mut self, after: usize) {
        match self.open.pop() {
            Some(Some(index)) => {
                let count = self.file.directives.len() as u32;
                let Some(directive) = self.file.directives.get_mut(index as usize) else { return };
                directive.end = count;
                directive.span = Span::new(self.source.id, directive.span.start as usize, after);
                if let Some(block) = &mut directive.block {
                    block.span = Span::new(self.source.id, block.span.start as usize, after);
                }
                let start = directive.span.start as usize;
                let own_line = column_if_first(self.text, start);
                let brace = column_if_first(self.text, after - 1);
                if self.suspect.is_none()
                    && own_line.zip(brace).is_some_and(|(name, brace)| brace < name)
                    && self.text.cut(start..after).contains('\n')
                {
                    self.suspect = Some(index);
                }
                let apart = own_line.is_some() && own_line != brace && self.text.cut(start..after).contains('\n');
                self.odd = self.odd.or(Some(after - 1).filter(|_| apart));
            }
            Some(None) => {}
            None => {
                self.file.unbalanced = true;
                self.stray.push(after - 1);
            }
        }
    }

    /// Reports braces that close nothing: where a block has lost its `{`, else where a brace closes the wrong block.
    fn strays(&mut self) {
        let stray = std::mem::take(&mut self.stray);
        let mut left = stray.len();
        let headless: Vec<(usize, usize, String)> = self.headless().take(left).collect();
        for (start, end, name) in headless {
            left -= 1;
            self.fault(start, end, format!("`{{` is missing after `{name}`"), LOST_BRACE);
        }
        let first = stray.first().copied().unwrap_or_default();
        let odd = self.odd.filter(|odd| left == 1 && *odd < first);
        let deeper = Some(()).filter(|()| left == 1).and_then(|()| self.deeper(odd.unwrap_or(first)));
        match odd {
            _ if deeper.is_some() => {
                let Some((directive, block)) = deeper else { return };
                let early = block.filter(|_| odd.is_none());
                let (start, end, message) = match early.and_then(|block| self.file.directives.get(block as usize)) {
                    Some(block) => {
                        let end = block.span.range().end;
                        let line = self.source.position(block.span.start).line;
                        let name = &block.name.value;
                        let message = format!(
                            "one `}}` is too many: this one ends `{name}` of line {line}, and what follows is written as a part of it"
                        );
                        (end - 1, end, message)
                    }
                    None => {
                        let name = self.file.directives[directive as usize].name.span.range();
                        let message = "one `}` is too many: the line that opens a block around this is missing";
                        (name.start, name.end, message.to_owned())
                    }
                };
                self.fault(start, end, message, "remove the `}`, or add the line that is missing");
            }
            Some(odd) => {
                let message = "one `}` is too many, and this one does not stand where a block ends";
                self.fault(odd, odd + 1, message, "remove it, or add the `{` that is missing above");
            }
            None => {
                for at in stray.into_iter().rev().take(left) {
                    let help = "remove it, or add the `{` that is missing above";
                    self.fault(at, at + 1, "`}` closes nothing", help);
                }
            }
        }
    }

    /// The first directive before a place that stands further right than the one before it in its block, which is given, too, if
    /// it has a block of its own that ends on a line for itself.
    fn deeper(&self, before: usize) -> Option<(u32, Option<u32>)> {
        let mut last: HashMap<Option<u32>, u32> = HashMap::new();
        for (index, directive) in (0u32..).zip(&self.file.directives) {
            let start = directive.span.range().start;
            if start >= before {
                break;
            }
            let Some(column) = column_if_first(self.text, start) else { continue };
            let sibling = last.insert(directive.parent, index);
            let known = sibling.and_then(|at| self.file.directives.get(at as usize));
            let own = known.map(|known| column_if_first(self.text, known.span.range().start).unwrap_or(column));
            let expected = own.or(Some(0).filter(|_| directive.parent.is_none()));
            if expected.is_some_and(|expected| column > expected) {
                let ends = |at: &u32| {
                    let sibling = self.file.directives.get(*at as usize)?;
                    sibling.block?;
                    column_if_first(self.text, sibling.span.range().end.checked_sub(1)?)
                };
                return Some((index, sibling.filter(|at| ends(at).is_some())));
            }
        }
        None
    }

    /// Blocks without `{`: nginx takes the lines below for more words.
    fn headless(&self) -> impl Iterator<Item = (usize, usize, String)> {
        self.file.directives.iter().filter(|directive| directive.block.is_none()).filter_map(|directive| {
            let entries = directive.id.entries();
            let parent = directive.parent.and_then(|parent| self.file.directives.get(parent as usize));
            // A server of an upstream is a line.
            let line = directive.is("server") && parent.is_some_and(|parent| parent.is("upstream"));
            let block = !entries.is_empty() && entries.iter().any(|entry| entry.block) && !line;
            let only = block && (directive.is("server") || entries.iter().all(|entry| entry.block));
            let range = directive.words().range();
            let text = self.text.cut(range.clone());
            let first = text.split_once('\n').filter(|_| only)?.0.trim_end();
            let (start, end) = point_after(self.text, range.start + first.len());
            Some((start, end, directive.name.value.to_string()))
        })
    }

    /// The last sign before the line with which a block ends, judged by how far its lines are indented.
    fn where_it_ends(&self, opened: usize) -> (usize, usize) {
        let column = column_if_first(self.text, opened);
        let mut at = opened + self.text.cut(opened..).find('\n').map_or(self.text.len() - opened, |end| end + 1);
        let first = at;
        for line in self.text.cut(at..).split_inclusive('\n') {
            let body = line.trim_start();
            let own = line.len() - body.len();
            if !body.is_empty() && !body.starts_with('#') && column.is_some_and(|column| own <= column) {
                break;
            }
            at += line.len();
        }
        if column.is_none() || at == first {
            let word = self.text.cut(opened..).split(|c: char| c.is_whitespace() || matches!(c, ';' | '{')).next();
            return (opened, opened + word.map_or(0, str::len));
        }
        let end = at - usize::from(self.text.cut(..at).ends_with('\n'));
        let end = end - usize::from(self.text.cut(..end).ends_with('\r'));
        if self.text.cut(..end).ends_with('\n') { (end, at) } else { point_after(self.text, end) }
    }

    fn finish(mut self) -> File {
        let count = self.file.directives.len() as u32;
        let unclosed: Vec<u32> = self.open.iter().copied().flatten().collect();
        for index in &unclosed {
            if let Some(directive) = self.file.directives.get_mut(*index as usize) {
                directive.end = count;
                directive.span = Span::new(self.source.id, directive.span.start as usize, self.text.len());
            }
        }
        if !self.open.is_empty() {
            self.file.unbalanced = true;
            let blamed = self.suspect.or(unclosed.last().copied());
            if let Some(directive) = blamed.and_then(|index| self.file.directives.get(index as usize)) {
                let name = directive.name.value.to_string();
                let opened = directive.span.start as usize;
                let line = self.source.position(directive.span.start).line;
                let message = if unclosed.len() > 1 {
                    format!(
                        "`{name}` of line {line} is not closed: {} closing braces are missing in this file",
                        self.open.len()
                    )
                } else {
                    format!("`{name}` of line {line} is not closed: `}}` is missing")
                };
                let (start, end) = self.where_it_ends(opened);
                self.fault(start, end, message, "add the missing `}` below this line");
            }
        }
        self.strays();
        for range in std::mem::take(&mut self.lexer.too_long) {
            self.fault(
                range.start,
                range.end,
                "the word or comment does not fit into the 4096 bytes nginx reads at once",
                "make it shorter, or break it into several",
            );
        }
        self.file.comments = self.lexer.comments.iter().map(|c| Span::new(self.source.id, c.start, c.end)).collect();
        // A second reading may have passed the same comments and troubles again.
        self.file.comments.sort();
        self.file.comments.dedup();
        self.drafts.sort_by_key(|(start, _)| *start);
        self.drafts.dedup();
        if self.file.template.is_none() {
            self.file.faults = self.drafts.into_iter().map(|(_, fault)| fault).collect();
        } else {
            self.file.swallowed.clear();
        }
        self.file
    }
}

/// Whether nginx takes any further word for this directive without looking at it closely.
fn takes_any(entry: &table::Entry) -> bool {
    matches!(
        entry.setter,
        "http_core_server_name"
            | "http_index_set_index"
            | "str_array_slot"
            | "http_types_slot"
            | "set_env"
            | "http_log_set_format"
            | "stream_log_set_format"
            | "http_set_predicate_slot"
            | "http_valid_referers"
            | "http_gzip_disable"
    ) || matches!(entry.name, "log_format" | "try_files")
        || entry.name == "return"
}

/// One past `{3}`, `{2,}` or `{2,4}` at `brace`.
fn quantifier_end(bytes: &[u8], brace: usize) -> Option<usize> {
    let inside = bytes.get(brace + 1..)?;
    let length = inside.iter().take(12).take_while(|b| b.is_ascii_digit() || **b == b',').count();
    (inside.first()?.is_ascii_digit() && inside.get(length) == Some(&b'}')).then_some(brace + length + 2)
}

fn missing(name: &str) -> String {
    let plain = name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain { format!("`;` is missing after `{name}`") } else { "`;` is missing at the end of the line".into() }
}

/// The last character before `end`: where something is missing behind it.
fn point_after(text: &str, end: usize) -> (usize, usize) {
    let start = text.cut(..end).char_indices().next_back().map_or(end, |(at, _)| at);
    (start, end)
}

/// The column of a byte, from 0, if only white space stands before it on its line. Looks back a bounded way.
fn column_if_first(text: &str, at: usize) -> Option<usize> {
    let before = &text.as_bytes()[at.saturating_sub(500)..at];
    let blank = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let line_start = blank == at || before.len() > blank && before[before.len() - blank - 1] == b'\n';
    line_start.then_some(blank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> (File, Source) {
        let source = Source::new(FileId(0), "nginx.conf", text.as_bytes().to_vec());
        (parse(&source), source)
    }

    fn faults(text: &str) -> Vec<String> {
        let (file, source) = read(text);
        let show = |fault: &Fault| {
            let at = source.position(fault.span.start);
            format!("{}:{} {}", at.line, at.column, fault.message)
        };
        file.faults.iter().map(show).collect()
    }

    #[test]
    fn a_tree_with_places() {
        let (file, source) = read("http {\n  server {\n    listen 80; # web\n  }\n}\n");
        assert!(file.faults.is_empty());
        let names: Vec<&str> = file.directives.iter().map(|d| &*d.name.value).collect();
        assert_eq!(names, ["http", "server", "listen"]);
        assert_eq!(file.top().count(), 1);
        assert_eq!(file.children(1).map(|(index, _)| index).collect::<Vec<_>>(), [2]);
        assert_eq!(&source.text()[file.directives[2].span.range()], "listen 80;");
        assert_eq!(&source.text()[file.comments[0].range()], "# web");
        assert!(source.text()[file.directives[0].span.range()].ends_with("  }\n}"));
    }

    #[test]
    fn a_missing_semicolon_is_reported_where_it_is_missing() {
        assert_eq!(faults("listen 80\nserver_name a;\nroot /a;\n"), ["1:9 `;` is missing after `listen`"]);
        assert_eq!(faults("server {\n  listen 80\n}\n"), ["2:11 `;` is missing after `listen`"]);
        assert_eq!(faults("gzip on"), ["1:7 `;` is missing after `gzip`"]);
        let (file, _) = read("server_name a.example\nroot /a;\n");
        assert!(file.faults.is_empty());
        assert_eq!(file.swallowed.len(), 1);
        assert_eq!(file.directives.len(), 2);
    }

    #[test]
    fn values_on_the_next_line_are_values() {
        for text in
            ["proxy_next_upstream error\ntimeout\nhttp_502;", "log_format a '$host'\n  '$uri';", "index\n  root;"]
        {
            let (file, _) = read(text);
            assert!(file.faults.is_empty() && file.swallowed.is_empty() && file.directives.len() == 1, "{text}");
        }
    }

    #[test]
    fn reading_goes_on_after_errors() {
        let (file, _) = read("a \"x\nlisten 80;\nb 'y';\n;\nc \"a\"b;\nd;\n");
        let names: Vec<&str> = file.directives.iter().map(|d| &*d.name.value).collect();
        assert_eq!(names, ["a", "listen", "b", "c", "d"]);
        assert_eq!(file.faults.len(), 3);
    }

    #[test]
    fn braces_that_do_not_match() {
        assert_eq!(faults("server {\n  listen 80;\n"), ["2:12 `server` of line 1 is not closed: `}` is missing"]);
        assert_eq!(
            faults("http {\n  server {\n    location / {\n  }\n}\n"),
            ["3:5 `location` of line 3 is not closed: `}` is missing"]
        );
        assert_eq!(
            faults("server {\n  location /a {\n    root x;\n  location /b {\n  }\n}\n"),
            ["3:11 `location` of line 2 is not closed: `}` is missing"]
        );
        assert_eq!(faults("server {\n  location /a\n    root x;\n  }\n}\n"), ["2:13 `{` is missing after `location`"]);
        assert_eq!(
            faults("server {\n  location /a {\n    root x;\n  }\n  }\n  listen 80;\n}\n"),
            ["5:3 one `}` is too many, and this one does not stand where a block ends"]
        );
        assert_eq!(faults("listen 80; }\n"), ["1:12 `}` closes nothing"]);
        let headless = "server {\n  location /a\n    limit_except GET {\n      deny all;\n    }\n  }\n}\n";
        assert_eq!(faults(headless), ["2:13 `{` is missing after `location`"]);
    }

    #[test]
    fn an_expression_with_a_brace_needs_quotes() {
        let text = "location ~ ^/[0-9]{3}/[a-z]{2,4}$ {\n  return 200;\n}\nlocation ~ \"^/a{3}$\" {}\n";
        assert_eq!(faults(text).len(), 1);
        let (file, _) = read(text);
        assert_eq!(file.directives[0].arg(1), Some("^/[0-9]{3}/[a-z]{2,4}$"));
        assert_eq!(file.top().count(), 2);
    }

    #[test]
    fn lua_is_not_nginx() {
        let (file, _) = read("content_by_lua_block { local t = {a = \"}\"} -- it's }\n }\nlisten 80;");
        assert!(file.faults.is_empty());
        assert_eq!(file.directives.len(), 2);
    }

    #[test]
    fn deep_nesting_and_long_lines_are_fine() {
        let (file, _) = read(&"a {".repeat(50_000));
        assert_eq!(file.directives.len(), 50_000);
        let (file, _) = read(&format!("a {};", "b ".repeat(100_000)));
        assert_eq!(file.directives[0].args.len(), 100_000);
        let (file, _) = read(&"a \"\n".repeat(50_000));
        assert!(!file.faults.is_empty());
    }

    #[test]
    fn templates_have_no_syntax_errors() {
        assert!(faults("{% for s in sites %}\nserver { listen {{ s }} }\n{% endfor %}\n}").is_empty());
    }
}
