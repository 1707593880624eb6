//! `nginx/hsts-missing`

use crate::model::Host;
use crate::model::Known;
use crate::model::nginx::{Effective, Location, Pass, Place, Protocol, Server};
use crate::rules::prelude::*;

rule! {
    /// A site on HTTPS does not tell browsers to stay there.
    ///
    /// ## Why
    /// Without `Strict-Transport-Security` a browser tries plain HTTP first whenever somebody types the name or follows an
    /// old link. Whoever is in between can answer instead of the server and keep the visitor off HTTPS.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    /// # ^^^^^^ nginx/hsts-missing
    /// # | `shop.example` is on HTTPS and does not tell browsers to stay there
    /// # | help: add `add_header Strict-Transport-Security "max-age=31536000" always;` to this server
    ///     listen 443 ssl;
    /// # >     listen 443 ssl;
    /// # >     add_header Strict-Transport-Security "max-age=31536000" always;
    ///     server_name shop.example;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     location / { proxy_pass http://app:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 443 ssl;
    ///     server_name shop.example;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     add_header Strict-Transport-Security "max-age=63072000" always;
    ///     location / { proxy_pass http://app:8000; }
    ///   }
    ///   server {
    ///     listen 443 ssl;
    ///     server_name www.shop.example;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     return 301 https://shop.example$request_uri;
    ///   }
    ///   server {
    ///     listen 443 ssl;
    ///     server_name grpc.shop.example;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     location / { grpc_pass app:50051; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers that only redirect or refuse, that serve `localhost` or an address or speak gRPC, or that include a file which is not in the project.
    /// An application behind nginx may send the header itself; then switch this rule off for the file, with the reason.
    "nginx/hsts-missing" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc6797"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let local = |address: &Option<String>| address.as_deref().is_some_and(Host::is_loopback);
    let tls = server.listens.iter().any(|listen| listen.tls && !local(&listen.address));
    let nobody = |name: &str| name == "localhost" || name.ends_with(".localhost") || name.ends_with(".test");
    // Browsers do not speak gRPC.
    let grpc = |pass: &Pass| matches!(pass.protocol, Protocol::Grpc | Protocol::Grpcs);
    let page = |pass: &Option<Pass>| !pass.as_ref().is_some_and(grpc);
    let content = server.serves || server.locations.iter().any(|location| location.serves && page(&location.pass));
    let named = server.names.iter().any(|name| nobody(&name.value));
    // Browsers keep HSTS for names only.
    let is_address = |name: &str| name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    let addresses = !server.names.is_empty() && server.names.iter().all(|name| is_address(&name.value));
    if !tls
        || server.returns
        || server.rejects_handshake
        || named
        || addresses
        || !content && server.inner_gap.is_none()
    {
        return sink.not_applicable();
    }
    let is_hsts = |name: &str| name.eq_ignore_ascii_case("strict-transport-security");
    let in_location = |location: &Location| match ctx.project.in_effect(server, location.level, "add_header") {
        Effective::Set(headers) => headers.iter().any(|header| header.arg(0).is_some_and(is_hsts)),
        Effective::Absent | Effective::Unknown => false,
    };
    let mut own = server.headers.get().into_iter().flatten();
    if own.any(|header| is_hsts(&header.name)) || server.locations.iter().any(in_location) {
        return;
    }
    if let Some(why) = &server.inner_gap {
        return sink.unknown(server.span, why.leaves("the header may be set elsewhere"));
    }
    if server.scripted {
        return sink.unknown(server.span, "a script may set the header");
    }
    // A site without the main file it belongs to: the main files that nginx is shipped with set no headers.
    let main = ctx.project.configs().iter().any(|config| config.place == Place::Main);
    if let Known::Unresolved { why, .. } = &server.headers
        && (!server.fragment || main)
    {
        return sink.unknown(server.span, format!("the header may be set elsewhere: {why}"));
    }
    sink.report(server.span, format!("{} is on HTTPS and does not tell browsers to stay there", name(server)))
        .help("add `add_header Strict-Transport-Security \"max-age=31536000\" always;` to this server");
}

fn name(server: &Server) -> String {
    match server.names.first() {
        Some(name) if name.value != "_" && !name.value.is_empty() => format!("`{}`", name.value),
        _ => "this server".to_owned(),
    }
}
