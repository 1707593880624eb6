//! `env/cors-wildcard`

use crate::model::env::is_true;
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// Every website may read the answers of this server.
    ///
    /// ## Why
    /// With `*` as allowed origin any page a visitor opens can call the API and read what it says; together with allowed
    /// credentials it does so in the visitor's name.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// CORS_ORIGINS=*
    /// #            ^ env/cors-wildcard
    /// # | `CORS_ORIGINS` lets every website read the answers of this server
    /// # | help: list the origins that need it, for example `https://app.shop.de`
    /// # > CORS_ORIGINS=https://app.shop.de
    /// ```
    /// ```env bad file=.env.staging
    /// BACKEND_CORS_ORIGINS='["*"]'
    /// #                     ^^^^^ env/cors-wildcard
    /// # > BACKEND_CORS_ORIGINS='["https://app.shop.de"]'
    /// ```
    /// ```env good file=.env.prod
    /// CORS_ORIGINS=https://shop.de,https://*.shop.de
    /// CORS_ALLOW_METHODS=*
    /// CORS_ALLOW_HEADERS=*
    /// CORS_ALLOW_ALL_ORIGINS=false
    /// ```
    "env/cors-wildcard" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Access-Control-Allow-Origin"],
        check: Check::Variables(check),
    }
}

fn check(variables: &Variables, _: &Context, sink: &mut Sink) {
    let cors = |key: &str| key.contains("CORS") || key.contains("ALLOWED_ORIGIN") || key.contains("ALLOW_ORIGIN");
    let credentials = || {
        variables.iter().filter(|(_, value)| is_true(value.value)).any(|(key, _)| {
            let key = key.value.to_ascii_uppercase();
            cors(&key) && key.contains("CREDENTIALS")
        })
    };
    for (key, value) in variables.iter() {
        // Hardly any value is one of these.
        let (star, on) = (value.value.contains('*'), is_true(value.value));
        if !star && !on {
            continue;
        }
        let any = |part: &str| part.trim_matches([' ', '"', '\'', '[', ']']) == "*";
        let name = &key.value;
        let key = name.to_ascii_uppercase();
        let all = key.contains("ALL_ORIGINS") || key.ends_with("ORIGIN_ALLOW_ALL");
        if cors(&key) && key.contains("ORIGIN") && (value.value.split(',').any(any) || all && on) {
            let more = if credentials() { ", and credentials are allowed" } else { "" };
            sink.report(value.span, format!("`{name}` lets every website read the answers of this server{more}"))
                .help("list the origins that need it, for example `https://app.shop.de`")
                .cause((name, value.value), "set here, too");
        }
    }
}
