//! `systemd/ignored-value`

use crate::model::units::{Unit, comment_in, ignored, refused};
use crate::rules::prelude::*;

rule! {
    /// A value that systemd cannot read, and goes on without.
    ///
    /// ## Why
    /// systemd writes one line into its log and starts the unit as if the setting were not there: without the sandbox, with
    /// the usual timeout, without the variables of a file. A timer loses a schedule that is written as cron writes it.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// Type=one-shot
    /// #    ^^^^^^^^ systemd/ignored-value
    /// # | `Type=` takes one of `simple`, `exec`, `forking`, `oneshot`, `dbus`, `notify`, `notify-reload`, `idle`:
    /// # | systemd ignores the setting and goes on without
    /// # > Type=oneshot
    /// PrivateTmp=enabled
    /// #          ^^^^^^^ systemd/ignored-value
    /// # > PrivateTmp=yes
    /// TimeoutStopSec=5 minuets
    /// #              ^^^^^^^^^ systemd/ignored-value
    /// # > TimeoutStopSec=5 minutes
    /// EnvironmentFile=.env
    /// #               ^^^^ systemd/ignored-value
    /// # > EnvironmentFile=/opt/shop/.env
    /// ExecStart=/opt/shop/run.sh
    /// ```
    /// ```systemd good
    /// [Service]
    /// Type=oneshot
    /// PrivateTmp=yes
    /// TimeoutStopSec=5min
    /// EnvironmentFile=-/opt/shop/.env
    /// ProtectSystem=strict
    /// ExecStart=/opt/shop/run.sh
    /// ```
    /// ### One of two times
    /// ```systemd bad file=backup.timer
    /// [Timer]
    /// OnBootSec=10min
    /// OnCalendar=25:00
    /// #          ^^^^^ systemd/ignored-value
    /// # | `OnCalendar=` takes hours from 0 to 23, and steps that fit in: systemd ignores the setting and goes on without
    /// # > OnCalendar=23:00
    /// ```
    /// ```systemd both file=backup.service
    /// [Service]
    /// Type=oneshot
    /// User=backup
    /// ExecStart=/usr/local/bin/backup
    /// ```
    "systemd/ignored-value" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html"],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    for stray in unit.strays.iter().filter(|stray| !unit.is_torn(stray.span)) {
        sink.fault(stray).severity(Medium).cause((unit.file, stray.message.as_str()), "nor this");
    }
    let refused: Vec<Span> = refused(unit).iter().map(|refused| refused.fault.span).collect();
    for found in ignored(unit)
        .iter()
        .filter(|found| comment_in(found.key, found.value).is_none() && !refused.contains(&found.value.span))
    {
        let key = &found.key.value;
        let message = format!("`{key}=` takes {}: systemd ignores the setting and goes on without", found.expected);
        let finding = sink.report(found.value.span, message);
        // What the program needs, or a time that never comes.
        if !matches!(key.as_str(), "EnvironmentFile" | "OnCalendar" | "Type" | "Restart") {
            finding.severity(Medium).effect(Weakens);
        }
    }
}
