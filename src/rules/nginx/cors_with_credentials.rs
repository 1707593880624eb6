//! `nginx/cors-with-credentials`

use crate::model::nginx::{Expanded, Place};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Every site may read answers that are meant for one visitor.
    ///
    /// ## Why
    /// With `Access-Control-Allow-Origin $http_origin` and credentials, whatever site a visitor opens may ask your application
    /// in his name and read the answer. With `*` browsers refuse the answer instead.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    /// # > http {
    /// # >   map $http_origin $origin {
    /// # >     default "";
    /// # >     https://app.shop.de $http_origin;
    /// # >   }
    ///   server {
    ///     listen 80;
    ///     location /api/ {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       add_header Access-Control-Allow-Origin $http_origin;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/cors-with-credentials
    /// # | every site may ask in the name of a visitor, and read the answer
    /// # | help: name the origins that may, with a `map` of `$http_origin`
    /// # >       add_header Access-Control-Allow-Origin $origin;
    ///       add_header Access-Control-Allow-Credentials true;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   map $http_origin $known_origin {
    ///     default "";
    ///     https://shop.de $http_origin;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location /api/ {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       add_header Access-Control-Allow-Origin $known_origin;
    ///       add_header Access-Control-Allow-Credentials true;
    ///     }
    ///     location /fonts/ {
    ///       root /srv;
    ///       add_header Access-Control-Allow-Origin *;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/cors-with-credentials" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let is = |directive: &Directive, name: &str| directive.is_header(name);
    // An `if` around them may have looked at the origin.
    let levels = tree
        .named("add_header")
        .filter(|(_, node)| matches!(node.place, Place::Http | Place::Server | Place::Location));
    for (_, node) in levels.filter(|(_, node)| is(node.directive, "Access-Control-Allow-Origin")) {
        let credentials = tree.own(node.parent, "add_header").any(|other| {
            is(other, "Access-Control-Allow-Credentials")
                && other.arg(1).is_some_and(|value| value.eq_ignore_ascii_case("true"))
        });
        match node.directive.arg(1).filter(|_| credentials) {
            Some("$http_origin") => drop(
                sink.report(node.directive.words(), "every site may ask in the name of a visitor, and read the answer")
                    .help("name the origins that may, with a `map` of `$http_origin`"),
            ),
            Some("*") => drop(
                sink.report(node.directive.words(), "browsers refuse answers with `*` and credentials")
                    .severity(Medium)
                    .effect(BreaksAtRuntime)
                    .help("name the origins that may, with a `map` of `$http_origin`"),
            ),
            _ => {}
        }
    }
}
