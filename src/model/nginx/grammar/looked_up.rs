//! The names of hosts that nginx looks up when it starts, beside those that requests are passed to.

use super::address::{As, Host, parse};
use crate::source::Spanned;
use crate::syntax::nginx::{Directive, Word};

/// The names of one directive, each resolved while the configuration is read (`ngx_http_realip_from`,
/// `ngx_resolver_create`, `ngx_syslog_parse_args`). Those of `debug_connection` are not: most builds ignore it.
pub fn looked_up(directive: &Directive) -> Vec<Spanned<String>> {
    let named = |word: &Word, text: &str, how| match parse(text, how).ok()?.host {
        Host::Name(name) => Some(Spanned::new(name.to_owned(), word.span)),
        _ => None,
    };
    let all = directive.args.iter().filter(|word| !word.is_open());
    match &*directive.name.value {
        "set_real_ip_from" => all.take(1).filter_map(|word| named(word, &word.value, As::Plain)).collect(),
        "resolver" => {
            let servers = all.filter(|word| !word.value.contains('=') && &*word.value != "off");
            servers.filter_map(|word| named(word, &word.value, As::Plain)).collect()
        }
        "access_log" | "error_log" => {
            let first = all.take(1).filter_map(|word| Some((word, word.value.strip_prefix("syslog:")?)));
            let server = |text: &'_ str| text.split(',').find_map(|own| own.strip_prefix("server=")).map(str::to_owned);
            first.filter_map(|(word, text)| named(word, &server(text)?, As::Url)).collect()
        }
        _ => Vec::new(),
    }
}
