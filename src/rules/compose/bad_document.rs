//! `compose/bad-document`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A file, or a part of it, that is no Compose file.
    ///
    /// ## Why
    /// Every document of a Compose file must be a map, also an empty one at its end, and YAML must be of version 1.1, the one
    /// Compose reads. Compose refuses the file.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    /// ---
    /// # >
    /// - more
    /// ^^^^^^ compose/bad-document
    /// | a document of a Compose file must be a map; Compose refuses the file
    /// | help: remove it, with the `---` above it
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    /// ---
    /// services:
    ///   web:
    ///     restart: always
    /// ```
    /// ### Another YAML
    /// ```compose bad
    /// %YAML 1.2
    /// ^^^^^^^^^ compose/bad-document
    /// | Compose reads YAML 1.1 and refuses a file that says another
    /// | help: remove the line
    /// # >
    /// ---
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    "compose/bad-document" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Document, compose, context, sink);
}
