//! `compose/docker-socket`

use crate::model::compose::{MountKind, Service};
use crate::rules::prelude::*;

rule! {
    /// A container that gets the socket of the container engine.
    ///
    /// ## Why
    /// The socket takes any command: start a privileged container, mount `/`, read every secret. Mounting it read-only
    /// changes nothing, a socket is not written to but talked to.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: traefik:v3.3
    /// # >     image: traefik:v3.3
    /// # >     command: ["--providers.docker.endpoint=tcp://socket-proxy:2375"]
    ///     volumes:
    /// # >
    ///       - /var/run/docker.sock:/var/run/docker.sock:ro
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/docker-socket
    /// # | service `proxy` gets the engine's socket: whoever takes it over owns the host
    /// # | help: put a socket proxy in between and set `--providers.docker.endpoint=tcp://socket-proxy:2375`
    /// # >   socket-proxy:
    /// # >     image: tecnativa/docker-socket-proxy:0.3
    /// # >     environment: {CONTAINERS: 1}
    /// # >     volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: traefik:v3.3
    ///     command: --providers.docker.endpoint=tcp://socket-proxy:2375
    /// ```
    "compose/docker-socket" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/security/#docker-daemon-attack-surface"],
        check: Check::Service(check),
    }
}

const SOCKETS: [&str; 5] = ["docker.sock", "containerd.sock", "podman.sock", "crio.sock", "docker.sock.raw"];

pub(crate) fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    api(service, sink);
    for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
        let Some(source) = mount.source.get() else { continue };
        let socket = source.rsplit('/').next().is_some_and(|name| SOCKETS.contains(&name));
        let parent = matches!(source.as_str(), "/run" | "/var/run");
        if !socket && !parent {
            continue;
        }
        let what = if socket { "the engine's socket" } else { "the directory of the engine's socket" };
        let message = format!("{} gets {what}: whoever takes it over owns the host", service.title());
        let image = service.image.get().map_or("", |image| image.name.as_str());
        // It hands on what its clients need, and nobody else reaches it.
        if is_proxy(image) && service.ports.is_empty() {
            continue;
        }
        let finding = sink.report(mount.span, message);
        finding.help(help(image));
        // Who tells the program where the engine is means it, and a container that nobody reaches is taken over last.
        let told = service.environment.iter().any(|(key, _)| key.value.to_ascii_uppercase().contains("DOCKER"));
        let is_reached = || !service.is_closed() || ctx.project.is_behind_proxy(service);
        if ctx.project.works_on_host(service) {
            finding.cause((), "it gets the socket as well");
        } else if !told && is_reached() {
            finding.severity(High).effect(Exposes);
        }
    }
}

fn api(service: &Service, sink: &mut Sink) {
    let Some(flag) = service.api_socket.set().filter(|flag| flag.value) else { return };
    let message = format!("{} gets the engine's socket: whoever takes it over owns the host", service.title());
    let finding = sink.report(flag.span, message).help(help(""));
    if !service.works_on_host() {
        finding.severity(High);
    }
}

fn is_proxy(image: &str) -> bool {
    image.contains("socket-proxy") || image.contains("socketproxy")
}

fn help(image: &str) -> &'static str {
    if is_proxy(image) {
        "publish no port of it, allow only what its clients need, and keep it in a network of its own"
    } else if image.contains("traefik") {
        "put a socket proxy in between and set `--providers.docker.endpoint=tcp://socket-proxy:2375`"
    } else if image.contains("watchtower") || image.contains("portainer") {
        "run it only where its users may own the host, or put a socket proxy with the needed rights in between"
    } else {
        "remove the mount, or put a socket proxy in between that allows only the calls that are needed"
    }
}
