//! `compose/wrong-type`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A value of a type that its key does not take.
    ///
    /// ## Why
    /// Compose checks the types of all values before it starts anything. YAML reads `1000` as a number and `no` as text;
    /// Compose wants text where it says so, and one wrong type stops the whole project.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     user: 1000
    /// #         ^^^^ compose/wrong-type
    /// # | `services.web.user` must be text, but it is `1000`; Compose refuses it
    /// # | help: put the value into quotes
    /// # >     user: "1000"
    ///     ports:
    /// #   ^^^^^ compose/wrong-type
    /// # >     ports: []
    ///     environment:
    ///       - MODE: production
    /// #       ^^^^^^^^^^^^^^^^ compose/wrong-type
    /// # >       - MODE=production
    ///     healthcheck:
    ///       interval: 30
    /// #               ^^ compose/wrong-type
    /// # >       interval: 30s
    /// ```
    /// ### Keys that slid out of their service
    /// ```compose bad
    /// services:
    ///   web:
    /// # ^^^ compose/wrong-type
    /// # | `services.web` must be a map, but it is empty; Compose refuses it
    /// # | help: fill in `web:` or remove the line
    ///   image: nginx:1.28
    /// #        ^^^^^^^^^^ compose/wrong-type
    /// # | `services.image` must be a map, but it is text; Compose refuses it
    /// # | help: indent it below its service
    /// # >     image: nginx:1.28
    ///   restart: always
    /// # >     restart: always
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     user: "1000"
    ///     environment:
    ///       - MODE=production
    ///     healthcheck:
    ///       interval: 30s
    ///     restart: no
    /// ```
    "compose/wrong-type" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Type, compose, context, sink);
}
