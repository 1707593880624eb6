//! `env/trailing-newline`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// A value ends in a line break that somebody pasted with it.
    ///
    /// ## Why
    /// `echo secret | vercel env add` stores the line break, and `vercel env pull` writes it out as `"secret\n"`. Keys with
    /// it are refused by their service, and header values with it are errors; nobody sees the character.
    ///
    /// ## Examples
    /// ```env bad file=.env.production
    /// STRIPE_SECRET_KEY="rk_live_8fK2mQ9vLx71aBcD\n"
    /// #                                          ^^ env/trailing-newline
    /// # | `STRIPE_SECRET_KEY` ends in a line break, and programs take it as part of the value
    /// # | help: remove the `\n`, here and where the value comes from
    /// # > STRIPE_SECRET_KEY="rk_live_8fK2mQ9vLx71aBcD"
    /// ```
    /// ```env good file=.env.production
    /// STRIPE_SECRET_KEY="rk_live_8fK2mQ9vLx71aBcD"
    /// GREETING="Hello\nWorld\n"
    /// PUBLIC_KEY="-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"
    /// SEPARATOR="\n"
    /// ```
    "env/trailing-newline" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/vercel/vercel/issues/14371"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective() {
        let Some(body) = value.value.strip_suffix('\n') else { continue };
        let body = body.strip_suffix('\r').unwrap_or(body);
        // Texts of several lines end in a line break by right; so do keys in PEM armour.
        if body.trim().is_empty() || body.contains(['\n', ' ']) {
            continue;
        }
        let key = &var.key.value;
        let place = var.part(body.len()..value.value.len());
        let finding =
            sink.report(place, format!("`{key}` ends in a line break, and programs take it as part of the value"));
        finding.help("remove the `\\n`, here and where the value comes from");
        if var.holds.is_none() && !body.contains("://") {
            finding.severity(Medium);
        }
    }
}
