//! `compose/duplicate-container-name`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// One container name for two services.
    ///
    /// ## Why
    /// Names of containers are unique on a host. Compose refuses the whole project.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     container_name: shop
    /// # >
    ///   worker:
    ///     image: shop:1
    ///     container_name: shop
    /// #                   ^^^^ compose/duplicate-container-name
    /// # | the container name `shop` is used by two services; Compose refuses it
    /// # | help: remove `container_name`, Compose finds a name on its own
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     container_name: shop
    ///   worker:
    ///     image: shop:1
    /// ```
    "compose/duplicate-container-name" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::ContainerName, compose, context, sink);
}
