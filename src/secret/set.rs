//! Sets of words.

/// A set of words that the compiler makes: the program has nothing to build when it starts, and to look for a word costs
/// one short hash.
pub(super) struct Words(pub &'static [&'static str]);

/// The set of the words of a text, with blanks between them.
macro_rules! words {
    ($text:literal) => {{
        const TEXT: &str = $text;
        const SLOTS: [&str; $crate::secret::set::slots(TEXT)] = $crate::secret::set::spread(TEXT);
        $crate::secret::set::Words(&SLOTS)
    }};
}
pub(super) use words;

impl Words {
    /// Whether the word is one of them.
    pub fn contains(&self, word: &str) -> bool {
        let mut slot = first_slot(word.as_bytes(), self.0.len());
        while !self.0[slot].is_empty() {
            if self.0[slot] == word {
                return true;
            }
            slot = next(slot, self.0.len());
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

/// Puts every word into its first slot, or the next one that is free.
pub(super) const fn spread<const SLOTS: usize>(text: &'static str) -> [&'static str; SLOTS] {
    let (mut spread, mut rest) = ([""; SLOTS], text);
    while !rest.is_empty() {
        let mut end = 0;
        while end < rest.len() && rest.as_bytes()[end] != b' ' {
            end += 1;
        }
        let (word, behind) = rest.split_at(end);
        let mut slot = first_slot(word.as_bytes(), SLOTS);
        while !spread[slot].is_empty() {
            slot = next(slot, SLOTS);
        }
        spread[slot] = word;
        rest = if behind.is_empty() { behind } else { behind.split_at(1).1 };
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
