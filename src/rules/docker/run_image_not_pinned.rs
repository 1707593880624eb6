//! `docker/run-image-not-pinned`

use crate::model::compose::Standalone;
use crate::rules::compose::image_not_pinned;
use crate::rules::prelude::*;

rule! {
    /// A container that `docker run` starts from whatever `latest` is that day.
    ///
    /// ## Why
    /// The machine that pulls first gets one version, the next one another. A database does not read what a newer one has written.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db --env-file db.env -v data:/var/lib/mysql mysql
    /// #                                                                ^^^^^ docker/run-image-not-pinned
    /// # | the image of container `db` has no tag: the next pull may bring a MySQL that does not read its data
    /// # | help: write the version that runs now: `NAME:MAJOR.MINOR`
    /// # > docker run -d --name db --env-file db.env -v data:/var/lib/mysql mysql:8.4
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker build -t shop .
    /// docker run -d --name web shop
    /// docker run -d --name db --env-file db.env -v data:/var/lib/mysql mysql:8.4
    /// ```
    "docker/run-image-not-pinned" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"],
        check: Check::Standalone(check),
    }
}

fn check(own: &Standalone, context: &Context, sink: &mut Sink) {
    // What is built here is tagged here.
    if own.service.image.get().is_some_and(|image| context.project.builds_image(&image.name)) {
        return sink.not_applicable();
    }
    image_not_pinned::check(&own.service, context, sink);
}
