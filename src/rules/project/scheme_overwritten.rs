//! `project/scheme-overwritten`

use crate::model::compose::Service;
use crate::model::nginx::{Effective, Location, Modifier, Protocol, Server, route};
use crate::rules::prelude::*;

rule! {
    /// A second nginx tells the application that visitors came without TLS.
    ///
    /// ## Why
    /// The nginx on the host ends TLS and passes to the one in the container, which writes `X-Forwarded-Proto $scheme` anew. What reaches
    /// it is plain, so the application hears `http`: endless redirects, `CSRF verification failed`, links with `http://`.
    ///
    /// ## Examples
    /// ```compose both
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   proxy:
    ///     image: nginx:1.29
    ///     ports: ["127.0.0.1:8080:80"]
    ///     volumes: ["./inner.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```nginx both file=host/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   server_name kleinladen.de;
    ///   ssl_certificate /etc/letsencrypt/live/kleinladen.de/fullchain.pem;
    ///   ssl_certificate_key /etc/letsencrypt/live/kleinladen.de/privkey.pem;
    ///   location / {
    ///     proxy_pass http://127.0.0.1:8080;
    ///     proxy_set_header Host $host;
    ///     proxy_set_header X-Forwarded-Proto $scheme;
    ///   }
    /// }
    /// ```
    /// ```shell both file=deploy.sh
    /// cp host/shop.conf /etc/nginx/sites-enabled/shop.conf
    /// docker compose up -d
    /// ```
    /// ```nginx bad file=inner.conf
    /// server {
    ///   listen 80;
    ///   server_name kleinladen.de;
    ///   location / {
    ///     proxy_pass http://web:8000;
    ///     proxy_set_header Host $host;
    ///     proxy_set_header X-Forwarded-Proto $scheme;
    /// #                                      ^^^^^^^ project/scheme-overwritten
    /// # | this says `http` to the application, although visitors come over TLS to the nginx in front
    /// # | help: write `$http_x_forwarded_proto`, which hands on what the one in front says
    /// # >     proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=inner.conf
    /// server {
    ///   listen 80;
    ///   server_name kleinladen.de;
    ///   location / {
    ///     proxy_pass http://web:8000;
    ///     proxy_set_header Host $host;
    ///     proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
    ///   }
    /// }
    /// ```
    ///
    /// ### Behind Traefik
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   proxy:
    ///     image: nginx:1.29
    ///     volumes: ["./inner.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`kleinladen.de`)
    ///       - traefik.http.routers.shop.tls=true
    /// ```
    /// ```nginx bad file=inner.conf
    /// server {
    ///   listen 80;
    ///   server_name kleinladen.de;
    ///   location / {
    ///     proxy_pass http://web:8000;
    ///     proxy_set_header Host $host;
    ///     proxy_set_header X-Forwarded-Proto $scheme;
    /// #                                      ^^^^^^^ project/scheme-overwritten
    /// # | this says `http` to the application, although visitors come over TLS to the Traefik in front
    /// # | help: write `$http_x_forwarded_proto`, which hands on what the one in front says
    /// # >     proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Proxies in front that are not in the project.
    "project/scheme-overwritten" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-Proto"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    behind_traefik(server, ctx, sink);
    if !server.listens.iter().any(|listen| listen.tls) {
        return sink.not_applicable();
    }
    for hop in ctx.project.hops(server) {
        let plain = hop.location.pass.as_ref().is_some_and(|pass| pass.protocol == Protocol::Http);
        let reached = if plain { ctx.project.reached(server.file, &hop) } else { Vec::new() };
        // Where the one in front runs is seldom told; the port of the host that it asks is one that a container publishes.
        let on_host = |service: &Service| published(service, hop.port).filter(|_| hop.is_loopback() && plain);
        let of_host = ctx.project.services().filter_map(|service| Some((service, on_host(service)?)));
        let reached = if reached.is_empty() { of_host.collect() } else { reached };
        for (service, port) in reached {
            let answers = |own: &&Server| own.listens.iter().any(|listen| !listen.tls && listen.port == Some(port));
            let reads = |own: &&Server| ctx.project.readers(own.file).any(|reader| reader.id == service.id);
            // What the one in front passes elsewhere by itself never comes here.
            let taken = |path: &str| match route(server, path) {
                Answer::Yes(taken) => taken.span == hop.location.span,
                _ => false,
            };
            // `/api` here, and `/api/` in front: hardly anybody asks for the path alone.
            let comes = |location: &Location| {
                let path = location.path.value.trim_end_matches('/');
                taken(&location.path.value) && (location.modifier != Modifier::Prefix || taken(&format!("{path}/")))
            };
            for inner in ctx.project.servers().filter(answers).filter(reads).filter(|own| own.span != server.span) {
                for location in inner.locations.iter().filter(|location| location.pass.is_some() && comes(location)) {
                    let Effective::Set(headers) = ctx.project.in_effect(inner, location.level, "proxy_set_header")
                    else {
                        continue;
                    };
                    let own = headers
                        .iter()
                        .find(|header| header.is_header("X-Forwarded-Proto") && header.arg(1) == Some("$scheme"));
                    let Some(word) = own.and_then(|header| header.args.get(1)) else { continue };
                    let message =
                        "this says `http` to the application, although visitors come over TLS to the nginx in front";
                    sink.report(word.span, message)
                        .help("write `$http_x_forwarded_proto`, which hands on what the one in front says")
                        .cause(word.span.file, "so does this")
                        .related(hop.span, "it passes requests on here");
                }
            }
        }
    }
}

/// The same behind a Traefik, which asks over plain HTTP for what visitors ask over TLS.
fn behind_traefik(server: &Server, ctx: &Context, sink: &mut Sink) {
    let mut routed = ctx.project.readers(server.file).filter_map(|own| ctx.project.routed_by_traefik(own));
    let Some(routed) = routed.find(|own| own.tls) else { return };
    let port = routed.port.unwrap_or(80);
    if !server.listens.iter().any(|listen| !listen.tls && listen.port == Some(port)) {
        return;
    }
    for location in server.locations.iter().filter(|location| location.pass.is_some()) {
        let Effective::Set(headers) = ctx.project.in_effect(server, location.level, "proxy_set_header") else {
            continue;
        };
        let own = headers.iter().find(|own| own.is_header("X-Forwarded-Proto") && own.arg(1) == Some("$scheme"));
        let Some(word) = own.and_then(|header| header.args.get(1)) else { continue };
        sink.report(
            word.span,
            "this says `http` to the application, although visitors come over TLS to the Traefik in front",
        )
        .help("write `$http_x_forwarded_proto`, which hands on what the one in front says")
        .cause(word.span.file, "so does this")
        .related(routed.span, "TLS ends there");
    }
}

/// The port of a service's container that a port of the host leads to.
fn published(service: &Service, port: u16) -> Option<u16> {
    service.ports.iter().find_map(|own| {
        let (first, last) = *own.published.get()?;
        (first == last && first == port).then(|| own.target.get().map(|(inside, _)| *inside))?
    })
}
