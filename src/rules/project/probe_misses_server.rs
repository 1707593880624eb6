//! `project/probe-misses-server`

use crate::model::compose::Condition;
use crate::model::env::urls;
use crate::model::program::STANDALONE;
use crate::model::{Healthcheck, Host};
use crate::project::Process;
use crate::rules::prelude::*;
use crate::source::Answer;

rule! {
    /// A health check asks its container where the server does not listen.
    ///
    /// ## Why
    /// A check that asks another port than the one the program listens on fails every time, however well the program is.
    ///
    /// The standalone server of Next.js listens on the address in `HOSTNAME`, and Docker sets that to the name of the container. So it
    /// answers its neighbours and not `localhost`: the container is unhealthy for ever, and what waits for it does not start.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY --from=build /app/.next/standalone ./
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    /// # >     build: .
    /// # >     environment: {HOSTNAME: 0.0.0.0}
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/"]
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-misses-server
    /// # | the health check of service `web` asks localhost, but the server of Next.js listens on the container's name:
    /// # | it fails every time
    /// # | help: add to `environment:` of service `web`: `HOSTNAME: 0.0.0.0`
    /// ```
    /// ```dockerfile good
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM node:22-alpine
    /// ENV HOSTNAME=0.0.0.0
    /// WORKDIR /app
    /// COPY --from=build /app/.next/standalone ./
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/"]
    /// ```
    ///
    /// ### Another port
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:app --host 0.0.0.0 --port 8000
    ///     healthcheck:
    ///       test: ["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"]
    /// #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-misses-server
    /// # | the health check of service `api` asks port 8080, but its program listens on 8000: it fails every time
    /// # | help: ask port 8000
    /// # >       test: ["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"]
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:app --host 0.0.0.0 --port 8000
    ///     healthcheck:
    ///       test: ["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"]
    /// ```
    "project/probe-misses-server" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/api-reference/config/next-config-js/output"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let Some(service) = process.service().filter(|service| service.network_mode.is_absent() && service.gap.is_none())
    else {
        return sink.not_applicable();
    };
    let own = match &service.healthcheck {
        Healthcheck::Inherited => process.image.healthcheck(),
        check => check.clone(),
    };
    let (text, place) = match &own {
        Healthcheck::Shell(text) => (text.value.clone(), text.span),
        Healthcheck::Exec(words) => {
            let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
            let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            (texts.join(" "), first.span.to(last.span))
        }
        _ => return,
    };
    let found = urls(&text);
    let Some(url) = found.iter().find(|url| Host::is_loopback(url.host)) else { return };
    let name = &service.name.value;
    // Where nobody waits for it, the container only looks ill.
    let set = ctx.project.compose().get(service.id.composition);
    let mut waits = set.into_iter().flat_map(|set| &set.services).flat_map(|other| &other.dependencies);
    let waited = waits.any(|wait| wait.service.value == *name && wait.condition == Condition::Healthy);
    let severity = if waited { High } else { Medium };
    let own = process.program().filter(|program| program.server.name == STANDALONE);
    if own.is_some_and(|program| program.address.is_usual()) {
        let message = format!(
            "the health check of service `{name}` asks localhost, but the server of Next.js listens on the container's \
             name: it fails every time"
        );
        let help = format!("add to `environment:` of service `{name}`: `HOSTNAME: 0.0.0.0`");
        sink.report(place, message).help(help).severity(severity);
        return;
    }
    let sockets = ctx.project.sockets(service);
    let (Some(port), Some(own)) = (url.target_port(), sockets.certain.first()) else { return };
    if sockets.gap.is_none() && matches!(sockets.answer(port), Answer::No(_)) && found.len() == 1 {
        let message = format!(
            "the health check of service `{name}` asks port {port}, but its program listens on {}: it fails every time",
            own.port
        );
        let finding = sink.report(place, message).help(format!("ask port {}", own.port)).severity(severity);
        if process.line() != service.name.span {
            finding.related(process.line(), "this is started");
        }
    }
}
