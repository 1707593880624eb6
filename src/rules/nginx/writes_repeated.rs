//! `nginx/writes-repeated`

use std::collections::HashSet;

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A request that changes something is sent to a second application server.
    ///
    /// ## Why
    /// nginx repeats a `POST` at the next server only when it has not sent it yet, because the first one may have done what it says and
    /// failed afterwards. `non_idempotent` takes that away: an order is placed twice, a card charged twice.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   upstream shop {
    ///     server 10.0.0.5:8000;
    ///     server 10.0.0.6:8000;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://shop;
    ///       proxy_next_upstream error timeout non_idempotent;
    /// #                                       ^^^^^^^^^^^^^^ nginx/writes-repeated
    /// # | a POST that one server may have carried out is sent to the next one as well: it happens twice
    /// # | help: take it out: requests that only read are repeated all the same
    /// # >       proxy_next_upstream error timeout;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   upstream shop {
    ///     server 10.0.0.5:8000;
    ///     server 10.0.0.6:8000;
    ///   }
    ///   upstream one {
    ///     server 10.0.0.5:8000;
    ///     server 10.0.0.6:8000 down;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://shop;
    ///       proxy_next_upstream error timeout http_502;
    ///     }
    ///     location /one {
    ///       proxy_pass http://one;
    ///       proxy_next_upstream error timeout non_idempotent;
    ///     }
    ///     location /search {
    ///       proxy_pass http://shop;
    ///       proxy_next_upstream error timeout non_idempotent;
    ///       proxy_next_upstream_tries 1;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/writes-repeated" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_next_upstream"],
        check: Check::Blocks(check),
    }
}

const PASSES: [(&str, &str, &str); 4] = [
    ("proxy_pass", "proxy_next_upstream", "proxy_next_upstream_tries"),
    ("fastcgi_pass", "fastcgi_next_upstream", "fastcgi_next_upstream_tries"),
    ("uwsgi_pass", "uwsgi_next_upstream", "uwsgi_next_upstream_tries"),
    ("grpc_pass", "grpc_next_upstream", "grpc_next_upstream_tries"),
];

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let mut told = HashSet::new();
    for (pass, next, tries) in PASSES {
        if tree.named(next).next().is_none() {
            continue;
        }
        for (_, node) in tree.named(pass).filter(|(_, node)| node.place.is_http()) {
            let Effective::Set(lines) = tree.effective(node.parent, next) else { continue };
            let words = lines.iter().flat_map(|line| &line.args);
            let Some(word) = words.into_iter().find(|word| &*word.value == "non_idempotent") else { continue };
            let target = node.directive.arg(0).map(|own| own.split_once("://").map_or(own, |(_, rest)| rest));
            let host = target.and_then(|own| own.split('/').next());
            let once = tree.value(node.parent, tries).is_some_and(|tries| &*tries.value == "1");
            if once || !ctx.project.look(tree.nodes.len()) {
                continue;
            }
            let group = tree.named("upstream").find(|(_, own)| own.directive.arg(0) == host);
            let Some((group, _)) = group else { continue };
            let live = |own: &&Directive| own.args.iter().all(|word| &*word.value != "down");
            if tree.own(Some(group), "server").filter(live).count() > 1 && told.insert(word.span) {
                let message =
                    "a POST that one server may have carried out is sent to the next one as well: it happens twice";
                sink.report(word.span, message)
                    .help("take it out: requests that only read are repeated all the same")
                    .related(node.directive.words(), "these requests");
            }
        }
    }
}
