//! `compose/build-missing`

use crate::model::Known;
use crate::model::compose::Service;
use crate::rules::prelude::*;
use crate::source::{Presence, Why, below, directory};
use crate::syntax::near::letters_apart;

rule! {
    /// A service is built from something that is not there.
    ///
    /// ## Why
    /// `docker compose up --build` stops: it finds no build context, no Dockerfile, or no stage of that name in it.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: ./wep
    /// #          ^^^^^ compose/build-missing
    /// # | service `web` is built in `wep`, which does not exist
    /// # | help: correct the path; it counts from the Compose file
    /// # >     build: .
    ///   worker:
    ///     build: {context: ., dockerfile: Dockerfile.prod}
    /// #                                   ^^^^^^^^^^^^^^^ compose/build-missing
    /// # >     build: {context: ., dockerfile: Dockerfile}
    ///   api:
    ///     build: {context: ., target: runner}
    /// #                               ^^^^^^ compose/build-missing
    /// # >     build: {context: ., target: runtime}
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM python:3.13-slim AS build
    /// FROM python:3.13-slim AS runtime
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///   worker:
    ///     build: {context: "https://github.com/example/shop.git", target: runner}
    ///   api:
    ///     build: {context: ., target: Runtime}
    ///   other:
    ///     build: {context: "${SOURCES:-.}", dockerfile_inline: "FROM scratch"}
    /// ```
    ///
    /// ## What it does not report
    /// Paths outside the project, those that git ignores, files that are started from somewhere else, or copied
    /// to another machine by themselves. A service with `image:` may be pulled
    /// instead: medium. Outside of a git checkout, where something may have been left out: high.
    ///
    /// ### In small letters
    /// ```compose good
    /// services:
    ///   web:
    ///     build: ./web
    /// ```
    /// ```dockerfile good file=web/dockerfile tracked
    /// FROM python:3.13-slim
    /// ```
    "compose/build-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/build/"],
        check: Check::Service(check),
    }
}

/// The Compose file of a service, if it is known from where it is started.
fn home<'a>(service: &Service, context: &'a Context) -> Option<&'a str> {
    let path = &context.project.document(service.file).source.path;
    let known = context.project.compose().get(service.id.composition).is_some_and(|compose| !compose.alone);
    (known || directory(path).is_empty()).then_some(path)
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(build) = &service.build else { return sink.not_applicable() };
    let project = context.project;
    let name = &service.name.value;
    if let Some(why) = &service.gap {
        return sink.unknown(build.span, why.leaves("how it is built may be written elsewhere"));
    }
    let Some(home) = home(service, context).filter(|home| !project.git().is_fixture(home)) else {
        return sink.unknown_as_usual(build.span, "where it is started from is not known");
    };
    if project.sent_alone(home) {
        return sink.unknown(
            build.span,
            format!("`{home}` is copied to another machine: what is beside it there is not known"),
        );
    }
    // It may be started from a folder above.
    let above = |path: &str| {
        let rest = below(path, directory(home)).filter(|rest| !rest.is_empty());
        rest.is_some_and(|rest| project.found_above(directory(home), rest).is_some())
    };
    let absent =
        |path: &str| !path.contains('$') && project.is_missing(&project.dockerfile_place(path)) && !above(path);
    // Outside of a checkout nobody says that everything is here.
    let checkout = project.git().tracked(home).is_yes();
    let mut report = |span: Span, message: String, path: &str, help: String, whole: bool| {
        let finding = sink.report(span, message).help(help).cause((path, &home), "this one as well");
        if !service.image.is_absent() {
            finding.severity(Medium).effect(BreaksAtRuntime).confidence(Likely);
        } else if !whole {
            finding.severity(High).effect(BreaksAtRuntime).confidence(Likely);
        }
    };
    let parts = [build.context.get(), build.dockerfile.get()];
    if let Some(module) = parts.into_iter().flatten().find_map(|path| project.files().submodule_of(path)) {
        let why = format!("`{module}` is a submodule that is not checked out; run `git submodule update --init`");
        return sink.unanswered(build.span, Why::new(why));
    }
    if let Some(directory) = build.context.set().filter(|directory| absent(&directory.value)) {
        let folder = directory.value.rsplit('/').next().unwrap_or_default();
        if project.is_fetched_into(folder) {
            return sink.unknown(build.span, format!("the project itself may be at `{folder}` on the server"));
        }
        if project.is_told_to_be_made(&directory.value, home) {
            return sink.unknown(directory.span, format!("a guide or script has people make `{folder}` first"));
        }
        // A guide tells to put it elsewhere, and from there the path is right.
        let among = |top: &&str| matches!(*top, "docs" | "doc" | "documentation");
        let top = home.split('/').next().filter(among);
        if top.and_then(|top| below(&directory.value, top)).is_some_and(|rest| !project.is_missing(rest)) {
            let why = format!("`{home}` lies among the documents: where it is when it is started is not known");
            return sink.unknown(directory.span, why);
        }
        let message = format!("service `{name}` is built in `{}`, which does not exist", directory.value);
        return report(
            directory.span,
            message,
            &directory.value,
            "correct the path; it counts from the Compose file".to_owned(),
            checkout,
        );
    }
    // An override that only changes a part of the build has its directory from the file below it.
    if let Known::Set(path) = &build.dockerfile
        && absent(&path.value)
    {
        let message = format!("service `{name}` is built from `{}`, which does not exist", path.value);
        let help = "correct the path; it counts from the build context".to_owned();
        return report(path.span, message, &path.value, help, checkout);
    }
    if let (Known::Default(path), Some(directory)) = (&build.dockerfile, build.context.set())
        && absent(path)
        && project.files().presence(&directory.value) == Presence::Directory
    {
        let message = format!("service `{name}` is built from `{path}`, which does not exist");
        return report(
            directory.span,
            message,
            path,
            "create it, or name another one with `dockerfile:`".to_owned(),
            checkout,
        );
    }
    let Some(target) = build.target.set().filter(|target| !target.value.is_empty()) else { return };
    let Some(file) = project.dockerfile_of(build) else { return };
    // One without any stage is told of by itself.
    if file.gap.is_some() || file.stages.is_empty() || file.stage_named(&target.value).is_some() {
        return;
    }
    let names: Vec<&str> = file.stages.iter().filter_map(|stage| Some(stage.name.as_ref()?.as_str())).collect();
    let near = names.iter().find(|own| letters_apart(own, &target.value) <= 2);
    let help = match near {
        Some(near) => format!("write `{near}`"),
        None if names.is_empty() => "remove `target`, or give a stage this name: `FROM image AS name`".to_owned(),
        None => format!("its stages are {}", phrase::named(names.iter().copied())),
    };
    report(
        target.span,
        format!("`{}` has no stage `{}`, so service `{name}` is not built", file.path, target.value),
        &format!("{}:{}", file.path, target.value),
        help,
        true,
    );
}
