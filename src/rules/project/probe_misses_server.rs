//! `project/probe-misses-server`

use crate::model::Healthcheck;
use crate::model::compose::Service;
use crate::model::image::{Image, Step};
use crate::rules::prelude::*;

rule! {
    /// A health check asks the loopback address, where the server does not listen.
    ///
    /// ## Why
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
    "project/probe-misses-server" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/api-reference/config/next-config-js/output"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let image = context.project.image_of(service);
    let Image::Built(file, stage) = &image else { return sink.not_applicable() };
    let Some(words) = context.project.started_with(service) else { return };
    let copies = |step: &Step| {
        step.copy().is_some_and(|copy| copy.sources.iter().any(|own| own.value.contains(".next/standalone")))
    };
    let standalone = file.chain(*stage).iter().flat_map(|stage| &stage.steps).any(copies);
    let started = words.iter().any(|word| word == "node") && words.iter().any(|word| word.ends_with("server.js"));
    if !standalone || !started || !service.network_mode.is_absent() {
        return sink.not_applicable();
    }
    if !context.project.service_env(service, "HOSTNAME").is_absent() || service.gap.is_some() {
        return;
    }
    let own = match &service.healthcheck {
        Healthcheck::Inherited => image.healthcheck(),
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
    if !text.contains("localhost") && !text.contains("127.0.0.1") {
        return;
    }
    let message = format!(
        "the health check of service `{}` asks localhost, but the server of Next.js listens on the container's name: it fails \
         every time",
        service.name.value
    );
    sink.report(place, message)
        .help(format!("add to `environment:` of service `{}`: `HOSTNAME: 0.0.0.0`", service.name.value));
}
