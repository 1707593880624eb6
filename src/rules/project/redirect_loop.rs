//! `project/redirect-loop`

use crate::model::compose::Service;
use crate::model::nginx::{Effective, Location, Protocol, Server};
use crate::rules::prelude::*;

rule! {
    /// The application demands https, and nginx does not tell it that it is used.
    ///
    /// ## Why
    /// nginx ends TLS and passes plain http on. Without `X-Forwarded-Proto` the application sees http on every request and redirects to
    /// https for ever: `ERR_TOO_MANY_REDIRECTS` on every page.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     location / {
    ///         proxy_pass http://web:8000;
    /// #                  ^^^^^^^^^^^^^^^ project/redirect-loop
    /// # | service `web` sends every request to https (`SECURE_SSL_REDIRECT`), and is not told that it came that way:
    /// # | an endless redirect
    /// # | help: add `proxy_set_header X-Forwarded-Proto $scheme;` here, and let the application trust it
    /// # >         proxy_pass http://web:8000;
    /// # >         proxy_set_header X-Forwarded-Proto $scheme;
    ///         proxy_set_header Host $host;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     proxy_set_header Host $host;
    ///     proxy_set_header X-Forwarded-Proto $scheme;
    ///     location / {
    ///         proxy_pass http://web:8000;
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop.wsgi --bind 0.0.0.0:8000
    ///     environment:
    ///       SECURE_SSL_REDIRECT: "True"
    ///   nginx:
    ///     image: nginx:1.28
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Redirects that are switched on in the code alone, and servers that files outside the project add to.
    "project/redirect-loop" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#secure-ssl-redirect"],
        check: Check::Server(check),
    }
}

/// Names of switches that make an application redirect to https, by how they end.
const SWITCHES: [&str; 4] = ["SECURE_SSL_REDIRECT", "FORCE_SSL", "FORCE_HTTPS", "SSL_REDIRECT"];
/// Headers that tell the scheme.
const TELLS: [&str; 6] =
    ["x-forwarded-proto", "x-forwarded-protocol", "x-forwarded-scheme", "x-forwarded-ssl", "x-scheme", "forwarded"];

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    if !server.listens.iter().any(|listen| listen.tls) {
        return sink.not_applicable();
    }
    for hop in ctx.project.hops(server) {
        let plain = hop.location.pass.as_ref().is_some_and(|pass| pass.protocol == Protocol::Http);
        let reached = if plain { ctx.project.reached(server.file, &hop) } else { Vec::new() };
        // Most configurations lead to nobody who is known.
        if reached.is_empty() || tells(server, hop.location, ctx) {
            continue;
        }
        for (service, _) in reached {
            let Some((name, place)) = demands(service, ctx) else { continue };
            let message = format!(
                "service `{}` sends every request to https (`{name}`), and is not told that it came that way: an endless \
                 redirect",
                service.name.value
            );
            sink.report(hop.span, message)
                .help("add `proxy_set_header X-Forwarded-Proto $scheme;` here, and let the application trust it")
                .related(place, "https is demanded here");
            return;
        }
    }
}

/// Whether nginx says, or may say, which scheme the visitor uses.
fn tells(server: &Server, location: &Location, ctx: &Context) -> bool {
    match ctx.project.in_effect(server, location.level, "proxy_set_header") {
        Effective::Set(headers) => headers
            .iter()
            .any(|header| header.arg(0).is_some_and(|name| TELLS.iter().any(|tells| name.eq_ignore_ascii_case(tells)))),
        Effective::Absent => false,
        Effective::Unknown => true,
    }
}

/// The switch of a service that is on.
fn demands(service: &Service, ctx: &Context) -> Option<(String, Span)> {
    let names = ctx.project.names_seen_by(service);
    let of_django = |name: &str| name.ends_with("SECURE_SSL_REDIRECT") && !ctx.project.may_be_django(service);
    let mut switches = names.filter(|name| SWITCHES.iter().any(|end| name.ends_with(end)) && !of_django(name));
    switches.find_map(|name| {
        let value = ctx.project.service_env(service, name);
        let on = value
            .get()
            .is_some_and(|value| matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on"));
        Some((name.to_owned(), value.span().filter(|_| on)?))
    })
}
