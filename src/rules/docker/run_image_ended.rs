//! `docker/run-image-ended`

use crate::model::compose::Standalone;
use crate::rules::compose::image_ended;
use crate::rules::prelude::*;

rule! {
    /// A `docker run` of an image that nobody repairs, or nobody can pull.
    ///
    /// ## Why
    /// Holes that are found in it stay open. An image that was taken from its registry is there only where it was pulled before.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name cache redis:5.0.14
    /// #                          ^^^^^^^^^^^^ docker/run-image-ended
    /// # | container `cache` runs redis 5.0, which nobody has repaired since 2022-04-27
    /// # | help: move to a version that is maintained; read its release notes first, data may have to be migrated
    /// # > docker run -d --name cache redis:7.4
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name cache redis:7.4
    /// docker run -d --name web shop:1
    /// ```
    "docker/run-image-ended" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://endoflife.date"],
        check: Check::Standalone(check),
    }
}

fn check(own: &Standalone, context: &Context, sink: &mut Sink) {
    image_ended::check(&own.service, context, sink);
}
