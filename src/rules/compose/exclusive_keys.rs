//! `compose/exclusive-keys`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// Keys that exclude each other.
    ///
    /// ## Why
    /// Compose refuses the whole project where two ways to say something are used at once.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     network_mode: host
    /// #                 ^^^^ compose/exclusive-keys
    /// # | service `web` has both `network_mode` and `networks`; Compose refuses it
    /// # | help: remove one of the two
    /// # >
    ///     networks: [front]
    ///     gpus:
    ///       - {count: 1, device_ids: ["0"]}
    /// #                  ^^^^^^^^^^ compose/exclusive-keys
    /// # >       - {device_ids: ["0"]}
    /// networks:
    ///   front:
    /// volumes:
    ///   data:
    ///     external: true
    ///     driver: local
    /// #   ^^^^^^ compose/exclusive-keys
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     network_mode: host
    ///     gpus:
    ///       - {device_ids: ["0"]}
    /// volumes:
    ///   data:
    ///     external: true
    ///     name: shop-data
    /// ```
    "compose/exclusive-keys" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Exclusive, compose, context, sink);
}
