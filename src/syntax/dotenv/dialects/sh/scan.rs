//! Where quotes, substitutions and words end.

use crate::source::Cut;
use std::cell::Cell;

use super::Kind;

/// Nesting of substitutions.
const DEEPEST: usize = 60;

/// A place that makes the shell stop reading: an unclosed quote, an operator where a word should be.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Broken(pub(super) usize);

/// How many steps are left for reading `$((` as arithmetic. What turns out to be something else is read again as commands,
/// and so is each `$((` in it: without an end to this, sixty of them would be read for ever.
pub(super) struct Effort(Cell<usize>);

impl Effort {
    /// Enough for every text that is meant.
    pub(super) fn on(text: &str) -> Self {
        Effort(Cell::new(4 * text.len() + (1 << 20)))
    }

    fn spent(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left == 0
    }
}

/// Finds ends in a text.
#[derive(Copy, Clone)]
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    pub(super) depth: usize,
    effort: &'a Effort,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str, kind: Kind, effort: &'a Effort) -> Self {
        Scan { text, kind, depth: 0, effort }
    }

    pub(super) fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn starts(&self, at: usize, text: &str) -> bool {
        self.text.as_bytes()[at.min(self.text.len())..].starts_with(text.as_bytes())
    }

    fn deeper(&self, at: usize) -> Result<Scan<'a>, Broken> {
        if self.depth >= DEEPEST { Err(Broken(at)) } else { Ok(Scan { depth: self.depth + 1, ..*self }) }
    }

    /// Behind the character that follows a backslash at `at`.
    pub(super) fn escaped(&self, at: usize) -> usize {
        at + 1 + self.text.cut(at + 1..).chars().next().map_or(0, char::len_utf8)
    }

    /// Behind the closing quote of a `'...'` whose opening quote is at `at`.
    pub(super) fn single(&self, at: usize) -> Result<usize, Broken> {
        memchr::memchr(b'\'', &self.text.as_bytes()[at + 1..]).map(|i| at + i + 2).ok_or(Broken(at))
    }

    /// Behind `$'...'`, with the quote at `at`.
    pub(super) fn ansi(&self, at: usize) -> Result<usize, Broken> {
        self.until(
            at + 1,
            at,
            |scan, from| match scan.byte(from) {
                b'\\' => Ok(Some(scan.escaped(from))),
                _ => Ok(None),
            },
            b'\'',
        )
    }

    /// Behind `"..."`, with the opening quote at `at`.
    pub(super) fn double(&self, at: usize) -> Result<usize, Broken> {
        let scan = self.deeper(at)?;
        scan.until(
            at + 1,
            at,
            |scan, from| match scan.byte(from) {
                b'\\' => Ok(Some(scan.escaped(from))),
                b'`' => scan.backquote(from).map(Some),
                b'$' => scan.dollar(from, true),
                _ => Ok(None),
            },
            b'"',
        )
    }

    /// Behind `` `...` ``.
    pub(super) fn backquote(&self, at: usize) -> Result<usize, Broken> {
        let end =
            self.until(at + 1, at, |scan, from| Ok((scan.byte(from) == b'\\').then(|| scan.escaped(from))), b'`')?;
        if self.kind == Kind::Dash {
            // dash reads the commands in there at once, bash when it runs them.
            let body = self.text.cut(at + 1..end - 1).replace("\\\\", "\\").replace("\\`", "`").replace("\\$", "$");
            let mut parser = super::parse::Parser::at(Scan { text: &body, ..self.deeper(at)? }, 0);
            while parser.line().map_err(|_| Broken(at))?.is_some() {}
        }
        Ok(end)
    }

    /// Goes on from `from` until `close` stands outside of what `skip` steps over.
    fn until(
        &self,
        mut from: usize,
        open: usize,
        skip: impl Fn(&Self, usize) -> Result<Option<usize>, Broken>,
        close: u8,
    ) -> Result<usize, Broken> {
        while from < self.text.len() {
            if self.byte(from) == close {
                return Ok(from + 1);
            }
            from = skip(self, from)?.unwrap_or(from + 1);
        }
        Err(Broken(open))
    }

    /// Behind the substitution that a `$` at `at` starts; `None` for `$NAME` and a lone `$`.
    pub(super) fn dollar(&self, at: usize, quoted: bool) -> Result<Option<usize>, Broken> {
        match self.byte(at + 1) {
            b'{' => self.brace(at, quoted).map(Some),
            b'(' if self.byte(at + 2) == b'(' => match self.arithmetic(at + 3) {
                Some(end) => Ok(Some(end)),
                None => self.command(at + 2).map(Some),
            },
            b'(' => self.command(at + 2).map(Some),
            b'[' if self.kind == Kind::Bash => {
                self.until(at + 2, at, |scan, from| scan.inner(from, quoted), b']').map(Some)
            }
            b'\'' if self.kind == Kind::Bash && !quoted => self.ansi(at + 1).map(Some),
            b'"' if self.kind == Kind::Bash && !quoted => self.double(at + 1).map(Some),
            _ => Ok(None),
        }
    }

    /// Behind `${...}` with its `$` at `at`.
    pub(super) fn brace(&self, at: usize, quoted: bool) -> Result<usize, Broken> {
        let scan = self.deeper(at)?;
        // In double quotes a `'` is plain text, except in a pattern.
        let name =
            scan.text.cut(at + 2..).trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_!@*".contains(c));
        let pattern = name.starts_with(['#', '%', '/', '^', ',']);
        let plain = quoted && !pattern;
        scan.until(at + 2, at, move |scan, from| scan.inner(from, plain), b'}')
    }

    /// Behind a quote or substitution at `from`, inside of another one.
    fn inner(&self, from: usize, quoted: bool) -> Result<Option<usize>, Broken> {
        match self.byte(from) {
            b'\\' => Ok(Some(self.escaped(from))),
            b'\'' if !quoted => self.single(from).map(Some),
            b'"' => self.double(from).map(Some),
            b'`' => self.backquote(from).map(Some),
            b'$' => self.dollar(from, quoted),
            _ => Ok(None),
        }
    }

    /// Behind `((...))`, from behind its first two parentheses.
    pub(super) fn arithmetic(&self, mut from: usize) -> Option<usize> {
        let scan = self.deeper(from).ok()?;
        let mut open = 0;
        while from < scan.text.len() && !self.effort.spent() {
            match scan.byte(from) {
                b'(' => open += 1,
                b')' if open > 0 => open -= 1,
                b')' => return (scan.byte(from + 1) == b')').then_some(from + 2),
                _ => {
                    from = scan.inner(from, true).ok()?.unwrap_or(from + 1);
                    continue;
                }
            }
            from += 1;
        }
        None
    }

    /// Behind the parenthesis that closes the commands at `from`.
    pub(super) fn command(&self, from: usize) -> Result<usize, Broken> {
        let scan = self.deeper(from)?;
        super::parse::Parser::at(scan, from).substitution()
    }

    /// Behind the word at `at`; `at` itself if there is none.
    pub(super) fn word(&self, at: usize) -> Result<usize, Broken> {
        let mut from = at;
        while from < self.text.len() {
            from = match self.byte(from) {
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' => break,
                b'<' | b'>' if self.kind == Kind::Bash && self.byte(from + 1) == b'(' => self.command(from + 2)?,
                b'<' | b'>' => break,
                b'\\' => self.escaped(from),
                b'\'' => self.single(from)?,
                b'"' => self.double(from)?,
                b'`' => self.backquote(from)?,
                b'$' => self.dollar(from, false)?.unwrap_or(from + 1),
                _ => from + 1,
            };
        }
        Ok(from)
    }
}
