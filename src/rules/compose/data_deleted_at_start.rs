//! `compose/data-deleted-at-start`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A container deletes data from its database each time it starts.
    ///
    /// ## Why
    /// `prisma db push --accept-data-loss` makes the database fit the schema and asks nobody: a column that was renamed is deleted
    /// with what is in it. `migrate:fresh` and its like delete everything. What is handy while a program is made costs the data of
    /// its users with the next release.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: sh -c "npx prisma db push --accept-data-loss && node dist/main.js"
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/data-deleted-at-start
    /// # | `prisma db push --accept-data-loss` runs each time service `web` starts: what a new schema lacks is deleted,
    /// # | and nobody is asked
    /// # | help: write migrations, and run `prisma migrate deploy`
    /// # >     command: sh -c "npx prisma migrate deploy && node dist/main.js"
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     command: sh -c "npx prisma db push && node dist/main.js"
    /// ```
    ///
    /// ## What it does not report
    /// Commands that depend on a condition.
    "compose/data-deleted-at-start" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.prisma.io/docs/orm/reference/prisma-cli-reference"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some((what, at, all)) = ctx.project.deletes_at_start(service) else { return sink.not_applicable() };
    let title = service.title();
    let message = match all {
        true => format!("`{what}` deletes all data each time {title} starts"),
        false => {
            format!("`{what}` runs each time {title} starts: what a new schema lacks is deleted, and nobody is asked")
        }
    };
    let help = if what.starts_with("prisma") {
        "write migrations, and run `prisma migrate deploy`"
    } else {
        "run the migrations that are new"
    };
    sink.report(at, message).help(help);
}
