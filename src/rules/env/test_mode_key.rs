//! `env/test-mode-key`

use crate::model::env::EnvFile;
use crate::model::secret::is_placeholder;
use crate::rules::prelude::*;

rule! {
    /// A production file uses a provider's test key or sandbox.
    ///
    /// ## Why
    /// With a test key no payment is real and no real user can log in; captchas with test keys let every robot through.
    ///
    /// ## Examples
    /// ```env bad file=.env.production
    /// CLERK_SECRET_KEY=sk_test_8fK2mQ9vLx71aBcD
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^ env/test-mode-key
    /// PAYPAL_MODE=sandbox
    /// #           ^^^^^^^ env/test-mode-key
    /// ```
    /// ```env good file=.env.production
    /// CLERK_SECRET_KEY=sk_live_8fK2mQ9vLx71aBcD
    /// PAYPAL_MODE=live
    /// ```
    /// ```env good file=.env.staging
    /// CLERK_SECRET_KEY=sk_test_8fK2mQ9vLx71aBcD
    /// ```
    ///
    /// ## What it does not report
    /// Files of other environments: test keys belong there.
    "env/test-mode-key" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.stripe.com/keys", "https://clerk.com/docs/deployments/overview"],
        check: Check::Env(check),
    }
}

/// How test keys start, and whose they are.
const KEYS: [(&str, &str); 12] = [
    ("sk_test_", "Stripe, Clerk or Paystack"),
    ("pk_test_", "Stripe, Clerk or Paystack"),
    ("rk_test_", "Stripe"),
    ("rzp_test_", "Razorpay"),
    ("FLWSECK_TEST-", "Flutterwave"),
    ("FLWPUBK_TEST-", "Flutterwave"),
    ("1x0000000000000000000000000000000AA", "Turnstile"),
    ("1x00000000000000000000AA", "Turnstile"),
    ("6LeIxAcTAAAAA", "reCAPTCHA"),
    ("10000000-ffff-ffff-ffff-000000000001", "hCaptcha"),
    ("0x0000000000000000000000000000000000000000", "hCaptcha"),
    ("test_sk_", "Toss Payments"),
];

/// Variables that choose a provider's sandbox.
const MODES: [&str; 10] = [
    "PAYPAL_MODE", "PAYPAL_ENV", "PAYPAL_ENVIRONMENT", "PLAID_ENV", "BRAINTREE_ENVIRONMENT", "SQUARE_ENVIRONMENT", "ADYEN_ENVIRONMENT",
    "MOLLIE_MODE", "MIDTRANS_ENV", "IYZICO_ENV",
];

fn check(env: &EnvFile, _: &Context, sink: &mut Sink) {
    if env.role != Role::Production {
        return sink.not_applicable();
    }
    for (var, value) in env.effective() {
        let key = &var.key.value;
        let text = value.value.trim();
        if let Some((_, whose)) = KEYS.iter().find(|(start, _)| text.starts_with(start) && !is_placeholder(text)) {
            sink.report(value.span, format!("`{key}` is a test key ({whose}): nothing done with it is real"))
                .help(format!("put the live key into `{key}`"));
        } else if MODES.contains(&key.as_str()) && ["sandbox", "test", "development"].iter().any(|mode| text.eq_ignore_ascii_case(mode)) {
            sink.report(value.span, format!("`{key}` chooses the sandbox: no payment made with it is real"))
                .help(format!("set `{key}` to the provider's live mode"));
        }
    }
}
