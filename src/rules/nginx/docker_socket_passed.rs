//! `nginx/docker-socket-passed`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// nginx passes requests to the Docker engine.
    ///
    /// ## Why
    /// Who can talk to the engine's socket starts containers with the disk of the host in them: it is root on the machine.
    /// Docker's own port on the network is attacked within minutes, and this is the same.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /docker/ { proxy_pass http://unix:/var/run/docker.sock:/; }
    /// #                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/docker-socket-passed
    /// # | everybody who reaches this location is root on the machine: it talks to the Docker engine
    /// # | help: remove the location, or let nobody in without a client certificate
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 127.0.0.1:8080;
    ///     location /docker/ { proxy_pass http://unix:/var/run/docker.sock:/; }
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://unix:/run/shop/app.sock; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers on loopback addresses, and locations with a password or an address list.
    "nginx/docker-socket-passed" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/security/#docker-daemon-attack-surface"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_pass") {
        let Some(word) = node.directive.args.first().filter(|word| word.value.contains("/docker.sock")) else {
            continue;
        };
        let Some(server) = tree.server_of(node.parent) else { continue };
        let level = node.parent;
        let shown = tree.value(level, "ssl_verify_client").is_some_and(|word| &*word.value == "on");
        if !tree.is_local(server) && !tree.is_guarded(level) && !shown && tree.gap(level).is_none() {
            sink.report(
                word.span,
                "everybody who reaches this location is root on the machine: it talks to the Docker engine",
            )
            .help("remove the location, or let nobody in without a client certificate");
        }
    }
}
