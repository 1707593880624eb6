//! Files, pages for errors, and settings with a word of their own.

use super::Judge;
use crate::model::nginx::problem::Kind;
use crate::model::nginx::values::{is_number, is_offset, is_time};

/// `ngx_http_core_root`
pub fn root(it: &mut Judge<'_, '_>) {
    let name = &*it.directive.name.value;
    if name == "alias" && it.parent.and_then(|parent| parent.arg(0)).is_some_and(|first| first.starts_with('@')) {
        it.refuse_all(Kind::Place, "`alias` cannot stand in a named location", "use `root`");
    }
    let Some(word) = it.first() else { return };
    let lower = word.value.to_ascii_lowercase();
    for variable in ["document_root", "realpath_root"] {
        let bare = lower.match_indices(&format!("${variable}")).any(|(at, found)| {
            !lower.as_bytes().get(at + found.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        });
        if bare || lower.contains(&format!("${{{variable}}}")) {
            let message = format!("`{name}` cannot hold `${variable}`, which is made of it");
            it.refuse(word, message, "write the path");
        }
    }
}

/// `ngx_http_try_files`
pub fn try_files(it: &mut Judge<'_, '_>) {
    let Some(word) = it.directive.args.last().filter(|word| !it.open(word)) else { return };
    let Some(code) = word.value.strip_prefix('=') else { return };
    if code.is_empty() || !is_number(code) || code.parse::<u64>().is_ok_and(|code| code > 999) {
        it.refuse(word, "a status code up to 999 is wanted behind `=`", "write it as `try_files $uri =404;`");
    }
}

/// `ngx_http_core_error_page`
pub fn error_page(it: &mut Judge<'_, '_>) {
    let args = &it.directive.args;
    let Some((_, front)) = args.split_last() else { return };
    let mut codes = front;
    if let Some((word, before)) = front.split_last()
        && let Some(code) = word.value.strip_prefix('=')
    {
        codes = before;
        if before.is_empty() {
            it.refuse(word, "`error_page` needs a status code first", "write it as `error_page 404 =200 /page;`");
        } else if !code.is_empty() && !is_number(code) && !it.open(word) {
            it.refuse(word, "a status code is wanted behind `=`", "write it as `error_page 404 =200 /page;`");
        }
    }
    for word in codes.iter().filter(|word| !it.open(word)).collect::<Vec<_>>() {
        let code = if word.value.is_empty() || !is_number(&word.value) { None } else { word.value.parse::<u64>().ok() };
        if !code.is_some_and(|code| (300..=599).contains(&code) && code != 499) {
            let help = "write each code, like `error_page 500 502 /50x.html;`";
            it.refuse(word, "`error_page` takes status codes from 300 to 599, without 499", help);
        }
    }
}

/// Settings that take a word of their own or a value.
pub fn other(it: &mut Judge<'_, '_>) {
    let name = &*it.directive.name.value;
    let Some(word) = it.first() else { return };
    let value = &*word.value;
    let (ok, what, help) = match name {
        "aio" => (
            matches!(value, "on" | "off" | "threads" | "sendfile") || value.starts_with("threads="),
            "`on`, `off` or `threads`",
            "write `aio threads;`",
        ),
        "directio" => {
            (value == "off" || is_offset(value) && !value.is_empty(), "`off` or a size", "write `directio 4m;`")
        }
        "disable_symlinks" => return symlinks(it),
        "sub_filter" => (!value.is_empty(), "a text to look for", "write one"),
        "userid_expires" => {
            (matches!(value, "max" | "off") || is_time(value, false), "a time, `max` or `off`", "write a time")
        }
        "userid_mark" => {
            let one = matches!(value.as_bytes(), [b] if b.is_ascii_alphanumeric() || *b == b'=');
            (value == "off" || one, "`off`, a letter, a digit or `=`", "write one character")
        }
        "modern_browser" => (
            matches!(value, "unlisted" | "msie" | "gecko" | "opera" | "safari" | "konqueror"),
            "`unlisted` or the name of a browser that nginx knows",
            "use `msie`, `gecko`, `opera`, `safari` or `konqueror`",
        ),
        "gzip_disable" => {
            for word in it.from(0) {
                it.expression(word, if &*word.value == "msie6" { "" } else { &word.value });
            }
            return;
        }
        "keepalive_timeout" => {
            for word in it.from(0) {
                let wrong = !is_time(&word.value, true);
                if wrong {
                    let help = "write a whole number of seconds, or units like `90s`, `5m`, `1h30m`";
                    it.refuse(word, "`keepalive_timeout` takes a time, and this is none", help);
                }
            }
            return;
        }
        _ => return,
    };
    if !ok {
        it.refuse(word, format!("`{name}` takes {what}, and this is none"), help);
    }
}

/// `ngx_http_disable_symlinks`
fn symlinks(it: &mut Judge<'_, '_>) {
    for word in it.from(0) {
        if !matches!(&*word.value, "on" | "off" | "if_not_owner") && !word.value.starts_with("from=") {
            it.unknown(word, "use `on`, `off`, `if_not_owner` and `from=`");
        }
    }
    let from = it.directive.args.iter().find(|word| word.value.starts_with("from="));
    if let Some(word) = from.filter(|_| it.directive.arg(0) == Some("off")) {
        it.refuse(word, "`off` goes without `from=`", "remove it");
    }
}
