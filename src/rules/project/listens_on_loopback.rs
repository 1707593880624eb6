//! `project/listens-on-loopback`

use crate::model::{Host, Kind};
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// A program in a container listens where only the container itself can reach it.
    ///
    /// ## Why
    /// Each container has a loopback address of its own. gunicorn, uvicorn, Flask and Vite listen there unless told otherwise. Its
    /// health check is green, and everybody else gets `connection refused`: nginx answers 502, a published port resets.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop:app
    /// #            ^^^^^^^^^^^^^^^^^ project/listens-on-loopback
    /// # | `gunicorn` in service `web` listens on 127.0.0.1 unless told otherwise: only its own container reaches it
    /// # | help: add `--bind 0.0.0.0:8000`
    /// # >     command: gunicorn --bind 0.0.0.0:8000 shop:app
    ///     expose: ["8000"]
    ///   api:
    ///     build: .
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```dockerfile bad file=Dockerfile
    /// FROM vendor/python:3
    /// CMD ["uvicorn", "shop:app", "--host", "localhost"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/listens-on-loopback
    /// # > CMD ["uvicorn", "shop:app", "--host", "0.0.0.0"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn --bind 0.0.0.0:8000 shop:app
    ///     expose: ["8000"]
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:app
    ///     environment: {UVICORN_HOST: 0.0.0.0}
    ///     ports: ["127.0.0.1:8000:8000"]
    ///   alone:
    ///     image: shop:1
    ///     command: flask run
    ///   host:
    ///     image: shop:1
    ///     network_mode: host
    ///     command: flask run
    ///     expose: ["5000"]
    /// ```
    /// ### A file says so
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: ghcr.io/acme/shop:1.4
    ///     environment:
    ///       REDIS_URL: redis://cache:6379/0
    ///   cache:
    ///     image: redis:7.4
    ///     command: redis-server /usr/local/etc/redis/redis.conf
    ///     volumes:
    ///       - ./redis.conf:/usr/local/etc/redis/redis.conf:ro
    /// ```
    /// ```redis bad file=redis.conf
    /// bind 127.0.0.1 -::1
    /// #    ^^^^^^^^^^^^^^ project/listens-on-loopback
    /// # | `redis-server` in service `cache` listens on 127.0.0.1: only its own container reaches it
    /// # | help: write `bind * -::*`
    /// # > bind * -::*
    /// appendonly yes
    /// ```
    ///
    /// ## What it does not report
    /// Servers whose address comes from a variable or a configuration file that is not read, and those that nobody is meant to reach.
    "project/listens-on-loopback" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.gunicorn.org/en/stable/settings.html#bind",
            "https://www.uvicorn.org/settings/#socket-binding",
        ],
        check: Check::Process(check),
    }
}

fn check(process: &Process, context: &Context, sink: &mut Sink) {
    let (Some(service), Some(program)) = (process.service(), process.program()) else { return sink.not_applicable() };
    let Some(address) = program.address.get().filter(|address| Host::is_loopback(address)) else { return };
    if service.gap.is_some() || !program.also.is_empty() || !context.project.has_own_network(service) {
        return;
    }
    let port = program.listens_on();
    let named = |port: u16| {
        let exposed = service.expose.iter().any(|own| own.value.split(['/', '-']).next() == Some(&port.to_string()));
        exposed || service.ports.iter().any(|own| own.target.get().is_some_and(|(a, b)| (*a..=*b).contains(&port)))
    };
    // Nobody starts a data store beside other services for itself.
    let set = context.project.compose().get(service.id.composition);
    let is_store = service.store().is_some() && set.is_some_and(|set| set.services.len() > 1);
    if !port.is_some_and(named) && !is_store && !context.project.is_behind_proxy(service) {
        return;
    }
    let (name, server) = (&service.name.value, program.server.name);
    let told = if program.address.is_usual() { " unless told otherwise" } else { "" };
    let message =
        format!("`{server}` in service `{name}` listens on {address}{told}: only its own container reaches it");
    if let Some(file) = context.project.settings_of(service)
        && let Some((key, value)) = match file.kind {
            Kind::Postgres => Some(("listen_addresses", "listen_addresses = '*'")),
            Kind::Redis => Some(("bind", "bind * -::*")),
            _ => None,
        }
    {
        let written = file.get(key);
        let help = match written {
            Some(_) => format!("write `{value}`"),
            None => format!("add `{value}` to `{}`: without it the program listens on nothing else", file.path),
        };
        let place = written.map_or(process.line(), |written| written.span);
        sink.report(place, message).help(help).related(service.name.span, "this service is to be reached by others");
        return;
    }
    let option = program.server.open.replace("PORT", &port.unwrap_or(8000).to_string());
    let finding = sink.report(process.line(), message).help(match program.address.is_usual() {
        // A data store listens everywhere unless it is told where.
        _ if option.is_empty() => "write `0.0.0.0` in place of that address".to_owned(),
        true => format!("add `{option}`"),
        false => format!("add `{option}`, in place of the address that is written"),
    });
    if process.line() != service.name.span {
        finding.related(service.name.span, "this service is to be reached by others");
    }
}
