//! Where requests are passed on to.

use super::Judge;
use super::address::{As, parse};
use crate::model::nginx::problem::Kind;
use crate::source::Cut;
use crate::syntax::nginx::{Directive, Place, Word};

/// The target of a `*_pass` that holds no variables.
pub struct Target<'a> {
    /// The word.
    pub word: &'a Word,
    /// The address with what follows it.
    pub address: &'a str,
    /// How the address is read.
    pub how: As,
    /// Whether an address without a port has one by default.
    pub port: bool,
}

/// The target of a directive that passes requests on; `None` when it holds variables, or is none of its schemes.
pub fn target(directive: &Directive, stream: bool) -> Option<Target<'_>> {
    let word = directive.args.first().filter(|word| !word.is_open())?;
    let value = &*word.value;
    let after = |schemes: &[&str]| {
        let scheme = schemes.iter().find(|scheme| starts_with(value, scheme))?;
        Some(value.cut(scheme.len()..))
    };
    let plain = |address| Some(Target { word, address, how: As::Plain, port: false });
    match &*directive.name.value {
        "proxy_pass" if stream => plain(value),
        "proxy_pass" => Some(Target { word, address: after(&["http://", "https://"])?, how: As::Url, port: true }),
        "grpc_pass" => plain(after(&["grpc://", "grpcs://"]).unwrap_or(value)),
        "uwsgi_pass" => plain(after(&["uwsgi://", "suwsgi://"]).unwrap_or(value)),
        "fastcgi_pass" | "scgi_pass" | "memcached_pass" => plain(value),
        _ => None,
    }
}

fn starts_with(value: &str, start: &str) -> bool {
    value.get(..start.len()).is_some_and(|v| v.eq_ignore_ascii_case(start))
}

/// `ngx_http_proxy_pass` and its like
pub fn pass(it: &mut Judge<'_, '_>) {
    let Some(word) = it.first().filter(|word| !word.value.contains('$')) else { return };
    let value = &*word.value;
    let proxy = it.directive.is("proxy_pass");
    let Some(target) = target(it.directive, false) else {
        if proxy {
            it.refuse(
                word,
                "`proxy_pass` needs `http://` or `https://` in front",
                "write it as `proxy_pass http://HOST:PORT;`",
            );
        }
        return;
    };
    address(it, &target);
    if !proxy {
        return;
    }
    let first = it.parent.and_then(|parent| parent.arg(0)).unwrap_or("");
    let nameless = it.place != Place::Location || first.starts_with('~') || first.starts_with('@');
    let path = match target.address.strip_prefix("unix:") {
        Some(rest) => rest.contains(':'),
        None => target.address.contains(['/', '?']),
    };
    if nameless && path && value.len() > target.address.len() {
        it.refuse(
            word,
            "`proxy_pass` cannot have a path here: the location is an expression, has a name, or this is inside `if` or `limit_except`",
            "remove everything behind the host and port, the `/` too; use `rewrite` to change the path",
        );
    }
}

fn address(it: &mut Judge<'_, '_>, target: &Target<'_>) {
    if let Err(why) = parse(target.address, target.how) {
        let help = format!("write it as `{}HOST:PORT`", scheme(target));
        it.refuse(target.word, format!("nginx cannot read this address: {why}"), help);
    }
}

/// What stands in front of the address.
fn scheme<'a>(target: &Target<'a>) -> &'a str {
    target.word.value.cut(..target.word.value.len() - target.address.len())
}

/// `ngx_stream_proxy_pass`
pub fn stream(it: &mut Judge<'_, '_>) {
    if let Some(target) = target(it.directive, true).filter(|target| !it.open(target.word)) {
        address(it, &target);
    }
}

/// `ngx_http_upstream_bind_set_slot`
pub fn bind(it: &mut Judge<'_, '_>) {
    if let Some(word) = it.directive.args.get(1).filter(|word| !it.open(word) && &*word.value != "transparent") {
        it.unknown(word, "only `transparent` can stand behind the address");
    }
    let Some(word) = it.first() else { return };
    let value = &*word.value;
    let (literal, rest) = match value.strip_prefix('[') {
        Some(rest) => (rest.contains(']'), ""),
        None => value.split_once(':').map_or((value.parse::<std::net::Ipv4Addr>().is_ok(), ""), |(host, rest)| {
            (host.parse::<std::net::Ipv4Addr>().is_ok() || value.parse::<std::net::Ipv6Addr>().is_ok(), rest)
        }),
    };
    let port = rest.is_empty() || rest.contains(':') || rest.parse::<u16>().is_ok();
    let ok = literal && port || value == "off" || value.contains('$') || value.starts_with("unix:");
    if !ok {
        let message = format!("`{}` takes an IP address, and this is none", it.directive.name.value);
        it.found.push(super::Problem::new(Kind::Value, word.span, message, "write an IP address of the machine"));
    }
}
