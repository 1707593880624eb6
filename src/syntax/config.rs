//! gonogo's own configuration: YAML under one of four names.

pub use super::yaml::{File, parse};
use super::{Claim, Name};

/// The names a project's configuration can have.
pub const NAMES: [&str; 4] = ["gonogo.yaml", ".gonogo.yaml", "gonogo.yml", ".gonogo.yml"];

/// Which files are configurations.
pub fn claim(name: &Name) -> Claim {
    Claim::by_name(NAMES.contains(&name.file))
}
