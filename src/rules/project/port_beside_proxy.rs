//! `project/port-beside-proxy`

use crate::model::compose::{Service, Transport};
use crate::project::Front;
use crate::rules::emptied;
use crate::rules::prelude::*;

rule! {
    /// The port of a service behind Caddy or Traefik is open to everybody.
    ///
    /// ## Why
    /// Clients that find the port talk to the program without TLS, and past the limits, log-ins and logs of the proxy. A firewall like
    /// ufw does not help: Docker opens published ports in front of its rules.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     ports: ["8000:8000"]
    /// #            ^^^^^^^^^ project/port-beside-proxy
    /// # | port 8000 of service `app` is open on every interface, so clients can go around Caddy (no TLS, limits or logs);
    /// # | Docker opens it in front of the host's firewall
    /// # | help: remove the entry: Caddy reaches `app:8000` through the network of the deployment
    /// # >     expose: ["8000"]
    ///   caddy:
    ///     image: caddy:2.10
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "data:/data"]
    /// volumes: {data: }
    /// ```
    /// ```text both file=Caddyfile
    /// shop.kleinladen.de {
    ///     reverse_proxy app:8000
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     ports: ["127.0.0.1:8000:8000"]
    ///   caddy:
    ///     image: caddy:2.10
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "data:/data"]
    /// volumes: {data: }
    /// ```
    /// ### Traefik
    /// ```compose bad file=compose.yaml
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command: [--providers.docker=true, "--entrypoints.websecure.address=:443"]
    ///     ports: ["443:443"]
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     ports: ["8000:8000"]
    /// #            ^^^^^^^^^ project/port-beside-proxy
    /// # | port 8000 of service `app` is open on every interface, so clients can go around Traefik (no TLS, limits or logs);
    /// # | Docker opens it in front of the host's firewall
    /// # | help: remove the entry: Traefik reaches `app:8000` through the network of the deployment
    /// # >     expose: ["8000"]
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.kleinladen.de`)
    ///       - traefik.http.routers.shop.tls=true
    /// ```
    /// ### An entry point that ends TLS for all routes
    /// ```compose bad file=compose.yaml
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command:
    ///       - --providers.docker=true
    ///       - --entrypoints.websecure.address=:443
    ///       - --entrypoints.websecure.http.tls=true
    ///     ports: ["443:443"]
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     ports: ["8000:8000"]
    /// #            ^^^^^^^^^ project/port-beside-proxy
    /// # | port 8000 of service `app` is open on every interface, so clients can go around Traefik (no TLS, limits or
    /// # | logs); Docker opens it in front of the host's firewall
    /// # | help: remove the entry: Traefik reaches `app:8000` through the network of the deployment
    /// # >     expose: ["8000"]
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.kleinladen.de`)
    ///       - traefik.http.routers.shop.entrypoints=websecure
    /// ```
    ///
    /// ## What it does not report
    /// Ports bound to an address, sites without TLS, and what an nginx that is seen to run is in front of, which is another rule's.
    "project/port-beside-proxy" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    if service.ports.is_empty() || project.is_front_door(service) {
        return sink.not_applicable();
    }
    let fronts: Vec<&Front> = project.fronts(service).iter().filter(|front| front.tls).collect();
    // What nginx is in front of as well is told there.
    if fronts.is_empty() || project.is_behind_seen_nginx(service) {
        return;
    }
    for port in
        service.ports.iter().filter(|port| port.on_all_interfaces() == Some(true) && port.protocol == Transport::Tcp)
    {
        let mut leads = fronts.iter().filter_map(|front| Some((*front, front.port_behind(service, port)?)));
        let Some((Front { proxy, at, on_host, .. }, inside)) = leads.next() else { continue };
        let Some(published) = port.host_port_of(inside) else { continue };
        let name = &service.name.value;
        let message = format!(
            "port {published} of service `{name}` is open on every interface, so clients can go around {proxy} (no TLS, limits or \
             logs); Docker opens it in front of the host's firewall"
        );
        let help = match *on_host {
            true => format!("bind it to the host alone: `127.0.0.1:{published}:{inside}`"),
            false => {
                format!("remove the entry: {proxy} reaches `{name}:{inside}` through the network of the deployment")
            }
        };
        let finding = sink.report(port.span, message).help(help);
        finding
            .label("open on every interface")
            .related(*at, format!("{proxy} passes requests to it here"))
            .cause(port.span.file, "this one is open, too");
        emptied::tell(finding, port, service, ctx);
    }
}
