//! `env/sqlite-without-volume`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A SQLite database lies in the container, not in a volume.
    ///
    /// ## Why
    /// What a container writes goes with it. The next deployment makes a new container, and the database is empty.
    ///
    /// ## Examples
    /// ```env bad file=api.env
    /// DATABASE_URL=sqlite:///./shop.db
    /// #            ^^^^^^^^^^^^^^^^^^^ env/sqlite-without-volume
    /// # | the SQLite database of service `api` is `/app/shop.db` in its container, where no volume is: the next
    /// # | deployment starts with an empty one
    /// # | help: put it into a directory of its own and mount a volume there, for example `db:/app/data`
    /// # > DATABASE_URL=sqlite:///./data/shop.db
    /// ```
    /// ```yaml bad file=compose.yaml
    /// services:
    ///   api:
    ///     build: .
    ///     env_file: api.env
    ///     volumes: ["./data:/app/data"]
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY . .
    /// ```
    /// ```env good file=api.env
    /// DATABASE_URL=sqlite:///./data/shop.db
    /// CACHE_URL=sqlite:///:memory:
    /// ```
    /// ```yaml good file=compose.yaml
    /// services:
    ///   api:
    ///     build: .
    ///     env_file: api.env
    ///     volumes: ["./data:/app/data"]
    ///   other:
    ///     image: shop/other:1
    ///     environment:
    ///       DATABASE_PATH: /data/other.db
    /// ```
    ///
    /// ### In the Compose file
    /// ```yaml bad file=compose.yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       DATABASE_PATH: /app/shop.db
    /// #                    ^^^^^^^^^^^^ env/sqlite-without-volume
    /// # | the SQLite database of service `api` is `/app/shop.db` in its container, where no volume is: the next
    /// # | deployment starts with an empty one
    /// # | help: put it into a directory of its own and mount a volume there, for example `db:/app/data`
    /// # >       DATABASE_PATH: /app/data/shop.db
    /// # >     volumes: ["db:/app/data"]
    /// # > volumes: {db: }
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// ```
    /// ```yaml good file=compose.yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       DATABASE_PATH: /data/shop.db
    ///     volumes: ["shop:/data"]
    /// volumes:
    ///   shop:
    /// ```
    ///
    /// ## What it does not report
    /// Images that are not built here: they may declare volumes themselves.
    "env/sqlite-without-volume" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/storage/volumes/"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let on = ctx.project.compose().get(service.id.composition).is_some_and(|set| set.is_on(service));
    if ctx.project.image_of(service).chain().is_empty() || service.gap.is_some() || !on {
        return sink.not_applicable();
    }
    for value in ctx.project.sqlite_files(service) {
        if !is_first(service, value.span, ctx) {
            continue;
        }
        let file = value.value.as_str();
        match ctx.project.persists(service, file) {
            Answer::Yes(()) => continue,
            Answer::Unknown(why) => {
                sink.unknown(value.span, why.text);
                continue;
            }
            Answer::No(_) => {}
        }
        let Some(path) = ctx.project.full_path(service, file) else { continue };
        let name = &service.name;
        let message = format!(
            "the SQLite database of service `{}` is `{path}` in its container, where no volume is: the next deployment starts with an empty one",
            name.value
        );
        let directory = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        sink.report(value.span, message)
            .help(format!(
                "put it into a directory of its own and mount a volume there, for example `db:{directory}/data`"
            ))
            .related(name.span, "this service");
    }
}

/// Whether a service is the first that gets a value of an env file: it speaks for the others.
fn is_first(service: &Service, value: Span, ctx: &Context) -> bool {
    let project = ctx.project;
    let gets = |other: &&Service| project.look(1) && project.sqlite_files(other).iter().any(|own| own.span == value);
    project.env_file(value.file).is_none()
        || project.services().find(gets).is_some_and(|first| first.span == service.span)
}
