//! `env/required-missing`

use crate::model::Known;
use crate::model::env::{EnvFacts, EnvFile, EnvVar};
use crate::rules::prelude::*;

rule! {
    /// A variable that the policy requires has no value.
    ///
    /// ## Why
    /// The team wrote down what production needs. What is missing is better found now than by the first request.
    ///
    /// ## Examples
    /// ```yaml config
    /// rules:
    ///   env/required-missing: {required: [DATABASE_URL, SECRET_KEY, SENTRY_DSN]}
    /// ```
    /// ```env bad file=.env.production
    /// DATABASE_URL=postgresql://db/app
    /// ^^^^^^^^^^^^ env/required-missing
    /// | required and not set: `SECRET_KEY`; required and empty: `SENTRY_DSN`
    /// | help: give each of them a value in this file
    /// SENTRY_DSN=
    /// # > SENTRY_DSN=https://8fk2mq9vlx71@o1.ingest.sentry.io/1
    /// # > SECRET_KEY=9a5be3d2ef3259772f5ec5217c1b7a6dcd29093206273df76140191ef33e6552
    /// ```
    /// ```env good file=.env.production
    /// DATABASE_URL=postgresql://db/app
    /// SECRET_KEY=${SECRET_KEY}
    /// SENTRY_DSN=https://key@sentry.shop.de/1
    /// ```
    /// ```env good file=.env.development
    /// DATABASE_URL=postgresql://db/app
    /// ```
    ///
    /// ### Files of one deployment complete each other
    /// ```yaml config
    /// rules:
    ///   env/required-missing: {required: [DATABASE_URL, SECRET_KEY, API_URL]}
    /// ```
    /// ```env good file=backend/.env.production
    /// DATABASE_URL=postgresql://db/app
    /// SECRET_KEY_FILE=/run/secrets/secret_key
    /// ```
    /// ```env good file=frontend/.env.production
    /// API_URL=https://api.shop.de
    /// ```
    /// ```env bad file=backend/.env.production
    /// DATABASE_URL=postgresql://db/app
    /// ^^^^^^^^^^^^ env/required-missing
    /// | required and empty: `API_URL`
    /// | help: give each of them a value in this file
    /// SECRET_KEY_FILE=/run/secrets/secret_key
    /// ```
    /// ```env bad file=frontend/.env.production
    /// API_URL=
    /// # > API_URL=https://shop.de/api
    /// ```
    ///
    /// ## What it does not report
    /// A name that any production env file or Compose service of the project sets, or `NAME_FILE` in its place.
    "env/required-missing" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://12factor.net/config"],
        params: &[Param::List {
            name: "required", default: &[], doc: "Names that production must set; empty switches the rule off.",
        }],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let required = ctx.list("required");
    // Only production is what the list is about.
    if required.is_empty() || env.role != Role::Production {
        return sink.not_applicable();
    }
    let files: Vec<&EnvFile> =
        ctx.project.env.iter().filter(|file| ctx.project.role(file.file) == Role::Production).collect();
    // One cause, one finding: the file that has most of the names speaks for all of them.
    let names = |file: &EnvFile| required.iter().filter(|name| file.get(name).is_some()).count();
    let speaker = files.iter().rev().max_by_key(|file| names(file));
    if speaker.is_none_or(|speaker| speaker.file != env.file) {
        return sink.not_applicable();
    }
    let missing: Vec<&String> = required
        .iter()
        .filter(|name| !filled(&files, ctx, name) && !filled(&files, ctx, &format!("{name}_FILE")))
        .filter(|name| !ctx.project.assumed().variable(name))
        .collect();
    if missing.is_empty() {
        return;
    }
    if files.iter().any(|file| file.sealed) {
        return sink.unknown(env.anchor(), "an env file of production cannot be read");
    }
    let written = |name: &str| files.iter().find_map(|file| file.get(name));
    let (empty, absent): (Vec<&String>, Vec<&String>) = missing.into_iter().partition(|name| written(name).is_some());
    let list = |names: &[&String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = match (absent.as_slice(), empty.as_slice()) {
        (absent, []) => format!("required and not set: {}", list(absent)),
        ([], empty) => format!("required and empty: {}", list(empty)),
        (absent, empty) => format!("required and not set: {}; required and empty: {}", list(absent), list(empty)),
    };
    let finding = sink.report(env.anchor(), message);
    finding.help("give each of them a value in this file");
    for var in empty.into_iter().filter_map(|name| written(name)) {
        finding.related(var.key.span, "has no value");
    }
}

/// Whether a file or a service of production gives the name a value.
fn filled(files: &[&EnvFile], ctx: &Context, name: &str) -> bool {
    // A bare name and a reference take their value from the shell.
    let given = |file: &EnvFile| {
        let value = |var: &EnvVar| var.value.as_ref().is_none_or(|value| !value.value.trim().is_empty());
        file.get(name).is_some_and(|var| !var.unset().is_empty() || value(&var))
    };
    let mut services =
        ctx.project.compose().iter().filter(|file| file.role == Role::Production).flat_map(|f| &f.services);
    files.iter().any(|file| given(file))
        || services.any(|service| {
            let empty = |value: &Known<String>| value.get().is_some_and(|value| value.trim().is_empty());
            service.environment.iter().any(|(key, value)| key.value == name && !empty(value))
        })
}
