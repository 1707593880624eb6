//! `script/backup-unchecked`

use crate::model::Kind;
use crate::model::starts::{Joint, Step, is_dated};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// Old backups are deleted whether there is a new one or not.
    ///
    /// ## Why
    /// Without `set -e` a script goes on after a command that failed. When the disk is full or a password has changed, no new backup is made
    /// and the old ones still go, one a day, until there is none.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// #!/bin/bash
    /// pg_dump shop > "/backups/shop-$(date +%F).sql"
    /// find /backups -name "*.sql" -mtime +30 -delete
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/backup-unchecked
    /// # | old backups are deleted even when `pg_dump` fails: the script goes on, and one day only old ones are left to
    /// # | delete
    /// # | help: write `set -euo pipefail` below the first line, so that it ends where something fails
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// pg_dump shop > "/backups/shop-$(date +%F).sql"
    /// find /backups -name "*.sql" -mtime +30 -delete
    /// ```
    /// ### Checked by itself
    /// ```sh good file=checked.sh
    /// pg_dump shop > "/backups/shop-$(date +%F).sql" || exit 1
    /// find /backups -name "*.sql" -mtime +30 -delete
    /// ```
    /// ```sh good file=tested.sh
    /// pg_dump shop > "/backups/shop-$(date +%F).sql"
    /// if [ $? -eq 0 ]; then find /backups -name "*.sql" -mtime +30 -delete; fi
    /// ```
    /// ```sh good file=measured.sh
    /// FILE="/backups/shop-$(date +%F).sql.gz"
    /// pg_dump shop | gzip > "$FILE"
    /// SIZE=$(stat -c%s "$FILE" 2>/dev/null || echo 0)
    /// if [ "$SIZE" -lt 100 ]; then
    ///   echo "too small"
    ///   exit 1
    /// fi
    /// find /backups -name "*.sql.gz" -mtime +30 -delete
    /// ```
    /// ```sh bad file=nightly.sh
    /// FILE="/backups/shop-$(date +%F).sql"
    /// pg_dump shop > "$FILE"
    /// if [ ! -d /backups ]; then
    ///   exit 1
    /// fi
    /// SIZE=$(stat -c%s "$FILE")
    /// echo "$SIZE bytes"
    /// find /backups -name "*.sql" -mtime +30 -delete
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/backup-unchecked
    /// # | old backups are deleted even when `pg_dump` fails: the script goes on, and one day only old ones are left to
    /// # | delete
    /// # | help: write `set -euo pipefail` below the first line, so that it ends where something fails
    /// ```
    /// ### Looked for, not deleted
    /// ```sh good file=archive.sh
    /// gzip -c shop.db > "/backups/shop-$(date +%F).gz"
    /// find /backups -type f -mtime +90 | while read -r old; do
    ///   echo "old: $old"
    /// done
    /// ```
    /// ```sh bad file=tidy.sh
    /// gzip -c shop.db > "/backups/shop-$(date +%F).gz"
    /// find /backups -type f -mtime +90 | while read -r old; do
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/backup-unchecked
    /// # | old backups are deleted even when `gzip` fails: the script goes on, and one day only old ones are left to
    /// # | delete
    /// # | help: write `set -euo pipefail` below the first line, so that it ends where something fails
    ///   rm "$old"
    /// done
    /// ```
    /// ### Logs
    /// ```sh good file=rotate.sh
    /// cp app.log "app-$(date +%F).log"
    /// find . -name "app-*.log" -mtime +30 -delete
    /// ```
    /// ### In another block of a guide
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// docker compose exec -T db pg_dump -U shop shop > "shop-$(date +%F).sql"
    /// ~~~
    /// Once a month:
    /// ~~~bash
    /// find /backups -name "*.sql" -mtime +30 -delete
    /// ~~~
    /// ```
    /// ### Lines of a crontab, each for itself
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// 0 2 * * * pg_dump shop | gzip > "/backups/shop-$(date +\%F).sql.gz"
    /// 0 4 * * * find /backups -name "*.gz" -mtime +30 -delete
    /// ~~~
    /// ```
    /// ### By their number
    /// ```sh good file=number.sh
    /// pg_dump shop > "/backups/shop-$(date +%F).sql" && ls -t /backups/*.sql | tail -n +8 | xargs rm -f
    /// ```
    "script/backup-unchecked" {
        severity: Medium, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html"],
        check: Check::Commands(check),
    }
}

/// Whether a command makes a backup: a dump, or a copy with the time in its name.
fn makes_backup(step: &Step) -> bool {
    let log = |text: &str| text.contains(".log");
    let writes = step.makes().iter().any(|made| is_dated(&made.value) && !log(&made.value));
    step.dumps() || writes && step.copied().is_some()
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    // What turns logs over makes no backup.
    if commands.is_called(&["rotate", "logrotate"]) {
        return sink.not_applicable();
    }
    for prune in commands.steps {
        let old = prune.has("-mtime") || prune.has("-mmin") || prune.has("-ctime");
        if !old || prune.flow.branch || prune.before == Joint::And || !deletes(commands, prune) {
            continue;
        }
        // Whoever types it sees what fails.
        if commands.is_of_crontab(prune) || commands.kind == Kind::Guide && !commands.is_of_script_of_guide(prune) {
            continue;
        }
        // What a guide shows in another block is typed at another time.
        let made = commands.before(prune).filter(|step| makes_backup(step) && commands.stand_together(step, prune));
        let made: Vec<&Step> = made.collect();
        let looks =
            |step: &Step| step.words.iter().any(|word| word.value.contains("$?") || word.value.contains("PIPESTATUS"));
        let unchecked = made.iter().find(|step| !step.flow.errexit && !step.is_checked());
        let Some(unchecked) = unchecked.filter(|_| !commands.before(prune).any(looks)) else { continue };
        if ends_without_it(commands, unchecked, prune) {
            continue;
        }
        let (Some(first), Some(last)) = (prune.words.get(1), prune.words.last()) else { continue };
        let tool = unchecked.tool();
        sink.report(
            first.span.to(last.span),
            format!("old backups are deleted even when `{tool}` fails: the script goes on, and one day only old ones are left to delete"),
        )
        .help("write `set -euo pipefail` below the first line, so that it ends where something fails")
        .related(unchecked.span, "the script goes on when this fails")
        .related(commands.head, "without `set -e`");
        return;
    }
}

/// Whether what looks for old files deletes them: itself, or what it feeds, `xargs rm` or the `rm` of a loop.
fn deletes(commands: &Commands, step: &Step) -> bool {
    if step.prunes().is_none() || step.after != Joint::Pipe {
        return step.prunes().is_some();
    }
    let fed = commands.behind(step).take_while(|other| other.before == Joint::Pipe || other.flow.repeated);
    let removes = |other: &Step| ["rm", "/bin/rm", "unlink", "-delete", "shred"].iter().any(|word| other.has(word));
    removes(step) || fed.into_iter().any(removes)
}

/// Whether the script looks at what was made (`-s`, `stat`, `gzip -t`) and ends, in front of the deletion, where it is not good.
fn ends_without_it(commands: &Commands, made: &Step, prune: &Step) -> bool {
    let between = || commands.behind(made).take_while(|step| step.span.start < prune.span.start);
    let files: Vec<&str> = std::iter::once(made)
        .chain(between())
        .flat_map(Step::makes)
        .map(|made| made.value.as_str())
        .filter(|path| is_dated(path))
        .collect();
    let looks = |step: &&Step| {
        let is_look = ["[", "[[", "test", "stat", "du", "wc", "gzip", "gunzip", "zcat", "pg_restore", "tar"];
        (step.flow.tested || step.flow.substituted)
            && is_look.contains(&step.name())
            && step.words.iter().any(|word| files.contains(&word.value.as_str()))
    };
    let ends = |step: &&Step| {
        step.flow.branch
            && matches!(step.name(), "exit" | "return")
            && step.argv().get(1).is_some_and(|code| code.value != "0")
    };
    between().find(looks).is_some_and(|look| between().any(|step| step.span.start > look.span.start && ends(&step)))
}
