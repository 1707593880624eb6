//! `project/upload-limit-mismatch`

use crate::model::nginx::{Place, Server};
use crate::rules::prelude::*;

rule! {
    /// The application accepts larger uploads than nginx lets through.
    ///
    /// ## Why
    /// nginx answers a request body above `client_max_body_size` with 413 before the application sees it. When nothing
    /// is set the limit is 1 MiB, so uploads work in development and fail behind the proxy. Its log says `client intended
    /// to send too large body`, the client sees `413 Request Entity Too Large`.
    ///
    /// ## Examples
    /// ```env both file=.env.prod
    /// MAX_UPLOAD_SIZE=524288000
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file: .env.prod
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```nginx bad file=shop.conf expect=project/upload-limit-mismatch@1:1
    /// | nginx refuses uploads above 1 MiB, its default, but `MAX_UPLOAD_SIZE` lets service `app` accept 500 MiB:
    /// | larger ones end in 413
    /// | help: set `client_max_body_size 510m;`
    /// server {
    ///     listen 80;
    /// # >     listen 80;
    /// # >     client_max_body_size 510m;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 80;
    ///     client_max_body_size 500m;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    ///
    /// ### Uploads of PHP
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro", "code:/var/www/html:ro"]
    ///   php:
    ///     image: php:8.3-fpm
    ///     volumes: ["./php/uploads.ini:/usr/local/etc/php/conf.d/uploads.ini:ro", "code:/var/www/html"]
    /// volumes: {code: {}}
    /// ```
    /// ```ini both file=php/uploads.ini
    /// upload_max_filesize = 64M
    /// post_max_size = 80M
    /// ```
    /// ```nginx bad file=shop.conf expect=project/upload-limit-mismatch@1:1
    /// | nginx refuses uploads above 1 MiB, its default, but `upload_max_filesize` lets service `php` accept 64 MiB:
    /// | larger ones end in 413
    /// | help: set `client_max_body_size 65m;`
    /// server {
    ///   listen 80;
    /// # >   listen 80;
    /// # >   client_max_body_size 80m;
    ///   root /var/www/html;
    ///   location ~ \.php$ {
    ///     fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///     fastcgi_pass php:9000;
    ///   }
    /// }
    /// ```
    ///
    /// ### A limit that is too small
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     environment:
    ///       MAX_UPLOAD_SIZE_MB: "50"
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```nginx bad file=shop.conf
    /// server {
    ///     listen 80;
    ///     client_max_body_size 10m;
    /// #                        ^^^ project/upload-limit-mismatch
    /// # | nginx refuses uploads above 10 MiB, but `MAX_UPLOAD_SIZE_MB` lets service `app` accept 50 MiB: larger ones
    /// # | end in 413
    /// # | help: set `client_max_body_size 51m;`
    /// # >     client_max_body_size 51m;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 80;
    ///     client_max_body_size 10m;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    ///     location /upload {
    ///         client_max_body_size 60m;
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Numbers without a unit that are too small to be bytes, and servers where one location lets enough through.
    "project/upload-limit-mismatch" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let services = project.services_behind(server);
    if services.is_empty() {
        sink.not_applicable();
    }
    for service in services {
        let Some(accepted) = project.upload_limit(service) else { continue };
        let Some(limit) = project.body_limit(server, service) else { continue };
        let allowed = limit.get().copied().unwrap_or_default();
        if allowed >= accepted.bytes {
            continue;
        }
        let has_main = || project.configs().iter().any(|config| config.place == Place::Main);
        if server.fragment && limit.set().is_none() && has_main() {
            sink.unknown(server.span, "the main configuration may set the limit");
            continue;
        }
        let default = if limit.set().is_some() { "" } else { ", its default" };
        let message = format!(
            "nginx refuses uploads above {}{default}, but `{}` lets service `{}` accept {}: larger ones end in 413",
            human(allowed),
            accepted.variable,
            service.name.value,
            human(accepted.bytes)
        );
        let finding = sink.report(limit.set().map_or(server.span, |set| set.span), message);
        finding.help(format!("set `client_max_body_size {};`", nginx_size(accepted.bytes)));
        finding.related(accepted.span, format!("the application accepts {}", human(accepted.bytes)));
    }
}

fn human(bytes: u64) -> String {
    match bytes {
        _ if bytes >= 1 << 30 && bytes.is_multiple_of(1 << 30) => format!("{} GiB", bytes >> 30),
        _ if bytes >= 1 << 20 => format!("{} MiB", bytes >> 20),
        _ if bytes >= 1 << 10 => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

/// The size in nginx's words, rounded up, with room for the form around the file.
fn nginx_size(bytes: u64) -> String {
    let mebibytes = bytes.div_ceil(1 << 20);
    format!("{}m", mebibytes + (mebibytes / 50).max(1))
}
