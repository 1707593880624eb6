//! `project/probe-tool-missing`

use crate::model::image::{Image, Tool};
use crate::project::{Probe, Program, Project, Substitute};
use crate::rules::prelude::*;

rule! {
    /// A health check runs a program that is not in the image.
    ///
    /// ## Why
    /// Slim images hold neither curl nor wget. A health check that runs a missing program fails every time: the
    /// container is reported unhealthy for ever, services that wait for `service_healthy` never start, and an
    /// orchestrator restarts it in a loop: `exec: "curl": executable file not found in $PATH`.
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
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM node:20-alpine
    /// HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1
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
        check: Check::Probe(check),
    }
}

fn check(probe: &Probe, context: &Context, sink: &mut Sink) {
    for program in &context.project.needed_by(probe) {
        match program.image.tool(&program.name) {
            Tool::Yes(_) => {}
            Tool::Unknown(why) if matches!(program.name.as_str(), "curl" | "wget" | "nc") => {
                sink.unknown(program.span, why);
            }
            Tool::Unknown(_) => {}
            Tool::No { base, certain } => missing(context.project, probe, program, base, certain, sink),
        }
    }
}

fn missing(project: &Project, probe: &Probe, program: &Program, base: Span, certain: bool, sink: &mut Sink) {
    let (name, owner) = (&program.name, probe.owner());
    let message = match name.as_str() {
        "sh" => {
            format!("the health check of {owner} needs a shell, but the image has none, so it fails every time")
        }
        _ => format!("the health check of {owner} runs `{name}`, which is not in the image, so it fails every time"),
    };
    let finding = sink.report(program.span, message).help(instead(project, program));
    finding.label(format!("`{name}` is not in the image this runs in"));
    let said = match program.image {
        Image::Named(_) => format!("this image has no `{name}`"),
        _ => format!("this base has no `{name}`, and no later step installs it"),
    };
    finding.related(base, said);
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
