//! `nginx/one-path-for-all`

use super::{Composed, composed};
use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// Every request is sent on to the same path.
    ///
    /// ## Why
    /// With a variable in the address, nginx sends what stands behind it as it is. The slash of `proxy_pass $backend/;` does not
    /// take the place of the location, as it does without a variable: `/api/users`, `/api/orders` and all others become `/`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     resolver 127.0.0.53;
    ///     set $backend http://shop.kleinladen.de:8000;
    ///     location /api/ { proxy_pass $backend/; }
    /// #                               ^^^^^^^^^ nginx/one-path-for-all
    /// # | every request reaches the application as `/`: with a variable nginx sends the path behind it as it is
    /// # | help: take the path out, and cut the location off with `rewrite ^/api/(.*)$ /$1 break;`
    /// # >     location /api/ { rewrite ^/api/(.*)$ /$1 break; proxy_pass $backend; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     resolver 127.0.0.53;
    ///     set $backend http://shop.kleinladen.de:8000;
    ///     location /api/ { proxy_pass $backend; }
    ///     location /old/ { proxy_pass $backend$request_uri; }
    ///     location = /health { proxy_pass $backend/healthz; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Locations for one path, and what only requests of nginx itself reach.
    "nginx/one-path-for-all" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for Composed { word, host, path, location } in composed(tree) {
        let ("" | "^~", own) = location else { continue };
        if !host.contains('$') || path.contains(['$', '?']) || !own.ends_with('/') {
            continue;
        }
        let cut = own.trim_end_matches('/');
        sink.report(
            word.span,
            format!("every request reaches the application as `/{path}`: with a variable nginx sends the path behind it as it is"),
        )
        .help(match own {
            "/" => "take the path out".to_owned(),
            _ => format!("take the path out, and cut the location off with `rewrite ^{cut}/(.*)$ /{path}$1 break;`"),
        });
    }
}
