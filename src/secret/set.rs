//! Sets of words.

/// A set of words that the compiler makes: the program has nothing to build when it starts, and to look for a word costs
/// one short hash. Words are places in the text, not pointers: there is nothing for the loader to do, either.
pub(super) struct Words {
    pub text: &'static str,
    pub slots: &'static [Slot],
}

/// Where a word begins and how long it is; no word has the length 0.
pub(super) type Slot = (u16, u8);

/// The set of the words of a text, with blanks between them.
macro_rules! words {
    ($text:literal) => {{
        const TEXT: &str = $text;
        static SLOTS: [$crate::secret::set::Slot; $crate::secret::set::slots(TEXT)] = $crate::secret::set::spread(TEXT);
        $crate::secret::set::Words { text: TEXT, slots: &SLOTS }
    }};
}
pub(super) use words;

impl Words {
    /// Whether the word is one of them.
    pub fn contains(&self, word: &str) -> bool {
        let mut slot = first_slot(word.as_bytes(), self.slots.len());
        while let (start, length @ 1..) = self.slots[slot] {
            let start = usize::from(start);
            if self.text.as_bytes().get(start..start + usize::from(length)) == Some(word.as_bytes()) {
                return true;
            }
            slot = next(slot, self.slots.len());
        }
        false
    }
}

/// How many slots the words of a text are spread over: more than twice as many, and a power of two.
pub(super) const fn slots(text: &str) -> usize {
    let (mut words, mut at) = (1, 0);
    while at < text.len() {
        words += (text.as_bytes()[at] == b' ') as usize;
        at += 1;
    }
    (2 * words + 1).next_power_of_two()
}

/// Puts every word into its first slot, or the next one that is free. The compiler refuses what is too long.
pub(super) const fn spread<const SLOTS: usize>(text: &'static str) -> [Slot; SLOTS] {
    assert!(text.len() <= u16::MAX as usize);
    let (bytes, mut spread, mut start) = (text.as_bytes(), [(0, 0); SLOTS], 0);
    while start < bytes.len() {
        let mut end = start;
        while end < bytes.len() && bytes[end] != b' ' {
            end += 1;
        }
        assert!(end > start && end - start <= u8::MAX as usize);
        let mut slot = first_slot(bytes.split_at(start).1.split_at(end - start).0, SLOTS);
        while spread[slot].1 > 0 {
            slot = next(slot, SLOTS);
        }
        spread[slot] = (start as u16, (end - start) as u8);
        start = end + 1;
    }
    spread
}

/// Where to look for a word: FNV-1a, which is short.
const fn first_slot(word: &[u8], slots: usize) -> usize {
    let (mut hash, mut at) = (0x811c_9dc5_u32, 0);
    while at < word.len() {
        hash = (hash ^ word[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ hash >> 15) as usize & (slots - 1)
}

const fn next(slot: usize, slots: usize) -> usize {
    (slot + 1) & (slots - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_words_of_its_text_and_no_others() {
        static SET: Words = words!("a ab abc b ba bac cab пароль 0000 1q2w3e");
        for word in ["a", "ab", "abc", "b", "ba", "bac", "cab", "пароль", "0000", "1q2w3e"] {
            assert!(SET.contains(word), "{word}");
        }
        for word in ["", " ", "c", "a ab", "abcd", "пар", "000", "A"] {
            assert!(!SET.contains(word), "{word}");
        }
    }
}
