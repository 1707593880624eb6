//! `compose/host-namespace`

use crate::model::compose::Service;
use crate::model::image::ImageRef;
use crate::rules::prelude::*;

rule! {
    /// A container that shares the host's network, processes or memory.
    ///
    /// ## Why
    /// With `network_mode: host` every port the program opens is open on the host, past all port mappings, and it
    /// reaches what listens on 127.0.0.1. With `pid: host` it sees and signals every process, with `ipc: host` it reads
    /// shared memory.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     network_mode: host
    /// #                 ^^^^ compose/host-namespace
    /// # | service `web` has `network_mode: host`: every port it opens is open on the host
    /// # | help: remove it and publish the ports that are needed
    /// # >     ports: ["8000:8000"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["127.0.0.1:8080:8080"]
    ///     network_mode: service:vpn
    ///   vpn:
    ///     image: vpn:1
    /// ```
    "compose/host-namespace" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/drivers/host/"],
        check: Check::Service(check),
    }
}

/// Web servers that take the requests of all others.
const FRONT: [&str; 5] = ["caddy", "haproxy", "httpd", "nginx", "traefik"];

pub(crate) fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    for ((key, option), value, what, help) in [
        (
            ("network_mode: host", "--network host"),
            &service.network_mode,
            "every port it opens is open on the host",
            "remove it and publish the ports that are needed",
        ),
        (
            ("pid: host", "--pid host"),
            &service.pid,
            "it sees and signals every process of the host",
            service.says("remove `pid: host`", "remove `--pid host`"),
        ),
        (
            ("ipc: host", "--ipc host"),
            &service.ipc,
            "it reads the host's shared memory",
            service.says(
                "remove `ipc: host`, or set `shm_size` if it needs shared memory",
                "remove `--ipc host`, or set `--shm-size` if it needs shared memory",
            ),
        ),
    ] {
        let Some(value) = value.set().filter(|value| value.value == "host") else { continue };
        let message = format!("{} has `{}`: {what}", service.title(), service.says(key, option));
        let finding = sink.report(value.span, message).help(help);
        // What stands in front of everything opens its ports to everybody anyway.
        let server = service.image.get().and_then(ImageRef::official).is_some_and(|name| FRONT.contains(&name));
        let front = server && key == "network_mode: host";
        // What ends by itself opens nothing that stays.
        let ends = service.restart.get().is_some_and(|restart| restart == "no");
        // Most people who write it want it, and their programs listen where they are told; a store asks few who they are.
        let store = service.store().is_some() && key == "network_mode: host";
        if store && !ctx.project.works_on_host(service) && !front && !ends {
            finding.severity(Medium);
        }
        finding.cause(value.span, "this one as well");
    }
}
