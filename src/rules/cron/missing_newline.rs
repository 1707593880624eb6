//! `cron/missing-newline`

use crate::model::crontab::Crontab;
use crate::rules::prelude::*;

rule! {
    /// The last line of a crontab has no end.
    ///
    /// ## Why
    /// `crontab FILE` refuses such a file ("new crontab file is missing newline before EOF"), and from `/etc/cron.d` cron does not load it.
    ///
    /// ## Examples
    /// ```crontab bad unended expect=cron/missing-newline@1:1
    /// | the last line has no end, and cron does not take the file
    /// | help: end it with a line feed
    /// 0 2 * * * /opt/shop/backup.sh
    /// ```
    /// ```crontab good
    /// 0 2 * * * /opt/shop/backup.sh
    /// ```
    "cron/missing-newline" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html#DIAGNOSTICS"],
        check: Check::Crontab(check),
    }
}

fn check(crontab: &Crontab, ctx: &Context, sink: &mut Sink) {
    if let Some(span) = crontab.unended.filter(|_| !ctx.project.has_other_cron()) {
        sink.report(span, "the last line has no end, and cron does not take the file").help("end it with a line feed");
    }
}
