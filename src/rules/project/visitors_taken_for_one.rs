//! `project/visitors-taken-for-one`

use crate::model::compose::Service;
use crate::model::nginx::Server;
use crate::project::Routed;
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Behind Traefik all visitors have one address.
    ///
    /// ## Why
    /// nginx sees the address of Traefik as that of every visitor until `set_real_ip_from` and `real_ip_header` tell it to believe the
    /// header that Traefik sends. A limit by address is then one limit for all, and `ip_hash` sends everybody to one server.
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     labels:
    ///       - traefik.enable=true
    ///       - traefik.http.routers.web.rule=Host(`app.kleinladen.de`)
    ///       - traefik.http.routers.web.tls.certresolver=le
    ///       - traefik.http.services.web.loadbalancer.server.port=80
    ///   app:
    ///     image: shop:1
    /// ```
    /// ```nginx bad file=site.conf
    /// limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    /// #              ^^^^^^^^^^^^^^^^^^^ project/visitors-taken-for-one
    /// # | this is the address of Traefik for every visitor: all of them share one limit
    /// # | help: add `set_real_ip_from` with the network of Traefik, and `real_ip_header X-Forwarded-For;`
    /// server {
    ///   listen 80;
    /// # >   listen 80;
    /// # >   set_real_ip_from 172.16.0.0/12;
    /// # >   real_ip_header X-Forwarded-For;
    ///   server_name app.kleinladen.de;
    ///   location / {
    ///     limit_req zone=login burst=5 nodelay;
    ///     limit_req_status 429;
    ///     proxy_pass http://app:8000;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    /// server {
    ///   listen 80;
    ///   set_real_ip_from 172.16.0.0/12;
    ///   real_ip_header X-Forwarded-For;
    ///   server_name app.kleinladen.de;
    ///   location / {
    ///     limit_req zone=login burst=5 nodelay;
    ///     limit_req_status 429;
    ///     proxy_pass http://app:8000;
    ///   }
    /// }
    /// ```
    ///
    /// ### One server for everybody
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     labels:
    ///       - traefik.enable=true
    ///       - traefik.http.routers.web.rule=Host(`app.kleinladen.de`)
    ///       - traefik.http.routers.web.tls.certresolver=le
    ///       - traefik.http.services.web.loadbalancer.server.port=80
    ///   app:
    ///     image: shop:1
    /// ```
    /// ```nginx bad file=site.conf
    /// upstream group {
    ///   ip_hash;
    /// # ^^^^^^^ project/visitors-taken-for-one
    /// # | this hashes the address of Traefik: every visitor is sent to the same server
    /// # | help: add `set_real_ip_from` and `real_ip_header X-Forwarded-For;`, or hash a cookie: `hash $cookie_NAME;`
    /// # >   hash $http_x_forwarded_for;
    ///   server app:8000;
    ///   server app:8001;
    /// }
    /// server {
    ///   listen 80;
    ///   server_name app.kleinladen.de;
    ///   location / { proxy_pass http://group; }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// upstream group {
    ///   hash $cookie_session;
    ///   server app:8000;
    ///   server app:8001;
    /// }
    /// server {
    ///   listen 80;
    ///   server_name app.kleinladen.de;
    ///   location / { proxy_pass http://group; }
    /// }
    /// ```
    "project/visitors-taken-for-one" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_realip_module.html"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let mut readers = ctx.project.readers(server.file).peekable();
    if readers.peek().is_none() {
        return sink.not_applicable();
    }
    // Who comes in by a port of its own has an address of its own.
    let only = |own: &&Service| own.ports.is_empty() && own.network_mode.get().is_none_or(|mode| mode != "host");
    let routed: Vec<Option<Routed>> =
        readers.map(|own| ctx.project.routed_by_traefik(own).filter(|_| only(&own))).collect();
    let Some(routed) = routed.into_iter().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().next()) else {
        return sink.not_applicable();
    };
    let Some(config) = ctx.project.config_of(server) else { return };
    let tree = ctx.project.nginx_tree(config);
    if !ctx.project.look(tree.nodes.len()) {
        return;
    }
    let levels = server.locations.iter().map(|own| own.level).chain([server.level]);
    for level in levels.map(Some).filter(|level| tree.lacks(*level, "real_ip_header")) {
        for limit in ["limit_req", "limit_conn"] {
            for used in tree.own(level, limit) {
                let Some(zone) = zone_of(used) else { continue };
                let made = tree.named(if limit == "limit_req" { "limit_req_zone" } else { "limit_conn_zone" });
                let key = made
                    .map(|(_, node)| node.directive)
                    .find(|own| zone_of(own) == Some(zone))
                    .and_then(|own| own.args.first());
                let Some(key) = key.filter(|key| matches!(&*key.value, "$binary_remote_addr" | "$remote_addr")) else {
                    continue;
                };
                sink.report(key.span, "this is the address of Traefik for every visitor: all of them share one limit")
                    .help("add `set_real_ip_from` with the network of Traefik, and `real_ip_header X-Forwarded-For;`")
                    .related(routed.span, "visitors come by Traefik")
                    .related(used.words(), "they are limited here");
            }
        }
        for pass in tree.own(level, "proxy_pass") {
            let target = pass.arg(0).and_then(|own| own.split_once("://")).map(|(_, rest)| rest.trim_end_matches('/'));
            let group = tree.named("upstream").find(|(_, own)| own.directive.arg(0) == target);
            let Some((group, _)) = group else { continue };
            let several = tree.own(Some(group), "server").count() > 1;
            if let Some(hash) = tree.own(Some(group), "ip_hash").next().filter(|_| several) {
                sink.report(hash.words(), "this hashes the address of Traefik: every visitor is sent to the same server")
                    .help("add `set_real_ip_from` and `real_ip_header X-Forwarded-For;`, or hash a cookie: `hash $cookie_NAME;`")
                    .related(routed.span, "visitors come by Traefik");
            }
        }
    }
}

/// The zone of a limit, where it is made or used.
fn zone_of(directive: &Directive) -> Option<&str> {
    let named = directive.parameter("zone=").map(|(_, zone)| zone);
    named.or_else(|| directive.arg(0)).and_then(|zone| zone.split(':').next())
}
