//! `listen`

use super::Judge;
use super::address::{As, Host, parse};
use crate::model::nginx::values::{is_number, is_time, size};
use crate::syntax::nginx::{Directive, Word};

/// `ngx_http_core_listen`, `ngx_stream_core_listen`
pub fn listen(it: &mut Judge<'_, '_>, stream: bool) {
    let Some((first, rest)) = it.directive.args.split_first() else { return };
    if !it.open(first) {
        match parse(&first.value, As::Listen) {
            Ok(address) => {
                if stream && address.port.is_none() && !matches!(address.host, Host::Unix(_)) {
                    it.refuse(first, "`listen` needs a port in `stream`", "write it as `listen 5432;`");
                }
                if let Some(why) = address.nowhere() {
                    let message = format!("nginx does not find this address: {why}");
                    let help = if first.value.contains('$') {
                        "write the port or the address itself, or make the file a template that `envsubst` fills in before \
                         nginx starts"
                            .to_owned()
                    } else {
                        EXAMPLES.to_owned()
                    };
                    it.refuse(first, message, help);
                } else if let Some((port, option)) = run_together(&first.value) {
                    let message =
                        format!("nginx takes this for the name of a host: a space is missing in front of `{option}`");
                    it.refuse(first, message, format!("write it as `listen {port} {option};`"));
                }
            }
            Err(why) if why.starts_with("its port") => {
                it.refuse(first, "ports go from 1 to 65535", "write a port like `listen 8080;`");
            }
            Err(why) => it.refuse(first, format!("nginx cannot read this address: {why}"), EXAMPLES),
        }
    }
    for word in rest.iter().filter(|word| !it.open(word)).collect::<Vec<_>>() {
        option(it, word, stream);
    }
}

const EXAMPLES: &str = "write it as `listen 8080;`, `listen 127.0.0.1:8080;` or `listen [::]:8080;`";

/// `443ssl`: a port and an option without a space between them.
fn run_together(value: &str) -> Option<(&str, &str)> {
    let end = value.find(|c: char| !c.is_ascii_digit()).filter(|end| (1..=5).contains(end))?;
    let (port, option) = value.split_at_checked(end)?;
    matches!(option, "ssl" | "http2" | "quic" | "udp" | "default_server" | "proxy_protocol" | "reuseport")
        .then_some((port, option))
}

fn option(it: &mut Judge<'_, '_>, word: &Word, stream: bool) {
    let value = &*word.value;
    let (key, given) = value.split_once('=').map_or((value, None), |(key, given)| (key, Some(given)));
    let positive = |text: &str| is_number(text) && text.parse::<i64>().is_ok_and(|number| number > 0);
    let ok = match (key, given) {
        ("bind" | "reuseport" | "ssl" | "proxy_protocol" | "deferred" | "multipath", None) => true,
        // `stream` has virtual servers since nginx 1.25.5.
        ("default_server", None) => true,
        ("default" | "http2" | "quic", None) => !stream,
        ("udp", None) => stream,
        ("backlog", Some(number)) => positive(number),
        ("fastopen" | "setfib", Some(number)) => is_number(number) && !number.is_empty(),
        ("rcvbuf" | "sndbuf", Some(bytes)) => size(bytes).is_some(),
        ("accept_filter", Some(_)) => true,
        ("ipv6only", Some(flag)) => matches!(flag, "on" | "off"),
        ("so_keepalive", Some(given)) => is_keepalive(given),
        _ => {
            let help = if key == "spdy" {
                "remove it, and switch HTTP/2 on with `http2 on;`"
            } else {
                "remove it, or end the line above with `;`"
            };
            return it.unknown(word, help);
        }
    };
    if !ok {
        let (what, help) = match key {
            "backlog" => ("a number above 0", "write it as `backlog=511`"),
            "fastopen" | "setfib" => ("a whole number", "write it as `fastopen=256`"),
            "rcvbuf" | "sndbuf" => ("a size with `k` or `m`", "write it as `rcvbuf=64k`"),
            "ipv6only" => ("`on` or `off`", "write it as `listen [::]:80 ipv6only=on;`"),
            "so_keepalive" => ("`on`, `off` or three times", "write it as `so_keepalive=30m::10`"),
            _ => return it.unknown(word, "remove it, or end the line above with `;`"),
        };
        it.refuse(word, format!("`{key}` takes {what}"), help);
    }
}

fn is_keepalive(value: &str) -> bool {
    if matches!(value, "on" | "off") {
        return true;
    }
    let parts: Vec<&str> = value.split(':').collect();
    let ok = |index: usize| {
        parts
            .get(index)
            .is_none_or(|part| part.is_empty() || if index == 2 { is_number(part) } else { is_time(part, false) })
    };
    (2..=3).contains(&parts.len()) && (0..3).all(ok) && parts.iter().any(|part| !part.is_empty())
}

/// Whether a `listen` sets options of the socket, which only one may.
pub fn socket_options(directive: &Directive) -> bool {
    #[rustfmt::skip]
    const OPTIONS: [&str; 11] = [
        "setfib=", "fastopen=", "backlog=", "rcvbuf=", "sndbuf=", "accept_filter=", "ipv6only=", "so_keepalive=", "bind",
        "deferred", "reuseport",
    ];
    let option = |value: &str| {
        OPTIONS.iter().any(|option| match option.strip_suffix('=') {
            Some(_) => value.starts_with(option),
            None => value == *option,
        })
    };
    directive.args.iter().skip(1).any(|word| option(&word.value))
}
