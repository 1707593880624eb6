//! Real or sandbox: which of its issuer's two worlds a variable chooses.

use super::{EnvVar, is_true, urls};
use crate::secret::{self, Audience, Mode};

/// What a variable chooses.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Real or sandbox.
    pub mode: Mode,
    /// Whose, for people.
    pub issuer: &'static str,
    /// By what.
    pub by: By,
}

/// How a variable chooses.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// Its value is a key of one of the two.
    Key(Audience),
    /// Its value is a key that everybody may use to try things out: captchas that let everyone through.
    PublicKey,
    /// It is a switch: `PAYPAL_MODE=sandbox`.
    Switch,
    /// It is the address of one of the two.
    Address,
}

/// Issuers whose keys start with ordinary words: a word of the variable's name, the issuer, start of test keys, start of
/// live keys.
const NAMED: [(&str, &str, &str, &str); 8] = [
    ("MOLLIE", "Mollie", "test_", "live_"),
    ("ADYEN", "Adyen", "test_", "live_"),
    ("LOB", "Lob", "test_", "live_"),
    ("PADDLE", "Paddle", "test_", "live_"),
    ("GOCARDLESS", "GoCardless", "sandbox_", "live_"),
    ("BRAINTREE", "Braintree", "sandbox_", "production_"),
    ("MERCADOPAGO", "Mercado Pago", "TEST-", "\0"),
    ("MP", "Mercado Pago", "TEST-", "\0"),
];

/// Keys of captchas that let everyone, or no one, through.
const CAPTCHAS: [(&str, &str); 12] = [
    ("1x00000000000000000000AA", "Turnstile"),
    ("2x00000000000000000000AB", "Turnstile"),
    ("1x00000000000000000000BB", "Turnstile"),
    ("2x00000000000000000000BB", "Turnstile"),
    ("3x00000000000000000000FF", "Turnstile"),
    ("1x0000000000000000000000000000000AA", "Turnstile"),
    ("2x0000000000000000000000000000000AA", "Turnstile"),
    ("3x0000000000000000000000000000000AA", "Turnstile"),
    ("6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI", "reCAPTCHA"),
    ("6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe", "reCAPTCHA"),
    ("10000000-ffff-ffff-ffff-000000000001", "hCaptcha"),
    ("0x0000000000000000000000000000000000000000", "hCaptcha"),
];

/// Issuers whose world a variable chooses by name: `PAYPAL_MODE`, `PLAID_ENV`, `MPESA_ENVIRONMENT`, `PAYPAL_SANDBOX`.
const SWITCHES: [(&str, &str); 18] = [
    ("PAYPAL", "PayPal"),
    ("PLAID", "Plaid"),
    ("BRAINTREE", "Braintree"),
    ("SQUARE", "Square"),
    ("ADYEN", "Adyen"),
    ("MOLLIE", "Mollie"),
    ("MIDTRANS", "Midtrans"),
    ("IYZICO", "iyzico"),
    ("PADDLE", "Paddle"),
    ("GOCARDLESS", "GoCardless"),
    ("PAYFAST", "PayFast"),
    ("PAYU", "PayU"),
    ("PHONEPE", "PhonePe"),
    ("CASHFREE", "Cashfree"),
    ("MPESA", "M-Pesa"),
    ("KLARNA", "Klarna"),
    ("SSLCOMMERZ", "SSLCommerz"),
    ("STRIPE", "Stripe"),
];

/// Hosts of sandboxes.
const HOSTS: [(&str, &str); 10] = [
    ("sandbox.paypal.com", "PayPal"),
    ("sandbox.plaid.com", "Plaid"),
    ("squareupsandbox.com", "Square"),
    ("sandbox.safaricom.co.ke", "M-Pesa"),
    ("sandbox.midtrans.com", "Midtrans"),
    ("sandbox-api.paddle.com", "Paddle"),
    ("api-sandbox.gocardless.com", "GoCardless"),
    ("sandbox.smtp.mailtrap.io", "Mailtrap"),
    ("smtp.mailtrap.io", "Mailtrap"),
    ("smtp.ethereal.email", "Ethereal"),
];

impl EnvVar<'_> {
    /// Which world the variable chooses. `None` for names that say themselves which one they are for
    /// (`STRIPE_TEST_SECRET_KEY`): a program that has both kinds chooses elsewhere.
    pub fn choice(&self) -> Option<Choice> {
        let text = self.known()?.value.trim();
        let name = || self.key.value.split(['_', '-', '.']);
        let has = |word: &str| name().any(|part| part.eq_ignore_ascii_case(word));
        // Values are looked at first: hardly any is one of these.
        let choice = by_key(text, &has).or_else(|| by_switch(text, &has)).or_else(|| by_address(text))?;
        let for_one = ["TEST", "LIVE", "PROD", "DEV", "TESTING", "STAGING"].iter().any(|word| has(word));
        (!for_one && !secret::is_placeholder(text)).then_some(choice)
    }
}

fn test(issuer: &'static str, by: By) -> Choice {
    Choice { mode: Mode::Test, issuer, by }
}

fn by_key(text: &str, has: &dyn Fn(&str) -> bool) -> Option<Choice> {
    if let Some((mode, issuer)) = secret::mode(text) {
        let audience = secret::audience(text).unwrap_or(Audience::Either);
        return Some(Choice { mode, issuer, by: By::Key(audience) });
    }
    for (word, issuer, test, live) in NAMED {
        let starts = |start: &str| text.len() >= start.len() + 12 && text.starts_with(start);
        let mode = starts(test).then_some(Mode::Test).or_else(|| starts(live).then_some(Mode::Live));
        if let Some(mode) = mode.filter(|_| has(word)) {
            return Some(Choice { mode, issuer, by: By::Key(Audience::Either) });
        }
    }
    let (known, issuer) = CAPTCHAS.iter().find(|(known, _)| text == *known)?;
    // Any chain has an account of zeros.
    let zeros = known.starts_with("0x") && !["CAPTCHA", "HCAPTCHA"].iter().any(|word| has(word));
    (!zeros).then(|| test(issuer, By::PublicKey))
}

fn by_switch(text: &str, has: &dyn Fn(&str) -> bool) -> Option<Choice> {
    let said = ["sandbox", "test", "testing", "development"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let about = said && ["MODE", "ENV", "ENVIRONMENT"].iter().any(|word| has(word));
    let chosen = about || is_true(text) && has("SANDBOX");
    let (_, issuer) = SWITCHES.iter().find(|(word, _)| chosen && has(word))?;
    Some(test(issuer, By::Switch))
}

fn by_address(text: &str) -> Option<Choice> {
    // Every host in the list has a dot and one of these words.
    if !text.contains('.') || !["sandbox", "mailtrap", "ethereal"].iter().any(|word| text.contains(word)) {
        return None;
    }
    let host = urls(text).first().map_or(text, |url| url.host);
    // What Mailtrap delivers goes by these.
    if ["live.", "bulk."].iter().any(|real| host.starts_with(real)) {
        return None;
    }
    let of = |end: &str| host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', '-']));
    HOSTS.iter().find(|(end, _)| of(end)).map(|(_, issuer)| test(issuer, By::Address))
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;
    use crate::secret::Mode;

    #[test]
    fn worlds() {
        let choice =
            |text: &str| env(&format!("{text}\n")).0.var(0).choice().map(|choice| (choice.mode, choice.issuer));
        for (text, issuer) in [
            ("STRIPE_KEY=sk_test_8fK2mQ9vLx71aBcD", "Stripe, Clerk or Paystack"),
            ("MOLLIE_API_KEY=test_8fK2mQ9vLx71aBcD8fK2mQ9vLx71aB", "Mollie"),
            ("MP_ACCESS_TOKEN=TEST-1234567890123456-010203-8fK2mQ9vLx71aBcD", "Mercado Pago"),
            ("TURNSTILE_SECRET=1x0000000000000000000000000000000AA", "Turnstile"),
            ("HCAPTCHA_SECRET=0x0000000000000000000000000000000000000000", "hCaptcha"),
            ("PAYPAL_MODE=sandbox", "PayPal"),
            ("PAYPAL_USE_SANDBOX=true", "PayPal"),
            ("PAYPAL_API=https://api-m.sandbox.paypal.com", "PayPal"),
            ("MAIL_HOST=sandbox.smtp.mailtrap.io", "Mailtrap"),
            ("MAIL_HOST=smtp.mailtrap.io", "Mailtrap"),
        ] {
            assert_eq!(choice(text), Some((Mode::Test, issuer)), "{text}");
        }
        assert_eq!(choice("FLW=FLWSECK-8fK2mQ9vLx71aBcD8fK2mQ9vLx71aBcD-X"), Some((Mode::Live, "Flutterwave")));
        for text in [
            "STRIPE_TEST_SECRET_KEY=sk_test_8fK2mQ9vLx71aBcD",
            "STRIPE_KEY=sk_test_your_key_here",
            "CACHE_PREFIX=test_8fK2mQ9vLx71aBcD",
            "ZERO_ADDRESS=0x0000000000000000000000000000000000000000",
            "PAYPAL_MODE=live",
            "PAYPAL_SANDBOX=false",
            "ITERM_MODE=test",
            "MAIL_HOST=smtp.shop.de",
            "MAIL_HOST=live.smtp.mailtrap.io",
        ] {
            assert_eq!(choice(text), None, "{text}");
        }
    }
}
