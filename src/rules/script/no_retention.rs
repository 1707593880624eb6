//! `script/no-retention`

use crate::model::starts::{Step, is_dated};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// Backups are made by the clock and never deleted.
    ///
    /// ## Why
    /// Every run leaves one more file. One day the disk is full, and then it is not the backup that stops, but the database beside it.
    ///
    /// ## Examples
    /// ```crontab bad file=deploy/crontab
    /// 0 2 * * * pg_dump -Fc shop > /backups/shop-$(date +\%F).dump
    /// #                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/no-retention
    /// # | every run leaves one more file, and nothing here deletes the old ones: one day the disk is full
    /// # | help: delete what is old behind it: `find DIRECTORY -name 'PATTERN' -mtime +30 -delete`
    /// ```
    /// ```crontab good file=deploy/crontab
    /// 0 2 * * * pg_dump -Fc shop > /backups/shop-$(date +\%F).dump
    /// 0 3 * * * find /backups -name "shop-*.dump" -mtime +14 -delete
    /// ```
    /// ### One for each day of the week
    /// ```crontab good file=deploy/crontab
    /// 0 2 * * * pg_dump -Fc shop > /backups/shop-$(date +\%u).dump
    /// ```
    /// ### In a program of its own
    /// ```crontab good file=deploy/crontab
    /// 0 2 * * * /opt/shop/scripts/backup.sh
    /// ```
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// pg_dump -Fc shop > "/backups/shop-$(date +%F).dump"
    /// python3 - <<'PY'
    /// import pathlib, time
    /// for old in pathlib.Path("/backups").glob("shop-*.dump"):
    ///     if old.stat().st_mtime < time.time() - 30 * 86400:
    ///         old.unlink()
    /// PY
    /// ```
    /// ### Another one does
    /// ```crontab good file=deploy/crontab
    /// 0 2 * * * pg_dump -Fc shop > /backups/shop-$(date +\%F).dump
    /// 0 3 * * * /opt/shop/scripts/rotate-backups.sh
    /// ```
    /// ```sh good file=scripts/rotate-backups.sh
    /// ls -1t /backups/shop-* | tail -n +15 | while read -r old; do rm "$old"; done
    /// ```
    /// ### Nothing runs it by the clock
    /// ```sh good file=backup.sh
    /// pg_dump -Fc shop > "shop-$(date +%F).dump"
    /// ```
    "script/no-retention" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Commands(check),
    }
}

/// Whether a name comes back: the day of the week or of the month, or the hour.
fn comes_back(text: &str) -> bool {
    ["%u", "%w", "%a", "%A", "%d)", "%H)", "%m)"].iter().any(|sign| text.contains(sign))
        && !text.contains("%Y")
        && !text.contains("%F")
}

/// Whether a command deletes what is old, in whatever way.
fn deletes(step: &Step) -> bool {
    let says = |words: &[&str]| words.iter().any(|word| step.has(word));
    step.prunes().is_some()
        || matches!(step.tool(), "tmpreaper" | "tmpwatch" | "logrotate" | "unlink" | "xargs")
        || says(&["forget", "prune", "--delete", "delete", "-delete"])
        || says(&["rm"])
        || step.name() == "trap" && step.words.iter().any(|word| word.value.contains("rm "))
        || step.redirects.iter().filter_map(|own| own.body.as_ref()).any(|body| deletes_in_program(&body.value))
        || step.words.iter().any(|word| word.value.contains('(') && deletes_in_program(&word.value))
}

/// Whether a program that a command is fed, in whatever language, deletes files.
fn deletes_in_program(text: &str) -> bool {
    ["unlink(", "remove(", "rmtree(", "unlinkSync(", "rmSync("].iter().any(|call| text.contains(call))
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    // Another script may do it: one that deletes what is old, or is called so.
    let elsewhere = |other: &Commands| {
        other.is_called(&["rotate", "prune", "cleanup", "clean", "purge", "retention"])
            || other
                .steps
                .iter()
                .any(|step| step.prunes().is_some() && step.has("-mtime") || matches!(step.tool(), "restic" | "borg"))
    };
    if !commands.runs_alone() || commands.steps.iter().any(deletes) || ctx.project.commands().iter().any(elsewhere) {
        return sink.not_applicable();
    }
    for step in commands.steps {
        let copies = step.dumps()
            || step.backs_up_sqlite()
            || step.copied().is_some()
            || matches!(step.tool(), "gzip" | "pigz" | "zstd" | "xz");
        let made = step.makes().into_iter().find(|made| is_dated(&made.value) && !comes_back(&made.value));
        let Some(made) = made.filter(|made| copies && !made.value.contains("://")) else { continue };
        let finding = sink.report(
            made.span,
            "every run leaves one more file, and nothing here deletes the old ones: one day the disk is full",
        );
        finding.cause(commands.file, "and this one");
        finding.help("delete what is old behind it: `find DIRECTORY -name 'PATTERN' -mtime +30 -delete`");
        if let Some(schedule) = commands.schedule {
            finding.related(schedule, "runs it");
        }
    }
}
