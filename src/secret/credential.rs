//! Credentials by their look.

use super::provider::provider_prefix;
use super::shape::{is_path, is_random};
use crate::cut::Cut;

/// Whether a value is, by its look, a key, a token or a private key. Used to decide what must not be shown, so it errs
/// towards yes; identifiers (UUIDs), addresses and paths are let through.
pub fn looks_like_credential(value: &str) -> bool {
    let value = value.trim();
    if value.len() < 16 {
        return false;
    }
    if value.contains("PRIVATE KEY-----") || value.starts_with("LS0tLS1CRUdJTi") {
        return true;
    }
    if value.len() > 4096 || value.bytes().any(|b| b.is_ascii_whitespace()) || value.contains("://") || is_path(value) {
        return false;
    }
    if let Some(prefix) = provider_prefix(value) {
        let rest = value.cut(prefix.len()..);
        return rest.len() >= 10 && rest.bytes().any(|b| b.is_ascii_digit());
    }
    let bytes = value.as_bytes();
    let uuid =
        bytes.len() == 36 && bytes.iter().enumerate().all(|(i, b)| (*b == b'-') == matches!(i, 8 | 13 | 18 | 23));
    let allowed = |b: &u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'+' | b'/'
                    | b'='
                    | b'_'
                    | b'-'
                    | b'.'
                    | b'~'
                    | b'!'
                    | b'@'
                    | b'#'
                    | b'%'
                    | b'^'
                    | b'&'
                    | b'*'
                    | b'$'
                    | b':'
            )
    };
    !uuid && bytes.len() >= 20 && bytes.iter().all(allowed) && is_random(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_by_look() {
        for value in [
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "f3a9c1d27b60e84512aa90bc7d3e5f18",
            "q8Zr+PlmT2/vXc91kd03Bfw=",
        ] {
            assert!(looks_like_credential(value), "{value}");
        }
        for value in [
            "production",
            "https://example.com/a/b/c/d",
            "redis-cache-production-eu1",
            "6fa459ea-ee8a-3ca4-894e-db77e160355e",
            "com.example.project.Settings",
            "/var/lib/data/12/ab",
            "application/json;charset=utf8",
        ] {
            assert!(!looks_like_credential(value), "{value}");
        }
    }
}
