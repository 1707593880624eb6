//! `docker/run-variable-missing`

use crate::model::compose::Standalone;
use crate::rules::compose::{foreign_variable, init_variable_missing};
use crate::rules::prelude::*;

rule! {
    /// A `docker run` without a variable that its image asks for.
    ///
    /// ## Why
    /// Images of databases stop at once when nobody says which password to begin with, and what another maker calls it they do not
    /// read.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db mysql:8.4
    /// #                       ^^^^^^^^^ docker/run-variable-missing
    /// # | container `db` does not get `MYSQL_ROOT_PASSWORD`: with an empty data directory mysql stops at once
    /// # | help: give it `MYSQL_ROOT_PASSWORD` with `--env-file`
    /// # > docker run -d --name db --env-file db.env mysql:8.4
    /// docker run -d --name cache -e REDIS_PASSWORD redis:7.4
    /// #                             ^^^^^^^^^^^^^^ docker/run-variable-missing
    /// # > docker run -d --name cache redis:7.4 redis-server --requirepass "$REDIS_PASSWORD"
    /// ```
    /// ```env bad file=db.env
    /// MYSQL_ROOT_PASSWORD=Zk4vT9rWq2LmXd8s
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db -v data:/var/lib/mysql mysql:8.4
    /// docker run -d --name third -e MYSQL_ROOT_PASSWORD mysql:8.4
    /// docker run -d --name other -v other:/var/lib/mysql --env-file /etc/shop/db.env mysql:8.4
    /// docker run -d --name cache redis:7.4 redis-server --requirepass "$REDIS_PASSWORD"
    /// ```
    "docker/run-variable-missing" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://hub.docker.com/_/postgres", "https://hub.docker.com/_/mysql"],
        check: Check::Standalone(check),
    }
}

fn check(own: &Standalone, context: &Context, sink: &mut Sink) {
    init_variable_missing::check(&own.service, context, sink);
    foreign_variable::check(&own.service, context, sink);
}
