//! `systemd/sqlite-several-writers`

use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// A SQLite database that several processes of one unit write.
    ///
    /// ## Why
    /// SQLite lets one process write at a time. The others wait, five seconds in most libraries, and then the request fails:
    /// `database is locked`. Nothing of that is seen until there is load.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// WorkingDirectory=/opt/shop
    /// EnvironmentFile=/opt/shop/.env
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app --workers 4
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn shop:app --workers 1 --threads 8
    /// ```
    /// ```env bad file=.env
    /// DATABASE_URL=sqlite:///shop.db
    /// #            ^^^^^^^^^^^^^^^^^ systemd/sqlite-several-writers
    /// # | 4 processes of `shop.service` write the SQLite database `shop.db`, which takes one at a time: under load requests
    /// # | fail with `database is locked`
    /// # | help: start one process with threads, `--workers 1 --threads 8`, or take PostgreSQL
    /// ```
    /// ```systemd good
    /// [Service]
    /// WorkingDirectory=/opt/shop
    /// EnvironmentFile=/opt/shop/.env
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app --workers 1 --threads 8
    /// ```
    /// ```env good file=.env
    /// DATABASE_URL=sqlite:///shop.db
    /// ```
    ///
    /// ## What it does not report
    /// Programs that work on a queue, and databases that nothing in the project names.
    "systemd/sqlite-several-writers" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.sqlite.org/whentouse.html"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let several = process.program().filter(|program| !program.server.is_worker()).and_then(|program| program.workers);
    let (Some(unit), Some(count)) = (process.unit(), several.filter(|count| *count > 1)) else {
        return sink.not_applicable();
    };
    let Some(database) = ctx.project.sqlite_of_unit(unit) else { return };
    let message = format!(
        "{count} processes of `{}` write the SQLite database `{}`, which takes one at a time: under load requests fail with \
         `database is locked`",
        unit.name, database.value
    );
    sink.report(database.span, message)
        .help("start one process with threads, `--workers 1 --threads 8`, or take PostgreSQL")
        .related(process.line(), format!("{count} processes"));
}
