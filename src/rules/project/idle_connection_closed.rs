//! `project/idle-connection-closed`

use std::collections::BTreeSet;

use crate::model::nginx::{Effective, Expanded, Place, values};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// nginx keeps connections to the application for longer than the application does.
    ///
    /// ## Why
    /// nginx keeps an idle connection of an upstream with `keepalive` for 60 seconds unless told otherwise; uvicorn closes it after 5,
    /// gunicorn after 2. A request that is sent while the other side is closing is lost: nginx repeats a GET, a POST ends in 502
    /// (`upstream prematurely closed connection`), now and then and never in a test.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   upstream app {
    ///     server app:8000;
    ///     keepalive 16;
    /// #   ^^^^^^^^^^^^ project/idle-connection-closed
    /// # | nginx keeps idle connections for 60 s, and uvicorn (service `app`) closes them after 5 s: now and then a
    /// # | POST ends in 502
    /// # | help: add `keepalive_timeout 4s;` to the upstream, or let uvicorn keep them for more than 60 s
    /// # >     keepalive 16; keepalive_timeout 4s;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://app;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Connection "";
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   upstream app {
    ///     server app:8000;
    ///     keepalive 16;
    ///     keepalive_timeout 4s;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://app;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Connection "";
    ///     }
    ///   }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    ///   app:
    ///     image: registry.example/app:1.4
    ///     command: uvicorn app:app --host 0.0.0.0
    /// ```
    ///
    /// ## What it does not report
    /// Upstreams whose connections nginx does not keep, because they speak HTTP 1.0 or send `Connection: close`; gunicorn with a file of
    /// its own settings.
    "project/idle-connection-closed" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout",
            "https://www.uvicorn.org/settings/#timeouts",
        ],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let (mut from, mut kept) = (None, None);
    for (at, node) in tree.named("upstream").filter(|(_, node)| node.place == Place::Http) {
        let one = |name: &str| tree.own(Some(at), name).last();
        let (Some(keep), Some(name)) = (one("keepalive"), node.directive.arg(0)) else { continue };
        let wait = one("keepalive_timeout").map_or(Some(60), |set| values::seconds(set.arg(0)?));
        let Some(wait) = wait.filter(|_| kept.get_or_insert_with(|| kept_alive(tree)).contains(name)) else { continue };
        let from = from.get_or_insert_with(|| ctx.project.from_nginx(tree.file));
        for server in tree.own(Some(at), "server") {
            let Some((host, port)) = address(server) else { continue };
            for (service, _) in ctx.project.behind(from, host, port) {
                let process = ctx.project.process(service);
                let Some(program) = process.and_then(|process| process.program()) else { continue };
                let Some(idle) = program.keeps_connections_for().filter(|idle| *idle < wait) else { continue };
                let (program, service) = (program.server.name, &service.name.value);
                let message = format!(
                    "nginx keeps idle connections for {wait} s, and {program} (service `{service}`) closes them after {idle} s: now and then a POST ends in 502"
                );
                let less = idle.saturating_sub(1).max(1);
                let help = format!(
                    "add `keepalive_timeout {less}s;` to the upstream, or let {program} keep them for more than {wait} s"
                );
                sink.report(keep.words(), message).help(help);
                return;
            }
        }
    }
}

/// The names that some location passes requests to so that the connection is kept.
fn kept_alive<'t>(tree: &'t Expanded<'t>) -> BTreeSet<&'t str> {
    let set = |at, name: &str| match tree.effective(at, name) {
        Effective::Set(found) => found,
        Effective::Absent | Effective::Unknown => Vec::new(),
    };
    let keeps = |at| {
        set(at, "proxy_http_version").last().and_then(|one| one.arg(0)) == Some("1.1")
            && set(at, "proxy_set_header").iter().any(|one| one.is_header("connection") && one.arg(1) == Some(""))
    };
    tree.named("proxy_pass")
        .filter(|(_, pass)| keeps(pass.parent))
        .filter_map(|(_, pass)| pass.directive.arg(0)?.split_once("://")?.1.split('/').next())
        .collect()
}

fn address(server: &Directive) -> Option<(&str, u16)> {
    let written = server.arg(0).filter(|written| !written.starts_with("unix:"))?;
    match written.rsplit_once(':') {
        Some((host, port)) => Some((host, port.parse().ok()?)),
        None => Some((written, 80)),
    }
}
