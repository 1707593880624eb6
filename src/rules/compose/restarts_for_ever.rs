//! `compose/restarts-for-ever`

use crate::model::compose::{Composition, Condition};
use crate::rules::prelude::*;

rule! {
    /// A service whose end others wait for is started again when it ends.
    ///
    /// ## Why
    /// With `restart: always` or `unless-stopped` Docker runs a migration again as soon as it is done. Compose waits for an end that
    /// does not last, and the work is done over and over.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on:
    ///       migrate: {condition: service_completed_successfully}
    ///   migrate:
    ///     image: shop:1
    ///     restart: always
    /// #            ^^^^^^ compose/restarts-for-ever
    /// # | others wait until service `migrate` is done, but with `restart: always` it is started again each time
    /// # | help: write `restart: on-failure`, or `restart: "no"`
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     restart: always
    ///     depends_on:
    ///       migrate: {condition: service_completed_successfully}
    ///   migrate:
    ///     image: shop:1
    ///     restart: on-failure
    /// ```
    "compose/restarts-for-ever" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/start-containers-automatically/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    for service in &compose.services {
        let Some(restart) = service.restart.set() else { continue };
        let name = &service.name.value;
        if !matches!(restart.value.as_str(), "always" | "unless-stopped") || !compose.completed.contains(name) {
            continue;
        }
        let waits = compose.services.iter().flat_map(|other| &other.dependencies);
        let waits = waits.filter(|wait| wait.condition == Condition::Completed && wait.service.value == *name);
        let message = format!(
            "others wait until service `{name}` is done, but with `restart: {}` it is started again each time",
            restart.value
        );
        let finding = sink.report(restart.span, message).help("write `restart: on-failure`, or `restart: \"no\"`");
        for wait in waits.take(3) {
            finding.related(wait.service.span, "waits for its end");
        }
    }
}
