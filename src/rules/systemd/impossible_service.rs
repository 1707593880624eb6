//! `systemd/impossible-service`

use crate::model::units::{RefusedKind, Unit, refused};
use crate::rules::prelude::*;

rule! {
    /// Settings of a service that exclude each other.
    ///
    /// ## Why
    /// systemd does not load a service with two commands to start unless it is `Type=oneshot`, a `oneshot` service with
    /// `Restart=always`, or `Type=dbus` without a name (`bad-setting`). An `ExecStart=` in a drop-in adds a second command; an
    /// empty one in front of it takes back the first.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// Type=oneshot
    /// Restart=always
    /// #       ^^^^^^ systemd/impossible-service
    /// # | a service that is done when its command ends cannot start again whenever it is done, and systemd does not
    /// # | load the unit
    /// # | help: write `Restart=on-failure`, or leave `Type=oneshot` out when the program stays
    /// # > Restart=on-failure
    /// ExecStart=/opt/shop/import.sh
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// Type=oneshot
    /// Restart=on-failure
    /// ExecStart=/opt/shop/import.sh
    /// ExecStart=/opt/shop/report.sh
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    ///
    /// ### On top of a unit
    /// ```systemd both file=shop.service
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// ExecStart=/opt/shop/run.sh
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    /// ```systemd bad file=shop.service.d/workers.conf
    /// [Service]
    /// ExecStart=/opt/shop/run.sh --workers 4
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/impossible-service
    /// # | the service has a second command to start, which only `Type=oneshot` may have, and systemd does not load the
    /// # | unit
    /// # | help: keep one `ExecStart=`; what must run before it is `ExecStartPre=`, and an empty `ExecStart=` takes
    /// # | back what stands above it
    /// # > ExecStart=
    /// # > ExecStart=/opt/shop/run.sh --workers 4
    /// ```
    /// ```systemd good file=shop.service.d/workers.conf
    /// [Service]
    /// ExecStart=
    /// ExecStart=/opt/shop/run.sh --workers 4
    /// ```
    "systemd/impossible-service" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Type="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    super::tell(RefusedKind::Combination, refused(unit), sink);
}
