//! `nginx/arguments-lost`

use super::{Composed, composed};
use crate::model::Host;
use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// A path that is put together for `proxy_pass` leaves out the query string.
    ///
    /// ## Why
    /// With a variable in its path, `proxy_pass` sends exactly what is written. What stood behind the `?` is in none of `$1` and `$uri`:
    /// `/api/orders?page=2` arrives as `/orders`, filters and tokens are gone, and the application shows page one.
    ///
    /// ## Examples
    /// ```nginx bad
    /// server {
    ///   listen 80;
    ///   location ~ ^/api/(.*)$ {
    ///     proxy_pass http://127.0.0.1:8000/$1;
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/arguments-lost
    /// # | with a variable in its path this is sent as it is written: what stands behind the `?` of a request is lost
    /// # | help: add `$is_args$args` at its end
    /// # >     proxy_pass http://127.0.0.1:8000/$1$is_args$args;
    ///   }
    /// }
    /// ```
    /// ```nginx good
    /// server {
    ///   listen 80;
    ///   location ~ ^/api/(.*)$ {
    ///     proxy_pass http://127.0.0.1:8000/$1?$args;
    ///   }
    ///   location ~ ^/app/ {
    ///     proxy_pass http://127.0.0.1:8000$request_uri;
    ///   }
    ///   location ~ ^/files/(.*\.(?:png|jpg))$ {
    ///     proxy_pass http://127.0.0.1:9000/$1;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Internal locations, and expressions for files by their endings. Other machines, which may only have files: low.
    "nginx/arguments-lost" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for Composed { word, host, path, location: (_, own) } in composed(tree) {
        let kept = ["?", "args", "request_uri", "query_string"].iter().any(|part| path.contains(part));
        if !path.contains('$') || kept || host.contains("s3") || own.contains(r"\.(") {
            continue;
        }
        let message = "with a variable in its path this is sent as it is written: what stands behind the `?` of a request is lost";
        let finding = sink.report(word.span, message);
        finding.help("add `$is_args$args` at its end");
        if host.contains('.') && Host::of(host.split(':').next().unwrap_or(host)) == Host::Public {
            finding.severity(Low);
        }
    }
}
