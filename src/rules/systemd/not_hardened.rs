//! `systemd/not-hardened`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A server on the host runs without a sandbox.
    ///
    /// ## Why
    /// A few lines keep a program that was taken over from reading the homes, writing to the system, gaining rights and loading
    /// what it likes. `systemd-analyze security` counts what is open; a service without any of them is called unsafe.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// ^^^^^^^^^ systemd/not-hardened
    /// | `shop.service` runs without a sandbox: a program that is taken over has the host before it
    /// | help: add `NoNewPrivileges=yes`, `ProtectSystem=full`, `ProtectHome=read-only` and `PrivateDevices=yes`
    /// User=shop
    /// PrivateTmp=yes
    /// # > PrivateTmp=yes
    /// # > NoNewPrivileges=yes
    /// # > ProtectSystem=full
    /// # > ProtectHome=read-only
    /// # > PrivateDevices=yes
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// NoNewPrivileges=yes
    /// PrivateTmp=yes
    /// ProtectSystem=strict
    /// ProtectHome=yes
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Services with at least three of the five lines that fit every server: `NoNewPrivileges=`, `ProtectSystem=`, `ProtectHome=`,
    /// `PrivateTmp=`, `PrivateDevices=`.
    "systemd/not-hardened" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Sandboxing"],
        check: Check::Unit(check),
    }
}

const LINES: [(&str, &str); 5] = [
    ("NoNewPrivileges", "yes"),
    ("ProtectSystem", "full"),
    ("ProtectHome", "read-only"),
    ("PrivateTmp", "yes"),
    ("PrivateDevices", "yes"),
];

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    let serves = || ctx.project.processes_of(unit).any(|process| process.program().is_some());
    // The service manager of a user has only a part of the sandbox.
    let of_user = unit.is_of_user();
    if unit.kind != UnitType::Service || unit.drop_in || unit.open || of_user || unit.is_on("DynamicUser") || !serves()
    {
        return sink.not_applicable();
    }
    let off = |value: &str| matches!(value.to_ascii_lowercase().as_str(), "no" | "false" | "off" | "0" | "n" | "f");
    let missing = |(key, _): &&(&str, &str)| unit.service(key).is_none_or(off);
    let open: Vec<String> = LINES.iter().filter(missing).map(|(key, value)| format!("`{key}={value}`")).collect();
    if open.len() <= LINES.len() - 3 {
        return;
    }
    sink.report(
        unit.place(),
        format!("`{}` runs without a sandbox: a program that is taken over has the host before it", unit.name),
    )
    .help(format!("add {}", phrase::all(&open)))
    .cause(&open, "so does this one");
}
