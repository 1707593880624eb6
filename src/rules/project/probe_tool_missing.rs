//! `project/probe-tool-missing`

use crate::model::Healthcheck;
use crate::model::compose::Service;
use crate::model::image::{Image, Os, Tool};
use crate::project::{Failing, Probe, Process, Program, Project, Substitute};
use crate::rules::Finding;
use crate::rules::prelude::*;

rule! {
    /// A health check or command runs a program that is not in the image.
    ///
    /// ## Why
    /// Slim images hold neither curl nor wget. A health check that runs a missing program fails every time: the
    /// container is reported unhealthy for ever, services that wait for `service_healthy` never start, and an
    /// orchestrator restarts it in a loop. A missing `crond` or `supervisord` ends the container at once:
    /// `exec: "curl": executable file not found in $PATH`.
    ///
    /// How much a failing check matters depends on who looks at it: services that wait for `service_healthy`, Traefik, a Swarm,
    /// `docker compose up --wait`. Where nobody does, the container only looks ill.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
    /// #                    ^^^^ project/probe-tool-missing
    /// # | the health check of service `web` runs `curl`, which is not in the image, so it fails every time
    /// # | help: write `test: ["CMD", "python", "-c", "import urllib.request as u;
    /// # | u.urlopen('http://localhost:8000/health', timeout=5)"]`
    /// # >       test: ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/health', timeout=5)"]
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM python:3.12-slim
    /// RUN apt-get update && apt-get install -y --no-install-recommends gcc
    /// COPY . /app
    /// CMD ["python", "/app/main.py"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     healthcheck:
    ///       test: ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/health')"]
    /// ```
    ///
    /// ### In a Dockerfile
    /// ```dockerfile bad file=Dockerfile
    /// FROM node:20-slim
    /// HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1
    /// #               ^^^^ project/probe-tool-missing
    /// # | the health check of this image runs `wget`, which is not in the image, so it fails every time
    /// # | help: write `HEALTHCHECK CMD ["node", "-e", "fetch('http://localhost:3000/').then(r => process.exit(r.ok ? 0
    /// # | : 1), () => process.exit(1))"]`
    /// # > HEALTHCHECK CMD ["node", "-e", "fetch('http://localhost:3000/').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM node:20-alpine
    /// HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1
    /// ```
    ///
    /// ### A program that is not there
    /// ```compose bad file=compose.yaml
    /// services:
    ///   scheduler:
    ///     image: python:3.12-slim
    ///     command: sh -c "crontab /app/jobs && crond -f"
    /// #                                        ^^^^^ project/probe-tool-missing
    /// # | service `scheduler` starts `crond`, which is not in the image, so the container stops at once
    /// # | help: run the jobs from the host's scheduler with `docker compose run`, or install the package `cron` and
    /// # | start `cron -f` as root
    /// # >     command: python /app/jobs.py
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   scheduler:
    ///     image: python:3.12-alpine
    ///     command: sh -c "crontab /app/jobs && crond -f"
    /// ```
    ///
    /// ## What it does not report
    /// Images gonogo does not know, packages that come from a variable, stages that run a script which may install
    /// the program: all of these are unknown. So is a check that looks for the program first (`command -v curl`).
    "project/probe-tool-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/reference/dockerfile/#healthcheck",
            "https://github.com/docker-library/python/blob/master/Dockerfile-linux.template",
        ],
        check: Check::Process(check),
    }
}

fn check(process: &Process, context: &Context, sink: &mut Sink) {
    for probe in &context.project.probes_of(process) {
        // The check of an image is that of a service that says nothing of it.
        let inherits = |service: &&Service| matches!(service.healthcheck, Healthcheck::Inherited);
        let of = probe.service.or(process.service().filter(inherits));
        for program in &context.project.needed_by(probe) {
            match program.image.tool(&program.name) {
                Tool::Yes(_) => {}
                Tool::Unknown(why) if matches!(program.name.as_str(), "curl" | "wget" | "nc") => {
                    sink.unknown(program.span, why);
                }
                Tool::Unknown(_) => {}
                Tool::No { base, certain } => {
                    missing((context.project, of), (probe, program), (base, certain), sink);
                }
            }
        }
    }
    for program in &context.project.daemons(process) {
        let Tool::No { base, certain } = program.image.tool(&program.name) else { continue };
        let (name, owner) = (&program.name, process.owner());
        let message = format!("{owner} starts `{name}`, which is not in the image, so the container stops at once");
        let finding = sink.report(program.span, message).help(install(program));
        conclude(finding, program, base, certain);
    }
}

fn missing(
    (project, of): (&Project, Option<&Service>),
    (probe, program): (&Probe, &Program),
    (base, certain): (Span, bool),
    sink: &mut Sink,
) {
    let name = &program.name;
    let failing = Failing::Tool { program: name.clone(), at: program.span };
    let message = format!("the health check of {} {failing}", probe.owner());
    let finding = sink.report(program.span, message).help(instead(project, program));
    finding.label(format!("`{name}` is not in the image this runs in"));
    conclude(finding, program, base, certain);
    match of {
        Some(service) => super::tell_who_waits(project, service, finding),
        None => _ = finding.severity(Medium),
    }
}

fn conclude(finding: &mut Finding, program: &Program, base: Span, certain: bool) {
    let name = &program.name;
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

/// What to write in place of a health check.
fn instead(project: &Project, program: &Program) -> String {
    match project.substitute(program) {
        Substitute::Command(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            let key = if program.service.is_some() { "test: [\"CMD\", " } else { "HEALTHCHECK CMD [" };
            format!("write `{key}{}]`", words.join(", "))
        }
        Substitute::Wget => "use `wget -q --spider`, which is in the image, with the same address".to_owned(),
        Substitute::Apt(package) => format!(
            "install it in the stage that ships: `RUN apt-get update && apt-get install -y --no-install-recommends \
             {package}`"
        ),
        Substitute::Apk(package) => format!("install it in the stage that ships: `RUN apk add --no-cache {package}`"),
        Substitute::Nothing => "build a small probe program into the image and run that, or drop the check".to_owned(),
        Substitute::Unknown => format!("use a program that is in the image, or install `{}`", program.name),
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
