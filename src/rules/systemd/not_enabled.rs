//! `systemd/not-enabled`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;

rule! {
    /// A unit that nothing starts when the host does.
    ///
    /// ## Why
    /// `systemctl enable` does what `[Install]` says. Without it there is nothing to enable: the unit runs until the next
    /// reboot and is gone. A misspelt target is made, but never reached.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// ^^^^^^^^^ systemd/not-enabled
    /// | nothing starts this service when the host starts: it has no `[Install]`, and no other unit wants it
    /// | help: add `[Install]` with `WantedBy=multi-user.target`, and enable it
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// # > [Install]
    /// # > WantedBy=multi-user.target
    /// ```
    /// ```systemd bad file=jobs.service
    /// [Service]
    /// ExecStart=/opt/shop/jobs
    /// [Install]
    /// WantedBy=multiuser.target
    /// #        ^^^^^^^^^^^^^^^^ systemd/not-enabled
    /// # > WantedBy=multi-user.target
    /// ```
    /// ```systemd good
    /// [Service]
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    /// ```systemd good file=backup.service
    /// [Service]
    /// Type=oneshot
    /// ExecStart=/usr/local/bin/backup
    /// ```
    ///
    /// ## What it does not report
    /// Services that end, what another unit of the project starts, and what lies or is linked in a folder like
    /// `multi-user.target.wants`.
    "systemd/not-enabled" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#%5BInstall%5D%20Section%20Options"],
        at_first: true,
        check: Check::Unit(check),
    }
}

/// The targets that units of a deployment are wanted by.
const TARGETS: [&str; 7] = [
    "multi-user.target",
    "default.target",
    "timers.target",
    "sockets.target",
    "paths.target",
    "graphical.target",
    "network-online.target",
];

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.drop_in || unit.open {
        return sink.not_applicable();
    }
    let wanted =
        ["WantedBy", "RequiredBy", "UpheldBy"].iter().flat_map(|key| unit.list("Install", key)).collect::<Vec<_>>();
    for target in &wanted {
        let name = target.value;
        if TARGETS.contains(&name) || ctx.project.units_named(name).next().is_some() {
            continue;
        }
        let near = TARGETS.iter().find(|own| letters_apart(own, name) <= 2);
        if let Some(near) = near {
            sink.report(
                target.span,
                format!("there is no `{name}`, so nothing starts `{}` when the host starts", unit.name),
            )
            .help(format!("write `{near}`"));
        }
    }
    let named = |key: &str| !unit.list("Install", key).is_empty();
    if !wanted.is_empty() || named("Also") || named("Alias") || unit.is_template() {
        return;
    }
    let stays = match unit.kind {
        UnitType::Service => {
            unit.service_type() != "oneshot" && unit.service("BusName").is_none() && unit.service("ExecStart").is_some()
        }
        _ => true,
    };
    if !stays || ctx.project.triggers_of(unit).next().is_some() || ctx.project.is_wanted(&unit.name) {
        return;
    }
    let (target, what) = match unit.kind {
        UnitType::Service => ("multi-user.target", "service"),
        UnitType::Timer => ("timers.target", "timer"),
        UnitType::Socket => ("sockets.target", "socket"),
        UnitType::Path => ("paths.target", "path unit"),
    };
    let message =
        format!("nothing starts this {what} when the host starts: it has no `[Install]`, and no other unit wants it");
    sink.report(unit.place(), message).help(format!("add `[Install]` with `WantedBy={target}`, and enable it"));
}
