//! What to do about an address of the container network where nothing is, in the same words whoever asks it.

use crate::project::Inside;

/// What makes the name of the host known on Linux.
const KNOWN: &str = "with `extra_hosts: [\"host.docker.internal:host-gateway\"]`";

/// What ends it; `None` for a name that nobody has, as what was meant depends on who asks. `from` is the service that asks.
pub fn cure(why: &Inside, from: &str, port: Option<u16>) -> Option<String> {
    Some(match why {
        Inside::NoSuchName { .. } => return None,
        Inside::OwnContainer { meant: Some((service, inside)), .. } => {
            format!("write `{service}:{inside}`, the service by its name")
        }
        Inside::OwnContainer { meant: None, .. } => {
            format!(
                "name the service instead of `localhost`, or `host.docker.internal` for a program on the host, {KNOWN}"
            )
        }
        Inside::NoSharedNetwork { network, .. } => format!("add `{network}` to the `networks:` of service `{from}`"),
        Inside::OnHostNetwork { service } => {
            let port = port.map_or(String::new(), |port| format!(":{port}"));
            format!(
                "remove `network_mode: host` from service `{service}`, or write `host.docker.internal{port}`, {KNOWN}"
            )
        }
        Inside::OtherPort { service, inside, .. } => format!("write `{service}:{inside}`"),
    })
}
