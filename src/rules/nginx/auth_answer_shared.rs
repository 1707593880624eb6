//! `nginx/auth-answer-shared`

use crate::model::nginx::flow::variables;
use crate::model::nginx::{Effective, Expanded, Node, parts};
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// One visitor is let in, and the next one with the same answer.
    ///
    /// ## Why
    /// Behind `auth_request` the answer of the login service decides who may see a page. Kept in a cache under the path alone, the yes
    /// for the first visitor is the yes for everybody, logged in or not.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=auth:1m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       auth_request /check;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location = /check {
    ///       internal;
    ///       proxy_pass http://10.0.0.6:4180;
    ///       proxy_cache auth;
    /// #     ^^^^^^^^^^^^^^^^ nginx/auth-answer-shared
    /// # | who asks is not part of the key: the yes for one visitor lets everybody in
    /// # | help: put what visitors log in with into the key: `proxy_cache_key $http_authorization$cookie_session;`
    /// # >       proxy_cache auth;
    /// # >       proxy_cache_key $http_authorization$cookie_session;
    ///       proxy_cache_valid 200 5m;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=auth:1m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       auth_request /check;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location = /check {
    ///       internal;
    ///       proxy_pass http://10.0.0.6:4180;
    ///       proxy_cache auth;
    ///       proxy_cache_key "$request_uri $http_authorization";
    ///       proxy_cache_valid 200 5m;
    ///     }
    ///     location /plain/ {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache auth;
    ///       proxy_cache_valid 200 5m;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/auth-answer-shared" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_auth_request_module.html"],
        check: Check::Blocks(check),
    }
}

/// What is the same for two visitors who ask for the same page.
const SAME: [&str; 15] = [
    "scheme",
    "host",
    "http_host",
    "proxy_host",
    "server_name",
    "server_port",
    "request_uri",
    "uri",
    "document_uri",
    "args",
    "query_string",
    "is_args",
    "request_method",
    "request",
    "proxy_port",
];

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (index, node) in tree.named("location") {
        let Some((_, path)) = parts(node.directive) else { continue };
        let level = Some(index);
        let Some(cache) = tree.own(level, "proxy_cache").next().filter(|own| own.arg(0) != Some("off")) else {
            continue;
        };
        if !ctx.project.look(tree.nodes.len()) {
            return;
        }
        let server = tree.server_of(level);
        let asks = |own: &Node| own.directive.arg(0) == Some(path) && tree.server_of(own.parent) == server;
        let Some((_, asking)) = tree.named("auth_request").find(|(_, own)| asks(own)) else { continue };
        let key = tree.value(level, "proxy_cache_key");
        let valid = matches!(tree.effective(level, "proxy_cache_valid"), Effective::Set(_));
        let same = |key: &Word| !key.is_placeholder() && variables(&key.value).all(|own| SAME.contains(&own.name));
        let unsure = key.is_none() && !tree.lacks(level, "proxy_cache_key");
        if !valid || unsure || !key.is_none_or(same) || tree.own(level, "proxy_cache_bypass").next().is_some() {
            continue;
        }
        sink.report(cache.words(), "who asks is not part of the key: the yes for one visitor lets everybody in")
            .help("put what visitors log in with into the key: `proxy_cache_key $http_authorization$cookie_session;`")
            .related(asking.directive.words(), "this asks who may enter");
    }
}
