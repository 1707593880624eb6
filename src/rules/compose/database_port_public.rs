//! `compose/database-port-public`

use crate::model::compose::{Port, Service};
use crate::model::image::Store;
use crate::rules::emptied;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};

rule! {
    /// A database whose port is open to everybody.
    ///
    /// ## Why
    /// A port without an address is opened on all interfaces. Docker's packet rules run before those of ufw and
    /// firewalld, so a firewall that denies the port does not help. Databases on the internet are found within hours.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     ports:
    ///       - "5432:5432"
    /// #        ^^^^^^^^^ compose/database-port-public
    /// # | service `db` opens PostgreSQL on port 5432 of every network interface; ufw and firewalld do not stop it,
    /// # | Docker's rules run first
    /// # | help: remove the mapping, or bind it to the host itself: `127.0.0.1:5432:5432`
    /// # >       - "127.0.0.1:5432:5432"
    ///   cache:
    ///     image: bitnami/redis:7.4
    ///     ports: ["0.0.0.0:6380:6379"]
    /// #            ^^^^^^^^^^^^^^^^^ compose/database-port-public
    /// # | service `cache` opens Redis on port 6380 of every network interface; ufw and firewalld do not stop it,
    /// # | Docker's rules run first
    /// # | help: remove the mapping, or bind it to the host itself: `127.0.0.1:6380:6379`
    /// # >     ports: ["127.0.0.1:6380:6379"]
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     ports:
    ///       - "127.0.0.1:5432:5432"
    ///       - "${BIND:-10.0.0.5}:5433:5432"
    ///   storage:
    ///     image: minio/minio:RELEASE.2025-01-20T14-49-07Z
    ///     ports: ["9000:9000"]
    ///   exporter:
    ///     image: oliver006/redis_exporter:v1.67.0
    ///     ports: ["9121:9121"]
    /// ```
    ///
    /// ### Built from the image of a database
    /// ```compose bad file=compose.yaml
    /// services:
    ///   cache:
    ///     build: ./cache
    ///     image: registry.kleinladen.de/cache:2
    ///     ports: ["7000:6379"]
    /// #            ^^^^^^^^^ compose/database-port-public
    /// # | service `cache` opens Redis on port 7000 of every network interface; ufw and firewalld do not stop it,
    /// # | Docker's rules run first
    /// # | help: remove the mapping, or bind it to the host itself: `127.0.0.1:7000:6379`
    /// # >     ports: ["127.0.0.1:7000:6379"]
    /// ```
    /// ```dockerfile both file=cache/Dockerfile
    /// FROM redis:8
    /// COPY redis.conf /etc/redis.conf
    /// CMD ["redis-server", "/etc/redis.conf"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   cache:
    ///     build: ./cache
    ///     image: registry.kleinladen.de/cache:2
    /// ```
    ///
    /// ### With a fix
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     ports: ["5432:5432"] # for the office
    /// #            ^^^^^^^^^ compose/database-port-public
    /// # | service `db` opens PostgreSQL on port 5432 of every network interface; ufw and firewalld do not stop it,
    /// # | Docker's rules run first
    /// # | help: remove the mapping, or bind it to the host itself: `127.0.0.1:5432:5432`
    /// ```
    /// ```compose fixed
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     ports: ["127.0.0.1:5432:5432"] # for the office
    /// ```
    ///
    /// ### Taken away in vain
    /// ```compose bad file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     ports: ["5432:5432"]
    /// #            ^^^^^^^^^ compose/database-port-public
    /// # | service `db` opens PostgreSQL on port 5432 of every network interface; ufw and firewalld do not stop it, Docker's
    /// # | rules run first
    /// # | help: write `ports: !reset []` in `compose.prod.yaml`, or take the port out of the first file
    /// ```
    /// ```compose bad file=compose.prod.yaml
    /// services:
    ///   db:
    ///     restart: always
    ///     ports: []
    /// # >     ports: !reset []
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     ports: ["5432:5432"]
    /// ```
    /// ```compose good file=compose.prod.yaml
    /// services:
    ///   db:
    ///     restart: always
    ///     ports: !reset []
    /// ```
    /// ```shell both file=deploy.sh
    /// docker compose -f compose.yaml -f compose.prod.yaml up -d
    /// ```
    ///
    /// ## What it does not report
    /// Loopback and private addresses, and ports without a mapping: services of one project reach each other without.
    "compose/database-port-public" {
        severity: High, confidence: Certain, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let image = context.project.image_of(service);
    let store = image.base().and_then(|(base, _)| Store::of(&base.name));
    // An image that is built here may be anything; an image with another name is something else.
    let open = service.build.is_some() || service.image.get().is_none();
    for port in &service.ports {
        let Some(&(first, last)) = port.target.get() else { continue };
        let hit = match store {
            Some(store) => store.ports.iter().any(|port| (first..=last).contains(port)).then_some(store),
            None if open => Store::by_port(first).filter(|_| first == last),
            None => None,
        };
        let Some(store) = hit else { continue };
        match port.is_public() {
            Some(true) => report(service, port, store, first, context, sink),
            Some(false) => {}
            None => sink.unknown(port.span, "the address depends on a variable"),
        }
    }
}

fn report(service: &Service, port: &Port, store: &Store, target: u16, context: &Context, sink: &mut Sink) {
    let host = match port.published.get() {
        Some((first, _)) => format!("port {first}"),
        None if context.quote(port.span).contains('$') => "a port".to_owned(),
        None => "a random port".to_owned(),
    };
    let message = format!(
        "{} opens {} on {host} of every network interface; ufw and firewalld do not stop it, Docker's rules run first",
        service.title(),
        store.name
    );
    let published = port.published.get().map_or(target, |range| range.0);
    let finding = sink.report(port.span, message);
    finding.help(format!("remove the mapping, or bind it to the host itself: `127.0.0.1:{published}:{target}`"));
    if let Some(fix) = to_loopback(port, context) {
        finding.fix(fix);
    }
    emptied::tell(finding, port, service, context);
}

/// Binds a port that is written `8080:80` or `0.0.0.0:8080:80` to the host itself.
pub(super) fn to_loopback(port: &Port, context: &Context) -> Option<Fix> {
    let written = context.quote(port.span);
    let rest = written.strip_prefix("0.0.0.0:").unwrap_or(&written);
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (host, inside) = rest.split_once(':')?;
    let all = number(host) && number(inside.split('/').next()?);
    let title = "bind the port to the host itself";
    all.then(|| Fix::replace(title, Safety::Unsafe, port.span, format!("127.0.0.1:{rest}")))
}
