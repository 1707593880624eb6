//! `env/flag-without-secret`

use crate::model::env::{EnvFile, EnvVar, is_true};
use crate::model::secret::{Holds, is_sentinel};
use crate::rules::prelude::*;

rule! {
    /// A service is switched on, and the key it needs is empty.
    ///
    /// ## Why
    /// The program goes to the service with nothing to show. It fails at start, or later, for the users of that feature.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// OPENAI_ENABLED=true
    /// OPENAI_API_KEY=
    /// ^^^^^^^^^^^^^^ env/flag-without-secret
    /// ENABLE_SENTRY=1
    /// SENTRY_DSN=""
    /// ^^^^^^^^^^ env/flag-without-secret
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
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, ctx: &Context, sink: &mut Sink) {
    for (flag, _) in env.effective().filter(|(_, value)| is_true(&value.value)) {
        let Some(service) = service(&flag.key.value) else { continue };
        let keys: Vec<&EnvVar> = env.vars.iter().filter(|var| !var.overridden && is_key_of(var, service)).collect();
        let elsewhere = |key: &EnvVar| {
            let file = format!("{}_FILE", key.key.value);
            let mut services = ctx.project.compose.iter().flat_map(|file| &file.services);
            env.get(&file).is_some()
                || services.any(|service| service.environment.iter().any(|(name, _)| name.value == key.key.value || name.value == file))
        };
        let empty = |key: &&EnvVar| {
            key.known().is_some_and(|value| value.value.trim().is_empty() || is_sentinel(value.value.trim()))
        };
        // One that is filled may be all that is needed.
        let Some(first) = keys.first().filter(|_| keys.iter().all(empty) && !keys.iter().any(|key| elsewhere(key))) else {
            continue;
        };
        let (switch, key) = (&flag.key.value, &first.key.value);
        let more = if keys.len() > 1 { format!(" (and {} more)", keys.len() - 1) } else { String::new() };
        sink.report(first.key.span, format!("`{key}`{more} is empty while `{switch}` is on: the service cannot be used"))
            .help(format!("put the key here, or switch `{switch}` off"))
            .related(flag.key.span, "switched on here");
    }
}

/// `OPENAI` of `OPENAI_ENABLED`, `ENABLE_OPENAI`, `USE_OPENAI`.
fn service(name: &str) -> Option<&str> {
    let end = ["_ENABLED", "_ENABLE"].iter().find_map(|end| name.strip_suffix(end));
    let start = || ["ENABLE_", "USE_"].iter().find_map(|start| name.strip_prefix(start));
    end.or_else(start).filter(|service| service.len() > 1)
}

/// Whether a variable is the key of a service: `OPENAI_API_KEY`, `SENTRY_DSN`.
fn is_key_of(var: &EnvVar, service: &str) -> bool {
    let Some(rest) = var.key.value.strip_prefix(service).and_then(|rest| rest.strip_prefix('_')) else { return false };
    // `OAUTH_GOOGLE_API_KEY` is the key of one of many, which need not be used.
    let plain = |word| matches!(word, "API" | "KEY" | "SECRET" | "TOKEN" | "ACCESS" | "AUTH" | "CLIENT" | "APP" | "BOT" | "PRIVATE");
    matches!(var.holds, Some(Holds::Issued | Holds::Secret)) && rest.split('_').all(plain) || rest == "DSN"
}
