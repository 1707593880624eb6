//! nginx to service: where an nginx file runs, and whom its proxy targets reach.

use super::Project;
use crate::model::compose::{ComposeFile, Service};
use crate::model::image::Image;
use crate::model::nginx::{Config, Location, Server};
use crate::source::{FileId, Span, directory};

/// Where the nginx that reads a file runs.
#[derive(Clone, Debug)]
pub enum Place<'a> {
    /// In the container of this service: the file is mounted or copied into it.
    Container(&'a Service),
    /// On the host: the deployment has no nginx service.
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
}

impl Hop<'_> {
    /// Whether it is the machine, or the container, nginx itself runs on.
    pub fn is_loopback(&self) -> bool {
        matches!(self.host, "localhost" | "::1" | "[::1]") || self.host.starts_with("127.")
    }
}

impl Project {
    /// The configuration a server belongs to.
    pub fn config_of(&self, server: &Server) -> Option<&Config> {
        self.configs.iter().find(|config| config.servers.iter().any(|own| own.span == server.span))
    }

    /// The addresses a server passes requests to, upstreams resolved. Targets with variables and sockets are left out.
    pub fn hops<'a>(&'a self, server: &'a Server) -> Vec<Hop<'a>> {
        let upstreams = self.config_of(server).map_or(&[][..], |config| &config.upstreams);
        let mut hops = Vec::new();
        for location in &server.locations {
            let Some(pass) = &location.pass else { continue };
            let Some(host) = &pass.host else { continue };
            match upstreams.iter().find(|upstream| upstream.name.value == *host && pass.port.is_none()) {
                Some(upstream) => {
                    for server in &upstream.servers {
                        if let Some(host) = &server.host {
                            hops.push(Hop { location, span: server.span, host, port: server.port });
                        }
                    }
                }
                None => {
                    let usual = if matches!(pass.scheme.as_str(), "https" | "grpcs") { 443 } else { 80 };
                    let port = pass.port.unwrap_or(usual);
                    hops.push(Hop { location, span: pass.value.span, host, port });
                }
            }
        }
        hops
    }

    /// Where nginx runs that reads this file (or the file that includes it).
    pub fn place_of(&self, file: FileId) -> Place<'_> {
        let path = &self.source(file).path;
        let mut services: Vec<&Service> = self.containers_of(path).into_iter().map(|(service, _)| service).collect();
        services.retain(|service| !is_one_shot(service));
        if let Some(first) = services.first() {
            // The same service in several Compose files (base and production) is one place.
            return match services.iter().all(|service| service.name.value == first.name.value) {
                true => Place::Container(services.last().unwrap_or(first)),
                false => Place::Unknown,
            };
        }
        let deployment = self.deployment_of(file);
        let has_proxy = deployment.iter().flat_map(|file| &file.services).any(|service| self.may_be_proxy(service));
        if deployment.is_empty() || has_proxy { Place::Unknown } else { Place::Host }
    }

    /// The Compose files an nginx file is deployed with: those that mount it, else those in the nearest directory at or
    /// above it, else those of the only directory that has any. Empty when there is no saying.
    pub fn deployment_of(&self, file: FileId) -> Vec<&ComposeFile> {
        let path = &self.source(file).path;
        let mounting: Vec<FileId> = self.containers_of(path).iter().map(|(service, _)| service.file).collect();
        let folders = |wanted: &dyn Fn(&ComposeFile) -> bool| -> Vec<&str> {
            let mut found: Vec<&str> =
                self.compose.iter().filter(|file| wanted(file)).map(|file| directory(&file.path)).collect();
            found.dedup();
            found
        };
        let by_mount = folders(&|file| mounting.contains(&file.file));
        let mut folder = match &by_mount[..] {
            [only] => Some(*only),
            [] => None,
            _ => return Vec::new(),
        };
        let mut above = directory(path);
        while folder.is_none() {
            folder = folders(&|file| directory(&file.path) == above).pop();
            if above.is_empty() {
                break;
            }
            above = directory(above);
        }
        let all = folders(&|_| true);
        let Some(folder) = folder.or_else(|| all.first().copied().filter(|only| all.iter().all(|dir| dir == only)))
        else {
            return Vec::new();
        };
        self.compose.iter().filter(|file| directory(&file.path) == folder).collect()
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
}

/// Helpers that only prepare files: certbot, init containers.
fn is_one_shot(service: &Service) -> bool {
    service.name.value.contains("certbot") || service.restart.get().is_some_and(|restart| restart == "no")
}
