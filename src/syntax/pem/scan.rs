//! From bytes to blocks, one pass over the lines.

use super::{Base64Error, Block, Content, File, Problem, ProblemKind};
use crate::secret::base64;
use crate::source::{Source, Span, Spanned};

/// Longest line that every reader takes (RFC 7468 asks for 64; 76 is MIME's).
const LONG: usize = 76;
/// Longest label; the longest in use has 27 characters.
const LABEL: usize = 64;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A `BEGIN` or `END` with its dashes, as found on a line.
struct Marker {
    /// Offsets in the file, dashes included.
    start: usize,
    end: usize,
    begins: bool,
    label: String,
    left: usize,
    right: usize,
}

struct Scanner<'a> {
    source: &'a Source,
    bytes: &'a [u8],
    file: File,
    open: Option<Open>,
}

/// A block whose `END` has not come yet.
struct Open {
    label: String,
    begin: Span,
    body: usize,
    escaped: bool,
    indented: bool,
    sound: bool,
}

pub(super) fn scan(source: &Source) -> File {
    let file = File {
        span: source.span(),
        blocks: Vec::new(),
        problems: Vec::new(),
        content: Content::Other,
        comments: Vec::new(),
    };
    // Offsets in `bytes` and in the text are the same; positions are always shown in the text.
    let mut scanner = Scanner { source, bytes: source.bytes(), file, open: None };
    let mut start = 0;
    while start < scanner.bytes.len() {
        let end = memchr::memchr(b'\n', &scanner.bytes[start..]).map_or(scanner.bytes.len(), |at| start + at + 1);
        let troubles = scanner.file.blocks.len() + scanner.file.problems.len();
        scanner.line(start, end);
        let made = scanner.file.blocks.len() + scanner.file.problems.len() - troubles;
        if !source.budget.nodes(made, scanner.span(start, end)) {
            break;
        }
        start = end;
    }
    scanner.finish();
    let mut file = scanner.file;
    file.problems.sort_by_key(|problem| problem.span);
    file
}

impl Scanner<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source.id, start, end)
    }

    fn problem(&mut self, kind: ProblemKind, start: usize, end: usize) {
        let block = self.file.blocks.len();
        let block = (self.open.is_some() || matches!(kind, ProblemKind::Joined)).then_some(block);
        let span = self.span(start, end);
        self.file.problems.push(Problem { kind, span, block });
    }

    /// One line with its line end.
    fn line(&mut self, start: usize, end: usize) {
        let line = &self.bytes[start..end];
        if memchr::memmem::find(line, b"BEGIN ").is_none() && memchr::memmem::find(line, b"END ").is_none() {
            self.plain(start, end);
            return;
        }
        let escaped = memchr::memmem::find(line, b"-\\n").is_some();
        let markers = markers(line, start);
        if markers.is_empty() {
            self.plain(start, end);
            return;
        }
        let mut before = start;
        for (index, marker) in markers.iter().enumerate() {
            let joined = index > 0 && before == marker.start;
            if joined && !escaped {
                self.joined(&markers[index - 1], marker);
            }
            self.before_marker(before, marker, index == 0);
            self.marker(marker, escaped, joined && !escaped);
            before = marker.end;
        }
        let tail = self.bytes[before..end].trim_ascii();
        if !escaped && !tail.is_empty() {
            self.text_behind(before, end);
        }
    }

    fn joined(&mut self, first: &Marker, second: &Marker) {
        let block = self.file.blocks.len().saturating_sub(1);
        let span = self.span(first.start, second.end);
        self.file.problems.push(Problem { kind: ProblemKind::Joined, span, block: Some(block) });
        if let Some(block) = self.file.blocks.last_mut() {
            block.sound = false;
        }
    }

    /// What stands before a marker on its line: blanks, a byte order mark, or text.
    fn before_marker(&mut self, start: usize, marker: &Marker, first: bool) {
        let mut lead = &self.bytes[start..marker.start];
        let mut at = start;
        if lead.starts_with(BOM) {
            self.file.problems.push(Problem {
                kind: ProblemKind::ByteOrderMark,
                span: self.span(marker.start, marker.end),
                block: marker.begins.then_some(self.file.blocks.len()),
            });
            at += BOM.len();
            lead = &lead[BOM.len()..];
        }
        if lead.is_empty() || self.escaped() {
            return;
        }
        if lead.trim_ascii().is_empty() {
            if first && marker.begins {
                self.file.problems.push(Problem {
                    kind: ProblemKind::Indented,
                    span: self.span(marker.start, marker.end),
                    block: Some(self.file.blocks.len()),
                });
            }
        } else if first && !marker.begins && self.open.is_some() && base64::decode(lead.trim_ascii(), false).is_ok() {
            // The last base64 line runs into the END marker.
            self.file.problems.push(Problem {
                kind: ProblemKind::TextOnMarker,
                span: self.span(marker.start, marker.end),
                block: Some(self.file.blocks.len()),
            });
            if let Some(open) = &mut self.open {
                open.sound = false;
            }
        } else if first {
            let text_end = at + lead.trim_ascii_end().len();
            self.file.problems.push(Problem {
                kind: ProblemKind::TextOnMarker,
                span: self.span(at + (lead.len() - lead.trim_ascii_start().len()), text_end),
                block: Some(self.file.blocks.len()),
            });
        }
    }

    fn escaped(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.escaped)
    }

    fn marker(&mut self, marker: &Marker, escaped: bool, joined: bool) {
        let indented = self.bytes[..marker.start].last().is_some_and(|b| matches!(b, b' ' | b'\t'));
        let dashes = !joined && (marker.left != 5 || marker.right != 5);
        // The dashes between two joined markers cannot be told apart.
        let dashes =
            dashes && self.bytes.get(marker.end).is_none_or(|b| *b != b'-') && !followed_by_marker(self.bytes, marker);
        if marker.begins {
            self.close_unfinished(marker.start, false);
            let begin = self.span(marker.start, marker.end);
            let index = self.file.blocks.len();
            let mut sound = !indented && !joined && !dashes && !escaped;
            if dashes {
                let kind = ProblemKind::Dashes(marker.left, marker.right);
                self.file.problems.push(Problem { kind, span: begin, block: Some(index) });
            }
            if escaped {
                let kind = ProblemKind::EscapedNewlines;
                self.file.problems.push(Problem { kind, span: begin, block: Some(index) });
            }
            if joined {
                sound = false;
            }
            self.open = Some(Open { label: marker.label.clone(), begin, body: marker.end, escaped, indented, sound });
            return;
        }
        let Some(open) = self.open.take() else {
            if marker.left >= 4 {
                self.problem(ProblemKind::MissingBegin, marker.start, marker.end);
            }
            return;
        };
        let span = self.span(marker.start, marker.end);
        let index = self.file.blocks.len();
        let mut sound = open.sound && !dashes;
        let cut = dashes && marker.right == 0 && marker.end >= self.bytes.trim_ascii_end().len();
        let mut push = |kind| {
            sound = false;
            self.file.problems.push(Problem { kind, span, block: Some(index) });
        };
        if cut && open.label.starts_with(&marker.label) {
            push(ProblemKind::Truncated);
        } else if dashes {
            push(ProblemKind::Dashes(marker.left, marker.right));
        } else if marker.label != open.label {
            push(ProblemKind::LabelMismatch);
        }
        self.finish_block(open, marker.start, Some(span), sound);
    }

    /// A block that ends because another begins, or because the file does.
    fn close_unfinished(&mut self, at: usize, at_end: bool) {
        let Some(open) = self.open.take() else { return };
        let kind = if at_end { ProblemKind::Truncated } else { ProblemKind::MissingEnd };
        self.file.problems.push(Problem { kind, span: open.begin, block: Some(self.file.blocks.len()) });
        self.finish_block(open, at, None, false);
    }

    fn finish_block(&mut self, open: Open, body_end: usize, end: Option<Span>, mut sound: bool) {
        let index = self.file.blocks.len();
        let raw = &self.bytes[open.body..body_end.max(open.body)];
        let (headers, skip) = headers(raw, self.source, open.body);
        let text = &raw[skip..];
        let offset = open.body + skip;
        let der = base64::decode(text, open.escaped).map_err(|error| moved(error, offset));
        let trimmed = text.trim_ascii();
        let lead = text.len() - text.trim_ascii_start().len();
        let body_text = self.span(offset + lead, offset + lead + trimmed.len());
        if end.is_some() {
            let problem = if placeholder(trimmed) {
                Some((ProblemKind::Placeholder, body_text))
            } else if trimmed.is_empty() {
                Some((ProblemKind::EmptyBlock, open.begin))
            } else {
                der.as_ref().err().map(|error| (ProblemKind::BadBase64, self.place(*error, body_text)))
            };
            if let Some((kind, span)) = problem {
                sound = false;
                self.file.problems.push(Problem { kind, span, block: Some(index) });
            }
            if !open.escaped && !open.indented {
                self.long_line(text, offset, index);
            }
        }
        self.file.blocks.push(Block {
            label: open.label,
            begin: open.begin,
            end,
            body: self.span(open.body, body_end.max(open.body)),
            headers,
            der,
            sound,
        });
    }

    fn place(&self, error: Base64Error, body: Span) -> Span {
        match error {
            Base64Error::Character(at) | Base64Error::AfterPadding(at) => {
                let text = self.source.text();
                let mut end = (at + 1).min(text.len());
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                self.span(at, end)
            }
            // The last line is where characters are missing or too many.
            Base64Error::Length(_) => {
                let text = &self.bytes[body.range()];
                let last = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
                body.slice(last, text.len())
            }
        }
    }

    fn long_line(&mut self, text: &[u8], offset: usize, index: usize) {
        let mut at = offset;
        for line in text.split_inclusive(|&b| b == b'\n') {
            let length = line.trim_ascii_end().len();
            if length > LONG {
                let span = self.span(at, at + length);
                let kind = ProblemKind::LongLine(length);
                self.file.problems.push(Problem { kind, span, block: Some(index) });
                return;
            }
            at += line.len();
        }
    }

    fn text_behind(&mut self, start: usize, end: usize) {
        let text = &self.bytes[start..end];
        let lead = text.len() - text.trim_ascii_start().len();
        let begin = start + lead;
        let stop = begin + text.trim_ascii().len();
        let block =
            if self.open.is_some() { Some(self.file.blocks.len()) } else { self.file.blocks.len().checked_sub(1) };
        match (&mut self.open, self.file.blocks.last_mut()) {
            (Some(open), _) => {
                open.sound = false;
                // What follows on the BEGIN line is not part of the body for anyone.
                open.body = stop;
            }
            (None, Some(block)) => block.sound = false,
            (None, None) => {}
        }
        // Any part of a key may stand there: the place is the marker, not the text.
        let span = match (&self.open, self.file.blocks.last().and_then(|block| block.end)) {
            (Some(open), _) => open.begin,
            (None, Some(end)) => end,
            (None, None) => self.span(begin, stop),
        };
        self.file.problems.push(Problem { kind: ProblemKind::TextOnMarker, span, block });
    }

    /// A line without a marker.
    fn plain(&mut self, start: usize, end: usize) {
        if self.open.is_none() {
            let line = &self.bytes[start..end];
            let body = line.trim_ascii();
            if body.starts_with(b"#") {
                let at = start + (line.len() - line.trim_ascii_start().len());
                self.file.comments.push(self.span(at, at + body.len()));
            }
        }
    }

    fn finish(&mut self) {
        self.close_unfinished(self.bytes.len(), true);
    }
}

fn followed_by_marker(bytes: &[u8], marker: &Marker) -> bool {
    let rest = &bytes[marker.end..];
    rest.starts_with(b"BEGIN ") || rest.starts_with(b"END ")
}

fn moved(error: Base64Error, offset: usize) -> Base64Error {
    match error {
        Base64Error::Character(at) => Base64Error::Character(at + offset),
        Base64Error::AfterPadding(at) => Base64Error::AfterPadding(at + offset),
        Base64Error::Length(n) => Base64Error::Length(n),
    }
}

/// The markers of one line. Labels are upper-case words (RFC 7468 section 3); a marker that misses its five dashes counts
/// only when the label is a known kind of thing, so that prose about BEGIN and END stays prose.
fn markers(line: &[u8], offset: usize) -> Vec<Marker> {
    let mut found: Vec<Marker> = Vec::new();
    let mut at = 0;
    while let Some((word, begins)) = next_word(line, at) {
        let label_start = word + if begins { 6 } else { 4 };
        at = label_start;
        let floor = found.last().map_or(0, |marker| marker.end - offset);
        if word < floor {
            continue;
        }
        let left = line[floor..word].iter().rev().take_while(|&&b| b == b'-').count();
        let label_len = line[label_start..]
            .iter()
            .take(LABEL)
            .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b' ' | b'#' | b'.'))
            .count();
        let label = line[label_start..label_start + label_len].trim_ascii();
        let label_end = label_start + line[label_start..label_start + label_len].trim_ascii_end().len();
        let run = line[label_end..].iter().take_while(|&&b| b == b'-').count();
        let after = &line[label_end + run..];
        let joined = after.starts_with(b"BEGIN ") || after.starts_with(b"END ");
        let right = if joined { run.min(5) } else { run };
        // After a joined END the dashes before this word may have been used up.
        let continues = floor > 0 && word == floor + left;
        let exact = left == 5 && right == 5;
        if label.is_empty() || !exact && !continues && (left < 2 || !known(label)) {
            continue;
        }
        found.push(Marker {
            start: offset + word - left,
            end: offset + label_end + right,
            begins,
            label: String::from_utf8_lossy(label).into_owned(),
            left,
            right,
        });
        at = label_end + right;
    }
    found
}

fn next_word(line: &[u8], from: usize) -> Option<(usize, bool)> {
    let rest = line.get(from..)?;
    // `END ` never occurs inside `BEGIN `.
    let at = memchr::memchr2_iter(b'B', b'E', rest).find(|&at| {
        let here = &rest[at..];
        here.starts_with(b"BEGIN ") || here.starts_with(b"END ")
    })?;
    Some((from + at, rest[at] == b'B'))
}

fn known(label: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] =
        [b"CERT", b"KEY", b"PARAMETERS", b"CRL", b"REQUEST", b"PKCS7", b"CMS", b"MESSAGE", b"SIGNATURE"];
    WORDS.iter().any(|word| memchr::memmem::find(label, word).is_some())
}

/// Headers of RFC 1421: `Name: value` lines up to an empty line. Returns them and their length in bytes.
fn headers(body: &[u8], source: &Source, offset: usize) -> (Vec<(Spanned<String>, String)>, usize) {
    let mut headers = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive(|&b| b == b'\n') {
        let text = line.trim_ascii();
        if text.is_empty() {
            at += line.len();
            if headers.is_empty() {
                continue;
            }
            return (headers, at);
        }
        let Some(colon) = text.iter().position(|&b| b == b':') else { break };
        if !text[..colon].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
            break;
        }
        let lead = line.len() - line.trim_ascii_start().len();
        let name = String::from_utf8_lossy(&text[..colon]).into_owned();
        let span = Span::new(source.id, offset + at + lead, offset + at + lead + colon);
        let value = String::from_utf8_lossy(text[colon + 1..].trim_ascii()).into_owned();
        headers.push((Spanned::new(name, span), value));
        at += line.len();
    }
    // Without an empty line after them the headers are not headers for OpenSSL; the body starts where they end.
    let skip = if headers.is_empty() { 0 } else { at };
    (headers, skip)
}

/// Text that stands for a certificate: `YOUR_CERT_HERE`, `...`, `<paste here>`.
fn placeholder(body: &[u8]) -> bool {
    if body.is_empty() || body.len() > 400 {
        return false;
    }
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    let dots = text.chars().all(|c| matches!(c, '.' | '…' | 'x' | '*') || c.is_whitespace());
    let words = ["your", "_here", " here", "paste", "replace", "placeholder", "changeme", "insert", "redacted", "todo"];
    let marked = text.starts_with(['<', '[', '{', '$']);
    let elided = text.contains("...") || text.contains('…');
    // Base64 of 400 characters holds such words by chance hardly ever, but never with a character outside its alphabet.
    let foreign = body.iter().any(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'+' | b'/' | b'=' | b'\n' | b'\r'));
    dots || foreign && (marked || elided || words.iter().any(|word| text.contains(word)))
}
