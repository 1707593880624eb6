//! What a secret is worth that stands where many can read it.

use super::{Holds, Limits, Secret, Weakness, guards_nothing, is_no_secret, is_path};

/// What a secret is worth that stands in a file everybody with the code has: a Compose file, a Dockerfile, a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Worth {
    /// Nothing: it is no secret, it is for browsers or tests, or it is words that only fill the place.
    Nothing,
    /// It can be guessed, even by those who have not the file.
    Guessable(Weakness),
    /// It opens something, and everybody who has the file has it.
    Real,
}

impl Secret<'_> {
    /// What it is worth to those who read it. What its program cannot read is worth nothing.
    pub fn worth(&self, limits: &Limits) -> Worth {
        let value = self.value;
        if self.holds == Holds::Lesser || matches!(value, "''" | "\"\"") {
            return Worth::Nothing;
        }
        match self.weakness(limits) {
            Some(Weakness::Malformed(..)) => Worth::Nothing,
            Some(weakness) if !matches!(weakness, Weakness::Short { strong: true, .. }) => Worth::Guessable(weakness),
            _ if self.is_made_up() => Worth::Nothing,
            _ => Worth::Real,
        }
    }

    /// Whether nothing is known against it, but nothing is behind it.
    fn is_made_up(&self) -> bool {
        let value = self.value;
        // Small letters and dashes are words that people wrote: `unused-by-worker`.
        let is_word = |b: u8| b.is_ascii_lowercase() || matches!(b, b'-' | b'_' | b'.');
        is_no_secret(value)
            || guards_nothing(value)
            || is_path(value)
            || value.starts_with(['/', '.'])
            || value.contains("://")
            || value.len() < 8
            || value.bytes().all(is_word)
            || value.bytes().all(|b| b.is_ascii_alphabetic())
    }
}
