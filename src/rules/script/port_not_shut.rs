//! `script/port-not-shut`

use crate::model::Kind;
use crate::model::compose::Service;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// ufw is to shut a port that Docker opens.
    ///
    /// ## Why
    /// Docker writes rules of its own in front of those of ufw. A port that a container publishes on every interface is open whatever
    /// ufw says, and `ufw status` shows it as shut.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// #!/bin/sh
    /// ufw deny 8000/tcp
    /// ^^^^^^^^^^^^^^^^^ script/port-not-shut
    /// | port 8000 stays open: Docker publishes it for service `app` in front of what ufw says
    /// | help: publish it as `127.0.0.1:8000` in the Compose file
    /// ufw --force enable
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: shop/app:1
    ///     ports: ["8000:8000"]
    /// # >     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```sh good file=setup.sh
    /// #!/bin/sh
    /// ufw deny 8000/tcp
    /// ufw --force enable
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: shop/app:1
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    ///
    /// ## What it does not report
    /// Guides that start the application under systemd or pm2 and no container: they go another way.
    "script/port-not-shut" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    if commands.kind == Kind::Guide && ctx.project.goes_without_containers(commands.file) {
        return sink.not_applicable();
    }
    let denies = |step: &&Step| step.name() == "ufw" && (step.has("deny") || step.has("reject")) && !step.has("delete");
    for step in commands.steps.iter().filter(denies) {
        // Published for users, and not kept on the machine by another file of the deployment.
        let ships = |service: &&Service| service.role >= Role::Staging;
        let kept = |service: &&Service| {
            let mut same = ctx.project.services().filter(|own| own.name.value == service.name.value && ships(own));
            same.all(|own| own.ports.iter().any(|port| port.on_all_interfaces() == Some(true)))
        };
        let services = ctx.project.services().filter(ships).filter(kept);
        let ports = services.flat_map(|service| service.ports.iter().map(move |port| (service, port)));
        let found = ports.filter(|(_, port)| port.on_all_interfaces() == Some(true)).find_map(|(service, port)| {
            let (first, last) = *port.published.get()?;
            let number = (first..=last).take(64).find(|number| step.shuts(*number))?;
            Some((service, port, number))
        });
        let Some((service, port, number)) = found else { continue };
        let name = &service.name.value;
        let message =
            format!("port {number} stays open: Docker publishes it for service `{name}` in front of what ufw says");
        let finding = sink.report(step.span, message);
        finding
            .help(format!("publish it as `127.0.0.1:{number}` in the Compose file"))
            .related(port.span, "open on every interface");
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}
