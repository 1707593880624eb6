//! `project/redirect-behind-traefik`

use crate::model::nginx::{Expanded, Server};
use crate::rules::prelude::*;
use crate::source::{Cut, Span};

rule! {
    /// A server sends visitors to HTTPS that come over HTTPS already.
    ///
    /// ## Why
    /// Traefik ends TLS and asks nginx over plain HTTP. An nginx that redirects plain HTTP to HTTPS redirects each request, and the next
    /// one as well: the browser gives up with "too many redirects".
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     labels:
    ///       - traefik.enable=true
    ///       - traefik.http.routers.web.rule=Host(`app.kleinladen.de`)
    ///       - traefik.http.routers.web.tls.certresolver=le
    ///       - traefik.http.services.web.loadbalancer.server.port=80
    ///   app:
    ///     image: shop:1
    /// ```
    /// ```nginx bad file=site.conf
    /// server {
    ///   listen 80;
    ///   server_name app.kleinladen.de;
    ///   if ($scheme = http) { return 301 https://$host$request_uri; }
    /// #                                  ^^^^^^^^^^^^^^^^^^^^^^^^^ project/redirect-behind-traefik
    /// # | Traefik asks over plain HTTP for what visitors ask over HTTPS: they are redirected again and again
    /// # | help: leave the redirect to Traefik, or ask for `$http_x_forwarded_proto` in place of `$scheme`
    /// # >   if ($http_x_forwarded_proto = http) { return 301 https://$host$request_uri; }
    ///   location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///   listen 80;
    ///   server_name app.kleinladen.de;
    ///   location / { proxy_pass http://app:8000; }
    ///   location /old { return 301 https://$host/new; }
    /// }
    /// ```
    ///
    /// ### The whole server
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     labels:
    ///       - traefik.enable=true
    ///       - traefik.http.routers.web.rule=Host(`app.kleinladen.de`)
    ///       - traefik.http.routers.web.tls.certresolver=le
    ///       - traefik.http.services.web.loadbalancer.server.port=80
    ///   app:
    ///     image: shop:1
    /// ```
    /// ```nginx bad file=site.conf
    /// server {
    ///   listen 80;
    ///   server_name app.kleinladen.de;
    ///   return 301 https://$host$request_uri;
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^ project/redirect-behind-traefik
    /// # | Traefik asks over plain HTTP for what visitors ask over HTTPS: they are redirected again and again
    /// # | help: leave the redirect to Traefik, or ask for `$http_x_forwarded_proto` in place of `$scheme`
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///   listen 80;
    ///   server_name www.kleinladen.de;
    ///   return 301 https://app.kleinladen.de$request_uri;
    /// }
    /// server {
    ///   listen 80;
    ///   server_name app.kleinladen.de;
    ///   location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    "project/redirect-behind-traefik" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/overview/"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Some(to) = server.redirects.as_ref().filter(|to| to.value.starts_with("https://")) else {
        return sink.not_applicable();
    };
    let readers = ctx.project.readers(server.file);
    let Some(routed) = readers.filter_map(|own| ctx.project.routed_by_traefik(own)).find(|own| own.tls) else {
        return sink.not_applicable();
    };
    let plain =
        |own: &Server| own.listens.iter().any(|listen| !listen.tls && listen.port == Some(routed.port.unwrap_or(80)));
    let comes = plain(server) || server.listens.is_empty() && routed.port.unwrap_or(80) == 80;
    let same = |host: &str| {
        matches!(host, "$host" | "$http_host" | "$server_name") || server.names.iter().any(|name| name.value == host)
    };
    let host = to.value.trim_start_matches("https://");
    let ends = |(at, c): &(usize, char)| *at > 0 && matches!(c, '/' | '?' | '$');
    let end = host.char_indices().find(ends).map_or(host.len(), |(at, _)| at);
    let keeps = ["$request_uri", "$uri", "$uri$is_args$args"].contains(&host.cut(end..));
    // Of several servers the one that has the name of the route answers.
    let Some(config) = ctx.project.config_of(server) else { return };
    let alone = config.servers.iter().filter(|own| plain(own)).count() == 1;
    let named = || server.names.iter().any(|name| routed.names(&name.value));
    let whole = server.returns || by_scheme(&ctx.project.nginx_tree(config), server, to.span);
    if comes && same(host.cut(..end)) && keeps && whole && server.inner_gap.is_none() && (alone || named()) {
        sink.report(
            to.span,
            "Traefik asks over plain HTTP for what visitors ask over HTTPS: they are redirected again and again",
        )
        .help("leave the redirect to Traefik, or ask for `$http_x_forwarded_proto` in place of `$scheme`")
        .related(routed.span, "TLS ends at Traefik");
    }
}

/// Whether the target stands in an `if` of the server that asks how the request came to nginx itself.
fn by_scheme(tree: &Expanded, server: &Server, target: Span) -> bool {
    tree.level(Some(server.level)).filter(|(_, node)| node.directive.is("if")).any(|(index, node)| {
        let words: Vec<&str> =
            node.directive.args.iter().map(|word| word.value.trim_matches(['(', ')', ' '])).collect();
        let plain = matches!(words[..], ["$scheme", "=", "http"] | ["$scheme", "!=", "https"] | ["$https", "!=", "on"]);
        plain && tree.own(Some(index), "return").any(|own| own.args.iter().any(|word| word.span == target))
    })
}
