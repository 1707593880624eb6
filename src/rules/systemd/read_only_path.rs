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

/// Options that take a path and write to it.
const WRITES: [&str; 9] = [
    "--access-logfile",
    "--error-logfile",
    "--log-file",
    "--logfile",
    "--pid",
    "--pidfile",
    "--uds",
    "--statedb",
    "--output-dir",
];

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service {
        return sink.not_applicable();
    }
    let found = written(unit).into_iter().find_map(|(place, path)| {
        if unit.hides(&path).is_some() {
            return None;
        }
        let (key, setting) = unit.seals(&path)?;
        Some((place, path, key, setting))
    });
    let Some((place, path, key, setting)) = found else { return };
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let message = format!("the service writes to `{path}`, which `{key}=` makes read-only");
    let finding = sink.report(place, message).help(format!("add `ReadWritePaths={folder}`"));
    finding.related(setting, "read-only by this");
}

/// The paths that the service writes to, as far as its command and its variables say.
fn written(unit: &Unit) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for command in unit.commands("ExecStart").iter().filter(|command| !command.privileged) {
        for (at, word) in command.words.iter().enumerate() {
            let (option, inline) =
                word.value.split_once('=').map_or((word.value.as_str(), None), |(a, b)| (a, Some(b)));
            if let Some(socket) = word.value.rsplit_once("unix:").map(|(_, path)| path) {
                // In `/run` itself only root makes files, whatever the sandbox says.
                let rights = matches!(socket.rsplit_once('/'), Some(("/run" | "/var/run", _))) && unit.user().is_some();
                found.extend((!rights).then(|| (word.span, socket.to_owned())));
            } else if WRITES.contains(&option) {
                let next = || command.words.get(at + 1).map(|next| (next.span, next.value.clone()));
                found.extend(inline.map(|value| (word.span, value.to_owned())).or_else(next));
            }
        }
    }
    let directory = unit.service("WorkingDirectory").and_then(|path| unit.filled(path.trim_start_matches('-')));
    for (_, value) in &unit.environment {
        let Some(path) = value.value.strip_prefix("sqlite:///") else { continue };
        let path = path.split('?').next().unwrap_or(path);
        match (&directory, path.starts_with('/')) {
            _ if path.is_empty() || path.starts_with(':') => {}
            (_, true) => found.push((value.span, path.to_owned())),
            (Some(directory), false) => found
                .push((value.span, format!("{}/{}", directory.trim_end_matches('/'), path.trim_start_matches("./")))),
            _ => {}
        }
    }
    found.retain(|(_, path)| path.starts_with('/') && !path.contains(['$', '%']));
    found
}
