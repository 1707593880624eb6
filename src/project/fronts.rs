//! Service to the proxies in front of it that visitors meet: Caddy and Traefik, each with what it asks; nginx is in `proxies.rs`.

use std::collections::HashMap;

use super::Project;
use super::network::networks_of;
use crate::model::Host;
use crate::model::compose::{Port, Service, ServiceId};
use crate::source::Span;

/// A proxy other than nginx that passes requests to a service.
#[derive(Clone, Debug)]
pub struct Front {
    /// What it is called.
    pub proxy: &'static str,
    /// Where it is told to.
    pub at: Span,
    /// Whether visitors come over TLS, which ends there.
    pub tls: bool,
    /// The port of the container that it asks; `None`: the only one there is.
    port: Option<u16>,
    /// Whether it runs on the host, and comes in by a published port.
    pub on_host: bool,
}

/// By service.
pub(super) type Fronts = HashMap<ServiceId, Vec<Front>>;

impl Front {
    /// The port of the container that a mapping leads to, if it is the one that is asked.
    pub fn port_behind(&self, service: &Service, port: &Port) -> Option<u16> {
        match self.port {
            Some(asked) => port.host_port_of(asked).map(|_| asked),
            None => port.target.get().map(|(first, _)| *first).filter(|first| service.ports.len() == 1 && *first != 22),
        }
    }
}

impl Project {
    /// The Caddy and the Traefik that pass requests to a service.
    pub fn fronts(&self, service: &Service) -> &[Front] {
        self.fronts.get_or_init(|| self.find_fronts()).get(&service.id).map_or(&[], Vec::as_slice)
    }

    /// Whether any proxy passes requests of visitors to a service.
    pub fn is_behind_proxy(&self, service: &Service) -> bool {
        self.is_behind_nginx(service) || !self.fronts(service).is_empty()
    }

    /// Whether visitors do not get to a service, as far as the project shows: it publishes no port at all, nothing passes requests to
    /// it, no proxy is beside it whose configuration is not here, and no other stack shares a network with it.
    pub fn is_met_by_nobody(&self, service: &Service) -> bool {
        let Some(set) = self.compose().get(service.id.composition).filter(|set| set.gap.is_none()) else {
            return false;
        };
        let shut = service.gap.is_none() && service.ports.is_empty() && service.network_mode.is_absent();
        let shares =
            |name: &&str| set.networks.iter().any(|own| own.name.value == *name && (own.external || own.named));
        shut && !networks_of(service).iter().any(shares)
            && !self.is_behind_proxy(service)
            && !set.services.iter().any(|own| own.id != service.id && self.look(1) && self.brings_anybody(own))
    }

    /// Whether a service is a proxy or a tunnel, and what it passes requests to stands nowhere here.
    fn brings_anybody(&self, service: &Service) -> bool {
        const TUNNELS: [&str; 6] = ["cloudflared", "tunnel", "ngrok", "tailscale", "frpc", "wireguard"];
        let named = |text: &str| TUNNELS.iter().any(|word| text.contains(word));
        let tunnel = named(&service.name.value) || service.image.get().is_some_and(|image| named(&image.name));
        let told = || self.servers_in(service).next().is_some() || self.traefik_of(service).is_some();
        tunnel || self.may_be_proxy(service) && !told()
    }

    fn find_fronts(&self) -> Fronts {
        let mut found = Fronts::new();
        for service in self.services().filter(|service| !service.labels.is_empty()) {
            let routed = self.routed_by_traefik(service).map(|routed| Front {
                proxy: "Traefik",
                at: routed.span,
                tls: routed.tls,
                port: routed.port,
                on_host: false,
            });
            found.entry(service.id).or_default().extend(routed);
        }
        for (passed, from) in self.passed_by_caddy() {
            for (service, inside) in self.behind(&from, &passed.host, passed.port) {
                let (at, on_host) = (passed.to.span, Host::is_loopback(&passed.host));
                let front = Front { proxy: "Caddy", at, tls: passed.tls, port: Some(inside), on_host };
                found.entry(service.id).or_default().push(front);
            }
        }
        found
    }
}
