//! `project/origin-refused`

use crate::model::compose::Service;
use crate::model::nginx::{Protocol, Server};
use crate::rules::prelude::*;

rule! {
    /// Django is not told that it is reached over https, and refuses every form.
    ///
    /// ## Why
    /// Since version 4 Django compares the `Origin` of each form that is sent with its own address. nginx ends TLS and speaks plain
    /// http with it, so its own address begins with `http://` and that of the browser with `https://`: `403 Forbidden, CSRF
    /// verification failed`, at the login first. gunicorn and uvicorn believe `X-Forwarded-Proto` from their own machine alone, and
    /// nginx in another container is none.
    ///
    /// ## Examples
    /// ```python bad file=shop/settings.py
    /// ALLOWED_HOSTS = ["shop.de"]
    /// MIDDLEWARE = [
    ///     "django.contrib.sessions.middleware.SessionMiddleware",
    ///     "django.middleware.csrf.CsrfViewMiddleware",
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/origin-refused
    /// # | Django in service `web` takes its own address for `http://`, and refuses every form that is sent over https:
    /// # | 403
    /// # | help: write `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")` into the settings, and see that
    /// # | nginx sends that header
    /// ]
    /// # > ]
    /// # > SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    /// ```
    /// ```python good file=shop/settings.py
    /// ALLOWED_HOSTS = ["shop.de"]
    /// SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    /// MIDDLEWARE = [
    ///     "django.contrib.sessions.middleware.SessionMiddleware",
    ///     "django.middleware.csrf.CsrfViewMiddleware",
    /// ]
    /// ```
    /// ```text both file=requirements.txt
    /// django==5.1.4
    /// gunicorn==23.0.0
    /// ```
    /// ```dockerfile both
    /// FROM python:3.12-slim
    /// WORKDIR /app
    /// COPY . .
    /// RUN pip install --no-cache-dir -r requirements.txt && useradd shop
    /// USER shop
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///   nginx:
    ///     image: nginx:1.28
    ///     ports: ["443:443"]
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro", "/etc/letsencrypt:/etc/letsencrypt:ro"]
    /// ```
    /// ```nginx both file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     add_header Strict-Transport-Security "max-age=31536000" always;
    ///     location / {
    ///         proxy_pass http://web:8000;
    ///         proxy_set_header Host $host;
    ///         proxy_set_header X-Forwarded-Proto $scheme;
    ///     }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Settings in several files or under a name that is not read, Django without sessions or before version 4, servers that are told
    /// whom to believe, and nginx on the machine of the program.
    "project/origin-refused" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#csrf-trusted-origins"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    if !server.listens.iter().any(|listen| listen.tls) {
        return sink.not_applicable();
    }
    for hop in ctx.project.hops(server) {
        let plain = hop.location.pass.as_ref().is_some_and(|pass| pass.protocol == Protocol::Http);
        if !plain || hop.is_loopback() {
            continue;
        }
        for (service, _) in ctx.project.reached(server.file, &hop) {
            let Some(place) = ctx.project.compares_origins(service).filter(|_| believes_nobody(service, ctx)) else {
                continue;
            };
            let message = format!(
                "Django in service `{}` takes its own address for `http://`, and refuses every form that is sent over https: 403",
                service.name.value
            );
            sink.report(place, message)
                .help("write `SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")` into the settings, and see that nginx sends that header")
                .related(hop.span, "nginx speaks plain http with it");
            return;
        }
    }
}

/// Whether the server of a service takes nobody's word for the scheme, beside that of its own machine.
fn believes_nobody(service: &Service, ctx: &Context) -> bool {
    let Some(process) = ctx.project.process(service) else { return false };
    let told = |word: &str| {
        let word = word.to_ascii_lowercase().replace('_', "-");
        word.contains("forwarded-allow-ips") || word.contains("secure-scheme") || word.contains("gunicorn-cmd-args")
    };
    let own = process.program().is_some_and(|program| matches!(program.server.name, "gunicorn" | "uvicorn"));
    let conf = ctx.project.gunicorn_of(service);
    own && service.network_mode.is_absent()
        && process.words().is_some_and(|words| !words.iter().any(|word| told(word)))
        && !ctx.project.environment_of(service).iter().any(|name| told(name))
        && !conf.is_some_and(|conf| conf.settings.iter().any(|(name, _)| told(&name.value)))
}
