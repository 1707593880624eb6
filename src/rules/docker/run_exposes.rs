//! `docker/run-exposes`

use crate::model::image::{ImageRef, Store};
use crate::model::{Document, Host, Kind};
use crate::project::Project;
use crate::rules::prelude::*;
use crate::source::RoleWhy;
use crate::syntax::Name;
use crate::syntax::commands::is_for_deployment;

rule! {
    /// A container that `docker run` opens to everybody, or gives the host to.
    ///
    /// ## Why
    /// A port that is published without an address is open on every interface, and Docker's packet rules run before those of ufw. A
    /// privileged container, or one with the engine's socket, is root on the host for whoever takes it over.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db -p 5432:5432 postgres:17
    /// #                          ^^^^^^^^^ docker/run-exposes
    /// # | `docker run` opens PostgreSQL on port 5432 of every network interface; ufw and firewalld do not stop it
    /// # | help: write `127.0.0.1:5432:5432`, or join the networks of those who need it
    /// # > docker run -d --name db -p 127.0.0.1:5432:5432 postgres:17
    /// docker run -d --privileged shop:1
    /// #                          ^^^^^^ docker/run-exposes
    /// # > docker run -d shop:1
    /// docker run -d -v /var/run/docker.sock:/var/run/docker.sock shop:1
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/run-exposes
    /// # > docker run -d shop:1
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db -p 127.0.0.1:5432:5432 postgres:17
    /// docker run -d --name web -p 8080:80 shop:1
    /// docker run --rm -p 5432:5432 postgres:17
    /// ```
    ///
    /// ## What it does not report
    /// Containers that a script waits for or a build server starts, and lines in guides that are not about deployment. Images that are made to work on
    /// the host, and scripts that do not say that they run on a server: low.
    "docker/run-exposes" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for call in project.left_running() {
        let Some(word) = &call.image else { continue };
        let image = ImageRef::parse(&word.value);
        // What a variable names may be made for this.
        if word.value.contains('$') {
            continue;
        }
        let ships = ships(project.document(call.span.file));
        for (port, address, host, target) in call.published() {
            published(port, address, (host, target), &image.name, ships, sink);
        }
        for (option, value) in &call.options {
            match (option.as_str(), value) {
                ("--volume", Some(mount)) if is_socket(&mount.value) => {
                    host(mount.span, "gets the engine's socket", &image, ships, sink);
                }
                _ => {}
            }
        }
        if call.options.iter().any(|(name, _)| name == "--privileged") {
            host(word.span, "is privileged", &image, ships, sink);
        }
    }
}

/// Whether a script is seen to run on a server: units do, and scripts that say so. Others may start what a developer needs.
fn ships(document: &Document) -> bool {
    const WORDS: [&str; 6] = ["deploy", "production", "prod", "provision", "release", "server"];
    let said = document.own_role == Role::Production && document.own_role_why != RoleWhy::Unnamed;
    let path = document.source.path.to_ascii_lowercase();
    let mut words = path.split(['/', '-', '_', '.']);
    let guide = document.class.kind == Kind::Guide && is_for_deployment(&Name::new(&document.source.path));
    document.class.kind == Kind::Unit || guide || said || words.any(|word| WORDS.contains(&word))
}

fn published(
    port: &Spanned<String>,
    address: Option<&str>,
    (host, target): (&str, &str),
    image: &str,
    ships: bool,
    sink: &mut Sink,
) {
    let Some(store) = Store::of(image) else { return };
    let Ok(target) = target.parse::<u16>() else { return };
    if !store.ports.contains(&target) {
        return;
    }
    match address {
        Some(address) if address.contains('$') => {
            return sink.unknown(port.span, "the address depends on a variable");
        }
        Some(address) if !matches!(Host::of(address), Host::Any | Host::Public) => return,
        _ => {}
    }
    let message = format!(
        "`docker run` opens {} on port {host} of every network interface; ufw and firewalld do not stop it",
        store.name
    );
    let finding = sink.report(port.span, message);
    finding.help(format!("write `127.0.0.1:{host}:{target}`, or join the networks of those who need it"));
    if !ships {
        finding.severity(Low);
    }
}

fn is_socket(mount: &str) -> bool {
    let source = mount.split(':').next().unwrap_or("");
    ["docker.sock", "podman.sock", "containerd.sock"].iter().any(|name| source.ends_with(name))
}

/// What gives the host away.
fn host(span: Span, what: &str, image: &ImageRef, ships: bool, sink: &mut Sink) {
    let message = format!("the container of `{}` {what}: whoever takes it over owns the host", image.name);
    let finding = sink.report(span, message);
    finding.help("give it what it needs and no more: a socket proxy, rights with `--cap-add`, devices with `--device`");
    finding.effect(Weakens);
    if image.works_on_host() || !ships {
        finding.severity(Low);
    }
}
