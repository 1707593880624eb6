//! `systemd/order-missing`

use crate::model::units::Unit;
use crate::rules::prelude::*;

rule! {
    /// A unit needs another one without waiting for it.
    ///
    /// ## Why
    /// `Requires=` and `Wants=` start another unit at the same time, not before: only `After=` waits. The other way round
    /// `After=network-online.target` waits for nothing when no unit wants that target.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Unit]
    /// After=network-online.target
    /// #     ^^^^^^^^^^^^^^^^^^^^^ systemd/order-missing
    /// # | `After=` alone does not start `network-online.target`: without another unit that wants it, nothing is waited
    /// # | for
    /// # | help: add `Wants=network-online.target`
    /// # > After=network-online.target postgresql.service
    /// # > Wants=network-online.target
    /// Requires=postgresql.service
    /// #        ^^^^^^^^^^^^^^^^^^ systemd/order-missing
    /// [Service]
    /// ExecStart=/opt/shop/run.sh
    /// ```
    /// ```systemd good
    /// [Unit]
    /// Wants=network-online.target
    /// After=network-online.target postgresql.service
    /// Requires=postgresql.service
    /// [Service]
    /// ExecStart=/opt/shop/run.sh
    /// ```
    "systemd/order-missing" {
        severity: Low, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Requires="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.drop_in || unit.open {
        return sink.not_applicable();
    }
    let list = |key: &str| unit.list("Unit", key);
    let after = list("After");
    let before = list("Before");
    for needed in list("Requires").iter().chain(&list("BindsTo")) {
        let name = needed.value;
        let ordered = after.iter().chain(&before).any(|own| own.value == name);
        if name.ends_with(".service") && !ordered && !name.contains('%') {
            sink.report(needed.span, format!("`{}` starts at the same time as `{name}`, not after it", unit.name))
                .help(format!("add `After={name}`"));
        }
    }
    let online = after.iter().find(|own| own.value == "network-online.target");
    let wanted = ["Wants", "Requires", "BindsTo"]
        .iter()
        .flat_map(|key| list(key))
        .any(|own| own.value == "network-online.target");
    // Another unit of the host may want it.
    if let Some(online) = online.filter(|_| !wanted && !ctx.project.is_wanted("network-online.target")) {
        sink.report(online.span, "`After=` alone does not start `network-online.target`: without another unit that wants it, nothing is waited for")
            .help("add `Wants=network-online.target`");
    }
}
