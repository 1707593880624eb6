//! `compose/dependency-circle`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// Services that wait for each other.
    ///
    /// ## Why
    /// Compose refuses to start services whose dependencies form a circle: none of them could be the first.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on: [db]
    ///   db:
    ///     image: postgres:17
    ///     depends_on: [web]
    /// #                ^^^ compose/dependency-circle
    /// # | service `db` waits for `web`, which waits for it again; Compose refuses the circle
    /// # | help: remove one of the dependencies
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on: [db]
    ///   db:
    ///     image: postgres:17
    ///     depends_on: {tool: {condition: service_started, required: false}}
    ///   tool:
    ///     image: shop:1
    ///     profiles: [tools]
    ///     depends_on: [db]
    /// ```
    "compose/dependency-circle" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Circle, compose, context, sink);
}
