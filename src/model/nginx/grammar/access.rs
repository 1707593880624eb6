//! Who may: networks and referers.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Judge;

/// `ngx_http_access_rule`, `ngx_http_realip_from`
pub fn network(it: &mut Judge<'_, '_>) {
    let name = &*it.directive.name.value;
    let Some(word) = it.first() else { return };
    let value = &*word.value;
    // A name is looked up.
    let ok = match name {
        "set_real_ip_from" => value == "unix:" || is_network(value) || !value.contains('/') && !value.contains('$'),
        _ => value == "all" || value == "unix:" || is_network(value),
    };
    if !ok {
        it.refuse(
            word,
            format!("`{name}` takes addresses, and this is none"),
            "write an address, a network like `10.0.0.0/8`, or `all`",
        );
    }
}

/// An address or a network, as `ngx_ptocidr` reads them.
pub fn is_network(value: &str) -> bool {
    let (address, mask) = value.split_once('/').map_or((value, None), |(address, mask)| (address, Some(mask)));
    let bits = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(_), _) => 32,
        (_, Ok(_)) => 128,
        _ if is_loose_ipv4(address) => 32,
        _ => return false,
    };
    let number = |mask: &str| mask.bytes().all(|b| b.is_ascii_digit()) && mask.parse().is_ok_and(|n: u32| n <= bits);
    mask.is_none_or(number)
}

/// nginx reads leading zeros, Rust does not.
fn is_loose_ipv4(address: &str) -> bool {
    let parts: Vec<&str> = address.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.len() <= 4 && part.parse::<u8>().is_ok())
}

/// `ngx_http_valid_referers`
pub fn valid_referers(it: &mut Judge<'_, '_>) {
    for word in it.from(0) {
        if let Some(pattern) = word.value.strip_prefix('~') {
            it.expression(word, pattern);
        }
    }
}
