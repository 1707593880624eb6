//! `compose/contradiction`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// Settings that contradict each other.
    ///
    /// ## Why
    /// Old keys and their newer forms below `deploy` must say the same; where a new block is there and leaves the value out, that
    /// counts as another value. Compose refuses the whole project.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     mem_limit: 512m
    /// #              ^^^^ compose/contradiction
    /// # | service `web` sets `mem_limit` and another value in `deploy.resources.limits.memory`; Compose refuses it
    /// # | help: remove `mem_limit` and write `memory:` below `deploy.resources.limits`
    /// # >
    ///     deploy:
    ///       resources:
    ///         limits: {cpus: "0.5"}
    /// # >         limits: {cpus: "0.5", memory: 512m}
    ///   worker:
    ///     image: shop:1
    ///     container_name: worker
    /// #                   ^^^^^^ compose/contradiction
    /// # >
    ///     scale: 2
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     deploy:
    ///       resources:
    ///         limits: {cpus: "0.5", memory: 512m}
    ///   worker:
    ///     image: shop:1
    ///     scale: 2
    /// ```
    /// ```compose good file=limits.compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     mem_limit: 512m
    ///     deploy: {resources: {limits: {cpus: "0.5"}}}
    /// ```
    ///
    /// ## What it does not report
    /// Files that nothing starts, beside those that are started: what is merged with them is not known.
    "compose/contradiction" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    // What is put on top of it may take one of the two away.
    if let Some(why) = context.project.started_instead(compose) {
        let faults = compose.faults.iter().filter(|fault| fault.kind == Kind::Contradiction);
        return faults.for_each(|fault| sink.unknown(fault.span, why.clone()));
    }
    refusal::report(Kind::Contradiction, compose, context, sink);
}
