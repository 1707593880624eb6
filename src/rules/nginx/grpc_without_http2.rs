//! `nginx/grpc-without-http2`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// A server passes gRPC on and does not speak HTTP/2 itself.
    ///
    /// ## Why
    /// gRPC clients speak HTTP/2 and nothing else. On a socket without it nginx answers 400, and clients report
    /// `http2: frame too large` or `connection closed before server preface received`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 50051;
    ///     location / { grpc_pass grpc://10.0.0.5:50051; }
    /// #                ^^^^^^^^^ nginx/grpc-without-http2
    /// # | no gRPC client gets through: this server speaks HTTP/1.1 only
    /// # | help: add `http2 on;` to the server, before nginx 1.25.1 `http2` to its `listen`
    /// # >     http2 on;
    /// # >     location / { grpc_pass grpc://10.0.0.5:50051; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 50051 http2;
    ///     location / { grpc_pass grpc://10.0.0.5:50051; }
    ///   }
    ///   server {
    ///     listen 50052;
    ///     http2 on;
    ///     location / { grpc_pass grpc://10.0.0.5:50051; }
    ///   }
    /// }
    /// ```
    "nginx/grpc-without-http2" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_grpc_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("grpc_pass") {
        let Some(server) = tree.server_of(node.parent) else { continue };
        if !ctx.project.look(tree.size(Some(server)) + tree.nodes.len()) {
            return;
        }
        // What one `listen` says of a socket goes for every server on it.
        let own: Vec<&str> = tree.own(Some(server), "listen").filter_map(|listen| listen.arg(0)).collect();
        let speaks = tree.named("listen").any(|(_, node)| {
            let listen = node.directive;
            let newer = |word: &Word| matches!(&*word.value, "http2" | "quic");
            listen.args.iter().any(newer) && listen.arg(0).is_some_and(|address| own.contains(&address))
        });
        if speaks
            || !tree.lacks(Some(server), "http2")
                && tree.value(Some(server), "http2").is_none_or(|on| &*on.value == "on")
        {
            continue;
        }
        match tree.gap(Some(server)) {
            Some(why) => sink.unknown(node.directive.name.span, why.leaves("`http2` may be switched on elsewhere")),
            None => drop(
                sink.report(node.directive.name.span, "no gRPC client gets through: this server speaks HTTP/1.1 only")
                    .help("add `http2 on;` to the server, before nginx 1.25.1 `http2` to its `listen`")
                    .cause(server, "here as well"),
            ),
        }
    }
}
