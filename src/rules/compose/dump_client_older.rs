//! `compose/dump-client-older`

use crate::model::compose::Service;
use crate::model::image::ImageRef;
use crate::rules::prelude::*;

rule! {
    /// A service that dumps a database with the `pg_dump` of an older image.
    ///
    /// ## Why
    /// `pg_dump` refuses to dump a server that is newer than itself: `aborting because of server version mismatch`. When the server
    /// moves on, the service that makes its backups has to move with it.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///   backup:
    ///     image: postgres:15
    /// #          ^^^^^^^^^^^ compose/dump-client-older
    /// # | service `backup` has version 15 of `pg_dump`, which refuses to dump the PostgreSQL 17 of service `db`: there
    /// # | is no backup
    /// # | help: take the image of version 17
    /// # >     image: postgres:17
    ///     environment: {PGPASSFILE: /run/secrets/pgpass}
    ///     entrypoint: ["sh", "-c", "while sleep 86400; do pg_dump -h db shop > /backups/shop.sql; done"]
    /// volumes: {data: }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///   backup:
    ///     image: postgres:17
    ///     environment: {PGPASSFILE: /run/secrets/pgpass}
    ///     entrypoint: ["sh", "-c", "while sleep 86400; do pg_dump -h db shop > /backups/shop.sql; done"]
    ///   old:
    ///     image: postgres:15
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["old:/var/lib/postgresql/data"]
    /// volumes: {data: , old: }
    /// ```
    "compose/dump-client-older" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/current/app-pgdump.html#PG-DUMP-NOTES"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set().filter(|_| service.build.is_none()) else { return sink.not_applicable() };
    let Some(client) = version(&image.value) else { return sink.not_applicable() };
    let process = context.project.process(service);
    let words = process.as_ref().and_then(|process| process.words()).unwrap_or_default();
    if !is_backup(&image.value) && !words.iter().any(|word| word.contains("pg_dump")) {
        return sink.not_applicable();
    }
    let Some(set) = context.project.compose().get(service.id.composition) else { return };
    let other = |own: &&Service| own.name.span != service.name.span && own.build.is_none();
    let servers = set.services.iter().filter(other).filter_map(|own| {
        let image = own.image.get().filter(|image| !is_backup(image))?;
        Some((own, version(image)?))
    });
    let servers: Vec<(&Service, u32)> = servers.collect();
    // Of several servers it is the one that is named.
    let told = service.told();
    let named = |own: &Service| {
        let is = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').any(|part| part == own.name.value)
        };
        words.iter().any(|word| is(word)) || told.iter().any(|(_, value)| is(value))
    };
    let mut meant = servers.iter().filter(|(own, _)| servers.len() == 1 || named(own));
    let Some((server, version)) = meant.find(|(_, version)| *version > client) else { return };
    let name = &server.name.value;
    let message = format!(
        "service `{}` has version {client} of `pg_dump`, which refuses to dump the PostgreSQL {version} of service `{name}`: there is \
         no backup",
        service.name.value
    );
    let finding = sink.report(image.span, message).help(format!("take the image of version {version}"));
    finding.related(server.image.span().unwrap_or(server.name.span), "this server is newer");
}

/// The major version of PostgreSQL that an image has.
fn version(image: &ImageRef) -> Option<u32> {
    (image.official() == Some("postgres") || is_backup(image)).then(|| image.major())?
}

/// Whether it is made to dump, with tags that are the versions of PostgreSQL.
fn is_backup(image: &ImageRef) -> bool {
    image.name.ends_with("/postgres-backup-local")
}
