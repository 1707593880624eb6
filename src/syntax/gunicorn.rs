//! gunicorn's configuration: Python, of which the plain assignments are read.

pub use super::lines::{File, parse};
use super::{Claim, Name};

/// Which files configure gunicorn.
pub fn claim(name: &Name) -> Claim {
    Claim::by_name(matches!(
        name.lower(),
        "gunicorn.conf.py" | "gunicorn_conf.py" | "gunicorn_config.py" | "gunicorn.config.py"
    ))
}
