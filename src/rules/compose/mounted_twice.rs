//! `compose/mounted-twice`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// Two things mounted at the same path.
    ///
    /// ## Why
    /// Compose refuses a volume and a `tmpfs` at one path, and a volume in the long form whose path only looks different
    /// from that of another one.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     tmpfs: [/cache]
    /// # >
    ///     volumes:
    ///       - data:/cache
    /// #       ^^^^^^^^^^^ compose/mounted-twice
    /// # | service `web` mounts two things at the same path; Compose refuses it
    /// # | help: remove one of the two
    ///       - ./a:/srv
    ///       - {type: bind, source: ./b, target: /srv/}
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/mounted-twice
    /// # >
    /// volumes:
    ///   data:
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     tmpfs: [/tmp]
    ///     volumes:
    ///       - data:/cache
    ///       - ./a:/srv
    ///       - ./b:/srv/
    /// volumes:
    ///   data:
    /// ```
    ///
    /// ## What it does not report
    /// Two volumes in the short form at one path: of those Compose drops the first (`compose/mount-replaced`).
    "compose/mounted-twice" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::MountTwice, compose, context, sink);
}
