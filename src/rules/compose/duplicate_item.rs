//! `compose/duplicate-item`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// The same item twice in a list of different things.
    ///
    /// ## Why
    /// Compose refuses lists of dependencies, networks, groups, security options and the like that name something twice.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on: [db, cache, db]
    /// #                           ^^ compose/duplicate-item
    /// # | `services.web.depends_on` has the same item twice; Compose refuses it
    /// # | help: remove one of the two
    /// # >     depends_on: [db, cache]
    ///   db:
    ///     image: postgres:17
    ///   cache:
    ///     image: redis:8
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on: [db, cache]
    ///     cap_add: [NET_ADMIN, NET_ADMIN]
    ///   db:
    ///     image: postgres:17
    ///   cache:
    ///     image: redis:8
    /// ```
    "compose/duplicate-item" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Duplicate, compose, context, sink);
}
