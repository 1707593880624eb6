//! `project/upload-limit-mismatch`

use crate::model::Known;
use crate::model::compose::Service;
use crate::model::nginx::Server;
use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// The application accepts larger uploads than nginx lets through.
    ///
    /// ## Why
    /// nginx answers a request body above `client_max_body_size` with 413 before the application sees it. When nothing
    /// is set the limit is 1 MiB, so uploads work in development and fail behind the proxy.
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
    /// server {
    ///     listen 80;
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

/// Variables that hold the largest upload an application takes.
const NAMES: [&str; 14] = [
    "MAX_UPLOAD_SIZE",
    "MAX_UPLOAD_SIZE_MB",
    "MAX_CONTENT_LENGTH",
    "MAX_FILE_SIZE",
    "MAX_FILE_SIZE_MB",
    "MAX_UPLOAD_FILE_SIZE",
    "MAX_UPLOAD_MB",
    "UPLOAD_MAX_SIZE",
    "UPLOAD_MAX_SIZE_MB",
    "UPLOAD_MAX_FILESIZE",
    "PHP_UPLOAD_MAX_FILESIZE",
    "UPLOAD_LIMIT",
    "UPLOAD_FILE_SIZE_LIMIT",
    "NGINX_UPLOAD_MAX_BODY_SIZE",
];

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let hops = project.hops(server);
    let mut judged: Vec<Span> = Vec::new();
    for hop in &hops {
        for (service, _) in project.reached(server.file, hop) {
            if judged.contains(&service.name.span) {
                continue;
            }
            judged.push(service.name.span);
            let Some((name, wanted, place)) = limit(project, service) else { continue };
            // All locations that lead to this service; the largest of them counts.
            let mut limits = hops
                .iter()
                .filter(|other| project.reached(server.file, other).iter().any(|(s, _)| s.name.span == service.name.span))
                .map(|other| &other.location.body_limit);
            let mut best: Option<&Known<u64>> = None;
            let enough = limits.any(|limit| {
                let bytes = limit.get().copied();
                if best.and_then(Known::get) < limit.get() {
                    best = Some(limit);
                }
                bytes.is_none_or(|bytes| bytes == 0 || bytes >= wanted)
            });
            let Some(best) = best.filter(|_| !enough) else { continue };
            let allowed = best.get().copied().unwrap_or_default();
            if server.fragment && best.set().is_none() && has_main(project) {
                sink.unknown(server.span, "the main configuration may set the limit");
                continue;
            }
            let default = if best.set().is_some() { "" } else { ", its default" };
            let message = format!(
                "nginx refuses uploads above {}{default}, but `{name}` lets service `{}` accept {}: larger ones end in 413",
                human(allowed),
                service.name.value,
                human(wanted)
            );
            let finding = sink.report(best.set().map_or(server.span, |set| set.span), message);
            finding.help(format!("set `client_max_body_size {};`", nginx_size(wanted)));
            finding.related(place, format!("the application accepts {}", human(wanted)));
        }
    }
    if judged.is_empty() {
        sink.not_applicable();
    }
}

fn has_main(project: &Project) -> bool {
    project.configs.iter().any(|config| config.place == crate::model::nginx::Place::Main)
}

/// The largest upload a service accepts: variable, bytes, place.
fn limit(project: &Project, service: &Service) -> Option<(&'static str, u64, Span)> {
    NAMES.into_iter().find_map(|name| match project.service_env(service, name) {
        Known::Set(value) => Some((name, bytes(name, &value.value)?, value.span)),
        _ => None,
    })
}

/// Bytes of `500M`, `52428800`, or `50` for a name that ends in `_MB`. A small bare number says nothing.
fn bytes(name: &str, value: &str) -> Option<u64> {
    let text = value.trim().to_ascii_lowercase();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let factor = match (text[digits..].trim(), name.ends_with("_MB")) {
        ("", true) => 1 << 20,
        ("", false) if number >= 100_000 => 1,
        ("k" | "kb" | "kib", _) => 1 << 10,
        ("m" | "mb" | "mib", _) => 1 << 20,
        ("g" | "gb" | "gib", _) => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor).filter(|bytes| *bytes > 0)
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
