//! `systemd/inline-comment`

use crate::model::units::{Unit, comment_in};
use crate::rules::prelude::*;

rule! {
    /// A comment behind a value, which systemd takes as part of the value.
    ///
    /// ## Why
    /// systemd knows comments only at the start of a line. Behind a value they become arguments of the program, part of a path or
    /// of the name of a user that does not exist.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=shop # never root
    /// #         ^^^^^^^^^^^^ systemd/inline-comment
    /// # | systemd takes the comment as part of the value of `User=`
    /// # | help: put the comment on a line of its own
    /// # > # never root
    /// # > User=shop
    /// PrivateTmp=yes # own /tmp
    /// #              ^^^^^^^^^^ systemd/inline-comment
    /// # > # own /tmp
    /// # > PrivateTmp=yes
    /// ExecStart=/opt/shop/run.sh
    /// ```
    /// ```systemd good
    /// [Unit]
    /// Description=Shop # 2
    /// [Service]
    /// # never root
    /// User=shop
    /// ExecStart=/bin/sh -c 'run # all'
    /// ```
    "systemd/inline-comment" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html"],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    for entry in unit.sections.iter().flat_map(|section| &section.entries) {
        let Some(at) = comment_in(&entry.key, &entry.value) else { continue };
        let key = &entry.key.value;
        let message = format!("systemd takes the comment as part of the value of `{key}=`");
        let vital = matches!(key.as_str(), "User" | "Group" | "WorkingDirectory" | "EnvironmentFile" | "Type");
        let finding = sink.report(at, message).help("put the comment on a line of its own");
        if !vital && !key.starts_with("Exec") {
            finding.severity(Medium);
        }
    }
}
