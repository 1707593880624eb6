//! `nginx/resolver-missing`

use std::collections::HashSet;
use std::net::IpAddr;

use crate::model::nginx::flow::{Flow, Holds, variables};
use crate::model::nginx::{Effective, Expanded, Level};
use crate::rules::prelude::*;

rule! {
    /// A host in a variable, and no resolver to find it.
    ///
    /// ## Why
    /// nginx looks up fixed hosts when it starts, and a host in a variable with each request. For that it needs a `resolver`;
    /// without one every request is answered with 502, and `nginx -t` says nothing.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       set $app api.shop.de;
    /// # >       resolver 127.0.0.11 valid=10s;
    /// # >       set $app api.shop.de;
    ///       proxy_pass http://$app;
    /// #                ^^^^^^^^^^^ nginx/resolver-missing
    /// # | nginx looks `api.shop.de` up with each request, and has no resolver: it answers 502
    /// # | help: add `resolver 127.0.0.11 valid=10s;` in a container, `resolver 127.0.0.53;` on Ubuntu and its like
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       resolver 127.0.0.11;
    ///       set $app api.shop.de;
    ///       proxy_pass http://$app;
    ///     }
    ///     location /a {
    ///       set $app 10.0.0.1:8000;
    ///       proxy_pass http://$app;
    ///     }
    ///     location /b {
    ///       set $app group;
    ///       proxy_pass http://$app;
    ///     }
    ///   }
    ///   upstream group { server 10.0.0.2:8000; }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Variables that hold an address or the name of an `upstream`, and those whose value is not known.
    "nginx/resolver-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let flow = Flow::new(tree);
    let upstreams: HashSet<&str> = tree.named("upstream").filter_map(|(_, node)| node.directive.arg(0)).collect();
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let Some(word) = node.directive.args.first().filter(|word| word.value.contains('$')) else { continue };
        let Some(values) = hosts(&flow, node.parent, &word.value) else { continue };
        let name = |host: &&String| host.parse::<IpAddr>().is_err() && !upstreams.contains(host.as_str());
        let Some(host) = values.iter().find(name) else { continue };
        match tree.effective(node.parent, "resolver") {
            Effective::Set(_) => {}
            Effective::Absent => drop(
                sink.report(word.span, format!("nginx looks `{host}` up with each request, and has no resolver: it answers 502"))
                    .help("add `resolver 127.0.0.11 valid=10s;` in a container, `resolver 127.0.0.53;` on Ubuntu and its like"),
            ),
            Effective::Unknown => {
                let why = tree.gap_anywhere().map_or_else(String::new, |why| why.leaves("the resolver may be set elsewhere"));
                sink.unknown(word.span, why);
            }
        }
    }
}

/// The hosts an address leads to, its fixed variables put in; `None` when that cannot be told.
fn hosts(flow: &Flow, level: Level, value: &str) -> Option<Vec<String>> {
    let start = value.split_once("://").map_or(value, |(_, rest)| rest);
    let first = variables(start).next().filter(|variable| variable.start == 0)?;
    let rest = start.get(first.end..).unwrap_or("");
    let Holds::Fixed(texts) = flow.holds(level, first.name) else { return None };
    let whole = texts.into_iter().map(|text| {
        let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest).to_owned() + rest;
        text.split(['/', ':', '?', '$']).next().unwrap_or("").to_owned()
    });
    Some(whole.filter(|host| !host.is_empty() && host != "unix").collect())
}
