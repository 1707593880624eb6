//! `resolver`

use super::Judge;
use super::address::{As, parse};
use crate::model::nginx::problem::Kind;
use crate::model::nginx::values::is_time;

/// `ngx_resolver_create`
pub fn resolver(it: &mut Judge<'_, '_>) {
    if let [word] = &it.directive.args[..]
        && &*word.value == "off"
    {
        if !it.mail() {
            let message = "nginx takes this for the name of a name server: only `mail` can do without";
            it.refuse(word, message, "remove the line, or write the address of a name server");
        }
        return;
    }
    let options = it.directive.args.iter().filter(|word| word.value.contains('=') && !word.value.starts_with("local="));
    if options.count() == it.directive.args.len() {
        return it.refuse_all(Kind::Value, "no name server is written here", "write the address of one in front");
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
            None => (
                parse(value, As::Plain).is_ok_and(|address| address.nowhere().is_none()),
                "write the address of a name server",
            ),
        };
        if !ok {
            it.refuse(word, "nginx cannot read this", help);
        }
    }
}
