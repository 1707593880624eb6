//! `nginx/upgrade-passed-on`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Clients may switch to another protocol that nginx does not look into.
    ///
    /// ## Why
    /// With `Upgrade $http_upgrade` and `Connection $http_connection` the client decides on both. It asks for `h2c`, and if the
    /// application speaks it, everything that follows on that connection passes nginx unseen: also requests for paths that
    /// nginx turns away.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    /// # > http {
    /// # >   map $http_upgrade $upgrade { default close; websocket upgrade; }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Upgrade $http_upgrade;
    ///       proxy_set_header Connection $http_connection;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/upgrade-passed-on
    /// # | clients may switch the connection to `h2c`, which nginx does not look into
    /// # | help: set `Connection` to what a `map` of `$http_upgrade` says: `upgrade` or `close`
    /// # >       proxy_set_header Connection $upgrade;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   map $http_upgrade $connection_upgrade {
    ///     default upgrade;
    ///     '' close;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Upgrade $http_upgrade;
    ///       proxy_set_header Connection $connection_upgrade;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/upgrade-passed-on" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://bishopfox.com/blog/h2c-smuggling-request"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let is =
        |directive: &Directive, name: &str, value: &str| directive.is_header(name) && directive.arg(1) == Some(value);
    let passed =
        tree.named("proxy_set_header").filter(|(_, node)| is(node.directive, "Connection", "$http_connection"));
    for (_, node) in passed {
        let both = tree.own(node.parent, "proxy_set_header").any(|other| is(other, "Upgrade", "$http_upgrade"));
        if both {
            sink.report(
                node.directive.words(),
                "clients may switch the connection to `h2c`, which nginx does not look into",
            )
            .help("set `Connection` to what a `map` of `$http_upgrade` says: `upgrade` or `close`");
        }
    }
}
