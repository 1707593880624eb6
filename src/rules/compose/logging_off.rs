//! `compose/logging-off`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A service that nobody can hear.
    ///
    /// ## Why
    /// With the driver `none` nothing a program says is kept: after a crash `docker logs` has no answer, and neither has who looks for
    /// an attacker.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     logging: {driver: none}
    /// #                     ^^^^ compose/logging-off
    /// # | nothing that service `web` says is kept
    /// # | help: use the driver `local`, which keeps little and turns it over
    /// # >     logging: {driver: local}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     logging: {driver: local}
    /// ```
    "compose/logging-off" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/logging/configure/"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, _: &Context, sink: &mut Sink) {
    if let Some(driver) = service.logging.set().filter(|driver| driver.value == "none") {
        let message = format!("nothing that service `{}` says is kept", service.name.value);
        sink.report(driver.span, message).help("use the driver `local`, which keeps little and turns it over");
    }
}
