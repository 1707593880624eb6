//! `systemd/broken-section`

use crate::model::units::{RefusedKind, Unit, refused};
use crate::rules::prelude::*;

rule! {
    /// A section of a unit has no end.
    ///
    /// ## Why
    /// systemd stops reading at `[Service` without `]` and does not load the unit (`Bad message`).
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service
    /// ^^^^^^^^ systemd/broken-section
    /// | the section has no `]` at the end of its line, so systemd reads nothing of this file
    /// # > [Install]
    /// # > WantedBy=multi-user.target
    /// # > [Service]
    /// # > User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    "systemd/broken-section" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html"],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    super::tell(RefusedKind::Section, refused(unit), sink);
}
