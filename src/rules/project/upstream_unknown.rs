//! `project/upstream-unknown`

use crate::model::compose::Service;
use crate::model::image::Image;
use crate::model::nginx::Server;
use crate::project::{Hop, Place, Project};
use crate::rules::prelude::*;

rule! {
    /// nginx passes requests to a service or port where nothing listens.
    ///
    /// ## Why
    /// Inside a container network a service is reached by its name and the port its program listens on. The published
    /// port counts only on the host, and `localhost` in the nginx container is that container itself. A name that no
    /// service has keeps nginx from starting (`host not found in upstream`); a wrong port answers every request with 502.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx/shop.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://localhost:8000;
    /// #                  ^^^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    ///     }
    ///     location /api/ {
    ///         proxy_pass http://backend:8000;
    /// #                  ^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro
    /// ```
    /// ```nginx good file=nginx/shop.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://app:8000;
    ///     }
    ///     location /pay/ {
    ///         proxy_pass https://pay.example.com;
    ///     }
    /// }
    /// ```
    ///
    /// ### The published port
    /// ```nginx bad file=nginx/shop.conf
    /// upstream backend {
    ///     server app:9000;
    /// #          ^^^^^^^^ project/upstream-unknown
    /// }
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://backend;
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports: ["127.0.0.1:9000:8000"]
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro
    /// ```
    /// ```nginx good file=nginx/shop.conf
    /// upstream backend {
    ///     server app:8000;
    /// }
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://backend;
    ///     }
    /// }
    /// ```
    ///
    /// ### nginx on the host
    /// ```nginx bad file=shop.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    /// #                  ^^^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    ///     }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:9000;
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports: ["127.0.0.1:9000:8000"]
    /// ```
    ///
    /// ## What it does not report
    /// Names with a dot and addresses (they are outside), targets with variables, services whose ports nothing tells,
    /// deployments that include other files or join networks of other projects.
    "project/upstream-unknown" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/compose/how-tos/networking/",
            "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass",
        ],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let hops = project.hops(server);
    if hops.is_empty() {
        sink.not_applicable();
    }
    for hop in &hops {
        match project.place_of(server.file) {
            Place::Container(nginx) if hop.is_loopback() => own_container(project, nginx, hop, sink),
            Place::Container(nginx) if hop.is_service_name() => service_name(project, server, nginx, hop, sink),
            Place::Host if hop.is_loopback() => on_host(project, server, hop, &hops, sink),
            Place::Host if hop.is_service_name() => name_on_host(project, server, hop, sink),
            Place::Unknown if hop.is_loopback() || hop.is_service_name() => {
                sink.unknown(hop.span, "it is not known where this nginx runs");
            }
            _ => {}
        }
    }
}

/// `localhost` inside the container of nginx.
fn own_container(project: &Project, nginx: &Service, hop: &Hop, sink: &mut Sink) {
    let all = || project.compose.iter().flat_map(|file| &file.services);
    let shares = |service: &Service| service.network_mode.get().is_some_and(|mode| mode.starts_with("service:"));
    if !nginx.network_mode.is_absent() || all().any(shares) {
        return sink.unknown(hop.span, "the nginx container shares its network with something else");
    }
    let own = project.servers().flat_map(|server| &server.listens).any(|listen| listen.port == Some(hop.port));
    if own {
        return;
    }
    // An image of the project's own may run the application beside nginx.
    let stock = matches!(project.image_of(nginx), Image::Named(image) if image.value.name.contains("nginx"));
    if !stock {
        return sink.unknown(hop.span, "what else runs in the nginx container is not known");
    }
    let target = all()
        .filter(|service| service.file == nginx.file && service.name.value != nginx.name.value)
        .find(|service| project.listeners(service).has(hop.port) || published(service, hop.port).is_some());
    let message = format!(
        "nginx passes requests to port {} of its own container `{}`, where nothing listens, so every request gets 502",
        hop.port, nginx.name.value
    );
    let finding = sink.report(hop.span, message);
    match target {
        Some(service) => {
            let inside = published(service, hop.port).unwrap_or(hop.port);
            finding.help(format!("write `{}:{inside}`, the service by its name", service.name.value));
            finding.related(service.name.span, format!("this service listens on {inside}"));
        }
        None => {
            finding.help("name the service instead of `localhost`, or `host.docker.internal` for a program on the host");
        }
    }
}

/// A name with one label, seen from the container of nginx.
fn service_name(project: &Project, server: &Server, nginx: &Service, hop: &Hop, sink: &mut Sink) {
    let deployment = project.deployment_of(server.file);
    let all = || deployment.iter().flat_map(|file| &file.services);
    let named: Vec<&Service> = all().filter(|service| service.name.value == hop.host).collect();
    if !named.is_empty() {
        return port(project, &named, hop, sink);
    }
    // Container names and aliases resolve too.
    let called = |service: &&Service| {
        let names = [&service.container_name, &service.hostname];
        names.iter().any(|name| name.get().is_some_and(|name| name == hop.host))
            || service.aliases.iter().any(|alias| alias.value == hop.host)
    };
    let other_names: Vec<&Service> = all().filter(called).collect();
    if !other_names.is_empty() {
        return port(project, &other_names, hop, sink);
    }
    // So do `extra_hosts` and services of other Compose files that share a network.
    let elsewhere = project.compose.iter().any(|file| mentions(project.source(file.file).text(), hop.host));
    let open = deployment.iter().any(|file| {
        file.open || !file.includes.is_empty() || file.networks.iter().any(|network| network.external)
    });
    if elsewhere || open || hop.open || !nginx.network_mode.is_absent() {
        return sink.unknown(hop.span, "the name may be known by other means than a service of this deployment");
    }
    let mut names: Vec<&str> = all().filter(|s| s.name.value != nginx.name.value).map(|s| s.name.as_str()).collect();
    names.dedup();
    let message = format!(
        "no service is called `{}`, so nginx in service `{}` cannot resolve it and does not start",
        hop.host, nginx.name.value
    );
    let help = match &names[..] {
        [] => format!("add the service `{}` to the Compose file", hop.host),
        [only] => format!("write `{only}`, or add the service `{}`", hop.host),
        many => format!("use the name of a service: `{}`", many[..many.len().min(5)].join("`, `")),
    };
    sink.report(hop.span, message).help(help).related(nginx.name.span, "nginx runs in this service");
}

/// The port of a service, seen from inside the network.
fn port(project: &Project, services: &[&Service], hop: &Hop, sink: &mut Sink) {
    let listeners: Vec<_> = services.iter().map(|service| (*service, project.listeners(service))).collect();
    if listeners.iter().any(|(_, listeners)| listeners.has(hop.port)) {
        return;
    }
    for (service, listeners) in &listeners {
        let name = &service.name.value;
        let inside = published(service, hop.port).or_else(|| listeners.stated.first().copied());
        let Some(inside) = inside else { continue };
        let why = if published(service, hop.port).is_some() {
            format!("{} is its port on the host", hop.port)
        } else {
            format!("its program listens on {inside}")
        };
        let message = format!(
            "service `{name}` does not listen on port {} inside the network ({why}), so every request gets 502",
            hop.port
        );
        let span = service.ports.first().map_or(service.name.span, |port| port.span);
        let label = format!("inside the network it is port {inside}");
        sink.report(hop.span, message).help(format!("write `{name}:{inside}`")).related(span, label);
        return;
    }
    sink.unknown(hop.span, "the ports this service listens on are not known");
}

/// The loopback address, seen from nginx on the host.
fn on_host(project: &Project, server: &Server, hop: &Hop, hops: &[Hop], sink: &mut Sink) {
    let deployment = project.deployment_of(server.file);
    let all = || deployment.iter().flat_map(|file| &file.services);
    let reached = all().any(|service| {
        let host_network = service.network_mode.get().is_some_and(|mode| mode == "host");
        host_network || service.ports.iter().any(|port| port.container_port_of(hop.port).is_some())
    });
    let unresolved = all().flat_map(|service| &service.ports).any(|port| port.published.get().is_none());
    // nginx often passes requests to another of its own servers.
    let own = project.servers().flat_map(|server| &server.listens).any(|listen| listen.port == Some(hop.port));
    if reached || own {
        return;
    }
    if unresolved {
        return sink.unknown(hop.span, "not all published ports are known");
    }
    // Other servers of the same upstream lead to a service, this one to nothing: more copies are expected than run.
    let others = hops.iter().filter(|other| other.location.span == hop.location.span && other.port != hop.port);
    if let Some((service, other)) = others.flat_map(|o| project.reached(server.file, o)).map(|(s, _)| s).find_map(|s| {
        let port = s.ports.first()?;
        Some((s, port))
    }) {
        let message = format!(
            "nothing listens on port {} of the host, so nginx finds this server of the upstream down all the time",
            hop.port
        );
        let finding = sink.report(hop.span, message);
        finding.help("remove the line, or publish one port for each copy of the service");
        finding.related(other.span, format!("service `{}` is published here and nowhere else", service.name.value));
        return;
    }
    for service in all() {
        let name = &service.name.value;
        if let Some(host) = service.ports.iter().find_map(|port| port.host_port_of(hop.port)) {
            let message = format!(
                "nothing listens on port {} of the host: service `{name}` is published on {host}, so requests get 502",
                hop.port
            );
            let span = service.ports.iter().find(|port| port.host_port_of(hop.port).is_some()).map(|port| port.span);
            let finding = sink.report(hop.span, message).help(format!("write `127.0.0.1:{host}`"));
            finding.related(span.unwrap_or(service.name.span), format!("port {host} of the host leads to it"));
            return;
        }
        if service.ports.is_empty() && project.app_server(service).is_some_and(|app| app.port == Some(hop.port)) {
            let port = hop.port;
            let message = format!(
                "service `{name}` listens on {port} but publishes no port, so nginx on the host cannot reach it"
            );
            let finding = sink.report(hop.span, message);
            finding.help(format!("add `ports: [\"127.0.0.1:{port}:{port}\"]` to service `{name}`"));
            finding.related(service.name.span, "this service publishes nothing");
            return;
        }
    }
}

/// The name of a service, or of a numbered copy of one, seen from the host, which does not know such names.
fn name_on_host(project: &Project, server: &Server, hop: &Hop, sink: &mut Sink) {
    let deployment = project.deployment_of(server.file);
    let stem = hop.host.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_']);
    let mut services = deployment.iter().flat_map(|file| &file.services);
    let Some(service) = services.find(|service| service.name.value == hop.host || service.name.value == stem) else {
        return sink.unknown(hop.span, "whether the host knows this name is not known");
    };
    let name = &service.name.value;
    let message = if *name == hop.host {
        format!("`{name}` is a name inside the container network; nginx on the host cannot resolve it and does not start")
    } else {
        format!("`{}` is neither a service nor a name the host knows, so nginx does not start", hop.host)
    };
    let help = match service.ports.iter().find_map(|port| port.host_port_of(hop.port)) {
        Some(host) => format!("write `127.0.0.1:{host}`, where service `{name}` is published"),
        None => format!("publish service `{name}` on the host and write that address, `127.0.0.1:{}`", hop.port),
    };
    sink.report(hop.span, message).help(help).related(service.name.span, "this service comes closest");
}

/// The container port that a host port of the service leads to, when the two differ.
fn published(service: &Service, host: u16) -> Option<u16> {
    let inside = service.ports.iter().find_map(|port| port.container_port_of(host))?;
    (inside != host).then_some(inside)
}

/// Whether a word stands in a text.
fn mentions(text: &str, word: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, word.as_bytes()).any(|at| {
        let before = at.checked_sub(1).map(|at| bytes[at]);
        !before.is_some_and(part) && !bytes.get(at + word.len()).copied().is_some_and(part)
    })
}
