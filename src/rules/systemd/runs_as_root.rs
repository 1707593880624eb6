//! `systemd/runs-as-root`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// A service runs as root.
    ///
    /// ## Why
    /// Without `User=` a unit of the system runs as root: whoever gets into the program owns the host.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// ^^^^^^^^^ systemd/runs-as-root
    /// | `shop.service` runs as root: whoever gets into its program owns the host
    /// | help: add `User=` with a user of its own, or `DynamicUser=yes` when it keeps nothing on disk
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// # > User=shop
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd bad file=import.service
    /// [Service]
    /// User=root
    /// #    ^^^^ systemd/runs-as-root
    /// # > User=shop
    /// ExecStart=/opt/shop/import.sh
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good file=import.service
    /// [Service]
    /// DynamicUser=yes
    /// ExecStart=/opt/shop/import.sh
    /// ```
    /// ```systemd good file=stack.service
    /// [Service]
    /// Type=oneshot
    /// RemainAfterExit=yes
    /// ExecStart=/usr/bin/docker compose up -d
    /// ```
    /// ```systemd good file=renew.service
    /// [Service]
    /// Type=oneshot
    /// User=root
    /// ExecStart=/usr/local/sbin/renew.sh
    /// ```
    ///
    /// ## What it does not report
    /// What drives Docker, tasks in `sbin`, which holds what root alone runs, and servers that start as root on purpose and leave it by themselves. What is no server is `low`.
    "systemd/runs-as-root" {
        severity: Medium, effect: Weakens, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#User="],
        check: Check::Unit(check),
    }
}

/// They start as root and give it up, or are about the host itself.
const OF_ROOT: [&str; 24] = [
    "docker",
    "docker-compose",
    "podman",
    "podman-compose",
    "nerdctl",
    "containerd",
    "nginx",
    "apache2",
    "httpd",
    "haproxy",
    "caddy",
    "postgres",
    "mysqld",
    "mariadbd",
    "redis-server",
    "sshd",
    "cron",
    "certbot",
    "systemctl",
    "iptables",
    "ufw",
    "wg-quick",
    "mount",
    "supervisord",
];

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    let starts = unit.commands("ExecStart");
    if unit.kind != UnitType::Service || unit.drop_in || starts.is_empty() || unit.is_of_user() {
        return sink.not_applicable();
    }
    let of_root = |word: &str| OF_ROOT.contains(&base_name(word)) || word.contains("docker");
    let of_root =
        starts.iter().any(|command| command.argv().iter().take(3).any(|word| word.split_whitespace().any(of_root)));
    // A task in `sbin`, or a backup, is meant for root: it owns files of others, or has other units read them again.
    const CARES: [&str; 5] = ["backup", "renew", "prune", "cleanup", "snapshot"];
    let cares = |program: &str| CARES.iter().any(|word| base_name(program).contains(word));
    let meant = |program: &String| program.contains("/sbin/") || cares(program);
    let task =
        unit.service_type() == "oneshot" && starts.iter().all(|command| command.argv().iter().take(2).any(meant));
    let gives_up = || ctx.project.processes_of(unit).any(|process| ctx.project.gives_up_root(process));
    if unit.user().is_some() || unit.is_on("DynamicUser") || unit.open || of_root || task || gives_up() {
        return;
    }
    let place = unit.last("Service", "User").map_or(unit.place(), |user| user.span);
    let serves = ctx.project.processes_of(unit).any(|process| process.program().is_some());
    let message = format!("`{}` runs as root: whoever gets into its program owns the host", unit.name);
    let finding = sink
        .report(place, message)
        .help("add `User=` with a user of its own, or `DynamicUser=yes` when it keeps nothing on disk");
    if !serves {
        finding.severity(Low);
    }
}
