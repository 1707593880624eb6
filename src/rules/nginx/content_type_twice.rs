//! `nginx/content-type-twice`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// `add_header Content-Type` adds a second type.
    ///
    /// ## Why
    /// nginx sends its own `Content-Type` all the same. Which of the two counts differs from browser to browser.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /health {
    ///       add_header Content-Type text/plain;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/content-type-twice
    /// # | answers have two types: nginx sends its own as well
    /// # | help: write `default_type` instead
    /// # >       default_type text/plain;
    ///       return 200 "ok";
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /health {
    ///       default_type text/plain;
    ///       return 200 "ok";
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/content-type-twice" {
        severity: Info, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#default_type"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("add_header").filter(|(_, node)| node.place.is_http()) {
        if node.directive.is_header("content-type") {
            sink.report(node.directive.words(), "answers have two types: nginx sends its own as well")
                .help("write `default_type` instead");
        }
    }
}
