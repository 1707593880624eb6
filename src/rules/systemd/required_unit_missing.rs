//! `systemd/required-unit-missing`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A service requires a socket or timer of its own that does not exist.
    ///
    /// ## Why
    /// systemd does not start a service when a unit of `Requires=` cannot be found (`Unit shop.socket not found`). A socket with the
    /// name of the service belongs to it: no package brings it.
    ///
    /// ## Examples
    /// ```systemd bad file=shop.service
    /// [Unit]
    /// Requires=shop.socket
    /// #        ^^^^^^^^^^^ systemd/required-unit-missing
    /// # | `shop.socket` does not exist, so systemd does not start `shop.service`
    /// # | help: add `shop.socket`, or take it out of `Requires=`
    /// # >
    /// [Service]
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good file=shop.service
    /// [Unit]
    /// Requires=shop.socket postgresql.service
    /// [Service]
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good file=shop.socket
    /// [Socket]
    /// ListenStream=/run/shop.sock
    /// ```
    /// ### A guide shows it
    /// ```systemd good file=deploy/api.service
    /// [Unit]
    /// Requires=api.socket
    /// [Service]
    /// User=api
    /// ExecStart=/opt/api/run
    /// ```
    /// ```markdown good file=docs/deployment.md
    /// Create the file `/etc/systemd/system/api.socket` as root.
    /// ```
    ///
    /// ## What it does not report
    /// Units of other names: packages and other projects bring them.
    "systemd/required-unit-missing" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Requires="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service || unit.drop_in {
        return sink.not_applicable();
    }
    let stem = unit.name.trim_end_matches(".service");
    for needed in unit.list("Unit", "Requires").iter().chain(&unit.list("Unit", "BindsTo")) {
        let own = [".socket", ".timer", ".path"].iter().any(|ending| needed.value.strip_suffix(ending) == Some(stem));
        let name = needed.value;
        if own && ctx.project.units_named(name).next().is_none() && !ctx.project.speaks_of_unit(name) {
            sink.report(needed.span, format!("`{name}` does not exist, so systemd does not start `{}`", unit.name))
                .help(format!("add `{name}`, or take it out of `Requires=`"));
        }
    }
}
