//! `nginx/challenge-blocked`

use crate::model::nginx::{Effective, Location, Modifier, Server, route};
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::nginx::Directive;

rule! {
    /// Rules for everybody also turn away the challenge of Let's Encrypt.
    ///
    /// ## Why
    /// Expressions are tried after plain prefixes, and win: `location ~ /\.` takes `/.well-known/acme-challenge/...` from the location
    /// that is made for it. A `return` of the server itself answers before any location. The certificate is not renewed, and runs out
    /// within 90 days.
    ///
    /// ## Examples
    /// ```nginx bad
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     location /.well-known/acme-challenge/ { root /var/www/certbot; }
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/challenge-blocked
    /// # | requests for the challenge of Let's Encrypt never get here: the expression below wins, and turns them away
    /// # | help: write `location ^~ /.well-known/acme-challenge/`, so that no expression is tried
    /// # >     location ^~ /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///     location ~ /\. { deny all; }
    ///     location / { return 301 https://$host$request_uri; }
    /// }
    /// ```
    /// ```nginx good
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     location ^~ /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///     location ~ /\. { deny all; }
    ///     location / { return 301 https://$host$request_uri; }
    /// }
    /// server {
    ///     listen 80;
    ///     server_name api.shop.de;
    ///     location /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///     location ~ /\.(?!well-known) { deny all; }
    /// }
    /// ```
    ///
    /// ### A password for the whole site
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     auth_basic "soon";
    ///     auth_basic_user_file /etc/nginx/users;
    ///     location /.well-known/acme-challenge/ { root /var/www/certbot; }
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/challenge-blocked
    /// # | Let's Encrypt knows no password, so no certificate is issued or renewed
    /// # | help: add `auth_basic off;` to this location
    /// # >     location /.well-known/acme-challenge/ { auth_basic off; root /var/www/certbot; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     auth_basic "soon";
    ///     auth_basic_user_file /etc/nginx/users;
    ///     location /.well-known/acme-challenge/ { auth_basic off; root /var/www/certbot; }
    ///   }
    /// }
    /// ```
    ///
    /// ### A `return` for everything
    /// ```nginx bad
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     location /.well-known/acme-challenge/ { root /var/www/certbot; }
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/challenge-blocked
    /// # | requests for the challenge of Let's Encrypt never get here: the `return` of the server answers before any
    /// # | location is looked at
    /// # | help: put the `return` into `location / { ... }`
    ///     return 301 https://$host$request_uri;
    /// # >     location / { return 301 https://$host$request_uri; }
    /// }
    /// ```
    /// ```nginx good
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     location /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///     return 301 https://$host$request_uri;
    /// }
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     location /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///     location / { proxy_pass http://127.0.0.1:8000; }
    /// }
    /// ```
    "nginx/challenge-blocked" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#location"],
        check: Check::Server(check),
    }
}

/// A path that Let's Encrypt asks for (RFC 8555, section 8.3).
const CHALLENGE: &str = "/.well-known/acme-challenge/token";

fn is_made_for_it(path: &str) -> bool {
    CHALLENGE.starts_with(path) && path.starts_with("/.well-known")
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let mut meant =
        server.locations.iter().filter(|location| location.modifier != Modifier::Exact && location.around.is_none());
    let Some(location) = meant.find(|location| is_made_for_it(&location.path.value) && !location.denies) else {
        return sink.not_applicable();
    };
    if let Some(redirect) = server.redirects.as_ref().filter(|_| server.returns) {
        if !is_served_over_tls(server, ctx) {
            sink.report(
                location.path.span,
                "requests for the challenge of Let's Encrypt never get here: the `return` of the server answers before any \
                 location is looked at",
            )
            .confidence(Likely)
            .help("put the `return` into `location / { ... }`")
            .related(redirect.span, "this answers");
        }
        return;
    }
    let Answer::Yes(taken) = route(server, CHALLENGE) else { return };
    let path = &location.path.value;
    if taken.span == location.span {
        return guarded(server, location, ctx, sink);
    }
    if !taken.denies || location.modifier != Modifier::Prefix || is_answered_before(server, ctx) {
        return;
    }
    sink.report(
        location.path.span,
        "requests for the challenge of Let's Encrypt never get here: the expression below wins, and turns them away",
    )
    .help(format!("write `location ^~ {path}`, so that no expression is tried"))
    .related(taken.path.span, "this one takes them");
}

/// What the server asks of everybody goes for Let's Encrypt as well.
/// Whether it is asked on port 80 alone, and the server there has the answer.
fn is_answered_before(server: &Server, ctx: &Context) -> bool {
    let is_tls = |server: &Server| server.listens.iter().all(|listen| listen.tls) && !server.listens.is_empty();
    let same = |other: &&Server| {
        let named = |name: &str| other.names.iter().any(|own| own.as_str() == name);
        !is_tls(other) && !other.returns && server.names.iter().all(|name| named(name.as_str()))
    };
    let answers = |other: &Server| match route(other, CHALLENGE) {
        Answer::Yes(taken) => is_made_for_it(&taken.path.value) && !taken.denies,
        Answer::No(_) | Answer::Unknown(_) => false,
    };
    is_tls(server) && ctx.project.servers().filter(same).any(answers)
}

fn guarded(server: &Server, location: &Location, ctx: &Context, sink: &mut Sink) {
    // It asks on port 80.
    if server.listens.iter().all(|listen| listen.tls) && !server.listens.is_empty() {
        return;
    }
    let set = |name| match ctx.project.in_effect(server, location.level, name) {
        Effective::Set(own) => own.into_iter().find(|one| !matches!(one.arg(0), Some("off"))),
        _ => None,
    };
    // `allow all` here takes the place of the list around it.
    let all = |own: &&Directive| own.arg(0) == Some("all") && set("allow").is_none_or(|own| own.arg(0) != Some("all"));
    let (what, open, guard) = match (set("auth_basic"), set("auth_request"), set("deny").filter(all)) {
        (Some(own), ..) => ("knows no password", "auth_basic off;", own),
        (_, Some(own), _) => ("is not logged in", "auth_request off;", own),
        (.., Some(own)) => ("is on no list", "allow all;", own),
        _ => return,
    };
    sink.report(location.path.span, format!("Let's Encrypt {what}, so no certificate is issued or renewed"))
        .help(format!("add `{open}` to this location"))
        .related(guard.words(), "this goes for the location as well");
}

/// Whether visitors who are sent to HTTPS find the answer there.
fn is_served_over_tls(server: &Server, ctx: &Context) -> bool {
    let same = |other: &&Server| {
        let named = other.names.iter().any(|name| server.names.iter().any(|own| own.as_str() == name.as_str()));
        other.span != server.span && !other.returns && (named || server.names.is_empty())
    };
    let served =
        |other: &Server| other.serves || other.locations.iter().any(|location| is_made_for_it(&location.path.value));
    ctx.project.servers().filter(same).any(served)
}
