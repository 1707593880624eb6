//! `systemd/read-only-path`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// The sandbox makes a place read-only that the service writes to.
    ///
    /// ## Why
    /// `ProtectSystem=strict` leaves nothing to write to but what `ReadWritePaths=`, `StateDirectory=` and their like name; `full`
    /// seals `/usr`, `/boot` and `/etc`. A log, a socket or a SQLite database elsewhere fails with `Read-only file system`.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// ProtectSystem=strict
    /// # > ProtectSystem=strict
    /// # > ReadWritePaths=/var/log/shop /var/lib/shop
    /// Environment=DATABASE_URL=sqlite:////var/lib/shop/shop.db
    /// ExecStart=/opt/shop/venv/bin/gunicorn --access-logfile /var/log/shop/access.log shop:app
    /// #                                                      ^^^^^^^^^^^^^^^^^^^^^^^^ systemd/read-only-path
    /// # | the service writes to `/var/log/shop/access.log`, which `ProtectSystem=` makes read-only
    /// # | help: add `ReadWritePaths=/var/log/shop`
    /// ```
    /// ```systemd good
    /// [Service]
    /// ProtectSystem=strict
    /// StateDirectory=shop
    /// ReadWritePaths=/var/log/shop
    /// Environment=DATABASE_URL=sqlite:////var/lib/shop/shop.db
    /// ExecStart=/opt/shop/venv/bin/gunicorn --access-logfile /var/log/shop/access.log shop:app
    /// ```
    ///
    /// ### A database
    /// ```systemd bad
    /// [Service]
    /// ProtectSystem=strict
    /// # > ProtectSystem=strict
    /// # > ReadWritePaths=/opt/shop
    /// WorkingDirectory=/opt/shop
    /// Environment=DATABASE_URL=sqlite:///shop.db
    /// #                        ^^^^^^^^^^^^^^^^^ systemd/read-only-path
    /// # | the service writes to `/opt/shop/shop.db`, which `ProtectSystem=` makes read-only
    /// # | help: add `ReadWritePaths=/opt/shop`
    /// ExecStart=/opt/shop/run.sh
    /// ```
    /// ```systemd good
    /// [Service]
    /// ProtectSystem=full
    /// WorkingDirectory=/opt/shop
    /// Environment=DATABASE_URL=sqlite:///shop.db
    /// ExecStart=/opt/shop/run.sh
    /// ```
    "systemd/read-only-path" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#ProtectSystem="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service {
        return sink.not_applicable();
    }
    // What systemd opens by itself it opens outside of the sandbox.
    let mut writes = unit.writes().into_iter().filter(|written| written.logged_by != Some("systemd"));
    let found = writes.find_map(|written| {
        if unit.hides(&written.path).is_some() {
            return None;
        }
        let (key, setting) = unit.seals(&written.path)?;
        Some((written.place, written.path, key, setting))
    });
    let Some((place, path, key, setting)) = found else { return };
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let message = format!("the service writes to `{path}`, which `{key}=` makes read-only");
    let finding = sink.report(place, message).help(format!("add `ReadWritePaths={folder}`"));
    finding.related(setting, "read-only by this");
}
