//! `project/timeout-mismatch`

use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// nginx and the application server disagree on how long a request may take.
    ///
    /// ## Why
    /// nginx waits `proxy_read_timeout` for an answer, 60 seconds unless told otherwise, and then sends 504 while the
    /// worker goes on for nothing. The other way round, gunicorn kills a sync worker after `--timeout`, 30 seconds
    /// unless told otherwise, and the client gets 502 although nginx was told to wait longer.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn pdf:app --bind 0.0.0.0:8000 --timeout 300
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```nginx bad file=pdf.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    /// #                  ^^^^^^^^^^^^^^^^^^^^^ project/timeout-mismatch
    ///     }
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn pdf:app --bind 0.0.0.0:8000 --timeout 300
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```nginx good file=pdf.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///         proxy_read_timeout 310s;
    ///     }
    /// }
    /// ```
    ///
    /// ### The application gives up first
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn pdf:app --bind 0.0.0.0:8000
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```nginx bad file=pdf.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///         proxy_read_timeout 300s;
    /// #                          ^^^^ project/timeout-mismatch
    ///     }
    /// }
    /// ```
    /// ```nginx good file=pdf.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///         proxy_read_timeout 30s;
    ///     }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers without a limit per request (uvicorn, gunicorn with asynchronous workers), and settings in files that
    /// are not read (`gunicorn.conf.py`).
    "project/timeout-mismatch" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout",
            "https://docs.gunicorn.org/en/stable/settings.html#timeout",
        ],
        check: Check::Server(check),
    }
}

/// gunicorn's `--timeout` when nothing is written.
const GUNICORN: u64 = 30;

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let mut judged = false;
    let mut seen: Vec<Span> = Vec::new();
    for hop in project.hops(server) {
        if !matches!(hop.location.pass.as_ref().map(|pass| pass.scheme.as_str()), Some("http" | "https")) {
            continue;
        }
        for (service, _) in project.reached(server.file, &hop) {
            let Some(app) = project.app_server(service).filter(|app| app.program == "gunicorn") else { continue };
            judged = true;
            let limit = &hop.location.read_timeout;
            let Some(&wait) = limit.get() else {
                sink.unknown(hop.span, "the time nginx waits is not known");
                continue;
            };
            let place = limit.set().map_or(hop.span, |set| set.span);
            if seen.contains(&place) {
                continue;
            }
            let name = &service.name.value;
            let command = service.command.span().unwrap_or(service.name.span);
            match app.timeout {
                Some(timeout) if timeout > wait && app.kills_slow_requests() => {
                    seen.push(place);
                    let message = format!(
                        "nginx gives up after {wait} s, but gunicorn in service `{name}` may work for {timeout} s: \
                         slow requests end in 504 while the work goes on"
                    );
                    let help = format!("set `proxy_read_timeout {}s;` in this location", timeout + 10);
                    sink.report(place, message).help(help).related(command, format!("--timeout {timeout}"));
                }
                None if !app.configured && app.kills_slow_requests() && limit.set().is_some() && wait >= 2 * GUNICORN => {
                    seen.push(place);
                    let message = format!(
                        "nginx waits {wait} s, but gunicorn in service `{name}` kills a worker after {GUNICORN} s \
                         (its default): slow requests end in 502"
                    );
                    let help = format!("start gunicorn with `--timeout {wait}`");
                    sink.report(place, message).help(help).related(command, "no `--timeout` here");
                }
                _ => {}
            }
        }
    }
    if !judged {
        sink.not_applicable();
    }
}
