//! `project/listens-on-loopback`

use crate::model::compose::Service;
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
    ///     expose: ["8000"]
    ///   api:
    ///     build: .
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```dockerfile bad file=Dockerfile
    /// FROM vendor/python:3
    /// CMD ["uvicorn", "shop:app", "--host", "localhost"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/listens-on-loopback
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
    ///
    /// ## What it does not report
    /// Servers whose address comes from a variable or a configuration file, and those that nobody is meant to reach.
    "project/listens-on-loopback" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.gunicorn.org/en/stable/settings.html#bind",
            "https://www.uvicorn.org/settings/#socket-binding",
        ],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(server) = context.project.on_loopback(service) else { return };
    let named = |port: u16| {
        let exposed = service.expose.iter().any(|own| own.value.split(['/', '-']).next() == Some(&port.to_string()));
        exposed || service.ports.iter().any(|own| own.target.get().is_some_and(|(a, b)| (*a..=*b).contains(&port)))
    };
    let behind = || {
        let servers = context.project.servers();
        servers.flat_map(|server| context.project.services_behind(server)).any(|other| other.id == service.id)
    };
    if !server.port.is_some_and(named) && !behind() {
        return;
    }
    let name = &service.name.value;
    let address = server.address.as_deref().unwrap_or("127.0.0.1");
    let message = match server.bound {
        true => {
            format!("`{}` in service `{name}` listens on {address}: only its own container reaches it", server.program)
        }
        false => format!(
            "`{}` in service `{name}` listens on {address} unless told otherwise: only its own container reaches it",
            server.program
        ),
    };
    let port = server.port.unwrap_or(8000);
    let option = match server.program {
        "gunicorn" | "hypercorn" => format!("--bind 0.0.0.0:{port}"),
        "daphne" => "-b 0.0.0.0".to_owned(),
        _ => "--host 0.0.0.0".to_owned(),
    };
    let place = context.project.start_line(service);
    let finding = sink.report(place, message).help(format!("add `{option}`, in place of the address that is written"));
    if !server.bound {
        finding.help(format!("add `{option}`"));
    }
    if place != service.name.span {
        finding.related(service.name.span, "this service is to be reached by others");
    }
}
