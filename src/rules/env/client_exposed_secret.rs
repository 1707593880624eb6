//! `env/client-exposed-secret`

use crate::model::env::EnvFile;
use crate::model::secret::{client_prefix, is_credential_of_server, is_no_secret, is_placeholder, is_secret_name};
use crate::rules::prelude::*;

rule! {
    /// A secret is in a variable that the build copies into the browser.
    ///
    /// ## Why
    /// Next.js, Vite, Create React App and their like write the values of variables with their prefix into the JavaScript
    /// that every visitor downloads. A secret in there is published with the first build.
    ///
    /// ## Examples
    /// ```env bad file=.env.production
    /// VITE_DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// NEXT_PUBLIC_OPENAI_API_KEY=sk-proj-8fK2mQ9vLx71aBcD
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// WEATHER_API_KEY=8fK2mQ9vLx71aBcD8fK2mQ9vLx71aBcD
    /// VITE_WEATHER_API_KEY=8fK2mQ9vLx71aBcD8fK2mQ9vLx71aBcD
    /// ^^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// ```
    /// ```env good file=.env.production
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY=pk_live_8fK2mQ9vLx71aBcD
    /// NEXT_PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiJ9.e30.8fK2mQ9vLx71aBcD
    /// VITE_GOOGLE_MAPS_API_KEY=AIzaSy8fK2mQ9vLx71aBcD
    /// REACT_APP_DISABLE_PASSWORD=true
    /// NEXT_PUBLIC_FORGOT_PASSWORD_URL=/forgot
    /// NEXT_PUBLIC_MAPBOX_TOKEN=pk.8fK2mQ9vLx71aBcD
    /// ```
    ///
    /// ## What it does not report
    /// Keys that are made for browsers: publishable, anonymous, site and map keys, analytics tokens.
    "env/client-exposed-secret" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/guides/environment-variables", "https://vite.dev/guide/env-and-mode"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective() {
        let key = &var.key.value;
        let Some((prefix, tool)) = client_prefix(key) else { continue };
        let rest = &key[prefix.len()..];
        // The same value without the prefix is what the server uses.
        let server = env.get(rest).and_then(|var| var.known()).filter(|other| other.value == value.value);
        let secret = is_credential_of_server(rest, &value.value)
            || server.is_some() && is_secret_name(rest) && !is_no_secret(&value.value) && !is_for_browsers(rest);
        // A placeholder has a rule of its own, and is no secret yet.
        if !secret || is_placeholder(&value.value) {
            continue;
        }
        let message = format!("`{key}` is a secret, and {tool} copies it into the code every visitor downloads");
        let finding = sink.report(var.key.span, message);
        finding.help(format!("remove it, use `{rest}` on the server only, and issue a new one"));
        if let Some(server) = server {
            finding.related(server.span, "the server uses the same one");
        }
    }
}

/// Keys of services that browsers call themselves.
fn is_for_browsers(name: &str) -> bool {
    ["MAP", "FIREBASE", "SENTRY", "POSTHOG", "ANALYTICS", "SEGMENT", "SITE", "SEARCH", "PUSHER", "ALGOLIA", "WIDGET"]
        .iter()
        .any(|part| name.contains(part))
}
