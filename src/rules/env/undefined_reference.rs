//! `env/undefined-reference`

use crate::model::env::{EnvFacts, EnvFile};
use crate::rules::prelude::*;
use crate::source::directory;
use crate::syntax::dotenv::Dialect;

rule! {
    /// A value refers to a variable that is set below it or nowhere.
    ///
    /// ## Why
    /// A file is read from top to bottom. What is set further down, or not at all, is empty at this place, and the value
    /// comes out with a hole: `postgres://app:@db/shop`.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DATABASE_URL=postgres://app:${DB_PASSWORD}@db/shop
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/undefined-reference
    /// # | `DATABASE_URL` uses `DB_PASSWORD`, which is set only below it: here it is still empty
    /// # | help: move the line of `DB_PASSWORD` above this one
    /// # > DB_PASSWORD=hT7-vq2Lx9_mRw
    /// # > DATABASE_URL=postgres://app:${DB_PASSWORD}@db/shop
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// # >
    /// CACHE_URL=redis://${CACHE_HOST}:6379/0
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/undefined-reference
    /// # | `CACHE_URL` uses `CACHE_HOST`, which nothing in the project sets: it is empty unless the shell has it
    /// # | help: set `CACHE_HOST` above this line, or give it a default: `${CACHE_HOST:-value}`
    /// # > CACHE_URL=redis://${CACHE_HOST:-cache}:6379/0
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// DATABASE_URL=postgres://app:${DB_PASSWORD}@db/shop
    /// CACHE_URL=redis://${CACHE_HOST:-cache}:6379/0
    /// TOKEN=${TOKEN}
    /// DATA=${HOME}/data
    /// ```
    ///
    /// ### Another file of the directory sets it
    /// ```env good file=.env
    /// CACHE_HOST=cache
    /// ```
    /// ```env good file=.env.prod
    /// CACHE_URL=redis://${CACHE_HOST}:6379/0
    /// ```
    /// ```env bad file=.env.prod
    /// CACHE_URL=redis://${CACHE_HOST}:6379/0
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/undefined-reference
    /// # | `CACHE_URL` uses `CACHE_HOST`, which nothing in the project sets: it is empty unless the shell has it
    /// # | help: set `CACHE_HOST` above this line, or give it a default: `${CACHE_HOST:-value}`
    /// # > CACHE_URL=redis://${CACHE_HOST:-cache}:6379/0
    /// ```
    ///
    /// ## What it does not report
    /// `KEY=${KEY}`, which hands a variable of the shell on, and variables every shell has. A name that nothing in the
    /// project sets may come from the shell, so that case is low.
    "env/undefined-reference" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Env(check),
    }
}

/// What a shell, a session or a CI system sets.
const GIVEN: [&str; 14] = [
    "HOME", "USER", "PATH", "PWD", "HOSTNAME", "SHELL", "LANG", "TMPDIR", "UID", "GID", "CI", "LOGNAME", "HOST", "PORT",
];

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    // These read the whole file before they put values in; the others do not expand, or say `env/divergent-value`.
    let late = |dialect| matches!(dialect, Dialect::NodeNext | Dialect::Bun | Dialect::Make);
    if !env.loaders.iter().any(|loader| loader.dialect == Dialect::Compose)
        || env.loaders.iter().any(|l| late(l.dialect))
    {
        return sink.not_applicable();
    }
    for var in env.vars().filter(|var| !var.overridden) {
        let (key, Some(value)) = (var.key.value, var.value) else { continue };
        let written = env.written(value.span);
        let alone = |name: &str| {
            let rest = written.trim().trim_start_matches('$');
            rest == name || rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name)
        };
        // `pa$word` is no reference, whatever Compose thinks: another rule.
        let named = |name: &str| {
            name.len() > 1 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        };
        let mut names = var.unset().iter().filter(|name| named(name) && *name != key);
        let Some(name) = names.next() else { continue };
        if let Some(below) = env.vars().find(|other| other.key.value == *name && other.value.is_some()) {
            sink.report(
                value.span,
                format!("`{key}` uses `{name}`, which is set only below it: here it is still empty"),
            )
            .help(format!("move the line of `{name}` above this one"))
            .related(below.key.span, "set here");
        } else if !alone(name) && !GIVEN.contains(&name.as_str()) && !set_nearby(env, name, ctx) {
            sink.report(
                value.span,
                format!(
                    "`{key}` uses `{name}`, which nothing in the project sets: it is empty unless the shell has it"
                ),
            )
            .help(format!("set `{name}` above this line, or give it a default: `${{{name}:-value}}`"))
            .confidence(Hint)
            .severity(Low);
        }
    }
}

/// Whether another env file of the directory, or a service's environment, sets a name.
fn set_nearby(env: &EnvFile, name: &str, ctx: &Context) -> bool {
    let here = directory(&env.path);
    let files = ctx
        .project
        .env
        .iter()
        .filter(|other| ctx.project.role(other.file) != Role::Template && directory(&other.path) == here);
    let mut services = ctx.project.compose().iter().flat_map(|compose| &compose.services);
    files.filter(|other| other.file != env.file).any(|other| other.get(name).is_some())
        || services.any(|service| service.environment.iter().any(|(key, _)| key.value == name))
}
