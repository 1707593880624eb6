//! Which ports a service listens on, as far as the files say.

use std::collections::HashMap;

use super::Project;
use crate::model::compose::{Composition, Service, ServiceId, Transport};
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

/// Who may listen on a port among the services that start together.
#[derive(Default, Debug)]
pub(super) struct Ports {
    /// By port the first service, and whether there is another one.
    single: HashMap<u16, (ServiceId, bool)>,
    ranges: Vec<(u16, u16, ServiceId)>,
}

impl Ports {
    fn of(project: &Project, compose: &Composition) -> Self {
        let mut ports = Ports::default();
        for service in &compose.services {
            project.look(1 + service.environment.len());
            let found = project.listeners(service);
            for port in found.stated.iter().chain(&found.claimed) {
                let (first, more) = ports.single.entry(*port).or_insert((service.id, false));
                *more |= *first != service.id;
            }
            ports.ranges.extend(found.ranges.iter().map(|(first, last)| (*first, *last, service.id)));
        }
        ports
    }
}

impl Project {
    /// Whether a service that starts together with this one may listen on a port.
    pub fn answers_beside(&self, service: &Service, port: u16) -> bool {
        let all = self.ports.get_or_init(|| self.compose.iter().map(|compose| Ports::of(self, compose)).collect());
        let Some(ports) = all.get(service.id.composition) else { return false };
        let in_range = |(first, last, id): &(u16, u16, ServiceId)| {
            self.look(1) && *id != service.id && (*first..=*last).contains(&port)
        };
        ports.single.get(&port).is_some_and(|(first, more)| *more || *first != service.id)
            || ports.ranges.iter().any(in_range)
    }

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
        for port in service.ports.iter().filter(|port| port.protocol == Transport::Tcp) {
            match port.target.get() {
                Some((first, last)) if first == last => found.claimed.push(*first),
                Some(range) => found.ranges.push(*range),
                None => {}
            }
        }
        found
    }
}
