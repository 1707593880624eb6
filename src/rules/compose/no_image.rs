//! `compose/no-image`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A service without an image.
    ///
    /// ## Why
    /// Compose must know what to run: `image`, `build` or a provider. Without it the whole project is refused.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    /// # ^^^ compose/no-image
    /// # | service `web` has neither `image` nor `build`; Compose refuses it
    /// # | help: add `image: NAME:TAG` or `build: DIRECTORY`
    ///     restart: always
    /// # >     restart: always
    /// # >     image: shop:1
    ///   worker:
    ///     image: ""
    /// #          ^^ compose/no-image
    /// # >     image: shop:1
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     restart: always
    /// ```
    /// ```compose good file=compose.override.yaml
    /// services:
    ///   web:
    ///     build: .
    /// ```
    "compose/no-image" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Image, compose, context, sink);
    for name in &compose.imageless {
        let has =
            |other: &Composition| other.service(&name.value).is_some_and(|s| s.build.is_some() || !s.image.is_absent());
        if let Some(why) = context.project.defined_elsewhere(compose, has) {
            sink.unknown(name.span, why);
            continue;
        }
        let message = format!("service `{}` has neither `image` nor `build`; Compose refuses it", name.value);
        sink.report(name.span, message).help("add `image: NAME:TAG` or `build: DIRECTORY`");
    }
}
