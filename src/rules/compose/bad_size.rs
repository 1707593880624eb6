//! `compose/bad-size`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A size that Compose cannot read.
    ///
    /// ## Why
    /// Sizes are a number and `b`, `k`, `m`, `g`, `t` or `p`, perhaps with `b` or `ib` behind it. `512Mi` is how Kubernetes writes
    /// it; Compose refuses the project.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     shm_size: 1Gi
    /// #             ^^^ compose/bad-size
    /// # | `services.web.shm_size` must be a size such as `512m` or `1g`, but it is `1Gi`; Compose refuses it
    /// # | help: write `1g`
    /// # >     shm_size: 1g
    ///     deploy:
    ///       resources:
    ///         limits:
    ///           memory: 512Mi
    /// #                 ^^^^^ compose/bad-size
    /// # >           memory: 512m
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     shm_size: 1GiB
    ///     memswap_limit: -1
    ///     deploy:
    ///       resources:
    ///         limits:
    ///           memory: 512m
    /// ```
    "compose/bad-size" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Size, compose, context, sink);
}
