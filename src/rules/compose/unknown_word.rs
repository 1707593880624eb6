//! `compose/unknown-word`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A word that is none of those Compose knows at this place.
    ///
    /// ## Why
    /// Where a key takes one of a few words, Compose refuses the whole project for any other one.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     pull_policy: sometimes
    /// #                ^^^^^^^^^ compose/unknown-word
    /// # | `services.web.pull_policy` must be `always`, `missing`, `never`, `build`, `daily`, `weekly` or `every_12h`,
    /// # | but it is `sometimes`; Compose refuses it
    /// # >     pull_policy: always
    ///     depends_on:
    ///       db:
    ///         condition: service_helthy
    /// #                  ^^^^^^^^^^^^^^ compose/unknown-word
    /// # >         condition: service_started
    ///   db:
    ///     image: postgres:17
    ///     env_file:
    ///       - {path: db.env, format: rwa}
    /// #                              ^^^ compose/unknown-word
    /// # >       - {path: db.env, format: raw}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     pull_policy: every_12h
    ///     depends_on:
    ///       db:
    ///         condition: service_healthy
    ///   db:
    ///     image: postgres:17
    ///     env_file:
    ///       - {path: db.env, format: raw}
    /// ```
    "compose/unknown-word" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Word, compose, context, sink);
}
