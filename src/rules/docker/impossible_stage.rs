//! `docker/impossible-stage`

use crate::model::image::{Dockerfile, Refused};
use crate::rules::prelude::*;

rule! {
    /// A stage that `COPY --from` cannot take files from.
    ///
    /// ## Why
    /// A number beyond the last stage, the stage itself, or a variable, which BuildKit does not put in here: the build stops.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM golang:1.24 AS build
    /// FROM alpine:3.22 AS app
    /// COPY --from=2 /out/app /app
    /// #    ^^^^^^^^ docker/impossible-stage
    /// # | there is no stage 2: the stages are 0 to 1
    /// # | help: name the stage: `FROM image AS build`, then `--from=build`
    /// # > COPY --from=build /out/app /app
    /// COPY --from=app /etc/motd /motd
    /// #    ^^^^^^^^^^ docker/impossible-stage
    /// # >
    /// COPY --from=$STAGE /out/app /app
    /// #    ^^^^^^^^^^^^^ docker/impossible-stage
    /// # > COPY --from=build /out/app /app
    /// ```
    /// ```dockerfile good
    /// FROM golang:1.24 AS build
    /// FROM alpine:3.22
    /// COPY --from=0 /out/app /app
    /// COPY --from=BUILD /out/app /app
    /// COPY --from=busybox:1.37 /bin/wget /bin/wget
    /// ```
    "docker/impossible-stage" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#copy---from"],
        check: Check::Dockerfile(check),
    }
}

fn check(file: &Dockerfile, context: &Context, sink: &mut Sink) {
    for fault in context.project.refused(file, Refused::Stage) {
        sink.fault(fault);
    }
}
