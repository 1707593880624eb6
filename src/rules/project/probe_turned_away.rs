//! `project/probe-turned-away`

use crate::model::env::urls;
use crate::project::Probe;
use crate::rules::prelude::*;

rule! {
    /// A health check asks its nginx for a path that nginx turns away.
    ///
    /// ## Why
    /// The check comes from the machine itself and names it `localhost`: the server that is the default for strangers answers, often
    /// with 444 or 403, or the whole site wants a password. `curl -f` and `wget` take that for a failure. The container is
    /// unhealthy for ever, and what waits for it is not started.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.27
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost/healthz"]
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-turned-away
    /// # | nginx wants a password and answers with 401 when the health check of service `proxy` asks for `/healthz`: it
    /// # | fails every time
    /// # | help: give the check a location of its own: `location = /healthz { access_log off; return 204; }`
    /// ```
    /// ```nginx bad file=shop.conf
    /// server {
    ///   listen 80;
    ///   server_name stage.kleinladen.de;
    ///   auth_basic "Stage";
    /// # >   auth_basic "Stage";
    /// # >   location = /healthz { access_log off; return 204; }
    ///   auth_basic_user_file /etc/nginx/htpasswd;
    ///   location / { root /srv/shop; }
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.27
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost/healthz"]
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///   listen 80;
    ///   server_name stage.kleinladen.de;
    ///   auth_basic "Stage";
    ///   auth_basic_user_file /etc/nginx/htpasswd;
    ///   location = /healthz { auth_basic off; access_log off; return 204; }
    ///   location / { root /srv/shop; }
    /// }
    /// ```
    /// ### The server for strangers
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.27
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     healthcheck:
    ///       test: curl -fsS http://127.0.0.1/ || exit 1
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-turned-away
    /// # | nginx closes the connection when the health check of service `proxy` asks for `/`: it fails every time
    /// # | help: name a host that the site has: `-H "Host:NAME"`
    /// # >       test: curl -fsS -H "Host:shop.kleinladen.de" http://127.0.0.1/ || exit 1
    /// ```
    /// ```nginx bad file=shop.conf
    /// server {
    ///   listen 80 default_server;
    ///   return 444;
    /// }
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de;
    ///   location / { root /srv/shop; }
    /// }
    /// ```
    /// ### An error page that says another status
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.27
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     healthcheck:
    ///       test: curl -fsS http://127.0.0.1/ || exit 1
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///   listen 80;
    ///   error_page 404 =200 /index.html;
    ///   location = / { return 404; }
    ///   location / { root /srv/shop; }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Redirects: that nginx sends one shows that it is alive. Addresses with an `allow` beside the `deny`. Limits of requests: a
    /// check comes too seldom to meet them.
    "project/probe-turned-away" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/request_processing.html", "https://docs.docker.com/reference/dockerfile/#healthcheck"],
        check: Check::Probe(check),
    }
}

fn check(probe: &Probe, ctx: &Context, sink: &mut Sink) {
    let (Some(service), Some((text, at))) = (probe.service, probe.command()) else { return sink.not_applicable() };
    let found = urls(&text);
    let [url] = &found[..] else { return sink.not_applicable() };
    // What looks at no status fails only when there is no answer at all; one with a header may name another host.
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let fails = text.contains("wget") || super::curl_fails(words.iter().copied());
    let other =
        words.iter().any(|word| word.starts_with("-H") || word.starts_with("--header") || word.starts_with("-u"));
    let Some(away) = ctx.project.turns_away(service, url).filter(|_| fails && !other) else { return };
    let path = if url.path.is_empty() { "/" } else { url.path };
    let name = &service.name.value;
    let how = &away.how;
    let message =
        format!("nginx {how} when the health check of service `{name}` asks for `{path}`: it fails every time");
    let finding = sink.report(at, message);
    finding.related(away.by, "this turns it away");
    finding.help(match path {
        "/" => "name a host that the site has: `-H \"Host:NAME\"`".to_owned(),
        path => format!("give the check a location of its own: `location = {path} {{ access_log off; return 204; }}`"),
    });
    super::tell_who_waits(ctx.project, service, finding);
}
