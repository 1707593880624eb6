//! `compose/privileged`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A container that runs with every right on the host.
    ///
    /// ## Why
    /// `privileged: true` gives all capabilities and all devices. Whoever takes over the container owns the host.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   worker:
    ///     image: shop:1
    ///     privileged: true
    /// #               ^^^^ compose/privileged
    /// # | service `worker` is privileged: whoever takes it over owns the host
    /// # | help: remove `privileged` and give only what is needed: `cap_add: [NAME]`, `devices: [PATH]`
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   worker:
    ///     image: shop:1
    ///     cap_add: [NET_ADMIN]
    ///     privileged: ${PRIVILEGED:-false}
    /// ```
    "compose/privileged" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, _: &Context, sink: &mut Sink) {
    match service.privileged.set() {
        Some(value) if value.value => {
            let message = format!("{} is privileged: whoever takes it over owns the host", service.title());
            let finding = sink.report(value.span, message);
            finding.help(service.says(
                "remove `privileged` and give only what is needed: `cap_add: [NAME]`, `devices: [PATH]`",
                "remove `--privileged` and give only what is needed: `--cap-add NAME`, `--device PATH`",
            ));
            if !service.works_on_host() {
                finding.severity(High);
                if !service.is_closed() {
                    finding.effect(Exposes);
                }
            }
        }
        None if service.privileged.is_unresolved() => {
            sink.unknown(service.privileged.span().unwrap_or(service.name.span), "the value is not known");
        }
        _ => {}
    }
}
