//! `script/folder-not-made`

use crate::model::starts::{Joint, Step, as_pattern};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A backup is written to a directory that nothing makes.
    ///
    /// ## Why
    /// On a new server the first night ends with "No such file or directory", and so does every one after it. Nobody looks at a backup
    /// that is not there.
    ///
    /// ## Examples
    /// ```crontab bad
    /// 0 2 * * * pg_dump shop > /srv/backups/shop.sql
    /// #                        ^^^^^^^^^^^^^^^^^^^^^ script/folder-not-made
    /// # | no step makes `/srv/backups`: where it is missing there is no backup
    /// # | help: write `mkdir -p /srv/backups` in front of it, or where the server is set up
    /// # > 0 2 * * * mkdir -p /srv/backups && pg_dump shop > /srv/backups/shop.sql
    /// ```
    /// ```sh both file=scripts/setup.sh
    /// #!/bin/sh
    /// mkdir -p /srv/shop/uploads
    /// ```
    /// ```crontab good
    /// 0 2 * * * pg_dump shop > /srv/shop/uploads/shop.sql
    /// 0 3 * * * pg_dump shop > /var/backups/shop.sql
    /// ```
    ///
    /// ## What it does not report
    /// Directories that a server has by itself, or that the project names anywhere else; projects that make no directories at all.
    "script/folder-not-made" {
        severity: Low, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://pubs.opengroup.org/onlinepubs/9799919799/utilities/mkdir.html"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let backup = commands.runs_alone() || commands.is_called(&["backup", "backups"]);
    if !backup || commands.run_in_image() {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.remote) {
        let copied = step.copied().and_then(|copied| copied.to);
        let piped = || step.before == Joint::Pipe && commands.before(step).next_back().is_some_and(Step::dumps);
        let written = step.written().filter(|_| step.dumps() || piped());
        for file in copied.into_iter().chain(written) {
            let pattern = as_pattern(&file.value);
            let plain = pattern.split('*').next().unwrap_or_default();
            let Some((folder, _)) = plain.rsplit_once('/').filter(|(folder, _)| folder.starts_with('/')) else {
                continue;
            };
            let made = |other: &Step| {
                let words = other.words.iter().any(|word| word.value.trim_end_matches('/').starts_with(folder));
                matches!(other.name(), "mkdir" | "install") && words
            };
            if is_usual(folder) || commands.steps.iter().any(made) || !ctx.project.makes_folders_but(folder, file.span)
            {
                continue;
            }
            sink.report(file.span, format!("no step makes `{folder}`: where it is missing there is no backup"))
                .help(format!("write `mkdir -p {folder}` in front of it, or where the server is set up"))
                .cause((commands.file, folder), "nor for this");
        }
    }
}

/// Whether a server has a directory without being told: what the system brings, and homes.
fn is_usual(folder: &str) -> bool {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [] | [_] | ["home", _] => true,
        ["var", second] => matches!(second, "backups" | "log" | "tmp" | "lib" | "spool" | "www"),
        ["tmp" | "dev" | "proc" | "mnt" | "media", ..] => true,
        ["etc" | "usr", ..] => true,
        _ => false,
    }
}
