//! `compose/database-not-kept`

use crate::model::Known;
use crate::model::compose::{Form, Mount, MountKind, Service};
use crate::model::image::notes;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};
use crate::source::below;

rule! {
    /// A database whose data does not outlive its container.
    ///
    /// ## Why
    /// Without a named volume where the database keeps its data, it lies in one without a name: after `docker compose down` the
    /// next `up` starts with an empty database. PostgreSQL 18 has moved its directory, and refuses to
    /// start when something is mounted at the old place (docker-library/postgres, `docker-entrypoint.sh`). A volume that is mounted
    /// above the directory holds nothing: the images have an unnamed one of their own there.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    /// # ^^ compose/database-not-kept
    /// # | service `db` keeps the data of PostgreSQL in no named volume: after `docker compose down` it starts empty
    /// # | help: mount a named volume at `/var/lib/postgresql/data`
    ///     image: postgres:17
    /// # >     image: postgres:17
    /// # >     volumes: ["db:/var/lib/postgresql/data"]
    ///   new:
    ///     image: postgres:18
    ///     volumes: ["./init.sql:/docker-entrypoint-initdb.d/init.sql", "./data:/var/lib/postgresql/data"]
    /// #                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/database-not-kept
    /// # >     volumes: ["./init.sql:/docker-entrypoint-initdb.d/init.sql", "new:/var/lib/postgresql"]
    ///   beside:
    ///     image: mysql:8.4
    ///     volumes: ["data:/data/mysql"]
    /// #              ^^^^^^^^^^^^^^^^ compose/database-not-kept
    /// # >     volumes: ["data:/var/lib/mysql"]
    /// volumes: {data: }
    /// # > volumes: {data: , db: , new: }
    /// ```
    /// ### One level too high, and beside it
    /// ```compose bad
    /// services:
    ///   above:
    ///     image: postgres:17
    ///     volumes: ["above:/var/lib/postgresql"]
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^ compose/database-not-kept
    /// # | the volume of service `above` is at `/var/lib/postgresql`, and the image puts an unnamed one of its own over
    /// # | `/var/lib/postgresql/data`: after `docker compose down` it starts empty
    /// # | help: mount it at `/var/lib/postgresql/data`; dump what is there before you change it
    /// # >     volumes: ["above:/var/lib/postgresql/data"]
    ///   told:
    ///     image: postgres:17
    ///     environment: {PGDATA: /data/postgres}
    ///     volumes: ["told:/var/lib/postgresql/data"]
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/database-not-kept
    /// # >     volumes: ["told:/data/postgres"]
    /// volumes: {above: , told: }
    /// ```
    /// ### Where PostgreSQL 18 keeps it
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:18
    ///     volumes:
    ///       - data:/var/lib/postgresql/data # since 2023
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/database-not-kept
    /// # | PostgreSQL 18 keeps its data below `/var/lib/postgresql` and refuses to start when
    /// # | `/var/lib/postgresql/data` is mounted
    /// # | help: mount the volume at `/var/lib/postgresql`, and move old data with `pg_upgrade`; or stay with
    /// # | `postgres:17`
    /// volumes: {data: }
    /// ```
    /// ```compose fixed
    /// services:
    ///   db:
    ///     image: postgres:18
    ///     volumes:
    ///       - data:/var/lib/postgresql # since 2023
    /// volumes: {data: }
    /// ```
    /// ### Kept
    /// ```compose bad file=read-only.yaml
    /// services:
    ///   db:
    ///     image: mysql:8.4
    ///     volumes: ["data:/var/lib/mysql:ro"]
    /// #              ^^^^^^^^^^^^^^^^^^^^^^ compose/database-not-kept
    /// # | service `db` may not write to its data in `/var/lib/mysql`: MySQL does not start
    /// # | help: remove `:ro`
    /// # >     volumes: ["data:/var/lib/mysql"]
    /// volumes: {data: {}}
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///   new:
    ///     image: postgres:18
    ///     volumes: ["data:/var/lib/postgresql"]
    ///   version:
    ///     image: postgres:18.4
    ///     volumes: ["data:/var/lib/postgresql/18/docker"]
    ///   elsewhere:
    ///     image: postgres:18
    ///     environment: [PGDATA=/data]
    ///     volumes: ["data:/data"]
    ///   memory:
    ///     image: mysql:8.4
    ///     tmpfs: /var/lib/mysql
    ///   folder:
    ///     image: postgres:17
    ///     command: postgres -c max_connections=200
    ///     environment: {PGDATA: /var/lib/postgresql/data/main}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///   above:
    ///     image: postgres:17
    ///     environment: {PGDATA: /var/lib/postgresql/main}
    ///     volumes: ["data:/var/lib/postgresql"]
    /// volumes: {data: }
    /// ```
    "compose/database-not-kept" {
        severity: High, confidence: Certain, effect: LosesData, since: "0.1.0",
        refs: &["https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set() else { return sink.not_applicable() };
    let known = notes(&image.value).filter(|_| service.build.is_none());
    let Some((notes, data)) = known.and_then(|notes| Some((notes, notes.data(&image.value)?))) else {
        return sink.not_applicable();
    };
    let Some(store) = &notes.store else { return sink.not_applicable() };
    // Something else of the image is run: what makes backups, a shell.
    if !service.entrypoint.is_absent() {
        return sink.not_applicable();
    }
    // The data may be told to lie somewhere else, and another file may bring the volume.
    let usual = data;
    let told = match store.name {
        "PostgreSQL" => told(service, context),
        _ => Known::Absent,
    };
    if let Some(why) = &service.gap {
        return sink.unknown(service.name.span, why.leaves("the volume may be written elsewhere"));
    }
    let odd = service.mounts.iter().any(|mount| mount.target.is_unresolved()) || !starts_as_usual(service);
    let Some(data) = own_folder(&told, usual).filter(|_| !odd) else {
        return sink.unknown(service.name.span, "where its data lies is told in other words");
    };
    let at_data =
        |mount: &&Mount| mount.read_only && mount.target.get().is_some_and(|target| below(data, target).is_some());
    if let Some(mount) = service.mounts.iter().find(at_data) {
        let message =
            format!("{} may not write to its data in `{data}`: {} does not start", service.title(), store.name);
        sink.report(mount.span, message).help("remove `:ro`").effect(WillNotStart);
        return;
    }
    if let Some(mount) = hidden(service, store.name, usual, data) {
        let message = format!(
            "the volume of {} is at `{}`, and the image puts an unnamed one of its own over `{usual}`: after {} it starts \
             empty",
            service.title(),
            mount.target.get().map_or("", String::as_str),
            service.says("`docker compose down`", "`docker rm`"),
        );
        let help = "; dump what is there before you change it";
        sink.report(mount.span, message).help(format!("mount it at `{usual}`{help}"));
        return;
    }
    match context.project.persists(service, data) {
        Answer::Yes(()) => return,
        Answer::Unknown(why) => return sink.unknown(service.name.span, why),
        Answer::No(_) => {}
    }
    // Since 18 each version of PostgreSQL has a folder of its own in there.
    let version = image.value.tag().map_or("", |tag| tag.split(['.', '-']).next().unwrap_or(tag));
    let own = |path: &String| below(path, data).is_some_and(|rest| rest.split('/').next() == Some(version));
    if service.mounts.iter().filter_map(|mount| mount.target.get()).any(own) {
        return;
    }
    let name = service.title();
    let removal = service.says("`docker compose down`", "`docker rm`");
    let set_up = |path: &str| path.contains('.') || path.contains("init");
    let inside =
        |path: &String| (path.starts_with(data) || path.starts_with("/data") || path.contains("sql")) && !set_up(path);
    let beside = service.mounts.iter().find(|mount| {
        mount.kind != MountKind::Tmpfs
            && !matches!(mount.source, Known::Absent)
            && mount.target.get().is_some_and(inside)
    });
    let Some(mount) = beside else {
        let message =
            format!("{name} keeps the data of {} in no named volume: after {removal} it starts empty", store.name);
        let finding = sink.report(service.name.span, message);
        finding
            .help(match service.form {
                Form::Service => format!("mount a named volume at `{data}`"),
                _ => format!("mount a named volume: `-v NAME:{data}`"),
            })
            .severity(Medium);
        return;
    };
    let target = mount.target.get().map_or("", String::as_str);
    if store.name == "PostgreSQL" && data == usual && target.trim_end_matches('/') == "/var/lib/postgresql/data" {
        let message =
            format!("PostgreSQL 18 keeps its data below `{data}` and refuses to start when `{target}` is mounted");
        let finding = sink.report(mount.span, message);
        finding.help(format!(
            "mount the volume at `{data}`, and move old data with `pg_upgrade`; or stay with `postgres:17`"
        ));
        finding.effect(WillNotStart);
        let written = context.quote(mount.span);
        if written.matches(target).count() == 1 {
            let title = format!("mount it at `{data}`");
            finding.fix(Fix::replace(title, Safety::Unsafe, mount.span, written.replace(target, data)));
        }
        return;
    }
    let message = format!(
        "the volume of {name} is at `{target}`, but {} keeps its data in `{data}`: after {removal} it starts empty",
        store.name
    );
    sink.report(mount.span, message).help(format!("mount it at `{data}`"));
}

/// Whether no word of its command tells the server where its data is, or which file may tell it.
fn starts_as_usual(service: &Service) -> bool {
    let tells = ["-D", "data_directory", "datadir", "dbpath", "config_file", "--config", "defaults-file", "-f"];
    let odd = |word: &String| tells.iter().any(|tell| word.starts_with(tell) || word.contains(&format!("{tell}=")));
    service.starts_its_server() && !service.command.get().is_some_and(|words| words.iter().any(odd))
}

/// What `environment:` or an env file of the project says of `PGDATA`.
fn told(service: &Service, context: &Context) -> Known<String> {
    let named = service.environment.iter().any(|(name, _)| name.value == "PGDATA");
    match named || context.project.in_env_files(service, "PGDATA").is_some() {
        true => context.project.service_env(service, "PGDATA"),
        false => Known::Absent,
    }
}

/// The folder PostgreSQL is told to keep its data in, else the usual one; `None`: not known.
fn own_folder<'a>(told: &'a Known<String>, usual: &'a str) -> Option<&'a str> {
    match told {
        Known::Absent => Some(usual),
        told => told.get().map(|path| path.trim_end_matches('/')).filter(|path| path.starts_with('/')),
    }
}

/// The mount above the volume that the image of a store declares, when nothing is mounted at that volume: Docker puts an
/// unnamed one there (`VOLUME` in the Dockerfiles of docker-library/postgres up to 17, mysql, mongo and
/// MariaDB/mariadb-docker, read on 2026-11-29; the documentation of `postgres` says it in words).
fn hidden<'a>(service: &'a Service, store: &str, volume: &str, data: &str) -> Option<&'a Mount> {
    if !matches!(store, "PostgreSQL" | "MySQL" | "MariaDB" | "MongoDB") || below(data, volume).is_none() {
        return None;
    }
    let around = service.mounts.iter().filter_map(|mount| Some((mount, below(data, mount.target.get()?)?)));
    let (mount, _) = around.min_by_key(|(_, rest)| rest.len())?;
    let above = below(volume, mount.target.get()?).is_some_and(|rest| !rest.is_empty());
    (above && mount.kind != MountKind::Tmpfs).then_some(mount)
}
