//! nginx to service: where an nginx file runs, and whom its proxy targets reach.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Project;
use crate::model::compose::{ComposeFile, Service};
use crate::model::image::Image;
use crate::model::nginx::{Config, Location, Server, Upstream};
use crate::source::{FileId, Span, directory};

/// Where the nginx that reads a file runs.
#[derive(Copy, Clone, Debug)]
pub enum Place<'a> {
    /// In the container of this service: the file is mounted or copied into it.
    Container(&'a Service),
    /// On the host: the deployment has no service that could be the proxy.
    Host,
    /// Not known.
    Unknown,
}

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
        matches!(self.host, "localhost" | "::1" | "[::1]") || self.host.starts_with("127.")
    }

    /// Whether it is a name only a container network can know: one label, no address.
    pub fn is_service_name(&self) -> bool {
        !self.is_loopback() && !self.host.contains(['.', ':'])
    }
}

/// The deployment of one nginx file, as indices; computed once when the project is joined.
#[derive(Clone, Default, Debug)]
pub(super) struct Deployments(HashMap<FileId, (Where, Vec<usize>)>);

#[derive(Copy, Clone, Debug)]
enum Where {
    Container(usize, usize),
    Host,
    Unknown,
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
        self.configs.get(*self.names.servers.get(&server.span)?)
    }

    /// The upstream of a name: that of the configuration a server is in, else that of the first one that has it.
    fn upstream(&self, server: &Server, name: &str) -> Option<&Upstream> {
        let found = self.names.upstreams.get(name)?;
        let own = self.names.servers.get(&server.span).and_then(|config| found.get_key_value(config));
        let (config, at) = own.or_else(|| found.first_key_value())?;
        self.configs.get(*config)?.upstreams.get(*at)
    }

    /// The addresses a server passes requests to, upstreams resolved. Targets with variables and sockets are left out.
    pub fn hops<'a>(&'a self, server: &'a Server) -> Vec<Hop<'a>> {
        let closed = self.config_of(server).is_some_and(|config| config.closed);
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
                    let usual = if matches!(pass.scheme.as_str(), "https" | "grpcs") { 443 } else { 80 };
                    hops.push(hop(pass.span, host, pass.port.unwrap_or(usual), pass.port.is_none() && !closed));
                }
            }
        }
        hops
    }

    /// Where nginx runs that reads this file.
    pub fn place_of(&self, file: FileId) -> Place<'_> {
        match self.deployments.0.get(&file) {
            Some((Where::Container(compose, service), _)) => {
                Place::Container(&self.compose[*compose].services[*service])
            }
            Some((Where::Host, _)) => Place::Host,
            _ => Place::Unknown,
        }
    }

    /// The Compose files an nginx file is deployed with: those that mount it, else those in the nearest directory at or
    /// above it, else those of the only directory that has any. Empty when there is no saying.
    pub fn deployment_of(&self, file: FileId) -> Vec<&ComposeFile> {
        let found = self.deployments.0.get(&file).map_or(&[][..], |(_, files)| files);
        found.iter().map(|index| &self.compose[*index]).collect()
    }

    /// The services a hop reaches, one for each Compose file of the deployment that has it, and the port inside.
    pub fn reached<'a>(&'a self, file: FileId, hop: &Hop) -> Vec<(&'a Service, u16)> {
        let deployment = self.deployment_of(file);
        let services = deployment.iter().flat_map(|file| &file.services).filter(|s| self.look(1 + s.ports.len()));
        match self.place_of(file) {
            Place::Host if hop.is_loopback() => services
                .filter_map(|service| {
                    let inside = service.ports.iter().find_map(|port| port.container_port_of(hop.port))?;
                    Some((service, inside))
                })
                .collect(),
            Place::Container(_) if hop.is_service_name() => {
                let named = deployment.iter().flat_map(|file| file.called(hop.host));
                named.map(|service| (service, hop.port)).collect()
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

    /// Whether a service could be the reverse proxy: by its image or its name.
    pub fn may_be_proxy(&self, service: &Service) -> bool {
        const WORDS: [&str; 8] = ["nginx", "proxy", "openresty", "swag", "traefik", "caddy", "gateway", "ingress"];
        let named = |text: &str| WORDS.iter().any(|word| text.to_ascii_lowercase().contains(word));
        let base = match self.image_of(service) {
            Image::Unknown(_) => None,
            image => image.base().map(|(image, _)| image.name),
        };
        named(&service.name.value) || base.is_some_and(|name| named(&name))
    }

    /// Finds the deployment of every file that holds a server.
    pub(super) fn find_deployments(&mut self) {
        let mut files: Vec<FileId> = self.servers().map(|server| server.file).collect();
        files.sort();
        files.dedup();
        let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, file) in self.compose.iter().enumerate() {
            folders.entry(directory(&file.path)).or_default().push(index);
        }
        let found = files.into_iter().map(|file| (file, self.find_deployment(file, &folders))).collect();
        self.deployments = Deployments(found);
    }

    fn find_deployment(&self, file: FileId, folders: &BTreeMap<&str, Vec<usize>>) -> (Where, Vec<usize>) {
        let path = &self.source(file).path;
        // A container that gets the whole project (`COPY . /app`) does not run nginx because of it.
        let reads = |(service, place): &(&Service, String)| {
            !is_one_shot(service) && (is_nginx_place(place) || self.may_be_proxy(service))
        };
        let containers = self.containers_of(path).into_iter().filter(reads);
        let mounting: Vec<&Service> = containers.map(|(service, _)| service).collect();
        let files = self.compose_around(path, &mounting, folders);
        let place = match mounting.first() {
            // The same service in several Compose files (base and production) is one place.
            Some(first) if mounting.iter().all(|service| service.name.value == first.name.value) => {
                self.index_of(mounting.last().unwrap_or(first)).unwrap_or(Where::Unknown)
            }
            Some(_) => Where::Unknown,
            None => {
                let services = files.iter().flat_map(|index| &self.compose[*index].services);
                let has_proxy = services.clone().any(|service| self.look(1) && self.may_be_proxy(service));
                if files.is_empty() || has_proxy { Where::Unknown } else { Where::Host }
            }
        };
        (place, files)
    }

    fn index_of(&self, service: &Service) -> Option<Where> {
        let compose = self.compose.binary_search_by_key(&service.file, |file| file.file).ok()?;
        let index = self.compose[compose].services.iter().position(|own| own.name.span == service.name.span)?;
        Some(Where::Container(compose, index))
    }

    fn compose_around(&self, path: &str, mounting: &[&Service], folders: &BTreeMap<&str, Vec<usize>>) -> Vec<usize> {
        let by_mount: BTreeSet<&str> =
            mounting.iter().map(|service| directory(&self.source(service.file).path)).collect();
        if by_mount.len() > 1 {
            return Vec::new();
        }
        let mut folder = by_mount.first().and_then(|folder| folders.get(folder));
        let mut above = directory(path);
        while folder.is_none() {
            folder = folders.get(above);
            if above.is_empty() {
                break;
            }
            above = directory(above);
        }
        let only = if folders.len() == 1 { folders.values().next() } else { None };
        folder.or(only).cloned().unwrap_or_default()
    }
}

/// Where nginx images look for configuration.
fn is_nginx_place(path: &str) -> bool {
    const PLACES: [&str; 8] = [
        "/etc/nginx/",
        "/usr/local/nginx/",
        "/usr/local/openresty/",
        "/etc/openresty/",
        "/opt/bitnami/",
        "/opt/nginx/",
        "/config/nginx/",
        "/data/nginx/",
    ];
    PLACES.iter().any(|place| path.starts_with(place))
}

/// Helpers that only prepare files: certbot, init containers.
fn is_one_shot(service: &Service) -> bool {
    service.name.value.contains("certbot") || service.restart.get().is_some_and(|restart| restart == "no")
}
