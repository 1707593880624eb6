//! `env/localhost-url`

use crate::model::Host;
use crate::model::compose::Service;
use crate::model::env::{Address, EnvFacts, Url};
use crate::rules::prelude::*;
use crate::secret::client_prefix;

rule! {
    /// An address that others must reach points to the machine itself.
    ///
    /// ## Why
    /// In a browser `localhost` is the visitor's machine; in a container it is the container. Links in mails, log-ins and
    /// requests from pages then go nowhere, and a container does not find its database.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// NEXTAUTH_URL=http://localhost:3000
    /// #            ^^^^^^^^^^^^^^^^^^^^^ env/localhost-url
    /// # | `NEXTAUTH_URL` points to the visitor's own machine, not to this server
    /// # | help: put the public address here, with https://
    /// NEXT_PUBLIC_API_URL="http://127.0.0.1:8000/api"
    /// #                    ^^^^^^^^^^^^^^^^^^^^^ env/localhost-url
    /// ```
    /// ```env good file=.env.prod
    /// NEXTAUTH_URL=https://shop.de
    /// DATABASE_URL=postgresql://app:${PASSWORD}@localhost/app
    /// DATABASE_URL_REPLICA=postgresql://localhost/app
    /// HEALTHCHECK_URL=http://localhost:3000/health
    /// ```
    ///
    /// ### In a container
    /// ```env bad file=api.env
    /// REDIS_URL=redis://localhost:6379/0
    /// #         ^^^^^^^^^^^^^^^^^^^^^^ env/localhost-url
    /// # | `REDIS_URL` points to the container of service `api` itself, where nothing of the kind runs
    /// # | help: use the name of the service that answers there in place of `localhost`
    /// ```
    /// ```yaml both file=compose.yaml
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     env_file: api.env
    ///     expose: ["8000"]
    /// ```
    /// ```env good file=api.env
    /// REDIS_URL=redis://redis:6379/0
    /// SELF_URL=http://localhost:8000/tasks
    /// ```
    ///
    /// ## What it does not report
    /// Connections of a program that runs on the machine itself, health checks, addresses to bind to.
    "env/localhost-url" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Env(check),
    }
}

/// Names of addresses that browsers, mails and other servers get to see.
fn is_public_name(key: &str) -> bool {
    const ENDS: [&str; 20] = [
        "APP_URL",
        "SITE_URL",
        "BASE_URL",
        "PUBLIC_URL",
        "FRONTEND_URL",
        "NEXTAUTH_URL",
        "AUTH_URL",
        "ROOT_URL",
        "WEBSITE_URL",
        "CALLBACK_URL",
        "REDIRECT_URL",
        "REDIRECT_URI",
        "WEBHOOK_URL",
        "CANONICAL_URL",
        "ALLOWED_ORIGINS",
        "CORS_ORIGINS",
        "CORS_ORIGIN",
        "TRUSTED_ORIGINS",
        "WEB_URL",
        "SERVER_URL",
    ];
    client_prefix(key).is_some()
        || ENDS.iter().any(|end| key.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
        || key.contains("CORS")
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let services = ctx.project.services();
    let container = services.filter(|service| ctx.project.look(1 + service.env_files.len())).find(|service| {
        // Another container's network has its own services on `localhost`.
        let shared = |mode: &String| mode == "host" || mode.starts_with("service:") || mode.starts_with("container:");
        let alone = !service.network_mode.get().is_some_and(shared) && !service.network_mode.is_unresolved();
        alone && service.env_files.iter().any(|file| file.path.get() == Some(&env.path))
    });
    for Address { var, urls, .. } in env.addresses() {
        let Some(url) = urls.iter().find(|url| Host::of(url.host) == Host::Loopback) else { continue };
        let key = var.key.value.to_ascii_uppercase();
        if ["HEALTH", "PROBE", "BIND", "LISTEN", "PROXY", "INTERNAL"].iter().any(|part| key.contains(part)) {
            continue;
        }
        let public = is_public_name(&key);
        let elsewhere = urls.iter().any(|url| Host::of(url.host) != Host::Loopback);
        let name = &var.key.value;
        let place = var.part(url.range.clone());
        if public {
            let finding =
                sink.report(place, format!("`{name}` points to the visitor's own machine, not to this server"));
            finding.help("put the public address here, with https://");
            if elsewhere {
                // A list that has real addresses, too: nothing breaks, but pages on any visitor's machine are let in.
                finding.severity(Low).effect(Weakens);
            }
        } else if let Some(container) = container {
            // The program may well call itself.
            if url.port.parse().is_ok_and(|port| ctx.project.listeners(container).has(port)) {
                continue;
            }
            let service = &container.name;
            sink.report(
                place,
                format!(
                    "`{name}` points to the container of service `{}` itself, where nothing of the kind runs",
                    service.value
                ),
            )
            .help(match (url.scheme, answering(url, container, ctx)) {
                (_, Some(answer)) => format!("write `{answer}` in place of `{}`, the service by its name", at(url)),
                ("http" | "https", None) => {
                    "use the name of the service that answers there; if browsers open it, the public address".to_owned()
                }
                _ => format!("use the name of the service that answers there in place of `{}`", url.host),
            })
            .related(service.span, "this service reads the file");
        }
    }
}

/// Host and port as they are written.
fn at(url: &Url) -> String {
    if url.port.is_empty() { url.host.to_owned() } else { format!("{}:{}", url.host, url.port) }
}

/// The neighbour that listens on the port of an address, if it is the only one.
fn answering(url: &Url, service: &Service, ctx: &Context) -> Option<String> {
    let port: u16 = match url.scheme.split('+').next() {
        _ if !url.port.is_empty() => url.port.parse().ok()?,
        Some("postgres" | "postgresql") => 5432,
        Some("mysql" | "mariadb") => 3306,
        Some("redis" | "rediss") => 6379,
        Some("mongodb") => 27017,
        Some("amqp") => 5672,
        _ => return None,
    };
    let set = ctx.project.compose.get(service.id.composition)?;
    let mut found = set
        .services
        .iter()
        .filter(|other| other.id != service.id && ctx.project.look(1) && ctx.project.listeners(other).has(port));
    let only = found.next().filter(|_| found.next().is_none())?;
    Some(format!("{}:{port}", only.name.value))
}
