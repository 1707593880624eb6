//! `compose/bad-volume`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A volume that cannot be read.
    ///
    /// ## Why
    /// Compose takes the short form apart at its colons and refuses the whole project where a part is empty, often because a
    /// variable is, or where there are too many. A bind without a source is refused as well.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ":/data"
    /// #       ^^^^^^^^ compose/bad-volume
    /// # | service `web` has an entry in `volumes` that Compose refuses: nothing stands between two colons
    /// # | help: write `./source:/target` or `name:/target`
    /// # >       - "./source:/data"
    ///       - ./a:/b:ro:z
    /// #       ^^^^^^^^^^^ compose/bad-volume
    /// # >       - ./a:/b:ro,z
    ///       - {type: bind, target: /etc/shop}
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/bad-volume
    /// # >       - {type: bind, source: /etc/shop, target: /etc/shop}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./data:/data
    ///       - ./a:/b:ro,z
    ///       - {type: bind, source: ./etc, target: /etc/shop}
    ///       - {type: image, source: shop-assets, target: /assets}
    /// ```
    "compose/bad-volume" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Volume, compose, context, sink);
}
