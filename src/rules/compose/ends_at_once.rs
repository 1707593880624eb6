//! `compose/ends-at-once`

use crate::model::Healthcheck;
use crate::model::compose::{Condition, Service};
use crate::model::program::ends_without_terminal;
use crate::rules::prelude::*;

rule! {
    /// A service that starts a shell or an interpreter with nothing to do.
    ///
    /// ## Why
    /// Without a command a container runs that of its image. For a language or a distribution that is a prompt: it finds no terminal
    /// and ends, and so does the container, again and again with `restart: always`.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: python:3.13-slim
    /// #          ^^^^^^^^^^^^^^^^ compose/ends-at-once
    /// # | service `web` runs `python3`, which finds no terminal and ends at once, again and again
    /// # | help: say with `command:` what it is to run, or take an image that runs it
    /// # >     image: ghcr.io/example/shop:1.4
    ///     restart: unless-stopped
    ///     ports: ["8000:8000"]
    ///   worker:
    ///     image: ghcr.io/example/worker:1.4
    ///     restart: unless-stopped
    ///     command: /bin/sh
    /// #            ^^^^^^^ compose/ends-at-once
    /// # >     command: ./worker
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: python:3.13-slim
    ///     command: python -m http.server
    ///     restart: unless-stopped
    ///   tools:
    ///     image: python:3.13-slim
    ///   shell:
    ///     image: debian:13
    ///     restart: unless-stopped
    ///     tty: true
    /// ```
    ///
    /// ## What it does not report
    /// Services that nothing shows to be meant to go on: they have no restart policy, no port and no health check, and nobody waits for
    /// them. They are there for `docker compose run`.
    "compose/ends-at-once" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/run/#foreground-and-background"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(process) = context.project.process(service) else { return sink.not_applicable() };
    let Some(words) = process.words() else { return sink.not_applicable() };
    let Some(why) = ends_without_terminal(words) else { return sink.not_applicable() };
    let written = |key: &str| service.keys.iter().any(|own| own.value == key);
    if service.gap.is_some() || written("tty") || written("stdin_open") {
        return sink.not_applicable();
    }
    let set = context.project.compose().get(service.id.composition);
    let neighbours = set.map_or(&[][..], |set| &set.services);
    let waits = |other: &Service| {
        let mut needs = other.dependencies.iter().filter(|needed| needed.condition == Condition::Healthy);
        needs.any(|needed| needed.service.value == service.name.value)
    };
    let restart = service.restart.get().map_or("no", String::as_str);
    let again = matches!(restart, "always" | "unless-stopped" | "any");
    let checked = !matches!(service.healthcheck, Healthcheck::Inherited | Healthcheck::Disabled);
    if !again && service.ports.is_empty() && !checked && !neighbours.iter().any(waits) {
        return sink.not_applicable();
    }
    let loops = if again { ", again and again" } else { "" };
    let message = format!("service `{}` runs `{}`, which {why}{loops}", service.name.value, words.join(" "));
    let own = process.line() != service.name.span;
    let span = if own { process.line() } else { service.image.span().unwrap_or(service.name.span) };
    let finding = sink.report(span, message);
    finding.help("say with `command:` what it is to run, or take an image that runs it");
    // A tool may have ports for when it is run by hand.
    if !again && !checked && !neighbours.iter().any(waits) {
        finding.severity(Low);
    }
}
