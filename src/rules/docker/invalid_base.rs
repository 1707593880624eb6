//! `docker/invalid-base`

use crate::model::image::{Dockerfile, Refused};
use crate::rules::prelude::*;

rule! {
    /// A name behind `FROM` that is none of an image.
    ///
    /// ## Why
    /// BuildKit reads the name before it asks a registry, and stops.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM Python:3.13
    /// #    ^^^^^^^^^^^ docker/invalid-base
    /// # | this is not the name of an image: names of images are written in small letters
    /// # > FROM python:3.13
    /// ```
    /// ```dockerfile bad file=web/Dockerfile
    /// FROM python:${VERSION}
    /// #    ^^^^^^^^^^^^^^^^^ docker/invalid-base
    /// # > ARG VERSION=3.13
    /// # > FROM python:${VERSION}
    /// ARG VERSION=3.13
    /// # >
    /// ```
    /// ```dockerfile good
    /// ARG VERSION=3.13
    /// FROM python:${VERSION} AS App
    /// FROM App
    /// FROM registry.example.com:5000/shop/python:3.13_a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    /// FROM python:${UNSET:-3.13}
    /// FROM scratch
    /// ```
    ///
    /// ## What it does not report
    /// Arguments in front of `FROM` without a default: `docker/base-needs-argument` speaks of those.
    "docker/invalid-base" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact"],
        check: Check::Dockerfile(check),
    }
}

fn check(file: &Dockerfile, context: &Context, sink: &mut Sink) {
    for fault in context.project.refused(file, Refused::Base) {
        sink.fault(fault);
    }
}
