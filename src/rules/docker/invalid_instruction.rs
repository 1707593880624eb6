//! `docker/invalid-instruction`

use crate::model::image::{Dockerfile, Refused};
use crate::rules::prelude::*;

rule! {
    /// An instruction with flags or arguments it does not take.
    ///
    /// ## Why
    /// BuildKit stops at it: no image is built.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// COPY --chwon=app . /app
    /// #    ^^^^^^^^^^^ docker/invalid-instruction
    /// # | `COPY` has no flag `--chwon`, so the build stops here
    /// # | help: write `--chown`
    /// # > COPY --chown=app . /app
    /// ENV MODE=production LEVEL warn
    /// #                   ^^^^^ docker/invalid-instruction
    /// # > ENV MODE=production LEVEL=warn
    /// EXPOSE 80,443
    /// #      ^^^^^^ docker/invalid-instruction
    /// # > EXPOSE 80 443
    /// HEALTHCHECK --interval=30 CMD true
    /// #           ^^^^^^^^^^^^^ docker/invalid-instruction
    /// # > HEALTHCHECK --interval=30s CMD true
    /// CMD ["python", 1]
    /// #   ^^^^^^^^^^^^^ docker/invalid-instruction
    /// # > CMD ["python", "1"]
    /// ```
    /// ```dockerfile good
    /// FROM --platform=$BUILDPLATFORM python:3.13-slim AS app
    /// COPY --chown=app --chmod=755 --exclude=*.pyc . /app
    /// ENV MODE production and more
    /// EXPOSE 80 443/tcp 8000-8010 $PORT
    /// RUN --mount=type=cache,target=/root/.cache --network=none true
    /// HEALTHCHECK --interval=30s --retries=3 CMD true
    /// CMD ["python", "1"]
    /// ```
    "docker/invalid-instruction" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/"],
        check: Check::Dockerfile(check),
    }
}

fn check(file: &Dockerfile, context: &Context, sink: &mut Sink) {
    for fault in context.project.refused(file, Refused::Instruction) {
        sink.fault(fault);
    }
}
