//! A decoded value that knows where each of its bytes was written.

use crate::source::Cut;
use std::ops::Range;

/// Text that was decoded from a file, with the place every part of it came from.
///
/// Offsets of the text are bytes of the decoded text; places are bytes of the file.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Decoded {
    text: String,
    pieces: Vec<Piece>,
}

/// A part of a decoded text.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Where it starts in the text.
    at: u32,
    /// Where it is written.
    start: u32,
    /// One past the last byte of that.
    end: u32,
    /// Whether it stands in the file byte for byte. Otherwise something was put in its place: the character of an
    /// escape, the value of a reference.
    verbatim: bool,
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Decoded {
    /// Text that stands in the file as it is, from `start` on.
    pub fn written(text: &str, start: usize) -> Self {
        let mut decoded = Decoded::default();
        decoded.push_written(text, start);
        decoded
    }

    /// Appends text that stands in the file as it is, from `start` on.
    pub fn push_written(&mut self, text: &str, start: usize) {
        self.add(text, start..start + text.len(), true);
    }

    /// Appends text that was put in the place of what is written at `place`: an escape, a reference.
    pub fn push_replaced(&mut self, text: &str, place: Range<usize>) {
        self.add(text, place, false);
    }

    /// Appends a part of another text.
    pub fn push(&mut self, other: &Decoded, range: Range<usize>) {
        let mut first = other.piece(range.start);
        while let Some(piece) = other.pieces.get(first) {
            let next = other.pieces.get(first + 1).map_or(other.text.len(), |next| next.at as usize);
            let from = range.start.max(piece.at as usize);
            let to = range.end.min(next);
            if from >= to {
                break;
            }
            let place = if piece.verbatim {
                let start = piece.start as usize + from - piece.at as usize;
                start..start + to - from
            } else {
                piece.start as usize..piece.end as usize
            };
            self.add(other.text.cut(from..to), place, piece.verbatim);
            first += 1;
        }
    }

    fn add(&mut self, text: &str, place: Range<usize>, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        let (at, start, end) = (offset(self.text.len()), offset(place.start), offset(place.end));
        self.text.push_str(text);
        match self.pieces.last_mut() {
            Some(last) if verbatim && last.verbatim && last.end == start => last.end = end,
            _ => self.pieces.push(Piece { at, start, end, verbatim }),
        }
    }

    /// A part of the text.
    pub fn slice(&self, range: Range<usize>) -> Decoded {
        let mut part = Decoded::default();
        part.push(self, range);
        part
    }

    /// The text without the characters at both ends that `test` accepts.
    pub fn trimmed(&self, test: fn(char) -> bool) -> Decoded {
        let start = self.text.len() - self.text.trim_start_matches(test).len();
        self.slice(start..start + self.text.cut(start..).trim_end_matches(test).len())
    }

    /// The text with some parts replaced: sorted ranges that do not overlap, and what comes in their place.
    pub fn replaced<T: AsRef<str>>(&self, edits: impl IntoIterator<Item = (Range<usize>, T)>) -> Decoded {
        let mut result = Decoded::default();
        let mut at = 0;
        for (range, text) in edits {
            result.push(self, at..range.start);
            result.push_replaced(text.as_ref(), self.origin(range.clone()));
            at = range.end;
        }
        result.push(self, at..self.text.len());
        result
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a part of the text is written. The place of a part of an escape or of a reference is the whole of it.
    /// An empty text has no place: `0..0`.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        origin(&self.pieces, range)
    }

    /// Whether the whole text stands in the file byte for byte.
    pub fn is_verbatim(&self) -> bool {
        matches!(self.pieces[..], [] | [Piece { verbatim: true, .. }])
    }

    /// A text and its map.
    pub fn from_parts(text: String, pieces: Box<[Piece]>) -> Self {
        Decoded { text, pieces: pieces.into_vec() }
    }

    /// Splits text and map.
    pub fn into_parts(self) -> (String, Box<[Piece]>) {
        (self.text, self.pieces.into_boxed_slice())
    }

    /// Puts what `bytes` hold in the place of parts that stood in for bytes that are no UTF-8.
    pub(super) fn restore(&self, bytes: &[u8]) -> Decoded {
        let mut result = Decoded::default();
        for (index, piece) in self.pieces.iter().enumerate() {
            let next = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at as usize);
            let text = self.text.cut(piece.at as usize..next);
            let place = piece.start as usize..piece.end as usize;
            match bytes.get(place.clone()) {
                Some(written) if piece.verbatim && written != text.as_bytes() => {
                    result.push_replaced(&String::from_utf8_lossy(written), place);
                }
                _ => result.add(text, place, piece.verbatim),
            }
        }
        result
    }

    /// The index of the piece that holds an offset.
    fn piece(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at as usize <= at).saturating_sub(1)
    }
}

/// Whether a part of a text with this map was put in the place of something shorter than itself, as the value of a
/// reference is: what is written there is only a name.
pub fn is_put_in(pieces: &[Piece], range: Range<usize>) -> bool {
    let first = pieces.partition_point(|piece| piece.at as usize <= range.start).saturating_sub(1);
    // An escape stands for one character.
    let long = range.len() > 4;
    let ends = |next: &Piece| next.at as usize >= range.end;
    long && pieces.get(first).is_some_and(|piece| !piece.verbatim) && pieces.get(first + 1).is_none_or(ends)
}

/// Where a part of a text with this map is written.
pub fn origin(pieces: &[Piece], range: Range<usize>) -> Range<usize> {
    let find = |at: usize| pieces[..pieces.partition_point(|piece| piece.at as usize <= at)].last();
    let place = |piece: &Piece, at: usize| piece.start as usize + at - piece.at as usize;
    let (Some(first), Some(last)) = (find(range.start), find(range.end.saturating_sub(1).max(range.start))) else {
        return 0..0;
    };
    let start = if first.verbatim { place(first, range.start) } else { first.start as usize };
    let end = if last.verbatim { place(last, range.end) } else { last.end as usize };
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `"a\nb$C"` at 10: `a`, an escape, `b`, a reference to `xyz`.
    fn sample() -> Decoded {
        let mut decoded = Decoded::written("a", 11);
        decoded.push_replaced("\n", 12..14);
        decoded.push_written("b", 14);
        decoded.push_replaced("xyz", 15..17);
        decoded
    }

    #[test]
    fn places_go_through_escapes_and_references() {
        let decoded = sample();
        assert_eq!(decoded.as_str(), "a\nbxyz");
        for (range, place) in
            [(0..1, 11..12), (1..2, 12..14), (2..3, 14..15), (4..5, 15..17), (0..6, 11..17), (2..2, 14..14)]
        {
            assert_eq!(decoded.origin(range), place);
        }
        assert_eq!(Decoded::default().origin(0..0), 0..0);
    }

    #[test]
    fn parts_keep_their_places() {
        let part = sample().slice(1..4);
        assert_eq!((part.as_str(), part.origin(0..1), part.origin(2..3)), ("\nbx", 12..14, 15..17));
        let changed = sample().replaced([(2..3, "BB")]);
        assert_eq!((changed.as_str(), changed.origin(3..4), changed.origin(4..5)), ("a\nBBxyz", 14..15, 15..17));
        let trimmed = Decoded::written("  v ", 5).trimmed(char::is_whitespace);
        assert_eq!((trimmed.as_str(), trimmed.origin(0..1), trimmed.is_verbatim()), ("v", 7..8, true));
    }

    #[test]
    fn adjacent_text_is_one_piece() {
        let mut decoded = Decoded::written("ab", 3);
        decoded.push_written("c", 5);
        assert!(decoded.is_verbatim());
        assert_eq!(decoded.origin(1..3), 4..6);
    }
}
