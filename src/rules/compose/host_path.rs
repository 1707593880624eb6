//! `compose/host-path`

use crate::model::compose::{MountKind, Service};
use crate::rules::prelude::*;

rule! {
    /// A part of the host that makes the container its master.
    ///
    /// ## Why
    /// Who can write to `/` or `/etc` adds a user or a job that runs as root. Who can read them, or `~/.ssh`, has the keys to more than
    /// this host.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes:
    ///       - /etc:/host/etc
    /// #       ^^^^^^^^^^^^^^ compose/host-path
    /// # | service `web` can write to `/etc` of the host: whoever takes it over owns the host
    /// # | help: mount only what it needs, with `:ro` when it only reads it
    /// # >       - /etc/shop:/host/etc:ro
    ///       - ~/.ssh:/root/.ssh:ro
    /// #       ^^^^^^^^^^^^^^^^^^^^ compose/host-path
    /// # >       - ~/.ssh/known_hosts:/root/.ssh/known_hosts:ro
    ///       - /:/host:ro
    /// #       ^^^^^^^^^^ compose/host-path
    /// # >       - /srv/shop:/host:ro
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes:
    ///       - /etc/localtime:/etc/localtime:ro
    ///       - /etc/letsencrypt:/etc/letsencrypt:ro
    ///       - /srv/shop:/data
    ///       - /dev/shm:/dev/shm
    /// ```
    "compose/host-path" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/security/#docker-daemon-attack-surface"],
        check: Check::Service(check),
    }
}

/// Folders with which the host belongs to whoever can write there.
const OWN: [&str; 15] = [
    "/",
    "/etc",
    "/root",
    "/boot",
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/var",
    "/var/lib",
    "/var/lib/docker",
    "/home",
    "/proc",
    "/sys",
    "/etc/cron.d",
];
/// Folders of keys in a home.
const KEYS: [&str; 5] = [".ssh", ".aws", ".kube", ".gnupg", ".docker"];

pub(crate) fn check(service: &Service, _: &Context, sink: &mut Sink) {
    for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
        let Some(source) = mount.source.get() else { continue };
        let path = if source.len() > 1 { source.trim_end_matches('/') } else { source };
        let name = service.title();
        let last = path.rsplit('/').next().unwrap_or(path);
        let at_home = path.starts_with('~') || path.starts_with("/root/") || path.starts_with("/home/");
        let finding = if at_home && KEYS.contains(&last) || path == "/etc/ssh" {
            let message = format!("{name} gets `{path}` of the host: whoever takes it over has the keys in there");
            sink.report(mount.span, message).help("mount only the one file that is needed, or use a secret")
        } else if mount.read_only && (service.works_on_host() || matches!(path, "/proc" | "/sys")) {
            // What watches the host reads it.
            continue;
        } else if OWN.contains(&path) && mount.read_only {
            let message = format!("{name} can read all of `{path}` of the host, with the secrets in there");
            let finding = sink.report(mount.span, message).help("mount only what it needs");
            finding.severity(Low);
            continue;
        } else if OWN.contains(&path) {
            let message = format!("{name} can write to `{path}` of the host: whoever takes it over owns the host");
            sink.report(mount.span, message).help("mount only what it needs, with `:ro` when it only reads it")
        } else {
            continue;
        };
        finding.severity(if service.works_on_host() { Low } else { Medium });
    }
}
