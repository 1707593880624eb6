//! Answers that follow from a text alone, kept for the next file that asks: many files hold the same expression or list.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// More different texts than this are answered anew each time.
const MOST: usize = 1000;

/// Longer texts than this, in bytes, are not kept.
const LONGEST: usize = 4096;

/// What is known of each text.
pub struct Memo<T>(LazyLock<Mutex<HashMap<String, T>>>);

impl<T: Clone> Memo<T> {
    /// Nothing is known yet.
    pub const fn new() -> Self {
        Memo(LazyLock::new(Mutex::default))
    }

    /// The answer for a text; two threads that ask at once may both find it.
    pub fn get(&self, text: &str, answer: impl FnOnce() -> T) -> T {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(text) {
            return found.clone();
        }
        let found = answer();
        let mut known = known();
        if known.len() < MOST && text.len() <= LONGEST {
            known.insert(text.to_owned(), found.clone());
        }
        found
    }
}
