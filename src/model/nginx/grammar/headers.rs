//! Headers, parameters and cookies.

use super::Judge;
use crate::model::nginx::values::{is_time, seconds};

/// `ngx_http_headers_expires`
pub fn expires(it: &mut Judge<'_, '_>) {
    const HELP: &str = "write it as `expires 30d;`";
    let (word, modified) = match &it.directive.args[..] {
        [one] => (one, false),
        [first, two] if &*first.value == "modified" => (two, true),
        [first, _] if !it.open(first) => {
            return it.refuse(first, "`expires` takes one value, or `modified` and a time", HELP);
        }
        _ => return,
    };
    let value = &*word.value;
    if it.open(word) || value.contains('$') || !modified && matches!(value, "epoch" | "max" | "off") {
        return;
    }
    let daily = value.starts_with('@');
    let time = value.strip_prefix(['-', '+', '@']).unwrap_or(value);
    if daily && modified {
        it.refuse(word, "a time of the day cannot stand behind `modified`", HELP);
    } else if !is_time(time, false) {
        it.refuse(word, "`expires` takes a time, `epoch`, `max` or `off`", HELP);
    } else if daily && seconds(time).is_some_and(|seconds| seconds > 24 * 3600) {
        it.refuse(word, "a time of the day is less than 24 hours", "write it as `expires @15h30m;`");
    }
}

/// `ngx_http_headers_add`
pub fn add_header(it: &mut Judge<'_, '_>) {
    if let Some(word) = it.directive.args.get(2).filter(|word| !it.open(word) && &*word.value != "always") {
        it.unknown(word, "only `always` can stand behind the value; quote a value that holds spaces");
    }
}

/// `ngx_http_upstream_param_set_slot`
pub fn param(it: &mut Judge<'_, '_>) {
    if let Some(word) = it.directive.args.get(2).filter(|word| !it.open(word) && &*word.value != "if_not_empty") {
        it.unknown(word, "only `if_not_empty` can stand behind the value; quote a value that holds spaces");
    }
}

/// `ngx_http_proxy_redirect`, `ngx_http_proxy_cookie_*`
pub fn rewritten(it: &mut Judge<'_, '_>) {
    let name = &*it.directive.name.value;
    if let [word] = &it.directive.args[..] {
        let alone = match name {
            "proxy_redirect" => matches!(&*word.value, "off" | "default"),
            _ => &*word.value == "off",
        };
        if !alone && !it.open(word) {
            let help = if name == "proxy_redirect" { "write what to replace, and by what" } else { "write two values" };
            it.unknown(word, help);
        }
        return;
    }
    let Some(word) = it.directive.args.first() else { return };
    if let Some(pattern) = word.value.strip_prefix('~') {
        // `proxy_cookie_flags ~` stands for every cookie.
        let pattern = pattern.strip_prefix('*').unwrap_or(pattern);
        if name != "proxy_cookie_flags" || !pattern.is_empty() {
            it.expression(word, pattern);
        }
    }
}
