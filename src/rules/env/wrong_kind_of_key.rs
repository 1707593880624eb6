//! `env/wrong-kind-of-key`

use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Audience, audience, client_prefix, is_placeholder};

rule! {
    /// A key for servers is in a variable for browsers, or the other way round.
    ///
    /// ## Why
    /// What is called publishable is handed to every browser: a secret key in there is published. The other way round,
    /// every request of the server is refused.
    ///
    /// ## Examples
    /// ```env bad file=.env.production
    /// STRIPE_PUBLISHABLE_KEY=sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// #                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/wrong-kind-of-key
    /// # | `STRIPE_PUBLISHABLE_KEY` is meant for browsers and has a secret key: it will be published
    /// # | help: put the publishable key here, and issue a new secret key
    /// # > STRIPE_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// CLERK_SECRET_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/wrong-kind-of-key
    /// # | `CLERK_SECRET_KEY` should be a secret key and is one for browsers: every request is refused
    /// # | help: put the secret key here
    /// # > CLERK_SECRET_KEY=sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// SUPABASE_ANON_KEY=sb_secret_8fK2mQ9vLx71aBcDxR4tY
    /// #                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/wrong-kind-of-key
    /// # > SUPABASE_ANON_KEY=sb_publishable_8fK2mQ9vLx71aBcDxR4tY
    /// ```
    /// ```env good file=.env.production
    /// STRIPE_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// CLERK_SECRET_KEY=sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// STRIPE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// LANGFUSE_PUBLIC_KEY=pk-lf-8fK2mQ9v-Lx71-aBcD-xR4t-YpW3nZs6gH2Q
    /// STRIPE_PUBLISHABLE_KEY_OLD=sk_live_...
    /// ```
    ///
    /// ## What it does not report
    /// A secret behind a build tool's prefix: that is `env/client-exposed-secret`.
    "env/wrong-kind-of-key" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.stripe.com/keys", "https://supabase.com/docs/guides/api/api-keys"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective() {
        let Some(found) = audience(value.value) else { continue };
        let key = &var.key.value;
        let upper = key.to_ascii_uppercase();
        let has = |word: &str| upper.split('_').any(|part| part == word);
        let promised = match () {
            () if has("PUBLISHABLE") || has("ANON") || has("PUBLIC") && has("KEY") => Audience::Browser,
            () if has("SECRET") || has("SERVICE") && has("ROLE") => Audience::Server,
            () => continue,
        };
        if is_placeholder(value.value) {
            continue;
        }
        match (promised, found) {
            (Audience::Browser, Audience::Server) if client_prefix(key).is_none() => {
                sink.report(
                    value.span,
                    format!("`{key}` is meant for browsers and has a secret key: it will be published"),
                )
                .help("put the publishable key here, and issue a new secret key")
                .effect(LeaksSecret);
            }
            (Audience::Server, Audience::Browser) => {
                sink.report(
                    value.span,
                    format!("`{key}` should be a secret key and is one for browsers: every request is refused"),
                )
                .help("put the secret key here");
            }
            _ => {}
        }
    }
}
