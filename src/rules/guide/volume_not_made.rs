//! `guide/volume-not-made`

use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A guide starts services whose volume it does not make.
    ///
    /// ## Why
    /// `external: true` means that the volume is there already. On a new server it is not, and Compose starts nothing:
    /// "external volume not found".
    ///
    /// ## Examples
    /// ```markdown bad
    /// ~~~bash
    /// docker compose up -d
    /// ^^^^^^^^^^^^^^^^^^^^ guide/volume-not-made
    /// | volume `uploads` is made by no step, and Compose starts nothing without it
    /// | help: write `docker volume create` with its name above it
    /// # > docker volume create uploads
    /// # > docker compose up -d
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1.2
    ///     volumes: ["uploads:/data"]
    /// volumes:
    ///   uploads: {external: true}
    /// ```
    /// ```markdown good
    /// The volume `uploads` is that of the old server.
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Volumes that the guide speaks of, or that a command of the project makes.
    "guide/volume-not-made" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/volumes/#external"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    super::not_made(commands, ctx, "volume", sink);
}
