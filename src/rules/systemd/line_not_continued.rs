//! `systemd/line-not-continued`

use crate::model::units::Unit;
use crate::rules::prelude::*;

rule! {
    /// A value goes on in the next line, and nothing says so.
    ///
    /// ## Why
    /// A line goes on in the next one only behind a `\` at its very end. Without it the command ends there: systemd ignores the rest with
    /// one line in its log, and the program runs without its options.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// Restart=on-failure
    /// ExecStart=/opt/shop/venv/bin/celery -A shop beat \
    ///     --loglevel=info
    ///     --schedule=/var/lib/shop/beat.db
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/line-not-continued
    /// # | the value of `ExecStart` ends in the line above, which has no `\` at its end: this never gets there
    /// # | help: write ` \` at the end of the line above
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// Restart=on-failure
    /// ExecStart=/opt/shop/venv/bin/celery -A shop beat \
    ///     --loglevel=info \
    ///     --schedule=/var/lib/shop/beat.db
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    ///
    /// ### The application itself
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// NoNewPrivileges=yes
    /// ProtectSystem=full
    /// PrivateTmp=yes
    /// Restart=on-failure
    /// ExecStart=/opt/shop/venv/bin/gunicorn
    ///     --workers 3 \
    /// #   ^^^^^^^^^^^^^ systemd/line-not-continued
    /// # | the value of `ExecStart` ends in the line above, which has no `\` at its end: this never gets there
    /// # | help: write ` \` at the end of the line above
    ///     shop.wsgi:application
    /// ```
    ///
    /// ## What it does not report
    /// Lines that stand at the margin and are no options: see `systemd/unknown-key` and `systemd/ignored-value`.
    "systemd/line-not-continued" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html"],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    for torn in &unit.torn {
        let key = &torn.key.value;
        let message =
            format!("the value of `{key}` ends in the line above, which has no `\\` at its end: this never gets there");
        let finding = sink.report(torn.rest, message).help("write ` \\` at the end of the line above");
        finding.related(torn.value, "it ends here");
    }
}
