//! `nginx/never-read`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::project::is_of_debian;
use crate::rules::prelude::*;

rule! {
    /// A site is put where nginx looks, under a name that it does not look for.
    ///
    /// ## Why
    /// The official image reads `/etc/nginx/conf.d/*.conf`, and fills in `/etc/nginx/templates/*.template`. A file of another ending lies
    /// there for nothing: visitors get the page of the image, or that of another site.
    ///
    /// ## Examples
    /// ```nginx bad file=shop.conf
    /// server {
    /// ^^^^^^ nginx/never-read
    /// | nginx in service `web` does not read this: it becomes `/etc/nginx/conf.d/shop`, which does not end in `.conf`
    /// | help: put it at `/etc/nginx/conf.d/shop.conf`
    ///   listen 80;
    ///   server_name shop.example;
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/shop:ro"]
    /// # >     volumes: ["./shop.conf:/etc/nginx/conf.d/shop.conf:ro"]
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.example;
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/shop.conf:ro"]
    /// ```
    ///
    /// ### Debian's folders
    /// The image knows no `sites-enabled`.
    /// ```nginx bad file=shop.conf
    /// server {
    /// ^^^^^^ nginx/never-read
    /// | nginx in service `web` does not read this: it becomes `/etc/nginx/sites-enabled/shop`, which nothing includes
    /// | help: put it at `/etc/nginx/conf.d/shop.conf`
    ///   listen 80;
    ///   server_name shop.example;
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./shop.conf:/etc/nginx/sites-enabled/shop:ro"]
    /// # >     volumes: ["./shop.conf:/etc/nginx/conf.d/shop.conf:ro"]
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.example;
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/shop.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Files that come with their folder, those that another one includes, and names like `shop.conf.disabled`.
    "nginx/never-read" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/nginx/docker-nginx"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some((service, path)) = ctx.project.passed_by_nginx(nginx.file) else { return sink.not_applicable() };
    let Some((_, first)) = tree(nginx, ctx).and_then(|file| file.top().next()) else { return };
    let ending = if path.starts_with("/etc/nginx/templates/") { ".conf.template" } else { ".conf" };
    let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".conf");
    let debian = is_of_debian(&path);
    let why = if debian { "which nothing includes".to_owned() } else { format!("which does not end in `{ending}`") };
    let folder = if debian { "/etc/nginx/conf.d" } else { path.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let message = format!("nginx in service `{}` does not read this: it becomes `{path}`, {why}", service.name.value);
    sink.report(first.name.span, message).help(format!("put it at `{folder}/{name}{ending}`"));
}
