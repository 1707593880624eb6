//! `compose/nested-too-deeply`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A file that is nested too deeply to be a Compose file.
    ///
    /// ## Why
    /// Nothing Compose knows is nested as deeply. What lies below is not looked at.
    ///
    /// ## Examples
    /// ```compose bad
    /// x-deep: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
    /// #                                                                       ^^^^^^^^^^^^^ compose/nested-too-deeply
    /// # | this is nested too deeply to be a Compose file; what is below was not looked at
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    "compose/nested-too-deeply" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Depth, compose, context, sink);
}
