//! `compose/engine-refuses`

use time::macros::date;

use crate::model::compose::Service;
use crate::project::Engine;
use crate::rules::prelude::*;

/// The first release of Docker Engine 29 (docs.docker.com/engine/release-notes/29).
const SINCE: time::Date = date!(2025 - 11 - 10);

rule! {
    /// A program that speaks a version of the engine's API that newer engines refuse.
    ///
    /// ## Why
    /// Docker Engine 29 and later take version 1.40 or 1.44 of their API and up. An older Traefik asks in version 1.24, is refused, and finds
    /// no container: it has no routes, asks for no certificate, and answers every visitor with 404. Nothing is seen of that before the
    /// server gets a new engine.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: traefik:v3.3
    /// #          ^^^^^^^^^^^^ compose/engine-refuses
    /// # | service `proxy` runs Traefik 3.3, which speaks version 1.24 of the engine's API: Docker Engine 29 and later
    /// # | refuse it, and Traefik finds no container
    /// # | help: take version 3.6.1, or 2.11.31, or a later one; before an engine that stays older, `docker version` says so
    /// # >     image: traefik:v3.6
    ///     command: --providers.docker
    ///     volumes:
    ///       - /var/run/docker.sock:/var/run/docker.sock:ro
    ///   updates:
    ///     image: containrrr/watchtower
    /// #          ^^^^^^^^^^^^^^^^^^^^^ compose/engine-refuses
    /// # | service `updates` runs Watchtower, which speaks version 1.25 of the engine's API: Docker Engine 29 and later
    /// # | refuse it, and it ends again and again
    /// # | help: set `DOCKER_API_VERSION=1.44` for it, or move to `nickfedor/watchtower`, which somebody maintains
    /// # >     image: nickfedor/watchtower:1
    ///     volumes:
    ///       - /var/run/docker.sock:/var/run/docker.sock
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: traefik:v2.11
    ///     command: --providers.docker
    ///   inner:
    ///     image: traefik:v3.1
    ///     command: --providers.file.directory=/routes
    ///   updates:
    ///     image: containrrr/watchtower
    ///     environment: {DOCKER_API_VERSION: "1.44"}
    ///     volumes:
    ///       - /var/run/docker.sock:/var/run/docker.sock
    /// ```
    /// ### An engine that is told to take old versions
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: traefik:v3.3
    ///     command: --providers.docker
    /// ```
    /// ```sh good file=setup.sh
    /// echo '{"min-api-version": "1.24"}' > /etc/docker/daemon.json
    /// ```
    ///
    /// ## How severe it is
    /// High where the project installs the engine from Docker's own packages without naming a version: they have a newer one.
    "compose/engine-refuses" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/release-notes/29/", "https://github.com/traefik/traefik/issues/12253"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some(client) = ctx.project.refused_by_engine(service).filter(|_| ctx.at.date() >= SINCE) else { return };
    let engine = ctx.project.engine();
    if engine == Engine::Said {
        return;
    }
    let (then, help) = match client.is_way_in {
        true => (
            "Traefik finds no container",
            "take version 3.6.1, or 2.11.31, or a later one; before an engine that stays older, `docker version` says so",
        ),
        false => (
            "it ends again and again",
            "set `DOCKER_API_VERSION=1.44` for it, or move to `nickfedor/watchtower`, which somebody maintains",
        ),
    };
    let message = format!(
        "{} runs {}, which speaks version {} of the engine's API: Docker Engine 29 and later refuse it, and {then}",
        service.title(),
        client.name,
        client.speaks
    );
    let finding = sink.report(service.image.span().unwrap_or(service.name.span), message).help(help);
    match (engine, client.is_way_in) {
        (Engine::Newest, true) => drop(finding.severity(High)),
        (Engine::Newest, false) | (_, true) => {}
        _ => drop(finding.severity(Low)),
    }
}
