//! `cron/tool-not-on-path`

use std::collections::HashSet;

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A script that cron runs calls a program that is not where cron looks.
    ///
    /// ## Why
    /// cron looks for programs in `/usr/bin` and `/bin`. What its makers install by a script of their own lies in `/usr/local/bin` or
    /// `/snap/bin`: the job works when a person tries it, and does not at night. A script that looks for the program first leaves the
    /// step out and says nothing.
    ///
    /// ## Examples
    /// ```sh bad file=scripts/backup.sh
    /// #!/bin/bash
    /// set -e
    /// if command -v aws > /dev/null; then
    /// #             ^^^ cron/tool-not-on-path
    /// # | cron looks in `/usr/bin` and `/bin`, and `aws` is in neither where its makers install it
    /// # | help: set `PATH=/usr/local/bin:/usr/bin:/bin` at the top of the crontab
    ///   aws s3 cp /backups/shop.sql s3://shop-backups/
    /// fi
    /// ```
    /// ```crontab both
    /// 0 2 * * * /opt/shop/scripts/backup.sh
    /// ```
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// set -e
    /// PATH=/usr/local/bin:$PATH
    /// aws s3 cp /backups/shop.sql s3://shop-backups/
    /// ```
    /// ### By its path
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// /usr/local/bin/aws s3 cp /backups/shop.sql s3://shop-backups/
    /// ```
    /// ```crontab good
    /// 0 2 * * * /opt/shop/scripts/backup.sh
    /// ```
    "cron/tool-not-on-path" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://manpages.debian.org/bookworm/cron/crontab.5.en.html",
            "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
        ],
        check: Check::Commands(check),
    }
}

/// Programs whose makers put them beside what the system looks after: the AWS CLI, and what snap and npm install.
const ELSEWHERE: [&str; 4] = ["aws", "pm2", "doctl", "mc"];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let by_cron = commands.schedule.filter(|span| ctx.project.document(span.file).class.kind != Kind::Unit);
    let Some(schedule) = by_cron.filter(|_| commands.kind == Kind::Script) else { return sink.not_applicable() };
    let reads = commands.steps.iter().any(|step| matches!(step.name(), "source" | "."));
    if reads || ctx.project.sets_path(commands, schedule) || ctx.project.is_put_into_image(commands.path) {
        return;
    }
    let mut told: HashSet<&str> = HashSet::new();
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained && !step.remote) {
        let (name, Some(word)) = (step.name(), step.argv().first()) else { continue };
        // Where the project says that it is there; Node.js of NodeSource has its programs in `/usr/bin`.
        let there = || {
            ctx.project.says(&[&format!("/usr/bin/{name}")])
                || name == "pm2" && ctx.project.says(&["deb.nodesource.com"])
        };
        let elsewhere = ELSEWHERE.contains(&name) && word.value == name && !ctx.project.brings_package(name);
        if elsewhere && !there() && told.insert(name) {
            // Who asks first whether it is there goes on without it, and says so.
            let source = ctx.project.source(commands.file).shown();
            let asked = source.contains(&format!("command -v {name}")) || source.contains(&format!("which {name}"));
            let finding = sink
                .report(
                    word.span,
                    format!(
                        "cron looks in `/usr/bin` and `/bin`, and `{name}` is in neither where its makers install it"
                    ),
                )
                .help("set `PATH=/usr/local/bin:/usr/bin:/bin` at the top of the crontab")
                .related(schedule, "runs it");
            if asked {
                finding.severity(Low);
            }
        }
    }
}
