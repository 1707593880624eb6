//! `script/asks-nobody`

use crate::model::starts::{Joint, Step};
use crate::model::{Host, Kind, env::urls};
use crate::project::{Commands, Nowhere, OnHost, Reach};
use crate::rules::prelude::*;

rule! {
    /// After a start, a script asks a port of the host that leads nowhere.
    ///
    /// ## Why
    /// What a container listens on is not a port of the host until `ports:` says so. A script that waits for an answer waits for ever
    /// or gives up, and takes a good deployment for a broken one.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/sh
    /// set -e
    /// docker compose up -d
    /// until curl -fsS http://localhost:8000/health; do sleep 2; done
    /// #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/asks-nobody
    /// # | nothing answers on port 8000 of the host: service `web` is published on 8080
    /// # | help: ask port 8080
    /// # > until curl -fsS http://localhost:8080/health; do sleep 2; done
    /// ```
    /// ```compose both
    /// services:
    ///   web:
    ///     image: registry.example/shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     ports: ["127.0.0.1:8080:8000"]
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/sh
    /// set -e
    /// docker compose up -d
    /// until curl -fsS http://localhost:8080/health; do sleep 2; done
    /// docker compose exec -T web curl -fsS http://localhost:8000/health
    /// ```
    ///
    /// ## What it does not report
    /// Ports that no service of what the script starts is known for, and scripts that start something else as well.
    "script/asks-nobody" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#ports"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let mut asked = commands.steps.iter().filter(|step| asks(step)).peekable();
    // What else it starts may listen there.
    let other =
        |step: &Step| step.after == Joint::Background || step.is("docker", &["run"]) || step.is("podman", &["run"]);
    // Recipes are run one by one; what a guide tells to open is another question.
    let one = matches!(commands.kind, Kind::Script | Kind::Workflow | Kind::Unit | Kind::Crontab);
    if !one || asked.peek().is_none() || commands.steps.iter().any(other) {
        return sink.not_applicable();
    }
    for step in asked {
        let started = commands.steps.iter().take_while(|own| own.span.start < step.span.start);
        let compose = |own: &&Step| own.remote == step.remote && (own.has("compose") || own.has("docker-compose"));
        let started = started.filter(compose).filter_map(|own| ctx.project.compose_call(own));
        let up = started.filter(|(call, _)| matches!(call.verb.as_deref(), Some("up" | "start" | "restart")));
        let sets: Vec<_> = up.map(|(_, set)| set).collect();
        if sets.is_empty() {
            continue;
        }
        let from = ctx.project.from_host_of(sets);
        for word in step.arguments() {
            let found = urls(&word.value);
            let Some(url) = found.iter().find(|url| Host::is_loopback(url.host)) else { continue };
            let Some(port) = url.target_port() else { continue };
            let Reach::Nowhere(Nowhere::OnHost(why), at) = ctx.project.reach(&from, url.host, Some(port), false) else {
                continue;
            };
            let (message, help) = match why {
                OnHost::PublishedElsewhere { service, host } => (
                    format!("nothing answers on port {port} of the host: service `{service}` is published on {host}"),
                    format!("ask port {host}"),
                ),
                OnHost::NotPublished { service } => (
                    format!("nothing answers on port {port} of the host: service `{service}` publishes no port"),
                    format!(
                        "add `\"127.0.0.1:{port}:{port}\"` to the `ports:` of service `{service}`, or ask it from inside with `docker compose exec`"
                    ),
                ),
                _ => continue,
            };
            let finding = sink.report(word.span, message).help(help);
            // It only says so.
            let ends = |own: &&Step| matches!(own.name(), "exit" | "return");
            let checked = step.flow.tested || step.after == Joint::Or;
            if checked && !commands.behind(step).any(|own| ends(&own)) {
                finding.severity(Low);
            }
            if let Some(at) = at {
                finding.related(at, "this is there");
            }
        }
    }
}

/// Whether a step asks for a page, on the machine the script is for.
fn asks(step: &Step) -> bool {
    matches!(step.name(), "curl" | "wget") && step.inside.is_none() && !step.contained
}
