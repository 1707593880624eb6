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

/// A list of ciphers that certainly selects none: nothing in it adds one, or it is one misspelt name.
pub fn ciphers(it: &mut Judge<'_, '_>) {
    let Some(word) = it.first() else { return };
    let value = &*word.value;
    // A library may know names that are not known here, so that only lists that add nothing are certain.
    let parts: Vec<&str> = value.split([':', ',', ' ', ';']).filter(|part| !part.is_empty()).collect();
    let adds = parts.iter().any(|part| !part.starts_with(['!', '-', '+', '@']));
    let command = parts.iter().find_map(|part| part.strip_prefix('@'));
    let unknown = command.is_some_and(|name| name != "STRENGTH" && !name.starts_with("SECLEVEL"));
    if !adds || unknown {
        let help = "write a list like `ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256`";
        it.refuse(word, "this list selects no cipher that OpenSSL knows", help);
    }
}

/// `ngx_ssl_ecdh_curve`
pub fn curves(it: &mut Judge<'_, '_>) {
    let Some(word) = it.first() else { return };
    if word.value.contains([',', ' ', ';']) || word.value.is_empty() {
        it.refuse(word, "OpenSSL takes curves with `:` between them", "write it as `X25519:prime256v1`");
    }
}
