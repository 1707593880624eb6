//! Rules about systemd's units.

mod broken_section;
mod impossible_service;
mod invalid_command;
mod nothing_to_start;
mod relative_path;
mod unknown_key;

use super::Sink;
use crate::model::units::{Refused, RefusedKind};

rules! {
    broken_section,
    invalid_command,
    relative_path,
    nothing_to_start,
    impossible_service,
    unknown_key,
}

/// Reports the reasons of one kind why a unit is not loaded.
fn tell(kind: RefusedKind, found: Vec<Refused>, sink: &mut Sink) {
    for refused in found.iter().filter(|refused| refused.kind == kind) {
        sink.fault(&refused.fault);
    }
}
