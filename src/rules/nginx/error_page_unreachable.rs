//! `nginx/error-page-unreachable`

use crate::model::nginx::{Effective, Modifier, Server, route};
use crate::rules::prelude::*;
use crate::source::Answer;

rule! {
    /// The page for a failed application is asked of the failed application.
    ///
    /// ## Why
    /// An `error_page` is a request of its own inside nginx, and goes to the location that fits its path. Where that is the `proxy_pass`
    /// that just failed, it fails again, and visitors get nginx's bare "502 Bad Gateway".
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     error_page 502 503 504 /50x.html;
    /// #                          ^^^^^^^^^ nginx/error-page-unreachable
    /// # | `/50x.html` is asked of the application, which is what has just failed: visitors get nginx's bare error
    /// # | help: add `location = /50x.html { root /usr/share/nginx/html; }` with that page
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    /// # >     location / { proxy_pass http://10.0.0.5:8000; }
    /// # >     location = /50x.html { root /usr/share/nginx/html; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     error_page 502 503 504 /50x.html;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///     location = /50x.html { root /usr/share/nginx/html; }
    ///   }
    ///   server {
    ///     listen 81;
    ///     error_page 500 /error.html;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    "nginx/error-page-unreachable" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Effective::Set(pages) = ctx.project.in_effect(server, server.level, "error_page") else {
        return sink.not_applicable();
    };
    for page in pages {
        let [codes @ .., to] = &page.args[..] else { continue };
        let gone = codes.iter().any(|word| matches!(&*word.value, "502" | "504"));
        if !gone || !to.value.starts_with('/') || to.is_open() || !ctx.project.look(server.locations.len()) {
            continue;
        }
        let Answer::Yes(taken) = route(server, &to.value) else { continue };
        let slash = taken.path.value == "/" && taken.modifier == Modifier::Prefix;
        let other = ["root", "alias", "try_files"].iter().any(|name| {
            ctx.project
                .config_of(server)
                .is_none_or(|config| ctx.project.nginx_tree(config).own(Some(taken.level), name).next().is_some())
        });
        if let Some(pass) = taken.pass.as_ref().filter(|_| slash && !other && server.gap.is_none()) {
            sink.report(
                to.span,
                format!(
                    "`{}` is asked of the application, which is what has just failed: visitors get nginx's bare error",
                    to.value
                ),
            )
            .help(format!("add `location = {} {{ root /usr/share/nginx/html; }}` with that page", to.value))
            .related(pass.span, "the page is asked for here");
        }
    }
}
