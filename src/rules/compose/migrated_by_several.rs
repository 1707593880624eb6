//! `compose/migrated-by-several`

use crate::model::compose::{Composition, Service};
use crate::rules::prelude::*;

rule! {
    /// Several containers bring one database up to date at the same time.
    ///
    /// ## Why
    /// What is run in front of the server is run in each copy. Two that start together make the same table, and one fails with
    /// `relation already exists`; steps that move data may be done twice. Django, Alembic and Laravel take no lock.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: sh -c "python manage.py migrate && gunicorn shop.wsgi -b 0.0.0.0:8000"
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/migrated-by-several
    /// # | the 3 copies of service `web` all run `manage.py migrate` when they start, at the same time: one fails, or a
    /// # | step is done twice
    /// # | help: run it once: in a service of its own with `restart: "no"`, for which the others wait with `condition:
    /// # | service_completed_successfully`
    /// # >     command: gunicorn shop.wsgi -b 0.0.0.0:8000
    /// # >     depends_on: {migrate: {condition: service_completed_successfully}}
    ///     deploy: {replicas: 3}
    /// # >     deploy: {replicas: 3}
    /// # >   migrate:
    /// # >     image: shop/web:1
    /// # >     command: python manage.py migrate
    /// # >     restart: "no"
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: sh -c "python manage.py migrate && gunicorn shop.wsgi -b 0.0.0.0:8000"
    ///     healthcheck: {test: [CMD, python, manage.py, check]}
    ///   jobs:
    ///     image: shop/web:1
    ///     command: sh -c "python manage.py migrate && celery -A shop worker"
    ///     depends_on: {web: {condition: service_healthy}}
    ///   shop:
    ///     image: shop/next:1
    ///     command: sh -c "npx prisma migrate deploy && node server.js"
    ///     deploy: {replicas: 2}
    /// ```
    ///
    /// ### Two services
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: sh -c "python manage.py migrate && gunicorn shop.wsgi -b 0.0.0.0:8000"
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/migrated-by-several
    /// # | services `web` and `jobs` both run `manage.py migrate` when they start, at the same time: one fails, or a
    /// # | step is done twice
    /// # | help: run it in one of them, or in a service of its own, and let the others wait for that
    ///   jobs:
    ///     image: shop/web:1
    ///     command: sh -c "python manage.py migrate && celery -A shop worker"
    /// # >     command: celery -A shop worker
    /// ```
    ///
    /// ## What it does not report
    /// Tools that take a lock in the database (Prisma, Rails, Knex), services that wait until the other one is ready or done, and commands
    /// under a condition of a script.
    "compose/migrated-by-several" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://docs.docker.com/compose/how-tos/startup-order/", "https://laravel.com/docs/12.x/migrations#isolating-migration-execution"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    let all = ctx.project.migrates_at_once(compose);
    let Some((first, migration)) = all.first() else { return sink.not_applicable() };
    let copies = first.replicas.get().copied().unwrap_or(1);
    let others: Vec<String> = all.iter().skip(1).map(|(own, _)| format!("`{}`", own.name.value)).collect();
    let who = match (&others[..], copies) {
        ([], _) => format!("the {copies} copies of service `{}` all run", first.name.value),
        ([other], _) => format!("services `{}` and {other} both run", first.name.value),
        ([.., last], _) => {
            let before = others.get(..others.len() - 1).unwrap_or_default().iter();
            let before: String = before.map(|name| format!(", {name}")).collect();
            format!("services `{}`{before} and {last} all run", first.name.value)
        }
    };
    let help = match &others[..] {
        [] => {
            "run it once: in a service of its own with `restart: \"no\"`, for which the others wait with `condition: \
                 service_completed_successfully`"
        }
        _ => "run it in one of them, or in a service of its own, and let the others wait for that",
    };
    let message =
        format!("{who} `{}` when they start, at the same time: one fails, or a step is done twice", migration.what);
    let finding = sink.report(migration.at, message).help(help);
    for (own, other) in all.iter().skip(1).take(3) {
        let place = if other.at == migration.at { own.name.span } else { other.at };
        finding.related(place, format!("service `{}`, too", own.name.value));
    }
    // A server that fails is started again, and finds the work done.
    let again = |own: &Service| own.restart.get().is_some_and(|word| word != "no");
    if all.iter().all(|(own, _)| again(own) || compose.is_one_shot(own)) {
        finding.severity(Low);
    }
}
