//! `project/database-behind-stream`

use crate::model::compose::{Port, Service};
use crate::model::image::Store;
use crate::model::nginx::{Expanded, Place};
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// A database is passed on to everybody by nginx.
    ///
    /// ## Why
    /// A port that is not published is for the other containers. A `stream` of nginx that listens on a published one and passes
    /// connections to a database publishes it all the same: whoever finds the port may try passwords.
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   gate:
    ///     image: nginx:1.29
    ///     ports: ["5432:5432"]
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    ///   db:
    ///     image: postgres:17
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/pg}
    /// volumes: {data: {}}
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// stream {
    ///   upstream pg { server db:5432; }
    ///   server {
    ///     listen 5432;
    ///     proxy_pass pg;
    /// #   ^^^^^^^^^^^^^ project/database-behind-stream
    /// # | this opens PostgreSQL of service `db` to everybody who reaches this machine
    /// # | help: let in who needs it, `allow ADDRESS; deny all;`, or publish the port on `127.0.0.1` alone
    /// # >     proxy_pass pg;
    /// # >     allow 10.20.0.0/16;
    /// # >     deny all;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// stream {
    ///   server {
    ///     listen 5432;
    ///     proxy_pass db:5432;
    ///     allow 10.20.0.0/16;
    ///     deny all;
    ///   }
    ///   server {
    ///     listen 6000;
    ///     proxy_pass db:5432;
    ///   }
    /// }
    /// ```
    "project/database-behind-stream" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place == Place::StreamServer) {
        let level = node.parent;
        let checked = |own: &Word| &*own.value == "on";
        let guarded = ["deny", "proxy_protocol"].iter().any(|name| !tree.lacks(level, name))
            || tree.value(level, "ssl_verify_client").is_some_and(checked);
        let Some(target) = node.directive.arg(0).filter(|_| !guarded && tree.gap_anywhere().is_none()) else {
            continue;
        };
        if !ctx.project.look(tree.nodes.len()) {
            return;
        }
        let group =
            tree.named("upstream").find(|(_, own)| own.place == Place::Stream && own.directive.arg(0) == Some(target));
        let servers = group.map(|(group, _)| tree.own(Some(group), "server").filter_map(|own| own.arg(0)).collect());
        let servers: Vec<&str> = servers.unwrap_or_else(|| vec![target]);
        let hosts: Vec<&str> = servers.iter().filter_map(|own| own.split(':').next()).collect();
        let ports = tree.own(level, "listen").filter_map(|own| own.arg(0)?.rsplit(':').next()?.parse::<u16>().ok());
        let ports: Vec<u16> = ports.collect();
        for reader in ctx.project.readers(tree.file) {
            let open = |port: &&Port| {
                port.is_public() == Some(true)
                    && port
                        .target
                        .get()
                        .is_some_and(|(first, last)| ports.iter().any(|own| (first..=last).contains(&own)))
            };
            let Some(port) = reader.ports.iter().find(open) else { continue };
            let services = ctx.project.compose().get(reader.id.composition).map_or(&[][..], |set| &set.services[..]);
            let is_behind = |own: &&Service| hosts.contains(&own.name.value.as_str());
            let store =
                services.iter().filter(is_behind).find_map(|own| Some((own, Store::of(&own.image.get()?.name)?)));
            if let Some((behind, store)) = store {
                sink.report(
                    node.directive.words(),
                    format!(
                        "this opens {} of service `{}` to everybody who reaches this machine",
                        store.name, behind.name.value
                    ),
                )
                .help("let in who needs it, `allow ADDRESS; deny all;`, or publish the port on `127.0.0.1` alone")
                .related(port.span, "the port is open here");
            }
        }
    }
}
