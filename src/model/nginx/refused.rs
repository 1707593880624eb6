//! What single directives of nginx refuse beyond the types of the table: the checks of the functions behind them.

use crate::cut::name_length;
use crate::source::Cut;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::problem::Problem;
use super::values::{is_number, is_time, size};
use crate::syntax::nginx::{Directive, Place, Word};

/// What nginx refuses about one directive that stands at `place` in the block of `parent`.
pub fn refused(directive: &Directive, place: Place, parent: Option<&Directive>) -> Option<Problem> {
    let http =
        !matches!(place, Place::Stream | Place::StreamServer | Place::StreamUpstream | Place::Mail | Place::MailServer);
    match &*directive.name.value {
        "return" if http => return_code(directive),
        "error_log" => log_level(directive),
        "limit_req" => limit(directive),
        "limit_req_zone" | "limit_conn_zone" => zone_size(directive),
        "expires" => expires(directive),
        "allow" | "deny" => {
            let word = directive.args.first()?;
            let ok =
                &*word.value == "all" || word.value.starts_with("unix:") || word.is_open() || is_network(&word.value);
            (!ok).then(|| {
                let name = &directive.name.value;
                problem(
                    word,
                    format!("`{name}` takes addresses, and this is none"),
                    "write an address, a network like `10.0.0.0/8`, or `all`",
                )
            })
        }
        "ssl_session_cache" => session_cache(directive),
        "proxy_pass" if matches!(place, Place::Location | Place::LocationIf | Place::LimitExcept) => {
            proxy_pass(directive, place, parent)
        }
        "if" => condition(directive),
        "set" if http => set(directive),
        "listen" if place == Place::Server => listen(directive),
        _ => None,
    }
    .or_else(|| open_variable(directive).filter(|_| http))
}

fn problem(word: &Word, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem { span: word.span, message: message.into(), help: help.into(), related: None }
}

/// `ngx_http_rewrite_return`
fn return_code(directive: &Directive) -> Option<Problem> {
    let word = directive.args.first()?;
    let value = &*word.value;
    if is_number(value) {
        let fits = value.parse::<u32>().is_ok_and(|code| code <= 999);
        return (!fits)
            .then(|| problem(word, "`return` takes a status code up to 999", "write a status code like `404`"));
    }
    let url = ["http://", "https://", "$scheme"]
        .iter()
        .any(|s| value.get(..s.len()).is_some_and(|v| v.eq_ignore_ascii_case(s)));
    let ok = directive.args.len() == 1 && (url || word.is_open());
    (!ok && !word.is_open()).then(|| {
        problem(word, "`return` takes a status code first", "write `return 200 \"...\";`, or `return 301 https://...;`")
    })
}

/// `ngx_log_set_levels`
fn log_level(directive: &Directive) -> Option<Problem> {
    #[rustfmt::skip]
    const LEVELS: [&str; 15] = [
        "debug", "info", "notice", "warn", "error", "crit", "alert", "emerg", "debug_core", "debug_alloc",
        "debug_mutex", "debug_event", "debug_http", "debug_mail", "debug_stream",
    ];
    let wrong = directive.args.iter().skip(1).find(|word| !word.is_open() && !LEVELS.contains(&&*word.value))?;
    Some(problem(
        wrong,
        "nginx does not know this log level",
        "use one of `debug`, `info`, `notice`, `warn`, `error`, `crit`, `alert`, `emerg`",
    ))
}

/// `ngx_http_limit_req`
fn limit(directive: &Directive) -> Option<Problem> {
    for word in directive.args.iter().filter(|word| !word.is_open()) {
        let count = word.value.strip_prefix("burst=").or_else(|| word.value.strip_prefix("delay="));
        if let Some(count) = count {
            if !is_number(count) || count.parse::<i64>().is_ok_and(|n| n <= 0) {
                return Some(problem(word, "`limit_req` takes whole numbers above 0 here", "write it as `burst=20`"));
            }
        } else if !word.value.starts_with("zone=") && &*word.value != "nodelay" {
            return Some(problem(
                word,
                "`limit_req` does not know this parameter",
                "use `zone=`, `burst=`, `delay=` or `nodelay`",
            ));
        }
    }
    None
}

/// Eight pages of memory are the least nginx takes for a zone.
const SMALLEST_ZONE: u64 = 8 * 4096;

/// `ngx_http_limit_req_zone`, `ngx_http_limit_conn_zone`
fn zone_size(directive: &Directive) -> Option<Problem> {
    let word = directive.args.iter().find(|word| word.value.starts_with("zone=") && !word.is_open())?;
    let bytes = word.value.split_once(':').and_then(|(_, bytes)| size(bytes));
    match bytes {
        None => Some(problem(word, "the zone has no size that nginx can read", "write it as `zone=NAME:10m`")),
        Some(bytes) if bytes < SMALLEST_ZONE => {
            Some(problem(word, "the zone is too small, nginx takes 32k at least", "write it as `zone=NAME:10m`"))
        }
        Some(_) => None,
    }
}

/// `ngx_http_headers_expires`
fn expires(directive: &Directive) -> Option<Problem> {
    let word = match &directive.args[..] {
        [one] => one,
        [modified, two] if &*modified.value == "modified" => two,
        _ => return None,
    };
    let time = word.value.strip_prefix(['-', '+', '@']).unwrap_or(&word.value);
    let ok = matches!(&*word.value, "epoch" | "max" | "off") || is_time(time, false) || word.is_open();
    (!ok).then(|| problem(word, "`expires` takes a time, `epoch`, `max` or `off`", "write it as `expires 30d;`"))
}

/// An address or a network, as `ngx_ptocidr` reads them.
fn is_network(value: &str) -> bool {
    let (address, mask) = value.split_once('/').map_or((value, None), |(address, mask)| (address, Some(mask)));
    let bits = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(_), _) => 32,
        (_, Ok(_)) => 128,
        _ => return is_loose_ipv4(address),
    };
    mask.is_none_or(|mask| mask.parse::<u8>().is_ok_and(|mask| mask <= bits) || mask.parse::<Ipv4Addr>().is_ok())
}

/// nginx reads leading zeros, Rust does not.
fn is_loose_ipv4(address: &str) -> bool {
    let parts: Vec<&str> = address.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.len() <= 4 && part.parse::<u8>().is_ok())
}

/// `ngx_http_ssl_session_cache`
fn session_cache(directive: &Directive) -> Option<Problem> {
    let ok = |value: &str| match value.split_once(':') {
        _ if matches!(value, "off" | "none" | "builtin") => true,
        Some(("builtin", number)) => is_number(number),
        Some(("shared", rest)) => rest
            .split_once(':')
            .is_some_and(|(name, bytes)| !name.is_empty() && size(bytes).is_some_and(|bytes| bytes >= SMALLEST_ZONE)),
        _ => false,
    };
    let wrong = directive.args.iter().find(|word| !word.is_open() && !ok(&word.value))?;
    Some(problem(wrong, "nginx cannot read this session cache", "write it as `shared:SSL:10m`"))
}

/// `ngx_http_proxy_pass`
fn proxy_pass(directive: &Directive, place: Place, parent: Option<&Directive>) -> Option<Problem> {
    let word = directive.args.first().filter(|word| !word.is_open())?;
    let value = &*word.value;
    let scheme =
        ["http://", "https://"].into_iter().find(|s| value.get(..s.len()).is_some_and(|v| v.eq_ignore_ascii_case(s)));
    let Some(scheme) = scheme else {
        return Some(problem(
            word,
            "`proxy_pass` needs `http://` or `https://` in front",
            "write it as `proxy_pass http://HOST:PORT;`",
        ));
    };
    let rest = value.cut(scheme.len()..);
    let first = parent.and_then(|parent| parent.arg(0)).unwrap_or("");
    let nameless = place != Place::Location || first.starts_with('~') || first.starts_with('@');
    (nameless && !rest.starts_with("unix:") && rest.contains(['/', '?'])).then(|| {
        problem(
            word,
            "`proxy_pass` cannot have a path here: the location is an expression, has a name, or this is inside `if` or `limit_except`",
            "remove everything behind the host and port, the `/` too; use `rewrite` to change the path",
        )
    })
}

/// `ngx_http_rewrite_if_condition`
fn condition(directive: &Directive) -> Option<Problem> {
    let first = directive.args.first()?;
    let second = directive.args.get(1)?;
    if !first.value.starts_with("($") || first.value.ends_with(')') && directive.args.len() == 1 {
        return None;
    }
    let known = ["=", "!=", "~", "~*", "!~", "!~*", ")"].contains(&&*second.value);
    (!known).then(|| {
        problem(
            second,
            "nginx does not know this comparison",
            "use `=`, `!=`, `~`, `~*`, `!~` or `!~*`, with spaces around it",
        )
    })
}

/// Variables that nginx sets itself and nobody else may (`ngx_http_core_variables` without the changeable ones).
#[rustfmt::skip]
const FIXED: [&str; 20] = [
    "host", "uri", "document_uri", "request_uri", "request_method", "request_filename", "scheme", "remote_addr",
    "remote_port", "server_addr", "server_name", "server_port", "server_protocol", "status", "document_root",
    "query_string", "is_args", "http_host", "https", "remote_user",
];

/// `ngx_http_rewrite_set`
fn set(directive: &Directive) -> Option<Problem> {
    let word = directive.args.first()?;
    let Some(name) = word.value.strip_prefix('$') else {
        return Some(problem(word, "a variable's name starts with `$`", "write it as `set $NAME VALUE;`"));
    };
    FIXED.contains(&name.to_ascii_lowercase().as_str()).then(|| {
        problem(word, "this variable is nginx's own and cannot be set", "choose another name, and use that one below")
    })
}

/// `ngx_http_core_listen`
fn listen(directive: &Directive) -> Option<Problem> {
    #[rustfmt::skip]
    const FLAGS: [&str; 11] = [
        "default_server", "default", "ssl", "http2", "quic", "proxy_protocol", "deferred", "bind", "reuseport",
        "multipath", "so_keepalive",
    ];
    let (first, rest) = directive.args.split_first()?;
    let port = first.value.rsplit(':').next().unwrap_or(&first.value);
    if !first.is_open() && !first.value.starts_with("unix:") && is_number(port) && !port.is_empty() {
        let bare = first.value.len() == port.len() || !first.value.ends_with(']');
        if bare && !port.parse::<u32>().is_ok_and(|port| (1..=65535).contains(&port)) && !first.value.starts_with('[') {
            return Some(problem(first, "ports go from 1 to 65535", "write a port like `listen 8080;`"));
        }
    }
    let known = |value: &str| FLAGS.contains(&value) || value.contains('=');
    let wrong = rest.iter().find(|word| !word.is_open() && !known(&word.value))?;
    let help = if &*wrong.value == "spdy" {
        "remove it, and switch HTTP/2 on with `http2 on;`"
    } else {
        "remove it, or end the line above with `;`"
    };
    Some(problem(wrong, "`listen` does not know this parameter", help))
}

/// `${name` without `}` (`ngx_http_script_compile`).
fn open_variable(directive: &Directive) -> Option<Problem> {
    const COMPILED: [&str; 9] = [
        "return",
        "set",
        "add_header",
        "proxy_set_header",
        "proxy_pass",
        "root",
        "alias",
        "try_files",
        "fastcgi_param",
    ];
    if !COMPILED.contains(&&*directive.name.value) {
        return None;
    }
    let open = |word: &&Word| {
        word.value.match_indices("${").any(|(at, _)| {
            let name = word.value.cut(at + 2..);
            let length = name_length(name);
            name.as_bytes().get(length) != Some(&b'}')
        })
    };
    let word = directive.args.iter().find(open)?;
    Some(problem(word, "`${` is not closed, nginx cannot read the variable", "write it as `${name}`"))
}

/// What nginx refuses about an entry of `map`, `geo`, `types` and the like.
pub fn entry_refused(entry: &Directive, list: &Directive) -> Option<Problem> {
    let own = ["map", "geo", "types", "split_clients", "charset_map"].iter().any(|name| list.is(name));
    if own && entry.block.is_some() {
        return Some(problem(
            &entry.name,
            format!("`{}` holds entries, not blocks", list.name.value),
            "end the entry with `;`",
        ));
    }
    let word = &entry.name;
    let keyword =
        ["default", "delete", "include", "proxy", "proxy_recursive", "ranges", "volatile"].contains(&&*word.value);
    let range = word.value.contains('-');
    (list.is("geo") && !keyword && !range && !word.is_open() && !is_network(&word.value)).then(|| {
        problem(word, "`geo` takes addresses, and this is none", "write an address or a network like `10.0.0.0/8`")
    })
}
