//! `nginx/http-not-redirected`

use std::collections::HashMap;

use crate::model::Host;
use crate::model::nginx::{Config, Server};
use crate::rules::prelude::*;

rule! {
    /// A site that is on HTTPS is served over plain HTTP as well.
    ///
    /// ## Why
    /// Visitors who arrive over HTTP stay there: passwords, session cookies and pages cross the network in the clear, and
    /// anyone on the way can change them.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    /// # ^^^^^^^^^ nginx/http-not-redirected
    /// # | `shop.example` is served over plain HTTP too, what visitors send can be read on the way
    /// # | help: answer port 80 with `return 301 https://$host$request_uri;` alone, in a server of its own
    ///   server_name shop.example;
    ///   location / { proxy_pass http://app:8000; }
    /// # >   return 301 https://$host$request_uri;
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name shop.example;
    ///   location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.example;
    ///   location /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///   location / { return 301 https://$host$request_uri; }
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name shop.example;
    ///   location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    ///
    /// ## One server for both
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    /// # ^^^^^^^^^ nginx/http-not-redirected
    /// # | `shop.example` is served over plain HTTP too, what visitors send can be read on the way
    /// # | help: answer port 80 with `return 301 https://$host$request_uri;` alone, in a server of its own
    /// # >   listen 80;
    /// # >   server_name shop.example;
    /// # >   return 301 https://$host$request_uri;
    /// # > }
    /// # > server {
    ///   listen 443 ssl;
    ///   server_name shop.example;
    ///   root /srv/shop;
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   listen 443 ssl;
    ///   server_name shop.example;
    ///   root /srv/shop;
    ///   if ($scheme = http) {
    ///     return 301 https://$host$request_uri;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Names that no server of the configuration serves over HTTPS: TLS may end in front of nginx. Other ports than 80,
    /// loopback addresses, and servers with an include that is not in the project.
    "nginx/http-not-redirected" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/319.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    let mut secure: HashMap<String, Span> = HashMap::new();
    for server in config.servers.iter().filter(|server| !server.rejects_handshake) {
        if let Some(listen) = server.listens.iter().find(|listen| listen.tls) {
            for name in names(server) {
                secure.entry(name).or_insert(listen.span);
            }
        }
    }
    for server in &config.servers {
        let Some((name, tls)) = names(server).into_iter().find_map(|name| Some((name.clone(), *secure.get(&name)?)))
        else {
            continue;
        };
        let Some(span) = plain(server) else { continue };
        let content = |location: &&crate::model::nginx::Location| {
            location.serves && !location.returns && !location.path.value.contains("well-known")
        };
        let serves = server.serves && server.locations.iter().all(|location| location.path.value != "/")
            || server.locations.iter().any(|location| content(&location));
        if server.redirects.is_some() || server.returns || !serves {
            continue;
        }
        if let Some(why) = &server.inner_gap {
            sink.unknown(span, why.leaves("it may be redirected to HTTPS elsewhere"));
            continue;
        }
        sink.report(span, format!("`{name}` is served over plain HTTP too, what visitors send can be read on the way"))
            .help("answer port 80 with `return 301 https://$host$request_uri;` alone, in a server of its own")
            .related(tls, "the same name is served over HTTPS here");
    }
}

/// Where the server listens on port 80 for others than itself.
fn plain(server: &Server) -> Option<Span> {
    if server.listens.is_empty() {
        return Some(server.span);
    }
    let open = |address: &Option<String>| !address.as_deref().is_some_and(Host::is_loopback);
    let found = server.listens.iter().find(|listen| !listen.tls && listen.port == Some(80) && open(&listen.address));
    found.map(|listen| listen.span)
}

/// The names people reach the server by.
fn names(server: &Server) -> Vec<String> {
    let real = |name: &&Spanned<String>| {
        let name = name.value.as_str();
        !name.contains(['$', '~', '_'])
            && name.contains('.')
            && !name.ends_with(".localhost")
            && !name.ends_with(".test")
    };
    server.names.iter().filter(real).map(|name| name.value.to_ascii_lowercase()).collect()
}
