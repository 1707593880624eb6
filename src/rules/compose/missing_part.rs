//! `compose/missing-part`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// An entry that lacks what it cannot be without.
    ///
    /// ## Why
    /// A port needs a target, a mount a type and a target, a secret a file or a variable. Compose refuses the whole project
    /// without.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports:
    ///       - {published: 8080}
    /// #       ^^^^^^^^^^^^^^^^^ compose/missing-part
    /// # | `services.web.ports` needs the key `target`; Compose refuses it without
    /// # | help: add `target:`
    /// # >       - {published: 8080, target: 80}
    ///     secrets:
    ///       - {target: token}
    /// #       ^^^^^^^^^^^^^^^ compose/missing-part
    /// # >       - {source: token, target: token}
    ///     develop:
    ///       watch:
    ///         - {action: sync, path: ./src}
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/missing-part
    /// # >         - {action: sync, path: ./src, target: /app/src}
    /// secrets:
    ///   token: {}
    /// # ^^^^^ compose/missing-part
    /// # >   token: {file: ./token}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     ports:
    ///       - {published: 8080, target: 80}
    ///     secrets:
    ///       - {source: token}
    ///     develop:
    ///       watch:
    ///         - {action: sync, path: ./src, target: /app/src}
    ///         - {action: rebuild, path: ./Dockerfile}
    /// secrets:
    ///   token: {file: ./token}
    /// ```
    "compose/missing-part" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Missing, compose, context, sink);
}
