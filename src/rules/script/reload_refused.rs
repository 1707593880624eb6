//! `script/reload-refused`

use crate::model::starts::Step;
use crate::model::units::{Unit, UnitType};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A unit is reloaded that cannot be.
    ///
    /// ## Why
    /// `systemctl reload` runs what `ExecReload=` says. Without it systemd refuses: "Job type reload is not applicable for unit", and the
    /// program goes on with its old code, settings and log files.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/sh
    /// systemctl reload shop
    /// ^^^^^^^^^^^^^^^^^^^^^ script/reload-refused
    /// | `shop.service` has no `ExecReload=`, so systemd refuses to reload it: the old program runs on
    /// | help: write `systemctl restart shop`, or add `ExecReload=` to the unit
    /// # > systemctl restart shop
    /// ```
    /// ```systemd both file=shop.service
    /// [Unit]
    /// Description=Shop
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// ExecStart=/opt/shop/run.sh
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/sh
    /// systemctl reload-or-restart shop
    /// systemctl reload nginx
    /// ```
    "script/reload-refused" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#ExecReload="],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let cannot = |unit: &Unit| {
        let notifies = unit.all("Service", "Type").iter().any(|kind| kind.value.value == "notify-reload");
        unit.kind == UnitType::Service && !unit.open && !notifies && unit.all("Service", "ExecReload").is_empty()
    };
    let restarts = |step: &Step| step.is("systemctl", &["restart"]);
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained) {
        let argv = step.argv();
        let reload = step.name() == "systemctl" && argv.get(1).is_some_and(|verb| verb.value == "reload");
        let Some(name) = argv.get(2).filter(|_| reload && argv.len() == 3) else { continue };
        let unit = if name.value.contains('.') { name.value.clone() } else { format!("{}.service", name.value) };
        let mut known = ctx.project.units_named(&unit).peekable();
        // A reload that may fail, with a restart behind it.
        if known.peek().is_none() || !known.all(cannot) || commands.behind(step).any(restarts) {
            continue;
        }
        let message =
            format!("`{unit}` has no `ExecReload=`, so systemd refuses to reload it: the old program runs on");
        let finding = sink.report(step.span, message);
        finding.help(format!("write `systemctl restart {}`, or add `ExecReload=` to the unit", name.value));
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}
