//! `compose/migrates-before-ready`

use crate::model::Healthcheck;
use crate::model::compose::{Composition, Condition, Dependency, Service};
use crate::model::env::urls;
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};

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
    ///     links: ["db:database"]
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
    ///
    /// ### In a script that the container starts with
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     depends_on: [db]
    /// #                ^^ compose/migrates-before-ready
    /// # | service `web` runs `manage.py migrate` as soon as `db` is started, not when it is ready: it fails and stays
    /// # | down
    /// # | help: give `db` a health check and write `depends_on: {db: {condition: service_healthy}}`
    /// # >     depends_on: {db: {condition: service_healthy}}
    ///   db:
    ///     image: postgres:17.2
    /// # >     image: postgres:17.2
    /// # >     healthcheck: {test: ["CMD-SHELL", "pg_isready -U postgres"]}
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY . .
    /// ENTRYPOINT ["/app/start.sh"]
    /// CMD ["gunicorn", "shop.wsgi"]
    /// ```
    /// ```sh bad file=start.sh mode=755
    /// #!/bin/sh
    /// set -e
    /// python manage.py migrate --noinput
    /// exec "$@"
    /// ```
    /// ```sh good file=start.sh mode=755
    /// #!/bin/sh
    /// set -e
    /// until nc -z db 5432; do sleep 1; done
    /// python manage.py migrate --noinput
    /// exec "$@"
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     depends_on: [db]
    ///   db:
    ///     image: postgres:17.2
    /// ```
    /// ### A list becomes a map
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: sh -c "alembic upgrade head && gunicorn -b 0.0.0.0:8000 shop:app"
    ///     depends_on:
    ///       - db # PostgreSQL
    /// #       ^^ compose/migrates-before-ready
    /// # | service `web` runs `alembic upgrade` as soon as `db` is started, not when it is ready: it fails and stays
    /// # | down
    /// # | help: give `db` a health check and write `depends_on: {db: {condition: service_healthy}}`
    ///       - cache
    ///   db:
    ///     image: postgres:17.2
    ///     healthcheck: {test: [CMD, pg_isready]}
    ///   cache:
    ///     image: redis:8.2
    /// ```
    /// ```compose fixed
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: sh -c "alembic upgrade head && gunicorn -b 0.0.0.0:8000 shop:app"
    ///     depends_on:
    ///       db: {condition: service_healthy} # PostgreSQL
    ///       cache: {condition: service_started}
    ///   db:
    ///     image: postgres:17.2
    ///     healthcheck: {test: [CMD, pg_isready]}
    ///   cache:
    ///     image: redis:8.2
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: sh -c "alembic upgrade head && gunicorn -b 0.0.0.0:8000 shop:app"
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
            let Some(migration) = context.project.migration(service).filter(|migration| !migration.waits) else {
                continue;
            };
            // `DB_HOST=db alembic upgrade head`: it is another one that it is sent to, past a pool of connections.
            let sent_to = |name: &str| {
                let is_it = |told: &String| told == name || urls(told).iter().any(|url| url.host == name);
                migration.told.iter().any(is_it)
            };
            let mut others = compose.services.iter().filter(|own| own.name.value != dependency.service.value);
            if others.any(|own| sent_to(&own.name.value)) && !sent_to(&dependency.service.value) {
                continue;
            }
            let message = format!(
                "service `{}` runs `{}` as soon as `{}` is started, not when it is ready: it fails and stays down",
                service.name.value, migration.what, dependency.service.value
            );
            let finding = sink.report(dependency.service.span, message);
            finding.help(format!(
                "give `{0}` a health check and write `depends_on: {{{0}: {{condition: service_healthy}}}}`",
                dependency.service.value
            ));
            finding.related(migration.at, "it is run here");
            let checked =
                database.is_some_and(|other| matches!(other.healthcheck, Healthcheck::Exec(_) | Healthcheck::Shell(_)));
            if let Some(fix) = until_healthy(service, dependency, context).filter(|_| checked) {
                finding.fix(fix);
            }
        }
    }
}

/// Lets a service wait until another one is healthy. A list becomes a map, in which the others are waited for as before.
fn until_healthy(service: &Service, dependency: &Dependency, context: &Context) -> Option<Fix> {
    let file = dependency.service.span.file;
    let tree = context.project.compose_tree(file)?;
    let waits = tree.root()?.at(&["services", &service.name.value, "depends_on"])?;
    if waits.is_map() {
        let condition = waits.get(&dependency.service.value)?.get("condition")?.span();
        return Some(Fix::replace(TITLE, Safety::Unsafe, condition, "service_healthy"));
    }
    let source = context.project.source(file);
    let line = |name: &str| {
        let condition = if name == dependency.service.value { "service_healthy" } else { "service_started" };
        format!("{name}: {{condition: {condition}}}")
    };
    let mut items = waits.items().map(|item| Some((item.span(), item.as_str()?)));
    if context.quote(waits.span()).starts_with('[') {
        let all: Option<Vec<String>> = items.map(|item| Some(line(item?.1))).collect();
        return Some(Fix::replace(TITLE, Safety::Unsafe, waits.span(), format!("{{{}}}", all?.join(", "))));
    }
    let edit = |item: Option<(Span, &str)>| {
        let (at, name) = item?;
        let start = source.line(source.lines().line(at.start)).start;
        let dash = start + source.shown_in(start..at.range().start).find("- ")?;
        Some(Edit { span: Span::new(file, dash, at.range().end), text: line(name) })
    };
    let edits: Option<Vec<Edit>> = items.by_ref().map(edit).collect();
    Some(Fix { title: TITLE.to_owned(), safety: Safety::Unsafe, edits: edits? })
}

const TITLE: &str = "wait until it is healthy";
