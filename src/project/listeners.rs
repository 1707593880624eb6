//! Which ports a service listens on, as far as the files say.

use super::Project;
use crate::model::compose::Service;
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
