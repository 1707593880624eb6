//! `systemd/nothing-to-start`

use crate::model::units::{RefusedKind, Unit, refused};
use crate::rules::prelude::*;

rule! {
    /// A unit without what it is for: a command, a time, an address, a path.
    ///
    /// ## Why
    /// systemd does not load such a unit (`bad-setting`). Settings that it cannot read do not count: a schedule in cron's
    /// form is no time.
    ///
    /// ## Examples
    /// ```systemd bad file=backup.timer
    /// [Timer]
    /// ^^^^^^^ systemd/nothing-to-start
    /// | the timer has no time, and systemd does not load the unit
    /// | help: add `OnCalendar=daily`, or another time
    /// Persistent=true
    /// # > OnCalendar=daily
    /// # > Persistent=true
    /// [Install]
    /// WantedBy=timers.target
    /// ```
    /// ```systemd both file=backup.service
    /// [Service]
    /// Type=oneshot
    /// User=backup
    /// ExecStart=/usr/local/bin/backup
    /// ```
    /// ```systemd good file=backup.timer
    /// [Timer]
    /// OnCalendar=daily
    /// Persistent=true
    /// [Install]
    /// WantedBy=timers.target
    /// ```
    /// ### A time that cannot be read
    /// ```systemd bad file=report.timer
    /// [Timer]
    /// OnCalendar=dayly
    /// #          ^^^^^ systemd/nothing-to-start
    /// # | systemd cannot read the time of the timer, and does not load the unit
    /// # | help: write a calendar event, perhaps `daily`
    /// # > OnCalendar=daily
    /// [Install]
    /// WantedBy=timers.target
    /// ```
    /// ```systemd both file=report.service
    /// [Service]
    /// Type=oneshot
    /// User=report
    /// ExecStart=/usr/local/bin/report
    /// ```
    "systemd/nothing-to-start" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#ExecStart="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    super::tell(RefusedKind::Nothing, refused(unit), sink);
}
