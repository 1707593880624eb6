//! Values that systemd cannot read: it says so in its log, goes on without the setting, and starts the unit.

use super::{Unit, calendar, is_placeholder, seconds};
use crate::source::{Span, Spanned};
use crate::syntax::systemd::{self, table};

/// A setting that has no effect, and why.
#[derive(Clone, Debug)]
pub struct Ignored<'a> {
    /// The key.
    pub key: &'a Spanned<String>,
    /// The value.
    pub value: &'a Spanned<String>,
    /// What systemd expects there.
    pub expected: String,
}

/// Words that a key takes, from the string tables of version 257 (`src/core/service.c`, `src/shared/kill.c`,
/// `src/core/namespace.c`, `src/core/unit.c`).
const WORDS: &[(&str, &[&str])] = &[
    ("service_type", &["simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"]),
    ("service_restart", &["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"]),
    ("kill_mode", &["control-group", "mixed", "process", "none"]),
    ("notify_access", &["none", "main", "exec", "all"]),
];

/// Words beside those of a switch.
const MORE: &[(&str, &[&str])] = &[
    ("ProtectSystem", &["full", "strict"]),
    ("ProtectHome", &["read-only", "tmpfs"]),
    ("PrivateTmp", &["disconnected"]),
];

/// Whether `Type=` takes a word.
pub(super) fn is_service_type(word: &str) -> bool {
    WORDS[0].1.contains(&word)
}

/// A switch (`parse_boolean`).
pub(super) fn boolean(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    match text.as_str() {
        "1" | "yes" | "y" | "true" | "t" | "on" => Some(true),
        "0" | "no" | "n" | "false" | "f" | "off" => Some(false),
        _ => None,
    }
}

/// The settings of one file that have no effect because of their value.
pub fn ignored(unit: &Unit) -> Vec<Ignored<'_>> {
    let mut found = Vec::new();
    for section in &unit.sections {
        for entry in &section.entries {
            let Some(key) = table::key(&section.name.value, &entry.key.value) else { continue };
            let value = entry.value.value.as_str();
            if value.is_empty() || is_placeholder(value) || value.contains('%') {
                continue;
            }
            if let Some(expected) = expected(key, value) {
                found.push(Ignored { key: &entry.key, value: &entry.value, expected });
            }
        }
    }
    found
}

/// What a key takes, when the value is none of it.
fn expected(key: table::Key, value: &str) -> Option<String> {
    if let Some((_, words)) = WORDS.iter().find(|(reader, _)| *reader == key.reader) {
        return (!words.contains(&value)).then(|| format!("one of {}", quoted(words)));
    }
    if let Some((_, more)) = MORE.iter().find(|(name, _)| *name == key.name) {
        let fits = boolean(value).is_some() || more.contains(&value);
        return (!fits).then(|| format!("`yes`, `no` or one of {}", quoted(more)));
    }
    let absolute = |path: &str| path.starts_with('/');
    match key.reader {
        "bool" | "tristate" if boolean(value).is_none() => Some("`yes` or `no`".to_owned()),
        "sec" | "sec_fix_0" | "service_timeout" if seconds(value).is_none() => {
            Some("a time: `30`, `30s`, `5min`, `1h 30min`".to_owned())
        }
        "unsigned" if value.parse::<u32>().is_err() && !value.starts_with("0x") => Some("a whole number".to_owned()),
        "unit_env_file" if !absolute(value.trim_start_matches('-')) => Some("an absolute path".to_owned()),
        "timer" if key.name == "OnCalendar" => calendar::expected(value),
        "timer" if seconds(value).is_none() => Some("a time: `5min`, `1h`".to_owned()),
        _ => None,
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The comment that somebody has put behind a value, where systemd knows none.
pub fn comment_in(key: &Spanned<String>, value: &Spanned<String>) -> Option<Span> {
    // What these hold is text for people, or compared as a whole.
    let free = matches!(key.value.as_str(), "Description" | "Documentation") || key.value.starts_with(['X', 'C', 'A']);
    if free || !value.value.contains('#') {
        return None;
    }
    let words = systemd::words(&value.value);
    let sign = words.list.iter().skip(1).find(|word| word.text.starts_with('#') && !word.quoted)?;
    Some(value.span.slice(sign.range.start, value.value.len()))
}
