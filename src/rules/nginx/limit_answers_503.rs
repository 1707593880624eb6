//! `nginx/limit-answers-503`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// Who is over the limit is told that the server is down.
    ///
    /// ## Why
    /// `limit_req` answers with 503 unless told otherwise. Clients and monitoring take that for an outage; 429 says what it is,
    /// and clients wait.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=all:10m rate=10r/s;
    ///   server {
    ///     listen 80;
    ///     limit_req zone=all;
    /// #   ^^^^^^^^^^^^^^^^^^ nginx/limit-answers-503
    /// # | clients over the limit get 503, as if the server were down
    /// # | help: add `limit_req_status 429;`
    /// # >     limit_req zone=all;
    /// # >     limit_req_status 429;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=all:10m rate=10r/s;
    ///   server {
    ///     listen 80;
    ///     limit_req zone=all;
    ///     limit_req_status 429;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    "nginx/limit-answers-503" {
        severity: Info, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_limit_req_module.html#limit_req_status"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let silent = |level| tree.lacks(level, "limit_req_status");
    if let Some((_, node)) = tree.named("limit_req").find(|(_, node)| node.place.is_http() && silent(node.parent)) {
        sink.report(node.directive.words(), "clients over the limit get 503, as if the server were down")
            .help("add `limit_req_status 429;`");
    }
}
