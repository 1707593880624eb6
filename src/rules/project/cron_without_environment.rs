//! `project/cron-without-environment`

use crate::model::image::Os;
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// A job of cron asks for a variable that the container has and the job does not.
    ///
    /// ## Why
    /// Debian's cron starts its jobs with a few variables of its own: `HOME`, `PATH`, `SHELL`. What Compose and the image set for the
    /// container is gone, so `$DATABASE_URL` is empty, and the job fails each night, or works on something else.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM debian:12-slim
    /// RUN apt-get update && apt-get install -y --no-install-recommends cron curl && rm -rf /var/lib/apt/lists/*
    /// COPY ping.cron /etc/cron.d/ping
    /// COPY --chmod=755 ping.sh /usr/local/bin/ping.sh
    /// CMD ["cron", "-f"]
    /// # > CMD ["sh", "-c", "printenv | grep ^PING_URL= > /etc/environment && exec cron -f"]
    /// ```
    /// ```crontab both file=ping.cron
    /// */5 * * * * root /usr/local/bin/ping.sh
    /// ```
    /// ```sh bad file=ping.sh
    /// #!/bin/sh
    /// curl -fsS -m 10 "$PING_URL"
    ///                 ^^^^^^^^^^^ project/cron-without-environment
    /// | cron starts this without the variables of service `jobs`: `PING_URL` is empty
    /// | help: write it down before cron starts, `printenv | grep ^PING_URL= > /etc/environment`, or let `supercronic`
    /// | run the jobs
    /// ```
    /// ```sh good file=ping.sh
    /// #!/bin/sh
    /// . /etc/ping.env
    /// curl -fsS -m 10 "$PING_URL"
    /// ```
    /// ```dockerfile good
    /// FROM debian:12-slim
    /// RUN apt-get update && apt-get install -y --no-install-recommends cron curl && rm -rf /var/lib/apt/lists/*
    /// COPY ping.cron /etc/cron.d/ping
    /// COPY ping.env /etc/ping.env
    /// COPY --chmod=755 ping.sh /usr/local/bin/ping.sh
    /// CMD ["cron", "-f"]
    /// ```
    /// ```env both file=ping.env
    /// PING_URL=https://ping.shop.de/jobs
    /// ```
    /// ```compose both
    /// services:
    ///   jobs:
    ///     build: .
    ///     environment:
    ///       PING_URL: https://ping.shop.de/jobs
    /// ```
    ///
    /// ## What it does not report
    /// The cron of BusyBox, which hands on what it has, programs other than scripts of the project, variables with a default, and
    /// projects in which anything writes the variables of a container into a file.
    "project/cron-without-environment" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let Some(service) = process.service() else { return sink.not_applicable() };
    let debian = !matches!(process.image.os(), Some(Os::Alpine | Os::Busybox) | None);
    let daemons = ctx.project.daemons(process);
    let Some(cron) = daemons.iter().find(|program| program.name == "cron").filter(|_| debian) else {
        return sink.not_applicable();
    };
    let Some((name, place)) = ctx.project.job_without_variable(service) else { return };
    let message =
        format!("cron starts this without the variables of service `{}`: `{name}` is empty", service.name.value);
    let help = format!(
        "write it down before cron starts, `printenv | grep ^{name}= > /etc/environment`, or let `supercronic` run the jobs"
    );
    sink.report(place, message).help(help).related(cron.span, "cron is started here");
}
