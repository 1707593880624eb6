//! `nginx/missing-certificate`

use std::collections::{BTreeMap, HashSet};

use crate::model::nginx::{Config, Listen, Server};
use crate::rules::Finding;
use crate::rules::prelude::*;

rule! {
    /// A server is to speak TLS and has no certificate.
    ///
    /// ## Why
    /// With `listen ... ssl` and neither its own `ssl_certificate` nor an inherited one nginx refuses to start: `no
    /// "ssl_certificate" is defined for the "listen ... ssl" directive`. The same goes for a certificate without its key. Of the
    /// servers that share an address the first one, or the one with `default_server`, needs it, also if `ssl` stands on
    /// the line of another one only: the address speaks TLS for all of them (`ngx_http_ssl_init`).
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
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    /// # ^^^^^^ nginx/missing-certificate
    ///     listen 443 default_server;
    ///     return 444;
    /// # >     return 444;
    /// # >     ssl_reject_handshake on;
    ///   }
    ///   server {
    ///     listen 443 ssl;
    ///     server_name shop.example;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
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
    /// ### Left to certbot
    /// `certbot --nginx` asks nginx first, and nginx refuses the file. Let the server speak plain HTTP: certbot adds the rest.
    /// ```nginx bad file=sites/shop.conf
    /// server {
    ///   listen 443 ssl;
    /// # ^^^^^^^^^^^^^^ nginx/missing-certificate
    /// # | the certificate of this server is commented out: nginx does not start, and `certbot --nginx`, which asks it first, gets none
    /// # | help: let it listen on 80 without `ssl` until the certificate is there; `certbot --nginx` adds what is missing
    /// # >   listen 80;
    ///   server_name shop.gruenwald.de;
    ///   # ssl_certificate /etc/letsencrypt/live/shop.gruenwald.de/fullchain.pem;
    ///   # ssl_certificate_key /etc/letsencrypt/live/shop.gruenwald.de/privkey.pem;
    /// }
    /// ```
    /// ```nginx good file=sites/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.gruenwald.de;
    ///   # ssl_certificate /etc/letsencrypt/live/shop.gruenwald.de/fullchain.pem;
    ///   # ssl_certificate_key /etc/letsencrypt/live/shop.gruenwald.de/privkey.pem;
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

/// A server, by one of the addresses it listens on.
type Taken<'a> = (&'a Server, &'a Listen);

/// `ngx_http_ssl_init`: of the servers on a TLS socket the default one needs a certificate, those beside it only when it
/// refuses all handshakes.
fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let mut sockets: BTreeMap<(Option<u16>, Option<&str>), Vec<Taken<'_>>> = BTreeMap::new();
    for server in &config.servers {
        for listen in &server.listens {
            let address = listen.address.as_deref().filter(|address| !matches!(*address, "0.0.0.0" | "*"));
            sockets.entry((listen.port, address)).or_default().push((server, listen));
        }
    }
    let mut told: HashSet<Span> = HashSet::new();
    let bare = |server: &Server| server.certificates.is_empty() && !server.rejects_handshake;
    for ((port, _), taken) in &sockets {
        let default = taken.iter().find(|(_, listen)| listen.default).or(taken.first());
        let (Some(tls), Some(default)) = (taken.iter().find(|(_, listen)| listen.tls), default) else { continue };
        // Addresses that are not known may be several ones.
        if port.is_none() && taken.iter().any(|(server, _)| !bare(server)) {
            continue;
        }
        let needed = if default.0.rejects_handshake { &taken[..] } else { std::slice::from_ref(default) };
        for (server, listen) in needed.iter().filter(|(server, _)| bare(server) && told.insert(server.span)) {
            without_certificate(server, listen, tls.1, server.span == default.0.span, ctx, sink);
        }
    }
    for server in &config.servers {
        let Some(certificate) = server.certificates.first().filter(|_| server.certificate_keys.is_empty()) else {
            continue;
        };
        if server.listens.iter().any(|listen| listen.tls) && !server.rejects_handshake {
            let message = "the server is to speak TLS and has no key for its certificate, so nginx does not start";
            if let Some(finding) = report(server, certificate.span, message.to_owned(), sink) {
                finding.help("add `ssl_certificate_key /etc/ssl/NAME.key;`");
            }
        }
    }
}

fn without_certificate(server: &Server, own: &Listen, tls: &Listen, first: bool, ctx: &Context, sink: &mut Sink) {
    let help = "add `ssl_certificate /etc/ssl/NAME.pem;` and its key";
    if own.tls {
        // Another file may have one for all, which nobody writes who has left this one out.
        let outside = server.gap.is_some() && server.inner_gap.is_none();
        if let Some(left_out) = ctx.project.commented_out(server.block, "ssl_certificate").filter(|_| outside) {
            let message = "the certificate of this server is commented out: nginx does not start, and `certbot --nginx`, \
                           which asks it first, gets none";
            let help = "let it listen on 80 without `ssl` until the certificate is there; `certbot --nginx` adds what is missing";
            sink.report(own.span, message).severity(High).help(help).related(left_out, "here it stands");
            return;
        }
        let message = "the server is to speak TLS and has no certificate, so nginx does not start";
        if let Some(finding) = report(server, own.span, message.to_owned(), sink) {
            finding.help(help);
        }
        return;
    }
    let (message, why) = match first {
        true => (
            "the server answers first where another one speaks TLS, and has no certificate, so nginx does not start",
            "it is the first or the default server of this address",
        ),
        false => (
            "the server is on an address that speaks TLS and whose default server refuses all handshakes, and has no \
             certificate, so nginx does not start",
            "it shares this address",
        ),
    };
    if let Some(finding) = report(server, server.span, message.to_owned(), sink) {
        finding.related(own.span, why);
        finding.related(tls.span, "which speaks TLS for all of its servers");
        finding.help(format!("{help}, or `ssl_reject_handshake on;`"));
    }
}

fn report<'a>(server: &Server, span: Span, message: String, sink: &'a mut Sink) -> Option<&'a mut Finding> {
    if let Some(why) = &server.gap {
        sink.unknown(span, why.leaves("the certificate may be set elsewhere"));
        return None;
    }
    Some(sink.report(span, message))
}
