//! `compose/bad-boolean`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A switch that is neither true nor false.
    ///
    /// ## Why
    /// Compose takes `true`, `false`, and the old words `yes`, `no`, `on`, `off`; anything else stops the project. Numbers are
    /// no switches either.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: registry.example/shop:1.4
    ///     read_only: "ture"
    /// #              ^^^^^^ compose/bad-boolean
    /// # | `services.web.read_only` must be `true` or `false`, but it is `"ture"`; Compose refuses it
    /// # | help: write `true`
    /// # >     read_only: true
    /// volumes:
    ///   data:
    ///     external: "maybe"
    /// #             ^^^^^^^ compose/bad-boolean
    /// # >     external: true
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: registry.example/shop:1.4
    ///     read_only: "yes"
    ///     init: true
    /// volumes:
    ///   data:
    ///     external: true
    /// ```
    "compose/bad-boolean" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Boolean, compose, context, sink);
}
