//! `systemd/trigger-without-service`

use crate::model::units::{Unit, UnitType};
use crate::project::triggered;
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;

rule! {
    /// A timer, socket or path starts a service that does not exist.
    ///
    /// ## Why
    /// `backup.timer` starts `backup.service` unless `Unit=` says otherwise. When there is none, systemd refuses to start the
    /// timer, and nothing runs.
    ///
    /// ## Examples
    /// ```systemd bad file=backups.timer
    /// [Timer]
    /// ^^^^^^^ systemd/trigger-without-service
    /// | `backups.timer` starts `backups.service`, which does not exist
    /// | help: write `Unit=backup.service`, or call the service `backups.service`
    /// OnCalendar=daily
    /// # > OnCalendar=daily
    /// # > Unit=backup.service
    /// ```
    /// ```systemd both file=backup.service
    /// [Service]
    /// Type=oneshot
    /// ExecStart=/usr/local/bin/backup
    /// ```
    /// ```systemd good file=backups.timer
    /// [Timer]
    /// OnCalendar=daily
    /// Unit=backup.service
    /// ```
    ///
    /// ## What it does not report
    /// Services that packages bring; where no service of the project has a similar name, the question stays open.
    "systemd/trigger-without-service" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html#Unit="],
        check: Check::Unit(check),
    }
}

/// As many services are compared by name.
const MANY: usize = 200;

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.kind == UnitType::Service || unit.drop_in || unit.open {
        return sink.not_applicable();
    }
    let name = triggered(unit);
    // `shop@eu.service` is one of `shop@.service`.
    let pattern = name.split_once('@').map(|(stem, _)| format!("{stem}@.service"));
    let exists = |name: &str| ctx.project.units_named(name).next().is_some();
    if exists(&name) || pattern.is_some_and(|pattern| exists(&pattern)) || name.contains('%') {
        return;
    }
    let place = unit.last(unit.kind.section(), "Unit").map_or(unit.place(), |value| value.span);
    // A host has few units of its own; names of many are no help.
    let services =
        ctx.project.units_of_host().iter().filter(|own| own.kind == UnitType::Service && !own.drop_in).take(MANY);
    let near = services
        .filter(|own| letters_apart(&own.name, &name) <= 3 || own.name.starts_with(name.trim_end_matches(".service")));
    let Some(near) = near.min_by_key(|own| letters_apart(&own.name, &name)) else {
        return sink.unknown_as_usual(place, format!("`{name}` is not in the project; a package may bring it"));
    };
    let message = format!("`{}` starts `{name}`, which does not exist", unit.name);
    let finding = sink.report(place, message).help(format!("write `Unit={}`, or call the service `{name}`", near.name));
    finding.related(near.place(), format!("`{}` is here", near.name));
}
