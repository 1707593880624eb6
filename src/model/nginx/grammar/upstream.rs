//! `upstream`: servers and how they are chosen.

use super::Judge;
use super::address::{As, Host, parse};
use super::limits::SMALLEST_ZONE;
use crate::model::nginx::values::{is_number, is_time, size};
use crate::syntax::nginx::Place;

/// `ngx_http_upstream_server`
pub fn server(it: &mut Judge<'_, '_>) {
    let Some((first, rest)) = it.directive.args.split_first() else { return };
    if !it.open(first) {
        let how = if it.place == Place::Upstream { As::Url } else { As::Plain };
        match parse(&first.value, how) {
            Err(why) => {
                let help = "write it as `server HOST:PORT;`, without `http://`";
                it.refuse(first, format!("nginx cannot read this address: {why}"), help);
            }
            Ok(_) if how == As::Url && !first.value.starts_with("unix:") && first.value.contains(['/', '?']) => {
                it.refuse(first, "a server of an upstream has no path", "write it as `server HOST:PORT;`");
            }
            Ok(address) if address.nowhere().is_some() => {
                let why = address.nowhere().unwrap_or_default();
                let message = format!("nginx does not find this server: {why}");
                it.refuse(first, message, "write the host itself: `server HOST:PORT;`");
            }
            Ok(address) if address.port.is_none() && !matches!(address.host, Host::Unix(_)) => {
                let resolved = rest.iter().any(|word| word.value.starts_with("service="));
                if it.place == Place::StreamUpstream && !resolved {
                    it.refuse(first, "a server in `stream` needs a port", "write it as `server HOST:PORT;`");
                }
            }
            Ok(_) => {}
        }
    }
    for word in rest.iter().filter(|word| !it.open(word)).collect::<Vec<_>>() {
        let value = &*word.value;
        let number = |text: &str| is_number(text) && !text.is_empty();
        let (ok, help) = match value.split_once('=') {
            Some(("weight", n)) => (number(n) && n.parse() != Ok(0u64), "write it as `weight=2`"),
            Some(("max_fails" | "max_conns", n)) => (number(n), "write it as `max_fails=3`"),
            Some(("fail_timeout", time)) => (is_time(time, false), "write it as `fail_timeout=30s`"),
            // Later versions and the commercial one.
            Some(("service" | "route" | "slow_start" | "id" | "sid", _)) => (true, ""),
            None if matches!(value, "backup" | "down" | "resolve" | "drain") => (true, ""),
            _ => {
                it.unknown(word, "use `weight=`, `max_fails=`, `fail_timeout=`, `max_conns=`, `backup` or `down`");
                continue;
            }
        };
        if !ok {
            it.refuse(word, "nginx cannot read this value", help);
        }
    }
}

/// Other settings of an upstream.
pub fn setting(it: &mut Judge<'_, '_>) {
    if !matches!(it.place, Place::Upstream | Place::StreamUpstream) {
        return;
    }
    match &*it.directive.name.value {
        "keepalive" => {
            if let Some(word) = it.first()
                && (!is_number(&word.value) || word.value.is_empty() || word.value.parse() == Ok(0u64))
            {
                it.refuse(word, "`keepalive` takes a number above 0", "write it as `keepalive 16;`");
            }
        }
        "zone" => {
            if let Some(word) = it.directive.args.get(1).filter(|word| !it.open(word))
                && size(&word.value).is_none_or(|bytes| bytes < SMALLEST_ZONE)
            {
                it.refuse(word, "the zone needs a size of 32k at least", "write it as `zone NAME 64k;`");
            }
        }
        "random" => {
            if let Some(word) = it.first()
                && &*word.value != "two"
            {
                it.unknown(word, "use `random;` or `random two;`");
            } else if let Some(word) = it.directive.args.get(1).filter(|word| !it.open(word))
                && &*word.value != "least_conn"
                && !word.value.starts_with("least_time")
            {
                it.unknown(word, "only `least_conn` can stand behind `two`");
            }
        }
        "hash" => {
            if let Some(word) = it.directive.args.get(1).filter(|word| !it.open(word))
                && &*word.value != "consistent"
            {
                it.unknown(word, "only `consistent` can stand behind the key");
            }
        }
        _ => {}
    }
}
