//! `cron/user-given`

use crate::model::crontab::Crontab;
use crate::rules::prelude::*;

rule! {
    /// An entry of the crontab of a user names a user.
    ///
    /// ## Why
    /// What `crontab FILE` installs has no field for a user: cron runs a program called `root`, which does not exist, and what should be
    /// run is its argument.
    ///
    /// ## Examples
    /// ```crontab bad file=deploy/crontab
    /// 0 2 * * * root /opt/shop/backup.sh
    /// #         ^^^^ cron/user-given
    /// # | `crontab` installs this, and its entries name no user: cron runs a program `root`
    /// # | help: leave the user out, or copy the file to `/etc/cron.d`
    /// ```
    /// ```sh bad file=install.sh
    /// crontab deploy/crontab
    /// ```
    /// ```crontab good file=deploy/crontab
    /// 0 2 * * * /opt/shop/backup.sh
    /// ```
    /// ```sh good file=install.sh
    /// crontab deploy/crontab
    /// ```
    /// ### A crontab of the system
    /// ```crontab good file=deploy/crontab
    /// 0 2 * * * root /opt/shop/backup.sh
    /// ```
    /// ```sh good file=install.sh
    /// cp deploy/crontab /etc/cron.d/shop
    /// ```
    "cron/user-given" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html"],
        check: Check::Crontab(check),
    }
}

fn check(crontab: &Crontab, ctx: &Context, sink: &mut Sink) {
    if !ctx.project.is_given_to_crontab(crontab) {
        return sink.not_applicable();
    }
    for entry in crontab.entries() {
        let (user, command) = entry.split();
        if matches!(user.value, "root" | "www-data" | "nobody") && !command.value.is_empty() {
            sink.report(
                user.span,
                format!("`crontab` installs this, and its entries name no user: cron runs a program `{}`", user.value),
            )
            .help("leave the user out, or copy the file to `/etc/cron.d`");
        }
    }
}
