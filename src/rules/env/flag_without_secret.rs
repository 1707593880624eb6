//! `env/flag-without-secret`

use std::collections::HashMap;

use crate::model::env::{EnvVar, is_true};
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Holds, is_sentinel};

rule! {
    /// A service is switched on, and the key it needs is empty.
    ///
    /// ## Why
    /// The program goes to the service with nothing to show. It fails at start, or later, for the users of that feature.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// OPENAI_ENABLED=true
    /// # > OPENAI_ENABLED=false
    /// OPENAI_API_KEY=
    /// ^^^^^^^^^^^^^^ env/flag-without-secret
    /// | `OPENAI_API_KEY` is empty while `OPENAI_ENABLED` is on: the service cannot be used
    /// | help: put the key here, or switch `OPENAI_ENABLED` off
    /// ENABLE_SENTRY=1
    /// SENTRY_DSN=""
    /// ^^^^^^^^^^ env/flag-without-secret
    /// # > SENTRY_DSN="https://8fk2mq9vlx71@o1.ingest.sentry.io/1"
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       S3_ENABLED: "true"
    ///       S3_SECRET_KEY: ""
    /// #     ^^^^^^^^^^^^^ env/flag-without-secret
    /// # | `S3_SECRET_KEY` is empty while `S3_ENABLED` is on: the service cannot be used
    /// # | help: put the key here, or switch `S3_ENABLED` off
    /// # >       S3_SECRET_KEY: ${S3_SECRET_KEY:?}
    /// ```
    /// ```env both
    /// S3_SECRET_KEY=8fK2mQ9vLx71aBcDxR4tYpW3nZs6gH2Qd
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       S3_ENABLED: "true"
    ///       S3_SECRET_KEY: ${S3_SECRET_KEY:-}
    ///       LLM_ENABLED: "true"
    ///       LLM_API_KEY: ""
    ///       LLM_API_KEY_FILE: /run/secrets/llm
    /// ```
    /// ```env good file=.env.prod
    /// OPENAI_ENABLED=false
    /// OPENAI_API_KEY=
    /// STRIPE_ENABLED=true
    /// STRIPE_SECRET_KEY=sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// STRIPE_WEBHOOK_SECRET=
    /// REDIS_ENABLED=true
    /// REDIS_PASSWORD=
    /// S3_ENABLED=true
    /// S3_SECRET_ACCESS_KEY=
    /// S3_SECRET_ACCESS_KEY_FILE=/run/secrets/s3
    /// LDAP_ENABLED=yes
    /// OAUTH_ENABLED=true
    /// OAUTH_GOOGLE_API_KEY=
    /// ```
    ///
    /// ## What it does not report
    /// Passwords, which many services do without. Services that have one of several keys. Placeholders: they are
    /// `env/placeholder-secret`.
    "env/flag-without-secret" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    let mut keys: HashMap<&str, Vec<EnvVar>> = HashMap::new();
    for var in env.vars().filter(|var| !var.overridden) {
        for service in services_of(&var) {
            keys.entry(service).or_default().push(var);
        }
    }
    if keys.is_empty() {
        return;
    }
    // What `environment:` says is given to the service itself, and nothing wins over it.
    let given = |name: &str| {
        let mut services = ctx.project.services();
        !env.is_given()
            && services.any(|service| {
                ctx.project.look(1 + service.environment.len())
                    && service.environment.iter().any(|(own, _)| own.value == name)
            })
    };
    for (flag, _) in env.effective().filter(|(_, value)| is_true(value.value)) {
        let Some(keys) = switched(flag.key.value).and_then(|service| keys.get(service)) else { continue };
        let empty = |key: &EnvVar| {
            if !ctx.project.look(1) {
                return false;
            }
            let file = format!("{}_FILE", key.key.value);
            let value = key.known().map(|value| value.value.trim());
            // What Compose puts in may come from the shell of the server.
            !key.is_assembled()
                && value.is_some_and(|value| value.is_empty() || is_sentinel(value))
                && !(env.get(&file).is_some() || given(key.key.value) || given(&file))
        };
        // One that is filled may be all that is needed.
        let Some(first) = keys.first().filter(|_| keys.iter().all(empty)) else { continue };
        let (switch, key) = (flag.key.value, first.key.value);
        let more = if keys.len() > 1 { format!(" (and {} more)", keys.len() - 1) } else { String::new() };
        let message = format!("`{key}`{more} is empty while `{switch}` is on: the service cannot be used");
        sink.report(first.key.span, message)
            .help(format!("put the key here, or switch `{switch}` off"))
            .related(flag.key.span, "switched on here");
    }
}

/// `OPENAI` of `OPENAI_ENABLED`, `ENABLE_OPENAI`, `USE_OPENAI`.
fn switched(name: &str) -> Option<&str> {
    let end = ["_ENABLED", "_ENABLE"].iter().find_map(|end| name.strip_suffix(end));
    let start = || ["ENABLE_", "USE_"].iter().find_map(|start| name.strip_prefix(start));
    end.or_else(start).filter(|service| service.len() > 1)
}

/// The services a variable may be the key of: `OPENAI` for `OPENAI_API_KEY` and `SENTRY` for `SENTRY_DSN`, but not
/// `OAUTH` for `OAUTH_GOOGLE_API_KEY`, which is one of many and need not be used.
fn services_of<'a>(var: &EnvVar<'a>) -> Vec<&'a str> {
    let name = var.key.value;
    if let Some(service) = name.strip_suffix("_DSN") {
        return vec![service];
    }
    let plain = |word: &str| {
        matches!(word, "API" | "KEY" | "SECRET" | "TOKEN" | "ACCESS" | "AUTH" | "CLIENT" | "APP" | "BOT" | "PRIVATE")
    };
    if !matches!(var.holds, Some(Holds::Issued | Holds::Secret)) {
        return Vec::new();
    }
    let cuts = std::iter::successors(name.rsplit_once('_'), |(before, _)| before.rsplit_once('_'));
    cuts.take_while(|(_, word)| plain(word)).map(|(before, _)| before).collect()
}
