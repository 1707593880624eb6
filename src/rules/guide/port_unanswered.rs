//! `guide/port-unanswered`

use crate::project::{Place, Project};
use crate::rules::prelude::*;

rule! {
    /// A guide asks a port of the server that only the container has.
    ///
    /// ## Why
    /// The program listens on that port inside of its container, and the server has another one for it, or none. Whoever checks the
    /// deployment as the guide says gets "connection refused" from one that works.
    ///
    /// ## Examples
    /// ```markdown bad
    /// ~~~bash
    /// docker compose up -d
    /// curl -f http://localhost:8000/health
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ guide/port-unanswered
    /// # | nothing on the server listens on port 8000: service `web` is published on 8080
    /// # | help: write port 8080
    /// # > curl -f http://localhost:8080/health
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1.2
    ///     ports: ["127.0.0.1:8080:8000"]
    /// ```
    /// ```markdown good
    /// ~~~bash
    /// curl -f http://localhost:8080/health
    /// docker compose exec web curl -f http://localhost:8000/health
    /// curl http://localhost:9090/metrics
    /// ~~~
    /// ```
    "guide/port-unanswered" {
        severity: Low, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#ports"],
        at_first: true,
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for url in project.urls_of_guides().into_iter().filter(|url| !url.is_of_server && url.is_typed) {
        let port = url.port;
        let unit = project.endpoints().iter().any(|own| own.at == Place::Port(port));
        let run = project.left_running().flat_map(|call| call.published()).any(|own| own.2 == port.to_string());
        let published = |service: &crate::model::compose::Service| {
            let host = service.network_mode.get().is_some_and(|mode| mode == "host");
            host || service
                .ports
                .iter()
                .any(|own| own.published.get().is_none() || own.container_port_of(port).is_some())
        };
        if unit || run || project.nginx_listens(port) || project.services().any(published) {
            continue;
        }
        let elsewhere = project.services().find_map(|service| {
            let (span, host) = service.ports.iter().find_map(|own| Some((own.span, own.host_port_of(port)?)))?;
            Some((service, span, host))
        });
        let Some((service, span, host)) = elsewhere else { continue };
        sink.report(
            url.span,
            format!(
                "nothing on the server listens on port {port}: service `{}` is published on {host}",
                service.name.value
            ),
        )
        .help(format!("write port {host}"))
        .related(span, "published here");
    }
}
