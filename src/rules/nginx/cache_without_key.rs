//! `nginx/cache-without-key`

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;

rule! {
    /// A cache that has one entry for every page.
    ///
    /// ## Why
    /// For `proxy_cache` nginx makes up a key; for `fastcgi_cache`, `uwsgi_cache` and `scgi_cache` it does not. Without one all requests
    /// have the same empty key: the first page that is kept is the answer to everything. nginx says so in a warning, and starts.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   fastcgi_cache_path /tmp/f keys_zone=pages:1m;
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     location = /index.php {
    ///       fastcgi_pass 127.0.0.1:9000;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///       fastcgi_cache pages;
    /// #     ^^^^^^^^^^^^^^^^^^^ nginx/cache-without-key
    /// # | all requests have the same key, which is empty: the first page is the answer to every address
    /// # | help: add `fastcgi_cache_key $scheme$request_method$host$request_uri;`
    /// # >       fastcgi_cache pages;
    /// # >       fastcgi_cache_key $scheme$request_method$host$request_uri;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   fastcgi_cache_path /tmp/f keys_zone=pages:1m;
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     location = /index.php {
    ///       fastcgi_pass 127.0.0.1:9000;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///       fastcgi_cache pages;
    ///       fastcgi_cache_key $scheme$request_method$host$request_uri;
    ///     }
    ///     location /off { fastcgi_pass 127.0.0.1:9000; fastcgi_param SCRIPT_FILENAME /srv/a.php; fastcgi_cache off; }
    ///   }
    /// }
    /// ```
    "nginx/cache-without-key" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_fastcgi_module.html#fastcgi_cache_key"],
        check: Check::Blocks(check),
    }
}

// `ngx_http_fastcgi_merge_loc_conf` (src/http/modules/ngx_http_fastcgi_module.c) warns `no "fastcgi_cache_key"`.
const CACHES: [(&str, &str); 3] =
    [("fastcgi_cache", "fastcgi_cache_key"), ("uwsgi_cache", "uwsgi_cache_key"), ("scgi_cache", "scgi_cache_key")];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (cache, key) in CACHES {
        for (_, node) in tree.named(cache).filter(|(_, node)| node.directive.arg(0) != Some("off")) {
            // Further in there may be one for each place that passes requests on.
            let own = tree.named(key).next().is_some();
            match tree.effective(node.parent, key) {
                Effective::Absent if !own => drop(
                    sink.report(
                        node.directive.words(),
                        "all requests have the same key, which is empty: the first page is the answer to every address",
                    )
                    .help(format!("add `{key} $scheme$request_method$host$request_uri;`")),
                ),
                Effective::Unknown if !own => {
                    let why =
                        tree.gap_anywhere().map_or_else(String::new, |why| why.leaves("the key may be set elsewhere"));
                    sink.unknown(node.directive.words(), why);
                }
                _ => {}
            }
        }
    }
}
