//! `cron/percent`

use crate::model::crontab::Crontab;
use crate::rules::prelude::*;

rule! {
    /// A `%` in a crontab that is not escaped.
    ///
    /// ## Why
    /// cron ends the command at the first `%` and gives what stands behind it to the command as input. `$(date +%F)` is cut off in the
    /// middle, the shell finds a bracket that is not closed, and nothing is done.
    ///
    /// ## Examples
    /// ```crontab bad
    /// 0 2 * * * pg_dump shop > /backups/shop-$(date +%F).sql; find /backups -mtime +9 -delete
    /// #                                              ^ cron/percent
    /// # | cron ends the command here: the rest is its input, and what is left of it fails
    /// # | help: write `\%`, or put the command into a script
    /// ```
    /// ```crontab good
    /// 0 2 * * * pg_dump shop > /backups/shop-$(date +\%F).sql; find /backups -mtime +9 -delete
    /// # 0 4 * * * echo 100%
    /// */5 * * * * %(user)s %(manage)s send_mail
    /// ```
    /// ### A program that takes it as it is
    /// ```crontab good
    /// 0 2 * * * date +%F >> /tmp/days
    /// ```
    /// ```compose good
    /// services:
    ///   cron:
    ///     image: alpine:3.22
    ///     command: crond -f
    /// ```
    "cron/percent" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html"],
        check: Check::Crontab(check),
    }
}

fn check(crontab: &Crontab, ctx: &Context, sink: &mut Sink) {
    // BusyBox and supercronic hand it on.
    let other = ctx.project.has_other_cron();
    for entry in crontab.entries() {
        // `%(name)s` and `{% name %}` are filled in before cron sees it.
        let template = entry.rest.value.contains("%(") || entry.rest.value.contains("{%");
        if let Some(span) = entry.percent().filter(|_| !other && !template) {
            sink.report(span, "cron ends the command here: the rest is its input, and what is left of it fails")
                .help("write `\\%`, or put the command into a script");
        }
    }
}
