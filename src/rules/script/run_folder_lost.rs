//! `script/run-folder-lost`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A folder in `/run` that is made once, by hand.
    ///
    /// ## Why
    /// `/run` lies in memory and is empty after each boot. A service that puts its socket or its PID file into a folder there starts
    /// today, and not after the next kernel update.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// #!/bin/sh
    /// mkdir -p /run/shop
    /// #        ^^^^^^^^^ script/run-folder-lost
    /// # | `/run` is empty after each boot, and then `shop.service` finds no `/run/shop`
    /// # | help: write `RuntimeDirectory=shop` into `shop.service`, and leave the `mkdir` out
    /// # >
    /// chown shop /run/shop
    /// # >
    /// systemctl enable --now shop
    /// ```
    /// ```systemd both file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/shop/app.sock shop:app
    /// ```
    /// ```sh good file=setup.sh
    /// #!/bin/sh
    /// systemctl enable --now shop
    /// ```
    ///
    /// ## What it does not report
    /// Folders that a unit or `tmpfiles.d` makes, and those that no unit of the project speaks of.
    "script/run-folder-lost" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#RuntimeDirectory="],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Guide | Kind::Script) || commands.runs_alone() || commands.run_in_image() {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained && !step.remote) {
        let makes = step.name() == "mkdir" || step.name() == "install" && step.has("-d");
        for word in step.arguments().iter().filter(|_| makes) {
            let path = word.value.strip_prefix("/var").unwrap_or(&word.value);
            let Some(name) = path.strip_prefix("/run/").and_then(|rest| rest.split('/').next()) else { continue };
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            let Some(unit) = ctx.project.unit_in_run_folder(name).filter(|_| plain) else { continue };
            let finding = sink.report(
                word.span,
                format!("`/run` is empty after each boot, and then `{}` finds no `/run/{name}`", unit.name),
            );
            finding
                .help(format!("write `RuntimeDirectory={name}` into `{}`, and leave the `mkdir` out", unit.name))
                .cause((commands.file, name), "made here, too");
            if commands.is_read_along() {
                finding.severity(Low);
            }
        }
    }
}
