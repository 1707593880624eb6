//! `project/dashboard-for-everybody`

use super::admin_ui_for_everybody::WITH_ACCOUNTS;
use crate::model::compose::Service;
use crate::model::image::notes;
use crate::rules::prelude::*;

rule! {
    /// Traefik brings everybody to its own pages, or to a tool that asks for no login.
    ///
    /// ## Why
    /// Traefik's dashboard and API show all routes, services and middlewares to whoever opens them; its manual says that authentication
    /// is the least they need ("API & Dashboard", Security). Prometheus, Redis Commander and their like ask for nothing either.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6.1
    ///     command: [--api.dashboard=true, --providers.docker=true, "--entrypoints.websecure.address=:443"]
    ///     ports: ["443:443"]
    ///     labels:
    ///       - traefik.http.routers.dashboard.rule=Host(`traefik.shop.de`)
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/dashboard-for-everybody
    /// # | everybody gets to Traefik's dashboard and API: no middleware asks for a password
    /// # | help: add a middleware with `basicauth` or `ipallowlist` to this router, or take the route out
    /// # >       - traefik.http.routers.dashboard.middlewares=staff
    /// # >       - traefik.http.middlewares.staff.ipallowlist.sourcerange=203.0.113.7/32
    /// # >       - traefik.http.routers.dashboard.rule=Host(`traefik.shop.de`)
    ///       - traefik.http.routers.dashboard.entrypoints=websecure
    ///       - traefik.http.routers.dashboard.service=api@internal
    ///   meter:
    ///     image: prom/prometheus:v3.5.0
    ///     labels:
    ///       - traefik.http.routers.meter.rule=Host(`meter.shop.de`)
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/dashboard-for-everybody
    /// # >       - traefik.http.routers.meter.middlewares=staff
    /// # >       - traefik.http.routers.meter.rule=Host(`meter.shop.de`)
    ///       - traefik.http.services.meter.loadbalancer.server.port=9090
    /// ```
    /// ```compose good
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6.1
    ///     command: [--api.dashboard=true, --providers.docker=true, "--entrypoints.websecure.address=:443"]
    ///     ports: ["443:443"]
    ///     labels:
    ///       - traefik.http.routers.dashboard.rule=Host(`traefik.localhost`)
    ///       - traefik.http.routers.dashboard.service=api@internal
    ///       - traefik.http.routers.api.rule=Host(`traefik.shop.de`)
    ///       - traefik.http.routers.api.service=api@internal
    ///       - traefik.http.routers.api.middlewares=staff
    ///       - traefik.http.middlewares.staff.ipallowlist.sourcerange=203.0.113.7/32
    ///   meter:
    ///     image: prom/prometheus:v3.5.0
    /// ```
    ///
    /// ## What it does not report
    /// Routes with any middleware, which may ask, those of other entry points than the usual two, names of one's own machine, and what
    /// files tell Traefik.
    "project/dashboard-for-everybody" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/#security"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let routes = ctx.project.open_routes(service);
    if routes.is_empty() {
        return sink.not_applicable();
    }
    let port = ctx.project.routed_by_traefik(service).and_then(|routed| routed.port);
    let tool = service.image.get().and_then(notes).and_then(|notes| notes.admin.as_ref());
    let tool =
        tool.filter(|(name, ports)| !WITH_ACCOUNTS.contains(name) && port.is_none_or(|port| ports.contains(&port)));
    for route in &routes {
        let what = match (route.own_pages, tool) {
            (true, _) => "Traefik's dashboard and API".to_owned(),
            (false, Some((name, _))) => format!("{name} in service `{}`", service.name.value),
            _ => continue,
        };
        sink.report(route.span, format!("everybody gets to {what}: no middleware asks for a password"))
            .help("add a middleware with `basicauth` or `ipallowlist` to this router, or take the route out")
            .cause(service.name.span, "and here");
    }
}
