//! `nginx/redirect-to-no-name`

use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// A redirect with `$server_name` leads to a pattern, which is no host.
    ///
    /// ## Why
    /// `$server_name` is the first name of the server as it is written. With `server_name _;` or `*.example.com` visitors are
    /// sent to `https://_/`, and their browser finds no such host.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name _;
    ///     return 301 https://$server_name$request_uri;
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirect-to-no-name
    /// # | visitors are sent to `https://_`, and there is no such host
    /// # | help: write `$host` for `$server_name`
    /// # >     return 301 https://$host$request_uri;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name _;
    ///     return 301 https://$host$request_uri;
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name shop.kleinladen.de *.kleinladen.de;
    ///     return 301 https://$server_name$request_uri;
    ///   }
    /// }
    /// ```
    "nginx/redirect-to-no-name" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#var_server_name"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let leads = |to: &&Spanned<String>| to.value.contains("://$server_name") || to.value.contains("://${server_name}");
    let Some(target) = server.redirects.as_ref().filter(leads) else { return sink.not_applicable() };
    let first = server.names.first().map_or("", |name| name.value.as_str());
    // `.shop.example` becomes `shop.example` (`ngx_http_core_server_name`).
    let is_none = first.is_empty() || first == "_" || first.starts_with(['*', '~']) || first.ends_with('*');
    if is_none && !ctx.project.is_shut_off(server) {
        let message = match first {
            "" => "visitors are sent to `https://` without a host: the server has no name".to_owned(),
            name => format!("visitors are sent to `https://{name}`, and there is no such host"),
        };
        sink.report(target.span, message).help("write `$host` for `$server_name`");
    }
}
