//! `project/caddy-upstream-unknown`

use std::collections::HashSet;

use crate::model::Host;
use crate::model::compose::Service;
use crate::project::{Inside, Machine, Nowhere, Project, Reach};
use crate::rules::nowhere::cure;
use crate::rules::prelude::*;
use crate::source::{Answer, Role, Why};

rule! {
    /// Caddy passes requests to a service or port where nothing listens.
    ///
    /// ## Why
    /// Inside a container network a service is reached by its name and the port that its program listens on; `localhost` is the
    /// container of Caddy itself. Caddy starts all the same, and answers every request with 502: `dial tcp: lookup app: no such
    /// host`, or `connect: connection refused`.
    ///
    /// ## Examples
    /// ```text bad file=Caddyfile
    /// shop.kleinladen.de {
    ///     reverse_proxy localhost:8000
    /// #                 ^^^^^^^^^^^^^^ project/caddy-upstream-unknown
    /// # | Caddy passes requests to its own container `caddy`, where nothing listens on port 8000: every request gets 502
    /// # | help: name the service instead of `localhost`, or `host.docker.internal` for a program on the host, with
    /// # | `extra_hosts: ["host.docker.internal:host-gateway"]`
    /// # >     reverse_proxy app:8000
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   caddy:
    ///     image: caddy:2.10
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "data:/data"]
    /// volumes: {data: }
    /// ```
    /// ```text good file=Caddyfile
    /// shop.kleinladen.de {
    ///     handle /pay/* {
    ///         reverse_proxy https://pay.kleinladen.de
    ///     }
    ///     reverse_proxy app:8000
    /// }
    /// ```
    /// ### A name that no service has
    /// ```text bad file=Caddyfile
    /// http://shop.kleinladen.de {
    ///     reverse_proxy backend:8000
    /// #                 ^^^^^^^^^^^^ project/caddy-upstream-unknown
    /// # | no service is called `backend`, so Caddy answers every request with 502
    /// # | help: use the name of a service: `app`
    /// # >     reverse_proxy app:8000
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   caddy:
    ///     image: caddy:2.10
    ///     ports: ["80:80"]
    ///     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "data:/data"]
    /// volumes: {data: }
    /// ```
    ///
    /// ## What it does not report
    /// Addresses that come from variables, sockets, and everything where another network or file may bring the name.
    "project/caddy-upstream-unknown" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://caddyserver.com/docs/caddyfile/directives/reverse_proxy"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let all = project.passed_by_caddy();
    // A site of which nothing is here may be another project's, if the file is for others, too.
    let here = all.iter().filter(|(passed, from)| {
        let reach = project.reach(from, &passed.host, Some(passed.port), false);
        !matches!(reach, Reach::Nowhere(Nowhere::Inside(Inside::NoSuchName { .. }), _))
    });
    let here: HashSet<Span> = here.map(|(passed, _)| passed.site).collect();
    for (passed, from) in all {
        let (host, port) = (passed.host.as_str(), passed.port);
        let for_users = |own: &Service| {
            let set = project.compose().get(own.id.composition);
            set.is_some_and(|set| set.role >= Role::Staging)
        };
        if !matches!(&from.machine, Answer::Yes(Machine::Container(own)) if for_users(own)) {
            continue;
        }
        let (why, place) = match project.reach(&from, host, Some(port), false) {
            Reach::Nowhere(Nowhere::Inside(why), place) => (why, place),
            // What Caddy itself listens on stands in its file.
            Reach::Unknown(_) if Host::is_loopback(host) && !passed.own_port => match &from.machine {
                Answer::Yes(Machine::Container(own)) if project.has_own_network(own) => {
                    (Inside::OwnContainer { from: &own.name.value, meant: None }, None)
                }
                _ => continue,
            },
            _ => continue,
        };
        let others = here.iter().any(|site| site.file == passed.site.file) && !here.contains(&passed.site);
        if others && matches!(why, Inside::NoSuchName { .. }) {
            let why =
                format!("does another project bring `{host}` into a network of Caddy? No service here is called so");
            sink.unanswered(passed.to.span, Why::new(why));
            continue;
        }
        let message = match &why {
            Inside::OwnContainer { from, .. } => format!(
                "Caddy passes requests to its own container `{from}`, where nothing listens on port {port}: every request gets 502"
            ),
            Inside::NoSuchName { .. } => {
                format!("no service is called `{host}`, so Caddy answers every request with 502")
            }
            Inside::NoSharedNetwork { from, service, .. } => format!(
                "services `{from}` and `{service}` have no network in common, so Caddy answers every request with 502"
            ),
            Inside::OnHostNetwork { service } => {
                format!(
                    "service `{service}` uses the network of the host, where Caddy in a container does not find it by name"
                )
            }
            Inside::OtherPort { service, .. } => format!(
                "service `{service}` does not listen on port {port} inside the network, so Caddy answers every request with 502"
            ),
        };
        let own = match &why {
            Inside::NoSharedNetwork { from, .. } => from,
            _ => "",
        };
        let help = match &why {
            Inside::NoSuchName { names, .. } if !names.is_empty() => {
                format!("use the name of a service: {}", phrase::named(names.iter().copied()))
            }
            _ => cure(&why, own, Some(port)).unwrap_or_else(|| "write the name and port of a service here".to_owned()),
        };
        let finding = sink.report(passed.to.span, message).help(help);
        finding.cause((host, port), "here as well");
        if let Some(place) = place {
            finding.related(place, "the service");
        }
    }
}
