//! `nginx/missing-certificate`

use std::collections::HashSet;

use crate::model::nginx::{Config, Server};
use crate::rules::prelude::*;

rule! {
    /// A server is to speak TLS and has no certificate.
    ///
    /// ## Why
    /// With `listen ... ssl` and neither its own `ssl_certificate` nor an inherited one nginx refuses to start: `no
    /// "ssl_certificate" is defined for the "listen ... ssl" directive`. The same goes for a certificate without its key.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 443 ssl;
    /// #   ^^^^^^^^^^^^^^ nginx/missing-certificate
    /// # | the server is to speak TLS and has no certificate, so nginx does not start
    /// # | help: add `ssl_certificate /etc/ssl/NAME.pem;` and its key
    ///     server_name shop.example;
    /// # >     server_name shop.example;
    /// # >     ssl_certificate /etc/ssl/shop.pem;
    /// # >     ssl_certificate_key /etc/ssl/shop.key;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   ssl_certificate /etc/ssl/shop.pem;
    ///   ssl_certificate_key /etc/ssl/shop.key;
    ///   server {
    ///     listen 443 ssl;
    ///     server_name shop.example;
    ///   }
    ///   server {
    ///     listen 8443 ssl default_server;
    ///     ssl_reject_handshake on;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers with an include that is not in the project, fragments, and sockets whose default server has a certificate.
    "nginx/missing-certificate" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/configuring_https_servers.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    // Servers without a certificate on a socket where another one has it may be only names of that one's default.
    let mut served: HashSet<(Option<&str>, Option<u16>)> = HashSet::new();
    for server in config.servers.iter().filter(|server| !server.certificates.is_empty()) {
        let tls = server.listens.iter().filter(|listen| listen.tls);
        served.extend(tls.map(|listen| (listen.address.as_deref(), listen.port)));
    }
    for server in &config.servers {
        let Some(listen) = server.listens.iter().find(|listen| listen.tls) else { continue };
        if server.rejects_handshake {
            continue;
        }
        let shared = served.contains(&(listen.address.as_deref(), listen.port));
        if server.certificates.is_empty() && !shared {
            report(server, listen.span, "`ssl_certificate /etc/ssl/NAME.pem;` and its key", "no certificate", sink);
        } else if server.certificate_keys.is_empty() && !server.certificates.is_empty() {
            let span = server.certificates.first().map_or(listen.span, |certificate| certificate.span);
            report(server, span, "`ssl_certificate_key /etc/ssl/NAME.key;`", "no key for its certificate", sink);
        }
    }
}

fn report(server: &Server, span: Span, add: &str, lacks: &str, sink: &mut Sink) {
    match &server.gap {
        Some(why) => sink.unknown(span, why.leaves("the certificate may be set elsewhere")),
        None => {
            sink.report(span, format!("the server is to speak TLS and has {lacks}, so nginx does not start"))
                .help(format!("add {add}"));
        }
    }
}
