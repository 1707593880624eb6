//! `project/command-missing`

use crate::model::image::{Image, Os, Tool};
use crate::project::{Process, Program};
use crate::rules::prelude::*;

rule! {
    /// A container starts a scheduler or process manager that is not in its image.
    ///
    /// ## Why
    /// The container stops at once: `exec: "crond": executable file not found in $PATH`, or `sh: crond: not found`. Slim and
    /// Debian images hold neither cron nor supervisord; Alpine has `crond`.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   scheduler:
    ///     image: python:3.12-slim
    ///     command: sh -c "crontab /app/jobs && crond -f"
    /// #                                        ^^^^^ project/command-missing
    /// # | service `scheduler` starts `crond`, which is not in the image, so the container stops at once
    /// # | help: run the jobs from the host's scheduler with `docker compose run`, or install the package `cron` and
    /// # | start `cron -f` as root
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   scheduler:
    ///     image: python:3.12-alpine
    ///     command: sh -c "crontab /app/jobs && crond -f"
    /// ```
    ///
    /// ### In a Dockerfile
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// CMD ["supervisord", "-n"]
    /// #     ^^^^^^^^^^^ project/command-missing
    /// # | this image starts `supervisord`, which is not in the image, so the container stops at once
    /// # | help: add `supervisor` to the packages the Dockerfile installs
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// RUN apt-get update && apt-get install -y --no-install-recommends supervisor
    /// CMD ["supervisord", "-n"]
    /// ```
    ///
    /// ## What it does not report
    /// Images gonogo does not know, and stages that run a script which may install the program.
    "project/command-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/cron.8.en.html"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, context: &Context, sink: &mut Sink) {
    for program in context.project.daemons(process) {
        let Tool::No { base, certain } = program.image.tool(&program.name) else { continue };
        let name = &program.name;
        let message =
            format!("{} starts `{name}`, which is not in the image, so the container stops at once", process.owner());
        let finding = sink.report(program.span, message).help(install(&program));
        finding.related(
            base,
            match program.image {
                Image::Named(_) => format!("this image has no `{name}`"),
                _ => format!("this base has no `{name}`, and no later step installs it"),
            },
        );
        if !certain {
            finding.confidence(Likely);
        }
    }
}

/// How a daemon gets into an image.
fn install(program: &Program) -> String {
    match (program.name.as_str(), program.image.os()) {
        ("crond" | "crontab" | "cron", Some(Os::Debian | Os::Buildpack)) => {
            "run the jobs from the host's scheduler with `docker compose run`, or install the package `cron` and start \
             `cron -f` as root"
                .to_owned()
        }
        ("supervisord", Some(Os::Alpine)) => "add `RUN apk add --no-cache supervisor` to the Dockerfile".to_owned(),
        ("supervisord", _) => "add `supervisor` to the packages the Dockerfile installs".to_owned(),
        (name, _) => format!("install `{name}` in the stage that ships"),
    }
}
