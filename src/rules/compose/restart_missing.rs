//! `compose/restart-missing`

use crate::model::compose::Composition;
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
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     restart: always
    ///   web:
    ///     image: shop:1
    ///     deploy: {restart_policy: {condition: any}}
    ///   migrate:
    ///     image: shop:1
    /// ```
    "compose/restart-missing" {
        severity: Low, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/start-containers-automatically/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    let running = || compose.services.iter().filter(|service| !compose.is_one_shot(service) && !service.provider);
    let Some(model) = running().find_map(|service| service.restart.set()) else { return };
    let bare: Vec<_> = running().filter(|service| service.restart.is_absent() && service.gap.is_none()).collect();
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
