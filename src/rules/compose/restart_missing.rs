//! `compose/restart-missing`

use crate::model::Healthcheck;
use crate::model::compose::{Composition, Condition, Dependency, Service};
use crate::rules::prelude::*;

rule! {
    /// Services that stay down after a crash or a reboot, beside others that come back.
    ///
    /// ## Why
    /// Without `restart:` a container that ends is not started again, and neither is it when the host starts. The neighbours that have
    /// it show that this is not meant: after a reboot the proxy is there and the application is not.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     restart: always
    ///   web:
    /// # ^^^ compose/restart-missing
    /// # | service `web` has no `restart:`: it stays down after a crash or a reboot, unlike its neighbours
    /// # | help: add `restart: always`
    ///     image: shop:1
    ///     expose: ["8000"]
    /// # >     expose: ["8000"]
    /// # >     restart: always
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     restart: always
    ///   web:
    ///     image: shop:1
    ///     expose: ["8000"]
    ///     deploy: {restart_policy: {condition: any}}
    ///   once:
    ///     image: shop:1
    ///     command: python load.py
    /// ```
    "compose/restart-missing" {
        severity: Low, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/start-containers-automatically/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    // What others reach, or wait for; the rest may do its work and end.
    let serves = |service: &Service| {
        let needed =
            |wait: &Dependency| wait.service.value == service.name.value && wait.condition != Condition::Completed;
        !service.ports.is_empty()
            || !service.expose.is_empty()
            || !matches!(service.healthcheck, Healthcheck::Inherited | Healthcheck::Disabled)
            || compose.services.iter().flat_map(|other| &other.dependencies).any(needed)
    };
    let running = || {
        let whole = |service: &&Service| service.build.is_some() || !service.image.is_absent();
        compose.services.iter().filter(|service| !compose.is_one_shot(service)).filter(whole)
    };
    let Some(model) = running().find_map(|service| service.restart.set()) else { return };
    let bare: Vec<_> =
        running().filter(|service| service.restart.is_absent() && service.gap.is_none() && serves(service)).collect();
    let Some(first) = bare.first() else { return };
    let names = phrase::named(bare.iter().map(|service| service.name.value.as_str()));
    let message = match bare.len() {
        1 => {
            format!("service {names} has no `restart:`: it stays down after a crash or a reboot, unlike its neighbours")
        }
        _ => format!(
            "services {names} have no `restart:`: they stay down after a crash or a reboot, unlike their neighbours"
        ),
    };
    let finding = sink.report(first.name.span, message).help(format!("add `restart: {}`", model.value));
    finding.related(model.span, "this one comes back");
}
