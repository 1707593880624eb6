//! `docker/run-data-not-kept`

use crate::model::compose::Standalone;
use crate::rules::compose::database_not_kept;
use crate::rules::prelude::*;

rule! {
    /// A database that `docker run` starts without a volume for its data.
    ///
    /// ## Why
    /// A new version of the image needs a new container, and with the old one goes what it kept. A volume without a name stays behind,
    /// and nobody mounts it again.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db --env-file db.env postgres:17
    /// #                                         ^^^^^^^^^^^ docker/run-data-not-kept
    /// # | container `db` keeps the data of PostgreSQL in no named volume: after `docker rm` it starts empty
    /// # | help: mount a named volume: `-v NAME:/var/lib/postgresql/data`
    /// # > docker run -d --name db --env-file db.env -v data:/var/lib/postgresql/data postgres:17
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db --env-file db.env -v data:/var/lib/postgresql/data postgres:17
    /// docker run -d --name cache redis:7.4
    /// docker run -d --rm --name check --env-file db.env postgres:17
    /// ```
    "docker/run-data-not-kept" {
        severity: High, confidence: Certain, effect: LosesData, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/storage/volumes/"],
        check: Check::Standalone(check),
    }
}

fn check(own: &Standalone, context: &Context, sink: &mut Sink) {
    database_not_kept::check(&own.service, context, sink);
}
