//! `.dockerignore`: a pattern on each line.

pub use super::lines::{File, parse};
use super::{Claim, Name, dockerfile};

/// Which files are ignore lists: the one of a context, and those of single Dockerfiles.
pub fn claim(name: &Name) -> Claim {
    let own = || name.ending() == "dockerignore" && dockerfile::is_name(name.stem());
    Claim::by_name(name.lower() == ".dockerignore" || own())
}
