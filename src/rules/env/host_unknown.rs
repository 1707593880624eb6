//! `env/host-unknown`

use crate::model::compose::{Service, is_of_store};
use crate::model::env::{Url, broken_login};
use crate::project::{
    DESKTOP_HOST, Inside, Machine, Nowhere, Reach, Variables, baked_by, is_service_name, lacks_desktop_host,
};
use crate::rules::nowhere::cure;
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::near::distance;

rule! {
    /// A program is given the address of a service that it cannot reach.
    ///
    /// ## Why
    /// In the network of Compose a service is reached by its name, and by the port its program listens on. With another name the
    /// program says `could not translate host name "postgres" to address` or `getaddrinfo ENOTFOUND`, with another port
    /// `connection refused`, and two services without a network in common do not see each other at all.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop@postgres:5432/shop
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/host-unknown
    /// # | `DATABASE_URL` names `postgres`, and no service is called that: service `api` does not find it
    /// # | help: write `db` in place of `postgres`, the service by its name
    /// # >       DATABASE_URL: postgresql://shop@db:5432/shop
    ///       REDIS_HOST: redis
    /// #                 ^^^^^ env/host-unknown
    /// # >       REDIS_HOST: cache
    ///       SEARCH_URL: http://search:9000/
    /// #                 ^^^^^^^^^^^^^^^^^^ env/host-unknown
    /// # >       SEARCH_URL: http://search:8000/
    ///   db:
    ///     image: postgres:17
    /// # >     image: postgres:17
    /// # >     environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///   cache:
    ///     image: redis:7.4
    ///   search:
    ///     image: shop/search:1
    ///     command: uvicorn search:app --host 0.0.0.0 --port 8000
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop@db:5432/shop
    ///       REDIS_HOST: cache
    ///       SEARCH_URL: http://search:8000/
    ///       MAIL_URL: smtp://mail:25
    ///     extra_hosts: ["mail:10.0.0.5"]
    ///   db:
    ///     image: postgres:17
    ///   cache:
    ///     image: redis:7.4
    ///   search:
    ///     image: shop/search:1
    ///     command: uvicorn search:app --host 0.0.0.0 --port 8000
    /// ```
    ///
    /// ### A host and a port
    /// ```compose bad
    /// services:
    ///   grafana:
    ///     image: grafana/grafana:11.4.0
    ///     environment:
    ///       GF_DATABASE_HOST: postgres:5432
    /// #                       ^^^^^^^^^^^^^ env/host-unknown
    /// # | `GF_DATABASE_HOST` names `postgres`, and no service is called that: service `grafana` does not find it
    /// # | help: write `db` in place of `postgres`, the service by its name
    /// # >       GF_DATABASE_HOST: db:5432
    ///   db:
    ///     image: postgres:17
    /// # >     image: postgres:17
    /// # >     environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD_FILE: /run/secrets/db}
    /// ```
    /// ```compose good
    /// services:
    ///   grafana:
    ///     image: grafana/grafana:11.4.0
    ///     environment:
    ///       GF_DATABASE_HOST: db:5432
    ///       GF_SMTP_HOST: smtp.gruenwald.de:587
    ///       OTEL_HOST: localhost:4317
    ///   db:
    ///     image: postgres:17
    /// ```
    ///
    /// ### Networks
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop@db/shop
    /// #                   ^^^^^^^^^^^^^^^^^^^^ env/host-unknown
    /// # | `DATABASE_URL` names service `db`, but service `api` has no network in common with it
    /// # | help: add `data` to the `networks:` of service `api`
    ///     networks: [web]
    /// # >     networks: [web, data]
    ///   db:
    ///     image: postgres:17
    ///     networks: [data]
    /// networks: {web: {}, data: {}}
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop@db/shop
    ///     networks: [web, data]
    ///   db:
    ///     image: postgres:17
    ///     networks: [data]
    /// networks: {web: {}, data: {}}
    /// ```
    ///
    /// ### A port of the host
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${DB_PASSWORD:?}@db:5433/shop
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/host-unknown
    /// # | `DATABASE_URL` leads to port 5433 of service `db`, where nothing listens inside the network (5433 is its
    /// # | port on the host)
    /// # | help: write `db:5432`
    /// # >       DATABASE_URL: postgresql://shop:${DB_PASSWORD:?}@db:5432/shop
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: "${DB_PASSWORD:?}"}
    ///     ports: ["127.0.0.1:5433:5432"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${DB_PASSWORD:?}@db:${DB_PORT}/shop
    ///       CACHE_URL: redis://${CACHE_HOST}:6379
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: "${DB_PASSWORD:?}"}
    ///     ports: ["127.0.0.1:5433:5432"]
    /// ```
    ///
    /// ### The host, as Docker Desktop calls it
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop@host.docker.internal:5432/shop
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/host-unknown
    /// # | only Docker Desktop knows `host.docker.internal`: on a Linux server service `api` does not find it
    /// # | help: add `extra_hosts: ["host.docker.internal:host-gateway"]` to service `api`
    /// # >       DATABASE_URL: postgresql://shop@host.docker.internal:5432/shop
    /// # >     extra_hosts: ["host.docker.internal:host-gateway"]
    /// ```
    ///
    /// ## What it does not report
    /// Names with a dot and addresses (they are outside), services that join networks of other projects, names that
    /// another Compose file of the same folder has, services whose ports nothing tells. `localhost` is `env/localhost-url`.
    "env/host-unknown" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/networking/"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    if env.services.is_empty() {
        return sink.not_applicable();
    }
    for address in env.addresses() {
        // A list may have a name for each environment.
        let [url] = &address.urls[..] else { continue };
        // Cut at the wrong place it has another host.
        if broken_login(address.value.value).is_some() {
            continue;
        }
        if url.host == DESKTOP_HOST {
            let whole = address.var.part(url.range.clone());
            of_desktop(env, (address.var.key.value, whole), url.store().is_some(), ctx, sink);
        }
        if is_service_name(url.host) && plain(url.host) && url.target_port().is_some() {
            let whole = address.var.part(url.range.clone());
            judge(env, (address.var.key.value, whole), url.host, url.target_port(), Some(url), ctx, sink);
        }
    }
    for (key, value) in env.iter() {
        let name = key.value.to_ascii_uppercase();
        let Some((first, last)) =
            name.split_once('_').map(|(first, rest)| (first, rest.rsplit('_').next().unwrap_or(rest)))
        else {
            continue;
        };
        let (host, port) = with_port(value.value.trim());
        let names_a_host = match last {
            "HOST" | "HOSTNAME" => port.is_some() || is_of_store(first),
            // `MYSQL_CHARACTER_SET_SERVER` is a variable of the server, `character_set_server`.
            "SERVER" => port.is_some() || is_of_store(first) && name.matches('_').count() == 1,
            "HOSTS" | "SERVERS" | "ADDR" | "ADDRESS" | "BROKER" | "BROKERS" | "ENDPOINT" => port.is_some(),
            _ => false,
        };
        if host == DESKTOP_HOST && matches!(last, "HOST" | "HOSTNAME" | "SERVER") {
            of_desktop(env, (key.value, value.span), is_of_store(first), ctx, sink);
        }
        if names_a_host && !name.contains("ROOT") && plain(host) && is_service_name(host) {
            judge(env, (key.value, value.span), host, port, None, ctx, sink);
        }
    }
}

/// `db:5432`, or a host alone.
fn with_port(value: &str) -> (&str, Option<u16>) {
    let cut = value.split_once(':').and_then(|(host, port)| Some((host, Some(port.parse().ok()?))));
    cut.unwrap_or((value, None))
}

/// A name that a service could have.
fn plain(host: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    host.chars().all(fits) && host.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn judge(
    env: &Variables,
    (name, place): (&str, Span),
    host: &str,
    port: Option<u16>,
    url: Option<&Url>,
    ctx: &Context,
    sink: &mut Sink,
) {
    let mut found: Option<(&Service, Inside, Option<Span>)> = None;
    for service in ctx.project.receivers(env, name) {
        let from = ctx.project.from_service(service);
        let Answer::Yes(Machine::Container(_)) = from.machine else { return };
        match ctx.project.reach(&from, host, port, false) {
            // Who loads a file does not use all of it: one that gets there is enough.
            Reach::Somewhere | Reach::Unclaimed | Reach::Nowhere(Nowhere::OnHost(_), _) => return,
            // The service is there; that its port is not known is nothing new.
            Reach::Unknown(_) if from.deployment.iter().any(|set| set.service(host).is_some()) => return,
            Reach::Unknown(why) => return sink.unknown(place, why),
            Reach::Nowhere(Nowhere::Inside(inside), at) => {
                found.get_or_insert((service, inside, at));
            }
        }
    }
    let Some((service, inside, at)) = found else { return };
    let own = &service.name.value;
    let set = ctx.project.compose().get(service.id.composition);
    let missing = matches!(inside, Inside::NoSuchName { .. });
    let mut meant = None;
    let cure = cure(&inside, own, port).unwrap_or_default();
    let (message, help, label) = match inside {
        Inside::NoSuchName { names, .. } => {
            let store = url.and_then(|url| url.store());
            let fits = |other: &&Service| {
                let kind = other.store().map(|kind| kind.name);
                let close = distance(other.name.value.as_bytes(), host.as_bytes()) <= usize::from(host.len() > 3);
                close
                    || kind.is_some()
                        && (kind == store
                            || kind.is_some_and(|kind| named_after(name, kind) || named_after(host, kind)))
            };
            meant = set.and_then(|set| set.services.iter().find(fits));
            let help = match (meant, &names[..]) {
                (Some(meant), _) => {
                    format!("write `{}` in place of `{host}`, the service by its name", meant.name.value)
                }
                (None, []) => format!("add the service `{host}`"),
                (None, many) => format!("name a service (`{}`), or add the service `{host}`", many.join("`, `")),
            };
            (
                format!("`{name}` names `{host}`, and no service is called that: service `{own}` does not find it"),
                help,
                "this service gets it",
            )
        }
        Inside::NoSharedNetwork { service: other, .. } => (
            format!("`{name}` names service `{other}`, but service `{own}` has no network in common with it"),
            cure,
            "this service is meant",
        ),
        Inside::OnHostNetwork { service: other } => (
            format!(
                "`{name}` names service `{other}`, which uses the network of the host: service `{own}` does not find it"
            ),
            cure,
            "it has no name in the container network",
        ),
        Inside::OtherPort { service: other, inside, published } => {
            let why = match published {
                true => format!("{} is its port on the host", port.unwrap_or_default()),
                false => format!("its program listens on {inside}"),
            };
            (
                format!(
                    "`{name}` leads to port {} of service `{other}`, where nothing listens inside the network ({why})",
                    port.unwrap_or_default()
                ),
                cure,
                "here its port is told",
            )
        }
        Inside::OwnContainer { .. } => return,
    };
    let finding = sink.report(place, message).help(help);
    if let Some(at) = at {
        finding.related(at, label);
    }
    // Nobody is there who could be meant: the host's own DNS may know the name, or the program has no use for it.
    if missing && meant.is_none() {
        finding.severity(Low);
    }
}

/// The host by its name in Docker Desktop.
fn of_desktop(env: &Variables, (name, place): (&str, Span), store: bool, ctx: &Context, sink: &mut Sink) {
    // Browsers ask that, and lists of origins lead nowhere.
    if baked_by(name).is_some() || name.contains("ORIGIN") || name.contains("CORS") {
        return;
    }
    let receivers: Vec<&Service> = ctx.project.receivers(env, name).filter(|_| !env.is_of_build()).collect();
    let Some(service) = receivers.first().filter(|_| receivers.iter().all(|own| lacks_desktop_host(own))) else {
        return;
    };
    let own = &service.name.value;
    let message =
        format!("only Docker Desktop knows `{DESKTOP_HOST}`: on a Linux server service `{own}` does not find it");
    let finding = sink.report(place, message);
    finding.help(format!("add `extra_hosts: [\"{DESKTOP_HOST}:host-gateway\"]` to service `{own}`"));
    finding.related(service.name.span, "this service gets it").cause((place.file, own), "here as well");
    // A program may do without what is no data store.
    if !store {
        finding.severity(Medium);
    }
}

/// Whether a variable or a host is named after a data store: `REDIS_HOST`, `POSTGRES_SERVER`, `postgres`.
fn named_after(variable: &str, store: &str) -> bool {
    let first = variable.split('_').next().unwrap_or(variable).to_ascii_lowercase();
    let store = store.to_ascii_lowercase();
    first.len() > 1 && (store.starts_with(&first) || first.starts_with(&store))
        || matches!(first.as_str(), "db" | "database" | "sql" | "pg") && store.contains("sql")
}
