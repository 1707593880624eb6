//! `project/host-not-allowed`

use crate::model::nginx::{Effective, Protocol, Server};
use crate::project::{Hop, allows_host};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// The application does not answer to the name that nginx passes on.
    ///
    /// ## Why
    /// Django compares the `Host` of every request with `ALLOWED_HOSTS`. A domain that is missing there, or an nginx that passes
    /// the name of the upstream because no `proxy_set_header Host` is set, is answered with 400: `Invalid HTTP_HOST header`.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     location / {
    ///         proxy_pass http://web:8000;
    /// #                  ^^^^^^^^^^^^^^^ project/host-not-allowed
    /// # | service `web` gets `web` as the host, which is not in `ALLOWED_HOSTS`: every request is answered with 400
    /// # | help: add `proxy_set_header Host $host;`
    /// # >         proxy_pass http://web:8000;
    /// # >         proxy_set_header Host $host;
    ///     }
    /// }
    /// server {
    ///     listen 80;
    ///     server_name kiosk.de;
    ///     location / {
    ///         proxy_pass http://web:8000;
    /// #                  ^^^^^^^^^^^^^^^ project/host-not-allowed
    ///         proxy_set_header Host $host;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.de www.shop.de;
    ///     location / {
    ///         proxy_pass http://web:8000;
    ///         proxy_set_header Host $host;
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop.wsgi --bind 0.0.0.0:8000
    ///     environment:
    ///       ALLOWED_HOSTS: shop.de,www.shop.de
    /// # >       ALLOWED_HOSTS: shop.de,www.shop.de,kiosk.de
    ///   nginx:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ### A list that has still to be filled in
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 80;
    ///     server_name kiosk.de;
    ///     location / {
    ///         proxy_pass http://web:8000;
    ///         proxy_set_header Host $host;
    ///     }
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop.wsgi --bind 0.0.0.0:8000
    ///     environment:
    ///       ALLOWED_HOSTS: your-domain.com,www.your-domain.com
    ///   nginx:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Servers without a name of their own, lists with `*` or with the domain of a template, headers that files outside the project set.
    "project/host-not-allowed" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    if ctx.project.has_own_hosts() {
        return sink.not_applicable();
    }
    for hop in ctx.project.hops(server) {
        if !hop.location.pass.as_ref().is_some_and(|pass| pass.protocol == Protocol::Http) {
            continue;
        }
        for (service, _) in ctx.project.reached(server.file, &hop) {
            let Some((list, place)) = ctx.project.allowed_hosts(service) else { continue };
            let name = &service.name.value;
            let (message, help) = match passed_on(server, &hop, ctx) {
                Host::Own(host) if !list.iter().any(|own| allows_host(own, &host)) => (
                    format!(
                        "service `{name}` gets `{host}` as the host, which is not in `ALLOWED_HOSTS`: every request is answered with 400"
                    ),
                    "add `proxy_set_header Host $host;`".to_owned(),
                ),
                Host::Visitors(names)
                    if !names.is_empty() && !names.iter().any(|host| list.iter().any(|own| allows_host(own, host))) =>
                {
                    (
                        format!(
                            "service `{name}` does not answer to `{}`: every request is answered with 400",
                            names[0]
                        ),
                        format!("add `{}` to `ALLOWED_HOSTS`", names[0]),
                    )
                }
                _ => continue,
            };
            sink.report(hop.span, message).help(help).related(place, "it answers to these names");
            return;
        }
    }
}

/// What the application gets as `Host`.
enum Host {
    /// The name in the address that nginx passes requests to.
    Own(String),
    /// The names of the server.
    Visitors(Vec<String>),
    /// Not known.
    Unknown,
}

fn passed_on(server: &Server, hop: &Hop, ctx: &Context) -> Host {
    let set = match ctx.project.in_effect(server, hop.location.level, "proxy_set_header") {
        Effective::Set(headers) => {
            let is_host = |header: &&&Directive| header.is_header("host");
            headers.iter().rev().find(is_host).and_then(|header| header.arg(1))
        }
        Effective::Absent => None,
        Effective::Unknown => return Host::Unknown,
    };
    match set {
        // A port that is written is part of it, and Django looks at the name alone.
        None => hop.location.pass.as_ref().and_then(|pass| pass.host.clone()).map_or(Host::Unknown, Host::Own),
        Some("$host" | "$http_host" | "$server_name") => {
            let plain = |name: &&str| name.contains('.') && !name.starts_with(['.', '~']) && !name.contains(['*', '$']);
            let names: Vec<&str> = server.names.iter().map(|name| name.as_str()).collect();
            match names.iter().all(plain) {
                true => Host::Visitors(names.into_iter().map(str::to_owned).collect()),
                false => Host::Unknown,
            }
        }
        Some(_) => Host::Unknown,
    }
}
