//! `nginx/hsts-without-tls`

use crate::model::nginx::{Config, Place, Server};
use crate::rules::prelude::*;
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// A site on plain HTTP tells browsers to use HTTPS, and they do not listen.
    ///
    /// ## Why
    /// Browsers pass over `Strict-Transport-Security` when it comes over plain HTTP (RFC 6797, section 8.1), because anybody on the way
    /// could have written it. The site looks protected and is not.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.example;
    ///     add_header Strict-Transport-Security "max-age=63072000" always;
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/hsts-without-tls
    /// # | browsers do not listen to this header over plain HTTP, and nothing here speaks HTTPS
    /// # | help: serve the site over HTTPS and send it there; if something in front does that, send it from there
    /// # >     return 301 https://$host$request_uri;
    ///     root /srv/www;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.example;
    ///     set_real_ip_from 10.0.0.0/8;
    ///     real_ip_header X-Forwarded-For;
    ///     add_header Strict-Transport-Security "max-age=63072000" always;
    ///     root /srv/www;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers that show that something in front of them speaks HTTPS (`X-Forwarded-Proto`, `set_real_ip_from`,
    /// `proxy_protocol`), ports other than 80, configurations with a TLS server, containers, and sites that are only a part of a configuration.
    "nginx/hsts-without-tls" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc6797#section-8.1"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let tls = |server: &Server| server.old_ssl || server.listens.iter().any(|listen| listen.tls || listen.proxied);
    let whole = config.place == Place::Main && config.gap.is_none();
    if !whole || config.servers.iter().any(tls) || ctx.project.readers(config.file).next().is_some() {
        return sink.not_applicable();
    }
    let tree = ctx.project.nginx_tree(config);
    // Cheap first: most configurations have no such header.
    let hsts = |directive: &Directive| directive.is_header("strict-transport-security");
    let headers: Vec<_> =
        tree.named("add_header").filter(|(_, node)| node.place.is_http() && hsts(node.directive)).collect();
    let forwarded = |word: &Word| {
        let value = word.value.to_ascii_lowercase();
        ["x_forwarded_", "cf_", "cloudfront"].iter().any(|part| value.contains(part))
    };
    let behind = |directive: &Directive| directive.is("set_real_ip_from") || directive.args.iter().any(forwarded);
    if headers.is_empty() || tree.nodes.iter().any(|node| behind(node.directive)) {
        return sink.not_applicable();
    }
    for server in &config.servers {
        let everywhere = server.listens.iter().all(|listen| listen.port == Some(80) && listen.address.is_none());
        let own = headers.iter().find(|(_, node)| server.block.contains(node.directive.span));
        let Some((_, node)) = own.filter(|_| everywhere) else { continue };
        let message = "browsers do not listen to this header over plain HTTP, and nothing here speaks HTTPS";
        sink.report(node.directive.words(), message)
            .help("serve the site over HTTPS and send it there; if something in front does that, send it from there");
    }
}
