//! `compose/bad-healthcheck`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A health check that does not begin with the word Compose asks for.
    ///
    /// ## Why
    /// A list must say first how it is run: `CMD` directly, `CMD-SHELL` by a shell, `NONE` not at all. Compose refuses the whole
    /// project otherwise.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     healthcheck:
    ///       test: ["curl", "-f", "http://localhost"]
    /// #            ^^^^^^ compose/bad-healthcheck
    /// # | the health check of service `web` must begin with `CMD`, `CMD-SHELL` or `NONE`; Compose refuses it
    /// # | help: write `["CMD", ...]` with the program as second item
    /// # >       test: ["CMD", "curl", "-f", "http://localhost"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost"]
    ///   tool:
    ///     image: nginx:1.28
    ///     profiles: [tools]
    ///     healthcheck:
    ///       test: ["curl"]
    /// ```
    ///
    /// ## What it does not report
    /// Services of a profile: Compose looks at their health checks only when they run.
    "compose/bad-healthcheck" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Healthcheck, compose, context, sink);
}
