//! `nginx/limit-key-from-client`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// Who is limited is what the client says of itself.
    ///
    /// ## Why
    /// `X-Forwarded-For` is written by the client. With a new address in each request everybody has a counter of his own, and
    /// the limit holds nobody back.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $http_x_forwarded_for zone=login:10m rate=5r/m;
    /// #                ^^^^^^^^^^^^^^^^^^^^^ nginx/limit-key-from-client
    /// # | clients write `X-Forwarded-For` themselves: with a new value each time the limit never holds
    /// # | help: count by `$binary_remote_addr`; behind a proxy, tell nginx its address with `set_real_ip_from`
    /// # >   limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    ///   server {
    ///     listen 80;
    ///     limit_req zone=login;
    ///     limit_req_status 429;
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
    ///     limit_req zone=login;
    ///     limit_req_status 429;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    "nginx/limit-key-from-client" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_realip_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for name in ["limit_req_zone", "limit_conn_zone"] {
        for (_, node) in tree.named(name) {
            let key = node.directive.args.first().filter(|key| key.value.contains("$http_x_forwarded_for"));
            let Some(key) = key.filter(|key| !key.value.contains("remote_addr")) else { continue };
            sink.report(
                key.span,
                "clients write `X-Forwarded-For` themselves: with a new value each time the limit never holds",
            )
            .help("count by `$binary_remote_addr`; behind a proxy, tell nginx its address with `set_real_ip_from`");
        }
    }
}
