//! Parts of a text by offsets in bytes.

use std::ops::{Bound, RangeBounds};

/// Cuts a part out of a text. Unlike an index it cannot fail, wherever the offsets come from: one beyond the end is the end,
/// and one within a character is the start of that character.
pub trait Cut {
    /// The part from one offset to another; nothing when the first is behind the second.
    fn cut(&self, range: impl RangeBounds<usize>) -> &str;
}

impl Cut for str {
    fn cut(&self, range: impl RangeBounds<usize>) -> &str {
        let start = match range.start_bound() {
            Bound::Included(&at) => at,
            Bound::Excluded(&at) => at.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&at) => at.saturating_add(1),
            Bound::Excluded(&at) => at,
            Bound::Unbounded => self.len(),
        };
        match self.get(start..end) {
            Some(part) => part,
            None => self.get(boundary(self, start)..boundary(self, end)).unwrap_or(""),
        }
    }
}

/// The last boundary of a character that is not behind an offset.
pub fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// How many bytes at the start of a text can be of a name: letters, digits and `_`.
pub fn name_length(text: impl AsRef<[u8]>) -> usize {
    text.as_ref().iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

#[cfg(test)]
mod tests {
    use super::{Cut, name_length};

    #[test]
    fn names_end_at_the_first_other_sign() {
        assert_eq!(["", "-A", "A_1", "a.b", "é"].map(name_length), [0, 0, 3, 1, 0]);
    }

    #[test]
    fn every_pair_of_offsets_is_a_part() {
        let text = "aé😀b";
        assert_eq!((text.cut(1..3), text.cut(..), text.cut(3..=6), text.cut(7..)), ("é", text, "😀", "b"));
        assert_eq!((text.cut(2..4), text.cut(5..99), text.cut(99..)), ("é", "😀b", ""));
        for start in 0..12 {
            for end in 0..12 {
                assert!(text.contains(text.cut(start..end)));
            }
        }
    }
}
