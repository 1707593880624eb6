//! `project/sqlite-several-writers`

use crate::model::compose::Composition;
use crate::project::Shared;
use crate::rules::prelude::*;

rule! {
    /// A SQLite database that several processes write.
    ///
    /// ## Why
    /// SQLite lets one process write at a time. The others wait, five seconds in most libraries, and then the request fails:
    /// `database is locked`. Nothing of that is seen until there is load.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: gunicorn shop.wsgi -b 0.0.0.0:8000
    ///     environment:
    ///       DATABASE_URL: sqlite:////data/shop.db
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^ project/sqlite-several-writers
    /// # | services `web` and `jobs` write the SQLite database `/data/shop.db`, which takes one at a time: under load
    /// # | requests fail with `database is locked`
    /// # | help: give `jobs` a database of its own, or take PostgreSQL, which many may write
    ///     volumes: ["data:/data"]
    ///   jobs:
    ///     image: shop/web:1
    ///     command: celery -A shop worker
    ///     environment:
    ///       DATABASE_URL: sqlite:////data/shop.db
    /// # >       DATABASE_URL: sqlite:////own/jobs.db
    ///     volumes: ["data:/data"]
    /// # >     volumes: ["own:/own"]
    /// volumes: {data: }
    /// # > volumes: {data: , own: }
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: gunicorn shop.wsgi -b 0.0.0.0:8000 --workers 1 --threads 4
    ///     environment:
    ///       DATABASE_URL: sqlite:////data/shop.db
    ///     volumes: ["data:/data"]
    ///   report:
    ///     image: shop/report:1
    ///     environment:
    ///       DATABASE_URL: sqlite:////data/shop.db
    ///     volumes: ["data:/data:ro"]
    ///   migrate:
    ///     image: shop/web:1
    ///     command: python manage.py migrate
    ///     restart: "no"
    ///     environment:
    ///       DATABASE_URL: sqlite:////data/shop.db
    ///     volumes: ["data:/data"]
    /// volumes: {data: }
    /// ```
    ///
    /// ### Workers of one server
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: gunicorn shop.wsgi -b 0.0.0.0:8000 --workers 4
    /// # >     command: gunicorn shop.wsgi -b 0.0.0.0:8000 --workers 1 --threads 8
    ///     environment:
    ///       DATABASE_URL: sqlite:////data/shop.db
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^ project/sqlite-several-writers
    /// # | 4 processes of service `web` write the SQLite database `/data/shop.db`, which takes one at a time: under
    /// # | load requests fail with `database is locked`
    /// # | help: start one process with threads, `--workers 1 --threads 8`, or take PostgreSQL
    ///     volumes: ["data:/data"]
    /// volumes: {data: }
    /// ```
    ///
    /// ## What it does not report
    /// Databases outside of a volume, which have a rule of their own, containers that mount them read-only, and programs that run once.
    "project/sqlite-several-writers" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://www.sqlite.org/whentouse.html", "https://docs.djangoproject.com/en/5.2/ref/databases/#database-is-locked-errors"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    for Shared { path, at, writers } in ctx.project.shared_databases(compose) {
        let names: Vec<String> = writers.iter().map(|(service, _)| format!("`{}`", service.name.value)).collect();
        let all: u32 = writers.iter().map(|(_, processes)| processes).sum();
        let (who, help) = match &names[..] {
            [one] => (
                format!("{all} processes of service {one} write"),
                "start one process with threads, `--workers 1 --threads 8`, or take PostgreSQL".to_owned(),
            ),
            [first @ .., last] => (
                format!("services {} and {last} write", first.join(", ")),
                format!("give {last} a database of its own, or take PostgreSQL, which many may write"),
            ),
            [] => continue,
        };
        let message = format!(
            "{who} the SQLite database `{path}`, which takes one at a time: under load requests fail with `database is locked`"
        );
        let finding = sink.report(at, message).help(help);
        for (service, processes) in writers.iter().take(4) {
            let process = ctx.project.process(service).filter(|_| *processes > 1);
            let line = process.map_or(service.name.span, |process| process.line());
            let label = if *processes > 1 { format!("{processes} processes") } else { "one process".to_owned() };
            finding.related(line, label);
        }
    }
}
