//! `docker/several-commands`

use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// A second `CMD`, `ENTRYPOINT` or `HEALTHCHECK` in one stage.
    ///
    /// ## Why
    /// Only the last one counts. The first one looks as if it ran.
    ///
    /// ## Examples
    /// ```dockerfile bad expect=docker/several-commands@2:1
    /// | this `CMD` never runs: a later one takes its place
    /// | help: remove it, or start both from one script
    /// FROM python:3.13-slim
    /// CMD ["./migrate"]
    /// # >
    /// CMD ["python", "app.py"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim AS base
    /// CMD ["./migrate"]
    /// FROM base
    /// ENTRYPOINT ["/init"]
    /// CMD ["python", "app.py"]
    /// ```
    "docker/several-commands" {
        severity: Low, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    for stage in image.image().chain() {
        for name in ["CMD", "ENTRYPOINT", "HEALTHCHECK"] {
            let all: Vec<_> = stage.instructions.iter().filter(|instruction| instruction.is(name)).collect();
            let [dropped @ .., last] = &all[..] else { continue };
            for instruction in dropped {
                let message = format!("this `{name}` never runs: a later one takes its place");
                let finding = sink.report(instruction.keyword.span, message);
                finding.help("remove it, or start both from one script").related(last.keyword.span, "this one counts");
            }
        }
    }
}
