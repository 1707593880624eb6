//! `project/scheduler-without-root`

use crate::model::image::{RunsAs, Tool, is_root};
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// A scheduler that needs root is started as another user.
    ///
    /// ## Why
    /// `cron` writes below `/var/run` and switches to the user of each job. As another user it stops at once:
    /// `can't open or create /var/run/crond.pid: Permission denied`, and the container is restarted for ever.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// RUN apt-get update && apt-get install -y cron
    /// USER 1000
    /// CMD ["cron", "-f"]
    /// #     ^^^^ project/scheduler-without-root
    /// # | this image starts `cron` as a user other than root, so it stops at once
    /// # | help: run the jobs from the host's scheduler with `docker compose run`, or use `supercronic`
    /// # > CMD ["supercronic", "/app/jobs"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// USER 1000
    /// CMD ["python", "jobs.py"]
    /// ```
    /// ### By its service
    /// ```compose bad
    /// services:
    ///   jobs:
    ///     image: python:3.12-alpine
    ///     user: "1000"
    ///     command: crond -f
    /// #            ^^^^^ project/scheduler-without-root
    /// # | service `jobs` starts `crond` as a user other than root, so it stops at once
    /// # | help: run the jobs from the host's scheduler with `docker compose run`, or use `supercronic`
    /// # >     command: supercronic /app/jobs
    /// ```
    /// ```compose good
    /// services:
    ///   jobs:
    ///     image: python:3.12-alpine
    ///     command: crond -f
    ///   other:
    ///     image: shop:1
    ///     user: "1000"
    ///     command: supercronic /jobs
    /// ```
    "project/scheduler-without-root" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/cron.8.en.html"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, context: &Context, sink: &mut Sink) {
    for program in context.project.daemons(process) {
        if !matches!(program.name.as_str(), "cron" | "crond")
            || matches!(program.image.tool(&program.name), Tool::No { .. })
        {
            continue;
        }
        let told = program.service.and_then(|service| service.user.set());
        let (other, place) = match told {
            Some(user) => (!is_root(&user.value), Some(user.span)),
            None => (matches!(program.image.runs_as(), RunsAs::Other), None),
        };
        if !other {
            continue;
        }
        let message =
            format!("{} starts `{}` as a user other than root, so it stops at once", process.owner(), program.name);
        let finding = sink.report(program.span, message);
        finding.help("run the jobs from the host's scheduler with `docker compose run`, or use `supercronic`");
        if let Some(place) = place {
            finding.related(place, "the user is named here");
        }
    }
}
