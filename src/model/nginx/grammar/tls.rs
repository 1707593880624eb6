//! Values of TLS settings.

use super::Judge;
use super::limits::SMALLEST_ZONE;
use crate::model::nginx::values::{is_number, size};

/// `ngx_http_ssl_session_cache`
pub fn session_cache(it: &mut Judge<'_, '_>) {
    let ok = |value: &str| match value.split_once(':') {
        _ if matches!(value, "off" | "none" | "builtin") => true,
        Some(("builtin", number)) => is_number(number) && !number.is_empty(),
        Some(("shared", rest)) => rest
            .split_once(':')
            .is_some_and(|(name, bytes)| !name.is_empty() && size(bytes).is_some_and(|bytes| bytes >= SMALLEST_ZONE)),
        _ => false,
    };
    for word in it.from(0) {
        if !ok(&word.value) {
            it.refuse(word, "nginx cannot read this session cache", "write it as `shared:SSL:10m`");
        }
    }
}
