//! `project/timeout-mismatch`

use std::collections::{HashMap, HashSet};

use crate::model::Known;
use crate::model::nginx::{Server, values};
use crate::project::{Hop, Limit};
use crate::rules::prelude::*;

rule! {
    /// nginx and the application server disagree on how long a request may take.
    ///
    /// ## Why
    /// nginx waits `proxy_read_timeout` for an answer, 60 seconds unless told otherwise, and then sends 504 while the
    /// worker goes on for nothing. The other way round, gunicorn kills a sync worker after `--timeout`, 30 seconds
    /// unless told otherwise, and the client gets 502 although nginx was told to wait longer. The logs say `upstream timed
    /// out (110: Connection timed out) while reading response header from upstream` and `WORKER TIMEOUT`.
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
    /// # | nginx gives up after 60 s, but gunicorn (service `app`) may work for 300 s: slow requests end in 504 while
    /// # | the work goes on
    /// # | help: set `proxy_read_timeout 310s;` in every such location
    /// # >         proxy_pass http://127.0.0.1:8000;
    /// # >         proxy_read_timeout 310s;
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
    /// ### Threads
    /// The timeout of workers with several threads is no limit on a request.
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn pdf:app --bind 0.0.0.0:8000 --timeout 300 --threads 2
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```nginx good file=pdf.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
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
    /// # >     command: gunicorn pdf:app --bind 0.0.0.0:8000 --timeout 300
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```nginx bad file=pdf.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///         proxy_read_timeout 300s;
    /// #                          ^^^^ project/timeout-mismatch
    /// # | nginx waits 300 s, but gunicorn (service `app`) kills a worker after 30 s, its default: slow requests end in
    /// # | 502
    /// # | help: start gunicorn with `--timeout 300`
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
    /// ### In gunicorn's configuration
    /// ```python both file=gunicorn.conf.py
    /// bind = "127.0.0.1:8000"
    /// timeout = 300
    /// ```
    /// ```nginx bad file=pdf.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    /// #                  ^^^^^^^^^^^^^^^^^^^^^ project/timeout-mismatch
    /// # | nginx gives up after 60 s, but gunicorn (`gunicorn.conf.py`) may work for 300 s: slow requests end in 504
    /// # | while the work goes on
    /// # | help: set `proxy_read_timeout 310s;` in every such location
    /// # >         proxy_pass http://127.0.0.1:8000;
    /// # >         proxy_read_timeout 310s;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=pdf.conf
    /// server {
    ///     listen 80;
    ///     proxy_read_timeout 5m;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    ///
    /// ### In a unit
    /// ```systemd both file=shop.service
    /// [Service]
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 --timeout 300 shop:app
    /// ```
    /// ```nginx bad file=pdf.conf
    /// server {
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    /// #                  ^^^^^^^^^^^^^^^^^^^^^ project/timeout-mismatch
    /// # | nginx gives up after 60 s, but gunicorn (unit `shop.service`) may work for 300 s: slow requests end in 504
    /// # | while the work goes on
    /// # | help: set `proxy_read_timeout 310s;` in every such location
    /// # >         proxy_pass http://127.0.0.1:8000;
    /// # >         proxy_read_timeout 310s;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=pdf.conf
    /// server {
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///         proxy_read_timeout 310s;
    ///     }
    /// }
    /// ```
    ///
    /// ### uWSGI
    /// ```ini both file=uwsgi.ini
    /// [uwsgi]
    /// socket = :3031
    /// harakiri = 300
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///   app:
    ///     image: example/app:1
    ///     command: uwsgi --ini /app/uwsgi.ini
    ///     volumes: ["./uwsgi.ini:/app/uwsgi.ini:ro"]
    /// ```
    /// ```nginx bad file=shop.conf
    /// server {
    ///     location / {
    ///         include uwsgi_params;
    ///         uwsgi_pass app:3031;
    /// #                  ^^^^^^^^ project/timeout-mismatch
    /// # | nginx gives up after 60 s, but uWSGI (service `app`) may work for 300 s: slow requests end in 504 while the
    /// # | work goes on
    /// # | help: set `uwsgi_read_timeout 310s;` in every such location
    /// # >         uwsgi_pass app:3031;
    /// # >         uwsgi_read_timeout 310s;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     location / {
    ///         include uwsgi_params;
    ///         uwsgi_pass app:3031;
    ///         uwsgi_read_timeout 310s;
    ///     }
    /// }
    /// ```
    ///
    /// ### PHP
    /// ```ini both file=php.ini
    /// max_execution_time = 300
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///   app:
    ///     image: php:8.4-fpm
    ///     volumes: ["./php.ini:/usr/local/etc/php/conf.d/shop.ini:ro"]
    /// ```
    /// ```nginx bad file=shop.conf
    /// server {
    ///     location ~ \.php$ {
    ///         include fastcgi_params;
    ///         fastcgi_param SCRIPT_FILENAME /srv/index.php;
    ///         fastcgi_pass app:9000;
    /// #                    ^^^^^^^^ project/timeout-mismatch
    /// # | nginx gives up after 60 s, but PHP (service `app`) may work for 300 s: slow requests end in 504 while the
    /// # | work goes on
    /// # | help: set `fastcgi_read_timeout 310s;` in every such location
    /// # >         fastcgi_pass app:9000;
    /// # >         fastcgi_read_timeout 310s;
    ///     }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     location ~ \.php$ {
    ///         include fastcgi_params;
    ///         fastcgi_param SCRIPT_FILENAME /srv/index.php;
    ///         fastcgi_pass app:9000;
    ///         fastcgi_read_timeout 310s;
    ///     }
    /// }
    /// ```
    ///
    /// ### Another nginx in between
    /// ```nginx bad file=edge.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://web;
    /// #                  ^^^^^^^^^^ project/timeout-mismatch
    /// # | nginx gives up after 60 s, but the nginx behind it (service `web`) waits 300 s: slow requests end in 504
    /// # | while the work goes on
    /// # | help: set `proxy_read_timeout 300s;` in this location, too
    /// # >         proxy_pass http://web;
    /// # >         proxy_read_timeout 300s;
    ///     }
    /// }
    /// ```
    /// ```nginx both file=web.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://reports:8080;
    ///         proxy_read_timeout 300s;
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   edge:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./edge.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./web.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///   reports:
    ///     image: shop/reports:1
    /// ```
    /// ```nginx good file=edge.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://web;
    ///         proxy_read_timeout 300s;
    ///     }
    /// }
    /// ```
    ///
    /// ### Where somebody has chosen which requests may be slow
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./web.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///   app:
    ///     image: shop/app:1
    ///     command: gunicorn shop.wsgi --bind 0.0.0.0:8000 --timeout 300
    /// ```
    /// ```nginx good file=web.conf
    /// server {
    ///     listen 80;
    ///     location / {
    ///         proxy_pass http://app:8000;
    ///         proxy_read_timeout 300s;
    ///     }
    ///     location /static/ { proxy_pass http://app:8000; }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers without a limit per request (uvicorn, gunicorn with asynchronous workers or threads, uWSGI without `harakiri`),
    /// and timeouts that are computed when gunicorn starts.
    "project/timeout-mismatch" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout",
            "https://docs.gunicorn.org/en/stable/settings.html#timeout",
            "https://uwsgi-docs.readthedocs.io/en/latest/Options.html#harakiri",
            "https://www.php.net/manual/en/install.fpm.configuration.php#request-terminate-timeout",
        ],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let limits = ctx.project.limits_behind(server);
    let mut seen: HashSet<Span> = HashSet::new();
    let chained = behind(server, &mut seen, ctx, sink);
    if limits.is_empty() && !chained {
        sink.not_applicable();
    }
    // Where another location waits long enough, somebody has thought about which requests are slow.
    let mut patience: HashMap<Span, u64> = HashMap::new();
    for (hop, limit) in &limits {
        let wait = wait((server, hop), ctx).and_then(|(_, wait)| wait.get().copied()).unwrap_or_default();
        let most = patience.entry(limit.place).or_default();
        *most = wait.max(*most);
    }
    for (hop, limit) in &limits {
        let most = patience.get(&limit.place).copied().unwrap_or_default();
        judge((server, hop), limit, most, &mut seen, ctx, sink);
    }
}

/// Another nginx behind this one that is told to wait longer; whether there is any.
fn behind(server: &Server, seen: &mut HashSet<Span>, ctx: &Context, sink: &mut Sink) -> bool {
    let project = ctx.project;
    let waits = |server: &Server, hop: &Hop| {
        project.number_in_effect((server, hop.location), "proxy_read_timeout", values::seconds)
    };
    let mut chained = false;
    for hop in project.hops(server) {
        // Most configurations lead to nobody who is known.
        let reached = project.reached(server.file, &hop);
        if reached.is_empty() {
            continue;
        }
        let limit = waits(server, &hop);
        let Some(&wait) = limit.get() else { continue };
        let place = limit.set().map_or(hop.span, |set| set.span);
        for (service, _) in reached {
            let inner = project.servers_in(service).filter(|inner| inner.file != server.file);
            let told = inner.flat_map(|inner| {
                let hops = project.hops(inner);
                chained |= !hops.is_empty();
                hops.into_iter().filter_map(|own| waits(inner, &own).set().cloned()).collect::<Vec<_>>()
            });
            let longest = told.max_by_key(|told| told.value);
            let Some(longest) = longest.filter(|told| told.value > wait && seen.insert(place)) else { continue };
            let seconds = longest.value;
            let message = format!(
                "nginx gives up after {wait} s, but the nginx behind it (service `{}`) waits {seconds} s: slow requests \
                 end in 504 while the work goes on",
                service.name.value
            );
            let help = format!("set `proxy_read_timeout {seconds}s;` in this location, too");
            sink.report(place, message).help(help).related(longest.span, format!("{seconds} s here")).severity(Low);
        }
    }
    chained
}

/// How long nginx waits there, and the directive that says so.
fn wait((server, hop): (&Server, &Hop), ctx: &Context) -> Option<(&'static str, Known<u64>)> {
    let directive = hop.location.pass.as_ref()?.protocol.read_timeout()?;
    Some((directive, ctx.project.number_in_effect((server, hop.location), directive, values::seconds)))
}

fn judge(
    (server, hop): (&Server, &Hop),
    limit: &Limit,
    most: u64,
    seen: &mut HashSet<Span>,
    ctx: &Context,
    sink: &mut Sink,
) {
    let Some((directive, nginx)) = wait((server, hop), ctx) else { return };
    let Some(&wait) = nginx.get() else {
        return sink.unknown(hop.span, "the time nginx waits is not known");
    };
    let place = nginx.set().map_or(hop.span, |set| set.span);
    if seen.contains(&place) || !limit.ends_requests {
        return;
    }
    let Limit { program, owner, .. } = limit;
    match (&limit.timeout, limit.usual) {
        (Known::Set(timeout), _) if timeout.value > wait && most < timeout.value => {
            seen.insert(place);
            let seconds = timeout.value;
            let message = format!(
                "nginx gives up after {wait} s, but {program} ({owner}) may work for {seconds} s: slow requests end in \
                 504 while the work goes on"
            );
            let help = format!("set `{directive} {}s;` in every such location", seconds + 10);
            let finding = sink.report(place, message).help(help);
            finding.related(limit.place, format!("{seconds} s here")).cause((limit.place, wait), "here as well");
            // Many write two minutes for safety; who writes more has requests that take so long.
            if seconds < wait.saturating_mul(3) || limit.of_work {
                finding.severity(Low);
            }
        }
        (Known::Absent, Some(usual)) if nginx.set().is_some() && wait >= 2 * usual => {
            seen.insert(place);
            let message = format!(
                "nginx waits {wait} s, but {program} ({owner}) kills a worker after {usual} s, its default: slow \
                 requests end in 502"
            );
            let help = format!("start {program} with `--timeout {wait}`");
            sink.report(place, message).help(help).related(limit.place, "no timeout is set here");
        }
        (Known::Unresolved { .. }, _) => sink.unknown(hop.span, format!("{program}'s timeout is not known")),
        _ => {}
    }
}
