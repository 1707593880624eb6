//! `compose/foreign-variable`

use crate::model::Known;
use crate::model::compose::Service;
use crate::model::image::notes;
use crate::rules::prelude::*;

rule! {
    /// A variable that the image of another maker reads, and this one does not.
    ///
    /// ## Why
    /// The images of Bitnami and the official ones hold the same programs and are told their users, passwords and databases by other
    /// names. What an image does not know it passes over: the database is not made, and a Redis or MongoDB lets everybody in that was
    /// to have a password.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   cache:
    ///     image: redis:8.2
    /// # >     image: redis:8.2
    /// # >     command: redis-server --requirepass ${REDIS_PASSWORD:?}
    ///     environment:
    /// # >
    ///       REDIS_PASSWORD: ${REDIS_PASSWORD:?}
    /// #     ^^^^^^^^^^^^^^ compose/foreign-variable
    /// # | `redis` does not read `REDIS_PASSWORD`, so service `cache` asks nobody for a password
    /// # | help: write `command: redis-server --requirepass ${REDIS_PASSWORD:?}` instead
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   cache:
    ///     image: redis:8.2
    ///     command: redis-server --requirepass ${REDIS_PASSWORD:?}
    ///     environment:
    ///       REDIS_PASSWORD: ${REDIS_PASSWORD:?}
    /// ```
    /// ### The names of another image
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///       POSTGRESQL_USERNAME: shop
    /// #     ^^^^^^^^^^^^^^^^^^^ compose/foreign-variable
    /// # | `postgres` does not read `POSTGRESQL_USERNAME`, `POSTGRES_DATABASE`: it begins without them
    /// # | help: name them `POSTGRES_USER`, `POSTGRES_DB`
    /// # >       POSTGRES_USER: shop
    ///       POSTGRES_DATABASE: shop
    /// # >       POSTGRES_DB: shop
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///       POSTGRES_USER: shop
    ///       POSTGRES_DB: shop
    ///       POSTGRES_DATABASE: shop
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ### A replica that the image does not make
    /// ```compose bad
    /// services:
    ///   replica:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///       POSTGRES_REPLICATION_MODE: slave
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^ compose/foreign-variable
    /// # | `postgres` does not read `POSTGRES_REPLICATION_MODE`: it begins without it
    /// # | help: take an image that does, or set it up by hand: no variable of `postgres` is for it
    /// # >
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ### A script that reads it
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///       POSTGRES_DATABASE: shop
    ///     volumes: ["data:/var/lib/postgresql/data", "./init:/docker-entrypoint-initdb.d:ro"]
    /// volumes: {data: }
    /// ```
    ///
    /// ## What it does not report
    /// What stands in env files, which are often made for several services; containers with a command of their own.
    "compose/foreign-variable" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://hub.docker.com/_/postgres", "https://hub.docker.com/r/bitnami/postgresql"],
        check: Check::Service(check),
    }
}

/// What no variable of the image is for.
const NOTHING: &str = "-";

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set().filter(|_| service.build.is_none()) else { return sink.not_applicable() };
    let Some(notes) = notes(&image.value).filter(|notes| !notes.foreign.is_empty()) else {
        return sink.not_applicable();
    };
    let project = context.project;
    if let Some(why) = &service.gap {
        return sink.unknown(service.name.span, why.leaves("the variables may be written elsewhere"));
    }
    if !service.starts_its_server() || project.has_own_setup(service) {
        return sink.not_applicable();
    }
    let unset = |name: &str| project.service_env(service, name).is_absent() && !names(service, name);
    let lacks = |ours: &str| match ours.strip_prefix("--") {
        None if ours == NOTHING => true,
        // A configuration file may say it as well.
        Some(_) => {
            let says = |word: &String| word.starts_with(ours) || word.ends_with(".conf");
            service.command.get().is_none_or(|words| !words.iter().any(says))
        }
        // Which password a database needs to begin with is asked by another rule.
        None => unset(ours) && unset(&format!("{ours}_FILE")) && !notes.needs.contains(&ours),
    };
    let read = notes.foreign.iter().filter(|(_, ours)| lacks(ours));
    // What it says is what the image begins with anyway.
    let login = project.login(service, "");
    let usual = |value: &str| {
        let made = login.iter().flat_map(|login| [&login.user, &login.database]).filter_map(Known::get);
        let preset = notes.login.iter().flat_map(|login| [login.user, login.password]);
        made.map(String::as_str).chain(preset).any(|own| own == value)
    };
    let written = read.filter_map(|(theirs, ours)| {
        let (own, value) = service.environment.iter().find(|(own, _)| own.value == *theirs)?;
        (!value.get().is_some_and(|value| usual(value))).then_some((own, *ours))
    });
    let written: Vec<_> = written.collect();
    let Some((first, _)) = written.first() else { return };
    let (name, owner) = (&image.value.name, service.title());
    let theirs = phrase::named(written.iter().map(|(own, _)| own.as_str()));
    let ours = written.iter().map(|(_, ours)| *ours).filter(|ours| *ours != NOTHING);
    let password = |ours: &str| ours.to_lowercase().contains("pass");
    let open = notes.store.is_some() && notes.login.is_none() && ours.clone().any(password);
    let message = match (open, written.len()) {
        (true, _) => format!("`{name}` does not read {theirs}, so {owner} asks nobody for a password"),
        (_, 1) => format!("`{name}` does not read {theirs}: it begins without it"),
        _ => format!("`{name}` does not read {theirs}: it begins without them"),
    };
    let option = written.iter().find(|(_, ours)| ours.starts_with("--"));
    let help = match option {
        Some((own, ours)) => service
            .says(
                &format!("write `command: {name}-server {ours} ${{{}:?}}` instead", own.value),
                &format!("write `{name}-server {ours} \"${}\"` behind the image instead", own.value),
            )
            .to_owned(),
        None if ours.clone().next().is_none() => {
            format!("take an image that does, or set it up by hand: no variable of `{name}` is for it")
        }
        None if ours.clone().count() == 1 => format!("name it {}", phrase::named(ours)),
        None => format!("name them {}", phrase::named(ours)),
    };
    let finding = sink.report(first.span, message).help(help).severity(Medium);
    for (other, _) in written.iter().skip(1) {
        finding.related(other.span, "nor this one");
    }
    if open {
        finding.effect(Exposes);
    }
}

/// Whether a service names a variable and takes its value from the shell.
fn names(service: &Service, name: &str) -> bool {
    service.environment.iter().any(|(own, _)| own.value == name)
}
