//! `nginx/security-headers-missing`

use crate::model::Known;
use crate::model::nginx::{Effective, Pass, Protocol, Server};
use crate::rules::prelude::*;

rule! {
    /// Pages go out without headers that the policy asks for.
    ///
    /// ## Why
    /// These headers tell browsers what a page may not do: be shown in a frame of others, be read as another type than it says, send
    /// its address along. Which ones a site needs is for its owners to say, so that this rule is only on where a pack or the
    /// configuration asks for it.
    ///
    /// ## Examples
    /// ```config both
    /// rules:
    ///   nginx/security-headers-missing: { severity: low, headers: [X-Content-Type-Options, X-Frame-Options] }
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    /// # ^^^^^^ nginx/security-headers-missing
    /// # | pages of this server go out without X-Content-Type-Options
    /// # | help: add `add_header X-Content-Type-Options ... always;` and its like to this server
    ///     listen 80;
    ///     server_name shop.example;
    ///     add_header X-Frame-Options DENY always;
    /// # >     add_header X-Frame-Options DENY always; add_header X-Content-Type-Options nosniff always;
    ///     root /srv/www;
    ///   }
    ///   server {
    /// # ^^^^^^ nginx/security-headers-missing
    ///     listen 81;
    ///     server_name other.shop.example;
    ///     root /srv/other;
    /// # >     root /srv/other; add_header X-Frame-Options DENY; add_header X-Content-Type-Options nosniff;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   add_header X-Content-Type-Options nosniff always;
    ///   add_header Content-Security-Policy "default-src 'self'; frame-ancestors 'none'" always;
    ///   server {
    ///     listen 80;
    ///     server_name shop.example;
    ///     root /srv/www;
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name www.shop.example;
    ///     return 301 http://shop.example$request_uri;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers that only redirect or refuse, or that include a file which is not in the project. An application may set the headers
    /// itself.
    "nginx/security-headers-missing" {
        severity: Low, confidence: Likely, audience: Audit, effect: Weakens, since: "0.1.0",
        params: &[Param::List {
            name: "headers",
            default: &["X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy"],
            doc: "the headers that pages need",
        }],
        refs: &["https://owasp.org/www-project-secure-headers/"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let grpc = |pass: &Pass| matches!(pass.protocol, Protocol::Grpc | Protocol::Grpcs);
    let page = |pass: &Option<Pass>| !pass.as_ref().is_some_and(grpc);
    let pages = server.serves || server.locations.iter().any(|location| location.serves && page(&location.pass));
    if server.returns || server.rejects_handshake || !pages {
        return sink.not_applicable();
    }
    if server.inner_gap.is_some() || server.scripted || matches!(server.headers, Known::Unresolved { .. }) {
        return sink.unknown(server.span, "the headers may be set elsewhere");
    }
    let headers = server.headers.get().map_or(&[][..], |headers| &headers[..]);
    let in_locations: Vec<String> = server
        .locations
        .iter()
        .filter_map(|location| match ctx.project.in_effect(server, location.level, "add_header") {
            Effective::Set(headers) => Some(headers),
            Effective::Absent | Effective::Unknown => None,
        })
        .flatten()
        .filter_map(|header| Some(header.arg(0)?.to_ascii_lowercase()))
        .collect();
    let has = |name: &str| {
        headers.iter().any(|header| header.name.eq_ignore_ascii_case(name))
            || in_locations.iter().any(|own| own.eq_ignore_ascii_case(name))
    };
    // `frame-ancestors` takes its place.
    let covered = |name: &str| name.eq_ignore_ascii_case("x-frame-options") && has("content-security-policy");
    let wanted = ctx.list("headers");
    let missing: Vec<&str> = wanted.iter().map(String::as_str).filter(|name| !has(name) && !covered(name)).collect();
    if let Some(first) = missing.first() {
        let message = format!("pages of this server go out without {}", missing.join(", "));
        sink.report(server.span, message)
            .help(format!("add `add_header {first} ... always;` and its like to this server"));
    }
}
