//! `project/env-file-missing`

use crate::model::compose::Service;
use crate::project::Project;
use crate::rules::prelude::*;
use crate::source::{Presence, directory};

rule! {
    /// A service names an env file that is not there.
    ///
    /// ## Why
    /// Compose refuses to start anything when a file named by `env_file:` is missing, unless the entry says
    /// `required: false`. On a fresh checkout this is the first thing that goes wrong.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file: config/app.env
    /// #             ^^^^^^^^^^^^^^ project/env-file-missing
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file:
    ///       - config/app.env
    ///       - path: local.env
    ///         required: false
    /// ```
    /// ```env good file=config/app.env
    /// PORT=8000
    /// ```
    ///
    /// ### With a template
    /// When a template lies beside it, or `.gitignore` names the file, it is expected to exist only on the server: the
    /// finding is `low` and says what to do there.
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file: .env.prod
    /// #             ^^^^^^^^^ project/env-file-missing
    /// ```
    /// ```env bad file=.env.prod.example
    /// PORT=8000
    /// ```
    ///
    /// ## What it does not report
    /// Files outside the project, paths with variables that have no value.
    "project/env-file-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#env_file"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    if service.env_files.is_empty() {
        sink.not_applicable();
    }
    for file in service.env_files.iter().filter(|file| file.required) {
        let Some(path) = file.path.set() else {
            if let Some(span) = file.path.span() {
                sink.unknown(span, "the path of the env file is not known");
            }
            continue;
        };
        match ctx.project.files.presence(&path.value) {
            Presence::File => {}
            Presence::Unknown => sink.unknown(path.span, "the env file lies outside what was searched"),
            Presence::Directory => {
                sink.report(
                    path.span,
                    format!(
                        "service `{}` names a directory as its env file, so Compose refuses to start it",
                        service.name.value
                    ),
                )
                .help("name the file in it");
            }
            Presence::Missing => missing(service, path, ctx, sink),
        }
    }
}

fn missing(service: &Service, path: &Spanned<String>, ctx: &Context, sink: &mut Sink) {
    let template = template(ctx.project, &path.value);
    let ignored = ctx.project.git.would_ignore(&path.value) == Some(true);
    let name = &path.value;
    let message =
        format!("env file `{name}` of service `{}` is not there, so Compose refuses to start it", service.name.value);
    let help = match &template {
        Some(template) => format!("on the server, run `cp {template} {name}` and fill in the values"),
        None if ignored => format!("create `{name}` on the server; git ignores it, so no checkout brings it along"),
        None => format!("create `{name}`, or write `required: false` beside its `path:` if the service runs without it"),
    };
    let finding = sink.report(path.span, message).help(help);
    if template.is_some() || ignored {
        finding.lower(Low).effect(Hygiene);
    } else if !service.profiles.is_empty() {
        // Compose only looks at the services that are started.
        finding.lower(Medium).effect(BreaksAtRuntime);
    }
}

/// A pattern for the file: an env template in its directory, one of its own name first.
fn template(project: &Project, path: &str) -> Option<String> {
    let beside = project.env.iter().filter(|env| env.role == Role::Template && directory(&env.path) == directory(path));
    let mut paths: Vec<&str> = beside.map(|env| env.path.as_str()).collect();
    paths.sort_by_key(|template| (!template.starts_with(path), template.len()));
    paths.first().map(|&template| template.to_owned())
}
