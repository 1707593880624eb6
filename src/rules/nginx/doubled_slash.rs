//! `nginx/doubled-slash`

use super::tree;
use crate::model::nginx::{NginxFile, is_health_path};
use crate::rules::prelude::*;

rule! {
    /// The application gets paths that begin with two slashes.
    ///
    /// ## Why
    /// With a path behind the address, nginx puts that path in the place of the location. `/api` is replaced by `/`, so `/api/items` becomes
    /// `//items`, which most frameworks answer with 404.
    ///
    /// ## Examples
    /// ```nginx bad
    /// server {
    ///     listen 80;
    ///     location /api {
    /// # >     location /api/ {
    ///         proxy_pass http://127.0.0.1:8000/;
    /// #                  ^^^^^^^^^^^^^^^^^^^^^^ nginx/doubled-slash
    /// # | `/api/items` reaches the application as `//items`: the location has no slash at its end
    /// # | help: write `location /api/`
    ///     }
    /// }
    /// ```
    /// ```nginx good
    /// server {
    ///     listen 80;
    ///     location /api/ {
    ///         proxy_pass http://127.0.0.1:8000/;
    ///     }
    ///     location /shop {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    ///     location = /health {
    ///         proxy_pass http://127.0.0.1:8000/;
    ///     }
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000/;
    ///     }
    ///     location /favicon.ico {
    ///         proxy_pass http://127.0.0.1:8000/;
    ///     }
    /// }
    /// ```
    "nginx/doubled-slash" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return };
    for (index, pass) in file.directives.iter().enumerate().filter(|(_, directive)| directive.is("proxy_pass")) {
        let location = pass.parent.and_then(|parent| file.directives.get(parent as usize));
        let (Some(location), Some(to)) = (location.filter(|block| block.is("location")), pass.args.first()) else {
            continue;
        };
        let path = match &location.args[..] {
            [path] => path,
            [modifier, path] if &*modifier.value == "^~" => path,
            _ => continue,
        };
        let (own, target) = (&*path.value, &*to.value);
        let Some((_, rest)) = target.split_once("://") else { continue };
        let Some((_, behind)) = rest.split_once('/') else { continue };
        // One file has nothing behind it; what `rewrite` makes is passed on as it is.
        let file_name = own.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let rewritten = file
            .directives
            .iter()
            .enumerate()
            .any(|(at, other)| at != index && other.parent == pass.parent && other.is("rewrite"));
        let plain = own.starts_with('/') && !own.ends_with('/') && !path.is_open() && !to.is_open();
        // One address that asks how a program is, and nothing below it.
        if !plain || file_name || is_health_path(own) || rewritten || !(behind.is_empty() || behind.ends_with('/')) {
            continue;
        }
        let message =
            format!("`{own}/items` reaches the application as `/{behind}/items`: the location has no slash at its end");
        let finding = sink.report(to.span, message).help(format!("write `location {own}/`"));
        finding.related(path.span, "without a slash at its end");
    }
}
