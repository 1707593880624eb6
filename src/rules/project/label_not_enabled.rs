//! `project/label-not-enabled`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A service has routes for Traefik, and Traefik does not look at it.
    ///
    /// ## Why
    /// With `exposedByDefault=false` Traefik takes only containers with the label `traefik.enable=true`. Without it all other labels
    /// mean nothing, and visitors get 404.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command: [--providers.docker=true, --providers.docker.exposedbydefault=false, "--entrypoints.web.address=:80"]
    ///     ports: ["80:80"]
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/label-not-enabled
    /// # | Traefik serves only what has the label `traefik.enable=true`, which service `web` lacks: it gets no requests
    /// # | help: add `traefik.enable=true`
    /// # >       - traefik.enable=true
    /// # >       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    /// ```
    /// ```compose good
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command: [--providers.docker=true, "--entrypoints.web.address=:80"]
    ///     ports: ["80:80"]
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    /// ```
    "project/label-not-enabled" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://doc.traefik.io/traefik/reference/install-configuration/providers/docker/#exposedbydefault"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let own = |start: &str| service.labels.iter().find(|(key, _)| key.value.to_ascii_lowercase().starts_with(start));
    let Some((route, _)) = own("traefik.http.routers.") else { return sink.not_applicable() };
    let asks = ctx.project.traefik_of(service).is_some_and(|traefik| traefik.asks_to_be_enabled());
    if asks && own("traefik.enable").is_none() && service.gap.is_none() {
        let message = format!(
            "Traefik serves only what has the label `traefik.enable=true`, which {} lacks: it gets no requests",
            service.title()
        );
        sink.report(route.span, message).help("add `traefik.enable=true`");
    }
}
