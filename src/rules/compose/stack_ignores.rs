//! `compose/stack-ignores`

use std::collections::BTreeMap;

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// What `docker stack deploy` leaves out, in a file that it deploys.
    ///
    /// ## Why
    /// `docker stack deploy` says `Ignoring unsupported options` and goes on (docker/cli, `cli/compose/types/types.go`,
    /// `UnsupportedProperties`). The service starts without the device, the network or the protection that it was given.
    ///
    /// ## Examples
    /// ```compose bad file=stack.yml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     security_opt: ["no-new-privileges:true"]
    /// #   ^^^^^^^^^^^^ compose/stack-ignores
    /// # | `docker stack deploy` ignores `security_opt` of service `web`
    /// # | help: remove what a stack does not know; what the service needs of it, start outside of the Swarm
    /// # >
    ///   vpn:
    ///     image: vpn:1
    ///     privileged: true
    /// #   ^^^^^^^^^^ compose/stack-ignores
    /// # >
    ///     devices: [/dev/net/tun]
    /// # >
    /// ```
    /// ```shell both file=deploy.sh
    /// docker stack deploy -c stack.yml shop
    /// ```
    /// ```compose good file=stack.yml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     cap_drop: [ALL]
    ///     restart: always
    /// ```
    ///
    /// ## What it does not report
    /// `build`, `container_name`, `restart` and `depends_on`: a stack does without, or makes something of them.
    "compose/stack-ignores" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/stack/deploy/"],
        check: Check::Compose(check),
    }
}

const IGNORED: [&str; 13] = [
    "cgroup_parent",
    "cgroupns_mode",
    "devices",
    "domainname",
    "external_links",
    "ipc",
    "links",
    "mac_address",
    "network_mode",
    "pid",
    "privileged",
    "security_opt",
    "userns_mode",
];

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let Some(call) = context.project.stack_of(compose) else { return sink.not_applicable() };
    // Services that share a part by an alias have lost it at one place.
    let mut places: BTreeMap<Vec<Span>, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    for service in &compose.services {
        let lost: Vec<_> = service.keys.iter().filter(|key| IGNORED.contains(&key.value.as_str())).collect();
        let names = || lost.iter().map(|key| key.value.as_str()).collect();
        let (_, services) =
            places.entry(lost.iter().map(|key| key.span).collect()).or_insert_with(|| (names(), Vec::new()));
        services.push(&service.name.value);
    }
    for (spans, (lost, services)) in places {
        let Some(first) = spans.first() else { continue };
        let names = phrase::named(lost.iter().copied());
        let plural = if services.len() > 1 { "s" } else { "" };
        let services = phrase::named(services.into_iter());
        let message = format!("`docker stack deploy` ignores {names} of service{plural} {services}");
        let finding = sink.report(*first, message);
        finding.help("remove what a stack does not know; what the service needs of it, start outside of the Swarm");
        finding.related(call, "deployed here");
        if lost.iter().all(|key| *key == "links") {
            // Services of a stack reach each other by their names anyway.
            finding.severity(Low);
        }
    }
}
