//! `compose/variable-unset`

use std::collections::BTreeMap;

use crate::model::compose::{Composition, Operator, Variable};
use crate::model::env::EnvFile;
use crate::project::{Outside, becomes};
use crate::rules::prelude::*;
use crate::secret::is_secret_name;

rule! {
    /// A variable that nothing sets.
    ///
    /// ## Why
    /// Compose puts nothing in its place, warns once and goes on: `image: shop:` has no tag, a port is picked at
    /// random, a password is empty. With `${NAME:?}` it refuses to start instead. Only the shell and the `.env` beside
    /// the first Compose file fill variables in; `env_file:` of a service does not. The warning is `The "NAME" variable is
    /// not set. Defaulting to a blank string.`
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:${VERSION}
    /// #               ^^^^^^^^^^ compose/variable-unset
    /// # | nothing sets `VERSION`; Compose puts nothing in its place
    /// # | help: give `VERSION` its value in .env, or write a default: `${VERSION:-value}`
    ///     environment:
    ///       DB_PASSWORD: ${DB_PASSWORD}
    /// #                  ^^^^^^^^^^^^^^ compose/variable-unset
    /// # | nothing sets `DB_PASSWORD`; the secret is empty
    /// # | help: give `DB_PASSWORD` its value in .env
    ///       MODE: ${MODE:-production}
    /// ```
    /// ```env bad
    /// DB_PASWORD=uGf7-2kPq-9xWm-4vTz
    /// # > DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// # > VERSION=1.4
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:${VERSION}
    ///     environment:
    ///       DB_PASSWORD: ${DB_PASSWORD:?}
    ///       SCRIPT: "echo $$HOME"
    /// ```
    /// ```env good
    /// DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// VERSION=1.4
    /// ```
    /// ### Another file than `.env`
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}
    /// #                        ^^^^^^^^^^^^^^^^^^^^ compose/variable-unset
    /// # | `POSTGRES_PASSWORD` is set only in .env.production, which Compose does not read unless it is told to; the
    /// # | secret is empty
    /// # | help: start with `docker compose --env-file .env.production up`, or move it to `.env`
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```script bad file=deploy.sh
    /// docker compose up -d
    /// ```
    /// ```env both file=.env.production
    /// POSTGRES_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```script good file=deploy.sh
    /// cp .env.production .env
    /// docker compose up -d
    /// ```
    /// ### env_file does not fill in variables
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     env_file: .env.production
    ///     environment:
    ///       URL: http://${API_HOST}/
    /// #                 ^^^^^^^^^^^ compose/variable-unset
    /// # | `API_HOST` is set only in .env.production, which a service gets but Compose does not read for variables;
    /// # | Compose puts nothing in its place
    /// # | help: start with `docker compose --env-file .env.production up`, or move it to `.env`
    /// ```
    /// ```env fixed
    /// API_HOST=api
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     env_file: .env.production
    /// ```
    /// ```env both file=.env.production
    /// API_HOST=api.example.com
    /// ```
    /// ### A template that names it
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:${VERSION}
    /// ```
    /// ```env good file=.env.example
    /// VERSION=1.4
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:${VERSION}
    /// #               ^^^^^^^^^^ compose/variable-unset
    /// # | nothing sets `VERSION`; Compose puts nothing in its place
    /// # | help: set `VERSION` in the .env that Compose reads on the server, or write a default: `${VERSION:-value}`
    /// # >     image: shop:${VERSION:-1.4}
    /// ```
    /// ```env bad file=.env.example
    /// OTHER=1
    /// ```
    /// ### The template names it, and the .env does not have it
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       SECRET_KEY: ${SECRET_KEY:?}
    /// #                 ^^^^^^^^^^^^^^^ compose/variable-unset
    /// # | `SECRET_KEY` is empty; Compose refuses to start
    /// # | help: give `SECRET_KEY` its value in .env
    ///       MAIL_PASSWORD: ${MAIL_PASSWORD}
    /// ```
    /// ```env bad file=.env
    /// SECRET_KEY=
    /// # > SECRET_KEY=Kq7vX2mZ9pL4wT8nR3bY6cJ1hF5gD0sA
    /// ```
    /// ```env bad file=.env.example
    /// SECRET_KEY=
    /// # MAIL_PASSWORD=
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       SECRET_KEY: ${SECRET_KEY:?}
    /// ```
    /// ```env good file=.env.example
    /// SECRET_KEY=
    /// ```
    ///
    /// ## What it does not report
    /// Variables of the shell and of CI (`HOME`, `PWD`, `CI_...`). Without a `.env` beside the file, what a template of it
    /// names; with neither, nothing is known about the environment.
    "compose/variable-unset" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let mut missing: BTreeMap<&str, Vec<&Variable>> = BTreeMap::new();
    for variable in compose.variables.iter().filter(|variable| lacks(variable)) {
        missing.entry(&variable.name).or_default().push(variable);
    }
    if missing.is_empty() {
        return;
    }
    let fillers = context.project.fillers(compose);
    for (name, uses) in missing {
        let first = uses[0];
        let aside = match fillers.of(name, first.operator == Operator::Plain) {
            Outside::Given => continue,
            Outside::Open(why) => {
                sink.unknown(first.span, why);
                continue;
            }
            // A pattern stands for what is made of it.
            Outside::Aside(env, var) if context.project.role(env.file) == Role::Template => {
                Some((becomes(&env.path), var.key.span))
            }
            Outside::Aside(env, var) => Some((env.path.clone(), var.key.span)),
            Outside::Nobody => None,
        };
        let broken = compose.breaks.iter().take(1_000).find(|(_, variable, _)| variable == name);
        let required = first.operator != Operator::Plain;
        let consequence = match broken {
            Some((_, _, why)) => format!("Compose refuses the result: {why}"),
            None if required => "Compose refuses to start".to_owned(),
            None if is_secret_name(name) => "the secret is empty".to_owned(),
            None => "Compose puts nothing in its place".to_owned(),
        };
        let times = if uses.len() == 1 { String::new() } else { format!(" ({} uses)", uses.len()) };
        let lacking = match &aside {
            Some((path, _)) => format!("`{name}` is set only in {path}, {}", not_read(compose, path)),
            // `${NAME:?}` asks for more than a name.
            None if first.value.is_some() => format!("`{name}` is empty"),
            None => format!("nothing sets `{name}`"),
        };
        let finding = sink.report(first.span, format!("{lacking}{times}; {consequence}"));
        match &aside {
            Some((path, at)) => {
                finding.related(*at, "set here, where Compose does not look").cause(path, "set only there, too");
                finding.help(format!("start with `docker compose --env-file {path} up`, or move it to `.env`"));
            }
            None => {
                let consequence = if broken.is_some() { name } else { &*consequence };
                finding
                    .help(remedy(first, fillers.env))
                    .cause((first.span.file, consequence), "nothing sets this one either");
            }
        }
        // The `.env` is there and does not have it: Compose stops.
        if fillers.env.is_some() && (broken.is_some() || required) {
            finding.effect(WillNotStart);
        }
        // Only what breaks or opens something stops a deployment; a blank that a program may live with does not.
        let image = first.path.last().is_some_and(|key| key == "image");
        if broken.is_none() && !required && !is_secret_name(name) && !image {
            finding.severity(if aside.is_some() { Medium } else { Low });
        } else if fillers.env.is_none() && aside.is_none() {
            // Only a template lacks it. Where Compose asks for it, nothing starts wrong.
            finding.severity(if required { Low } else { Medium });
        }
    }
}

fn lacks(variable: &Variable) -> bool {
    let empty = variable.value.as_ref().is_none_or(|value| value.value.is_empty());
    variable.evaluated
        && match variable.operator {
            Operator::Plain | Operator::Required => variable.value.is_none(),
            Operator::RequiredNotEmpty => empty,
            _ => false,
        }
}

/// Why what is in an env file fills nothing in.
fn not_read(compose: &Composition, path: &str) -> &'static str {
    let mut handed = compose.services.iter().flat_map(|service| &service.env_files);
    match handed.any(|file| file.path.get().is_some_and(|own| own == path)) {
        true => "which a service gets but Compose does not read for variables",
        false => "which Compose does not read unless it is told to",
    }
}

fn remedy(used: &Variable, env: Option<&EnvFile>) -> String {
    let name = &used.name;
    let set = match env {
        Some(env) => format!("give `{name}` its value in {}", env.path),
        None => format!("set `{name}` in the .env that Compose reads on the server"),
    };
    let of_shell = |key: &String| SCRIPTS.contains(&key.as_str());
    // A default for a secret is a secret that everybody knows.
    match is_secret_name(name) {
        _ if used.operator == Operator::Plain && used.path.iter().any(of_shell) => {
            format!("{set}; if it is for the shell in the container, write `$${name}`")
        }
        true => set,
        false => format!("{set}, or write a default: `${{{name}:-value}}`"),
    }
}

/// Keys whose values are often scripts.
const SCRIPTS: [&str; 4] = ["command", "entrypoint", "test", "dockerfile_inline"];
