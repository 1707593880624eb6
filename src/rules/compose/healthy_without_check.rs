//! `compose/healthy-without-check`

use crate::model::compose::{Composition, Condition};
use crate::rules::prelude::*;

rule! {
    /// A service waits until another one is healthy that is never asked.
    ///
    /// ## Why
    /// `docker compose up` stops with `dependency failed to start: container has no healthcheck configured`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on:
    ///       cache: {condition: service_healthy}
    /// #     ^^^^^ compose/healthy-without-check
    /// # | service `web` waits until `cache` is healthy, which has no health check: `docker compose up` fails
    /// # | help: give service `cache` a `healthcheck:`, or wait for `service_started`
    ///   cache:
    ///     image: redis:8.2
    /// # >     image: redis:8.2
    /// # >     healthcheck: {test: ["CMD", "redis-cli", "ping"]}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on:
    ///       cache: {condition: service_healthy}
    ///       other: {condition: service_healthy}
    ///   cache:
    ///     image: redis:8.2
    ///     healthcheck: {test: [CMD, redis-cli, ping]}
    ///   other:
    ///     image: vendor/unknown:1
    /// ```
    ///
    /// ## What it does not report
    /// Images of which it is not known whether they bring a check.
    "compose/healthy-without-check" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/startup-order/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    for service in compose.services.iter().filter(|service| compose.is_on(service)) {
        for dependency in service.dependencies.iter().filter(|dependency| dependency.condition == Condition::Healthy) {
            let Some(other) = compose.service(&dependency.service.value).filter(|other| !other.provider) else {
                continue;
            };
            if let Some(why) = &other.gap {
                sink.unknown(dependency.service.span, why.leaves("the health check may be written elsewhere"));
                continue;
            }
            match context.project.is_checked(other) {
                Answer::Yes(()) => {}
                Answer::Unknown(why) => sink.unknown(dependency.service.span, why),
                Answer::No(_) => {
                    let (own, name) = (&service.name.value, &other.name.value);
                    let message = format!(
                        "service `{own}` waits until `{name}` is healthy, which has no health check: `docker compose up` fails"
                    );
                    let finding = sink.report(dependency.service.span, message);
                    finding.help(format!("give service `{name}` a `healthcheck:`, or wait for `service_started`"));
                    finding.related(other.name.span, "this service has no health check");
                    if dependency.required {
                        continue;
                    }
                    finding.severity(Low);
                }
            }
        }
    }
}
