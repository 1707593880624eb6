//! Rules about systemd's units.

mod broken_section;
mod directory_not_made;
mod env_file_not_loaded;
mod file_missing;
mod hidden_by_sandbox;
mod home_closed;
mod ignored_value;
mod impossible_service;
mod inline_comment;
mod invalid_command;
mod joined_variables;
mod line_not_continued;
mod literal_secret;
mod log_folder_not_made;
mod no_restart;
mod not_enabled;
mod not_hardened;
mod nothing_to_start;
mod order_missing;
mod path_without_system;
mod read_only_path;
mod relative_path;
mod required_unit_missing;
mod runs_as_root;
mod shell_syntax;
mod socket_not_writable;
mod sqlite_several_writers;
mod stop_timeout_short;
mod trigger_without_service;
mod unknown_key;
mod variable_not_expanded;
mod venv_not_made;
mod wrong_type;

use super::Sink;
use crate::model::units::{Refused, RefusedKind};

rules! {
    broken_section,
    invalid_command,
    relative_path,
    nothing_to_start,
    impossible_service,
    line_not_continued,
    unknown_key,
    ignored_value,
    inline_comment,
    shell_syntax,
    wrong_type,
    hidden_by_sandbox,
    home_closed,
    venv_not_made,
    directory_not_made,
    read_only_path,
    socket_not_writable,
    log_folder_not_made,
    file_missing,
    env_file_not_loaded,
    required_unit_missing,
    trigger_without_service,
    sqlite_several_writers,
    stop_timeout_short,
    literal_secret,
    runs_as_root,
    path_without_system,
    not_enabled,
    no_restart,
    order_missing,
    not_hardened,
    joined_variables,
    variable_not_expanded,
}

/// Reports the reasons of one kind why a unit is not loaded.
fn tell(kind: RefusedKind, found: Vec<Refused>, sink: &mut Sink) {
    for refused in found.iter().filter(|refused| refused.kind == kind) {
        sink.fault(&refused.fault);
    }
}
