//! `project/label-name-unknown`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A label names an entry point or a resolver that Traefik does not have.
    ///
    /// ## Why
    /// Traefik knows the names that its own options define. A router with another one is left out: `EntryPoint doesn't exist`, or
    /// `Router uses a nonexistent certificate resolver`, and visitors get 404 or a certificate that no browser trusts.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command:
    ///       - --providers.docker=true
    ///       - --entrypoints.web.address=:80
    ///       - --entrypoints.websecure.address=:443
    ///       - --certificatesresolvers.le.acme.tlschallenge=true
    ///     ports: ["80:80", "443:443"]
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    ///       - traefik.http.routers.shop.entrypoints=https
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/label-name-unknown
    /// # | Traefik has no entry point `https`: this router is left out (its options define `web`, `websecure`)
    /// # | help: write one of the names that Traefik has, or define `https` there
    /// # >       - traefik.http.routers.shop.entrypoints=websecure
    ///       - traefik.http.routers.shop.tls.certresolver=le
    /// ```
    /// ```compose good
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command: [--providers.docker=true, "--entryPoints.web.address=:80"]
    ///     ports: ["80:80"]
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    ///       - traefik.http.routers.shop.entrypoints=web
    /// ```
    ///
    /// ## What it does not report
    /// A Traefik that is also told by a file or by variables.
    "project/label-name-unknown" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/router/"],
        check: Check::Service(check),
    }
}

/// What the end of a label's name asks for: the section of the options, and what people call it.
const ASKED: [(&str, &str, &str); 2] =
    [(".entrypoints", "entrypoints", "entry point"), (".tls.certresolver", "certificatesresolvers", "resolver")];

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let routes = |key: &str| key.to_ascii_lowercase().starts_with("traefik.http.routers.");
    if !service.labels.iter().any(|(key, _)| routes(&key.value)) {
        return sink.not_applicable();
    }
    let Some(traefik) = ctx.project.traefik_of(service) else { return };
    for (key, value) in service.labels.iter().filter(|(key, _)| routes(&key.value)) {
        let lower = key.value.to_ascii_lowercase();
        let Some((_, section, called)) = ASKED.iter().find(|(end, ..)| lower.ends_with(end)) else { continue };
        let (Some(told), known) = (value.set(), traefik.names(section)) else { continue };
        // It makes that entry point itself for its dashboard.
        let fits =
            |name: &str| name.trim() == "traefik" || known.iter().any(|own| own.eq_ignore_ascii_case(name.trim()));
        let Some(name) = told.value.split(',').find(|name| !name.trim().is_empty() && !fits(name)) else { continue };
        if known.is_empty() && *section == "entrypoints" || name.contains('$') {
            continue;
        }
        let name = name.trim();
        let there = match known.is_empty() {
            true => "its options define none".to_owned(),
            false => format!("its options define {}", phrase::named(known.iter().copied())),
        };
        let message = format!("Traefik has no {called} `{name}`: this router is left out ({there})");
        sink.report(key.span.to(told.span), message)
            .help(format!("write one of the names that Traefik has, or define `{name}` there"));
    }
}
