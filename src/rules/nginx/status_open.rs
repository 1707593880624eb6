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
        let within = std::iter::successors(node.parent, |at| tree.around(Some(*at)).flatten());
        let server =
            within.into_iter().take(20).find(|at| tree.block(Some(*at)).is_some_and(|block| block.is("server")));
        if !ctx.project.look(tree.size(server)) {
            return;
        }
        let listens = tree.level(server).map(|(_, node)| node.directive).filter(|directive| directive.is("listen"));
        let mut own = listens.filter_map(|listen| listen.arg(0)).peekable();
        let inner = own.peek().is_some()
            && own.all(|value| ["127.", "[::1]", "localhost", "unix:"].iter().any(|start| value.starts_with(start)));
        if !inner && !tree.is_guarded(node.parent) && tree.gap(node.parent).is_none() && server.is_some() {
            sink.report(node.directive.words(), "everybody can read how busy the server is")
                .help("add `allow 127.0.0.1;` and `deny all;`, or let it listen on `127.0.0.1:8080` only");
        }
    }
}
