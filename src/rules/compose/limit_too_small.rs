//! `compose/limit-too-small`

use crate::model::compose::{Service, bytes};
use crate::rules::prelude::*;

rule! {
    /// A memory limit with which Docker makes no container.
    ///
    /// ## Why
    /// A number without a unit counts bytes. Docker refuses anything below 6 MB: `Minimum memory limit allowed is 6MB`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     mem_limit: 512
    /// #              ^^^ compose/limit-too-small
    /// # | service `web` may use no more than 512 bytes, and Docker makes no container with less than 6 MB
    /// # | help: write the unit: `512m`
    /// # >     mem_limit: 512m
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     mem_limit: 512m
    ///   worker:
    ///     image: registry.example.com/shop:4.2.1
    ///     mem_limit: 0
    /// ```
    "compose/limit-too-small" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/resource_constraints/#limit-a-containers-access-to-memory"],
        check: Check::Service(check),
    }
}

/// What Docker asks for at least (moby, `daemon/daemon_unix.go`, `linuxMinMemory`).
const LEAST: f64 = 6_291_456.0;

fn check(service: &Service, _: &Context, sink: &mut Sink) {
    let Some(limit) = service.memory_limit.set() else { return sink.not_applicable() };
    let Some(most) = bytes(&limit.value).filter(|most| *most > 0.0 && *most < LEAST) else { return };
    let message = format!(
        "{} may use no more than {most} bytes, and Docker makes no container with less than 6 MB",
        service.title()
    );
    let number: String = limit.value.chars().take_while(char::is_ascii_digit).collect();
    sink.report(limit.span, message).help(format!("write the unit: `{number}m`"));
}
