//! Limits of requests and connections, and methods.

use super::Judge;
use crate::model::nginx::problem::Kind;
use crate::model::nginx::values::{is_number, size};

/// `ngx_http_limit_req`
pub fn limit_req(it: &mut Judge<'_, '_>) {
    let mut zone = it.directive.args.iter().any(|word| it.open(word));
    for word in it.from(0) {
        let count = word.value.strip_prefix("burst=").or_else(|| word.value.strip_prefix("delay="));
        if let Some(count) = count {
            if !is_number(count) || count.parse::<i64>().map_or(true, |n| n <= 0) {
                it.refuse(word, "`limit_req` takes whole numbers above 0 here", "write it as `burst=20`");
            }
        } else if word.value.starts_with("zone=") {
            zone = true;
        } else if &*word.value != "nodelay" {
            it.unknown(word, "use `zone=`, `burst=`, `delay=` or `nodelay`");
            zone = true;
        }
    }
    if !zone {
        it.refuse_all(Kind::Arguments, "`limit_req` needs `zone`", "add `zone=NAME`");
    }
}

/// `ngx_http_limit_conn`
pub fn limit_conn(it: &mut Judge<'_, '_>) {
    let Some(word) = it.directive.args.get(1).filter(|word| !it.open(word)) else { return };
    let count = is_number(&word.value).then(|| word.value.parse::<u64>().ok()).flatten();
    if !count.is_some_and(|count| (1..=65535).contains(&count)) {
        it.refuse(word, "`limit_conn` takes a number from 1 to 65535", "write it as `limit_conn NAME 10;`");
    }
}

/// Eight pages of memory are the least nginx takes for a zone.
pub const SMALLEST_ZONE: u64 = 8 * 4096;

/// `ngx_http_limit_req_zone`, `ngx_http_limit_conn_zone`
pub fn zone(it: &mut Judge<'_, '_>) {
    let open = it.directive.args.iter().any(|word| it.open(word));
    let mut named = false;
    for word in it.from(1) {
        let Some(zone) = word.value.strip_prefix("zone=") else {
            if !word.value.starts_with("rate=") && &*word.value != "sync" {
                it.unknown(word, "use `zone=NAME:10m`, and for `limit_req_zone` also `rate=10r/s`");
                named = true;
            }
            continue;
        };
        named = true;
        let (name, bytes) = zone.split_once(':').map_or((zone, None), |(name, bytes)| (name, size(bytes)));
        let wrong = match bytes {
            _ if name.is_empty() => "the zone has no name",
            None => "the zone has no size that nginx can read",
            Some(bytes) if bytes < SMALLEST_ZONE => "the zone is too small, nginx takes 32k at least",
            Some(_) => continue,
        };
        it.refuse(word, wrong, "write it as `zone=NAME:10m`");
    }
    if !named && !open {
        let message = format!("`{}` needs `zone`", it.directive.name.value);
        it.refuse_all(Kind::Arguments, message, "add `zone=NAME:10m`");
    }
}

/// `ngx_http_core_limit_except`
pub fn limit_except(it: &mut Judge<'_, '_>) {
    #[rustfmt::skip]
    const METHODS: [&str; 16] = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "OPTIONS", "PROPFIND", "PROPPATCH", "LOCK",
        "UNLOCK", "PATCH", "CONNECT", "TRACE",
    ];
    for word in it.from(0) {
        if !METHODS.iter().any(|method| method.eq_ignore_ascii_case(&word.value)) {
            it.refuse(word, "nginx does not know this method", "write methods like `GET POST`");
        }
    }
}
