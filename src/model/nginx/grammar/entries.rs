//! Entries of `map`, `geo`, `types`, `split_clients` and `charset_map`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::access::is_network;
use super::{Judge, names};
use crate::model::nginx::problem::{Kind, Problem};
use crate::source::Cut;
use crate::syntax::nginx::Directive;

/// Words that stand alone among the entries of a list, and change how those behind them are read.
#[derive(Copy, Clone, Default)]
pub struct Switches {
    /// In `map`.
    pub hostnames: bool,
    /// In `geo`.
    pub ranges: bool,
}

/// Judges an entry of a list.
pub fn entry(mut it: Judge<'_, '_>, list: &Directive, switches: Switches) {
    let own = ["map", "geo", "types", "split_clients", "charset_map"].iter().any(|name| list.is(name));
    if !own {
        return;
    }
    let directive = it.directive;
    if directive.block.is_some() {
        let message = format!("`{}` holds entries, not blocks", list.name.value);
        it.found.push(Problem::new(Kind::Value, directive.name.span, message, "end the entry with `;`"));
        return;
    }
    match &*list.name.value {
        "map" => map(&mut it, switches),
        "geo" => geo(&mut it, switches),
        "split_clients" => share(&mut it),
        "charset_map" => code(&mut it, list),
        _ => {}
    }
}

/// `ngx_http_map`
fn map(it: &mut Judge<'_, '_>, switches: Switches) {
    let directive = it.directive;
    let key = &*directive.name.value;
    let count = directive.args.len();
    if count == 0 && matches!(key, "hostnames" | "volatile") {
        return;
    }
    if count != 1 {
        if !directive.args.iter().chain([&directive.name]).any(|word| it.open(word)) {
            let help = "quote a value that holds spaces, and end each entry with `;`";
            it.refuse_all(Kind::Arguments, "an entry of `map` is a pattern and a value", help);
        }
        return;
    }
    if let Some(pattern) = key.strip_prefix('~') {
        it.expression(&directive.name, pattern.strip_prefix('*').unwrap_or(pattern));
    } else if switches.hostnames && !it.open(&directive.name) && key != "default" && key != "include" {
        let name = key.strip_prefix('\\').unwrap_or(key);
        if !names::is_hostname(name) {
            it.refuse(&directive.name, "this is no host name and no wildcard", "write it as `*.shop.example`");
        }
    }
}

/// `ngx_http_geo`
fn geo(it: &mut Judge<'_, '_>, switches: Switches) {
    let directive = it.directive;
    let (word, count) = (&directive.name, directive.args.len());
    if it.open(word) {
        return;
    }
    match &*word.value {
        "ranges" | "proxy_recursive" if count == 0 => return,
        _ if count != 1 => {
            let help = "write an address and a value: `10.0.0.0/8 1;`";
            return it.refuse_all(Kind::Arguments, "an entry of `geo` is an address and a value", help);
        }
        "default" | "include" => return,
        _ => {}
    }
    let address = match &*word.value {
        "proxy" | "delete" => match directive.args.first().filter(|word| !it.open(word)) {
            Some(word) => word,
            None => return,
        },
        _ => word,
    };
    if &*word.value != "proxy" && switches.ranges {
        if !is_range(&address.value) {
            it.refuse(address, "`geo` takes ranges here, and this is none", "write it as `10.0.0.0-10.0.0.255`");
        }
    } else if !is_network(&address.value) {
        it.refuse(
            address,
            "`geo` takes addresses, and this is none",
            "write an address or a network like `10.0.0.0/8`",
        );
    }
}

fn is_range(value: &str) -> bool {
    let Some((first, last)) = value.split_once('-') else { return false };
    match (first.parse::<Ipv4Addr>(), last.parse::<Ipv4Addr>()) {
        (Ok(first), Ok(last)) => first <= last,
        // Leading zeros, and IPv6, which only a network can be.
        _ => first.parse::<Ipv6Addr>().is_err() && is_network(first) && is_network(last),
    }
}

/// `ngx_http_split_clients`
fn share(it: &mut Judge<'_, '_>) {
    let word = &it.directive.name;
    if !it.open(word) && &*word.value != "*" && percent(&word.value).is_none() {
        let help = "write it as `0.5%`, and `*` for the rest";
        it.refuse(word, "a share of `split_clients` is a percentage above 0 with up to two decimals", help);
    }
}

/// `ngx_http_charset_map`
fn code(it: &mut Judge<'_, '_>, list: &Directive) {
    let directive = it.directive;
    let byte = |value: &str| u8::from_str_radix(value, 16).is_ok() && !value.starts_with('+');
    let utf = list.args.iter().any(|name| name.value.eq_ignore_ascii_case("utf-8"));
    let words = [Some(&directive.name), directive.args.first().filter(|_| !utf)];
    if let Some(word) = words.into_iter().flatten().find(|word| !it.open(word) && !byte(&word.value)) {
        it.refuse(word, "this is no code of a character", "write a number up to `FF` in base 16");
    }
}

/// Hundredths of a percent.
pub fn percent(value: &str) -> Option<u64> {
    let number = value.strip_suffix('%')?;
    let (whole, part) = number.split_once('.').map_or((number, ""), |(whole, part)| (whole, part));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || number.ends_with('.') || !digits(whole) || !digits(part) {
        return None;
    }
    let hundredths = format!("{part:0<2}");
    let all = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(hundredths.cut(..2).parse().ok()?)?;
    (all > 0).then_some(all)
}
