//! `compose/port-stays-open`

use crate::model::compose::{Composition, Port};
use crate::rules::prelude::*;

rule! {
    /// A port that a file on top publishes for the host alone stays open.
    ///
    /// ## Why
    /// Compose adds up the `ports` of all files and replaces none. Whoever writes `127.0.0.1:` into the file for the server means that
    /// only a proxy gets there; the port of the first file stays open beside it, without TLS, and Docker opens it in front of the host's
    /// firewall.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["8001:8080"]
    /// ```
    /// ```compose bad file=compose.vps.yaml
    /// services:
    ///   web:
    ///     ports: ["127.0.0.1:18081:8080"]
    /// #            ^^^^^^^^^^^^^^^^^^^^ compose/port-stays-open
    /// # | port 8001 of service `web` stays open on every interface: Compose adds this one to it
    /// # | help: write `ports: !override` here, or take the port out of the first file
    /// # >     ports: !override ["127.0.0.1:18081:8080"]
    /// ```
    /// ```shell both file=deploy.sh
    /// docker compose -f compose.yaml -f compose.vps.yaml up -d
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["8001:8080"]
    /// ```
    /// ```compose good file=compose.vps.yaml
    /// services:
    ///   web:
    ///     ports: !override ["127.0.0.1:18081:8080"]
    /// ```
    ///
    /// ## What it does not report
    /// Two ports in one file, and the same port of the host in both: that is `compose/port-taken`.
    "compose/port-stays-open" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/merge/#replace-value"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    if compose.files.len() < 2 {
        return sink.not_applicable();
    }
    let place = |port: &Port| compose.files.iter().position(|file| *file == port.span.file);
    for service in compose.services.iter().filter(|service| service.store().is_none()) {
        for port in service.ports.iter().filter(|port| port.on_all_interfaces() == Some(false)) {
            let Some((own, _)) = port.published.get().copied() else { continue };
            let below = |other: &&Port| {
                let later = place(port).zip(place(other)).is_some_and(|(port, other)| other < port);
                let same = other.target.get().is_some() && other.target.get() == port.target.get();
                later && same && other.on_all_interfaces() == Some(true) && other.protocol == port.protocol
            };
            let Some(open) = service.ports.iter().find(below) else { continue };
            let Some((published, _)) = open.published.get().copied().filter(|(published, _)| *published != own) else {
                continue;
            };
            let message = format!(
                "port {published} of service `{}` stays open on every interface: Compose adds this one to it",
                service.name.value
            );
            sink.report(port.span, message)
                .help("write `ports: !override` here, or take the port out of the first file")
                .related(open.span, format!("open for everybody here, in `{}`", context.path(open.span)));
        }
    }
}
