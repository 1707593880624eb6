//! `compose/bad-entry`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// An entry that does not have the form of its place.
    ///
    /// ## Why
    /// Some texts are taken apart: devices, extra hosts, build contexts, commands, variables. What cannot be taken apart stops
    /// the whole project.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     container_name: w
    /// #                   ^ compose/bad-entry
    /// # | `services.web.container_name` must be two characters or more, of letters, digits, `_`, `.` and `-`; Compose
    /// # | refuses it
    /// # >     container_name: web
    ///     command: sh -c 'it runs
    /// #            ^^^^^^^^^^^^^^ compose/bad-entry
    /// # >     command: sh -c 'it runs'
    ///     extra_hosts: [db.internal]
    /// #                 ^^^^^^^^^^^ compose/bad-entry
    /// # >     extra_hosts: ["db.internal:10.0.0.5"]
    ///     devices: ["/dev/a:/dev/b:r:w"]
    /// #             ^^^^^^^^^^^^^^^^^^^ compose/bad-entry
    /// # >     devices: ["/dev/a:/dev/b:rw"]
    ///     environment:
    ///       - MODE =production
    /// #       ^^^^^^^^^^^^^^^^ compose/bad-entry
    /// # >       - MODE=production
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     container_name: web
    ///     command: sh -c 'it runs'
    ///     extra_hosts: ["db.internal=10.0.0.5", "cache:10.0.0.6"]
    ///     devices: ["/dev/a:/dev/b:rw"]
    ///     environment:
    ///       - MODE=production
    /// ```
    "compose/bad-entry" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Entry, compose, context, sink);
}
