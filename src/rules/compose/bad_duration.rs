//! `compose/bad-duration`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A duration that Compose cannot read.
    ///
    /// ## Why
    /// Durations are numbers with units: `ns`, `us`, `ms`, `s`, `m`, `h`, `d`, `w`, one behind the other without spaces. Anything
    /// else stops the project.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     stop_grace_period: "30"
    /// #                      ^^^^ compose/bad-duration
    /// # | `services.web.stop_grace_period` must be a duration such as `30s` or `1m30s`, but it is `"30"`; Compose
    /// # | refuses it
    /// # | help: write `30s`
    /// # >     stop_grace_period: 30s
    ///     healthcheck:
    ///       test: curl -f http://localhost
    ///       interval: 1 minute
    /// #               ^^^^^^^^ compose/bad-duration
    /// # >       interval: 1m
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     stop_grace_period: 1m30s
    ///     healthcheck:
    ///       test: curl -f http://localhost
    ///       interval: 1m
    /// ```
    "compose/bad-duration" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Duration, compose, context, sink);
}
