//! `env/plain-http-url`

use crate::model::Host;
use crate::model::env::{Address, is_placeholder_domain};
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A public address is used without encryption.
    ///
    /// ## Why
    /// Everyone on the way can read and change what goes over `http://` and `ws://`: keys, cookies, the pages themselves.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// PAYMENT_API=http://api.shop.de/v1
    /// #           ^^^^^^^^^^^^^^^^^^ env/plain-http-url
    /// # | `PAYMENT_API` uses http:// to a public host: what goes over it can be read and changed
    /// # | help: use https:// here
    /// # > PAYMENT_API=https://api.shop.de/v1
    /// ```
    /// ```env good file=.env.prod
    /// PAYMENT_API=https://api.shop.de/v1
    /// BACKEND=http://api:3000
    /// METRICS=http://10.0.0.7:9090
    /// BIND=http://0.0.0.0:8000
    /// HEALTH_URL=http://shop.de/health
    /// HTTP_PROXY=http://proxy.corp.de:3128
    /// XML_NAMESPACE=http://www.w3.org/2001/XMLSchema
    /// ```
    ///
    /// ## What it does not report
    /// Names without a dot and private addresses: services of the same network. Proxies, health checks, package mirrors,
    /// and names that are only names (XML namespaces).
    "env/plain-http-url" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/319.html"],
        check: Check::Variables(check),
    }
}

const NAMES: [&str; 5] = ["www.w3.org", "schemas.xmlsoap.org", "purl.org", "schemas.microsoft.com", "xmlns.com"];

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for Address { var, urls, .. } in env.addresses() {
        for url in urls.iter().filter(|url| matches!(url.scheme, "http" | "ws")) {
            let named = NAMES.contains(&url.host) || is_placeholder_domain(url.host);
            if !named && Host::of(url.host) == Host::Public && !may_be_plain(var.key.value) {
                let place = var.part(url.range.clone());
                let name = &var.key.value;
                let message = format!(
                    "`{name}` uses {}:// to a public host: what goes over it can be read and changed",
                    url.scheme
                );
                let finding = sink.report(place, message);
                finding.help(format!("use {}s:// here", url.scheme));
                // One of several origins that are let in: nobody calls it.
                // The address of the pages themselves, which is written into them.
                let own = name.to_ascii_uppercase().ends_with("SITE_URL");
                if var.is_mere_default() || urls.len() > 1 || own {
                    finding.severity(Low);
                }
            }
        }
    }
}

/// Whether a variable of this name is for an address nobody calls, or one where plain HTTP is usual.
fn may_be_plain(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    // What a development server passes requests on to; the pages ask a path of their own address.
    if key.ends_with("_SERVE") || key.ends_with("_TARGET") {
        return true;
    }
    ["PROXY", "HEALTH", "MIRROR", "NAMESPACE", "SCHEMA", "REPOSITORY_URL", "APT_"].iter().any(|part| key.contains(part))
}
