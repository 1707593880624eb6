//! `systemd/invalid-command`

use crate::model::units::{RefusedKind, Unit, refused};
use crate::rules::prelude::*;

rule! {
    /// A command that systemd does not take.
    ///
    /// ## Why
    /// The program of `ExecStart=` is an absolute path, or a name without `/` that is looked for in the directories of the
    /// system. Relative paths, `~` and variables in it, quotes without an end, and a `%` that begins no specifier keep the
    /// whole unit from being loaded (`bad-setting`).
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// WorkingDirectory=/opt/shop
    /// ExecStartPre=/usr/bin/logger "started at %k"
    /// #                            ^^^^^^^^^^^^^^^ systemd/invalid-command
    /// # | `%k` stands for nothing in a unit, and systemd does not take the command
    /// # | help: write `%%k` for the sign itself
    /// # > ExecStartPre=/usr/bin/logger "started at %%k"
    /// ExecStart=./run.sh
    /// #         ^^^^^^^^ systemd/invalid-command
    /// # > ExecStart=/opt/shop/run.sh
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// WorkingDirectory=/opt/shop
    /// ExecStartPre=-+/usr/bin/logger "started at %%k by %n"
    /// ExecStart=/opt/shop/run.sh
    /// ExecReload=kill -HUP $MAINPID
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    "systemd/invalid-command" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines"],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    super::tell(RefusedKind::Command, refused(unit), sink);
}
