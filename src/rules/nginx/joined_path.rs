//! `nginx/joined-path`

use crate::model::nginx::{Expanded, Place, parts};
use crate::rules::prelude::*;

rule! {
    /// The path that the application gets has its parts run together.
    ///
    /// ## Why
    /// With a path behind the address, nginx puts that path in the place of the location. `/api/` is replaced by `/v1`, so
    /// `/api/items` becomes `/v1items`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /api/ {
    ///       proxy_pass http://127.0.0.1:8000/v1;
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/joined-path
    /// # | `/api/items` reaches the application as `/v1items`: a slash is missing at the end
    /// # | help: write `/v1/` at its end
    /// # >       proxy_pass http://127.0.0.1:8000/v1/;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /api/ {
    ///       proxy_pass http://127.0.0.1:8000/v1/;
    ///     }
    ///     location /shop {
    ///       proxy_pass http://127.0.0.1:8000/v1;
    ///     }
    ///     location /one/ {
    ///       proxy_pass http://127.0.0.1:8000/index.html;
    ///     }
    ///     location /exporter/ {
    ///       proxy_pass http://127.0.0.1:9100/metrics;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/joined-path" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Blocks(check),
    }
}

/// Addresses that are one page, and no folder.
const PAGES: [&str; 8] = ["metrics", "health", "healthz", "status", "ping", "ready", "graphql", "webhook"];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place == Place::Location) {
        let Some(word) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        let Some(location) = tree.block(node.parent) else { continue };
        let Some(("" | "^~", path)) = parts(location) else { continue };
        let Some((_, target)) = word.value.split_once("://").and_then(|(_, rest)| rest.split_once('/')) else {
            continue;
        };
        let whole = target.is_empty() || target.ends_with(['/', '=', '-', '_']) || target.contains(['?', '.', '#']);
        // What is asked for by itself has nothing behind it.
        let last = target.rsplit('/').next().unwrap_or(target);
        let alone = PAGES.iter().any(|page| last.ends_with(page));
        // What `rewrite` makes is passed on as it is.
        let rewritten = tree.own(node.parent, "rewrite").next().is_some();
        if path.ends_with('/') && !whole && !rewritten && !alone && !path.contains('$') {
            sink.report(
                word.span,
                format!("`{path}items` reaches the application as `/{target}items`: a slash is missing at the end"),
            )
            .help(format!("write `/{target}/` at its end"))
            .related(location.words(), "the location ends with a slash");
        }
    }
}
