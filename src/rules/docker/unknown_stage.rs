//! `docker/unknown-stage`

use crate::model::image::{CopyFrom, ImageRef, Step};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;

rule! {
    /// `COPY --from` names neither a stage nor an image that Docker has.
    ///
    /// ## Why
    /// What is no stage is taken for an image: BuildKit asks Docker Hub for it, is denied, and the build stops.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM golang:1.24 AS build
    /// FROM alpine:3.22
    /// COPY --from=builder /out/app /app
    /// #    ^^^^^^^^^^^^^^ docker/unknown-stage
    /// # | there is no stage `builder`, and Docker has no image of that name: the build stops
    /// # | help: write `--from=build`
    /// # > COPY --from=build /out/app /app
    /// ```
    /// ```dockerfile good
    /// FROM golang:1.24 AS build
    /// FROM alpine:3.22
    /// COPY --from=build /out/app /app
    /// COPY --from=busybox /bin/wget /bin/wget
    /// COPY --from=shop/tools /bin/tool /bin/tool
    /// ```
    /// ### A context of its own
    /// ```dockerfile good
    /// FROM alpine:3.22
    /// COPY --from=assets /css /css
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       additional_contexts: {assets: ../assets}
    /// ```
    ///
    /// ## What it does not report
    /// Names with a slash, a dot or a tag: somebody may have pushed or built such an image.
    "docker/unknown-stage" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#copy---from"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    let builds = || image.services.iter().filter_map(|service| service.build.as_ref());
    let given = |name: &str| builds().any(|build| build.contexts.iter().any(|(own, _)| own.value == name));
    // Who builds with `docker buildx bake` may give contexts there.
    let baked = ["docker-bake.hcl", "docker-bake.json"].iter().any(|path| context.project.files().is_file(path));
    for (_, stage) in image.built() {
        for copy in stage.steps.iter().filter_map(Step::copy) {
            let CopyFrom::Image(from) = &copy.from else { continue };
            let name = from.name.as_str();
            let plain = from.tag.is_none()
                && from.digest.is_none()
                && from.registry == "docker.io"
                && !name.contains(['/', '.']);
            if !plain || name.is_empty() || ImageRef::is_official(name) || given(name) || baked {
                continue;
            }
            let flag = stage.instructions.iter().filter(|instruction| instruction.span == copy.span);
            let flag = flag.flat_map(|instruction| &instruction.flags).find(|flag| flag.name == "from");
            let names: Vec<&str> =
                image.file.stages.iter().filter_map(|own| Some(own.name.as_ref()?.as_str())).collect();
            let near = names.iter().find(|own| letters_apart(own, name) <= 2);
            let help = match near.or(names.first().filter(|_| names.len() == 1)) {
                Some(near) => format!("write `--from={near}`"),
                None if names.is_empty() => format!("name a stage `{name}`, or write the whole name of the image"),
                None => format!("the stages are {}", phrase::named(names.iter().copied())),
            };
            let message = format!("there is no stage `{name}`, and Docker has no image of that name: the build stops");
            sink.report(flag.map_or(copy.span, |flag| flag.span), message).help(help);
        }
    }
}
