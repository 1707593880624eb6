//! `project/probe-sent-to-https`

use crate::model::Host;
use crate::model::env::urls;
use crate::project::Probe;
use crate::rules::prelude::*;

rule! {
    /// Django sends a health check to https, where its server does not speak TLS.
    ///
    /// ## Why
    /// With `SECURE_SSL_REDIRECT` Django answers each request that came without TLS with a redirect to `https://` and the same host.
    /// `wget` and Python's `urlopen` follow it and ask gunicorn for TLS, which it does not speak on that port. The container
    /// is unhealthy for ever, and what waits for it is not started. `curl` without `-L` takes the redirect for an answer.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       DEBUG: "false"
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:8000/health"]
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-sent-to-https
    /// # | Django in service `web` sends its health check on to https, which nothing speaks on port 8000: it fails
    /// # | every time
    /// # | help: take its path out: `SECURE_REDIRECT_EXEMPT = [r"^health$"]` in the settings, or let the check say that
    /// # | it came by https
    /// # >       test: ["CMD", "wget", "-q", "--spider", "--header=X-Forwarded-Proto:https", "http://127.0.0.1:8000/health"]
    ///   pages:
    ///     image: example/pages:1
    ///     depends_on: {web: {condition: service_healthy}}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       DEBUG: "false"
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "--spider", "--header=X-Forwarded-Proto:https", "http://127.0.0.1:8000/health"]
    ///   trial:
    ///     build: .
    ///     environment:
    ///       DEBUG: "true"
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:8000/health"]
    /// ```
    /// ```dockerfile both
    /// FROM python:3.13
    /// WORKDIR /app
    /// COPY . .
    /// RUN pip install --no-cache-dir -r requirements.txt
    /// USER www-data
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    /// ```
    /// ```settings both file=shop/settings.py
    /// import os
    /// DEBUG = env_bool("DEBUG", False)
    /// SECURE_SSL_REDIRECT = env_bool("SHOP_SSL_REDIRECT", not DEBUG)
    /// MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
    /// ```
    /// ```text both file=requirements.txt
    /// django==5.2
    /// gunicorn==23.0.0
    /// ```
    /// ```text both file=shop/wsgi.py
    /// application = None
    /// ```
    ///
    /// ## What it does not report
    /// Settings with `SECURE_REDIRECT_EXEMPT` or a middleware of their own for health checks, and checks that send a header.
    "project/probe-sent-to-https" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#secure-ssl-redirect"],
        check: Check::Probe(check),
    }
}

fn check(probe: &Probe, ctx: &Context, sink: &mut Sink) {
    let (Some(service), Some((text, at))) = (probe.service, probe.command()) else { return sink.not_applicable() };
    let found = urls(&text);
    let [url] = &found[..] else { return sink.not_applicable() };
    let follows = ["wget", "urlopen(", "requests.get("].iter().any(|word| text.contains(word));
    let other = text.contains("-H") || text.contains("eader") || text.contains("max-redirect");
    let never = ["except", "exit 0", "|| true", "|| :", "HTTPError"].iter().any(|word| text.contains(word));
    let own = || url.target_port().is_some_and(|port| ctx.project.sockets(service).may_answer(port));
    if url.scheme != "http" || !Host::is_loopback(url.host) || !follows || other || never || !own() {
        return;
    }
    let Some(place) = ctx.project.sends_to_https(service) else { return };
    let message = format!(
        "Django in service `{}` sends its health check on to https, which nothing speaks on port {}: it fails every time",
        service.name.value,
        url.target_port().unwrap_or(80),
    );
    let finding = sink.report(at, message);
    finding.related(place, "https is demanded here");
    finding.help("take its path out: `SECURE_REDIRECT_EXEMPT = [r\"^health$\"]` in the settings, or let the check say that it came by https");
    super::tell_who_waits(ctx.project, service, finding);
}
