//! `docker/base-not-pinned`

use crate::model::image::Base;
use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// The base image has no version.
    ///
    /// ## Why
    /// `FROM node` is `FROM node:latest`: the next build may bring another major version, on the day nobody expects it.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node
    /// #    ^^^^ docker/base-not-pinned
    /// # | the base image has no tag: the next build may bring any version
    /// # | help: write the version that is used now: `NAME:MAJOR.MINOR`
    /// # > FROM node:24.4
    /// ```
    /// ```dockerfile good
    /// FROM node:22-slim AS base
    /// FROM base
    /// ```
    /// ### Pinned in other ways
    /// ```dockerfile good
    /// FROM gcr.io/distroless/static@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    /// ```
    /// ### Nothing to pin
    /// ```dockerfile good
    /// FROM scratch
    /// ```
    "docker/base-not-pinned" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    for (_, stage) in image.built() {
        let Some(Base::Image(base)) = stage.from.get() else { continue };
        if stage.base.value.is_empty() || base.digest.is_some() || base.tag().is_none_or(|tag| tag != "latest") {
            continue;
        }
        let what = if base.tag.is_some() { "the tag `latest`" } else { "no tag" };
        sink.report(stage.base.span, format!("the base image has {what}: the next build may bring any version"))
            .help("write the version that is used now: `NAME:MAJOR.MINOR`");
    }
}
