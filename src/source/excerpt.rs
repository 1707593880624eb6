//! A text that stands in another one: a file that a guide shows.

use std::ops::Range;

use crate::cut::Cut;

/// A text put together of pieces of another one, with the place of each.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Excerpt {
    text: String,
    pieces: Vec<Piece>,
}

/// A piece: where it starts here, and what it is there. Of the same length, it is the same text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Piece {
    at: usize,
    there: Range<usize>,
    same: bool,
}

impl Excerpt {
    /// Adds what stands at a place of the other text.
    pub fn push(&mut self, text: &str, there: Range<usize>) {
        let same = text.len() == there.len();
        let at = self.text.len();
        self.text.push_str(text);
        match self.pieces.last_mut().filter(|last| last.same && same && last.there.end == there.start) {
            Some(last) => last.there.end = there.end,
            None => self.pieces.push(Piece { at, there, same }),
        }
    }

    /// Adds another part of the same text.
    pub fn append(&mut self, other: &Excerpt) {
        for (index, piece) in other.pieces.iter().enumerate() {
            let end = other.pieces.get(index + 1).map_or(other.text.len(), |next| next.at);
            self.push(other.text.cut(piece.at..end), piece.there.clone());
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All of the other text from its first byte to its last, with spaces for what lies between its pieces.
    pub fn in_place(&self, other: &str) -> (Range<usize>, String) {
        let range = self.place(0..self.text.len());
        let mut bytes = other.cut(range.clone()).as_bytes().to_vec();
        let mut at = range.start;
        for piece in &self.pieces {
            let gap = at.min(range.end)..piece.there.start.min(range.end);
            let gap = gap.start - range.start..gap.end.max(gap.start) - range.start;
            bytes.get_mut(gap).into_iter().flatten().for_each(|byte| *byte = b' ');
            at = piece.there.end;
        }
        (range, String::from_utf8(bytes).unwrap_or_else(|_| self.text.clone()))
    }

    /// A part of it.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Excerpt {
        let mut part = Excerpt::default();
        let first = self.pieces.partition_point(|piece| piece.at <= range.start).saturating_sub(1);
        for (index, piece) in self.pieces.iter().enumerate().skip(first) {
            let end = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at);
            let (from, to) = (piece.at.max(range.start), end.min(range.end));
            if piece.at >= range.end {
                break;
            }
            if from < to {
                part.push(self.text.cut(from..to), self.there(piece, from)..self.there(piece, to));
            }
        }
        part
    }

    /// Where a part of it stands in the other text.
    pub fn place(&self, range: Range<usize>) -> Range<usize> {
        let holding = |offset: usize| {
            let after = self.pieces.partition_point(|piece| piece.at <= offset);
            self.pieces.get(after.saturating_sub(1))
        };
        let Some(first) = holding(range.start) else { return 0..0 };
        let start = self.there(first, range.start).min(first.there.end);
        if range.is_empty() {
            return start..start;
        }
        let start = if first.same { start } else { first.there.start };
        let end = holding(range.end - 1).map_or(start, |last| match last.same {
            true => self.there(last, range.end),
            false => last.there.end,
        });
        start..end.max(start)
    }

    fn there(&self, piece: &Piece, offset: usize) -> usize {
        match piece.same {
            true => (piece.there.start + offset.saturating_sub(piece.at)).min(piece.there.end),
            false if offset <= piece.at => piece.there.start,
            false => piece.there.end,
        }
    }
}

/// Where the text of a file stands that is no file by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Embedded {
    /// The path of the file it stands in.
    pub path: String,
    /// What of its own path people do not know, who have only seen the other file: a folder that keeps it apart from other
    /// forms of the file, with a slash.
    pub made_up: String,
    /// Whether a command writes it as it is. Else people copy it, and fill in what is theirs.
    pub as_it_is: bool,
    /// Its text, piece by piece.
    pub excerpt: Excerpt,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_knows_where_it_stands() {
        // A fence in a list: two lines, indented by three; then something that was put in for `$(x)`.
        let guide = "   ab\n   cd=$(x)\n";
        let mut excerpt = Excerpt::default();
        excerpt.push("ab\n", 3..6);
        excerpt.push("cd=", 9..12);
        excerpt.push("filled in", 12..16);
        excerpt.push("\n", 16..17);
        assert_eq!(excerpt.text(), "ab\ncd=filled in\n");
        let shown = |range: Range<usize>| &guide[excerpt.place(range)];
        assert_eq!((shown(0..2), shown(3..5), shown(3..6)), ("ab", "cd", "cd="));
        assert_eq!((shown(8..10), shown(3..15), shown(6..15)), ("$(x)", "cd=$(x)", "$(x)"));
        assert_eq!(shown(0..5), "ab\n   cd");
        assert_eq!(excerpt.place(4..4), 10..10);
        assert_eq!(excerpt.in_place(guide), (3..17, "ab\n   cd=$(x)\n".to_owned()));
        let part = excerpt.slice(1..5);
        assert_eq!((part.text(), part.place(2..3)), ("b\ncd", 9..10));
    }
}
