//! `env/client-exposed-secret`

use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{
    client_prefix, is_credential_of_server, is_no_secret, is_placeholder, is_secret_name, is_service_role,
};

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
    /// | `VITE_DB_PASSWORD` is a secret, and Vite copies it into the code every visitor downloads
    /// | help: remove it, use `DB_PASSWORD` on the server only, and issue a new one
    /// # > DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// NEXT_PUBLIC_OPENAI_API_KEY=sk-proj-8fK2mQ9vLx71aBcD
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// | `NEXT_PUBLIC_OPENAI_API_KEY` is a secret, and Next.js copies it into the code every visitor downloads
    /// | help: remove it, use `OPENAI_API_KEY` on the server only, and issue a new one
    /// # > OPENAI_API_KEY=sk-proj-4vTz7uGf2kPq9xWm
    /// WEATHER_API_KEY=8fK2mQ9vLx71aBcD8fK2mQ9vLx71aBcD
    /// VITE_WEATHER_API_KEY=8fK2mQ9vLx71aBcD8fK2mQ9vLx71aBcD
    /// ^^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// # >
    /// ```
    /// ```env bad file=.env
    /// PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.8fK2mQ9vLx71aBcD
    /// ^^^^^^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// | `PUBLIC_SUPABASE_ANON_KEY` is the service role key, which may read and change every row, and SvelteKit or
    /// | Astro copies it into the code every visitor downloads
    /// | help: put the key for browsers here, use this one on the server only, and issue a new one
    /// # > PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.8fK2mQ9vLx71aBcD
    /// REACT_APP_DATABASE_URL=postgres://shop:hT7-vq2Lx9_mRw@db.shop.de/shop
    /// ^^^^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// | `REACT_APP_DATABASE_URL` has a password in it, and Create React App copies it into the code every visitor
    /// | downloads
    /// | help: remove it, use `DATABASE_URL` on the server only, and issue a new one
    /// # > DATABASE_URL=postgres://shop:uGf7-2kPq-9xWm-4vTz@db.shop.de/shop
    /// ```
    /// ```env bad file=.env
    /// PUSHER_APP_SECRET=8fK2mQ9vLx71aBcDxR4t
    /// VITE_PUSHER_APP_SECRET=8fK2mQ9vLx71aBcDxR4t
    /// ^^^^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// # > VITE_PUSHER_APP_KEY=4vTz7uGf2kPq9xWm
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args:
    ///         VITE_OPENAI_API_KEY: sk-proj-8fK2mQ9vLx71aBcD
    /// #       ^^^^^^^^^^^^^^^^^^^ env/client-exposed-secret
    /// # | `VITE_OPENAI_API_KEY` is a secret, and Vite copies it into the code every visitor downloads
    /// # | help: remove it, use `OPENAI_API_KEY` on the server only, and issue a new one
    /// # >         TITLE: Shop
    /// ```
    /// ```dockerfile both
    /// FROM node:22-slim
    /// ARG VITE_OPENAI_API_KEY
    /// RUN npm run build
    /// ```
    /// ```env good file=.env.production
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY=pk_live_8fK2mQ9vLx71aBcD
    /// NEXT_PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiJ9.e30.8fK2mQ9vLx71aBcD
    /// VITE_GOOGLE_MAPS_API_KEY=AIzaSy8fK2mQ9vLx71aBcD
    /// REACT_APP_DISABLE_PASSWORD=true
    /// NEXT_PUBLIC_FORGOT_PASSWORD_URL=/forgot
    /// NEXT_PUBLIC_MAPBOX_TOKEN=pk.8fK2mQ9vLx71aBcD
    /// NEXT_PUBLIC_SENTRY_DSN=https://8fK2mQ9vLx71aBcD@o1.ingest.sentry.io/2
    /// NEXT_PUBLIC_POSTHOG_KEY=phc_8fK2mQ9vLx71aBcDxR4tYpW3nZs6gH2Qd8fK2mQ9vLx
    /// NEXT_PUBLIC_RECAPTCHA_SITE_KEY=6Lc8fK2mQ9vLx71aBcDxR4tYpW3nZs6gH2Qd8fK2
    /// REVERB_APP_KEY=8fK2mQ9vLx71aBcDxR4t
    /// VITE_REVERB_APP_KEY=${REVERB_APP_KEY}
    /// VITE_PASSWORD_MIN_LENGTH=8
    /// VITE_SHOW_PASSWORD=1
    /// PUBLIC_URL=https://shop.de
    /// ```
    ///
    /// ## What it does not report
    /// Keys that are made for browsers: publishable, anonymous, site and map keys, analytics tokens.
    "env/client-exposed-secret" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/guides/environment-variables", "https://vite.dev/guide/env-and-mode"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective() {
        let key = &var.key.value;
        let Some((prefix, tool)) = client_prefix(key) else { continue };
        let rest = key.strip_prefix(prefix).unwrap_or(key);
        // The same value without the prefix is what the server uses.
        let server = env.get(rest).and_then(|var| var.known()).filter(|other| other.value == value.value);
        let shared = || is_secret_name(rest) && !is_no_secret(value.value) && !is_for_browsers(rest);
        let in_url = var.credentials().iter().any(|credential| credential.in_url && !is_placeholder(credential.value));
        let secret = is_credential_of_server(rest, value.value) || server.is_some() && shared();
        // A placeholder has a rule of its own, and is no secret yet; nor is a switch or a number.
        if !in_url && (!secret || is_placeholder(value.value) || value.value.trim().len() < 4) {
            continue;
        }
        let what = match () {
            () if in_url => "has a password in it",
            () if is_service_role(value.value) => "is the service role key, which may read and change every row",
            () => "is a secret",
        };
        let message = format!("`{key}` {what}, and {tool} copies it into the code every visitor downloads");
        let finding = sink.report(var.key.span, message);
        finding.help(match rest.contains("ANON") || rest.contains("PUBLISHABLE") {
            true => "put the key for browsers here, use this one on the server only, and issue a new one".to_owned(),
            false => format!("remove it, use `{rest}` on the server only, and issue a new one"),
        });
        if let Some(server) = server {
            finding.related(server.span, "the server uses the same one");
        }
    }
}

/// Keys of services that browsers call themselves.
fn is_for_browsers(name: &str) -> bool {
    // The page of Laravel opens its socket with the key of the application; what signs is the secret.
    if name == "REVERB_APP_KEY" {
        return true;
    }
    if name.ends_with("_APP_SECRET") {
        return false;
    }
    ["MAP", "FIREBASE", "SENTRY", "POSTHOG", "ANALYTICS", "SEGMENT", "SITE", "SEARCH", "PUSHER", "ALGOLIA", "WIDGET"]
        .iter()
        .any(|part| name.contains(part))
}
