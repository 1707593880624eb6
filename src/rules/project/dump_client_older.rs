//! `project/dump-client-older`

use crate::model::image::postgres_client;
use crate::project::{Commands, Project, Shipped};
use crate::rules::prelude::*;

rule! {
    /// A backup with a `pg_dump` that is older than its server.
    ///
    /// ## Why
    /// `pg_dump` refuses to dump a server that is newer than itself: `aborting because of server version mismatch`. Debian 12
    /// installs version 15 when `postgresql-client` is asked for, whatever the server is.
    ///
    /// ## Examples
    /// ```dockerfile bad file=Dockerfile
    /// FROM python:3.12-slim-bookworm
    /// RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client
    /// #                                                                ^^^^^^^^^^^^^^^^^ project/dump-client-older
    /// # | this installs version 15 of `pg_dump`, which refuses to dump the PostgreSQL 17 of service `db`: there is no
    /// # | backup
    /// # | help: run `pg_dump` in the container of the database, `docker compose exec -T db pg_dump`, or install the
    /// # | client of version 17 from apt.postgresql.org
    /// COPY . /app
    /// CMD ["python", "/app/main.py"]
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM python:3.12-slim-trixie
    /// RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client
    /// COPY . /app
    /// CMD ["python", "/app/main.py"]
    /// ```
    /// ```sh both file=scripts/backup.sh
    /// set -euo pipefail
    /// pg_dump "$DATABASE_URL" | gzip > "/backups/shop-$(date +%F).sql.gz"
    /// find /backups -name 'shop-*.sql.gz' -mtime +7 -delete
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    ///
    /// ## What it does not report
    /// Images in which nothing runs `pg_dump`, base images whose distribution is not said, and packages from elsewhere.
    "project/dump-client-older" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/current/app-pgdump.html#PG-DUMP-NOTES"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let Some((client, place)) = postgres_client(&image.image()) else { return sink.not_applicable() };
    let sets = image.services.iter().filter_map(|service| project.compose().get(service.id.composition));
    let mut servers = sets.flat_map(|set| &set.services).filter_map(|service| {
        let image = service.image.get().filter(|image| image.official() == Some("postgres"))?;
        Some((service, image.major()?))
    });
    let Some((server, version)) = servers.find(|(_, version)| *version > client) else { return };
    let Some(run) = dumps(image, project) else { return };
    let name = &server.name.value;
    let message = format!(
        "this installs version {client} of `pg_dump`, which refuses to dump the PostgreSQL {version} of service `{name}`: \
         there is no backup"
    );
    sink.report(place, message)
        .help(format!(
            "run `pg_dump` in the container of the database, `docker compose exec -T {name} pg_dump`, or install the \
             client of version {version} from apt.postgresql.org"
        ))
        .related(run, "it is run here")
        .related(server.image.span().unwrap_or(server.name.span), "this server is newer");
}

/// Where `pg_dump` is run in an image: what a service starts, or a script that is copied into it.
fn dumps(image: &Shipped, project: &Project) -> Option<Span> {
    let started = image
        .services
        .iter()
        .filter_map(|service| project.process(service))
        .find(|process| process.words().unwrap_or_default().iter().any(|word| word.contains("pg_dump")));
    if let Some(process) = started {
        return Some(process.line());
    }
    let brought = |script: &Commands| project.taken_into(image, script.path).is_some();
    let scripts = project.commands();
    let mut steps = scripts.iter().filter(|script| project.look(1) && brought(script)).flat_map(|script| script.steps);
    let dump = steps.find(|step| step.inside.is_none() && !step.remote && step.tool() == "pg_dump")?;
    Some(dump.span)
}
