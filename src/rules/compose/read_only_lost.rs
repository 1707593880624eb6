//! `compose/read-only-lost`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// A mount that is read-only in one file, and writable in the file on top of it.
    ///
    /// ## Why
    /// Compose takes a mount of the later file for the same one when its path in the container is the same, and all of it: `:ro` that
    /// is not repeated is gone, without a word.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes: ["./conf:/etc/shop:ro"]
    /// ```
    /// ```compose bad file=compose.override.yaml
    /// services:
    ///   web:
    ///     volumes: ["./conf:/etc/shop", "./data:/data"]
    /// #              ^^^^^^^^^^^^^^^^ compose/read-only-lost
    /// # | service `web` can write to `/etc/shop`, which is read-only in the file below: `:ro` is lost
    /// # | help: repeat `:ro`, or leave the mount out here
    /// # >     volumes: ["./conf:/etc/shop:ro", "./data:/data"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes: ["./conf:/etc/shop:ro", "./data:/data:ro"]
    /// ```
    /// ```compose good file=compose.override.yaml
    /// services:
    ///   web:
    ///     volumes: ["./conf:/etc/shop:ro", "./other:/data"]
    /// ```
    "compose/read-only-lost" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/merge/#unique-resources"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    for mount in &compose.reopened {
        let message = format!(
            "service `{}` can write to `{}`, which is read-only in the file below: `:ro` is lost",
            mount.service, mount.target
        );
        let finding = sink.report(mount.by, message);
        finding.help("repeat `:ro`, or leave the mount out here").related(mount.span, "read-only here");
    }
}
