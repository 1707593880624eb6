//! `env/sqlite-without-volume`

use crate::model::compose::Service;
use crate::model::env::sqlite_file;
use crate::project::Origin;
use crate::rules::prelude::*;
use crate::source::{join, normalize};

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
    let stages = ctx.project.image_of(service).chain();
    if stages.is_empty() || service.partial || !service.profiles.is_empty() {
        return sink.not_applicable();
    }
    let workdir = stages.iter().find_map(|stage| stage.workdir.as_ref()).map(|dir| dir.value.as_str());
    let workdir = service.working_dir.get().map(String::as_str).or(workdir).filter(|dir| dir.starts_with('/'));
    for (key, value) in variables(service, ctx) {
        let Some(file) = sqlite_file(&key, &value.value) else { continue };
        let path = match (file.starts_with('/'), workdir) {
            (true, _) => normalize(file),
            (false, Some(dir)) => join(dir, file),
            (false, None) => {
                sink.unknown(value.span, "the working directory of the container is not known");
                continue;
            }
        };
        let mut declared = stages.iter().flat_map(|stage| &stage.volumes).map(|volume| volume.trim_end_matches('/'));
        if declared.any(|volume| path.strip_prefix(volume).is_some_and(|rest| rest.starts_with('/'))) {
            continue;
        }
        match ctx.project.origin(service, &path) {
            Origin::Image | Origin::Copied(_) => {}
            Origin::Unknown => {
                sink.unknown(value.span, "where the file of the database lies is not known");
                continue;
            }
            _ => continue,
        }
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

/// What the service is told, each value where it is written; of a file that several services read, the first speaks.
fn variables(service: &Service, ctx: &Context) -> Vec<(String, Spanned<String>)> {
    let own = service.environment.iter().filter_map(|(key, value)| Some((key.value.clone(), value.set()?.clone())));
    let mut all: Vec<(String, Spanned<String>)> = own.collect();
    for path in service.env_files.iter().filter_map(|file| file.path.get()) {
        let mut readers = ctx.project.compose.iter().flat_map(|file| &file.services);
        let first = readers.find(|other| other.env_files.iter().any(|file| file.path.get() == Some(path)));
        if first.is_none_or(|first| first.span != service.span) {
            continue;
        }
        let Some(env) = ctx.project.env_at(path) else { continue };
        let set: Vec<_> = env.effective().map(|(var, value)| (var.key.value.to_owned(), value.owned())).collect();
        all.extend(set.into_iter().filter(|(key, _)| !service.environment.iter().any(|(own, _)| own.value == *key)));
    }
    all
}
