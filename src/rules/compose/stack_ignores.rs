//! `compose/stack-ignores`

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
    for service in &compose.services {
        let lost: Vec<_> = service.keys.iter().filter(|key| IGNORED.contains(&key.value.as_str())).collect();
        let Some(first) = lost.first() else { continue };
        let names = phrase::named(lost.iter().map(|key| key.value.as_str()));
        let message = format!("`docker stack deploy` ignores {names} of service `{}`", service.name.value);
        let finding = sink.report(first.span, message);
        finding.help("remove what a stack does not know; what the service needs of it, start outside of the Swarm");
        finding.related(call, "deployed here");
        if lost.iter().all(|key| key.value == "links") {
            // Services of a stack reach each other by their names anyway.
            finding.severity(Low);
        }
    }
}
