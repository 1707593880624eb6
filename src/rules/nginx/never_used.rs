//! `nginx/never-used`

use std::collections::HashSet;

use crate::model::nginx::Config;
use crate::rules::prelude::*;

rule! {
    /// A log format or a cache is prepared and never used.
    ///
    /// ## Why
    /// `log_format` only gives a name to a line, and `proxy_cache_path` only makes the place: without `access_log` with that name and
    /// `proxy_cache`, the logs lack the fields that somebody will look for, and every request goes to the application.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   log_format timed '$remote_addr "$request" $status $request_time $upstream_response_time';
    /// #            ^^^^^ nginx/never-used
    /// # | no `access_log` names the format `timed`: what it tells is in no log
    /// # | help: add its name behind a file: `access_log /var/log/nginx/access.log timed;`
    /// # >   log_format timed '$remote_addr "$request" $status $request_time $upstream_response_time';
    /// # >   access_log /var/log/nginx/access.log timed;
    ///   proxy_cache_path /var/cache/nginx/api keys_zone=api:10m;
    /// #                                       ^^^^^^^^^^^^^^^^^ nginx/never-used
    /// # | no `proxy_cache` uses `api`: nothing is cached
    /// # | help: add `proxy_cache api;` where answers may be kept, or remove the line
    /// # >
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   log_format timed '$remote_addr "$request" $status $request_time $upstream_response_time';
    ///   access_log /var/log/nginx/access.log timed;
    ///   proxy_cache_path /var/cache/nginx/api keys_zone=api:10m;
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///     location /catalog/ { proxy_cache api; proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// The format `main` of the file that nginx comes with, and caches in a configuration where a variable says which one is used.
    "nginx/never-used" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_path"],
        check: Check::Config(check),
    }
}

/// The format in the file that nginx comes with: it is copied along.
const STOCK: &str = "main";

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let names = &config.names;
    let logged: HashSet<&str> = names.log_uses.iter().map(|used| used.name.as_str()).collect();
    let own = names.log_formats.iter().filter(|format| !format.span.range().is_empty() && format.as_str() != STOCK);
    let unused = own.filter(|format| !logged.contains(format.as_str()));
    for format in unused {
        let name = format.as_str();
        match &config.gap {
            Some(why) => sink.unknown(format.span, why.leaves("the format may be used elsewhere")),
            None => drop(
                sink.report(
                    format.span,
                    format!("no `access_log` names the format `{name}`: what it tells is in no log"),
                )
                .help(format!("add its name behind a file: `access_log /var/log/nginx/access.log {name};`")),
            ),
        }
    }
    let used: HashSet<(&str, &str)> = names.zone_uses.iter().map(|zone| (zone.kind, zone.name.as_str())).collect();
    let caches = names.zones.iter().filter(|zone| zone.kind.ends_with("_cache"));
    for cache in caches.filter(|zone| !used.contains(&(zone.kind, zone.name.as_str()))) {
        let (kind, name) = (cache.kind, cache.name.as_str());
        let tree = ctx.project.nginx_tree(config);
        if tree.named(kind).any(|(_, node)| node.directive.args.iter().any(|word| word.is_open())) {
            continue;
        }
        match &config.gap {
            Some(why) => sink.unknown(cache.name.span, why.leaves("the cache may be used elsewhere")),
            None => drop(
                sink.report(cache.name.span, format!("no `{kind}` uses `{name}`: nothing is cached"))
                    .help(format!("add `{kind} {name};` where answers may be kept, or remove the line")),
            ),
        }
    }
}
