//! Which ports a service listens on, as far as the files say.

use super::Project;
use crate::model::Known;
use crate::model::compose::{Port, Service};
use crate::model::image::Image;

/// The TCP ports of a service inside its own network.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Listeners {
    /// Ports its command states, or that a well-known image run as it comes listens on.
    pub stated: Vec<u16>,
    /// Ports that are published, exposed, usual for the program or in its `PORT` variable: a claim, not a proof.
    pub claimed: Vec<u16>,
    /// Ranges of published container ports.
    pub ranges: Vec<(u16, u16)>,
}

impl Listeners {
    /// Whether anything says that it listens on this port.
    pub fn has(&self, port: u16) -> bool {
        self.stated.contains(&port)
            || self.claimed.contains(&port)
            || self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&port))
    }
}

impl Project {
    /// The ports a service listens on.
    pub fn listeners(&self, service: &Service) -> Listeners {
        let image = self.image_of(service);
        let mut found = Listeners::default();
        if let Some(server) = self.app_server(service) {
            let list = if server.explicit { &mut found.stated } else { &mut found.claimed };
            list.extend(server.port);
        }
        let port = service.environment.iter().rev().find(|(key, _)| key.value == "PORT").map(|(_, value)| value);
        let port = port.cloned().unwrap_or_else(|| image.env("PORT"));
        found.claimed.extend(port.get().and_then(|value| value.parse::<u16>().ok()));
        if let Some(facts) = image.facts() {
            // A web server's configuration, or a command of one's own, may say otherwise.
            let as_it_comes = matches!(image, Image::Named(_)) && service.command.is_absent();
            let web = facts.ports.iter().any(|port| matches!(port, 80 | 443 | 8080 | 9000));
            let list = if as_it_comes && !web { &mut found.stated } else { &mut found.claimed };
            list.extend(facts.ports);
        }
        found.claimed.extend(image.exposed());
        found
            .claimed
            .extend(service.expose.iter().filter_map(|port| port.value.split('/').next()?.parse::<u16>().ok()));
        for port in service.ports.iter().filter(|port| port.protocol == "tcp") {
            match port.target.get() {
                Some((first, last)) if first == last => found.claimed.push(*first),
                Some(range) => found.ranges.push(*range),
                None => {}
            }
        }
        found
    }
}

impl Port {
    /// Whether it is published on every interface of the host; `None`: not known.
    pub fn on_all_interfaces(&self) -> Option<bool> {
        match &self.host_ip {
            Known::Absent => Some(true),
            Known::Set(ip) => Some(is_any(&ip.value)),
            Known::Default(ip) => Some(is_any(ip)),
            Known::Unresolved { .. } => None,
        }
    }

    /// The host port that leads to a container port.
    pub fn host_port_of(&self, container: u16) -> Option<u16> {
        let (first, last) = *self.target.get()?;
        let (host, _) = *self.published.get()?;
        (first..=last).contains(&container).then(|| host.checked_add(container - first)).flatten()
    }

    /// The container port a host port leads to.
    pub fn container_port_of(&self, host: u16) -> Option<u16> {
        let (first, last) = *self.published.get()?;
        let (container, _) = *self.target.get()?;
        (first..=last).contains(&host).then(|| container.checked_add(host - first)).flatten()
    }
}

fn is_any(ip: &str) -> bool {
    matches!(ip.trim_matches(['[', ']']), "" | "0.0.0.0" | "::" | "::0" | "0:0:0:0:0:0:0:0" | "*")
}
