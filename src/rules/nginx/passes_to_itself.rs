//! `nginx/passes-to-itself`

use crate::model::nginx::{Effective, Server, sockets};
use crate::project::Hop;
use crate::rules::prelude::*;

rule! {
    /// A location passes its requests to the server it stands in.
    ///
    /// ## Why
    /// nginx asks itself, which asks itself, until it has no connections left. One visitor takes the whole server down, and
    /// the log says `worker_connections are not enough`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://127.0.0.1; }
    /// #                           ^^^^^^^^^^^^^^^^ nginx/passes-to-itself
    /// # | nginx asks itself until it has no connections left: this server listens on port 80
    /// # | help: write the port of the application behind the address
    /// # >     location / { proxy_pass http://127.0.0.1:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://127.0.0.1:8000; }
    ///     location /new/ { proxy_pass http://127.0.0.1/old/; }
    ///   }
    ///   server {
    ///     listen 8000;
    ///     location / { root /srv/www; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Requests whose path is changed on the way, and those that another server on the port answers.
    "nginx/passes-to-itself" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Some(config) = ctx.project.config_of(server) else { return };
    let listens = |hop: &&Hop| {
        hop.is_loopback()
            && (server.listens.iter().any(|own| own.port == Some(hop.port))
                || server.listens.is_empty() && hop.port == 80)
    };
    let all = ctx.project.hops(server);
    for hop in all.iter().filter(listens) {
        if !ctx.project.look(config.servers.len()) {
            return;
        }
        let level = hop.location.level;
        let Effective::Set(passes) = ctx.project.in_effect(server, level, "proxy_pass") else { continue };
        // `http://localhost:{PORT}` is a blank that opens a block.
        let target = passes
            .last()
            .filter(|own| own.block.is_none())
            .and_then(|own| own.arg(0))
            .and_then(|url| url.split_once("://"));
        // With a path behind the address another location may answer.
        if target.is_none_or(|(scheme, rest)| rest.contains(['/', '$']) || scheme == "https") {
            continue;
        }
        let same_name = match ctx.project.in_effect(server, level, "proxy_set_header") {
            Effective::Unknown => continue,
            Effective::Absent => false,
            Effective::Set(own) => own.iter().any(|one| {
                one.is_header("host") && matches!(one.arg(1), Some("$host" | "$http_host" | "$server_name"))
            }),
        };
        let on_port = sockets(config).into_iter().filter(|own| own.port == hop.port && !own.tls);
        let mut on_port = on_port.filter(|own| own.address.is_none_or(crate::model::Host::is_loopback));
        let own = |taken: &Server| taken.span == server.span;
        let itself = on_port.next().is_some_and(|socket| match same_name {
            true => true,
            false => match socket.named(hop.host) {
                Answer::Yes(taken) => own(taken),
                Answer::No(_) => socket.default_server().is_some_and(own),
                Answer::Unknown(_) => false,
            },
        });
        if itself {
            let port = hop.port;
            sink.report(
                hop.span,
                format!("nginx asks itself until it has no connections left: this server listens on port {port}"),
            )
            .help("write the port of the application behind the address")
            .cause(hop.span, "here as well");
        }
    }
}
