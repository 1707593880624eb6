//! nginx to service: the addresses requests are passed to, and whom they reach.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Machine, Project};
use crate::model::Host;
use crate::model::compose::{Composition, Service};
use crate::model::nginx::{Config, Location, Protocol, Server, Upstream};
use crate::source::{Answer, FileId, Span};

/// One address nginx passes requests to.
#[derive(Clone, Debug)]
pub struct Hop<'a> {
    /// The location it is passed from.
    pub location: &'a Location,
    /// Where the address is written: the `proxy_pass` value, or the `server` line of the upstream.
    pub span: Span,
    /// Host name or address.
    pub host: &'a str,
    /// The port, written or that of the scheme.
    pub port: u16,
    /// Whether the name may be that of an upstream that is defined in a file nobody sees.
    pub open: bool,
}

impl Hop<'_> {
    /// Whether it is the machine, or the container, nginx itself runs on.
    pub fn is_loopback(&self) -> bool {
        Host::is_loopback(self.host)
    }

    /// Whether it is a name only a container network can know: one label, no address.
    pub fn is_service_name(&self) -> bool {
        !self.is_loopback() && !self.host.contains(['.', ':'])
    }
}

/// Servers and upstreams by where and how they are written; made once when the project is joined. Of several that are
/// the same the first counts.
#[derive(Clone, Default, Debug)]
pub(super) struct Names {
    servers: HashMap<Span, usize>,
    /// By name: the configuration and the number in it, in order.
    upstreams: HashMap<String, BTreeMap<usize, usize>>,
}

impl Names {
    pub(super) fn new(configs: &[Config]) -> Self {
        let mut names = Names::default();
        for (index, config) in configs.iter().enumerate() {
            for server in &config.servers {
                names.servers.entry(server.span).or_insert(index);
            }
            for (at, upstream) in config.upstreams.iter().enumerate() {
                names.upstreams.entry(upstream.name.value.clone()).or_default().entry(index).or_insert(at);
            }
        }
        names
    }
}

impl Project {
    /// The configuration a server belongs to.
    pub fn config_of(&self, server: &Server) -> Option<&Config> {
        self.configs().get(*self.names.servers.get(&server.span)?)
    }

    /// The upstream of a name: that of the configuration a server is in, else that of the first one that has it.
    fn upstream(&self, server: &Server, name: &str) -> Option<&Upstream> {
        let found = self.names.upstreams.get(name)?;
        let own = self.names.servers.get(&server.span).and_then(|config| found.get_key_value(config));
        let (config, at) = own.or_else(|| found.first_key_value())?;
        self.configs().get(*config)?.upstreams.get(*at)
    }

    /// The addresses a server passes requests to, upstreams resolved. Targets with variables and sockets are left out.
    pub fn hops<'a>(&'a self, server: &'a Server) -> Vec<Hop<'a>> {
        let closed = self.config_of(server).is_some_and(|config| config.gap.is_none());
        let mut hops = Vec::new();
        for location in &server.locations {
            let Some(pass) = &location.pass else { continue };
            let Some(host) = &pass.host else { continue };
            // An explicit port never names an upstream.
            let upstream = if pass.port.is_some() { None } else { self.upstream(server, host) };
            let hop = |span, host, port, open| Hop { location, span, host, port, open };
            match upstream {
                Some(upstream) => {
                    if !self.look(upstream.servers.len()) {
                        break;
                    }
                    for server in &upstream.servers {
                        hops.extend(server.host.as_ref().map(|host| hop(server.span, host, server.port, false)));
                    }
                }
                None => {
                    let usual = if matches!(pass.protocol, Protocol::Https | Protocol::Grpcs) { 443 } else { 80 };
                    hops.push(hop(pass.span, host, pass.port.unwrap_or(usual), pass.port.is_none() && !closed));
                }
            }
        }
        hops
    }

    /// The services a hop reaches, one for each Compose file of the deployment that has it, and the port inside.
    pub fn reached<'a>(&'a self, file: FileId, hop: &Hop) -> Vec<(&'a Service, u16)> {
        let deployment = self.deployment_of(file);
        let services = deployment.iter().flat_map(|file| &file.services).filter(|s| self.look(1 + s.ports.len()));
        match self.machine(file) {
            Answer::Yes(Machine::Host) if hop.is_loopback() => services
                .filter_map(|service| {
                    let inside = service.ports.iter().find_map(|port| port.container_port_of(hop.port))?;
                    Some((service, inside))
                })
                .collect(),
            Answer::Yes(Machine::Container(_)) if hop.is_service_name() => {
                called(&deployment, hop.host).into_iter().map(|service| (service, hop.port)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The services a server passes requests to, each once.
    pub fn services_behind(&self, server: &Server) -> Vec<&Service> {
        let mut seen = HashSet::new();
        let hops = self.hops(server);
        let reached = hops.iter().flat_map(|hop| self.reached(server.file, hop)).map(|(service, _)| service);
        reached.filter(|service| seen.insert(service.name.span)).collect()
    }
}

/// The services that a container network knows by a name: that of a service, else a container name, host name or alias.
pub(super) fn called<'a>(deployment: &[&'a Composition], name: &str) -> Vec<&'a Service> {
    let named: Vec<&Service> = deployment.iter().flat_map(|file| file.called(name)).collect();
    if named.is_empty() { deployment.iter().flat_map(|file| file.also_called(name)).collect() } else { named }
}
