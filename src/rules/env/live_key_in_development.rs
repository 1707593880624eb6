//! `env/live-key-in-development`

use crate::model::env::By;
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Audience, Mode};

rule! {
    /// A development or test file has a key that moves real money.
    ///
    /// ## Why
    /// What is tried out with a live key happens: cards are charged, customers get mail, records are deleted. And the key
    /// is on every developer's machine.
    ///
    /// ## Examples
    /// ```env bad file=.env.development
    /// STRIPE_SECRET_KEY=sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// #                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/live-key-in-development
    /// # | `STRIPE_SECRET_KEY` is a live key (Stripe, Clerk or Paystack) in a development file: what is tried out is
    /// # | real
    /// # | help: put the test key here, and issue a new live key
    /// # > STRIPE_SECRET_KEY=sk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    /// ```env bad file=.env.test
    /// FLW_SECRET=FLWSECK-8fK2mQ9vLx71aBcD8fK2mQ9vLx71aBcD-X
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/live-key-in-development
    /// # | `FLW_SECRET` is a live key (Flutterwave) in a test file: what is tried out is real
    /// # | help: put the test key here, and issue a new live key
    /// # > FLW_SECRET=FLWSECK_TEST-8fK2mQ9vLx71aBcD8fK2mQ9vLx71aBcD-X
    /// ```
    /// ```compose bad file=compose.dev.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       STRIPE_SECRET_KEY: sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/live-key-in-development
    /// # | `STRIPE_SECRET_KEY` is a live key (Stripe, Clerk or Paystack) in a development environment: what is tried
    /// # | out is real
    /// # | help: put the test key here, and issue a new live key
    /// # >       STRIPE_SECRET_KEY: sk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    /// ```env good file=.env.development
    /// STRIPE_SECRET_KEY=sk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// STRIPE_KEY=sk_live_...
    /// NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    /// ```env good file=.env.production
    /// STRIPE_SECRET_KEY=sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// ```
    ///
    /// ## What it does not report
    /// Keys for browsers, which can do nothing by themselves.
    "env/live-key-in-development" {
        severity: High, confidence: Certain, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.stripe.com/keys-best-practices"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    if !matches!(env.role, Role::Development | Role::Test) {
        return sink.not_applicable();
    }
    for (var, value) in env.effective() {
        let Some(choice) = var.choice().filter(|choice| choice.mode == Mode::Live) else { continue };
        let server = matches!(choice.by, By::Key(Audience::Server)) || var.holds.is_some();
        if server {
            let (key, issuer, role) = (&var.key.value, choice.issuer, env.role);
            let place = if env.in_env_file(&var, value.span) { "file" } else { "environment" };
            let message = format!("`{key}` is a live key ({issuer}) in a {role} {place}: what is tried out is real");
            sink.report(value.span, message).help("put the test key here, and issue a new live key");
        }
    }
}
