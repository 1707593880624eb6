//! `env/empty-secret`

use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A signing key is empty.
    ///
    /// ## Why
    /// A program that takes an empty key signs with it, and everybody can forge its sessions and tokens; one that does not
    /// stops when it starts.
    ///
    /// ## Examples
    /// ```env bad file=api.env
    /// JWT_ISSUER=''
    /// JWT_SECRET=''
    /// ^^^^^^^^^^ env/empty-secret
    /// # | `JWT_SECRET` is empty: what is signed with it can be forged by anyone, if the program starts at all
    /// # | help: run `gonogo secret` and put its output here
    /// # > JWT_SECRET='9a5be3d2ef3259772f5ec5217c1b7a6dcd29093206273df76140191ef33e6552'
    /// ```
    /// ```compose both
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     env_file: api.env
    /// ```
    /// ```env good file=api.env
    /// JWT_ISSUER=''
    /// JWT_SECRET_FILE=/run/secrets/jwt
    /// AWS_SECRET_ACCESS_KEY=
    /// WEBHOOK_SECRET=
    /// # If not set it will be randomly generated.
    /// SECRET_KEY_BASE=
    /// ```
    ///
    /// ## What it does not report
    /// Keys of other people's services, which need not be used. Files that no service loads: the value may come from elsewhere.
    "env/empty-secret" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/1391.html"],
        check: Check::Variables(check),
    }
}

/// Names of the key a program signs its own sessions and tokens with.
const KEYS: [&str; 12] = [
    "SECRET_KEY",
    "SECRET_KEY_BASE",
    "JWT_SECRET",
    "JWT_SECRET_KEY",
    "SESSION_SECRET",
    "COOKIE_SECRET",
    "NEXTAUTH_SECRET",
    "AUTH_SECRET",
    "APP_KEY",
    "APP_SECRET",
    "DJANGO_SECRET_KEY",
    "FLASK_SECRET_KEY",
];

fn check(variables: &Variables, ctx: &Context, sink: &mut Sink) {
    let Some(service) = variables.services.first() else { return sink.not_applicable() };
    for (var, value) in variables.effective().filter(|(var, _)| KEYS.contains(&var.key.value) && !var.is_assembled()) {
        let name = var.key.value;
        let elsewhere = |other: &str| other.strip_prefix(name) == Some("_FILE");
        if !value.value.trim().is_empty()
            || ctx.project.is_made_up(&var)
            || ctx.project.names_seen_by(service).any(elsewhere)
        {
            continue;
        }
        let message =
            format!("`{name}` is empty: what is signed with it can be forged by anyone, if the program starts at all");
        sink.report(var.key.span, message).help("run `gonogo secret` and put its output here");
    }
}
