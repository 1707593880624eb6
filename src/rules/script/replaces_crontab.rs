//! `script/replaces-crontab`

use crate::model::starts::{Joint, Step};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A line is meant to be added to a crontab and replaces all of it.
    ///
    /// ## Why
    /// `crontab -` takes what it reads for the whole crontab of the user. Whatever else ran by the clock, the renewal of certificates or the
    /// backup of another application, is gone without a word.
    ///
    /// ## Examples
    /// ```sh bad file=install.sh
    /// echo "0 3 * * * /opt/shop/backup.sh" | sudo crontab -u shop -
    /// #                                           ^^^^^^^^^^^^^^^^^ script/replaces-crontab
    /// # | this replaces the whole crontab: every other job of the user is gone
    /// # | help: put the jobs into a file below `/etc/cron.d`, or feed it `crontab -l` as well
    /// ```
    /// ```sh bad file=setup.sh
    /// crontab - <<EOF
    /// ^^^^^^^^^ script/replaces-crontab
    /// 0 3 * * * /opt/shop/backup.sh
    /// EOF
    /// ```
    /// ```sh good file=install.sh
    /// (crontab -l 2>/dev/null; echo "0 3 * * * /opt/shop/backup.sh") | crontab -
    /// crontab -l | grep -v backup.sh | { cat; echo "0 3 * * * /opt/shop/backup.sh"; } | crontab -
    /// echo "0 3 * * * root /opt/shop/backup.sh" > /etc/cron.d/shop
    /// ```
    /// ### What was there is kept in a file
    /// ```sh good file=kept.sh
    /// crontab -l > /tmp/jobs
    /// echo "0 3 * * * /opt/shop/backup.sh" >> /tmp/jobs
    /// crontab /tmp/jobs
    /// ```
    /// ### In a container there is nothing else
    /// ```sh good file=docker/entrypoint.sh
    /// #!/bin/sh
    /// echo "0 3 * * * /backup.sh" | crontab -
    /// exec crond -f
    /// ```
    /// ```sh good file=images/common/utils.sh
    /// add_job() { echo "0 3 * * * $1" | crontab -; }
    /// ```
    /// ```dockerfile good file=images/web/Dockerfile
    /// FROM debian:13
    /// COPY common/utils.sh /opt/utils.sh
    /// ```
    "script/replaces-crontab" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.1.en.html"],
        check: Check::Commands(check),
    }
}

fn lists(step: &Step) -> bool {
    step.name() == "crontab" && (step.has("-l") || step.has_short('l'))
}

/// Whether it is the script of a container, where there is no other job: it runs the daemon itself, or an image takes it.
fn runs_in_container(commands: &Commands, ctx: &Context) -> bool {
    commands.is_called(&["entrypoint", "docker"])
        || commands.steps.iter().any(|step| matches!(step.tool(), "crond" | "cron" | "supercronic"))
        || ctx.project.is_put_into_image(commands.path)
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps {
        let reads = step.arguments().last().is_some_and(|word| word.value == "-" || word.value == "/dev/stdin");
        if step.name() != "crontab" || !reads || step.contained || step.inside.is_some() {
            continue;
        }
        // Whoever asks for what is there keeps it, somewhere in front; a whole crontab may be put back.
        let whole = |other: &Step| other.words.iter().any(|word| word.value.contains("/crontabs/"));
        if commands.before(step).any(|other| lists(other) || whole(other)) {
            continue;
        }
        if runs_in_container(commands, ctx) {
            return;
        }
        let fed = step.redirects.iter().any(|redirect| redirect.body.is_some()) || step.before == Joint::Pipe;
        let (Some(first), Some(last)) = (step.argv().first(), step.argv().last()) else { continue };
        if fed {
            sink.report(
                first.span.to(last.span),
                "this replaces the whole crontab: every other job of the user is gone",
            )
            .help("put the jobs into a file below `/etc/cron.d`, or feed it `crontab -l` as well");
        }
    }
}
