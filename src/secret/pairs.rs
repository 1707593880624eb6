//! Letters that often stand side by side in words.

/// Pairs of letters: by the first, a bit for each second one.
pub struct Pairs([u32; 26]);

impl Pairs {
    /// The pairs of a list in small letters, with blanks between them.
    pub const fn of(list: &[u8]) -> Self {
        let mut pairs = [0; 26];
        let mut at = 0;
        while at + 1 < list.len() {
            if list[at] == b' ' {
                at += 1;
            } else {
                pairs[(list[at] - b'a') as usize] |= 1 << (list[at + 1] - b'a');
                at += 2;
            }
        }
        Pairs(pairs)
    }

    /// Whether two letters, in any case, are one of them.
    pub fn hold(&self, first: u8, second: u8) -> bool {
        let [first, second] = [first, second].map(|b| b.to_ascii_lowercase().wrapping_sub(b'a'));
        first < 26 && second < 26 && self.0[usize::from(first)] >> second & 1 == 1
    }
}
