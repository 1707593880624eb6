//! `compose/merge-drops`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// Variables that `<<` brings, and that the service does not get.
    ///
    /// ## Why
    /// A merge key takes over whole keys. Where the service has `environment:` itself, nothing of the other one is left, also not the
    /// variables that it does not name.
    ///
    /// ## Examples
    /// ```compose bad
    /// x-shop: &shop
    ///   image: shop:1
    ///   environment:
    ///     DATABASE_HOST: db
    ///     MODE: web
    /// services:
    ///   web: *shop
    ///   jobs:
    ///     <<: *shop
    ///     environment:
    /// #   ^^^^^^^^^^^ compose/merge-drops
    /// # | service `jobs` does not get `DATABASE_HOST`: its own `environment:` hides that of `<<`
    /// # | help: give the other `environment:` an anchor of its own, and write `<<: *name` in this one, too
    ///       MODE: jobs
    /// # >       MODE: jobs
    /// # >       DATABASE_HOST: db
    /// ```
    /// ```compose good
    /// x-shop: &shop
    ///   image: shop:1
    ///   environment: &variables
    ///     DATABASE_HOST: db
    ///     MODE: web
    /// services:
    ///   web: *shop
    ///   jobs:
    ///     <<: *shop
    ///     environment:
    ///       <<: *variables
    ///       MODE: jobs
    /// ```
    "compose/merge-drops" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://yaml.org/type/merge.html"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    for lost in &compose.dropped {
        let names = phrase::named(lost.names.iter().map(String::as_str));
        let message =
            format!("service `{}` does not get {names}: its own `environment:` hides that of `<<`", lost.service);
        let finding = sink.report(lost.by, message);
        finding.help("give the other `environment:` an anchor of its own, and write `<<: *name` in this one, too");
        finding.related(lost.from, "hidden here");
    }
}
