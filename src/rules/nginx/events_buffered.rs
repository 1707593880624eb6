//! `nginx/events-buffered`

use crate::model::nginx::values::seconds;
use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Events of a stream are held back until there are enough of them.
    ///
    /// ## Why
    /// nginx collects answers of the application in a buffer before it sends them on. Server-sent events are small: a chat or a progress
    /// bar stands still, and then jumps.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /events/ {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Connection "";
    ///       chunked_transfer_encoding off;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/events-buffered
    /// # | this is a stream of events, and nginx still collects them in a buffer: they arrive late, many at once
    /// # | help: add `proxy_buffering off;`, unless the application sends `X-Accel-Buffering: no`
    /// # >       chunked_transfer_encoding off;
    /// # >       proxy_buffering off;
    ///       proxy_read_timeout 24h;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /events/ {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Connection "";
    ///       chunked_transfer_encoding off;
    ///       proxy_buffering off;
    ///       proxy_read_timeout 24h;
    ///     }
    ///     location /registry/ {
    ///       proxy_pass http://10.0.0.5:5000;
    ///       chunked_transfer_encoding on;
    ///       proxy_read_timeout 900;
    ///     }
    ///     location /old/ {
    ///       proxy_pass http://10.0.0.5:5000;
    ///       chunked_transfer_encoding off;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/events-buffered" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let level = node.parent;
        let chunked = tree.own(level, "chunked_transfer_encoding").find(|own| own.arg(0) == Some("off"));
        let waits =
            |name| tree.value(level, name).and_then(|word| seconds(&word.value)).is_some_and(|time| time >= 600);
        let kept = |own: &Directive| own.is_header("connection") && own.arg(1) == Some("");
        // The three together are what streams of events are set up with.
        let recipe = tree.own(level, "proxy_set_header").any(kept)
            && (waits("proxy_read_timeout") || tree.own(level, "proxy_cache").any(|own| own.arg(0) == Some("off")));
        let Some(sign) = chunked.filter(|_| recipe && tree.gap(level).is_none()) else { continue };
        match tree.effective(level, "proxy_buffering") {
            Effective::Set(own) if own.iter().any(|own| own.arg(0) == Some("off")) => {}
            Effective::Unknown => {}
            Effective::Set(_) | Effective::Absent => {
                sink.report(sign.words(), "this is a stream of events, and nginx still collects them in a buffer: they arrive late, many at once")
                    .help("add `proxy_buffering off;`, unless the application sends `X-Accel-Buffering: no`")
                    .related(node.directive.words(), "the stream comes from here");
            }
        }
    }
}
