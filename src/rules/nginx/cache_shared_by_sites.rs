//! `nginx/cache-shared-by-sites`

use crate::model::nginx::flow::{Variable, variables};
use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;
use crate::source::Span;

rule! {
    /// Two sites keep their pages under the same names.
    ///
    /// ## Why
    /// What is in the key of a cache decides which page a request gets. Without the host `/` of one site and `/` of the other are one
    /// entry: visitors of the shop see the blog.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=pages:1m;
    ///   proxy_cache_key $request_method$request_uri;
    /// # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/cache-shared-by-sites
    /// # | two sites share this cache, and the key does not say which of them: each gets pages of the other
    /// # | help: put `$scheme$host` into the key
    /// # >   proxy_cache_key $request_method$scheme$host$request_uri;
    ///   proxy_cache pages;
    ///   server {
    ///     listen 80;
    ///     server_name blog.kleinladen.de;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name shop.kleinladen.de;
    ///     location / { proxy_pass http://10.0.0.6:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=pages:1m;
    ///   proxy_cache_path /tmp/d keys_zone=other:1m;
    ///   proxy_cache_key $request_uri;
    ///   server {
    ///     listen 80;
    ///     server_name blog.kleinladen.de;
    ///     location / { proxy_pass http://10.0.0.5:8000; proxy_cache pages; }
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name shop.kleinladen.de;
    ///     location / { proxy_pass http://10.0.0.6:8000; proxy_cache other; }
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name www.kleinladen.de;
    ///     location / { proxy_pass http://10.0.0.7:8000; proxy_cache other; proxy_cache_key $host$request_uri; }
    ///   }
    /// }
    /// ```
    "nginx/cache-shared-by-sites" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_key"],
        check: Check::Blocks(check),
    }
}

/// What says nothing of the site that is asked for.
const OF_ANY: [&str; 9] =
    ["request_uri", "uri", "document_uri", "args", "query_string", "is_args", "scheme", "request_method", "request"];

/// One request that is answered from a cache.
struct Kept<'a> {
    key: Span,
    zone: &'a str,
    server: u32,
    target: &'a str,
    pass: Span,
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let mut kept: Vec<Kept> = Vec::new();
    for (name, pass) in [("proxy_cache_key", "proxy_pass"), ("fastcgi_cache_key", "fastcgi_pass")] {
        if tree.named(name).next().is_none() || !ctx.project.look(tree.nodes.len()) {
            continue;
        }
        for (_, node) in tree.named(pass).filter(|(_, node)| node.place.is_http()) {
            let Effective::Set(keys) = tree.effective(node.parent, name) else { continue };
            let Some((key, word)) = keys.last().and_then(|own| Some((*own, own.args.first()?))) else { continue };
            let any = |own: Variable| OF_ANY.contains(&own.name);
            let named = word.value.starts_with('$') && !word.is_placeholder() && variables(&word.value).all(any);
            let zone = tree.value(node.parent, name.trim_end_matches("_key")).map(|zone| &*zone.value);
            let (Some(zone), Some(server)) = (zone.filter(|zone| *zone != "off"), tree.server_of(node.parent)) else {
                continue;
            };
            let target = node.directive.arg(0).unwrap_or("");
            if named {
                kept.push(Kept { key: key.words(), zone, server, target, pass: node.directive.words() });
            }
        }
    }
    let Some((first, rest)) = kept.split_first() else { return };
    let other = |own: &&Kept| own.zone == first.zone && own.server != first.server && own.target != first.target;
    // The same site over two ports asks the same application, and may share its pages.
    if let Some(second) = rest.iter().find(other).filter(|_| ctx.project.look(kept.len())) {
        sink.report(
            first.key,
            "two sites share this cache, and the key does not say which of them: each gets pages of the other",
        )
        .help("put `$scheme$host` into the key")
        .related(first.pass, "one site")
        .related(second.pass, "the other site");
    }
}
