//! Prometheus configurations: YAML that says what is asked for its metrics.

pub use super::yaml::{File, parse};
use super::{Claim, Name};

/// Which files tell Prometheus what to ask.
pub fn claim(name: &Name) -> Claim {
    let fits = name.is_yaml() && name.stem().starts_with("prometheus");
    Claim::by_content(fits, |_, bytes| {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= 1 << 20)?;
        text.lines().any(|line| line.starts_with("scrape_configs:")).then_some("it says what Prometheus asks")
    })
}
