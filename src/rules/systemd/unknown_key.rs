//! `systemd/unknown-key`

use crate::model::units::{Unit, is_placeholder};
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;
use crate::syntax::systemd::table;

rule! {
    /// A section or key that systemd does not know there.
    ///
    /// ## Why
    /// systemd writes a line into its log, ignores the setting, and starts the unit without it: the sandbox that is not there,
    /// the limit that does not count. Names are those of version 257; keys of your own begin with `X-`.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Unit]
    /// After=network.target
    /// Restart=always
    /// ^^^^^^^ systemd/unknown-key
    /// | `Restart` does not belong into `[Unit]`: systemd ignores it and goes on without
    /// | help: move it to `[Service]`
    /// # > StartLimitIntervalSec=60
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPriviledges=yes
    /// ^^^^^^^^^^^^^^^^ systemd/unknown-key
    /// # > NoNewPrivileges=yes
    /// StartLimitIntervalSec=60
    /// ^^^^^^^^^^^^^^^^^^^^^ systemd/unknown-key
    /// # >
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// ProtectHome=yes
    /// ExecStart=/opt/shop/run.sh
    /// [Instal]
    /// ^^^^^^^^ systemd/unknown-key
    /// # > [Install]
    /// # > WantedBy=multi-user.target
    /// ```
    /// ```systemd good
    /// [Unit]
    /// After=network.target
    /// StartLimitIntervalSec=60
    /// X-Owner=shop
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// ExecStart=/opt/shop/run.sh
    /// [Install]
    /// WantedBy=multi-user.target
    /// [X-Deploy]
    /// Any=thing
    /// ```
    ///
    /// ## What it does not report
    /// A name that looks like no other one may be of a later version; it is `low`.
    "systemd/unknown-key" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.directives.html"],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    let sections = ["Unit", unit.kind.section(), "Install"];
    for section in &unit.sections {
        let name = section.name.value.as_str();
        if name.starts_with("X-") || is_placeholder(name) {
            continue;
        }
        if !sections.contains(&name) {
            unknown_section(section.name.span, name, &sections, sink);
            continue;
        }
        for entry in &section.entries {
            let key = entry.key.value.as_str();
            if key.starts_with("X-")
                || is_placeholder(key)
                || table::key(name, key).is_some()
                || unit.is_torn(entry.key.span)
            {
                continue;
            }
            let message = |why: &str| format!("`{key}` {why} `[{name}]`: systemd ignores it and goes on without");
            if let Some(other) = table::section_of(&sections, key) {
                sink.report(entry.key.span, message("does not belong into")).help(format!("move it to `[{other}]`"));
            } else if let Some(near) = table::nearest(name, key) {
                sink.report(entry.key.span, message("is not known in")).help(format!("write `{near}`"));
            } else {
                let text = format!("`{key}` is not known in `[{name}]` up to systemd 257, which ignores it");
                sink.report(entry.key.span, text)
                    .severity(Low)
                    .help("remove it, or look it up in systemd.directives(7)");
            }
        }
    }
}

fn unknown_section(span: Span, name: &str, sections: &[&str], sink: &mut Sink) {
    let near = sections.iter().find(|own| letters_apart(&own.to_ascii_lowercase(), &name.to_ascii_lowercase()) <= 2);
    let finding =
        sink.report(span, format!("systemd knows no section `[{name}]` here and ignores all that stands in it"));
    match near {
        Some(near) => finding.help(format!("write `[{near}]`")),
        None => finding.severity(Low).help(format!("this unit can have {}", phrase::all(sections))),
    };
}
