//! Who is behind an address: the one answer to whether a host and port lead anywhere, from a container or from the host.

use super::{Machine, Place, Process, Project};
use crate::model::Host;
use crate::model::compose::{Composition, Service};
use crate::source::{Answer, FileId, Role, Span, Why, directory};

/// Where a connection goes to.
#[derive(Clone, Debug)]
pub enum Reach<'a> {
    /// Something listens there, or it is outside of the deployment.
    Somewhere,
    /// Nothing of the deployment listens there; something else on the host may.
    Unclaimed,
    /// Nothing listens there, or it cannot be got at: why, and the place in the Compose file that shows it.
    Nowhere(Nowhere<'a>, Option<Span>),
    /// Not known.
    Unknown(Why),
}

/// Why nothing is at an address, as it is seen from where the connection begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Nowhere<'a> {
    /// From a container.
    Inside(Inside<'a>),
    /// From the host.
    OnHost(OnHost<'a>),
}

/// Why nothing is at an address of the container network, and which service comes closest, by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Inside<'a> {
    /// `localhost` in a container is that container, and nothing in it listens on the port.
    OwnContainer {
        /// The service the connection begins in.
        from: &'a str,
        /// The service that was meant, and its port inside the network. The place is its name.
        meant: Option<(&'a str, u16)>,
    },
    /// The container network has no such name. The place is the name of the service the connection begins in.
    NoSuchName {
        /// The service the connection begins in.
        from: &'a str,
        /// The other services of the deployment, a few of them.
        names: Vec<&'a str>,
    },
    /// The two services have no network in common. The place is the name of the one that is looked for.
    NoSharedNetwork {
        /// The service the connection begins in.
        from: &'a str,
        /// The service that has the name.
        service: &'a str,
        /// A network of that service.
        network: &'a str,
    },
    /// The service uses the network of the host, where no other container finds it by name. The place is its `network_mode`.
    OnHostNetwork {
        /// The service that has the name.
        service: &'a str,
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
    /// A unit of the host listens elsewhere, where nobody passes anything. The place is its command.
    UnitElsewhere {
        /// The unit.
        unit: &'a str,
        /// What nginx is to be given instead: an address, or `unix:` and a path.
        address: String,
    },
    /// The host does not know the names of the container network. The place is the service's name.
    ServiceName {
        /// The service of that name, or the one whose numbered copy it seems to be.
        service: &'a str,
        /// The port of the host that leads to it.
        host: Option<u16>,
    },
}

/// Where a connection begins: a machine, and the Compose files that make the network around it.
#[derive(Clone, Debug)]
pub struct From<'a> {
    /// The machine, or why it is not known.
    pub machine: Answer<Machine<'a>>,
    /// The Compose files whose services are its neighbours.
    pub deployment: Vec<&'a Composition>,
}

/// The networks of a service, by the names that its file gives them.
pub(super) fn networks_of(service: &Service) -> Vec<&str> {
    let named: Vec<&str> = service.networks.iter().map(|network| network.as_str()).collect();
    if named.is_empty() { vec!["default"] } else { named }
}

/// As many names of services as help to find the one that was meant.
const FEW: usize = 6;

/// Whether it is a name only a container network can know: one label, no address.
pub fn is_service_name(host: &str) -> bool {
    !Host::is_loopback(host) && !host.contains(['.', ':'])
}

/// What Docker Desktop calls the host. The engine of Linux knows that name only where `extra_hosts` gives it
/// (docs.docker.com, "Networking features in Docker Desktop").
pub const DESKTOP_HOST: &str = "host.docker.internal";

/// Whether a service does not find the host by that name on a Linux server.
pub fn lacks_desktop_host(service: &Service) -> bool {
    let knows = service.hosts.iter().any(|own| own.value == DESKTOP_HOST) || !service.network_mode.is_absent();
    !knows && service.gap.is_none()
}

impl Project {
    /// The nginx that reads a file.
    pub fn from_nginx(&self, file: FileId) -> From<'_> {
        From { machine: self.machine(file), deployment: self.deployment_of(file) }
    }

    /// The host that sets of Compose files are started on.
    pub fn from_host_of<'a>(&self, deployment: Vec<&'a Composition>) -> From<'a> {
        From { machine: Answer::Yes(Machine::Host), deployment }
    }

    /// Whether any set of Compose files has a service of a name: an nginx that nobody sees run may be beside it.
    pub fn is_called_anywhere(&self, host: &str) -> bool {
        let sets = || self.compose.iter().filter(|_| self.look(1));
        sets().any(|set| set.called(host).chain(set.also_called(host)).next().is_some())
    }

    /// The container of a service.
    pub fn from_service<'a>(&'a self, service: &'a Service) -> From<'a> {
        let host = service.network_mode.get().is_some_and(|mode| mode == "host");
        let machine = if host { Machine::Host } else { Machine::Container(service) };
        let deployment = self.compose.get(service.id.composition).into_iter().collect();
        From { machine: Answer::Yes(machine), deployment }
    }

    /// The services that an address belongs to, and the port inside: one for each Compose file that has it.
    pub fn behind<'a>(&'a self, from: &From<'a>, host: &str, port: u16) -> Vec<(&'a Service, u16)> {
        let services = services(&from.deployment).filter(|s| self.look(1 + s.ports.len()));
        match from.machine {
            Answer::Yes(Machine::Host) if Host::is_loopback(host) => services
                .filter_map(|service| {
                    let inside = service.ports.iter().find_map(|own| own.container_port_of(port))?;
                    Some((service, inside))
                })
                .collect(),
            Answer::Yes(Machine::Container(_)) if is_service_name(host) => {
                called(&from.deployment, host).into_iter().map(|service| (service, port)).collect()
            }
            // In which container it is, is not known, but it is one beside them.
            Answer::Unknown(_) if is_service_name(host) => {
                let proxied =
                    |set: &&&Composition| set.services.iter().any(|own| self.look(1) && self.may_be_proxy(own));
                let sets: Vec<&Composition> = from.deployment.iter().filter(proxied).copied().collect();
                called(&sets, host).into_iter().map(|service| (service, port)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a host and port lead anywhere; without a port, whether the host does. `open`: the name may be another thing
    /// than a host.
    pub fn reach<'a>(&'a self, from: &From<'a>, host: &str, port: Option<u16>, open: bool) -> Reach<'a> {
        let named = is_service_name(host);
        match (&from.machine, port) {
            _ if named && self.assumed.host(host) => Reach::Somewhere,
            (Answer::Yes(Machine::Container(own)), Some(port)) if Host::is_loopback(host) => {
                self.in_own_container(from, own, port)
            }
            (Answer::Yes(Machine::Container(own)), _) if named => self.named_in_network(from, own, host, port, open),
            (Answer::Yes(Machine::Host), Some(port)) if Host::is_loopback(host) => self.on_host(from, port),
            (Answer::Yes(Machine::Host), Some(port)) if named => named_on_host(from, host, port),
            (Answer::Unknown(why), _) if Host::is_loopback(host) || named => Reach::Unknown(why.clone()),
            _ => Reach::Somewhere,
        }
    }

    /// Whether nothing but its own programs is on the loopback address of a container.
    pub fn has_own_network(&self, service: &Service) -> bool {
        let shares = |other: &Service| other.network_mode.get().is_some_and(|mode| mode.starts_with("service:"));
        let set = self.compose.get(service.id.composition);
        service.network_mode.is_absent() && !set.is_some_and(|set| set.services.iter().any(shares))
    }

    /// `localhost` inside a container.
    fn in_own_container<'a>(&'a self, from: &From<'a>, own: &'a Service, port: u16) -> Reach<'a> {
        if !self.has_own_network(own) {
            return unknown("the container shares its network with something else");
        }
        let sockets = self.sockets(own);
        match (sockets.answer(port), &sockets.beside) {
            (Answer::Yes(()), _) => return Reach::Somewhere,
            (Answer::Unknown(why), _) => return Reach::Unknown(why),
            (Answer::No(_), Some(why)) => return Reach::Unknown(why.clone()),
            (Answer::No(_), None) => {}
        }
        let meant = services(&from.deployment)
            .filter(|service| self.look(1 + service.ports.len()) && service.id != own.id)
            .find(|service| self.sockets(service).may_answer(port) || published(service, port).is_some());
        let inside = |service| published(service, port).unwrap_or(port);
        let found = meant.map(|service| (service.name.as_str(), inside(service)));
        let nowhere = Inside::OwnContainer { from: &own.name.value, meant: found };
        Reach::Nowhere(Nowhere::Inside(nowhere), meant.map(|service| service.name.span))
    }

    /// A name with one label, seen from a container.
    fn named_in_network<'a>(
        &'a self,
        from: &From<'a>,
        own: &'a Service,
        host: &str,
        port: Option<u16>,
        open: bool,
    ) -> Reach<'a> {
        let named = called(&from.deployment, host);
        if !named.is_empty() {
            return self.port_inside(own, &named, port);
        }
        let here = self.compose.get(own.id.composition).map_or("", |set| directory(&set.path));
        // What is started from the same folder is one project, and one network.
        let elsewhere = self.compose.iter().filter(|set| self.look(1) && directory(&set.path) == here);
        let known = own.hosts.iter().any(|name| name.value == host)
            || from.deployment.iter().any(|set| is_container_of(set, host) || self.is_of_stack(set, host))
            || elsewhere.flat_map(|set| set.called(host).chain(set.also_called(host))).next().is_some();
        // A service that is alone on a network with a name of its own meets others there.
        let shared = |file: &Composition| {
            let alone = file.services.len() == 1;
            file.networks.iter().any(|network| network.external || alone && network.named)
        };
        let incomplete =
            from.deployment.iter().any(|file| file.gap.is_some() || file.incomplete.is_some() || shared(file));
        if known || incomplete || open || own.gap.is_some() || !own.network_mode.is_absent() {
            return unknown("the name may be known by other means than a service of this deployment");
        }
        if services(&from.deployment).any(|service| service.may_be_called_otherwise()) {
            return unknown("`container_name` or `hostname` of another service has a variable that nothing sets here");
        }
        let others = services(&from.deployment).filter(|service| service.name.value != own.name.value);
        let mut names: Vec<&str> = others.map(|service| service.name.as_str()).take(FEW).collect();
        names.dedup();
        let nowhere = Inside::NoSuchName { from: &own.name.value, names };
        Reach::Nowhere(Nowhere::Inside(nowhere), Some(own.name.span))
    }

    /// Whether a name is the one that a Swarm gives a service: stack, service.
    fn is_of_stack(&self, set: &Composition, name: &str) -> bool {
        let own = name.match_indices('_').filter_map(|(at, _)| name.get(at + 1..));
        own.filter(|_| self.look(1)).any(|own| set.service(own).is_some()) && self.in_swarm(set)
    }

    /// The port of services that have the name, seen from inside the network.
    fn port_inside<'a>(&'a self, own: &'a Service, named: &[&'a Service], port: Option<u16>) -> Reach<'a> {
        let apart = named.iter().map(|service| self.apart(own, service)).collect::<Option<Vec<_>>>();
        if let Some((nowhere, place)) = apart.and_then(|all| all.into_iter().next()) {
            return Reach::Nowhere(Nowhere::Inside(nowhere), Some(place));
        }
        let Some(port) = port else { return Reach::Somewhere };
        let sockets: Vec<_> = named.iter().map(|&service| (service, self.sockets(service))).collect();
        if sockets.iter().any(|(_, sockets)| sockets.may_answer(port)) {
            return Reach::Somewhere;
        }
        let other = sockets.iter().find_map(|(service, sockets)| {
            let published = published(service, port);
            let inside = published.or_else(|| sockets.certain.first().map(|socket| socket.port))?;
            let place = match published {
                Some(_) => service.ports.first().map_or(service.name.span, |port| port.span),
                None => self.process(service).map_or(service.name.span, |process| process.line()),
            };
            let nowhere = Inside::OtherPort { service: &service.name.value, inside, published: published.is_some() };
            Some(Reach::Nowhere(Nowhere::Inside(nowhere), Some(place)))
        });
        other.unwrap_or(unknown("the ports this service listens on are not known"))
    }

    /// Why one service does not find another one that has the name; `None` when it may.
    pub(super) fn apart<'a>(&'a self, own: &'a Service, other: &'a Service) -> Option<(Inside<'a>, Span)> {
        let name = &other.name.value;
        if own.id == other.id || own.id.composition != other.id.composition || own.gap.is_some() || other.gap.is_some()
        {
            return None;
        }
        // `app:` and nothing below it: what belongs there stands elsewhere in a file that Compose refuses.
        if other.image.is_absent() && other.build.is_none() {
            return None;
        }
        // `extra_hosts: ["api:host-gateway"]` leads to the host.
        let is_told = || own.hosts.iter().any(|host| host.value == *name);
        if let Some(mode) = other.network_mode.set().filter(|mode| mode.value == "host" && !is_told()) {
            return Some((Inside::OnHostNetwork { service: name }, mode.span));
        }
        if !own.network_mode.is_absent() || !other.network_mode.is_absent() {
            return None;
        }
        let set = self.compose.get(own.id.composition)?;
        // Two names may be one network: `name:` of an external one.
        let external = |name: &str| set.networks.iter().any(|network| network.name.value == name && network.external);
        let (here, there) = (networks_of(own), networks_of(other));
        self.look(here.len() * there.len());
        let shared = here.iter().any(|name| there.contains(name));
        let outside = here.iter().any(|name| external(name)) && there.iter().any(|name| external(name));
        let network = *there.first()?;
        let apart = !shared && !outside;
        apart.then_some((Inside::NoSharedNetwork { from: &own.name.value, service: name, network }, other.name.span))
    }

    /// The loopback address, seen from the host.
    fn on_host<'a>(&'a self, from: &From<'a>, port: u16) -> Reach<'a> {
        let all = || services(&from.deployment);
        let reached = all().any(|service| {
            if !self.look(1 + service.ports.len()) {
                return true;
            }
            let host_network = service.network_mode.get().is_some_and(|mode| mode == "host");
            host_network || service.ports.iter().any(|own| own.container_port_of(port).is_some())
        });
        // nginx often passes requests to another of its own servers.
        if reached || self.nginx_listens(port) {
            return Reach::Somewhere;
        }
        if all().flat_map(|service| &service.ports).any(|port| port.published.get().is_none()) {
            return unknown("not all published ports are known");
        }
        // A program that nobody knows takes its port from the environment.
        let told = |process: &Process| {
            let port_of = |unit| self.unit_env(unit, "PORT");
            process.program().is_none()
                && match process.unit().map(port_of) {
                    Some(Answer::Yes(own)) => own == port.to_string(),
                    Some(Answer::Unknown(_)) => true,
                    _ => false,
                }
        };
        if let Some(unit) = self.processes_of_host().filter(|_| self.look(1)).find(told).and_then(|own| own.unit()) {
            return Reach::Unknown(Why::new(format!("`{}` may listen there", unit.name)));
        }
        let unit = || {
            let meant = self.meant_by(&Place::Port(port))?;
            let address = meant.for_nginx();
            Some(host_reach(OnHost::UnitElsewhere { unit: &meant.unit, address }, meant.span))
        };
        // What listens there in its container is meant before what is published elsewhere: dashboards like the usual ports.
        let says = |service: &&Service| service.expose.iter().any(|own| own.value == port.to_string());
        let hidden = all().find(|service| is_hidden(service) && self.listens_inside(service, port));
        let elsewhere = || all().find_map(|service| meant_on_host(service, port));
        let said = || all().find(|service| is_hidden(service) && says(service));
        let meant = hidden.map(not_published);
        let meant = meant.or_else(|| elsewhere().map(|found| said().map_or(found, not_published)));
        meant.or_else(unit).unwrap_or(Reach::Unclaimed)
    }

    /// Whether a service's program is told to listen on a port in its container.
    fn listens_inside(&self, service: &Service, port: u16) -> bool {
        self.process(service).and_then(|process| process.program()?.listens_on()) == Some(port)
    }

    /// Whether any server of nginx listens on a port.
    pub fn nginx_listens(&self, port: u16) -> bool {
        let servers = self.servers().filter(|server| self.look(1 + server.listens.len()));
        servers.flat_map(|server| &server.listens).any(|listen| listen.port == Some(port))
    }
}

/// What developers start says nothing of the server: there the program may run without a container.
fn is_for_host(service: &Service) -> bool {
    service.role > Role::Test
}

/// Whether the host comes to no port of a service.
fn is_hidden(service: &Service) -> bool {
    is_for_host(service) && service.ports.is_empty()
}

fn not_published(service: &Service) -> Reach<'_> {
    host_reach(OnHost::NotPublished { service: &service.name.value }, service.name.span)
}

/// A service whose container has a port that is published as another one.
fn meant_on_host(service: &Service, port: u16) -> Option<Reach<'_>> {
    let (place, host) = service.ports.iter().find_map(|own| Some((own.span, own.host_port_of(port)?)))?;
    is_for_host(service).then(|| host_reach(OnHost::PublishedElsewhere { service: &service.name.value, host }, place))
}

/// Whether a name may be the one that Compose gives a container: project, service, number. The project is called like the
/// folder on the server.
fn is_container_of(set: &Composition, name: &str) -> bool {
    ['-', '_'].into_iter().any(|between| {
        let Some((rest, number)) = name.rsplit_once(between) else { return false };
        let of_project = |(at, _): (usize, char)| rest.get(at + 1..).is_some_and(|own| set.service(own).is_some());
        number.parse::<u16>().is_ok() && rest.char_indices().filter(|(at, c)| *at > 0 && *c == between).any(of_project)
    })
}

/// The services that a container network knows by a name: that of a service, else a container name, host name or alias.
fn called<'a>(deployment: &[&'a Composition], name: &str) -> Vec<&'a Service> {
    let named: Vec<&Service> = deployment.iter().flat_map(|file| file.called(name)).collect();
    if named.is_empty() { deployment.iter().flat_map(|file| file.also_called(name)).collect() } else { named }
}

/// The name of a service, or of a numbered copy of one, seen from the host, which does not know such names.
fn named_on_host<'a>(from: &From<'a>, host: &str, port: u16) -> Reach<'a> {
    let stem = host.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_']);
    let Some(service) = from.deployment.iter().flat_map(|file| file.called(host).chain(file.called(stem))).next()
    else {
        return unknown("whether the host knows this name is not known");
    };
    let host = service.ports.iter().find_map(|own| own.host_port_of(port));
    host_reach(OnHost::ServiceName { service: &service.name.value, host }, service.name.span)
}

fn unknown(why: &str) -> Reach<'_> {
    Reach::Unknown(Why::new(why))
}

fn host_reach(why: OnHost<'_>, place: Span) -> Reach<'_> {
    Reach::Nowhere(Nowhere::OnHost(why), Some(place))
}

fn services<'a>(files: &[&'a Composition]) -> impl Iterator<Item = &'a Service> {
    files.iter().flat_map(|file| &file.services)
}

/// The container port that a host port of the service leads to, when the two differ.
fn published(service: &Service, host: u16) -> Option<u16> {
    let inside = service.ports.iter().find_map(|port| port.container_port_of(host))?;
    (inside != host).then_some(inside)
}
