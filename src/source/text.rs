//! One file's text and what may be shown of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::budget::Budget;
use super::excerpt::Embedded;
use super::lines::{LineIndex, Position, Unit};
use super::span::{FileId, Span};
use crate::cut::boundary;
use crate::secret;

/// How the bytes of a file turned into text.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Valid UTF-8, perhaps with a byte order mark.
    Utf8,
    /// Starts with a UTF-16 byte order mark: not text to any program gonogo knows about.
    Utf16,
    /// Not UTF-8; the offset of the first bad byte.
    Invalid(u32),
}

/// A file: its path, its text, its lines, and the ranges that must never be printed.
#[derive(Debug)]
pub struct Source {
    /// The file's number.
    pub id: FileId,
    /// Path relative to the project root, with `/`.
    pub path: String,
    /// How the bytes were read.
    pub encoding: Encoding,
    /// Permission bits on disk (Unix); `None` for text that is not a file.
    pub mode: Option<u32>,
    /// Where its text stands, when it is no file by itself.
    pub embedded: Option<Arc<Embedded>>,
    /// What may still be made of it.
    pub budget: Budget,
    text: Arc<String>,
    raw: Option<Vec<u8>>,
    lines: OnceLock<LineIndex>,
    secrets: Vec<Range<u32>>,
    public: Vec<Range<u32>>,
    shown: OnceLock<String>,
    /// How many bytes of [`Source::shown_in`] were asked for.
    asked: AtomicUsize,
}

/// What asking for a part of a line costs at least, in bytes.
const PART: usize = 1024;

/// Bytes that looking at a part costs at least: the lines above have a say in it.
const LOOK: usize = 128;

impl Source {
    /// Takes a file's bytes. Bytes that are not UTF-8 become `?` in the text, one for one, so that offsets stay
    /// those of the file; [`Source::bytes`] still gives the original.
    pub fn new(id: FileId, path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let (text, raw, encoding) = match String::from_utf8(bytes) {
            Ok(text) => (text, None, Encoding::Utf8),
            Err(error) => {
                let bad = error.utf8_error().valid_up_to() as u32;
                let raw = error.into_bytes();
                let encoding = if utf16 { Encoding::Utf16 } else { Encoding::Invalid(bad) };
                (same_length_text(&raw), Some(raw), encoding)
            }
        };
        Source {
            budget: Budget::of(text.len()),
            id,
            path: path.into(),
            encoding,
            mode: None,
            embedded: None,
            text: Arc::new(text),
            raw,
            lines: OnceLock::new(),
            secrets: Vec::new(),
            public: Vec::new(),
            shown: OnceLock::new(),
            asked: AtomicUsize::new(0),
        }
    }

    /// The text for parsers and models. Never print it: printers use [`Source::shown`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same text, for models that keep places in it instead of pieces of it.
    pub(crate) fn shared_text(&self) -> Arc<String> {
        Arc::clone(&self.text)
    }

    /// The file's bytes as they are on disk.
    pub fn bytes(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// The text with every secret byte replaced by `*`: same length, same lines. Outputs use this and
    /// [`Source::shown_in`], never [`Source::text`].
    pub fn shown(&self) -> &str {
        self.shown.get_or_init(|| self.masked(0..self.text.len()).into_owned())
    }

    /// A part of [`Source::shown`], for the price of its lines.
    pub fn shown_in(&self, range: Range<usize>) -> Cow<'_, str> {
        // Many parts cost more than the whole.
        let asked = self.asked.fetch_add(range.len().max(LOOK), Ordering::Relaxed);
        if self.shown.get().is_some() || asked > self.text.len() {
            return Cow::Borrowed(self.shown().get(range).unwrap_or(""));
        }
        self.masked(range)
    }

    fn masked(&self, range: Range<usize>) -> Cow<'_, str> {
        let Some(text) = self.text.get(range.clone()) else { return Cow::Borrowed("") };
        let mut hidden = secret::hidden(&self.text, range.clone());
        hidden.retain(|hidden| !within(&self.public, hidden));
        let first = self.secrets.partition_point(|span| span.end as usize <= range.start);
        let inside = self.secrets[first..].iter().map(|span| span.start as usize..span.end as usize);
        hidden.extend(inside.take_while(|span| span.start < range.end));
        hidden.retain(|hidden| hidden.start < range.end && hidden.end > range.start);
        if hidden.is_empty() {
            return Cow::Borrowed(text);
        }
        for hidden in &mut hidden {
            *hidden = hidden.start.saturating_sub(range.start)..hidden.end.min(range.end) - range.start;
        }
        Cow::Owned(secret::mask(text, &hidden))
    }

    /// The masked text of a span, for messages.
    pub fn quote(&self, span: Span) -> Cow<'_, str> {
        self.shown_in(span.range())
    }

    /// The bytes of a line (from 0), without its line ending.
    pub fn line(&self, number: usize) -> Range<usize> {
        self.lines().range(number, &self.text)
    }

    /// How far a line (from 0) is indented, and the sign it begins with; white space tells no secret. `None` for an empty line.
    pub fn outline(&self, number: usize) -> Option<(usize, char)> {
        let line = self.text.get(self.line(number))?;
        let text = line.trim_start();
        Some((line.len() - text.len(), text.chars().next()?))
    }

    /// The line of an offset; of a very long one the part around it.
    pub fn part_of_line(&self, offset: usize) -> Range<usize> {
        let line = self.line(self.lines().line(offset as u32));
        let from = line.start + offset.saturating_sub(line.start) / PART * PART;
        self.boundary(from)..self.boundary(line.end.min(from + 2 * PART)).max(self.boundary(from))
    }

    /// The pieces of a part of a line that are masked in `shown`, which is [`Source::shown_in`] of it.
    pub fn hidden_in(&self, range: Range<usize>, shown: &str) -> Vec<String> {
        let text = self.text.get(range).unwrap_or("");
        if text == shown {
            return Vec::new();
        }
        differing(text, shown).into_iter().filter_map(|piece| text.get(piece)).map(str::to_owned).collect()
    }

    /// The offset itself, or the start of the character it lies in.
    pub fn boundary(&self, offset: usize) -> usize {
        boundary(&self.text, offset)
    }

    /// Whether any byte of the range is masked in [`Source::shown`].
    pub fn hides(&self, range: Range<usize>) -> bool {
        self.text.get(range.clone()).is_some_and(|text| *self.shown_in(range) != *text)
    }

    /// Whether `text` repeats something that is masked on the lines of a span: the text of a fix that moves a secret.
    pub fn reveals(&self, span: Span, text: &str) -> bool {
        /// Shorter pieces give nothing away and are in every text.
        const PIECE: usize = 4;
        let (first, last) = (self.lines().line(span.start), self.lines().line(span.end));
        let range = self.line(first).start..self.line(last).end;
        if text.len() < PIECE || !self.hides(range.clone()) {
            return false;
        }
        let hidden: Vec<bool> = self.text.as_bytes()[range.clone()]
            .iter()
            .zip(self.shown_in(range.clone()).as_bytes())
            .map(|(a, b)| a != b)
            .collect();
        self.text.as_bytes()[range].windows(PIECE).zip(hidden.windows(PIECE)).any(|(piece, hidden)| {
            hidden.iter().all(|&hidden| hidden) && memchr::memmem::find(text.as_bytes(), piece).is_some()
        })
    }

    /// Adds ranges that must be masked; to be called before the first output.
    pub fn hide(&mut self, spans: impl IntoIterator<Item = Span>) {
        self.secrets.extend(spans.into_iter().map(|span| span.start..span.end));
        self.secrets.sort_unstable_by_key(|span| span.start);
        self.secrets.dedup_by(|next, span| {
            let joined = next.start <= span.end;
            if joined {
                span.end = span.end.max(next.end);
            }
            joined
        });
        self.shown = OnceLock::new();
    }

    /// What is masked, piece by piece.
    pub fn masked_pieces(&self) -> Vec<Range<usize>> {
        differing(&self.text, self.shown())
    }

    /// The file that people know it by: the one its text stands in.
    pub fn known_as(&self) -> &str {
        self.embedded.as_ref().map_or(&self.path, |embedded| &embedded.path)
    }

    /// Its path without the folder that keeps it apart from other forms of the same file in a guide: where it will be.
    pub fn place(&self) -> &str {
        let made_up = self.embedded.as_ref().map_or("", |embedded| &embedded.made_up);
        self.path.strip_prefix(made_up).unwrap_or(&self.path)
    }

    /// Adds ranges, in their order, that everybody may see whatever they look like: the body of a certificate.
    pub fn publish(&mut self, spans: impl IntoIterator<Item = Span>) {
        self.public.extend(spans.into_iter().map(|span| span.start..span.end));
        self.shown = OnceLock::new();
    }

    /// The file's line index, made on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column (code points) of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset, Unit::CodePoints)
    }

    /// The whole file.
    pub fn span(&self) -> Span {
        Span::new(self.id, 0, self.text.len())
    }
}

/// Where two texts of the same length are not the same.
fn differing(text: &str, shown: &str) -> Vec<Range<usize>> {
    let same: Vec<bool> = text.bytes().zip(shown.bytes()).map(|(a, b)| a == b).collect();
    let mut at = 0;
    same.chunk_by(|a, b| a == b)
        .filter_map(|run| {
            let piece = at..at + run.len();
            at = piece.end;
            (!run[0]).then_some(piece)
        })
        .collect()
}

/// Whether one of the ranges, which are in order, holds all of another one.
fn within(ranges: &[Range<u32>], range: &Range<usize>) -> bool {
    let after = ranges.partition_point(|public| public.start as usize <= range.start);
    after > 0 && ranges[after - 1].end as usize >= range.end
}

fn same_length_text(raw: &[u8]) -> String {
    let mut text = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_keep_offsets() {
        let source = Source::new(FileId(0), "a", b"K=caf\xe9\nL=1".to_vec());
        assert_eq!(source.text(), "K=caf?\nL=1");
        assert_eq!(source.bytes(), b"K=caf\xe9\nL=1");
        assert_eq!(source.encoding, Encoding::Invalid(5));
    }

    #[test]
    fn shown_masks_and_keeps_length() {
        let mut source = Source::new(FileId(0), ".env", b"TOKEN=abc\xc3\xa4x\n".to_vec());
        source.hide([Span::new(FileId(0), 6, 12)]);
        assert_eq!(source.shown(), "TOKEN=******\n");
        assert_eq!(source.shown().len(), source.text().len());
    }

    #[test]
    fn a_text_that_repeats_a_secret_reveals_it() {
        let mut source = Source::new(FileId(0), ".env", b"A=1\nTOKEN = abcdef\n".to_vec());
        let (file, line) = (FileId(0), Span::new(FileId(0), 4, 10));
        source.hide([Span::new(file, 12, 18)]);
        assert!(source.reveals(line, "TOKEN=\"abcdef\""));
        assert!(!source.reveals(line, "TOKEN=") && !source.reveals(line, "abc"));
        assert!(!source.reveals(Span::new(file, 0, 3), "abcdef"), "another line");
    }
}
