//! `nginx/preflight-needs-password`

use crate::model::nginx::{Effective, Server};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Browsers are to log in before they may ask whether they may ask.
    ///
    /// ## Why
    /// Before a page of another site sends JSON or a token, the browser asks with `OPTIONS`, and never sends a password along.
    /// `auth_basic` and `auth_request` answer 401, and the browser reports a CORS error.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     location /api/ {
    ///       add_header Access-Control-Allow-Origin https://shop.kleinladen.de always;
    ///       auth_basic "staff";
    /// #     ^^^^^^^^^^^^^^^^^^ nginx/preflight-needs-password
    /// # | pages of other sites get nothing from here: the question of the browser in advance is answered with 401
    /// # | help: add `if ($request_method = OPTIONS) { return 204; }` with the CORS headers to the location
    ///       auth_basic_user_file /etc/nginx/users;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     location /api/ {
    ///       if ($request_method = OPTIONS) { return 204; }
    ///       add_header Access-Control-Allow-Origin https://shop.kleinladen.de always;
    ///       add_header Access-Control-Allow-Headers Authorization always;
    ///       auth_basic "staff";
    ///       auth_basic_user_file /etc/nginx/users;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Locations that look at `$request_method`, and fonts and pictures, which are asked for without a question in advance.
    "nginx/preflight-needs-password" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://fetch.spec.whatwg.org/#cors-preflight-fetch"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let set = |level, name| match ctx.project.in_effect(server, level, name) {
        Effective::Set(own) => own,
        _ => Vec::new(),
    };
    for location in server.locations.iter().filter(|own| own.pass.is_some()) {
        let allows =
            |own: &&Directive| own.arg(0).is_some_and(|name| name.eq_ignore_ascii_case("access-control-allow-origin"));
        let asks = ["auth_basic", "auth_request"].into_iter().flat_map(|name| set(location.level, name));
        let Some(guard) = asks.into_iter().find(|own| own.arg(0) != Some("off")) else { continue };
        if set(location.level, "add_header").iter().any(allows) && !looks_at_method(server, location.level, ctx) {
            let message = "pages of other sites get nothing from here: the question of the browser in advance is answered with 401";
            sink.report(guard.words(), message)
                .help("add `if ($request_method = OPTIONS) { return 204; }` with the CORS headers to the location")
                .cause(guard.words(), "here as well");
        }
    }
}

/// Whether a location, or the server, does something of its own for some methods.
fn looks_at_method(server: &Server, level: u32, ctx: &Context) -> bool {
    let Some(config) = ctx.project.config_of(server) else { return true };
    let tree = ctx.project.nginx_tree(config);
    let asks = |own: &Directive| {
        own.args.iter().any(|word| word.value.contains("request_method") || word.value.contains("$cors"))
    };
    [level, server.level]
        .into_iter()
        .any(|level| tree.own(Some(level), "if").any(asks) || tree.own(Some(level), "limit_except").next().is_some())
        || tree.named("map").any(|(_, node)| asks(node.directive))
}
