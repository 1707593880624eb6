//! `env/missing-key`

use std::collections::HashSet;

use crate::model::env::{EnvFacts, EnvVar};
use crate::rules::prelude::*;

rule! {
    /// A variable that the template documents, or staging has, is not set.
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
    /// | `REDIS_URL` is in the template `.env.example` but not set here
    /// | help: set it, or comment it out here to say that it is not needed
    /// # > DATABASE_URL=postgresql://db/app
    /// # > # REDIS_URL=
    /// ```
    /// ```env good file=.env
    /// DATABASE_URL=postgresql://db/app
    /// REDIS_URL=redis://redis
    /// EXTRA=1
    /// ```
    ///
    /// ### What staging has
    /// ```env both file=.env.staging
    /// DATABASE_URL=postgresql://db/app
    /// # >
    /// PAYMENT_URL=https://pay.shop.de
    /// STAGING_BANNER=on
    /// NODE_ENV=production
    /// ```
    /// ```env bad file=.env.production
    /// DATABASE_URL=postgresql://db/app
    /// ^^^^^^^^^^^^ env/missing-key
    /// | `PAYMENT_URL` is in staging (`.env.staging`) but not set here
    /// | help: set it, or comment it out here to say that it is not needed
    /// ```
    /// ```env fixed file=.env.production
    /// DATABASE_URL=postgresql://db/app
    /// PAYMENT_URL=https://pay.shop.de
    /// ```
    /// ```env good file=.env.production
    /// DATABASE_URL=postgresql://db/app
    /// PAYMENT_URL=https://pay.shop.de
    /// ```
    ///
    /// ## What it does not report
    /// Variables that are commented out here or there, and those a Compose file sets. With a template, what staging has:
    /// the template is the list.
    "env/missing-key" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let Some(list) = env.kin.template.or(env.kin.staging) else { return sink.not_applicable() };
    let Some(list) = ctx.project.env_file(list) else { return sink.not_applicable() };
    if env.sealed || env.lost().next().is_some() {
        return sink.unknown(env.anchor(), "the file cannot be read completely");
    }
    let services = ctx.project.services();
    let set: HashSet<&str> = (env.vars().chain(env.commented()).map(|var| var.key.value))
        .chain(services.flat_map(|service| &service.environment).map(|(key, _)| key.value.as_str()))
        .collect();
    let template = ctx.project.role(list.file) != Role::Staging;
    // What says that it is staging need not be said elsewhere.
    let own = |var: &EnvVar| var.key.value.to_ascii_uppercase().contains("STAGING") || var.names_stage();
    let absent = list.vars().filter(|var| !var.overridden && !set.contains(var.key.value));
    let missing = absent.filter(|var| template || !own(var));
    let missing: Vec<_> = missing.filter(|var| !ctx.project.assumed().variable(var.key.value)).collect();
    let Some(first) = missing.first() else { return };
    let names: Vec<String> = missing.iter().map(|var| format!("`{}`", var.key.value)).collect();
    let verb = if missing.len() == 1 { "is" } else { "are" };
    let place = if template { format!("the template `{}`", list.path) } else { format!("staging (`{}`)", list.path) };
    let finding = sink.report(env.anchor(), format!("{} {verb} in {place} but not set here", phrase::some(&names, 8)));
    let help = match missing.len() {
        1 => "set it, or comment it out here to say that it is not needed",
        _ => "set them, or comment them out here to say that they are not needed",
    };
    finding.help(help).related(first.key.span, if template { "documented here" } else { "set here" });
}
