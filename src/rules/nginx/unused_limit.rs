//! `nginx/unused-limit`

use std::collections::HashSet;

use crate::model::nginx::Config;
use crate::rules::prelude::*;

rule! {
    /// A limit is prepared and never applied.
    ///
    /// ## Why
    /// `limit_req_zone` and `limit_conn_zone` only make the table in which requests are counted. Without `limit_req` or
    /// `limit_conn` nothing is counted and nobody is held back.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    /// #                                    ^^^^^^^^^^^^^^ nginx/unused-limit
    /// # | no `limit_req` uses `login`: nothing is limited
    /// # | help: add `limit_req zone=login burst=10;` where it should count
    ///   server {
    ///     listen 80;
    /// # >     listen 80;
    /// # >     limit_req zone=login burst=10;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    ///   server {
    ///     listen 80;
    ///     root /srv;
    ///     limit_req zone=login burst=5;
    ///     limit_req_status 429;
    ///   }
    /// }
    /// ```
    "nginx/unused-limit" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_limit_req_module.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    let used: HashSet<(&str, &str)> =
        config.names.zone_uses.iter().map(|zone| (zone.kind, zone.name.as_str())).collect();
    for zone in config.names.zones.iter().filter(|zone| zone.kind.starts_with("limit_")) {
        let (kind, name) = (zone.kind, zone.name.as_str());
        if used.contains(&(kind, name)) {
            continue;
        }
        match &config.gap {
            Some(why) => sink.unknown(zone.name.span, why.leaves("the limit may be applied elsewhere")),
            None => drop(sink.report(zone.name.span, format!("no `{kind}` uses `{name}`: nothing is limited")).help(
                match kind {
                    "limit_req" => format!("add `limit_req zone={name} burst=10;` where it should count"),
                    _ => format!("add `{kind} {name} 10;` where it should count"),
                },
            )),
        }
    }
}
