//! `nginx/listen-443-without-ssl`

use crate::model::compose::Service;
use crate::model::nginx::{Config, Listen, Server};
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};

rule! {
    /// A server listens on the port of HTTPS and speaks plain HTTP there.
    ///
    /// ## Why
    /// Without `ssl` on the `listen` line nginx answers port 443 in the clear: every browser that opens `https://` gets a
    /// protocol error. `ssl on;` in the server no longer helps, it is gone since nginx 1.25.1.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 443;
    /// # ^^^^^^^^^^ nginx/listen-443-without-ssl
    /// # | port 443 answers in plain HTTP here, browsers that open `https://` get an error
    /// # | help: write `ssl` at the end of the line: `listen 443 ssl;`
    ///   server_name shop.example;
    ///   ssl_certificate /etc/ssl/shop.pem;
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   listen [::]:443 ssl;
    ///   server_name shop.example;
    ///   ssl_certificate /etc/ssl/shop.pem;
    /// }
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   server_name shop.example;
    ///   ssl_certificate /etc/ssl/shop.pem;
    /// }
    /// ```
    ///
    /// ### Another proxy has the certificate
    /// ```nginx good file=proxy/site.conf
    /// server {
    ///   listen 80;
    ///   listen 443;
    ///   location / { proxy_pass http://api:3000; }
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   nginx:
    ///     image: nginx:1.29
    ///     environment:
    ///       VIRTUAL_HOST: shop.example
    ///     volumes:
    ///       - ./proxy/site.conf:/etc/nginx/conf.d/default.conf:ro
    ///   api:
    ///     build: api
    /// ```
    ///
    /// ## What it does not report
    /// A port that the container does not publish, a second server on a socket that another one declares with `ssl`, and servers with an include that is not here.
    "nginx/listen-443-without-ssl" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/configuring_https_servers.html"],
        check: Check::Config(check),
    }
}

/// Whether the containers that read a configuration hand no request to its port 443: another proxy asks them at 80, and has the
/// certificate.
fn is_asked_elsewhere(config: &Config, ctx: &Context) -> bool {
    let mut readers = ctx.project.readers(config.file).peekable();
    let open = |service: &Service| {
        let shared = !service.network_mode.is_absent();
        shared || service.gap.is_some() || service.ports.iter().any(|port| port.host_port_of(443).is_some())
    };
    readers.peek().is_some() && !readers.any(open)
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let tls: Vec<Option<&str>> = sockets(config).filter(|listen| listen.tls).map(|l| l.address.as_deref()).collect();
    for server in &config.servers {
        for listen in server.listens.iter().filter(|listen| listen.port == Some(443) && !listen.tls) {
            if !tls.contains(&listen.address.as_deref()) && !is_asked_elsewhere(config, ctx) {
                judge(server, listen, sink);
            }
        }
    }
}

/// All listening sockets on 443.
fn sockets(config: &Config) -> impl Iterator<Item = &Listen> {
    config.servers.iter().flat_map(|server| &server.listens).filter(|listen| listen.port == Some(443))
}

fn judge(server: &Server, listen: &Listen, sink: &mut Sink) {
    // Behind something that ends TLS itself, a server on 443 may be meant to speak plain HTTP; without anything
    // about TLS in it nobody can tell.
    // `ssl on;` was TLS once; that it is gone is said at that line.
    if server.old_ssl {
        return;
    }
    if listen.proxied || server.certificates.is_empty() && (server.inner_gap.is_some() || server.returns) {
        return sink.unknown(listen.span, "TLS may be set up in a file that is not in the project");
    }
    sink.report(listen.span, "port 443 answers in plain HTTP here, browsers that open `https://` get an error")
        .help("write `ssl` at the end of the line: `listen 443 ssl;`")
        .fix(Fix::replace("add `ssl`", Safety::Unsafe, Span { start: listen.span.end, ..listen.span }, " ssl"));
}
