//! `project/wrong-protocol`

use crate::model::nginx::{Protocol, Server};
use crate::model::program::Program;
use crate::rules::prelude::*;

rule! {
    /// nginx speaks another protocol than the program behind it.
    ///
    /// ## Why
    /// `uwsgi_pass` and `fastcgi_pass` speak protocols of their own, and so does `socket =` of uWSGI. gunicorn, uvicorn and Next.js
    /// speak HTTP, without TLS unless they are given a certificate. Where the two ends differ every request gets 502:
    /// `upstream prematurely closed connection`, `SSL_do_handshake() failed`.
    ///
    /// ## Examples
    /// ```nginx bad file=shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass https://app:8000; }
    /// #                           ^^^^^^^^^^^^^^^^ project/wrong-protocol
    /// # | nginx speaks TLS to gunicorn (service `app`), which speaks plain HTTP: every request gets 502
    /// # | help: write `proxy_pass http://...`
    /// # >     location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn --bind 0.0.0.0:8000 shop:app
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ### uWSGI's own protocol
    /// ```nginx bad file=shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://127.0.0.1:8000; }
    /// #                           ^^^^^^^^^^^^^^^^^^^^^ project/wrong-protocol
    /// # | nginx speaks HTTP to uWSGI (unit `shop.service`), which speaks its own protocol there: every request gets 502
    /// # | help: write `uwsgi_pass`, or give uWSGI `http-socket` for `socket`
    /// # >     location / { include uwsgi_params; uwsgi_pass 127.0.0.1:8000; }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 80;
    ///     location / { include uwsgi_params; uwsgi_pass 127.0.0.1:8000; }
    /// }
    /// ```
    /// ```systemd both file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/uwsgi --socket 127.0.0.1:8000 --master --module shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Programs with a configuration file that is not in the project, and sockets without a port.
    "project/wrong-protocol" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://nginx.org/en/docs/http/ngx_http_uwsgi_module.html",
            "https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html",
        ],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    for (hop, process) in ctx.project.processes_behind(server) {
        let Some(program) = process.program() else { continue };
        let Some(protocol) = hop.location.pass.as_ref().map(|pass| pass.protocol) else { continue };
        // Its configuration file may name a certificate.
        if protocol == Protocol::Https && ctx.project.gunicorn_of_process(&process).is_some() {
            continue;
        }
        let Some((nginx, theirs, help)) = differs(protocol, program, hop.port) else { continue };
        let name = if program.server.name == "uwsgi" { "uWSGI" } else { program.server.name };
        let owner = process.runner.title();
        sink.report(
            hop.span,
            format!("nginx speaks {nginx} to {name} ({owner}), which speaks {theirs}: every request gets 502"),
        )
        .help(help)
        .related(process.line(), "it is started here")
        .cause((hop.span, process.line()), "here as well");
    }
}

/// What nginx speaks, what the program does, and the cure.
fn differs(nginx: Protocol, program: &Program, port: u16) -> Option<(&'static str, &'static str, &'static str)> {
    match nginx {
        Protocol::Http if program.is_native(port) => {
            let help = "write `uwsgi_pass`, or give uWSGI `http-socket` for `socket`";
            Some(("HTTP", "its own protocol there", help))
        }
        Protocol::Https if program.is_plain_http() => Some(("TLS", "plain HTTP", "write `proxy_pass http://...`")),
        Protocol::Uwsgi if program.is_plain_http() => {
            Some(("uWSGI's protocol", "HTTP", "write `proxy_pass http://...`"))
        }
        Protocol::FastCgi if program.is_plain_http() => Some(("FastCGI", "HTTP", "write `proxy_pass http://...`")),
        _ => None,
    }
}
