//! `env/missing-key`

use std::collections::HashSet;

use crate::model::env::EnvFile;
use crate::rules::prelude::*;

rule! {
    /// A variable that the template documents is not set.
    ///
    /// ## Why
    /// The template beside the file is the list of what the program expects. What is missing here is found when the
    /// program asks for it, at start at best.
    ///
    /// ## Examples
    /// ```env both file=.env.example
    /// DATABASE_URL=postgresql://localhost/app
    /// REDIS_URL=redis://localhost
    /// # SENTRY_DSN=
    /// ```
    /// ```env bad file=.env
    /// DATABASE_URL=postgresql://db/app
    /// ^^^^^^^^^^^^ env/missing-key
    /// ```
    /// ```env good file=.env
    /// DATABASE_URL=postgresql://db/app
    /// REDIS_URL=redis://redis
    /// EXTRA=1
    /// ```
    ///
    /// ## What it does not report
    /// Variables that are commented out here or there, and those a Compose file sets.
    "env/missing-key" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, ctx: &Context, sink: &mut Sink) {
    let Some(template) = env.template.and_then(|file| ctx.project.env_at(&ctx.project.source(file).path)) else {
        return sink.not_applicable();
    };
    if env.sealed || !env.lost.is_empty() {
        return sink.unknown(env.anchor(), "the file cannot be read completely");
    }
    let services = ctx.project.compose.iter().flat_map(|file| &file.services);
    let set: HashSet<&str> = (env.vars.iter().chain(&env.commented).map(|var| var.key.value.as_str()))
        .chain(services.flat_map(|service| &service.environment).map(|(key, _)| key.value.as_str()))
        .collect();
    let missing: Vec<_> =
        template.vars.iter().filter(|var| !var.overridden && !set.contains(var.key.value.as_str())).collect();
    let Some(first) = missing.first() else { return };
    let names: Vec<String> = missing.iter().take(8).map(|var| format!("`{}`", var.key.value)).collect();
    let more = if missing.len() > 8 { format!(" and {} more", missing.len() - 8) } else { String::new() };
    let verb = if missing.len() == 1 { "is" } else { "are" };
    let finding = sink.report(
        env.anchor(),
        format!("{}{more} {verb} in the template `{}` but not set here", names.join(", "), template.path),
    );
    finding.help("set them, or comment them out here to say that they are not needed").related(first.key.span, "documented here");
    // What has no value in the template is often optional.
    if missing.iter().all(|var| var.value.as_ref().is_none_or(|value| value.value.is_empty())) {
        finding.lower(Low);
    }
}
