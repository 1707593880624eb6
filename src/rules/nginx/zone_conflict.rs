//! `nginx/zone-conflict`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// A name of a memory zone, or a folder of a cache, that two directives want.
    ///
    /// ## Why
    /// A zone has one use, one size and one directive that makes it; a cache has its folder for itself. nginx does not start when
    /// two directives disagree.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// limit_req_zone $binary_remote_addr zone=one:10m rate=10r/s;
    /// limit_conn_zone $binary_remote_addr zone=one:10m;
    /// #                                   ^^^^^^^^^^^^ nginx/zone-conflict
    /// # | a zone of this name is for another use already
    /// # | help: choose another name for one of the two
    /// # > limit_conn_zone $binary_remote_addr zone=two:10m;
    /// proxy_cache_path /var/cache/nginx keys_zone=a:10m;
    /// proxy_cache_path /var/cache/nginx/ keys_zone=b:10m;
    /// #                ^^^^^^^^^^^^^^^^^ nginx/zone-conflict
    /// # > proxy_cache_path /var/cache/other/ keys_zone=b:10m;
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// limit_req_zone $binary_remote_addr zone=one:10m rate=10r/s;
    /// limit_conn_zone $binary_remote_addr zone=two:10m;
    /// proxy_cache_path /var/cache/nginx/a keys_zone=a:10m;
    /// proxy_cache_path /var/cache/nginx/b keys_zone=b:10m;
    /// ```
    ///
    /// ## What it does not report
    /// Zones that nothing defines: `nginx/undefined-zone`.
    "nginx/zone-conflict" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_limit_req_module.html#limit_req_zone"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Zone, config, sink);
}
