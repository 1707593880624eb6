//! `guide/network-not-made`

use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A guide starts services whose network it does not make.
    ///
    /// ## Why
    /// `external: true` means that the network is there already. On a new server it is not, and Compose starts nothing:
    /// "network declared as external, but could not be found".
    ///
    /// ## Examples
    /// ```markdown bad
    /// ~~~bash
    /// docker compose up -d
    /// ^^^^^^^^^^^^^^^^^^^^ guide/network-not-made
    /// | network `edge` is made by no step, and Compose starts nothing without it
    /// | help: write `docker network create` with its name above it
    /// # > docker network create edge
    /// # > docker compose up -d
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1.2
    ///     networks: [edge]
    /// networks:
    ///   edge: {external: true}
    /// ```
    /// ```markdown good
    /// The network `edge` is that of the proxy.
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ~~~
    /// ```
    ///
    /// ### By the name that Docker knows it by
    /// ```markdown good
    /// The container joins the network `werkstatt_default`, which the stack of the workshop makes.
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1.2
    ///     networks: [edge]
    /// networks:
    ///   edge: {external: true, name: werkstatt_default}
    /// ```
    ///
    /// ### What runs already
    /// ```markdown good
    /// ~~~bash
    /// docker compose down
    /// docker compose up -d --build
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Networks that the guide speaks of, or that a command of the project names. Guides that update what runs.
    "guide/network-not-made" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/networks/#external"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    super::not_made(commands, ctx, "network", sink);
}
