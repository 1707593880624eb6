//! `nginx/socket-io-not-sticky`

use crate::model::nginx::{Expanded, Place, parts};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Requests of one Socket.IO session go to different servers.
    ///
    /// ## Why
    /// Socket.IO begins with several requests, and the server that answered the first one must get the others. With turns between two
    /// servers every second one is answered with 400 "Session ID unknown": clients connect, or do not, by chance.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   upstream chat {
    ///     server 10.0.0.5:3000;
    ///     server 10.0.0.6:3000;
    ///   }
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     location /socket.io/ {
    ///       proxy_pass http://chat;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^ nginx/socket-io-not-sticky
    /// # | requests of one session go to several servers in turn, and only one of them knows it: connections fail by
    /// # | chance
    /// # | help: add `hash $remote_addr consistent;` or `ip_hash;` to the upstream, unless clients use `transports:
    /// # | ["websocket"]` alone
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Upgrade $http_upgrade;
    ///       proxy_set_header Connection upgrade;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   upstream chat {
    ///     hash $remote_addr consistent;
    ///     server 10.0.0.5:3000;
    ///     server 10.0.0.6:3000;
    ///   }
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     location /socket.io/ {
    ///       proxy_pass http://chat;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Upgrade $http_upgrade;
    ///       proxy_set_header Connection upgrade;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/socket-io-not-sticky" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://socket.io/docs/v4/using-multiple-nodes/"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place == Place::Location) {
        let path = tree.block(node.parent).and_then(parts).map_or("", |(_, path)| path);
        if !path.replace('\\', "").contains("socket.io") || !ctx.project.look(tree.nodes.len()) {
            continue;
        }
        let target =
            node.directive.arg(0).and_then(|own| own.split_once("://")).and_then(|(_, rest)| rest.split('/').next());
        let group = tree.named("upstream").find(|(_, own)| own.directive.arg(0) == target);
        let Some((group, own)) = group else { continue };
        let turns = ["ip_hash", "hash", "sticky", "sticky_cookie_insert"]
            .iter()
            .all(|name| tree.own(Some(group), name).next().is_none());
        let live = |own: &&Directive| own.args.iter().all(|word| !matches!(&*word.value, "down" | "backup"));
        let several = tree.own(Some(group), "server").filter(live).count() > 1;
        if turns && several && tree.gap(Some(group)).is_none() {
            sink.report(node.directive.words(), "requests of one session go to several servers in turn, and only one of them knows it: connections fail by chance")
                .help("add `hash $remote_addr consistent;` or `ip_hash;` to the upstream, unless clients use `transports: [\"websocket\"]` alone")
                .related(own.directive.words(), "these servers take turns");
        }
    }
}
