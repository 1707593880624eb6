//! `project/label-port-wrong`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A label tells Traefik a port where nothing listens.
    ///
    /// ## Why
    /// Traefik sends the requests for a service to the port in its label. When the program listens on another one, every page is
    /// answered with `502 Bad Gateway`, and both containers look healthy.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     labels:
    ///       traefik.enable: "true"
    ///       traefik.http.routers.web.rule: Host(`kleinladen.de`)
    ///       traefik.http.services.web.loadbalancer.server.port: "3000"
    /// #                                                          ^^^^ project/label-port-wrong
    /// # | Traefik is sent to port 3000 of service `web`, where nothing listens: its program listens on 8000
    /// # | help: write 8000 here
    /// # >       traefik.http.services.web.loadbalancer.server.port: "8000"
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     labels:
    ///       - traefik.enable=true
    ///       - traefik.http.routers.web.rule=Host(`kleinladen.de`)
    ///       - traefik.http.services.web.loadbalancer.server.port=8000
    ///   other:
    ///     image: shop/other:1
    ///     labels: [traefik.http.services.other.loadbalancer.server.port=3000]
    /// ```
    ///
    /// ## What it does not report
    /// Programs whose ports nothing tells, and labels of services that Traefik does not look at.
    "project/label-port-wrong" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/docker/"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let ports = service.labels.iter().filter(|(key, _)| {
        key.value.starts_with("traefik.http.services.") && key.value.ends_with(".loadbalancer.server.port")
    });
    let off = service
        .labels
        .iter()
        .any(|(key, value)| key.value == "traefik.enable" && value.get().is_some_and(|value| value == "false"));
    let sockets = ctx.project.sockets(service);
    let Some(first) = sockets.certain.first().filter(|_| sockets.gap.is_none() && service.gap.is_none() && !off) else {
        return sink.not_applicable();
    };
    for (_, value) in ports {
        let Some(told) = value.set() else { continue };
        let Ok(port) = told.value.trim().parse::<u16>() else { continue };
        if !sockets.may_answer(port) {
            let name = &service.name.value;
            let message = format!(
                "Traefik is sent to port {port} of service `{name}`, where nothing listens: its program listens on {}",
                first.port
            );
            sink.report(told.span, message).help(format!("write {} here", first.port));
        }
    }
}
