//! `project/probe-host-refused`

use crate::model::Host;
use crate::model::env::urls;
use crate::project::{Probe, allows_host};
use crate::rules::prelude::*;

rule! {
    /// A health check names a host that Django does not answer to.
    ///
    /// ## Why
    /// Django compares the `Host` of every request with `ALLOWED_HOSTS`, also that of `http://localhost:8000/health`. Where only the
    /// domain stands in that list, the check is answered with 400 (`Invalid HTTP_HOST header`), which `curl -f` and `wget` take for a
    /// failure: the container is unhealthy for ever.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       ALLOWED_HOSTS: shop.de
    /// # >       ALLOWED_HOSTS: shop.de,localhost
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-host-refused
    /// # | Django in service `web` does not answer to `localhost`, which its health check asks for: 400, and it fails
    /// # | every time
    /// # | help: add `localhost` to the list, or let the check send the name of the site as `Host`
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       ALLOWED_HOSTS: shop.de
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "-H", "Host: shop.de", "http://localhost:8000/health"]
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
    /// ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
    /// MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
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
    /// Lists to which the settings add more, and programs with a middleware of their own for health checks.
    "project/probe-host-refused" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts"],
        check: Check::Probe(check),
    }
}

fn check(probe: &Probe, ctx: &Context, sink: &mut Sink) {
    let (Some(service), Some((text, at))) = (probe.service, probe.command()) else { return sink.not_applicable() };
    let found = urls(&text);
    let [url] = &found[..] else { return sink.not_applicable() };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let fails = text.contains("wget")
        || text.contains("urlopen(")
        || text.contains("curl") && super::curl_fails(words.iter().copied());
    let other = text.contains("-H") || text.contains("eader");
    let never = ["except", "exit 0", "|| true", "|| :", "HTTPError"].iter().any(|word| text.contains(word));
    let own = || ctx.project.sockets(service).certain.iter().any(|socket| Some(socket.port) == url.target_port());
    if !Host::is_loopback(url.host) || !fails || other || never || !own() {
        return;
    }
    let Some((list, place)) = ctx.project.compared_hosts(service) else { return };
    if list.iter().any(|entry| allows_host(entry, url.host)) {
        return;
    }
    let name = &service.name.value;
    let message = format!(
        "Django in service `{name}` does not answer to `{}`, which its health check asks for: 400, and it fails every time",
        url.host
    );
    let finding = sink.report(at, message);
    finding.related(place, "it answers to these names");
    finding.help(format!("add `{}` to the list, or let the check send the name of the site as `Host`", url.host));
    super::tell_who_waits(ctx.project, service, finding);
}
