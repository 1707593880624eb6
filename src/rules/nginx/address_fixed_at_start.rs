//! `nginx/address-fixed-at-start`

use std::collections::HashSet;

use crate::model::env::is_placeholder_domain;
use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// A public host name is looked up once, when nginx starts.
    ///
    /// ## Why
    /// Load balancers and services in a cloud change their addresses. nginx goes on asking the old ones until somebody reloads
    /// it, and does not start at all while the name cannot be found.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass https://bucket.s3.amazonaws.com;
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/address-fixed-at-start
    /// # | nginx looks `bucket.s3.amazonaws.com` up once, when it starts, and keeps the address
    /// # | help: put the host into a variable with `set`, and add a `resolver`
    /// # >       resolver 127.0.0.11 valid=10s;
    /// # >       set $bucket bucket.s3.amazonaws.com;
    /// # >       proxy_pass https://$bucket;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       resolver 127.0.0.11 valid=30s;
    ///       set $store bucket.s3.amazonaws.com;
    ///       proxy_pass https://$store;
    ///     }
    ///     location /api {
    ///       proxy_pass http://api:8000;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/address-fixed-at-start" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let upstreams: HashSet<&str> = tree.named("upstream").filter_map(|(_, node)| node.directive.arg(0)).collect();
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let Some(word) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        let Some((_, rest)) = word.value.split_once("://") else { continue };
        let host = rest.split(['/', ':']).next().unwrap_or(rest);
        if is_public(host) && !upstreams.contains(host) {
            sink.report(word.span, format!("nginx looks `{host}` up once, when it starts, and keeps the address"))
                .help("put the host into a variable with `set`, and add a `resolver`");
        }
    }
}

/// Whether a host is found in the public name system: with a suffix that is no one's private one.
fn is_public(host: &str) -> bool {
    let private = [
        "local",
        "internal",
        "lan",
        "home",
        "intranet",
        "test",
        "localhost",
        "svc",
        "consul",
        "docker",
        "corp",
        "example",
        "invalid",
    ];
    let suffix = host.rsplit('.').next().unwrap_or("");
    let named = host.contains('.') && suffix.len() > 1 && suffix.chars().all(|c| c.is_ascii_alphabetic());
    named && !private.contains(&suffix) && !is_placeholder_domain(host)
}
