//! What the shell puts in the place of a word.

use std::ops::Range;

use super::parse::{Body, Parser};
use super::pattern::{self, Part};
use super::scan::{Effort, Scan};
use super::{Halt, Kind, Shell, Slot};
use crate::cut::name_length;
use crate::source::{Cut, Span};
use crate::syntax::dotenv::Decoded;
use crate::syntax::dotenv::dialects::{command, sh::arithmetic};

/// Characters of a value and of a pattern that are compared, multiplied.
const MOST: usize = 1 << 20;

/// A part of an expanded word.
pub(super) struct Chunk {
    text: Decoded,
    quoted: bool,
    /// What was put in: without quotes it is split at blanks.
    expanded: bool,
    unknown: Option<Span>,
}

/// How a text is read.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) struct Mode {
    /// Inside of double quotes.
    quoted: bool,
    /// Inside of `${...}`.
    braced: bool,
    /// `~` counts behind every `:`.
    colons: bool,
}

/// A word behind a command.
pub(super) const WORD: Mode = Mode { quoted: false, braced: false, colons: false };
/// The value of an assignment.
pub(super) const VALUE: Mode = Mode { quoted: false, braced: false, colons: true };
const QUOTED: Mode = Mode { quoted: true, braced: false, colons: false };

/// What a name stands for, and whether it may be split.
enum Found {
    Text(Decoded),
    Unset,
    Unknown,
}

impl Shell<'_> {
    /// A word as one text.
    pub(super) fn joined(&mut self, text: &Decoded, range: Range<usize>, mode: Mode) -> Result<Slot, Halt> {
        let mut chunks = Vec::new();
        self.chunks(text, range, mode, &mut chunks)?;
        Ok(join(&chunks))
    }

    /// A word as the words it becomes.
    pub(super) fn fields(&mut self, text: &Decoded, range: Range<usize>) -> Result<Vec<Slot>, Halt> {
        let mut chunks = Vec::new();
        self.chunks(text, range, WORD, &mut chunks)?;
        let mut fields = Vec::new();
        let mut current: Option<Vec<Chunk>> = None;
        for chunk in chunks {
            if chunk.quoted || !chunk.expanded || chunk.unknown.is_some() {
                current.get_or_insert_default().push(chunk);
                continue;
            }
            let mut from = 0;
            let blank = |c: char| matches!(c, ' ' | '\t' | '\n');
            for part in chunk.text.as_str().split_inclusive(blank) {
                let word = part.trim_end_matches(blank);
                if !word.is_empty() {
                    let text = chunk.text.slice(from..from + word.len());
                    current.get_or_insert_default().push(Chunk { text, quoted: false, expanded: true, unknown: None });
                }
                if word.len() < part.len() {
                    fields.extend(current.take().map(|chunks| join(&chunks)));
                }
                from += part.len();
            }
        }
        fields.extend(current.map(|chunks| join(&chunks)));
        Ok(fields)
    }

    /// A word as a pattern.
    pub(super) fn pattern(&mut self, text: &Decoded, range: Range<usize>) -> Result<Option<Vec<Part>>, Halt> {
        let mut chunks = Vec::new();
        self.chunks(text, range, Mode { braced: true, ..WORD }, &mut chunks)?;
        if chunks.iter().any(|chunk| chunk.unknown.is_some()) {
            return Ok(None);
        }
        let chars: Vec<(char, bool)> =
            chunks.iter().flat_map(|chunk| chunk.text.as_str().chars().map(|c| (c, chunk.quoted))).collect();
        Ok(Some(pattern::compile(&chars)))
    }

    pub(super) fn place(&self, text: &Decoded, range: Range<usize>) -> Span {
        let place = text.origin(range);
        Span::new(self.file, place.start, place.end)
    }

    fn chunks(&mut self, text: &Decoded, range: Range<usize>, mode: Mode, out: &mut Vec<Chunk>) -> Result<(), Halt> {
        self.depth += 1;
        if self.depth > 100 {
            self.fault(self.place(text, range), "nested too deep to be read");
            return Err(Halt::Stop);
        }
        let done = self.chunks_inside(text, range, mode, out);
        self.depth -= 1;
        done
    }

    fn chunks_inside(
        &mut self,
        text: &Decoded,
        range: Range<usize>,
        mode: Mode,
        out: &mut Vec<Chunk>,
    ) -> Result<(), Halt> {
        let all = text.as_str().cut(..range.end);
        let effort = Effort::on(all);
        let scan = Scan::new(all, self.kind, &effort);
        let quoted = mode.quoted;
        let plain = |out: &mut Vec<Chunk>, range: Range<usize>, quoted: bool, expanded: bool| {
            out.push(Chunk { text: text.slice(range), quoted, expanded, unknown: None });
        };
        let mut at = range.start;
        if !quoted {
            at = self.tilde(text, at..range.end, mode, out);
        }
        while at < range.end {
            let next = scan.byte(at + 1);
            let end_of_ansi = |end: usize| end.min(range.end);
            at = match scan.byte(at) {
                b'\\' if next == b'\n' && at + 1 < range.end => at + 2,
                b'\\' if at + 1 >= range.end => {
                    plain(out, at..at + 1, quoted, false);
                    at + 1
                }
                b'\\' if quoted && !(matches!(next, b'$' | b'`' | b'"' | b'\\') || mode.braced && next == b'}') => {
                    plain(out, at..at + 1, true, false);
                    at + 1
                }
                b'\\' => {
                    let end = scan.escaped(at);
                    plain(out, at + 1..end, true, false);
                    end
                }
                b'\'' if !quoted => {
                    let end = scan.single(at).unwrap_or(range.end + 1);
                    plain(out, at + 1..end - 1, true, false);
                    end
                }
                b'"' if !quoted || mode.braced => {
                    let end = scan.double(at).unwrap_or(range.end + 1);
                    if end == at + 2 {
                        plain(out, at..at, true, false);
                    }
                    self.chunks(text, at + 1..end - 1, QUOTED, out)?;
                    end
                }
                b'`' => {
                    let end = scan.backquote(at).unwrap_or(range.end + 1);
                    let body = unescaped(&text.slice(at + 1..end - 1), quoted);
                    let place = self.place(text, at..end.min(range.end));
                    self.output(&body, place, quoted, out)?;
                    end
                }
                b'$' if next == b'\'' && !quoted && self.kind == Kind::Bash => {
                    let end = scan.ansi(at + 1).unwrap_or(range.end + 1);
                    out.push(Chunk { text: ansi(text, at + 2..end - 1), quoted: true, expanded: false, unknown: None });
                    end_of_ansi(end)
                }
                b'$' if next == b'"' && !quoted && self.kind == Kind::Bash => at + 1,
                b'$' => self.dollar(text, &scan, at..range.end, mode, out)?,
                b'<' | b'>' if !quoted && next == b'(' && self.kind == Kind::Bash => {
                    let end = scan.command(at + 2).unwrap_or(range.end);
                    let span = self.place(text, at..end);
                    out.push(unknown(span, true));
                    end
                }
                _ => {
                    let rest = &all.as_bytes()[at..];
                    let special = |b: &u8| {
                        matches!(b, b'\\' | b'\'' | b'"' | b'`' | b'$' | b'<' | b'>') || mode.colons && *b == b':'
                    };
                    let length = rest[1..].iter().position(special).map_or(rest.len(), |i| i + 1);
                    plain(out, at..at + length, quoted, mode.braced && !quoted);
                    let end = at + length;
                    if mode.colons && scan.byte(end) == b':' {
                        plain(out, end..end + 1, quoted, false);
                        self.tilde(text, end + 1..range.end, mode, out)
                    } else {
                        end
                    }
                }
            };
        }
        Ok(())
    }

    /// Behind the `~` at the start of the range, if it stands for a directory.
    fn tilde(&mut self, text: &Decoded, range: Range<usize>, mode: Mode, out: &mut Vec<Chunk>) -> usize {
        let rest = text.as_str().cut(range.clone());
        let Some(name) = rest.strip_prefix('~') else { return range.start };
        let end = name.find(|c: char| c == '/' || mode.colons && c == ':').unwrap_or(name.len());
        let place = range.start..range.start + 1 + end;
        let span = self.place(text, place.clone());
        let found = match name.cut(..end) {
            "" => match self.lookup("HOME") {
                Found::Text(home) => Some(Chunk { text: home, quoted: true, expanded: true, unknown: None }),
                Found::Unset if self.kind == Kind::Dash => None,
                // bash asks for the directory of the account.
                Found::Unset | Found::Unknown => Some(unknown(span, true)),
            },
            "root" => Some(unknown(span, true)),
            "+" if self.kind == Kind::Bash => Some(unknown(span, true)),
            _ => None,
        };
        match found {
            Some(chunk) => {
                out.push(chunk);
                place.end
            }
            None => range.start,
        }
    }

    /// Puts in what the `$` at the start of the range refers to; the place behind it.
    fn dollar(
        &mut self,
        text: &Decoded,
        scan: &Scan<'_>,
        range: Range<usize>,
        mode: Mode,
        out: &mut Vec<Chunk>,
    ) -> Result<usize, Halt> {
        let at = range.start;
        let next = scan.byte(at + 1);
        let end = match next {
            b'{' => {
                let end = scan.brace(at, mode.quoted).unwrap_or(range.end + 1);
                self.braced(text, at..end.min(range.end), end - 1, mode, out)?;
                end
            }
            b'(' | b'[' => {
                let arithmetic = if scan.starts(at, "$((") { scan.arithmetic(at + 3) } else { None };
                let Ok(Some(end)) = scan.dollar(at, mode.quoted) else {
                    out.push(Chunk {
                        text: text.slice(at..at + 1),
                        quoted: mode.quoted,
                        expanded: false,
                        unknown: None,
                    });
                    return Ok(at + 1);
                };
                let place = self.place(text, at..end);
                if arithmetic.is_some() || next == b'[' {
                    let (open, close) = if next == b'[' { (2, 1) } else { (3, 2) };
                    let inner = self.joined(text, at + open..end - close, Mode { braced: true, ..QUOTED })?;
                    self.number(inner, text, at..end, mode.quoted, out)?;
                } else {
                    self.output(&text.slice(at + 2..end - 1), place, mode.quoted, out)?;
                }
                end
            }
            _ => {
                let rest = text.as_str().cut(at + 1..range.end);
                let length = match next {
                    b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' if !rest.is_empty() => 1,
                    _ if next.is_ascii_digit() => 0,
                    _ => name_length(rest),
                };
                let chunk = if length == 0 {
                    Chunk { text: text.slice(at..at + 1), quoted: mode.quoted, expanded: false, unknown: None }
                } else {
                    let found = self.lookup(rest.cut(..length));
                    self.put(found, text, at..at + 1 + length, mode.quoted)?
                };
                out.push(chunk);
                at + 1 + length
            }
        };
        Ok(end)
    }

    /// A value in the place of a reference.
    fn put(&mut self, found: Found, text: &Decoded, range: Range<usize>, quoted: bool) -> Result<Chunk, Halt> {
        let place = text.origin(range.clone());
        let span = self.place(text, range);
        let value = match found {
            Found::Unknown => return Ok(unknown(span, quoted)),
            Found::Unset if self.nounset => {
                self.fault(span, "not set, and `set -u` makes that an error; the shell stops here");
                return Err(Halt::Stop);
            }
            Found::Unset => String::new(),
            Found::Text(text) => text.as_str().to_owned(),
        };
        self.spend(value.len(), span)?;
        let mut text = Decoded::default();
        text.push_replaced(&value, place);
        Ok(Chunk { text, quoted, expanded: true, unknown: None })
    }

    fn spend(&mut self, length: usize, span: Span) -> Result<(), Halt> {
        match self.left.checked_sub(length) {
            Some(left) => self.left = left,
            None => {
                self.fault(span, "grows too long to be read");
                return Err(Halt::Stop);
            }
        }
        Ok(())
    }

    fn number(
        &mut self,
        inner: Slot,
        text: &Decoded,
        range: Range<usize>,
        quoted: bool,
        out: &mut Vec<Chunk>,
    ) -> Result<(), Halt> {
        let span = self.place(text, range.clone());
        let result = match inner {
            Slot::Text(inner) => arithmetic::evaluate(inner.as_str(), &mut |name| match self.lookup(name) {
                Found::Text(text) => Ok(text.as_str().to_owned()),
                Found::Unset => Ok(String::new()),
                Found::Unknown => Err(arithmetic::Failure::Unknown),
            }),
            Slot::Unset | Slot::Unknown(_) => Err(arithmetic::Failure::Unknown),
        };
        match result {
            Ok(number) => {
                let mut value = Decoded::default();
                value.push_replaced(&number.to_string(), text.origin(range));
                out.push(Chunk { text: value, quoted, expanded: true, unknown: None });
            }
            Err(arithmetic::Failure::Unknown) => out.push(unknown(span, quoted)),
            Err(arithmetic::Failure::Wrong) => {
                self.fault(span, "no arithmetic; the shell complains and the variable is not set");
                return Err(self.fatal());
            }
        }
        Ok(())
    }

    /// `${...}`: the range holds all of it, `close` is its brace.
    fn braced(
        &mut self,
        text: &Decoded,
        range: Range<usize>,
        close: usize,
        mode: Mode,
        out: &mut Vec<Chunk>,
    ) -> Result<(), Halt> {
        let inner = text.as_str().cut(range.start + 2..close);
        let base = range.start + 2;
        let bash = self.kind == Kind::Bash;
        let span = self.place(text, range.clone());
        let bad = |shell: &mut Self| {
            shell.fault(span, "no reference the shell knows (bad substitution); the variable is not set");
            shell.fatal()
        };
        // `${#NAME}`, `${!NAME}`; `${#}` and `${#-x}` are about the number of arguments.
        let prefix = match inner.as_bytes() {
            [b'#', next, ..] if next.is_ascii_alphanumeric() || matches!(next, b'_' | b'@' | b'*' | b'$' | b'!') => 1,
            [b'#', b'?' | b'-' | b'#'] => 1,
            [b'!', next, ..] if bash && (next.is_ascii_alphanumeric() || *next == b'_') => 1,
            _ => 0,
        };
        let rest = inner.cut(prefix..);
        let length = match rest.bytes().next() {
            Some(b'0'..=b'9') => rest.bytes().take_while(u8::is_ascii_digit).count(),
            Some(c) if c.is_ascii_alphabetic() || c == b'_' => name_length(rest),
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 1,
            _ => return Err(bad(self)),
        };
        let name = rest.cut(..length).to_owned();
        let mut at = prefix + length;
        if bash && inner.cut(at..).starts_with('[') {
            // A part of an array; the first is the variable itself.
            let Some(end) = inner.cut(at..).find(']') else { return Err(bad(self)) };
            if inner.cut(at..at + end) != "[0" {
                out.push(unknown(span, mode.quoted));
                return Ok(());
            }
            at += end + 1;
        }
        let mut found = self.lookup(&name);
        let tail = inner.cut(at..);
        if prefix == 1 && inner.starts_with('#') {
            if !tail.is_empty() {
                return Err(bad(self));
            }
            let chunk = match found {
                Found::Unset if self.nounset => self.put(found, text, range, mode.quoted)?,
                Found::Unset => self.constant("0", text, range, mode.quoted),
                Found::Text(value) => self.constant(&value.as_str().len().to_string(), text, range, mode.quoted),
                Found::Unknown => unknown(span, mode.quoted),
            };
            out.push(chunk);
            return Ok(());
        }
        if prefix == 1 {
            found = match found {
                Found::Text(other) if super::is_name(other.as_str()) || other.as_str().parse::<usize>().is_ok() => {
                    self.lookup(other.as_str())
                }
                Found::Unknown => Found::Unknown,
                Found::Unset | Found::Text(_) => return Err(bad(self)),
            };
        }
        let operators = [":-", ":=", ":?", ":+", "-", "=", "?", "+", "##", "#", "%%", "%"];
        let more = ["//", "/", "^^", "^", ",,", ",", "@", ":"];
        let operator = if tail.is_empty() {
            ""
        } else {
            let more: &[&'static str] = if bash { &more } else { &[] };
            match operators.iter().chain(more).find(|operator| tail.starts_with(**operator)) {
                Some(operator) => *operator,
                None => return Err(bad(self)),
            }
        };
        let word = base + at + operator.len()..close;
        let filled = matches!(&found, Found::Text(text) if !text.as_str().is_empty());
        let there = if operator.starts_with(':') { filled } else { !matches!(found, Found::Unset) };
        let inside = Mode { braced: true, colons: false, ..mode };
        if matches!(found, Found::Unknown) {
            out.push(unknown(span, mode.quoted));
            return Ok(());
        }
        match operator {
            "" | ":-" | "-" | ":=" | "=" | ":?" | "?" if there || operator.is_empty() => {
                let chunk = self.put(found, text, range, mode.quoted)?;
                out.push(chunk);
            }
            ":+" | "+" if !there => out.push(self.constant("", text, range, mode.quoted)),
            ":-" | "-" | ":+" | "+" => self.chunks(text, word, inside, out)?,
            ":=" | "=" => {
                if !super::is_name(&name) {
                    self.fault(span, "cannot be assigned in this way; the variable is not set");
                    return Err(self.fatal());
                }
                let value = self.joined(text, word, inside)?;
                let place = self.place(text, base + prefix..base + prefix + length);
                out.push(chunk_of(&value, mode.quoted));
                self.assign(&name, place, value)?;
            }
            ":?" | "?" => {
                self.joined(text, word, inside)?;
                self.fault(span, "not set, and this reference says that it must be; the shell stops here");
                return Err(Halt::Stop);
            }
            _ => {
                let Found::Text(value) = found else {
                    let chunk = self.put(found, text, range, mode.quoted)?;
                    out.push(chunk);
                    return Ok(());
                };
                let value = value.as_str().to_owned();
                match self.changed(text, &value, operator, word)? {
                    Some(value) => {
                        self.spend(value.len(), span)?;
                        out.push(self.constant(&value, text, range, mode.quoted));
                    }
                    None => out.push(unknown(span, mode.quoted)),
                }
            }
        }
        Ok(())
    }

    fn constant(&self, value: &str, text: &Decoded, range: Range<usize>, quoted: bool) -> Chunk {
        let mut chunk = Decoded::default();
        chunk.push_replaced(value, text.origin(range));
        Chunk { text: chunk, quoted, expanded: true, unknown: None }
    }

    /// What `#`, `%`, `/`, `^`, `,` and `:` make of a value; `None` if that is not known.
    fn changed(
        &mut self,
        text: &Decoded,
        value: &str,
        operator: &str,
        word: Range<usize>,
    ) -> Result<Option<String>, Halt> {
        let bounded = |parts: &[Part], chars: usize| parts.len().saturating_mul(chars + 1) <= MOST;
        let chars: Vec<char> = value.chars().collect();
        let string = |chars: &[char]| chars.iter().collect::<String>();
        match operator {
            "#" | "##" => {
                let Some(parts) = self.pattern(text, word)?.filter(|parts| bounded(parts, chars.len())) else {
                    return Ok(None);
                };
                let matched = pattern::prefixes(&parts, &chars);
                let cut = if operator == "#" {
                    matched.iter().position(|&matched| matched)
                } else {
                    matched.iter().rposition(|&matched| matched)
                };
                Ok(Some(string(&chars[cut.unwrap_or(0)..])))
            }
            "%" | "%%" => {
                let Some(mut parts) = self.pattern(text, word)?.filter(|parts| bounded(parts, chars.len())) else {
                    return Ok(None);
                };
                parts.reverse();
                let backwards: Vec<char> = chars.iter().rev().copied().collect();
                let matched = pattern::prefixes(&parts, &backwards);
                let cut = if operator == "%" {
                    matched.iter().position(|&matched| matched)
                } else {
                    matched.iter().rposition(|&matched| matched)
                };
                Ok(Some(string(&chars[..chars.len() - cut.unwrap_or(0)])))
            }
            "/" | "//" => {
                let effort = Effort::on(text.as_str());
                let scan = Scan::new(text.as_str().cut(..word.end), self.kind, &effort);
                let (from, anchor) = match scan.byte(word.start) {
                    c @ (b'#' | b'%') if operator == "/" && word.start < word.end => (word.start + 1, c),
                    _ => (word.start, 0),
                };
                let mut slash = from;
                while slash < word.end && (scan.byte(slash) != b'/' || slash == from) {
                    slash = match scan.byte(slash) {
                        b'\\' => scan.escaped(slash),
                        b'\'' => scan.single(slash).unwrap_or(word.end),
                        b'"' => scan.double(slash).unwrap_or(word.end),
                        b'$' => scan.dollar(slash, false).ok().flatten().unwrap_or(slash + 1),
                        _ => slash + 1,
                    };
                }
                let slash = slash.min(word.end);
                let Some(parts) = self.pattern(text, from..slash)? else { return Ok(None) };
                let with = self.joined(text, (slash + 1).min(word.end)..word.end, Mode { braced: true, ..WORD })?;
                let Slot::Text(with) = with else { return Ok(None) };
                if !bounded(&parts, chars.len().saturating_mul(chars.len() + 1)) {
                    return Ok(None);
                }
                let mut result = String::new();
                let mut at = 0;
                let mut open = !parts.is_empty() || anchor != 0;
                while at <= chars.len() {
                    let longest = if open {
                        pattern::prefixes(&parts, &chars[at..]).iter().rposition(|&matched| matched)
                    } else {
                        None
                    };
                    let fits = match (longest, anchor) {
                        (Some(length), b'%') => at + length == chars.len(),
                        (Some(length), 0) => length > 0 || chars.is_empty(),
                        (Some(_), _) => true,
                        (None, _) => false,
                    };
                    if let Some(length) = longest.filter(|_| fits) {
                        result.push_str(with.as_str());
                        at += length;
                        open = operator == "//" && length > 0;
                        if anchor != 0 || !open {
                            break;
                        }
                        if at >= chars.len() {
                            break;
                        }
                        continue;
                    }
                    if anchor == b'#' || at >= chars.len() {
                        break;
                    }
                    result.push(chars[at]);
                    at += 1;
                }
                result.extend(&chars[at.min(chars.len())..]);
                Ok(Some(result))
            }
            "^" | "^^" | "," | ",," => {
                let some = text.as_str().cut(word.clone()).trim().is_empty();
                if !some || !word.is_empty() {
                    let Some(parts) = self.pattern(text, word)? else { return Ok(None) };
                    let mut result = String::new();
                    for (index, &c) in chars.iter().enumerate() {
                        let hit =
                            (index == 0 || operator.len() == 2) && pattern::matches(&parts, c.encode_utf8(&mut [0; 4]));
                        result.push(if hit { case(operator, c) } else { c });
                    }
                    return Ok(Some(result));
                }
                let change =
                    |(index, &c): (usize, &char)| if index == 0 || operator.len() == 2 { case(operator, c) } else { c };
                Ok(Some(chars.iter().enumerate().map(change).collect()))
            }
            ":" => self.part(text, value, word),
            _ => Ok(None),
        }
    }

    /// `${NAME:offset:length}`.
    fn part(&mut self, text: &Decoded, value: &str, word: Range<usize>) -> Result<Option<String>, Halt> {
        let span = self.place(text, word.clone());
        let Slot::Text(numbers) = self.joined(text, word, Mode { braced: true, ..QUOTED })? else { return Ok(None) };
        if !value.is_ascii() || numbers.as_str().contains('?') {
            return Ok(None);
        }
        let (offset, length) = match numbers.as_str().split_once(':') {
            Some((offset, length)) => (offset, Some(length)),
            None => (numbers.as_str(), None),
        };
        let mut number = |text: &str| {
            arithmetic::evaluate(text, &mut |name| match self.lookup(name) {
                Found::Text(text) => Ok(text.as_str().to_owned()),
                Found::Unset => Ok(String::new()),
                Found::Unknown => Err(arithmetic::Failure::Unknown),
            })
        };
        let size = value.len() as i64;
        let numbers = number(offset).and_then(|offset| Ok((offset, length.map(&mut number).transpose()?)));
        let (offset, length) = match numbers {
            Ok(numbers) => numbers,
            Err(arithmetic::Failure::Unknown) => return Ok(None),
            Err(arithmetic::Failure::Wrong) => {
                self.fault(span, "no arithmetic; the shell complains and the variable is not set");
                return Err(self.fatal());
            }
        };
        let start = if offset < 0 { size + offset } else { offset };
        if start < 0 || start > size {
            return Ok(Some(String::new()));
        }
        let end = match length {
            None => size,
            Some(length) if length < 0 => size + length,
            Some(length) => start.saturating_add(length).min(size),
        };
        if end < start {
            self.fault(span, "a length below zero; the shell complains and the variable is not set");
            return Err(self.fatal());
        }
        Ok(Some(value.cut(start as usize..end as usize).to_owned()))
    }

    /// What a command prints; only `echo` is known.
    fn output(&mut self, body: &Decoded, span: Span, quoted: bool, out: &mut Vec<Chunk>) -> Result<(), Halt> {
        self.inner += 1;
        let done = self.printed(body, span, quoted, out);
        self.inner -= 1;
        match done {
            // It ends the commands in here, not the shell.
            Err(_) if self.left > 0 && self.depth < 100 => Ok(()),
            done => done,
        }
    }

    fn printed(&mut self, body: &Decoded, span: Span, quoted: bool, out: &mut Vec<Chunk>) -> Result<(), Halt> {
        let effort = Effort::on(body.as_str());
        let mut parser = Parser::new(body.as_str(), self.kind, &effort);
        let lists = [parser.line(), parser.line()];
        let list = match lists {
            [Ok(None), _] => {
                self.status = Some(0);
                return Ok(());
            }
            [Ok(Some(list)), Ok(None)] => list,
            [Err(_), _] => {
                self.fault(span, "a command the shell cannot read; it stands for nothing");
                self.status = Some(2);
                return if self.kind == Kind::Dash { Err(Halt::Stop) } else { Ok(()) };
            }
            _ => {
                self.status = None;
                out.push(unknown(span, quoted));
                return Ok(());
            }
        };
        let words = match &list[..] {
            [(chain, false)] => match &chain[..] {
                [(_, pipeline)] if !pipeline.negated => match &pipeline.commands[..] {
                    [command] if command.redirections.is_empty() => match &command.body {
                        Body::Simple(words) => words,
                        _ => &Vec::new(),
                    },
                    _ => &Vec::new(),
                },
                _ => &Vec::new(),
            },
            _ => &Vec::new(),
        };
        let mut fields = Vec::new();
        for word in words {
            fields.extend(self.fields(body, word.clone())?);
        }
        let mut texts = Vec::new();
        for field in &fields {
            match field {
                Slot::Text(text) => texts.push(text.as_str()),
                Slot::Unset | Slot::Unknown(_) => texts.clear(),
            }
        }
        let known = texts.len() == fields.len();
        self.status = None;
        let printed = match texts.first().copied().filter(|_| known) {
            None if known && !words.is_empty() => Some(String::new()),
            Some("echo") if self.kind == Kind::Bash || !texts.iter().any(|text| text.contains('\\')) => {
                command::echo(texts[1..].iter().copied())
            }
            Some("true" | ":") => Some(String::new()),
            Some("false") => {
                self.status = Some(1);
                out.push(Chunk { text: Decoded::default(), quoted, expanded: true, unknown: None });
                return Ok(());
            }
            Some(name) if super::parse::assigned(name).is_some() => Some(String::new()),
            Some(name) if !self.exists(name) => {
                let message = "a command that is not there; it stands for nothing";
                self.fault(span, message);
                self.status = Some(127);
                out.push(Chunk { text: Decoded::default(), quoted, expanded: true, unknown: None });
                return Ok(());
            }
            _ => None,
        };
        out.push(match printed {
            Some(printed) => {
                self.status = Some(0);
                self.spend(printed.len(), span)?;
                let mut text = Decoded::default();
                text.push_replaced(&printed, span.range());
                Chunk { text, quoted, expanded: true, unknown: None }
            }
            None => unknown(span, quoted),
        });
        Ok(())
    }

    /// What a name stands for.
    fn lookup(&self, name: &str) -> Found {
        let text = |text: &str| {
            let mut value = Decoded::default();
            value.push_replaced(text, 0..0);
            Found::Text(value)
        };
        match name {
            "#" => return text(&self.arguments.len().to_string()),
            "?" => return self.status.map_or(Found::Unknown, |status| text(&status.to_string())),
            "$" | "-" | "0" => return Found::Unknown,
            "!" => return Found::Unset,
            "@" | "*" if self.arguments.is_empty() => return Found::Unset,
            "@" | "*" => return text(&self.arguments.join(" ")),
            _ => {}
        }
        if let Ok(index) = name.parse::<usize>() {
            return self.arguments.get(index.wrapping_sub(1)).map_or(Found::Unset, |argument| text(argument));
        }
        match self.variables.get(name) {
            Some(variable) => match &variable.value {
                Slot::Text(text) => Found::Text(text.clone()),
                Slot::Unset => Found::Unset,
                Slot::Unknown(_) => Found::Unknown,
            },
            None => match self.environment.get(name) {
                Some(value) => text(value),
                None if OWN.contains(&name) || self.kind == Kind::Bash && BASH.contains(&name) => Found::Unknown,
                None => Found::Unset,
            },
        }
    }
}

/// Variables that a shell sets by itself.
const OWN: [&str; 9] = ["IFS", "LINENO", "OPTIND", "PATH", "PPID", "PS1", "PS2", "PS4", "PWD"];

/// Variables that bash sets by itself.
const BASH: [&str; 29] = [
    "BASH",
    "BASHOPTS",
    "BASHPID",
    "BASH_ARGV0",
    "BASH_COMMAND",
    "BASH_SOURCE",
    "BASH_SUBSHELL",
    "BASH_VERSINFO",
    "BASH_VERSION",
    "COMP_WORDBREAKS",
    "DIRSTACK",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "EUID",
    "GROUPS",
    "HISTCMD",
    "HOSTNAME",
    "HOSTTYPE",
    "MACHTYPE",
    "OPTERR",
    "OSTYPE",
    "RANDOM",
    "SECONDS",
    "SHELL",
    "SHELLOPTS",
    "SHLVL",
    "SRANDOM",
    "TERM",
    "UID",
];

fn case(operator: &str, c: char) -> char {
    if operator.starts_with('^') { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

fn unknown(span: Span, quoted: bool) -> Chunk {
    Chunk { text: Decoded::default(), quoted, expanded: true, unknown: Some(span) }
}

fn chunk_of(slot: &Slot, quoted: bool) -> Chunk {
    match slot {
        Slot::Text(text) => Chunk { text: text.clone(), quoted, expanded: true, unknown: None },
        Slot::Unset => Chunk { text: Decoded::default(), quoted, expanded: true, unknown: None },
        Slot::Unknown(span) => unknown(*span, quoted),
    }
}

fn join(chunks: &[Chunk]) -> Slot {
    if let Some(span) = chunks.iter().find_map(|chunk| chunk.unknown) {
        return Slot::Unknown(span);
    }
    let mut text = Decoded::default();
    for chunk in chunks {
        text.push(&chunk.text, 0..chunk.text.as_str().len());
    }
    Slot::Text(text)
}

/// The commands in backquotes: `\` escapes itself, `$` and the backquote; in double quotes these as well.
fn unescaped(body: &Decoded, quoted: bool) -> Decoded {
    let text = body.as_str();
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    let mut at = 0;
    while let Some(backslash) = memchr::memchr(b'\\', &text.as_bytes()[at..]).map(|i| at + i) {
        let next = text.as_bytes().get(backslash + 1).copied().unwrap_or(0);
        if matches!(next, b'\\' | b'$' | b'`') || quoted && next == b'"' {
            edits.push((backslash..backslash + 1, ""));
        }
        at = (backslash + 2).min(text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    body.replaced(edits)
}

/// The inside of `$'...'`.
fn ansi(text: &Decoded, range: Range<usize>) -> Decoded {
    let all = text.as_str().cut(..range.end);
    let mut result = Decoded::default();
    let mut from = range.start;
    let mut at = range.start;
    while let Some(backslash) = memchr::memchr(b'\\', &all.as_bytes()[at..]).map(|i| at + i) {
        let rest = all.cut(backslash + 1..);
        let digits = |radix: u32, skip: usize, most: usize| {
            let length = rest.cut(skip..).chars().take(most).take_while(|c| c.is_digit(radix)).count();
            let code = u32::from_str_radix(rest.cut(skip..skip + length), radix).ok();
            code.map(|code| (char::from_u32(code).unwrap_or('\u{fffd}'), skip + length))
        };
        let plain = match rest.chars().next() {
            Some('a') => Some(('\u{7}', 1)),
            Some('b') => Some(('\u{8}', 1)),
            Some('e' | 'E') => Some(('\u{1b}', 1)),
            Some('f') => Some(('\u{c}', 1)),
            Some('n') => Some(('\n', 1)),
            Some('r') => Some(('\r', 1)),
            Some('t') => Some(('\t', 1)),
            Some('v') => Some(('\u{b}', 1)),
            Some(c @ ('\\' | '\'' | '"' | '?')) => Some((c, 1)),
            Some('0'..='7') => digits(8, 0, 3),
            Some('x') => digits(16, 1, 2),
            Some('u') => digits(16, 1, 4),
            Some('U') => digits(16, 1, 8),
            _ => None,
        };
        match plain {
            Some((c, length)) => {
                result.push(text, from..backslash);
                from = backslash + 1 + length;
                result.push_replaced(c.encode_utf8(&mut [0; 4]), text.origin(backslash..from));
                at = from;
            }
            None => at = backslash + 1,
        }
    }
    result.push(text, from..range.end);
    result
}
