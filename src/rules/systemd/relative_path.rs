//! `systemd/relative-path`

use crate::model::units::{RefusedKind, Unit, refused};
use crate::rules::prelude::*;

rule! {
    /// A directory that must be an absolute path, and is none.
    ///
    /// ## Why
    /// `WorkingDirectory=` and `RootDirectory=` begin with `/`; neither variables nor quotes mean anything in them. With
    /// anything else systemd does not load the unit (`bad-setting`).
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// WorkingDirectory=$HOME/shop
    /// #                ^^^^^^^^^^ systemd/relative-path
    /// # | `WorkingDirectory=` is no absolute path, and systemd does not load the unit
    /// # | help: write the path from `/`; variables and `~/` are not expanded
    /// # > WorkingDirectory=/home/shop/shop
    /// ExecStart=/opt/shop/run.sh
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
    /// WorkingDirectory=~
    /// ExecStart=/opt/shop/run.sh
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    "systemd/relative-path" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#WorkingDirectory="],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    super::tell(RefusedKind::Path, refused(unit), sink);
}
