//! `server_name`, and names with wildcards.

use super::Judge;

/// `ngx_http_core_server_name`
pub fn server_name(it: &mut Judge<'_, '_>) {
    for word in it.from(0) {
        let value = &*word.value;
        if value == "~" {
            it.refuse(word, "the expression is empty", "write one behind `~`, or remove the word");
        } else if let Some(pattern) = value.strip_prefix('~') {
            it.expression(word, pattern);
        } else if value.starts_with('*') && !(value.len() > 2 && value.starts_with("*.")) || value == "." {
            let help = "write a wildcard as `*.shop.example`; for every name use `_` and `default_server`";
            it.refuse(word, "this is no server name", help);
        }
    }
}

/// Whether a name can be looked up: at most one `*`, at an end, and no empty part (`ngx_hash_add_key`).
pub fn is_hostname(name: &str) -> bool {
    let stars = name.bytes().filter(|byte| *byte == b'*').count();
    if stars > 1 || name.contains("..") {
        return false;
    }
    let at_end = name.len() > 2 && (name.starts_with("*.") || name.ends_with(".*"));
    stars == 0 || at_end || name.len() > 1 && name.starts_with('.')
}

/// The part of a name that is looked up as a whole; `None` for a wildcard.
pub fn exact(name: &str) -> Option<&str> {
    match name.strip_prefix('.') {
        Some(rest) if !rest.is_empty() => Some(rest),
        _ if name.starts_with('~') || name.starts_with("*.") || name.ends_with(".*") => None,
        _ => Some(name),
    }
}
