//! `env/dollar-expanded`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// A `$` in a secret or hash is taken for a variable.
    ///
    /// ## Why
    /// Password hashes (`$2b$12$...`, `$argon2id$...`) and generated passwords hold `$`. Programs that expand variables put
    /// an empty text in the place of `$name`, so that the hash never matches and the password is another one.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// ADMIN_PASSWORD_HASH=$2b$12$abcdefghijklmnopqrstuv
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/dollar-expanded
    /// # | Docker Compose takes the `$` in `ADMIN_PASSWORD_HASH` for a variable that is not set, and cuts it out
    /// # | help: put the value in single quotes
    /// # > ADMIN_PASSWORD_HASH='$2b$12$abcdefghijklmnopqrstuv'
    /// DB_PASSWORD="hT7-vq2$Lx9_mR"
    /// #            ^^^^^^^^^^^^^^ env/dollar-expanded
    /// # > DB_PASSWORD='hT7-vq2$Lx9_mR'
    /// ```
    /// ```env good file=.env.prod
    /// ADMIN_PASSWORD_HASH='$2b$12$abcdefghijklmnopqrstuv'
    /// DB_PASSWORD=hT7-vq2$$Lx9
    /// SMTP_PASSWORD=${SMTP_PASSWORD}
    /// REDIS_PASSWORD=$REDIS_PASSWORD
    /// PRICE_PASSWORD=5$
    /// ```
    ///
    /// ### A program that takes `$` as it is
    /// ```env good file=.env
    /// # dotenv docker
    /// DB_PASSWORD=hT7-vq2$Lx9
    /// ```
    ///
    /// ## What it does not report
    /// References (`$NAME`, `${NAME}`), and files whose loaders do not agree: `env/divergent-value` is about those.
    "env/dollar-expanded" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let source = ctx.project.source(env.file);
    let literal = |span: Span| eaten(env.written(span)).is_some();
    let secret = |key: &str| key.contains("HASH") || key.contains("BCRYPT") || key.contains("HTPASSWD");
    let candidates: Vec<_> = env
        .vars()
        .filter_map(|var| Some((var, var.value.filter(|_| !var.overridden)?)))
        .filter(|(_, value)| literal(value.span))
        .filter(|(var, _)| var.holds.is_some() || secret(var.key.value))
        .collect();
    if candidates.is_empty() {
        return;
    }
    let readings = env.readings(source);
    for (var, value) in candidates {
        let key = var.key.value;
        let Some(part) = eaten(env.written(value.span)) else { continue };
        let fooled = readings.readers(key, |text| !text.contains(part));
        if fooled.len() < env.loaders.len() {
            continue;
        }
        let Some(first) = fooled.first() else { continue };
        let message =
            format!("{} takes the `$` in `{key}` for a variable that is not set, and cuts it out", first.title());
        sink.report(value.span, message).help("put the value in single quotes");
    }
}

/// The first `$name` that nobody would call a variable: a salt, a cost, a piece of a password.
fn eaten(written: &str) -> Option<&str> {
    let name = |rest: &str| rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let whole = written.trim();
    if whole.strip_prefix('$').is_some_and(|rest| !rest.contains('$') && name(rest) == rest.len()) {
        return None;
    }
    let mut left = written;
    while let Some((before, rest)) = left.split_once('$') {
        let escaped = before.ends_with('\\') || rest.starts_with(['$', '{', '(']);
        let word = rest.get(..name(rest))?;
        let variable = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        if !escaped && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !variable {
            return left.get(before.len()..before.len() + 1 + word.len());
        }
        left = rest.strip_prefix('$').unwrap_or(rest);
    }
    None
}
