//! `compose/file-missing`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A file that Compose is told to read and that does not exist.
    ///
    /// ## Why
    /// Compose reads every file that `-f`, `--env-file`, `COMPOSE_FILE`, `include` and `extends` name before it does anything
    /// else, and starts nothing when one is not there.
    ///
    /// ## Examples
    /// ```compose bad
    /// include: [infra/db.yml]
    /// #         ^^^^^^^^^^^^ compose/file-missing
    /// # | the included file `infra/db.yml` does not exist; Compose refuses the project
    /// # | help: correct the path, or add the file
    /// # > include: [infra/db.yaml]
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```compose fixed file=infra/db.yaml
    /// services:
    ///   db:
    ///     image: postgres:17.2
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/password}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ### A script names it
    /// ```sh bad file=deploy.sh
    /// docker compose -f compose.yaml -f compose.prd.yaml up -d
    /// #                                 ^^^^^^^^^^^^^^^^ compose/file-missing
    /// # | Compose is started with `compose.prd.yaml`, which does not exist
    /// # | help: correct the path, or add the file
    /// # > docker compose -f compose.yaml up -d
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```compose good
    /// include: [infra/db.yml]
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```compose good file=infra/db.yml
    /// services:
    ///   db:
    ///     image: postgres:17.2
    /// ```
    ///
    /// ## What it does not report
    /// Files that git ignores: they are made where Compose runs. Commands in guides.
    "compose/file-missing" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/compose/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::NoFile, compose, context, sink);
}
