//! `nginx/version-shown`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// nginx is told to show its version.
    ///
    /// ## Why
    /// `server_tokens on` puts the version into each answer and error page, where scanners look for servers with a known hole.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_tokens on;
    /// #   ^^^^^^^^^^^^^^^^ nginx/version-shown
    /// # | each answer shows the version of nginx
    /// # | help: write `server_tokens off;`
    /// # >     server_tokens off;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_tokens off;
    ///   }
    /// }
    /// ```
    "nginx/version-shown" {
        severity: Info, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("server_tokens").filter(|(_, node)| node.place.is_http()) {
        if node.directive.arg(0).is_some_and(|value| value.eq_ignore_ascii_case("on")) {
            sink.report(node.directive.words(), "each answer shows the version of nginx")
                .help("write `server_tokens off;`");
        }
    }
}
