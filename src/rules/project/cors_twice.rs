//! `project/cors-twice`

use crate::model::compose::Service;
use crate::model::nginx::{Effective, Server};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Both nginx and the application set `Access-Control-Allow-Origin`.
    ///
    /// ## Why
    /// The answer carries the header twice, and browsers refuse an answer with two values: `The 'Access-Control-Allow-Origin' header
    /// contains multiple values`. Every call from another origin fails.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 80;
    ///     location /api/ {
    ///         proxy_pass http://api:8000;
    ///         add_header Access-Control-Allow-Origin *;
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/cors-twice
    /// # | service `api` sets this header, too (`CORS_ORIGINS`): browsers refuse an answer that has it twice
    /// # | help: leave it to the application, which knows who may ask, and remove the line here
    /// # >
    ///     }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 80;
    ///     location /api/ {
    ///         proxy_pass http://api:8000;
    ///     }
    ///     location /old/ {
    ///         proxy_pass http://api:8000;
    ///         proxy_hide_header Access-Control-Allow-Origin;
    ///         add_header Access-Control-Allow-Origin *;
    ///     }
    ///     location /media/ {
    ///         root /srv;
    ///         add_header Access-Control-Allow-Origin *;
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:app --host 0.0.0.0
    ///     environment:
    ///       CORS_ORIGINS: https://shop.de
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    "project/cors-twice" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS/Errors/CORSMultipleAllowOriginNotAllowed"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    for hop in ctx.project.hops(server) {
        let named = |name| match ctx.project.in_effect(server, hop.location.level, name) {
            Effective::Set(found) => found.into_iter().find(|header| is_origin(header)),
            Effective::Absent | Effective::Unknown => None,
        };
        let Some(header) = named("add_header").filter(|_| named("proxy_hide_header").is_none()) else { continue };
        for (service, _) in ctx.project.reached(server.file, &hop) {
            let Some((name, place)) = sets_it(service, ctx) else { continue };
            let message = format!(
                "service `{}` sets this header, too (`{name}`): browsers refuse an answer that has it twice",
                service.name.value
            );
            sink.report(header.words(), message)
                .help("leave it to the application, which knows who may ask, and remove the line here")
                .related(place, "the application is told its origins here");
            return;
        }
    }
}

fn is_origin(header: &Directive) -> bool {
    header.is_header("access-control-allow-origin")
}

/// The variable that tells a service which origins it lets in.
fn sets_it(service: &Service, ctx: &Context) -> Option<(String, Span)> {
    let is_list = |name: &&str| {
        let name = name.to_ascii_uppercase();
        name.contains("CORS") && name.contains("ORIGIN") && !name.contains("DISABLE")
    };
    ctx.project.names_seen_by(service).filter(is_list).find_map(|name| {
        let value = ctx.project.service_env(service, name);
        let some = value.get().is_some_and(|value| !matches!(value.trim(), "" | "[]" | "false" | "False"));
        Some((name.to_owned(), value.span().filter(|_| some)?))
    })
}
