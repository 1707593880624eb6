//! `compose/no-resource-limits`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// Services that may use all memory of the host.
    ///
    /// ## Why
    /// Without a limit one leak or one large request takes the memory of everything else; the kernel then ends a
    /// process of its choice, often the database. With a limit only the guilty container restarts.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    /// # ^^ compose/no-resource-limits
    /// # | 2 of 2 services have no memory limit (`db`, `web`): one leak takes the whole host down
    /// # | help: add to each: `deploy: {resources: {limits: {memory: 512m}}}`, with the memory it really needs
    ///     image: postgres:17
    /// # >     image: postgres:17
    /// # >     deploy: {resources: {limits: {memory: 512m}}}
    ///   web:
    ///     image: shop:1
    /// # >     image: shop:1
    /// # >     deploy: {resources: {limits: {memory: 512m}}}
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     mem_limit: 1g
    ///   web:
    ///     image: shop:1
    ///     deploy: {resources: {limits: {memory: 512m}}}
    ///   migrate:
    ///     image: shop:1
    ///     restart: "no"
    /// ```
    "compose/no-resource-limits" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/resource_constraints/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    let running = || compose.services.iter().filter(|service| !compose.is_one_shot(service) && !service.provider);
    // Limits of overrides and extended services stand in other files.
    let complete = |service: &&crate::model::compose::Service| {
        service.gap.is_none() && (service.build.is_some() || !service.image.is_absent())
    };
    let free: Vec<_> = running().filter(complete).filter(|service| service.memory_limit.is_absent()).collect();
    let Some(first) = free.first() else { return };
    let names = phrase::named(free.iter().map(|service| service.name.value.as_str()));
    let message = match free.len() {
        1 => format!("service {names} has no memory limit: one leak takes the whole host down"),
        _ => format!(
            "{} of {} services have no memory limit ({}): one leak takes the whole host down",
            free.len(),
            running().count(),
            names
        ),
    };
    sink.report(first.name.span, message)
        .help("add to each: `deploy: {resources: {limits: {memory: 512m}}}`, with the memory it really needs")
        .cause((), "no limits here either");
}
