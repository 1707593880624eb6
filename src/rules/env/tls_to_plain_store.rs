//! `env/tls-to-plain-store`

use crate::model::compose::{MountKind, Service};
use crate::model::env::Url;
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// An address asks for TLS, and the database behind it does not speak it.
    ///
    /// ## Why
    /// The official images of PostgreSQL, Redis, RabbitMQ and MongoDB speak no TLS unless they are given certificates. A program that
    /// insists on it cannot connect: `server does not support SSL, but SSL was required`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${DB_PASSWORD:?}@db:5432/shop?sslmode=require
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/tls-to-plain-store
    /// # | `DATABASE_URL` asks for TLS (`sslmode=require`), which service `db` does not speak: no connection is made
    /// # | help: leave `sslmode=require` out: both are in one network of Docker
    /// # >       DATABASE_URL: postgresql://shop:${DB_PASSWORD:?}@db:5432/shop
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: "${DB_PASSWORD:?}"}
    ///     volumes: [data:/var/lib/postgresql/data]
    /// volumes: {data: }
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${DB_PASSWORD:?}@db:5432/shop?sslmode=require
    ///   db:
    ///     image: postgres:17
    ///     command: postgres -c ssl=on -c ssl_cert_file=/certs/db.pem -c ssl_key_file=/certs/db.key
    ///     environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: "${DB_PASSWORD:?}"}
    ///     volumes: [data:/var/lib/postgresql/data]
    /// volumes: {data: }
    /// ```
    ///
    /// ## What it does not report
    /// Databases that are built here, or that get files or options of their own.
    "env/tls-to-plain-store" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/current/libpq-ssl.html"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    for address in env.addresses() {
        let [url] = &address.urls[..] else { continue };
        let (Some(asks), Some(port)) = (asks(url), url.target_port()) else { continue };
        for service in ctx.project.receivers(env, address.var.key.value) {
            let from = ctx.project.from_service(service);
            let behind = ctx.project.behind(&from, url.host, port);
            let [(store, _)] = behind[..] else { continue };
            if !is_plain(store) {
                continue;
            }
            let message = format!(
                "`{}` asks for TLS (`{asks}`), which {} does not speak: no connection is made",
                address.var.key.value,
                store.title()
            );
            let help = match url.scheme {
                "rediss" => "write `redis://`: both are in one network of Docker".to_owned(),
                "amqps" => "write `amqp://`: both are in one network of Docker".to_owned(),
                _ => format!("leave `{asks}` out: both are in one network of Docker"),
            };
            sink.report(address.var.part(url.range.clone()), message).help(help);
            break;
        }
    }
}

/// What in an address insists on TLS.
fn asks(url: &Url) -> Option<&'static str> {
    let told = |name: &str, value: &str| url.option(name).is_some_and(|own| own.eq_ignore_ascii_case(value));
    match (url.scheme, url.store()) {
        ("rediss", _) => Some("rediss://"),
        ("amqps", _) => Some("amqps://"),
        (_, Some("PostgreSQL")) if told("sslmode", "require") => Some("sslmode=require"),
        (_, Some("PostgreSQL")) if told("sslmode", "verify-full") => Some("sslmode=verify-full"),
        (_, Some("MongoDB")) if told("tls", "true") => Some("tls=true"),
        _ => None,
    }
}

/// Whether a service runs an official image as it comes: no options or files that may bring certificates.
fn is_plain(store: &Service) -> bool {
    const OFFICIAL: [&str; 5] = ["postgres", "redis", "valkey/valkey", "rabbitmq", "mongo"];
    let official = store.image.get().is_some_and(|image| OFFICIAL.contains(&image.name.as_str()));
    let speaks = |text: &str| ["ssl", "tls", ".conf", "cert"].iter().any(|word| text.to_lowercase().contains(word));
    let told = [&store.command, &store.entrypoint].into_iter().filter_map(|words| words.get()).flatten();
    let files = store.mounts.iter().filter(|mount| mount.kind == MountKind::Bind);
    official
        && store.build.is_none()
        && store.gap.is_none()
        && !told.into_iter().any(|word| speaks(word))
        && !store.environment.iter().any(|(name, _)| speaks(&name.value))
        && files.into_iter().all(|mount| {
            mount.target.get().is_some_and(|to| to.contains("docker-entrypoint-initdb.d") || to.contains("/data"))
        })
}
