//! `nginx/api-error-as-page`

use crate::model::nginx::{Effective, Expanded, parts};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Errors of an interface reach its clients as a page that says all is well.
    ///
    /// ## Why
    /// With `proxy_intercept_errors` nginx puts its own page in place of the application's answer, and `=200` says that it is no error.
    /// What calls the interface gets HTML where it expects JSON, and takes a refusal for a success.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/app;
    ///     proxy_intercept_errors on;
    ///     error_page 404 500 =200 /index.html;
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/api-error-as-page
    /// # | errors of `/api/` reach its clients as 200 with a page of HTML: they take them for success
    /// # | help: set `proxy_intercept_errors off;` in that location
    ///     location / { try_files $uri /index.html; }
    ///     location /api/ { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/app;
    ///     error_page 404 =200 /index.html;
    ///     location / { try_files $uri /index.html; }
    ///     location /api/ { proxy_pass http://10.0.0.5:8000; }
    ///     location /files/ {
    ///       proxy_pass http://10.0.0.6:9000;
    ///       proxy_intercept_errors on;
    ///     }
    ///     location /api/v2/ {
    ///       proxy_pass http://10.0.0.6:9000;
    ///       proxy_intercept_errors on;
    ///       error_page 502 /sorry.html;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/api-error-as-page" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_intercept_errors"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let level = node.parent;
        let on = tree.value(level, "proxy_intercept_errors").is_some_and(|word| &*word.value == "on");
        let path = tree.block(level).and_then(parts).map_or("", |(_, path)| path);
        let of_programs =
            path.split(['/', '^', '(', '|', ')', '$']).any(|part| matches!(part, "api" | "graphql" | "rpc"));
        let Effective::Set(pages) = tree.effective(level, "error_page") else { continue };
        let fine = |own: &&Directive| {
            let [.., code, page] = &own.args[..] else { return false };
            &*code.value == "=200" && page.value.ends_with(".html")
        };
        if let Some(page) = pages.into_iter().find(fine).filter(|_| on && of_programs) {
            sink.report(
                page.words(),
                format!("errors of `{path}` reach its clients as 200 with a page of HTML: they take them for success"),
            )
            .help("set `proxy_intercept_errors off;` in that location")
            .related(node.directive.words(), "these answers are replaced")
            .cause(page.span, "here as well");
        }
    }
}
