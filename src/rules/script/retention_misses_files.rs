//! `script/retention-misses-files`

use std::collections::HashSet;

use crate::model::starts::{Joint, Step, file_name, fits, is_dated};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// Old backups are deleted, but not all that are written.
    ///
    /// ## Why
    /// What the pattern of the deletion does not fit stays for ever. The disk fills up over months, and a copy of a file with secrets is
    /// kept longer than anybody knows.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// #!/bin/bash
    /// set -e
    /// NOW=$(date +%Y%m%d)
    /// tar czf /backups/files_$NOW.tar.gz -C /srv/shop .
    /// cp .env.prod /backups/env_$NOW.prod
    /// #            ^^^^^^^^^^^^^^^^^^^^^^ script/retention-misses-files
    /// # | this is written with every backup and never deleted: no pattern below fits its name
    /// # | help: delete it as well, or give it a name that the pattern fits
    /// find /backups -name "*.tar.gz" -mtime +30 -delete
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/bash
    /// set -e
    /// NOW=$(date +%Y%m%d)
    /// pg_dump shop > /backups/db_$NOW.sql
    /// gzip /backups/db_$NOW.sql
    /// cp .env.prod /backups/env_$NOW.prod
    /// find /backups -name "db_*.sql.gz" -mtime +30 -delete
    /// find /backups -name "env_*" -mtime +30 -exec rm {} \;
    /// ```
    /// ### Somewhere else
    /// ```sh good file=elsewhere.sh
    /// pg_dump shop > /backups/db_$(date +%F).sql
    /// echo done > /var/log/backup_$(date +%F).log
    /// find /backups -name "db_*" -mtime +30 -delete
    /// ```
    "script/retention-misses-files" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Commands(check),
    }
}

/// What packing and sealing add to a name, where the script does that to files.
const ENDS: [&str; 8] = ["", ".gz", ".xz", ".zst", ".bz2", ".gpg", ".enc", ".age"];

/// Whether a command packs or seals a file that is there: what a pipe feeds it, it writes under another name.
fn packs(step: &Step) -> bool {
    const PACKERS: [&str; 8] = ["gzip", "pigz", "xz", "zstd", "bzip2", "gpg", "openssl", "age"];
    let by_find = step.tool() == "find" && PACKERS.iter().any(|own| step.has(own));
    by_find || PACKERS.contains(&step.tool()) && step.before != Joint::Pipe
}

/// The directory of a path, as far as it is the same text.
fn directory(path: &str) -> &str {
    path.strip_suffix(file_name(path)).unwrap_or_default().trim_end_matches('/')
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    let aged = |step: &&Step| ["-mtime", "-mmin", "-ctime"].iter().any(|word| step.has(word));
    let finds: Vec<_> = commands.steps.iter().filter(aged).filter_map(|step| Some((step, step.prunes()?))).collect();
    let Some((first, _)) = finds.first() else { return sink.not_applicable() };
    // What else is deleted, by whatever rule.
    let others: Vec<_> =
        commands.steps.iter().filter_map(Step::prunes).filter(|prune| !prune.names.is_empty()).collect();
    let ends = if commands.steps.iter().any(packs) { &ENDS[..] } else { &ENDS[..1] };
    let mut told: HashSet<&str> = HashSet::new();
    for step in commands.steps {
        for made in step.makes() {
            let path = made.value.as_str();
            let name = file_name(path);
            let here = finds
                .iter()
                .any(|(_, prune)| prune.directory.is_some_and(|own| directory(path) == own.trim_end_matches('/')));
            // Written under one name, and kept under another one.
            let renamed = || commands.behind(step).any(|later| later.name() == "mv" && later.has(path));
            if !is_dated(name) || name.contains('/') || !here || renamed() {
                continue;
            }
            let all = finds.iter().any(|(_, prune)| prune.names.is_empty());
            let gone = |prune: &&crate::model::starts::Pruned| {
                prune
                    .names
                    .iter()
                    // What `[0-9]` takes is not looked into.
                    .any(|pattern| {
                        pattern.contains('[')
                            || ends.iter().any(|end| fits(file_name(pattern), &format!("{name}{end}")))
                    })
            };
            // A folder that much is put into is one.
            let known = !told.insert(path.trim_end_matches('/'));
            if all || known || others.iter().any(|prune| gone(&prune)) {
                continue;
            }
            sink.report(
                made.span,
                "this is written with every backup and never deleted: no pattern below fits its name",
            )
            .help("delete it as well, or give it a name that the pattern fits")
            .related(first.span, "deletes what is old");
        }
    }
}
