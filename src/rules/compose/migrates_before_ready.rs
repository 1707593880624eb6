//! `compose/migrates-before-ready`

use crate::model::compose::{Composition, Condition};
use crate::rules::prelude::*;

rule! {
    /// Migrations that run before the database answers.
    ///
    /// ## Why
    /// `depends_on` without a condition waits until the database is started, not until it is ready; the first start takes a minute.
    /// The migration fails with `connection refused`, and without `restart:` the service stays down.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: sh -c "alembic upgrade head && gunicorn -b 0.0.0.0:8000 shop:app"
    ///     depends_on: [db]
    /// #                ^^ compose/migrates-before-ready
    /// # | service `web` runs `alembic upgrade` as soon as `db` is started, not when it is ready: it fails and stays
    /// # | down
    /// # | help: give `db` a health check and write `depends_on: {db: {condition: service_healthy}}`
    /// # >     depends_on: {db: {condition: service_healthy}}
    ///   db:
    ///     image: postgres:17.2
    /// # >     image: postgres:17.2
    /// # >     healthcheck: {test: ["CMD-SHELL", "pg_isready -U postgres"]}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: sh -c "alembic upgrade head && gunicorn -b 0.0.0.0:8000 shop:app"
    ///     depends_on:
    ///       db: {condition: service_healthy}
    ///   again:
    ///     image: shop:1
    ///     command: python manage.py migrate
    ///     restart: on-failure
    ///     depends_on: [db]
    ///   patient:
    ///     image: shop:1
    ///     command: sh -c "./wait-for-it.sh db:5432 && python manage.py migrate"
    ///     depends_on: [db]
    ///   db:
    ///     image: postgres:17.2
    ///     healthcheck: {test: [CMD, pg_isready]}
    /// ```
    "compose/migrates-before-ready" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/startup-order/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    for service in compose.services.iter().filter(|service| service.restart.is_absent() && service.gap.is_none()) {
        for dependency in service.dependencies.iter().filter(|dependency| dependency.condition == Condition::Started) {
            let database = compose.service(&dependency.service.value).filter(|other| other.build.is_none());
            let Some(store) = database.and_then(|other| other.store()) else { continue };
            if !matches!(store.name, "PostgreSQL" | "MySQL" | "MariaDB") {
                continue;
            }
            let Some(process) = context.project.process(service) else { continue };
            let Some(words) = process.words() else { continue };
            let line = words.join(" ");
            let waits = ["wait", "until", "while", "sleep", "dockerize", "pg_isready", "retry", "mysqladmin"];
            let migrates = [
                "manage.py migrate",
                "alembic upgrade",
                "db upgrade",
                "db:migrate",
                "migrate deploy",
                "artisan migrate",
            ];
            let Some(what) = migrates.iter().find(|what| line.contains(**what)) else { continue };
            if waits.iter().any(|word| line.contains(word)) {
                continue;
            }
            let message = format!(
                "service `{}` runs `{what}` as soon as `{}` is started, not when it is ready: it fails and stays down",
                service.name.value, dependency.service.value
            );
            let finding = sink.report(dependency.service.span, message);
            finding.help(format!(
                "give `{0}` a health check and write `depends_on: {{{0}: {{condition: service_healthy}}}}`",
                dependency.service.value
            ));
            finding.related(process.line(), "it is run here");
        }
    }
}
