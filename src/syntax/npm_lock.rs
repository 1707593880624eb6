//! `package-lock.json`, of which the plain lines are read, and only where the question comes up.

pub use super::lines::{File, parse};
use super::{Claim, Name};

/// None claims its files: they are long, and read where an installation leaves packages out (`project/named.rs`).
pub fn claim(_: &Name) -> Claim {
    Claim::by_name(false)
}
