//! `env/required-missing`

use crate::model::env::EnvFile;
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
    /// SENTRY_DSN=
    /// ```
    /// ```env good file=.env.production
    /// DATABASE_URL=postgresql://db/app
    /// SECRET_KEY=${SECRET_KEY}
    /// SENTRY_DSN=https://key@sentry.shop.de/1
    /// ```
    /// ```env good file=.env.development
    /// DATABASE_URL=postgresql://db/app
    /// ```
    "env/required-missing" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://12factor.net/config"],
        params: &[Param::List {
            name: "required", default: &[], doc: "Names that every production env file must set; empty switches the rule off.",
        }],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, ctx: &Context, sink: &mut Sink) {
    let required = ctx.list("required");
    // Only production is what the list is about.
    if required.is_empty() || env.role != Role::Production {
        return sink.not_applicable();
    }
    if env.sealed {
        return sink.unknown(env.anchor(), "the file cannot be read");
    }
    let filled = |name: &str| {
        // A bare name and a reference take their value from the shell.
        env.get(name).is_some_and(|var| !var.unset.is_empty() || var.value.as_ref().is_none_or(|v| !v.value.trim().is_empty()))
    };
    let (empty, absent): (Vec<&String>, Vec<&String>) =
        required.iter().filter(|name| !filled(name)).partition(|name| env.get(name).is_some());
    if empty.is_empty() && absent.is_empty() {
        return;
    }
    let list = |names: &[&String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = match (absent.as_slice(), empty.as_slice()) {
        (absent, []) => format!("required and not set: {}", list(absent)),
        ([], empty) => format!("required and empty: {}", list(empty)),
        (absent, empty) => format!("required and not set: {}; required and empty: {}", list(absent), list(empty)),
    };
    let finding = sink.report(env.anchor(), message);
    finding.help("give each of them a value in this file");
    for name in empty {
        if let Some(var) = env.get(name) {
            finding.related(var.key.span, "has no value");
        }
    }
}
