//! `compose/internal-published`

use crate::model::compose::{Composition, Service};
use crate::rules::prelude::*;

rule! {
    /// A service publishes ports and is in internal networks alone.
    ///
    /// ## Why
    /// Docker does not connect an `internal` network with the host: nothing is published, whatever stands in `ports:`, and the container
    /// cannot call out either. `docker compose ps` shows no port, and a proxy or browser gets `connection refused`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["127.0.0.1:8000:8000"]
    /// #            ^^^^^^^^^^^^^^^^^^^ compose/internal-published
    /// # | service `web` is in internal networks alone, so none of its ports is published
    /// # | help: give service `web` a network that is not internal, too
    ///     networks: [back]
    /// # >     networks: [back, front]
    /// networks:
    ///   back: {internal: true}
    /// # >   back: {internal: true}
    /// # >   front: {}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["127.0.0.1:8000:8000"]
    ///     networks: [back, front]
    ///   db:
    ///     image: postgres:17
    ///     networks: [back]
    /// networks:
    ///   back: {internal: true}
    ///   front: {}
    /// ```
    /// ### A data store beside those who use it
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     networks: [back, front]
    ///   db:
    ///     image: postgres:17
    ///     ports: ["127.0.0.1:5432:5432"]
    /// #            ^^^^^^^^^^^^^^^^^^^ compose/internal-published
    /// # | service `db` is in internal networks alone, so none of its ports is published
    /// # | help: give service `db` a network that is not internal, too
    /// # >     ports: []
    ///     networks: [back]
    /// networks:
    ///   back: {internal: true}
    ///   front: {}
    /// ```
    "compose/internal-published" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/networks/#internal"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    let internal = |name: &str| compose.networks.iter().any(|network| network.name.value == name && network.internal);
    let shut = |service: &&Service| {
        let named = !service.networks.is_empty() && service.networks.iter().all(|network| internal(&network.value));
        named || service.networks.is_empty() && internal("default")
    };
    for service in compose.services.iter().filter(|service| service.gap.is_none() && service.network_mode.is_absent()) {
        let Some(port) = service.ports.first().filter(|_| shut(&service)) else { continue };
        let name = &service.name.value;
        let message = format!("service `{name}` is in internal networks alone, so none of its ports is published");
        let finding = sink.report(port.span, message);
        finding.help(format!("give service `{name}` a network that is not internal, too"));
        // Those who use a data store are in its network; that nobody else comes in is as it should be.
        let beside = |other: &Service| {
            other.name.span != service.name.span
                && other.networks.iter().any(|own| service.networks.iter().any(|network| network.value == own.value))
        };
        if service.store().is_some() && compose.services.iter().any(beside) {
            finding.severity(Low).effect(Hygiene).cause(compose.id, "neither are those of this one");
        }
    }
}
