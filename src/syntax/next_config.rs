//! Configurations of Next.js, of which the plain lines are read.

pub use super::lines::{File, parse};
use super::{Claim, Name};

/// Which files configure Next.js.
pub fn claim(name: &Name) -> Claim {
    let ending = name.lower().strip_prefix("next.config.");
    Claim::by_name(ending.is_some_and(|ending| matches!(ending, "js" | "mjs" | "cjs" | "ts" | "mts")))
}
