//! What units are called, and what they look like.

use super::super::{Claim, Name};
use crate::source::directory;

/// The endings of units that are read. Mounts, slices and targets are about the machine, not about what is deployed.
pub const UNIT_TYPES: [&str; 4] = ["service", "timer", "socket", "path"];

/// Units, and what is put on top of them (`shop.service.d/limits.conf`).
pub fn claim(name: &Name) -> Claim {
    Claim::by_content(UNIT_TYPES.contains(&name.ending()) || extends(name.path).is_some(), look)
}

/// What a path is by its name: `service`, also for `shop.service.d/limits.conf`.
pub fn type_of(path: &str) -> Option<&'static str> {
    let of = |name: &str| UNIT_TYPES.iter().copied().find(|ending| Name::new(name).ending() == *ending);
    extends(path).map_or_else(|| of(path), of)
}

/// The unit that a drop-in belongs to: `shop.service` for `shop.service.d/limits.conf`.
pub fn extends(path: &str) -> Option<&str> {
    if !path.ends_with(".conf") {
        return None;
    }
    let unit = directory(path).rsplit('/').next()?.strip_suffix(".d")?;
    UNIT_TYPES.iter().any(|ending| unit.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'))).then_some(unit)
}

/// A section of a unit at the start of a line.
fn look(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    const SECTIONS: [&[u8]; 6] = [b"[Unit]", b"[Service]", b"[Timer]", b"[Socket]", b"[Path]", b"[Install]"];
    let mut lines = bytes[..bytes.len().min(64 * 1024)].split(|byte| *byte == b'\n');
    let found = lines.any(|line| SECTIONS.iter().any(|section| line.trim_ascii().eq_ignore_ascii_case(section)));
    // A section that is broken makes it no other file.
    let broken = || bytes.starts_with(b"[Unit") || bytes.starts_with(b"[Service");
    (found || broken()).then_some("it has the sections of a unit")
}
