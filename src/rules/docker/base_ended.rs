//! `docker/base-ended`

use crate::project::Shipped;
use crate::rules::compose::image_ended::ended;
use crate::rules::prelude::*;

rule! {
    /// The image is built on a version that nobody repairs any more.
    ///
    /// ## Why
    /// Its holes are known and stay open. The makers' last day for each version is in gonogo's table of images (endoflife.date).
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:14 AS build
    /// RUN npm ci
    /// FROM python:3.7-slim
    /// #    ^^^^^^^^^^^^^^^ docker/base-ended
    /// # | the image is built on python 3.7, which nobody has repaired since 2023-06-27
    /// # | help: move to a version that is maintained; read its release notes first, data may have to be migrated
    /// # > FROM python:3.13-slim
    /// COPY --from=build /dist /dist
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// ```
    /// ### Ended this year
    /// ```dockerfile bad
    /// FROM alpine:3.20
    /// #    ^^^^^^^^^^^ docker/base-ended
    /// # | the image is built on alpine 3.20, which nobody has repaired since 2026-04-01
    /// # | help: move to a version that is maintained; read its release notes first, data may have to be migrated
    /// # > FROM alpine:3.23
    /// ```
    ///
    /// ## What it does not report
    /// Stages that do not ship, base images gonogo does not know, and tags without a version.
    "docker/base-ended" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://endoflife.date"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    if let Some((base, span)) = image.image().base() {
        ended("the image is built on", &base, span, false, context, sink);
    }
}
