//! `compose/bad-number`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A number that Compose cannot read, or that is out of its range.
    ///
    /// ## Why
    /// Compose reads whole numbers, numbers and modes from text, too, and refuses what is none; some may not be negative, some
    /// have a range.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     cpus: half
    /// #         ^^^^ compose/bad-number
    /// # | `services.web.cpus` must be a number such as `0.5`, but it is `half`; Compose refuses it
    /// # >     cpus: 0.5
    ///     pids_limit: many
    /// #               ^^^^ compose/bad-number
    /// # >     pids_limit: 200
    ///     oom_score_adj: 2000
    /// #                  ^^^^ compose/bad-number
    /// # >     oom_score_adj: 1000
    ///     healthcheck:
    ///       test: curl -f http://localhost
    ///       retries: -1
    /// #              ^^ compose/bad-number
    /// # >       retries: 3
    ///     deploy:
    ///       replicas: -2
    /// #               ^^ compose/bad-number
    /// # >       replicas: 2
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     cpus: "0.5"
    ///     pids_limit: 100
    ///     oom_score_adj: 500
    ///     healthcheck:
    ///       test: curl -f http://localhost
    ///       retries: 3
    ///     deploy:
    ///       replicas: 2
    ///       resources: {limits: {cpus: "0.5", pids: 100}}
    /// ```
    "compose/bad-number" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Number, compose, context, sink);
}
