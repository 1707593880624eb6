//! `nginx/localhost-has-two-addresses`

use crate::model::nginx::Expanded;
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::Answer;

rule! {
    /// `localhost` is two addresses, and the application has one of them.
    ///
    /// ## Why
    /// nginx asks 127.0.0.1 and ::1 in turn. An application that listens on 127.0.0.1 alone refuses every second request; nginx
    /// tries the other address and writes an error each time.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://localhost:8000;
    /// #                ^^^^^^^^^^^^^^^^^^^^^ nginx/localhost-has-two-addresses
    /// # | nginx asks 127.0.0.1 and ::1 in turn, and the application may listen on one of them only
    /// # | help: write the address: `127.0.0.1`
    /// # >       proxy_pass http://127.0.0.1:8000;
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
    ///       proxy_pass http://127.0.0.1:8000;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/localhost-has-two-addresses" {
        severity: Info, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    // In a container it means the container: another rule tells of that.
    if matches!(ctx.project.machine(tree.file), Answer::Yes(Machine::Container(_))) {
        return sink.not_applicable();
    }
    let named = tree.named("upstream").any(|(_, node)| node.directive.arg(0) == Some("localhost"));
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let Some(word) = node.directive.args.first() else { continue };
        let Some((_, rest)) = word.value.split_once("://") else { continue };
        let host = rest.split('/').next().unwrap_or(rest);
        if host.starts_with("localhost:") || host == "localhost" && !named {
            sink.report(
                word.span,
                "nginx asks 127.0.0.1 and ::1 in turn, and the application may listen on one of them only",
            )
            .help("write the address: `127.0.0.1`");
        }
    }
}
