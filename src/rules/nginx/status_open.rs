//! `nginx/status-open`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// The status page of nginx is open to everybody.
    ///
    /// ## Why
    /// `stub_status` tells how many connections and requests there are: your business in numbers, and for an attacker whether
    /// it works.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /status {
    ///       stub_status;
    /// #     ^^^^^^^^^^^ nginx/status-open
    /// # | everybody can read how busy the server is
    /// # | help: add `allow 127.0.0.1;` and `deny all;`, or let it listen on `127.0.0.1:8080` only
    /// # >       stub_status;
    /// # >       allow 127.0.0.1;
    /// # >       deny all;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /status {
    ///       stub_status;
    ///       allow 127.0.0.1;
    ///       deny all;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers that listen on loopback addresses or sockets only.
    "nginx/status-open" {
        severity: Low, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_stub_status_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("stub_status") {
        let Some(server) = tree.server_of(node.parent) else { continue };
        if !ctx.project.look(tree.size(Some(server))) {
            return;
        }
        if !tree.is_local(server) && !tree.is_guarded(node.parent) && tree.gap(node.parent).is_none() {
            sink.report(node.directive.words(), "everybody can read how busy the server is")
                .help("add `allow 127.0.0.1;` and `deny all;`, or let it listen on `127.0.0.1:8080` only");
        }
    }
}
