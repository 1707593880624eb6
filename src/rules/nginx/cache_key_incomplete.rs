//! `nginx/cache-key-incomplete`

use crate::model::nginx::Expanded;
use crate::model::nginx::flow::variables;
use crate::rules::prelude::*;

rule! {
    /// The key of a cache leaves out the query of the request.
    ///
    /// ## Why
    /// Two requests with the same key get the same answer. With `$uri` alone `/search?q=shoes` and `/search?q=socks` are one
    /// page, whoever asks first decides which.
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
    ///       proxy_cache_key $host$uri;
    /// #                     ^^^^^^^^^ nginx/cache-key-incomplete
    /// # | `/search?q=shoes` and `/search?q=socks` get the same page: the query is not part of the key
    /// # | help: write `$host$request_uri`
    /// # >       proxy_cache_key $host$request_uri;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /var/cache/nginx keys_zone=pages:10m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_cache pages;
    ///       proxy_cache_key $scheme$host$uri$is_args$args;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /static/ {
    ///       proxy_cache pages;
    ///       proxy_cache_key $uri;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /var/cache/nginx keys_zone=pictures:10m;
    ///   server {
    ///     listen 80;
    ///     location /_next/image {
    ///       proxy_cache pictures;
    ///       proxy_cache_key $host$uri;
    /// #                     ^^^^^^^^^ nginx/cache-key-incomplete
    /// # >       proxy_cache_key $host$request_uri;
    ///       proxy_pass http://10.0.0.5:3000;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Locations for files, where the query changes nothing, and keys with variables of one's own.
    "nginx/cache-key-incomplete" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_key"],
        check: Check::Blocks(check),
    }
}

/// What says which page is asked for, and nothing of its query.
const PATHS: [&str; 3] = ["uri", "document_uri", "request_filename"];

/// What does not say it.
const OTHERS: [&str; 8] =
    ["scheme", "host", "http_host", "proxy_host", "server_name", "request_method", "server_port", "proxy_port"];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    // The pictures of Next.js are named by the query alone.
    let named =
        |level| tree.block(level).is_some_and(|own| own.args.iter().any(|word| word.value.contains("_next/image")));
    let files = |level| tree.is_for_files(level) && !named(level);
    for name in ["proxy_cache_key", "fastcgi_cache_key", "uwsgi_cache_key"] {
        for (_, node) in tree.named(name) {
            let Some(word) = node.directive.args.first().filter(|word| !word.is_placeholder()) else { continue };
            let all: Vec<&str> = variables(&word.value).map(|variable| variable.name).collect();
            let known = |own: &&str| PATHS.contains(own) || OTHERS.contains(own);
            if !all.iter().all(known) || !all.iter().any(|own| PATHS.contains(own)) || files(node.parent) {
                continue;
            }
            let message = "`/search?q=shoes` and `/search?q=socks` get the same page: the query is not part of the key";
            sink.report(word.span, message).help("write `$host$request_uri`");
        }
    }
}
