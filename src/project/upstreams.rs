//! nginx to nowhere: proxy targets where nothing listens, and what was meant.

use std::hash::{Hash, Hasher};

use super::proxies::called;
use super::{Hop, Machine, Project};
use crate::model::compose::{Composition, Service};
use crate::model::image::Image;
use crate::model::nginx::Server;
use crate::source::{Answer, Span, Why};

/// What is at the address nginx passes requests to.
#[derive(Clone, Debug)]
pub enum Lead<'a> {
    /// Something listens there, it is outside of the deployment, or nothing says otherwise.
    Somewhere,
    /// Nothing listens there: why, and the place in the Compose file that shows it.
    Nowhere(Nowhere<'a>, Option<Span>),
    /// Not known.
    Unknown(Why),
}

/// Why nothing is at an address, as nginx sees it from where it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Nowhere<'a> {
    /// From its container.
    Inside(Inside<'a>),
    /// From the host.
    OnHost(OnHost<'a>),
}

/// Why nothing is at an address of the container network, and which service comes closest, by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Inside<'a> {
    /// `localhost` in a container is that container, and nothing in it listens on the port.
    OwnContainer {
        /// The service nginx runs in.
        nginx: &'a str,
        /// The service that was meant, and its port inside the network. The place is its name.
        meant: Option<(&'a str, u16)>,
    },
    /// The container network has no such name. The place is the name of the service nginx runs in.
    NoSuchName {
        /// The service nginx runs in.
        nginx: &'a str,
        /// The other services of the deployment, a few of them.
        names: Vec<&'a str>,
    },
    /// The service listens on another port inside the network. The place is its first published port, or the command that says
    /// where it listens.
    OtherPort {
        /// The service.
        service: &'a str,
        /// The port it listens on.
        inside: u16,
        /// Whether the port that was written is the published one.
        published: bool,
    },
}

/// Why nothing is at an address of the host, and which service comes closest, by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OnHost<'a> {
    /// Other servers of the same upstream lead to a service, this one to nothing. The place is the published port.
    SpareServer {
        /// The service behind the others.
        service: &'a str,
    },
    /// The service is published on another port, which is the place.
    PublishedElsewhere {
        /// The service.
        service: &'a str,
        /// The port of the host that leads to it.
        host: u16,
    },
    /// The service that listens on the port publishes nothing. The place is its name.
    NotPublished {
        /// The service.
        service: &'a str,
    },
    /// The host does not know the names of the container network. The place is the service's name.
    ServiceName {
        /// The service of that name, or the one whose numbered copy it seems to be.
        service: &'a str,
        /// The port of the host that leads to it.
        host: Option<u16>,
    },
}

/// As many names of services as help to find the one that was meant.
const FEW: usize = 6;

impl Project {
    /// Whether a word stands in any Compose file.
    fn says(&self, word: &str) -> bool {
        let words = self.words.get_or_init(|| {
            let texts = self.compose.iter().flat_map(|set| &set.read).map(|file| self.source(*file).text());
            texts.flat_map(|text| text.split(|c| !is_part(c))).filter(|part| !part.is_empty()).map(hash).collect()
        });
        // A name with other characters in it is none of the words; who knows.
        !word.chars().all(is_part) || words.contains(&hash(word))
    }

    /// The addresses a server passes requests to, and what is there.
    pub fn leads<'a>(&'a self, server: &'a Server) -> Vec<(Hop<'a>, Lead<'a>)> {
        let hops = self.hops(server);
        let deployment = self.deployment_of(server.file);
        let machine = self.machine(server.file);
        let lead = |hop: &Hop<'a>| match &machine {
            _ if hop.is_service_name() && self.assumed.host(hop.host) => Lead::Somewhere,
            Answer::Yes(Machine::Container(nginx)) if hop.is_loopback() => self.in_own_container(nginx, hop),
            Answer::Yes(Machine::Container(nginx)) if hop.is_service_name() => {
                self.named_in_network(&deployment, nginx, hop)
            }
            Answer::Yes(Machine::Host) if hop.is_loopback() => self.on_host(server, &deployment, hop, &hops),
            Answer::Yes(Machine::Host) if hop.is_service_name() => named_on_host(&deployment, hop),
            Answer::Unknown(why) if hop.is_loopback() || hop.is_service_name() => Lead::Unknown(why.clone()),
            _ => Lead::Somewhere,
        };
        hops.iter().map(|hop| (hop.clone(), lead(hop))).collect()
    }

    /// `localhost` inside the container of nginx.
    fn in_own_container<'a>(&'a self, nginx: &'a Service, hop: &Hop) -> Lead<'a> {
        let all = || services(self.compose.iter());
        let shares = |service: &Service| service.network_mode.get().is_some_and(|mode| mode.starts_with("service:"));
        if !nginx.network_mode.is_absent() || all().any(shares) {
            return unknown("the nginx container shares its network with something else");
        }
        if self.nginx_listens(hop.port) {
            return Lead::Somewhere;
        }
        // An image of the project's own may run the application beside nginx.
        let stock = matches!(self.image_of(nginx), Image::Named(image) if image.value.name.contains("nginx"));
        if !stock {
            return unknown("what else runs in the nginx container is not known");
        }
        let meant = all()
            .filter(|service| {
                self.look(1 + service.ports.len())
                    && service.id.composition == nginx.id.composition
                    && service.name.value != nginx.name.value
            })
            .find(|service| self.listeners(service).has(hop.port) || published(service, hop.port).is_some());
        let inside = |service| published(service, hop.port).unwrap_or(hop.port);
        let found = meant.map(|service| (service.name.as_str(), inside(service)));
        let nowhere = Inside::OwnContainer { nginx: &nginx.name.value, meant: found };
        Lead::Nowhere(Nowhere::Inside(nowhere), meant.map(|service| service.name.span))
    }

    /// A name with one label, seen from the container of nginx.
    fn named_in_network<'a>(&'a self, deployment: &[&'a Composition], nginx: &'a Service, hop: &Hop) -> Lead<'a> {
        let all = || services(deployment.iter().copied());
        let named = called(deployment, hop.host);
        if !named.is_empty() {
            return self.port_inside(&named, hop);
        }
        // So do `extra_hosts` and services of other Compose files that share a network.
        let elsewhere = self.says(hop.host);
        let open = deployment.iter().any(|file| {
            file.gap.is_some() || file.incomplete.is_some() || file.networks.iter().any(|network| network.external)
        });
        if elsewhere || open || hop.open || !nginx.network_mode.is_absent() {
            return unknown("the name may be known by other means than a service of this deployment");
        }
        let others = all().filter(|service| service.name.value != nginx.name.value);
        let mut names: Vec<&str> = others.map(|service| service.name.as_str()).take(FEW).collect();
        names.dedup();
        let nowhere = Inside::NoSuchName { nginx: &nginx.name.value, names };
        Lead::Nowhere(Nowhere::Inside(nowhere), Some(nginx.name.span))
    }

    /// The port of services that have the name, seen from inside the network.
    fn port_inside<'a>(&'a self, services: &[&'a Service], hop: &Hop) -> Lead<'a> {
        let listeners: Vec<_> = services.iter().map(|&service| (service, self.listeners(service))).collect();
        if listeners.iter().any(|(_, listeners)| listeners.has(hop.port)) {
            return Lead::Somewhere;
        }
        let other = listeners.iter().find_map(|(service, listeners)| {
            let published = published(service, hop.port);
            let inside = published.or_else(|| listeners.stated.first().copied())?;
            let place = match published {
                Some(_) => service.ports.first().map_or(service.name.span, |port| port.span),
                None => self.start_line(service),
            };
            let nowhere = Inside::OtherPort { service: &service.name.value, inside, published: published.is_some() };
            Some(Lead::Nowhere(Nowhere::Inside(nowhere), Some(place)))
        });
        other.unwrap_or(unknown("the ports this service listens on are not known"))
    }

    /// The loopback address, seen from nginx on the host.
    fn on_host<'a>(&'a self, server: &Server, deployment: &[&'a Composition], hop: &Hop, hops: &[Hop]) -> Lead<'a> {
        let all = || services(deployment.iter().copied());
        let reached = all().any(|service| {
            if !self.look(1 + service.ports.len()) {
                return true;
            }
            let host_network = service.network_mode.get().is_some_and(|mode| mode == "host");
            host_network || service.ports.iter().any(|port| port.container_port_of(hop.port).is_some())
        });
        // nginx often passes requests to another of its own servers.
        if reached || self.nginx_listens(hop.port) {
            return Lead::Somewhere;
        }
        if all().flat_map(|service| &service.ports).any(|port| port.published.get().is_none()) {
            return unknown("not all published ports are known");
        }
        // Other servers of the same upstream lead to a service: more copies are expected than run.
        let others = hops
            .iter()
            .filter(|_| self.look(1))
            .filter(|other| other.location.span == hop.location.span && other.port != hop.port);
        let mut behind = others.flat_map(|other| self.reached(server.file, other));
        if let Some((service, port)) = behind.find_map(|(service, _)| Some((service, service.ports.first()?))) {
            return host_lead(OnHost::SpareServer { service: &service.name.value }, port.span);
        }
        all().find_map(|service| self.meant_on_host(service, hop.port)).unwrap_or(Lead::Somewhere)
    }

    /// Whether a service is what nginx on the host looks for at a port where nothing listens.
    fn meant_on_host<'a>(&'a self, service: &'a Service, port: u16) -> Option<Lead<'a>> {
        let name = &service.name;
        let elsewhere = service.ports.iter().find_map(|own| Some((own.span, own.host_port_of(port)?)));
        if let Some((place, host)) = elsewhere {
            return Some(host_lead(OnHost::PublishedElsewhere { service: &name.value, host }, place));
        }
        let listens = || self.app_server(service).is_some_and(|app| app.port == Some(port));
        let hidden = service.ports.is_empty() && listens();
        hidden.then(|| host_lead(OnHost::NotPublished { service: &name.value }, name.span))
    }

    /// Whether any server of nginx listens on a port.
    fn nginx_listens(&self, port: u16) -> bool {
        let servers = self.servers().filter(|server| self.look(1 + server.listens.len()));
        servers.flat_map(|server| &server.listens).any(|listen| listen.port == Some(port))
    }
}

/// The name of a service, or of a numbered copy of one, seen from the host, which does not know such names.
fn named_on_host<'a>(deployment: &[&'a Composition], hop: &Hop) -> Lead<'a> {
    let stem = hop.host.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_']);
    let Some(service) = deployment.iter().flat_map(|file| file.called(hop.host).chain(file.called(stem))).next() else {
        return unknown("whether the host knows this name is not known");
    };
    let host = service.ports.iter().find_map(|port| port.host_port_of(hop.port));
    host_lead(OnHost::ServiceName { service: &service.name.value, host }, service.name.span)
}

fn unknown(why: &str) -> Lead<'_> {
    Lead::Unknown(Why::new(why))
}

fn host_lead(why: OnHost<'_>, place: Span) -> Lead<'_> {
    Lead::Nowhere(Nowhere::OnHost(why), Some(place))
}

fn services<'a>(files: impl Iterator<Item = &'a Composition>) -> impl Iterator<Item = &'a Service> {
    files.flat_map(|file| &file.services)
}

/// The container port that a host port of the service leads to, when the two differ.
fn published(service: &Service, host: u16) -> Option<u16> {
    let inside = service.ports.iter().find_map(|port| port.container_port_of(host))?;
    (inside != host).then_some(inside)
}

/// Whether a character can be part of a host name.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn hash(word: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
