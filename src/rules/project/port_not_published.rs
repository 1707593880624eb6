//! `project/port-not-published`

use crate::model::compose::Service;
use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// nginx serves HTTPS in a container, and the port for it is not published.
    ///
    /// ## Why
    /// Only what stands in `ports:` is reached from outside. With `80` there and `443` not, the redirect to https leads to
    /// `connection refused`: nobody gets to see the site, and the health check inside the container is green.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    /// #            ^^^^^ project/port-not-published
    /// # | nginx in service `web` serves https on port 443, which is not published: nobody reaches it
    /// # | help: add `"443:443"` to the `ports:` of service `web`
    /// # >     ports: ["80:80", "443:443"]
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```nginx both file=site.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     return 301 https://$host$request_uri;
    /// }
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     root /srv/shop;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// An nginx that publishes nothing (something stands in front of it), ports that depend on a variable.
    "project/port-not-published" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#ports"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let mut servers = ctx.project.servers_in(service).peekable();
    if servers.peek().is_none() {
        return sink.not_applicable();
    }
    let Some(first) = service.ports.first().filter(|_| service.network_mode.is_absent() && service.gap.is_none())
    else {
        return;
    };
    if service.ports.iter().any(|port| port.target.get().is_none()) {
        return;
    }
    let leads_to = |inside: u16| service.ports.iter().any(|port| port.host_port_of(inside).is_some());
    let tls = |server: &&Server| !server.listens.is_empty() && server.listens.iter().all(|listen| listen.tls);
    let servers: Vec<&Server> = servers.collect();
    // One that is reached some other way shows that it is meant so.
    let closed = |server: &&&Server| !server.listens.iter().any(|listen| listen.port.is_none_or(leads_to));
    let https: Vec<&&Server> = servers.iter().filter(|server| tls(server)).collect();
    let Some(server) = https.iter().find(|server| closed(server)) else { return };
    if !https.iter().all(closed) || !servers.iter().any(|server| !closed(&server)) {
        return;
    }
    let Some(listen) = server.listens.first() else { return };
    let Some(port) = listen.port else { return };
    let name = &service.name.value;
    sink.report(
        first.span,
        format!("nginx in service `{name}` serves https on port {port}, which is not published: nobody reaches it"),
    )
    .help(format!("add `\"{port}:{port}\"` to the `ports:` of service `{name}`"))
    .related(listen.span, "here it listens");
}
