//! `resolver`

use super::Judge;
use super::address::{As, parse};
use crate::model::nginx::values::is_time;

/// `ngx_resolver_create`
pub fn resolver(it: &mut Judge<'_, '_>) {
    if it.directive.args.len() == 1 && it.directive.arg(0) == Some("off") {
        return;
    }
    for word in it.from(0) {
        let value = &*word.value;
        let (ok, help) = match value.split_once('=') {
            Some(("valid", time)) => (is_time(time, false), "write it as `valid=30s`"),
            Some(("ipv4" | "ipv6", flag)) => (matches!(flag, "on" | "off"), "write it as `ipv6=off`"),
            Some(("status_zone" | "local", _)) => (true, ""),
            Some(_) => {
                it.unknown(word, "use addresses, `valid=` and `ipv6=`");
                continue;
            }
            None if value.parse::<std::net::Ipv6Addr>().is_ok() => (false, "write it in brackets, as `[::1]`"),
            None => (parse(value, As::Plain).is_ok(), "write the address of a name server"),
        };
        if !ok {
            it.refuse(word, "nginx cannot read this", help);
        }
    }
}
