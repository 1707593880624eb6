//! Byte offsets to lines and columns.

use crate::cut::{Cut, boundary};

/// What a column counts.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Unit {
    /// UTF-8 bytes (rdjson).
    Bytes,
    /// Unicode code points (terminal, JSON, SARIF with `unicodeCodePoints`).
    CodePoints,
    /// UTF-16 code units (editors).
    Utf16,
}

/// A place for humans; both numbers count from 1.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line, from 1. `\n` ends a line; `\r` belongs to the line it stands in.
    pub line: u32,
    /// Column, from 1, in the unit asked for. A UTF-8 byte order mark at the file's start has no width.
    pub column: u32,
}

/// The offsets at which lines start.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

const BOM: &str = "\u{feff}";

impl LineIndex {
    /// Scans `text` once.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        LineIndex { starts }
    }

    /// The number of lines; a final newline does not start another one unless text follows.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: even an empty file has one line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Line of an offset, from 0.
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Bytes of a line (from 0) in `text`, without its line ending.
    pub fn range(&self, line: usize, text: &str) -> std::ops::Range<usize> {
        let start = self.starts.get(line).map_or(text.len(), |&s| s as usize);
        let next = self.starts.get(line + 1).map_or(text.len(), |&s| s as usize);
        let body = text.cut(start..next).trim_end_matches(['\n', '\r']);
        start..start + body.len()
    }

    /// Bytes of a line (from 0) of a text of that length, with its line ending.
    pub fn whole(&self, line: usize, length: usize) -> std::ops::Range<usize> {
        let start = |line: usize| self.starts.get(line).map_or(length, |&start| start as usize);
        start(line)..start(line + 1)
    }

    /// The position of a byte offset in `text` (the text this index was made from).
    /// An offset inside a character counts as that character's start.
    pub fn position(&self, text: &str, offset: u32, unit: Unit) -> Position {
        let line = self.line(offset);
        let start = self.starts[line] as usize;
        let end = boundary(text, offset as usize);
        let before = text.cut(start..end.max(start)).trim_start_matches(if start == 0 { BOM } else { "\0\0" });
        let width = match unit {
            Unit::Bytes => before.len(),
            Unit::CodePoints => before.chars().count(),
            Unit::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position { line: line as u32 + 1, column: width as u32 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_in_three_units() {
        let text = "A=1\r\nä😀B=2\n";
        let index = LineIndex::new(text);
        let offset = text.find('B').unwrap() as u32;
        let column = |unit| index.position(text, offset, unit).column;
        assert_eq!((column(Unit::Bytes), column(Unit::CodePoints), column(Unit::Utf16)), (7, 3, 4));
        assert_eq!(&text[index.range(0, text)], "A=1");
    }

    #[test]
    fn byte_order_mark_has_no_width() {
        let text = "\u{feff}A=1";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 3, Unit::CodePoints), Position { line: 1, column: 1 });
    }

    #[test]
    fn end_of_file_is_on_the_line_after_the_last_newline() {
        let index = LineIndex::new("A\n");
        assert_eq!(index.position("A\n", 2, Unit::Bytes), Position { line: 2, column: 1 });
    }
}
