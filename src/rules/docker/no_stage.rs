//! `docker/no-stage`

use crate::model::compose::Build;
use crate::model::image::{Dockerfile, Refused};
use crate::rules::prelude::*;

rule! {
    /// A Dockerfile without an image to start from.
    ///
    /// ## Why
    /// Every build starts with `FROM`. Without one, or with an instruction in front of it, BuildKit stops.
    ///
    /// ## Examples
    /// ```dockerfile bad expect=docker/no-stage@1:1
    /// | `ENV` stands in front of the first `FROM`
    /// | help: begin with `FROM`; only `ARG` may stand above it
    /// ENV MODE=production
    /// # >
    /// FROM python:3.13-slim
    /// # > FROM python:3.13-slim
    /// # > ENV MODE=production
    /// ```
    /// ```dockerfile good
    /// # syntax=docker/dockerfile:1
    /// ARG VERSION=3.13
    /// FROM python:${VERSION}-slim
    /// ```
    ///
    /// ## What it does not report
    /// Templates, and files that are only called like a Dockerfile (`Dockerfile.common`) and hold no `FROM`: another file may take them in.
    "docker/no-stage" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#from"],
        check: Check::Dockerfile(check),
    }
}

fn check(file: &Dockerfile, context: &Context, sink: &mut Sink) {
    // A file that somebody has begun, or left over, and that nothing builds.
    let project = context.project;
    let begun = file.stages.is_empty()
        && (project.document(file.file).source.shown().trim().is_empty() || !project.compose().is_empty());
    let named = |build: &Build| match project.dockerfile_of(build) {
        Some(own) => own.file == file.file,
        None => build.dockerfile.get().is_none(),
    };
    let builders = || project.services().filter(|service| service.build.as_ref().is_some_and(named));
    // Developers build what they have begun as well.
    let built = || builders().any(|service| project.role(service.name.span.file) >= Role::Staging);
    for fault in project.refused(file, Refused::NoStage) {
        let finding = sink.fault(fault);
        if begun && !built() {
            finding.severity(Low);
        }
    }
}
