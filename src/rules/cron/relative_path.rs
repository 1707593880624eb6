//! `cron/relative-path`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::model::units::is_placeholder;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command of cron that is looked for in the home of its user.
    ///
    /// ## Why
    /// cron runs commands in the home directory, with `/usr/bin:/bin` as `PATH`. `./backup.sh` and `python manage.py` are not found there,
    /// and all that is seen of it is a mail that nobody reads.
    ///
    /// ## Examples
    /// ```crontab bad
    /// 0 2 * * * ./scripts/backup.sh >> /var/log/backup.log 2>&1
    /// #         ^^^^^^^^^^^^^^^^^^^ cron/relative-path
    /// # | cron looks for this in the home directory of its user, and runs nothing when it is not there
    /// # | help: write the whole path, or `cd /DIRECTORY &&` in front of it
    /// 0 3 * * * python3 manage.py clearsessions
    /// #                 ^^^^^^^^^ cron/relative-path
    /// ```
    /// ```crontab good
    /// 0 2 * * * /opt/shop/scripts/backup.sh >> /var/log/backup.log 2>&1
    /// 0 3 * * * cd /opt/shop && python3 manage.py clearsessions
    /// 0 4 * * * docker compose -f /opt/shop/compose.yaml exec -T web python manage.py clearsessions
    /// 0 5 * * * $HOME/bin/report
    /// 0 6 * * * DEPLOY_PATH/scripts/report.sh
    /// ```
    "cron/relative-path" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html"],
        check: Check::Commands(check),
    }
}

/// The word that names a file relative to the directory it runs in.
fn relative(step: &Step) -> Option<&Spanned<String>> {
    let plain = |text: &str| {
        !text.starts_with(['/', '~', '$', '-', '<', '{', '`']) && !text.contains("://") && !is_placeholder(text)
    };
    let program = step.argv().first()?;
    if program.value.contains('/') && plain(&program.value) {
        return Some(program);
    }
    let runs =
        matches!(step.name(), "python" | "python3" | "php" | "node" | "ruby" | "perl" | "bash" | "sh" | "source" | ".");
    let script = step.argv().get(1).filter(|_| runs)?;
    let named = [".py", ".sh", ".php", ".js", ".rb", ".pl"].iter().any(|end| script.value.ends_with(end))
        || script.value.contains('/');
    (plain(&script.value) && named).then_some(script)
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let crontab = ctx.project.crontabs.iter().find(|crontab| crontab.file == commands.file);
    let Some(crontab) = crontab.filter(|_| commands.kind == Kind::Crontab) else { return sink.not_applicable() };
    // Somebody has said where to look.
    if crontab.setting("HOME").is_some() {
        return;
    }
    for step in commands.steps {
        let moved = || commands.before(step).any(|other| matches!(other.name(), "cd" | "pushd"));
        let Some(word) = relative(step).filter(|_| !step.contained && step.inside.is_none() && !moved()) else {
            continue;
        };
        sink.report(
            word.span,
            "cron looks for this in the home directory of its user, and runs nothing when it is not there",
        )
        .help("write the whole path, or `cd /DIRECTORY &&` in front of it");
    }
}
