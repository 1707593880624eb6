//! `project/too-many-connections`

use crate::model::compose::Service;
use crate::project::{Project, Variables};
use crate::rules::prelude::*;

rule! {
    /// Workers that together may open more connections than the database takes.
    ///
    /// ## Why
    /// Every worker has a pool of its own. Under load they open what they are allowed to, PostgreSQL refuses the rest, and
    /// requests fail: `FATAL: sorry, too many clients already`. Backups and people who want to look get no connection either.
    ///
    /// ## Examples
    /// ```env bad file=.env
    /// DATABASE_URL=postgresql://shop:hT7-vq2Lx9_mRw@db:5432/shop
    /// DB_POOL_SIZE=10
    /// #            ^^ project/too-many-connections
    /// # | 4 workers of service `web` with up to 30 connections each open 120, and PostgreSQL in service `db` takes 97:
    /// # | under load requests fail
    /// # | help: lower the pool to 24 connections for each worker, or start PostgreSQL with `-c max_connections=130`
    /// # > DB_POOL_SIZE=4
    /// DB_MAX_OVERFLOW=20
    /// ```
    /// ```env good file=.env
    /// DATABASE_URL=postgresql://shop:hT7-vq2Lx9_mRw@db:5432/shop
    /// DB_POOL_SIZE=10
    /// DB_MAX_OVERFLOW=10
    /// ```
    /// ```compose both
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     env_file: .env
    ///     command: gunicorn shop:app --workers 4 --bind 0.0.0.0:8000
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_USER: shop
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    ///
    /// ## What it does not report
    /// Pools behind PgBouncer, databases with a configuration file of their own, and workers whose number is not written.
    "project/too-many-connections" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS",
            "https://docs.sqlalchemy.org/en/20/core/pooling.html#sqlalchemy.pool.QueuePool",
        ],
        check: Check::Variables(check),
    }
}

/// `superuser_reserved_connections`, unless told otherwise.
const RESERVED: u32 = 3;

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    let number = |end: &str| {
        let mut own = env.effective().filter(|(var, _)| var.key.value.ends_with(end));
        own.find_map(|(_, value)| Some((value.value.trim().parse::<u32>().ok()?, value.span)))
    };
    let Some((size, place)) = number("POOL_SIZE") else { return sink.not_applicable() };
    // Without a word of it SQLAlchemy adds ten, and others add none.
    let each = size.saturating_add(number("MAX_OVERFLOW").map_or(0, |(most, _)| most));
    for service in env.services.iter() {
        let process = ctx.project.process(service);
        let Some(workers) = process.as_ref().and_then(|process| process.program()?.workers) else { continue };
        let copies = service.replicas.get().map_or(1, |copies| u32::try_from(*copies).unwrap_or(1));
        let all = each.saturating_mul(workers).saturating_mul(copies);
        let Some((store, takes)) = database(env, service, ctx.project) else { continue };
        if all <= takes || workers == 0 {
            continue;
        }
        let copies = if copies > 1 { format!(" in each of {copies} copies") } else { String::new() };
        let message = format!(
            "{workers} workers of service `{}`{copies} with up to {each} connections each open {all}, and PostgreSQL in \
             service `{}` takes {takes}: under load requests fail",
            service.name.value, store.name.value
        );
        let finding = sink.report(place, message).help(format!(
            "lower the pool to {} connections for each worker, or start PostgreSQL with `-c max_connections={}`",
            takes / (all / each).max(1),
            (all + RESERVED).div_ceil(10) * 10
        ));
        // Near the limit it takes a crowd; far beyond it, a busy minute.
        if all / 2 > takes {
            finding.severity(Medium);
        }
        if let Some(process) = process.filter(|process| process.line() != service.name.span) {
            finding.related(process.line(), "the workers are started here");
        }
        return;
    }
}

/// The PostgreSQL that a service is told to use, with the connections it has for programs.
fn database<'a>(env: &Variables, service: &'a Service, project: &'a Project) -> Option<(&'a Service, u32)> {
    let from = project.from_service(service);
    let urls =
        env.addresses().iter().flat_map(|address| &address.urls).filter(|url| url.scheme.starts_with("postgres"));
    let (store, _) =
        urls.filter_map(|url| project.behind(&from, url.host, url.target_port()?).first().copied()).next()?;
    if store.store()?.name != "PostgreSQL" || !store.image.get()?.name.ends_with("postgres") {
        return None;
    }
    let process = project.process(store);
    let words = process.as_ref().and_then(|process| process.words()).unwrap_or_default();
    if words.iter().any(|word| word.contains("config_file")) {
        return None;
    }
    let own = words.iter().rev().find_map(|word| word.trim_start_matches("--").strip_prefix("max_connections="));
    let most: u32 = own.map_or(Some(100), |own| own.parse().ok())?;
    Some((store, most.saturating_sub(RESERVED)))
}
