//! Real or sandbox: which of its issuer's two worlds a variable chooses.

use super::{EnvVar, is_true, urls};
use crate::model::secret::{self, Audience, Mode};

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

impl EnvVar {
    /// Which world the variable chooses. `None` for names that say themselves which one they are for
    /// (`STRIPE_TEST_SECRET_KEY`): a program that has both kinds chooses elsewhere.
    pub fn choice(&self) -> Option<Choice> {
        let text = self.known()?.value.trim();
        let key = self.key.value.to_ascii_uppercase();
        let words: Vec<&str> = key.split(['_', '-', '.']).collect();
        if words.iter().any(|word| matches!(*word, "TEST" | "LIVE" | "PROD" | "DEV" | "TESTING" | "STAGING")) {
            return None;
        }
        if secret::is_placeholder(text) || text.is_empty() {
            return None;
        }
        let test = |issuer, by| Some(Choice { mode: Mode::Test, issuer, by });
        if let Some((mode, issuer)) = secret::mode(text) {
            let audience = secret::audience(text).unwrap_or(Audience::Either);
            return Some(Choice { mode, issuer, by: By::Key(audience) });
        }
        let named = NAMED.iter().filter(|(word, ..)| words.contains(word));
        for &(_, issuer, test_start, live_start) in named {
            let long = |start| text.strip_prefix(start).is_some_and(|rest: &str| rest.len() >= 12);
            if let Some(mode) = long(test_start).then_some(Mode::Test).or(long(live_start).then_some(Mode::Live)) {
                return Some(Choice { mode, issuer, by: By::Key(Audience::Either) });
            }
        }
        // Any chain has an account of zeros.
        let zeros = |known: &str| known.starts_with("0x") && !key.contains("CAPTCHA");
        if let Some((_, issuer)) = CAPTCHAS.iter().find(|(known, _)| text == *known && !zeros(known)) {
            return test(issuer, By::PublicKey);
        }
        if let Some((_, issuer)) = SWITCHES.iter().find(|(word, _)| words.contains(word)) {
            let about = matches!(words.last(), Some(&("MODE" | "ENV" | "ENVIRONMENT")));
            let said = ["sandbox", "test", "testing", "development"].iter().any(|word| text.eq_ignore_ascii_case(word));
            if about && said || words.last() == Some(&"SANDBOX") && is_true(text) {
                return test(issuer, By::Switch);
            }
        }
        let host = urls(text).first().map_or(text, |url| url.host);
        let of = |end: &str| host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', '-']));
        HOSTS.iter().find(|(end, _)| of(end)).and_then(|(_, issuer)| test(issuer, By::Address))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;
    use crate::model::secret::Mode;

    #[test]
    fn worlds() {
        let choice =
            |text: &str| env(&format!("{text}\n")).0.vars[0].choice().map(|choice| (choice.mode, choice.issuer));
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
        ] {
            assert_eq!(choice(text), None, "{text}");
        }
    }
}
