//! `env/origin-without-scheme`

use crate::model::env::entries;
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A list of origins holds a name without a scheme.
    ///
    /// ## Why
    /// An origin is scheme, host and port. Since Django 4.0 `CSRF_TRUSTED_ORIGINS` without `https://` stops `manage.py` (`4_0.E001`), and a
    /// form that is sent gets `CSRF verification failed`. In lists for CORS a bare name fits no browser's `Origin`.
    ///
    /// ## Examples
    /// ```env bad
    /// CSRF_TRUSTED_ORIGINS=shop.de,https://www.shop.de
    /// #                    ^^^^^^^ env/origin-without-scheme
    /// # | `CSRF_TRUSTED_ORIGINS` takes origins: without a scheme this fits none
    /// # | help: write `https://shop.de`
    /// # > CSRF_TRUSTED_ORIGINS=https://shop.de,https://www.shop.de
    /// CORS_ALLOWED_ORIGINS=app.shop.de
    /// #                    ^^^^^^^^^^^ env/origin-without-scheme
    /// # > CORS_ALLOWED_ORIGINS=https://app.shop.de
    /// ```
    /// ```env good
    /// CSRF_TRUSTED_ORIGINS=https://shop.de,https://*.shop.de
    /// CORS_ALLOWED_ORIGINS=*
    /// CORS_ORIGINS=["https://shop.de"]
    /// ALLOWED_ORIGINS=
    /// ```
    "env/origin-without-scheme" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#csrf-trusted-origins"],
        check: Check::Variables(check),
    }
}

/// How the names of lists of origins end, where the program wants a scheme.
const LISTS: [&str; 4] = ["CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS", "CORS_ORIGINS", "CORS_ORIGIN_WHITELIST"];

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective() {
        let name = var.key.value;
        if !LISTS.iter().any(|end| name.ends_with(end)) || value.value.contains('$') {
            continue;
        }
        // A name with a dot in it: `*`, `true` and templates are something else.
        let is_host = |entry: &str| {
            let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
            entry.contains('.') && !entry.contains("://") && entry.chars().all(part)
        };
        let Some(wrong) = entries(value.value).find(|entry| is_host(entry)) else { continue };
        let at = value.value.find(wrong).unwrap_or(0);
        let finding = sink.report(
            var.part(at..at + wrong.len()),
            format!("`{}` takes origins: without a scheme this fits none", var.key.value),
        );
        finding.help(format!("write `https://{wrong}`"));
        if !name.ends_with("CSRF_TRUSTED_ORIGINS") {
            finding.severity(Medium);
        }
    }
}
