//! `nginx/http2-on-listen`

use crate::model::nginx::{Expanded, Place};
use crate::project::Version;
use crate::rules::prelude::*;

rule! {
    /// `http2` on the `listen` line is the old way to say it.
    ///
    /// ## Why
    /// Since 1.25.1 nginx warns about it at each start, and it holds for every server on the socket. The directive `http2 on;`
    /// took its place. Before 1.25.1 only the word on `listen` is known.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl http2;
    /// # ^^^^^^^^^^^^^^^^^^^^ nginx/http2-on-listen
    /// # | nginx warns of `http2` on this line since 1.25.1
    /// # | help: write `http2 on;` on a line of its own, once all servers run 1.25.1 or later
    /// # >   listen 443 ssl;
    /// # >   http2 on;
    ///   server_name shop.kleinladen.de;
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   http2 on;
    ///   server_name shop.kleinladen.de;
    /// }
    /// ```
    "nginx/http2-on-listen" {
        severity: Info, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let version = ctx.project.stock_of(tree.file).and_then(|stock| stock.version);
    if version.zip(Version::parse("1.25.1")).is_some_and(|(here, new)| here < new) {
        return sink.not_applicable();
    }
    for (_, node) in tree.named("listen").filter(|(_, node)| node.place == Place::Server) {
        if node.directive.args.iter().skip(1).any(|word| &*word.value == "http2") {
            sink.report(node.directive.words(), "nginx warns of `http2` on this line since 1.25.1")
                .help("write `http2 on;` on a line of its own, once all servers run 1.25.1 or later");
        }
    }
}
