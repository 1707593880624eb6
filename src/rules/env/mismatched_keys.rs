//! `env/mismatched-keys`

use std::collections::HashMap;

use crate::model::env::{By, EnvFile, EnvVar};
use crate::project::Project;
use crate::rules::prelude::*;
use crate::secret::{Audience, Mode};
use crate::source::FileId;

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
    /// # | `NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY` is a live key and `STRIPE_SECRET_KEY` a test key: what one begins the
    /// # | other does not know
    /// # | help: use both keys of one mode
    /// # > NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY=pk_test_51H8fK2mQ9vLx71aBcDxR4tY
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
    /// # | `NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY` is a live key and `CLERK_SECRET_KEY` a test key: what one begins the
    /// # | other does not know
    /// # | help: use both keys of one mode
    /// # > NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_51H8fK2mQ9vLx71aBcDxR4tY
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
        check: Check::Project(check),
    }
}

/// A file (or any of its environment), the environment, and an issuer.
type Place = (Option<FileId>, Role, &'static str);

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let judged = || project.env_files().filter(|file| !matches!(file.role, Role::Production | Role::Template));
    // The keys of servers, by file and by environment.
    let mut servers: HashMap<Place, Vec<(EnvVar, Mode)>> = HashMap::new();
    for file in judged() {
        for (var, mode, issuer) in keys(*file, Audience::Server) {
            // A live key there has a rule of its own.
            if mode == Mode::Test || file.role == Role::Staging {
                for place in [Some(file.file), None] {
                    let known = servers.entry((place, file.role, issuer)).or_default();
                    if !known.iter().any(|(_, other)| *other == mode) {
                        known.push((var, mode));
                    }
                }
            }
        }
    }
    for file in judged().filter(|_| !servers.is_empty()) {
        for (var, mode, issuer) in keys(*file, Audience::Browser) {
            // The file itself knows best; after it any file of the same environment.
            let near = servers.get(&(Some(file.file), file.role, issuer));
            let Some(near) = near.or_else(|| servers.get(&(None, file.role, issuer))) else { continue };
            let Some((server, _)) = near.first().filter(|_| near.iter().all(|(_, other)| *other != mode)) else {
                continue;
            };
            let (mine, theirs) = if mode == Mode::Live { ("live", "test") } else { ("test", "live") };
            let (key, other) = (var.key.value, server.key.value);
            let message = format!(
                "`{key}` is a {mine} key and `{other}` a {theirs} key: what one begins the other does not know"
            );
            let span = var.value.as_ref().map_or(var.key.span, |value| value.span);
            let finding = sink.report(span, message);
            finding.help("use both keys of one mode").related(server.key.span, format!("the {theirs} key"));
        }
    }
}

/// The keys of a file for one audience that say which mode they are of, and whose.
fn keys(env: &EnvFile, audience: Audience) -> impl Iterator<Item = (EnvVar<'_>, Mode, &'static str)> {
    env.effective().filter_map(move |(var, _)| {
        let choice = var.choice().filter(|choice| choice.by == By::Key(audience))?;
        Some((var, choice.mode, issuer(var.key.value)?))
    })
}

/// The issuer by the variable's name; keys of several issuers look alike.
fn issuer(name: &str) -> Option<&'static str> {
    const ISSUERS: [&str; 12] = [
        "STRIPE",
        "CLERK",
        "PAYSTACK",
        "RAZORPAY",
        "FLUTTERWAVE",
        "FLW",
        "XENDIT",
        "MIDTRANS",
        "OMISE",
        "SQUARE",
        "TOSS",
        "WORKOS",
    ];
    let name = name.to_ascii_uppercase();
    ISSUERS.into_iter().find(|issuer| name.contains(issuer))
}
