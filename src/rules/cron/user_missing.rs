//! `cron/user-missing`

use crate::model::crontab::Crontab;
use crate::rules::prelude::*;

rule! {
    /// An entry of a crontab of the system without a user.
    ///
    /// ## Why
    /// In `/etc/crontab` and `/etc/cron.d` the sixth word is the user. Without one cron takes the first word of the command for it, finds
    /// no such user, and never runs the entry.
    ///
    /// ## Examples
    /// ```crontab bad file=etc/cron.d/shop
    /// 0 2 * * * /opt/shop/backup.sh
    /// #         ^^^^^^^^^^^^^^^^^^^ cron/user-missing
    /// # | cron takes this for a user, because it is a crontab of the system: the entry is never run
    /// # | help: write the user in front of it: `root`, or better one with fewer rights
    /// 0 3 * * * cd /opt/shop && ./clean.sh
    /// #         ^^ cron/user-missing
    /// ```
    /// ```crontab good file=etc/cron.d/shop
    /// 0 2 * * * root /opt/shop/backup.sh
    /// 0 3 * * * shop cd /opt/shop && ./clean.sh
    /// ```
    /// ```crontab good file=deploy/crontab
    /// 0 2 * * * /opt/shop/backup.sh
    /// ```
    "cron/user-missing" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html"],
        check: Check::Crontab(check),
    }
}

/// Programs that commands begin with, and no user is called like.
const PROGRAMS: [&str; 20] = [
    "cd",
    "docker",
    "docker-compose",
    "curl",
    "wget",
    "python",
    "python3",
    "php",
    "bash",
    "sh",
    "echo",
    "find",
    "rm",
    "test",
    "sleep",
    "flock",
    "certbot",
    "pg_dump",
    "mysqldump",
    "rsync",
];

fn check(crontab: &Crontab, ctx: &Context, sink: &mut Sink) {
    if !crontab.of_system || ctx.project.is_given_to_crontab(crontab) {
        return sink.not_applicable();
    }
    for entry in crontab.entries() {
        let (user, _) = entry.split();
        let text = user.value;
        if text.contains(['/', '$', '.', '"', '(']) || text == "[" || PROGRAMS.contains(&text) {
            sink.report(
                user.span,
                "cron takes this for a user, because it is a crontab of the system: the entry is never run",
            )
            .help("write the user in front of it: `root`, or better one with fewer rights");
        }
    }
}
