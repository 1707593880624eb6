//! `env/test-mode-key`

use crate::model::env::By;
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::Mode;

rule! {
    /// A production file uses a provider's test key or sandbox.
    ///
    /// ## Why
    /// With a test key no payment is real and no real user can log in; captchas with test keys let every robot through;
    /// a mail sandbox delivers nothing.
    ///
    /// ## Examples
    /// ```env bad file=.env.production
    /// CLERK_SECRET_KEY=sk_test_8fK2mQ9vLx71aBcD
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^ env/test-mode-key
    /// # | `CLERK_SECRET_KEY` is a test key (Stripe, Clerk or Paystack): nothing done with it is real
    /// # | help: put the live key here
    /// # > CLERK_SECRET_KEY=sk_live_8fK2mQ9vLx71aBcD
    /// PAYPAL_MODE=sandbox
    /// #           ^^^^^^^ env/test-mode-key
    /// # | `PAYPAL_MODE` chooses the sandbox of PayPal: nothing done in it is real
    /// # | help: set it to the provider's live mode
    /// # > PAYPAL_MODE=live
    /// TURNSTILE_SECRET_KEY=1x0000000000000000000000000000000AA
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/test-mode-key
    /// # | `TURNSTILE_SECRET_KEY` is the key Turnstile publishes for tests: every robot is let through
    /// # | help: put the key of your own site here
    /// # > TURNSTILE_SECRET_KEY=0x4AAAAAAB8fK2mQ9vLx71aBcD8fK2mQ9vL
    /// MAIL_HOST=sandbox.smtp.mailtrap.io
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^ env/test-mode-key
    /// # | `MAIL_HOST` is the sandbox of Mailtrap: nothing that goes there is real or delivered
    /// # | help: put the provider's live address here
    /// # > MAIL_HOST=live.smtp.mailtrap.io
    /// ```
    /// ```env good file=.env.production
    /// CLERK_SECRET_KEY=sk_live_8fK2mQ9vLx71aBcD
    /// PAYPAL_MODE=live
    /// STRIPE_TEST_SECRET_KEY=sk_test_8fK2mQ9vLx71aBcD
    /// STRIPE_SECRET_KEY=sk_test_your_key_here
    /// ZERO_ADDRESS=0x0000000000000000000000000000000000000000
    /// ```
    /// ```env good file=.env.staging
    /// CLERK_SECRET_KEY=sk_test_8fK2mQ9vLx71aBcD
    /// ```
    ///
    /// ### Given by Compose
    /// ```compose bad file=compose.prod.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       STRIPE_SECRET_KEY: sk_test_8fK2mQ9vLx71aBcD8fK2mQ9v
    /// #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/test-mode-key
    /// # | `STRIPE_SECRET_KEY` is a test key (Stripe, Clerk or Paystack): nothing done with it is real
    /// # | help: put the live key here
    /// # >       STRIPE_SECRET_KEY: ${STRIPE_SECRET_KEY:?}
    /// ```
    /// ```env fixed file=.env
    /// STRIPE_SECRET_KEY=sk_live_8fK2mQ9vLx71aBcD8fK2mQ9v
    /// ```
    /// ```compose good file=compose.prod.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       STRIPE_SECRET_KEY: ${STRIPE_SECRET_KEY:?}
    /// ```
    ///
    /// ## What it does not report
    /// Files of other environments: test keys belong there. Variables whose names say that they are for tests.
    "env/test-mode-key" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.stripe.com/keys", "https://clerk.com/docs/deployments/overview",
            "https://developers.cloudflare.com/turnstile/troubleshooting/testing/",
        ],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    if env.role != Role::Production {
        return sink.not_applicable();
    }
    for (var, value) in env.effective() {
        let Some(choice) = var.choice().filter(|choice| choice.mode == Mode::Test) else { continue };
        let (key, issuer) = (&var.key.value, choice.issuer);
        let (message, help) = match choice.by {
            By::Key(_) => {
                (format!("`{key}` is a test key ({issuer}): nothing done with it is real"), "put the live key here")
            }
            By::PublicKey => (
                format!("`{key}` is the key {issuer} publishes for tests: every robot is let through"),
                "put the key of your own site here",
            ),
            By::Switch => (
                format!("`{key}` chooses the sandbox of {issuer}: nothing done in it is real"),
                "set it to the provider's live mode",
            ),
            By::Address => (
                format!("`{key}` is the sandbox of {issuer}: nothing that goes there is real or delivered"),
                "put the provider's live address here",
            ),
        };
        sink.report(value.span, message).help(help);
    }
}
