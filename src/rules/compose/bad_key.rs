//! `compose/bad-key`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A key that is not text, or `<<` with something that is no map.
    ///
    /// ## Why
    /// Compose wants text for every key, also below `x-` keys: YAML reads `1:`, `true:` and `~:` as something else. What `<<` takes
    /// over must be a map or a list of maps. Compose refuses the file.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       1: one
    /// #     ^ compose/bad-key
    /// # | a key must be text; Compose refuses the file
    /// # | help: put the key into quotes
    /// # >       "1": one
    ///     labels:
    ///       <<: shop
    /// #     ^^^^^^^^ compose/bad-key
    /// # >       "<<": shop
    /// ```
    /// ```compose good
    /// x-labels: &labels {team: shop}
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       "1": one
    ///     labels:
    ///       <<: *labels
    /// ```
    "compose/bad-key" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Key, compose, context, sink);
}
