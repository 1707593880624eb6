//! The files of `.ebextensions`: YAML, or JSON, which is YAML.

pub use super::yaml::{File, parse};
use super::{Claim, Name};
use crate::source::directory;

/// Which files tell Elastic Beanstalk what to do.
pub fn claim(name: &Name) -> Claim {
    let folder = directory(name.path).rsplit('/').next().unwrap_or_default();
    Claim::by_name(name.ending() == "config" && folder == ".ebextensions")
}
