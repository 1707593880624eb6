//! `script/variable-never-set`

use std::collections::HashSet;

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A script that cron runs decides by a variable that cron does not know.
    ///
    /// ## Why
    /// cron gives a command `HOME`, `LOGNAME`, `SHELL` and a short `PATH`, and nothing of what the application gets. A variable that is
    /// set when a person runs the script is empty at night, and the script takes the other branch.
    ///
    /// ## Examples
    /// ```sh bad file=scripts/backup.sh
    /// #!/bin/bash
    /// set -e
    /// if [ "$DATABASE_TYPE" = "sqlite" ]; then
    /// #    ^^^^^^^^^^^^^^^^ script/variable-never-set
    /// # | `DATABASE_TYPE` is empty when cron runs this, and the other branch is taken: nothing sets it
    /// # | help: read the file it is set in (`. /PATH/.env`), or give it a default: `${NAME:-value}`
    ///   sqlite3 /opt/shop/app.db ".backup '/backups/app.db'"
    /// else
    ///   docker exec db pg_dump -U shop shop > /backups/shop.sql
    /// fi
    /// ```
    /// ```crontab both file=deploy/crontab
    /// 0 2 * * * /opt/shop/scripts/backup.sh
    /// ```
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// source /opt/shop/.env
    /// if [ "$DATABASE_TYPE" = "sqlite" ]; then echo sqlite; fi
    /// ```
    /// ### With a default, or looked at first
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// if [ "${DATABASE_TYPE:-sqlite}" = "sqlite" ]; then echo sqlite; fi
    /// if [ -n "$SLACK_HOOK" ]; then curl -s "$SLACK_HOOK"; fi
    /// echo "$HOME $1 $?"
    /// : "${REGION:=eu}"
    /// if [ "$REGION" = "eu" ]; then echo eu; fi
    /// curl -s "$URL"
    /// ```
    /// ```crontab good file=cron/crontab
    /// 0 2 * * * /opt/shop/scripts/backup.sh
    /// ```
    "script/variable-never-set" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html"],
        check: Check::Commands(check),
    }
}

/// What cron and the shell set themselves.
const GIVEN: [&str; 28] = [
    "HOME",
    "LOGNAME",
    "USER",
    "SHELL",
    "PATH",
    "PWD",
    "OLDPWD",
    "IFS",
    "UID",
    "EUID",
    "PPID",
    "RANDOM",
    "SECONDS",
    "LINENO",
    "HOSTNAME",
    "HOSTTYPE",
    "MACHTYPE",
    "OSTYPE",
    "PIPESTATUS",
    "BASH_SOURCE",
    "BASH_VERSION",
    "FUNCNAME",
    "OPTARG",
    "OPTIND",
    "REPLY",
    "LANG",
    "TERM",
    "EPOCHSECONDS",
];

/// The variables in capitals that a word names without a default: `$NAME`, `${NAME}`.
fn named(text: &str) -> Vec<&str> {
    text.split('$')
        .skip(1)
        .filter_map(|rest| {
            let (rest, braces) = rest.strip_prefix('{').map_or((rest, false), |rest| (rest, true));
            let length =
                rest.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_').count();
            let (name, behind) = rest.split_at_checked(length)?;
            let ends =
                if braces { behind.starts_with('}') } else { !behind.starts_with(|c: char| c.is_ascii_alphanumeric()) };
            (length > 2 && ends && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
        })
        .collect()
}

/// Whether a command looks whether a variable is there.
fn asks(step: &Step) -> bool {
    matches!(step.name(), "[" | "[[" | "test") && ["-n", "-z", "-v"].iter().any(|sign| step.has(sign))
}

/// Whether a command compares a value with another one.
fn compares(step: &Step) -> bool {
    matches!(step.name(), "[" | "[[" | "test") && ["=", "==", "!="].iter().any(|sign| step.has(sign)) && !asks(step)
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let by_cron = commands.schedule.filter(|span| ctx.project.document(span.file).class.kind != Kind::Unit);
    // A backup is made for the night, even where nobody sees yet what runs it.
    let for_night = commands.is_called(&["backup", "backups"]) && commands.schedule.is_none();
    if commands.kind != Kind::Script || by_cron.is_none() && !for_night {
        return sink.not_applicable();
    }
    let sets: HashSet<&str> = commands
        .steps
        .iter()
        .flat_map(|step| {
            let declared = step.words.iter().map(|word| word.value.split('=').next().unwrap_or_default());
            let own = matches!(
                step.name(),
                "export"
                    | "declare"
                    | "local"
                    | "readonly"
                    | "read"
                    | "for"
                    | "typeset"
                    | "mapfile"
                    | "getopts"
                    | "printf"
            );
            step.sets.iter().map(|set| set.value.0.as_str()).chain(declared.filter(move |_| own))
        })
        .collect();
    let reads = |step: &Step| matches!(step.name(), "source" | "." | "eval") || step.has("-a") && step.name() == "set";
    let minds = |name: &str| {
        let looks = commands.steps.iter().filter(|step| asks(step)).flat_map(|step| &step.words);
        commands.steps.iter().any(|step| step.minded.iter().any(|own| own == name))
            || looks.into_iter().any(|word| named(&word.value).contains(&name))
    };
    if commands.steps.iter().any(reads) || ctx.project.is_put_into_image(commands.path) {
        return;
    }
    let line = by_cron.map(|schedule| ctx.quote(schedule)).unwrap_or_default();
    let mut told: HashSet<&str> = HashSet::new();
    for step in commands.steps.iter().filter(|step| compares(step) && !step.contained) {
        for (word, plain) in step.words.iter().zip(&step.plain) {
            for name in named(&word.value).into_iter().filter(|_| !plain) {
                let known = sets.contains(name) || GIVEN.contains(&name) || line.contains(&format!("{name}="));
                if !known && !minds(name) && told.insert(name) {
                    let who = if by_cron.is_some() { "cron" } else { "a schedule" };
                    let message = format!(
                        "`{name}` is empty when {who} runs this, and the other branch is taken: nothing sets it"
                    );
                    let finding = sink.report(word.span, message);
                    finding.help("read the file it is set in (`. /PATH/.env`), or give it a default: `${NAME:-value}`");
                    match by_cron {
                        Some(schedule) => _ = finding.related(schedule, "runs it"),
                        None => _ = finding.severity(Low),
                    }
                }
            }
        }
    }
}
