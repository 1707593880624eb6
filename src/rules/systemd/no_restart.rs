//! `systemd/no-restart`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A server stays down after it has crashed.
    ///
    /// ## Why
    /// Without `Restart=` systemd leaves a service alone that has ended, for whatever reason: one crash in the night, and it is
    /// gone until somebody comes.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// ^^^^^^^^^ systemd/no-restart
    /// | `shop.service` stays down when its program crashes
    /// | help: write `Restart=on-failure`
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// # > Restart=on-failure
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// Restart=on-failure
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Services that end, that a timer starts, or whose program is not known to stay.
    "systemd/no-restart" {
        severity: Low, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Restart="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service || unit.drop_in || unit.open || unit.service_type() == "oneshot" {
        return sink.not_applicable();
    }
    let written = unit.last("Service", "Restart");
    let serves = ctx.project.processes_of(unit).any(|process| process.program().is_some());
    if written.is_some_and(|value| value.value != "no") || !serves || ctx.project.triggers_of(unit).next().is_some() {
        return;
    }
    let place = written.map_or(unit.place(), |value| value.span);
    sink.report(place, format!("`{}` stays down when its program crashes", unit.name))
        .help("write `Restart=on-failure`")
        .cause("restart", "so does this one");
}
