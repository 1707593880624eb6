//! `nginx/upstream-conflict`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// An upstream that does not fit what refers to it.
    ///
    /// ## Why
    /// An upstream has servers, and its name takes no port where it is used. nginx refuses to start otherwise, partly without a line.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// upstream app { server 10.0.0.1:8000; }
    /// upstream none { }
    /// ^^^^^^^^^^^^^ nginx/upstream-conflict
    /// | the upstream has no server
    /// | help: add `server HOST:PORT;`, or remove the upstream
    /// # > upstream none { server 10.0.0.3:8000; }
    /// upstream fair {
    ///   ip_hash;
    ///   server 10.0.0.1:8000;
    ///   server 10.0.0.2:8000 backup;
    /// #                      ^^^^^^ nginx/upstream-conflict
    /// # >   server 10.0.0.2:8000;
    /// }
    /// server {
    ///   location / {
    ///     proxy_pass http://app:8000;
    /// #              ^^^^^^^^^^^^^^^ nginx/upstream-conflict
    /// # >     proxy_pass http://app;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// upstream app { server 10.0.0.1:8000; }
    /// upstream fair {
    ///   least_conn;
    ///   server 10.0.0.1:8000;
    ///   server 10.0.0.2:8000 backup;
    /// }
    /// server {
    ///   location / {
    ///     proxy_pass http://app;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Upstreams that an include or a module may fill.
    "nginx/upstream-conflict" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_upstream_module.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Upstream, config, sink);
}
