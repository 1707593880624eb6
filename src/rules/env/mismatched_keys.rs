//! `env/mismatched-keys`

use crate::model::env::{By, Choice, EnvFile, EnvVar};
use crate::model::secret::{Audience, Mode};
use crate::rules::prelude::*;

rule! {
    /// The browser has a live key and the server a test key, or the other way round.
    ///
    /// ## Why
    /// Providers keep the two worlds apart: what the browser begins with one key does not exist for the other. Every
    /// payment and every log-in fails.
    ///
    /// ## Examples
    /// ```env bad file=.env.staging
    /// NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// #                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/mismatched-keys
    /// STRIPE_SECRET_KEY=sk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    /// ```env good file=.env.staging
    /// STRIPE_PUBLISHABLE_KEY=pk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// STRIPE_SECRET_KEY=sk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// CLERK_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    ///
    /// ### In two files
    /// ```env bad file=web/.env.staging
    /// NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// #                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/mismatched-keys
    /// ```
    /// ```env both file=api/.env.staging
    /// CLERK_SECRET_KEY=sk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    /// ```env good file=web/.env.staging
    /// NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    ///
    /// ## What it does not report
    /// Production: there the test key itself is reported (`env/test-mode-key`).
    "env/mismatched-keys" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.stripe.com/keys"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, ctx: &Context, sink: &mut Sink) {
    if matches!(env.role, Role::Production | Role::Template) {
        return sink.not_applicable();
    }
    for (var, choice) in keys(env, Audience::Browser) {
        let whose = issuer(&var.key.value);
        let fits = |other: &EnvVar| issuer(&other.key.value) == whose;
        let near = ctx.project.env.iter().filter(|file| file.role == env.role);
        // The file itself knows best; after it any file of the same environment.
        let mut servers: Vec<(&EnvFile, &EnvVar, Choice)> = near
            .flat_map(|file| keys(file, Audience::Server).map(move |(var, choice)| (file, var, choice)))
            .filter(|(_, other, choice)| fits(other) && !(live_for_developers(env, *choice)))
            .collect();
        if servers.iter().any(|(file, ..)| file.file == env.file) {
            servers.retain(|(file, ..)| file.file == env.file);
        }
        if servers.is_empty() || servers.iter().any(|(_, _, other)| other.mode == choice.mode) {
            continue;
        }
        let (_, server, _) = servers[0];
        let (mine, theirs) = match choice.mode {
            Mode::Live => ("live", "test"),
            Mode::Test => ("test", "live"),
        };
        let (key, other) = (&var.key.value, &server.key.value);
        let span = var.value.as_ref().map_or(var.key.span, |value| value.span);
        sink.report(span, format!("`{key}` is a {mine} key and `{other}` a {theirs} key: what one begins the other does not know"))
            .help("use both keys of one mode")
            .related(server.key.span, format!("the {theirs} key"));
    }
}

/// A live key there has a rule of its own.
fn live_for_developers(env: &EnvFile, choice: Choice) -> bool {
    choice.mode == Mode::Live && env.role != Role::Staging
}

/// The keys of a file for one audience that say which mode they are of.
fn keys(env: &EnvFile, audience: Audience) -> impl Iterator<Item = (&EnvVar, Choice)> {
    let keys = env.effective().filter_map(|(var, _)| Some((var, var.choice()?)));
    keys.filter(move |(_, choice)| choice.by == By::Key(audience))
}

/// The issuer by the variable's name; keys of several issuers look alike.
fn issuer(name: &str) -> Option<&'static str> {
    const ISSUERS: [&str; 12] = [
        "STRIPE", "CLERK", "PAYSTACK", "RAZORPAY", "FLUTTERWAVE", "FLW", "XENDIT", "MIDTRANS", "OMISE", "SQUARE", "TOSS", "WORKOS",
    ];
    let name = name.to_ascii_uppercase();
    ISSUERS.into_iter().find(|issuer| name.contains(issuer))
}
