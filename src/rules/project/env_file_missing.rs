//! `project/env-file-missing`

use crate::model::compose::ComposeFile;
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
    /// finding is `low` and says what to do there. A missing file called `.env` without either is `medium`.
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
        check: Check::Compose(check),
    }
}

/// A file that services ask for: its path, where it is written, who asks, whether all of them are switched by profiles.
struct Wanted<'a> {
    path: &'a str,
    spans: Vec<Span>,
    services: Vec<&'a str>,
    optional: bool,
}

fn check(compose: &ComposeFile, ctx: &Context, sink: &mut Sink) {
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut judged = false;
    for service in &compose.services {
        for file in service.env_files.iter().filter(|file| file.required) {
            judged = true;
            let Some(path) = file.path.set() else {
                if let Some(span) = file.path.span() {
                    sink.unknown(span, "the path of the env file is not known");
                }
                continue;
            };
            let optional = !service.profiles.is_empty();
            match wanted.iter_mut().find(|known| known.path == path.value) {
                Some(known) => {
                    known.services.push(&service.name.value);
                    known.optional &= optional;
                    if !known.spans.contains(&path.span) {
                        known.spans.push(path.span);
                    }
                }
                None => wanted.push(Wanted {
                    path: &path.value,
                    spans: vec![path.span],
                    services: vec![&service.name.value],
                    optional,
                }),
            }
        }
    }
    if !judged {
        sink.not_applicable();
    }
    for file in &wanted {
        match ctx.project.files.presence(file.path) {
            Presence::File => {}
            Presence::Unknown => sink.unknown(file.spans[0], "the env file lies outside what was searched"),
            Presence::Directory => {
                let message = format!("{} a directory as env file, so Compose refuses to start", named(file, "names", "name"));
                sink.report(file.spans[0], message).help("name the file in it");
            }
            Presence::Missing => missing(file, ctx, sink),
        }
    }
}

fn missing(file: &Wanted, ctx: &Context, sink: &mut Sink) {
    let name = file.path;
    let template = template(ctx.project, name);
    let ignored = ctx.project.git.would_ignore(name) == Some(true);
    let message = format!("{} env file `{name}`, which is not there, so Compose refuses to start", named(file, "needs", "need"));
    let help = match &template {
        Some(template) => format!("on the server, run `cp {template} {name}` and fill in the values"),
        None if ignored => format!("create `{name}` on the server; git ignores it, so no checkout brings it along"),
        None => format!("create `{name}`, or write `required: false` beside its `path:` if it runs without it"),
    };
    let finding = sink.report(file.spans[0], message).help(help);
    for span in &file.spans[1..] {
        finding.related(*span, "needed here too");
    }
    // A file called `.env` is by custom never part of a checkout.
    let customary = name.rsplit('/').next().is_some_and(|name| name.starts_with(".env"));
    if template.is_some() || ignored {
        finding.lower(Low).effect(Hygiene);
    } else if file.optional || customary {
        finding.lower(Medium).effect(BreaksAtRuntime);
    }
}

/// "service `a` needs", "services `a`, `b` need".
fn named(file: &Wanted, one: &str, many: &str) -> String {
    match &file.services[..] {
        [only] => format!("service `{only}` {one}"),
        several => format!("services `{}` {many}", several[..several.len().min(6)].join("`, `")),
    }
}

/// A pattern for the file: an env template in its directory, one of its own name first.
fn template(project: &Project, path: &str) -> Option<String> {
    let beside = project.env.iter().filter(|env| env.role == Role::Template && directory(&env.path) == directory(path));
    let mut paths: Vec<&str> = beside.map(|env| env.path.as_str()).collect();
    paths.sort_by_key(|template| (!template.starts_with(path), template.len()));
    paths.first().map(|&template| template.to_owned())
}
