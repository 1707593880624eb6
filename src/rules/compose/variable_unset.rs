//! `compose/variable-unset`

use std::collections::BTreeMap;

use crate::model::compose::{Composition, Operator, Service, Variable};
use crate::model::env::EnvFile;
use crate::project::Project;
use crate::rules::prelude::*;
use crate::secret::is_secret_name;
use crate::source::{directory, join};

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

/// Set by shells, Compose, CI systems and platforms.
const ELSEWHERE: [&str; 16] = [
    "HOME",
    "USER",
    "PWD",
    "PATH",
    "HOSTNAME",
    "UID",
    "GID",
    "SHELL",
    "TERM",
    "DISPLAY",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "APPDATA",
    "USERPROFILE",
    "USERNAME",
    "LANG",
];
const PREFIXES: [&str; 6] = ["COMPOSE_", "DOCKER_", "CI_", "GITHUB_", "SERVICE_", "BUILDKIT_"];

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let mut missing: BTreeMap<&str, Vec<&Variable>> = BTreeMap::new();
    let supplied = |variable: &&Variable| compose.supplied.contains(&variable.name);
    for variable in compose.variables.iter().filter(|variable| lacks(variable) && !supplied(variable)) {
        missing.entry(&variable.name).or_default().push(variable);
    }
    if missing.is_empty() {
        return;
    }
    let sources = Sources::new(compose, context.project);
    for (name, uses) in missing {
        let first = uses[0];
        if context.project.assumed().variable(name) {
            continue;
        }
        let handed = sources.env_files.iter().find_map(|env| Some((env, env.get(name)?)));
        // A template says what the `.env` will hold; where that is there, it is what it holds that counts. The pattern of
        // `.env.staging` says nothing of the `.env` where another file of that kind is filled in, and has the value.
        let of_dot_env = |env: &EnvFile| handed.is_none() || made_into(&env.path) == ".env";
        if sources.env.is_none() && sources.templates.iter().any(|env| of_dot_env(env) && env.get(name).is_some()) {
            continue;
        }
        // A line to be uncommented: whether it is needed is not known here.
        let optional = sources.env.is_none() || first.operator == Operator::Plain;
        if optional && sources.templates.iter().any(|env| env.commented().any(|var| var.key.value == name)) {
            sink.unknown(first.span, "a template has it as a comment, to be set where it is needed");
            continue;
        }
        if handed.is_none() && !sources.known() {
            sink.unknown(first.span, "there is neither a .env nor a template of it beside the file");
            continue;
        }
        report(compose, first, uses.len(), handed, &sources, sink);
    }
}

/// The name of the file that is made from a template: `.env.prod` of `deploy/.env.prod.example`.
fn made_into(template: &str) -> &str {
    let name = template.rsplit('/').next().unwrap_or(template);
    let ends = [".example", ".sample", ".template", ".dist", ".tmpl", "-example", ".tpl"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(".env")
}

fn lacks(variable: &Variable) -> bool {
    let empty = variable.value.as_ref().is_none_or(|value| value.value.is_empty());
    let lacks = match variable.operator {
        Operator::Plain | Operator::Required => variable.value.is_none(),
        Operator::RequiredNotEmpty => empty,
        _ => false,
    };
    let name = variable.name.as_str();
    lacks && variable.evaluated && !ELSEWHERE.contains(&name) && !PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

type Handed<'a> = (&'a &'a EnvFile, crate::model::env::EnvVar<'a>);

fn report(
    compose: &Composition,
    first: &Variable,
    uses: usize,
    handed: Option<Handed>,
    sources: &Sources,
    sink: &mut Sink,
) {
    let name = &first.name;
    let broken = compose.breaks.iter().take(1_000).find(|(_, variable, _)| variable == name);
    let required = first.operator != Operator::Plain;
    let consequence = match broken {
        Some((_, _, why)) => format!("Compose refuses the result: {why}"),
        None if required => "Compose refuses to start".to_owned(),
        None if is_secret_name(name) => "the secret is empty".to_owned(),
        None => "Compose puts nothing in its place".to_owned(),
    };
    let times = if uses == 1 { String::new() } else { format!(" ({uses} uses)") };
    let message = match handed {
        Some((env, _)) => {
            let gets = |service: &Service| service.env_files.iter().any(|file| file.path.get() == Some(&env.path));
            let which = match compose.services.iter().any(gets) {
                true => "which a service gets but Compose does not read for variables",
                false => "which Compose does not read unless it is told to",
            };
            format!("`{name}` is set only in {}, {which}{times}; {consequence}", env.path)
        }
        // `${NAME:?}` asks for more than a name.
        None if first.value.is_some() => format!("`{name}` is empty{times}; {consequence}"),
        None => format!("nothing sets `{name}`{times}; {consequence}"),
    };
    // A default for a secret is a secret that everybody knows.
    let default = match is_secret_name(name) {
        true => String::new(),
        false => format!(", or write a default: `${{{name}:-value}}`"),
    };
    let finding = sink.report(first.span, message);
    match handed {
        Some((env, var)) => {
            finding.related(var.key.span, "set here, where Compose does not look");
            finding.cause(&env.path, "set only there, too");
            finding.help(format!("start with `docker compose --env-file {} up`, or move it to `.env`", env.path))
        }
        None => finding.help(match (sources.env, default) {
            (Some(env), default) => format!("give `{name}` its value in {}{default}", env.path),
            (None, default) => format!("set `{name}` in the .env that Compose reads on the server{default}"),
        }),
    };
    // The `.env` is there and does not have it: Compose stops.
    if sources.env.is_some() && (broken.is_some() || required) {
        finding.effect(WillNotStart);
    }
    // Only what breaks or opens something stops a deployment; a blank that a program may live with does not.
    let image = first.path.last().is_some_and(|key| key == "image");
    if broken.is_none() && !required && !is_secret_name(name) && !image {
        finding.severity(if handed.is_some() { Medium } else { Low });
    } else if sources.env.is_none() && handed.is_none() {
        finding.severity(Medium);
    }
}

/// The files that say which variables there are.
struct Sources<'a> {
    /// Whether there may be more of them: a guide shows what is of interest.
    is_open: bool,
    /// The `.env` Compose reads.
    env: Option<&'a EnvFile>,
    /// Patterns for it beside the file or above, and an `.env` above.
    templates: Vec<&'a EnvFile>,
    /// Files that services of this file get, and those beside it that could have been named when it is started.
    env_files: Vec<&'a EnvFile>,
}

impl<'a> Sources<'a> {
    fn new(compose: &Composition, project: &'a Project) -> Self {
        let folder = directory(&compose.path);
        let above = |path: &str| {
            let other = directory(path);
            other.is_empty() || folder == other || folder.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'))
        };
        let own = |path: &str| compose.env.iter().any(|env| env == path);
        let template = |env: &&EnvFile| {
            let plain = env.path.rsplit('/').next() == Some(".env");
            // `.env.production.example` is what `.env.production` was made from, where that is there.
            let filled_in = env.path.rsplit_once('.').and_then(|(path, _)| project.env_at(path));
            let pattern = project.role(env.file) == Role::Template;
            let other = pattern && filled_in.is_some_and(|env| !own(&env.path));
            above(&env.path) && !own(&env.path) && (pattern || plain) && !other
        };
        let handed = compose.services.iter().flat_map(|service| &service.env_files).filter_map(|file| file.path.get());
        // What is filled in beside the file, and not named by the command that starts it.
        let beside = |env: &&EnvFile| {
            directory(&env.path) == folder && project.role(env.file) >= compose.role && !own(&env.path)
        };
        // A copy of it on the server may be the `.env`.
        let made = project.makes_file(".env");
        let git = project.git();
        let kept_out = git.ignored(&join(folder, ".env")).is_yes();
        let told = |env: &&EnvFile| !(kept_out && git.tracked(&env.path).is_yes());
        let beside = project.env.iter().filter(|_| compose.started_by.is_some()).filter(beside).filter(told);
        let handed = handed.filter(|path| !own(path)).filter_map(|path| project.env_at(path));
        Sources {
            is_open: project.files().is_open(),
            env: compose.env.iter().rev().find_map(|path| project.env_at(path)),
            templates: project.env.iter().filter(template).collect(),
            env_files: handed.chain(beside).filter(|_| !made).collect(),
        }
    }

    fn known(&self) -> bool {
        !self.is_open && (self.env.is_some() || !self.templates.is_empty())
    }
}
