//! `project/admin-ui-for-everybody`

use crate::model::Host;
use crate::model::compose::Port;
use crate::model::image::notes;
use crate::model::nginx::{Effective, Listen, Server};
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::nginx::Directive;

rule! {
    /// nginx brings everybody to a tool that can do everything with a store.
    ///
    /// ## Why
    /// Adminer and phpMyAdmin ask for nothing but the password of the database, and anybody may try as often as he likes: scanners look for
    /// them under the usual paths. Prometheus, Redis Commander and their like ask for nothing at all.
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///   adminer:
    ///     image: adminer:5.4
    /// ```
    /// ```nginx bad file=shop.conf
    /// server {
    ///     listen 80;
    ///     location /adminer/ {
    ///         proxy_pass http://adminer:8080;
    /// #                  ^^^^^^^^^^^^^^^^^^^ project/admin-ui-for-everybody
    /// # | everybody gets to Adminer in service `adminer`: no password and no list of addresses is in front of it
    /// # | help: add `allow` for your own addresses and `deny all;`, or `auth_basic`; or take it out, and reach it through SSH
    ///     }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 80;
    ///     location /adminer/ {
    ///         allow 203.0.113.7;
    ///         deny all;
    ///         proxy_pass http://adminer:8080;
    ///     }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Tools with accounts of their own, such as pgAdmin and Portainer, and servers that nobody outside reaches.
    "project/admin-ui-for-everybody" {
        severity: Medium, effect: Exposes, since: "0.1.0",
        refs: &["https://www.adminer.org/en/#requirements", "https://prometheus.io/docs/operating/security/"],
        check: Check::Server(check),
    }
}

/// These have accounts of their own, or are given one.
pub(super) const WITH_ACCOUNTS: [&str; 6] =
    ["RabbitMQ", "Kibana", "pgAdmin", "Portainer", "mongo-express", "Redis Insight"];

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    if !may_be_met(server, ctx) {
        return sink.not_applicable();
    }
    for hop in ctx.project.hops(server) {
        let level = hop.location.level;
        let in_effect = |name: &str| ctx.project.in_effect(server, level, name);
        let guards = |name: &str, counts: fn(&Directive) -> bool| match in_effect(name) {
            Effective::Set(found) => found.iter().any(|own| counts(own)),
            Effective::Absent => false,
            Effective::Unknown => true,
        };
        let on = |own: &Directive| own.arg(0) != Some("off");
        let guarded = guards("auth_basic", on)
            || guards("auth_request", on)
            || guards("deny", |_| true)
            || guards("ssl_verify_client", on);
        if guarded || hop.location.denies {
            continue;
        }
        for (service, port) in ctx.project.reached(server.file, &hop) {
            let Some((tool, ports)) = service.image.get().and_then(notes).and_then(|notes| notes.admin.as_ref()) else {
                continue;
            };
            if !ports.contains(&port) || WITH_ACCOUNTS.contains(tool) {
                continue;
            }
            let message = format!(
                "everybody gets to {tool} in service `{}`: no password and no list of addresses is in front of it",
                service.name.value
            );
            sink.report(hop.span, message)
                .help("add `allow` for your own addresses and `deny all;`, or `auth_basic`; or take it out, and reach it through SSH")
                .cause(service.name.span, "and here");
        }
    }
}

/// Whether visitors may get to a server: what listens on loopback alone, and what a container does not publish, is behind another
/// proxy, which may ask for a password.
fn may_be_met(server: &Server, ctx: &Context) -> bool {
    let for_itself = |listen: &Listen| {
        listen.port.is_none()
            || listen.address.as_deref().is_some_and(|own| Host::is_loopback(own.trim_matches(['[', ']'])))
    };
    let open: Vec<u16> =
        server.listens.iter().filter(|listen| !for_itself(listen)).filter_map(|listen| listen.port).collect();
    let open = if server.listens.is_empty() { vec![80] } else { open };
    match ctx.project.machine(server.file) {
        Answer::Yes(Machine::Container(own)) if own.network_mode.is_absent() => {
            let leads = |port: &Port| {
                port.is_public() == Some(true) && open.iter().any(|inside| port.host_port_of(*inside).is_some())
            };
            own.ports.iter().any(leads)
        }
        _ => !open.is_empty(),
    }
}
