//! `compose/bad-extends`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A service that extends one that is not there, or itself.
    ///
    /// ## Why
    /// Compose puts the extended service in first and refuses the whole project when it cannot.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     extends: bas
    /// #            ^^^ compose/bad-extends
    /// # | service `web` extends `bas`, which is not in this file
    /// # | help: name a service of this file, or add `file:`
    /// # >     extends: base
    /// # >   base:
    /// # >     image: shop:1
    /// ```
    /// ```compose good
    /// services:
    ///   base:
    ///     image: shop:1
    ///   web:
    ///     extends: base
    /// ```
    "compose/bad-extends" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Extends, compose, context, sink);
}
