//! `compose/init-variable-missing`

use crate::model::Known;
use crate::model::compose::{Form, Service};
use crate::model::image::notes;
use crate::project::Outside;
use crate::rules::prelude::*;

rule! {
    /// A database image is not told the password it is to begin with.
    ///
    /// ## Why
    /// With an empty data directory the official images of PostgreSQL, MySQL and MariaDB stop unless one of these variables is set
    /// (their `docker-entrypoint.sh`). On a machine with old data it goes unnoticed, on a new one nothing starts.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    /// # ^^ compose/init-variable-missing
    /// # | service `db` does not get `POSTGRES_PASSWORD`: with an empty data directory postgres stops at once
    /// # | help: set `POSTGRES_PASSWORD`, or `POSTGRES_PASSWORD_FILE` with a secret
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRESQL_PASSWORD: x
    /// # >       POSTGRES_PASSWORD_FILE: /run/secrets/password
    ///   other:
    /// # ^^^^^ compose/init-variable-missing
    ///     image: mysql:8.4
    /// # >     image: mysql:8.4
    /// # >     environment: {MYSQL_ROOT_PASSWORD_FILE: /run/secrets/password}
    ///   blank:
    /// # ^^^^^ compose/init-variable-missing
    /// # | service `blank` gets an empty `POSTGRES_PASSWORD`: with an empty data directory postgres stops at once
    /// # | help: set `POSTGRES_PASSWORD`, or `POSTGRES_PASSWORD_FILE` with a secret
    ///     image: postgres:17
    ///     environment: [POSTGRES_PASSWORD=]
    /// # >     environment: [POSTGRES_PASSWORD_FILE=/run/secrets/password]
    /// ```
    /// ```compose good
    /// services:
    ///   backup:
    ///     image: postgres:17
    ///     command: sh -c "crond -f"
    ///     volumes: ["./backups:/backups"]
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///   other:
    ///     image: mysql:8.4
    ///     environment: [MYSQL_RANDOM_ROOT_PASSWORD=yes]
    /// ```
    /// ### Empty is not set
    /// ```compose bad
    /// services:
    ///   db:
    /// # ^^ compose/init-variable-missing
    /// # | service `db` gets an empty `POSTGRES_PASSWORD`: with an empty data directory postgres stops at once
    /// # | help: set `POSTGRES_PASSWORD`, or `POSTGRES_PASSWORD_FILE` with a secret
    ///     image: postgres:17
    ///     env_file: db.env
    /// ```
    /// ```env bad file=db.env
    /// POSTGRES_PASSWORD=
    /// # > POSTGRES_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// POSTGRES_USER=shop
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD: "${DB_PASSWORD:-}"}
    /// ```
    /// ### An empty file
    /// ```compose bad
    /// services:
    ///   db:
    /// # ^^ compose/init-variable-missing
    /// # | service `db` gets an empty `POSTGRES_PASSWORD_FILE`: with an empty data directory postgres stops at once
    /// # | help: set `POSTGRES_PASSWORD`, or `POSTGRES_PASSWORD_FILE` with a secret
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     secrets: [db]
    /// secrets:
    ///   db: {file: db.txt}
    /// ```
    /// ```secret bad file=db.txt
    /// ```
    /// ```secret fixed file=db.txt
    /// uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ### Named without a value
    /// ```compose bad
    /// services:
    ///   db:
    /// # ^^ compose/init-variable-missing
    /// # | service `db` does not get `POSTGRES_PASSWORD`: with an empty data directory postgres stops at once
    /// # | help: set `POSTGRES_PASSWORD`, or `POSTGRES_PASSWORD_FILE` with a secret
    ///     image: postgres:17
    ///     environment: [POSTGRES_PASSWORD, POSTGRES_USER]
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```env bad
    /// POSTGRES_USER=shop
    /// # > POSTGRES_USER=shop
    /// # > POSTGRES_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: [POSTGRES_PASSWORD]
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```env good
    /// POSTGRES_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// ```
    "compose/init-variable-missing" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/docker-library/docs/blob/master/postgres/README.md#postgres_password"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set().filter(|_| service.build.is_none()) else { return sink.not_applicable() };
    let needs = notes(&image.value).map_or(&[][..], |notes| &notes.needs);
    let Some(first) = needs.first() else { return sink.not_applicable() };
    if let Some(why) = &service.gap {
        return sink.unknown(service.name.span, why.leaves("the variables may be written elsewhere"));
    }
    if !service.starts_its_server() {
        return sink.not_applicable();
    }
    let (mut empty, mut bare) = (None, None);
    for name in needs {
        match context.project.service_env(service, name) {
            value if value.is_absent() => {
                // `environment: [NAME]` takes it from the shell that starts Compose, or from its env file.
                let Some((own, _)) = service.environment.iter().find(|(own, _)| own.value == *name) else { continue };
                let compose = context.project.compose().get(service.id.composition);
                match compose.map(|compose| context.project.fillers(compose).of(name, false)) {
                    Some(Outside::Nobody | Outside::Aside(..)) => bare = Some(own.span),
                    _ => {
                        let why =
                            format!("`{name}` comes from the shell that starts {}", service.says("Compose", "it"));
                        return sink.unknown(service.name.span, why);
                    }
                }
            }
            value if value.is_unresolved() => {
                return sink.unknown(service.name.span, format!("whether `{name}` is set is not known"));
            }
            Known::Set(path) if name.ends_with("_FILE") => {
                let held = context.project.secret_at(service, &path.value);
                let Some(nothing) = held.filter(|held| held.value.is_empty()) else { return };
                empty = Some((name, nothing.span));
            }
            // Its entry point asks for text.
            Known::Set(value) if value.value.is_empty() => {
                if context.quote(value.span).contains('$') {
                    return sink.unknown(value.span, format!("whether `{name}` is set on the server is not known"));
                }
                empty = Some((name, value.span));
            }
            _ => return,
        }
    }
    // A volume may have been filled long ago; only Compose makes it when it makes the rest.
    let data = notes(&image.value).and_then(|notes| notes.data(&image.value));
    if service.form != Form::Service && data.is_some_and(|data| !context.project.persists(service, data).is_no()) {
        return sink.unknown(image.span, "whether its volume holds data already is not known");
    }
    let lacks = match empty {
        Some((name, _)) => format!("gets an empty `{name}`"),
        None => format!("does not get `{first}`"),
    };
    let message =
        format!("{} {lacks}: with an empty data directory {} stops at once", service.title(), image.value.name);
    let finding = sink.report(service.name.span, message).help(match service.form {
        Form::Service => format!("set `{first}`, or `{first}_FILE` with a secret"),
        _ => format!("give it `{first}` with `--env-file`"),
    });
    if let Some((_, span)) = empty {
        finding.related(span, "nothing is set here");
        // The file on the server may be another one.
        if span.file != service.file {
            finding.severity(Medium).confidence(Likely);
        }
    }
    if let Some(span) = bare {
        finding.related(span, "named here, and nothing sets it").confidence(Likely);
    }
    let stem = first.split('_').next().and_then(|word| word.get(..5)).unwrap_or(first);
    let foreign = |name: &str| name.starts_with(stem) && name.contains("PASSWORD") && !needs.contains(&name);
    let near = service.environment.iter().find(|(name, _)| foreign(&name.value));
    if let Some((name, _)) = near {
        finding.related(name.span, "another image reads this one");
    }
}
