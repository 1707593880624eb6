//! `project/stock-page-first`

use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// Visitors get the page "Welcome to nginx".
    ///
    /// ## Why
    /// The official image brings a site of its own, `conf.d/default.conf`, and of the servers on a port the first one answers what no name
    /// fits. Files are read in the order of their names: a site in `site.conf` that has no name of its own comes second, and is never
    /// asked.
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     ports: ["80:80"]
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/site.conf:ro"]
    ///   app:
    ///     image: shop:1
    /// ```
    /// ```nginx bad file=site.conf
    /// server {
    ///   listen 80;
    /// # >   listen 80 default_server;
    ///   server_name _;
    /// #             ^ project/stock-page-first
    /// # | the image's own `default.conf` is read before this, and answers on port 80: visitors get the page "Welcome
    /// # | to nginx"
    /// # | help: put it in the place of that file, `/etc/nginx/conf.d/default.conf`, or write `listen 80
    /// # | default_server;`
    ///   location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///   listen 80;
    ///   server_name app.kleinladen.de;
    ///   location / { proxy_pass http://app:8000; }
    /// }
    /// server {
    ///   listen 8080;
    ///   server_name _;
    ///   return 404;
    /// }
    /// ```
    ///
    /// ### Where it is replaced
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     ports: ["80:80"]
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/site.conf:ro
    ///       - ./empty.conf:/etc/nginx/conf.d/default.conf:ro
    /// ```
    /// ```nginx both file=empty.conf
    /// # Nothing.
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///   listen 80;
    ///   server_name _;
    ///   root /usr/share/nginx/html;
    /// }
    /// ```
    "project/stock-page-first" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/request_processing.html"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Some(put) = ctx.project.put(server.file) else { return sink.not_applicable() };
    let name = put.path.strip_prefix("/etc/nginx/conf.d/").map(|name| name.trim_end_matches(".template"));
    let later = name.is_some_and(|name| name > "default.conf")
        || put.path.starts_with("/etc/nginx/templates/")
            && put.path.as_str() > "/etc/nginx/templates/default.conf.template";
    let port = ctx.project.stock_site(server.file).filter(|_| later);
    let Some(port) = port else { return sink.not_applicable() };
    let nameless = |name: &str| matches!(name, "_" | "" | "localhost");
    let first = server.names.first();
    let plain = server.listens.is_empty() && port == 80
        || server.listens.iter().any(|own| {
            own.port == Some(port) && own.address.as_deref().is_none_or(|own| own == "0.0.0.0" || own == "*")
        });
    if !plain || !server.names.iter().all(|own| nameless(&own.value)) || server.listens.iter().any(|own| own.default) {
        return;
    }
    // One that is read before decides by itself.
    let of_container = ctx.project.readers(server.file).flat_map(|own| ctx.project.servers_in(own));
    let on_port = |own: &&Server| own.listens.is_empty() || own.listens.iter().any(|listen| listen.port == Some(port));
    let before = |own: &Server| {
        own.listens.iter().any(|listen| listen.default)
            || ctx.project.put(own.file).is_none_or(|put| put.path.as_str() <= "/etc/nginx/conf.d/default.conf")
    };
    if of_container.filter(on_port).any(before) {
        return;
    }
    sink.report(first.map_or(server.span, |name| name.span), format!("the image's own `default.conf` is read before this, and answers on port {port}: visitors get the page \"Welcome to nginx\""))
        .help("put it in the place of that file, `/etc/nginx/conf.d/default.conf`, or write `listen 80 default_server;`");
}
