//! `compose/port-taken`

use std::collections::HashSet;

use crate::model::compose::{Composition, Port, Service};
use crate::rules::prelude::*;

rule! {
    /// A port of the host is to lead to two containers.
    ///
    /// ## Why
    /// Only one gets it. The other one does not start: `Bind for 0.0.0.0:8080 failed: port is already allocated`. So it is with
    /// copies of one service that all publish the same port.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["127.0.0.1:8080:80"]
    ///   api:
    ///     image: shop:1
    ///     ports: ["8080:8000"]
    /// #            ^^^^^^^^^ compose/port-taken
    /// # | services `web` and `api` both want port 8080 of the host: the second one does not start
    /// # | help: give one of them another port
    /// # >     ports: ["8081:8000"]
    ///   jobs:
    ///     image: shop:1
    ///     deploy: {replicas: 3}
    ///     ports: ["127.0.0.1:5000:5000"]
    /// #            ^^^^^^^^^^^^^^^^^^^ compose/port-taken
    /// # | the 3 copies of service `jobs` all want port 5000 of the host: only one of them starts
    /// # | help: publish one port for each, `127.0.0.1:5000-5002:5000`, or none, and let a proxy reach the service by its name
    /// # >     ports: ["127.0.0.1:5000-5002:5000"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["127.0.0.1:8080:80"]
    ///   api:
    ///     image: shop:1
    ///     ports: ["127.0.0.2:8080:8000", "8080:53/udp"]
    ///   tools:
    ///     image: shop:1
    ///     profiles: [tools]
    ///     ports: ["127.0.0.1:8080:80"]
    ///   web-dev:
    ///     image: shop:1
    ///     hostname: web
    ///     ports: ["127.0.0.1:8080:80"]
    ///   jobs:
    ///     image: shop:1
    ///     deploy: {replicas: 3}
    ///     ports: ["127.0.0.1:5000-5002:5000", "9000"]
    /// ```
    ///
    /// ### Over several machines
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     deploy: {replicas: 2}
    ///     ports: ["8080:80"]
    ///     networks: [all]
    /// networks:
    ///   all: {driver: overlay}
    /// ```
    ///
    /// ### As a stack, and without a Swarm
    /// ```compose bad file=stack.yml
    /// services:
    ///   jobs:
    ///     image: shop:1
    ///     deploy: {replicas: 2}
    ///     ports: ["127.0.0.1:5000:5000"]
    /// #            ^^^^^^^^^^^^^^^^^^^ compose/port-taken
    /// # | the 2 copies of service `jobs` all want port 5000 of the host: only one of them starts
    /// # | help: publish one port for each, `127.0.0.1:5000-5001:5000`, or none, and let a proxy reach the service by its name
    /// # >     ports: ["127.0.0.1:5000-5001:5000"]
    /// ```
    /// ```shell both file=deploy.sh
    /// case "$1" in
    ///   swarm) docker stack deploy -c stack.yml shop ;;
    ///   *) docker compose -f stack.yml up -d ;;
    /// esac
    /// ```
    /// ```compose good file=stack.yml
    /// services:
    ///   jobs:
    ///     image: shop:1
    ///     deploy: {replicas: 2}
    /// ```
    ///
    /// ### Twice in one service
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: shop:1
    ///     ports: ["8080:80", "8080:81"]
    /// #                       ^^^^^^^ compose/port-taken
    /// # | service `proxy` wants port 8080 of the host for two of its own: it does not start
    /// # | help: give one of them another port
    /// # >     ports: ["8080:80", "8081:81"]
    /// ```
    ///
    /// ### Once more in a file on top
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports: ["8000:8000"]
    /// ```
    /// ```compose bad file=compose.vps.yaml
    /// services:
    ///   web:
    ///     ports: ["127.0.0.1:8000:8000"]
    /// #            ^^^^^^^^^^^^^^^^^^^ compose/port-taken
    /// # | service `web` wants port 8000 of the host for two of its own: it does not start
    /// # | help: Compose adds up the lists of both files: write `ports: !override` in the later one, or take the port out of
    /// # | the first
    /// # >     ports: !override ["127.0.0.1:8000:8000"]
    /// ```
    /// ```shell both file=deploy.sh
    /// docker compose -f compose.yaml -f compose.vps.yaml up -d
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```compose good file=compose.vps.yaml
    /// services:
    ///   web:
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    ///
    /// ### One or the other
    /// ```compose good file=docker-compose.yml
    /// services:
    ///   on-cpu: {image: "shop/model:1", profiles: [cpu], ports: ["8080:8080"]}
    ///   on-gpu: {image: "shop/model:1-gpu", profiles: [gpu], ports: ["8080:8080"]}
    /// ```
    /// ```sh good file=start.sh
    /// docker compose --profile cpu up -d
    /// docker compose --profile gpu up -d
    /// ```
    ///
    /// ## What it does not report
    /// Stacks of a Swarm, where copies share a port. Collections in which many services want the same ports. Services of profiles that are not switched on, and
    /// `web-dev` beside `web`: they are there to be used in turn.
    "compose/port-taken" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#ports"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    // There each node has its own ports, and copies share them.
    if context.project.in_swarm(compose) && !context.project.is_started_by_compose(compose) {
        return sink.not_applicable();
    }
    let mut clashes: Vec<(&Service, &Port, &Service, &Port, u16)> = Vec::new();
    let mut taken: Vec<(&Service, &Port, (u16, u16))> = Vec::new();
    for service in compose.services.iter().filter(|service| compose.is_on(service) && !service.provider) {
        let copies = service.replicas.get().copied().unwrap_or(1);
        if copies < 1 || service.network_mode.get().is_some() {
            continue;
        }
        for port in &service.ports {
            let Some(&(first, last)) = port.published.get().filter(|(first, _)| *first > 0) else { continue };
            // A range for one container port leaves the choice to Docker.
            let chosen = port.target.get().is_some_and(|(from, to)| from == to) && last > first;
            if copies > 1 && i64::from(last - first) + 1 < copies {
                copied(service, port, (first, last), copies, sink);
                continue;
            }
            if chosen || !context.project.look(1 + taken.len()) {
                continue;
            }
            let clash = taken.iter().find(|(owner, other, (from, to))| {
                let same = other.protocol == port.protocol && first <= *to && *from <= last;
                // The same mapping twice is one.
                let another = owner.name.value != service.name.value || other.target.get() != port.target.get();
                same && meet(other, port) && (another || is_part(other, port))
            });
            if let Some((owner, other, (from, _))) = clash {
                clashes.push((owner, other, service, port, first.max(*from)));
                continue;
            }
            taken.push((service, port, (first, last)));
        }
    }
    // A collection to choose from: nobody starts all of it.
    let pairs: HashSet<(&str, &str)> = clashes
        .iter()
        .map(|(owner, _, service, ..)| (owner.name.value.as_str(), service.name.value.as_str()))
        .collect();
    for (owner, other, service, port, number) in clashes {
        if pairs.len() > COLLECTION {
            sink.unknown(port.span, "many services want the same ports: they are there to choose from");
            continue;
        }
        if owner.name.value == service.name.value {
            let message = format!(
                "service `{}` wants port {number} of the host for two of its own: it does not start",
                service.name.value
            );
            let added = port.span.file != other.span.file && port.target.get() == other.target.get();
            let help = if added {
                "Compose adds up the lists of both files: write `ports: !override` in the later one, or take the port out of the \
                 first"
            } else {
                "give one of them another port"
            };
            sink.report(port.span, message).help(help).related(other.span, "taken here");
            continue;
        }
        if are_alternatives(owner, service, compose, context) {
            continue;
        }
        if owner.takes_turns_with(service) {
            sink.unknown(port.span, "one of the two stands for the other, and whoever starts them names one");
            continue;
        }
        let message = format!(
            "services `{}` and `{}` both want port {number} of the host: the second one does not start",
            owner.name.value, service.name.value
        );
        let finding = sink.report(port.span, message).help("give one of them another port");
        finding.related(other.span, format!("service `{}` has it", owner.name.value));
    }
}

/// Whether two services are in profiles of their own, and no command that starts the set names one of each: `--profile cpu`, or
/// `--profile gpu`.
fn are_alternatives(a: &Service, b: &Service, compose: &Composition, context: &Context) -> bool {
    let has = |service: &Service, name: &str| service.profiles.iter().any(|own| own.value == name);
    let apart = !a.profiles.is_empty() && !b.profiles.is_empty() && !a.profiles.iter().any(|own| has(b, &own.value));
    let mut calls = context.project.started_with(compose).peekable();
    apart
        && calls.peek().is_some()
        && !calls.any(|call| {
            let names = |service: &Service| call.profiles.iter().any(|own| has(service, &own.value));
            names(a) && names(b)
        })
}

/// More pairs of services than this that want the same port are no mistake.
const COLLECTION: usize = 3;

/// Whether two ports are, or may be taken for sure, on one address: what is not known meets nothing.
fn meet(a: &Port, b: &Port) -> bool {
    let (Some(all), Some(other)) = (a.on_all_interfaces(), b.on_all_interfaces()) else { return false };
    all || other || a.host_ip.get() == b.host_ip.get()
}

/// Whether one is for one address, and the other for all of them: the second one finds the port taken.
fn is_part(a: &Port, b: &Port) -> bool {
    let one =
        |port: &Port| port.host_ip.get().is_some_and(|ip| !ip.contains(':')) && port.on_all_interfaces() == Some(false);
    let all =
        |port: &Port| port.on_all_interfaces() == Some(true) && port.host_ip.get().is_none_or(|ip| !ip.contains(':'));
    one(a) && all(b) || one(b) && all(a)
}

fn copied(service: &Service, port: &Port, (first, last): (u16, u16), copies: i64, sink: &mut Sink) {
    let name = &service.name.value;
    let what = if first == last { format!("port {first}") } else { format!("ports {first} to {last}") };
    let message = if first == last {
        format!("the {copies} copies of service `{name}` all want {what} of the host: only one of them starts")
    } else {
        format!("the {copies} copies of service `{name}` share {what} of the host, which are too few")
    };
    let finding = sink.report(port.span, message);
    let address = port.host_ip.get().map_or(String::new(), |ip| format!("{ip}:"));
    let end = u16::try_from(i64::from(first) + copies - 1).ok();
    match (end, port.target.get()) {
        (Some(end), Some((target, _))) => finding.help(format!(
            "publish one port for each, `{address}{first}-{end}:{target}`, or none, and let a proxy reach the service by \
             its name"
        )),
        _ => finding.help("publish no port, and let a proxy reach the service by its name"),
    };
    if let Some(at) = service.replicas.span() {
        finding.related(at, format!("{copies} copies"));
    }
}
