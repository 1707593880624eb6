//! `nginx/request-header-dropped`

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A location loses the headers that requests are passed on with.
    ///
    /// ## Why
    /// nginx inherits `proxy_set_header` all or nothing: one of them in a location, and none from around it is sent there.
    /// Without `Host` the application sees the name of the upstream, without `X-Forwarded-Proto` it thinks of itself as plain
    /// HTTP and redirects in a circle.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     proxy_set_header Host $host;
    ///     proxy_set_header X-Forwarded-Proto $scheme;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header X-Shop de;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/request-header-dropped
    /// # | with a header of its own this location loses Host and X-Forwarded-Proto
    /// # | help: repeat them in this location, or put them into a file that both levels include
    /// # >       proxy_set_header X-Shop de;
    /// # >       proxy_set_header Host $host;
    /// # >       proxy_set_header X-Forwarded-Proto $scheme;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     proxy_set_header Host $host;
    ///     proxy_set_header X-Forwarded-Proto $scheme;
    ///     proxy_set_header Connection "";
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///     }
    ///     location /a {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header Host $host;
    ///       proxy_set_header X-Forwarded-Proto $scheme;
    ///       proxy_set_header X-Shop de;
    ///     }
    ///     location /b {
    ///       proxy_set_header X-Shop de;
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/request-header-dropped" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header"],
        check: Check::Blocks(check),
    }
}

const NEEDED: [&str; 9] = [
    "host",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-real-ip",
    "forwarded",
    "upgrade",
    "connection",
];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (index, block) in tree.nodes.iter().enumerate().filter(|(_, node)| node.directive.is("location")) {
        let level = Some(index as u32);
        let own: Vec<&Directive> = tree.own(level, "proxy_set_header").collect();
        let passes = tree.level(level).any(|(_, node)| node.directive.is("proxy_pass"));
        let (Some(first), true) = (own.first(), passes) else { continue };
        let Effective::Set(around) = tree.effective(block.parent, "proxy_set_header") else { continue };
        let has = |name: &str| own.iter().any(|one| one.is_header(name));
        // An empty one is not sent at all; without `Connection ""` connections are only not kept.
        let sent = |one: &Directive| one.arg(1) != Some("");
        let needed = |name: &str| NEEDED.iter().any(|one| one.eq_ignore_ascii_case(name));
        let lost: Vec<&Directive> = around
            .into_iter()
            .filter(|one| sent(one) && one.arg(0).is_some_and(|name| needed(name) && !has(name)))
            .collect();
        let Some(from) = lost.first() else { continue };
        if let Some(why) = tree.gap(level) {
            sink.unknown(first.words(), why.leaves("the lost headers may be set again elsewhere"));
            continue;
        }
        let names: Vec<&str> = lost.iter().filter_map(|one| one.arg(0)).collect();
        let them = if names.len() == 1 { "it" } else { "them" };
        sink.report(first.words(), format!("with a header of its own this location loses {}", phrase::all(&names)))
            .help(format!("repeat {them} in this location, or put {them} into a file that both levels include"))
            .related(from.words(), "set here, for everything but this location")
            .cause((from.words(), &names), "here as well");
    }
}
