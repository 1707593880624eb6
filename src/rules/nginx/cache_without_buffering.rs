//! `nginx/cache-without-buffering`

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;

rule! {
    /// Answers are to be kept in a cache, and are not buffered.
    ///
    /// ## Why
    /// nginx writes an answer into the cache from its buffers. With `proxy_buffering off` it hands over what comes and keeps
    /// nothing: each request goes to the application, as if there were no cache (`ngx_http_upstream_send_response`).
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /var/cache/nginx keys_zone=pages:10m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_cache pages;
    ///       proxy_buffering off;
    /// #     ^^^^^^^^^^^^^^^^^^^ nginx/cache-without-buffering
    /// # | `proxy_buffering off` keeps nginx from caching: every request goes to the application
    /// # | help: remove the line, or write `proxy_cache off;` where answers are streamed
    /// # >
    ///       proxy_pass http://127.0.0.1:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /var/cache/nginx keys_zone=pages:10m;
    ///   proxy_cache pages;
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://127.0.0.1:8000; }
    ///     location /events { proxy_cache off; proxy_buffering off; proxy_pass http://127.0.0.1:8000; }
    ///   }
    /// }
    /// ```
    "nginx/cache-without-buffering" {
        severity: Low, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for kind in ["proxy", "fastcgi", "uwsgi", "scgi"] {
        let mut told = None;
        for (_, pass) in tree.named(&format!("{kind}_pass")).filter(|(_, node)| node.place.is_http()) {
            let own = |name: &str| match tree.effective(pass.parent, &format!("{kind}_{name}")) {
                Effective::Set(found) => found.last().copied(),
                Effective::Absent | Effective::Unknown => None,
            };
            let Some(cache) = own("cache") else { continue };
            let Some(buffering) = own("buffering") else { continue };
            let off = buffering.arg(0) == Some("off") && cache.arg(0) != Some("off");
            // One line may hold for many locations.
            if off && told.replace(buffering.words()) != Some(buffering.words()) {
                let message =
                    format!("`{kind}_buffering off` keeps nginx from caching: every request goes to the application");
                sink.report(buffering.words(), message)
                    .help(format!("remove the line, or write `{kind}_cache off;` where answers are streamed"))
                    .related(cache.words(), "the answers are to be kept");
            }
        }
    }
}
