//! `docker/base-needs-argument`

use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// The base image is named by an argument that has no value.
    ///
    /// ## Why
    /// `FROM ${IMAGE}` with `ARG IMAGE` above it and no default is an empty name, and BuildKit stops: somebody has to give the
    /// argument, every time.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// ARG TAG
    /// # > ARG TAG=3.13-slim
    /// FROM python:${TAG}
    /// #    ^^^^^^^^^^^^^ docker/base-needs-argument
    /// # | `TAG` has no value here, and service `web` gives it none: the build stops
    /// # | help: write `ARG TAG=` with a default above
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    /// ```
    /// ```dockerfile good
    /// ARG TAG=3.13-slim
    /// FROM python:${TAG}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    /// ```
    /// ### Given by the service
    /// ```dockerfile good
    /// ARG TAG
    /// FROM python:${TAG:-3.13-slim}
    /// ARG OTHER
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args: [TAG=3.13-slim]
    /// ```
    ///
    /// ## What it does not report
    /// Arguments that a service gives. Where no service builds the image, whoever builds it may give them: that is said as a
    /// matter of hygiene.
    "docker/base-needs-argument" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    for (_, stage) in image.built() {
        let given = |name: &str| {
            let args = image.services.iter().filter_map(|service| service.build.as_ref()).flat_map(|build| &build.args);
            args.into_iter().any(|(own, _)| own.value == name)
        };
        let Some(needed) = stage.needs.iter().find(|name| !given(&name.value)) else { continue };
        let name = &needed.value;
        let message = match image.services.first() {
            Some(service) => format!(
                "`{name}` has no value here, and service `{}` gives it none: the build stops",
                service.name.value
            ),
            None => format!("`{name}` has no value here: without `--build-arg {name}=...` the build stops"),
        };
        let finding = sink.report(needed.span, message).help(format!("write `ARG {name}=` with a default above"));
        if image.services.is_empty() {
            finding.severity(Low).effect(Hygiene);
        }
    }
}
