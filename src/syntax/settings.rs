//! Settings of Python programs, of which the plain assignments are read.

pub use super::lines::{File, parse};
use super::{Claim, Name};

/// Which files hold the settings of a Django or Flask program.
pub fn claim(name: &Name) -> Claim {
    let one_of_many = matches!(name.lower(), "base.py" | "production.py" | "prod.py" | "common.py" | "defaults.py")
        && name.path.rsplit('/').nth(1).is_some_and(|folder| matches!(folder, "settings" | "config"));
    Claim::by_name(matches!(name.lower(), "settings.py" | "config.py") || one_of_many)
}
