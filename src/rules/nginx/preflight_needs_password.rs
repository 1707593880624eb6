//! `nginx/preflight-needs-password`

use crate::model::nginx::{Effective, Expanded, Level, Place};
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
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let allows = |own: &Directive| own.is_header("access-control-allow-origin");
    if !tree.named("add_header").any(|(_, node)| allows(node.directive)) {
        return sink.not_applicable();
    }
    let set = |level, name| match tree.effective(level, name) {
        Effective::Set(own) => own,
        _ => Vec::new(),
    };
    for (_, pass) in tree.named("proxy_pass").filter(|(_, node)| node.place == Place::Location) {
        let level = pass.parent;
        let asks = ["auth_basic", "auth_request"].into_iter().flat_map(|name| set(level, name));
        let Some(guard) = asks.into_iter().find(|own| own.arg(0) != Some("off")) else { continue };
        if set(level, "add_header").into_iter().any(allows) && !looks_at_method(tree, level, ctx) {
            let message = "pages of other sites get nothing from here: the question of the browser in advance is answered with 401";
            sink.report(guard.words(), message)
                .help("add `if ($request_method = OPTIONS) { return 204; }` with the CORS headers to the location")
                .cause(guard.words(), "here as well");
        }
    }
}

/// Whether a location, or the server, does something of its own for some methods.
fn looks_at_method(tree: &Expanded, level: Level, ctx: &Context) -> bool {
    let says = |own: &Directive, what: &str| own.args.iter().any(|word| word.value.contains(what));
    let asks = |own: &Directive| says(own, "request_method") || says(own, "$cors");
    let own = |level| tree.own(level, "if").any(asks) || tree.own(level, "limit_except").next().is_some();
    !ctx.project.look(tree.nodes.len())
        || [level, tree.server_of(level)].into_iter().any(own)
        || tree.named("map").any(|(_, node)| asks(node.directive))
}
