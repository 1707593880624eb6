//! `compose/bad-interpolation`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A variable that Compose cannot read.
    ///
    /// ## Why
    /// `${` must be followed by a name and `}`, perhaps with `:-default` and its like between. Everything else stops the project;
    /// a dollar sign that should stay is written `$$`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:${VERSION%%-*}
    /// #               ^^ compose/bad-interpolation
    /// # | this is not a variable Compose can read; Compose refuses the file
    /// # | help: write `${NAME}` or `${NAME:-default}`; for a dollar sign that stays, write `$$`
    /// # >     image: shop:${VERSION}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:${VERSION:-1}
    ///     command: echo $${HOME%/}
    /// ```
    "compose/bad-interpolation" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/interpolation/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Interpolation, compose, context, sink);
}
