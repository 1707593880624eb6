//! Keys in the formats of those who issue them: `ghp_...`, `sk_live_...`, `AKIA...`.
//!
//! A format is a start, an alphabet and a length. That is enough to tell a real key from `sk_test_your_key_here`, and it
//! costs a few comparisons where a pattern matcher would first have to be built.

// The starts and lengths follow the rules of gitleaks (https://github.com/gitleaks/gitleaks), which carry this notice:
//
// MIT License. Copyright (c) 2019 Zachary Rice
//
// Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
// documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
// rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
// persons to whom the Software is furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
// Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
// WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
// COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
// OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

use super::base64;
use super::{Token, shape, words};
use crate::cut::Cut;

use Alphabet::*;
use Audience::*;
use Mode::*;

/// Who may know a key.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Servers only.
    Server,
    /// Everybody: it is made for browsers and apps.
    Browser,
    /// It depends on what the key was made for: nothing in it says so.
    Either,
}

/// What a key works on.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Real money, real users.
    Live,
    /// The issuer's sandbox.
    Test,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Alphabet {
    Hex,
    Alnum,
    /// Letters, digits, `_` and `-`.
    Word,
    /// `Word` and the dot.
    Dotted,
    /// `Dotted` and the signs of base64.
    Base64,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Hex => byte.is_ascii_hexdigit(),
            Alnum => byte.is_ascii_alphanumeric(),
            Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Dotted => Word.has(byte) || byte == b'.',
            Base64 => Dotted.has(byte) || matches!(byte, b'+' | b'/' | b'=' | b'$'),
        }
    }
}

/// One format: start, issuer, who may know it, mode, alphabet and length of the rest.
struct Format(&'static str, &'static str, Audience, Option<Mode>, Alphabet, usize, usize);

const MANY: usize = 500;
const STRIPE: &str = "Stripe, Clerk or Paystack";

/// A longer start stands before a shorter one that it begins with.
#[rustfmt::skip]
const FORMATS: &[Format] = &[
    Format("sk_live_", STRIPE, Server, Some(Live), Alnum, 20, 250),
    Format("sk_test_", STRIPE, Server, Some(Test), Alnum, 20, 250),
    Format("rk_live_", "Stripe", Server, Some(Live), Alnum, 20, 250),
    Format("rk_test_", "Stripe", Server, Some(Test), Alnum, 20, 250),
    Format("pk_live_", STRIPE, Browser, Some(Live), Base64, 20, 250),
    Format("pk_test_", STRIPE, Browser, Some(Test), Base64, 20, 250),
    Format("whsec_", "Stripe or Svix", Server, None, Base64, 24, 100),
    Format("sk-proj-", "OpenAI", Server, None, Word, 40, 250),
    Format("sk-svcacct-", "OpenAI", Server, None, Word, 40, 250),
    Format("sk-admin-", "OpenAI", Server, None, Word, 40, 250),
    Format("sk-ant-", "Anthropic", Server, None, Word, 40, 150),
    Format("sk-or-", "OpenRouter", Server, None, Word, 40, 100),
    Format("sk-lf-", "Langfuse", Server, None, Word, 30, 40),
    Format("pk-lf-", "Langfuse", Either, None, Word, 30, 40),
    Format("sk-", "OpenAI or DeepSeek", Server, None, Alnum, 30, 60),
    Format("ghp_", "GitHub", Server, None, Alnum, 36, 36),
    Format("gho_", "GitHub", Server, None, Alnum, 36, 36),
    Format("ghu_", "GitHub", Server, None, Alnum, 36, 36),
    Format("ghs_", "GitHub", Server, None, Alnum, 36, 36),
    Format("ghr_", "GitHub", Server, None, Alnum, 36, 80),
    Format("github_pat_", "GitHub", Server, None, Word, 82, 82),
    Format("glpat-", "GitLab", Server, None, Dotted, 20, 300),
    Format("glptt-", "GitLab", Server, None, Hex, 40, 40),
    Format("gldt-", "GitLab", Server, None, Word, 20, 20),
    Format("glrt-", "GitLab", Server, None, Dotted, 20, 300),
    Format("glcbt-", "GitLab", Server, None, Word, 22, 30),
    Format("gloas-", "GitLab", Server, None, Word, 64, 64),
    Format("AKIA", "AWS", Server, None, Alnum, 16, 16),
    Format("ASIA", "AWS", Server, None, Alnum, 16, 16),
    Format("ABSK", "AWS Bedrock", Server, None, Base64, 109, 269),
    Format("AIza", "Google", Either, None, Word, 35, 35),
    Format("GOCSPX-", "Google", Server, None, Word, 28, 28),
    Format("ya29.", "Google", Server, None, Word, 40, MANY),
    Format("xoxb-", "Slack", Server, None, Word, 26, 90),
    Format("xoxp-", "Slack", Server, None, Word, 40, 120),
    Format("xoxa-", "Slack", Server, None, Word, 10, 120),
    Format("xoxr-", "Slack", Server, None, Word, 10, 120),
    Format("xoxs-", "Slack", Server, None, Word, 10, 120),
    Format("xoxe-", "Slack", Server, None, Alnum, 140, 180),
    Format("xapp-", "Slack", Server, None, Word, 40, 140),
    Format("SG.", "SendGrid", Server, None, Dotted, 66, 66),
    Format("xkeysib-", "Brevo", Server, None, Word, 81, 81),
    Format("npm_", "npm", Server, None, Alnum, 36, 36),
    Format("pypi-", "PyPI", Server, None, Word, 50, 1000),
    Format("rubygems_", "RubyGems", Server, None, Hex, 48, 48),
    Format("hf_", "Hugging Face", Server, None, Alnum, 34, 37),
    Format("dckr_pat_", "Docker Hub", Server, None, Word, 27, 27),
    Format("dop_v1_", "DigitalOcean", Server, None, Hex, 64, 64),
    Format("doo_v1_", "DigitalOcean", Server, None, Hex, 64, 64),
    Format("dor_v1_", "DigitalOcean", Server, None, Hex, 64, 64),
    Format("shpat_", "Shopify", Server, None, Hex, 32, 32),
    Format("shpca_", "Shopify", Server, None, Hex, 32, 32),
    Format("shppa_", "Shopify", Server, None, Hex, 32, 32),
    Format("shpss_", "Shopify", Server, None, Hex, 32, 32),
    Format("sq0atp-", "Square", Server, None, Word, 22, 22),
    Format("sq0csp-", "Square", Server, None, Word, 43, 43),
    Format("EAAAE", "Square", Server, None, Word, 55, 60),
    Format("EAAC", "Facebook", Server, None, Alnum, 100, MANY),
    Format("EAAM", "Facebook", Server, None, Alnum, 100, MANY),
    Format("sntrys_", "Sentry", Server, None, Base64, 60, MANY),
    Format("sntryu_", "Sentry", Server, None, Hex, 64, 64),
    Format("gsk_", "Groq", Server, None, Alnum, 52, 52),
    Format("xai-", "xAI", Server, None, Alnum, 70, 100),
    Format("tvly-", "Tavily", Server, None, Word, 30, 60),
    Format("pplx-", "Perplexity", Server, None, Alnum, 48, 48),
    Format("pcsk_", "Pinecone", Server, None, Word, 60, 80),
    Format("r8_", "Replicate", Server, None, Alnum, 37, 37),
    Format("rzp_live_", "Razorpay", Browser, Some(Live), Alnum, 14, 14),
    Format("rzp_test_", "Razorpay", Browser, Some(Test), Alnum, 14, 14),
    Format("FLWSECK_TEST-", "Flutterwave", Server, Some(Test), Word, 12, 40),
    Format("FLWPUBK_TEST-", "Flutterwave", Browser, Some(Test), Word, 30, 40),
    Format("FLWSECK-", "Flutterwave", Server, Some(Live), Word, 30, 40),
    Format("FLWPUBK-", "Flutterwave", Browser, Some(Live), Word, 30, 40),
    Format("APP_USR-", "Mercado Pago", Either, None, Word, 36, 100),
    Format("EZAK", "EasyPost", Server, Some(Live), Alnum, 54, 54),
    Format("EZTK", "EasyPost", Server, Some(Test), Alnum, 54, 54),
    Format("shippo_live_", "Shippo", Server, Some(Live), Hex, 40, 40),
    Format("shippo_test_", "Shippo", Server, Some(Test), Hex, 40, 40),
    Format("duffel_live_", "Duffel", Server, Some(Live), Word, 43, 43),
    Format("duffel_test_", "Duffel", Server, Some(Test), Word, 43, 43),
    Format("live_sk_", "Toss Payments", Server, Some(Live), Alnum, 20, 60),
    Format("test_sk_", "Toss Payments", Server, Some(Test), Alnum, 20, 60),
    Format("live_ck_", "Toss Payments", Browser, Some(Live), Alnum, 20, 60),
    Format("test_ck_", "Toss Payments", Browser, Some(Test), Alnum, 20, 60),
    Format("SB-Mid-server-", "Midtrans", Server, Some(Test), Word, 20, 40),
    Format("SB-Mid-client-", "Midtrans", Browser, Some(Test), Word, 12, 40),
    Format("Mid-server-", "Midtrans", Server, Some(Live), Word, 20, 40),
    Format("Mid-client-", "Midtrans", Browser, Some(Live), Word, 12, 40),
    Format("xnd_development_", "Xendit", Server, Some(Test), Alnum, 30, 80),
    Format("xnd_production_", "Xendit", Server, Some(Live), Alnum, 30, 80),
    Format("skey_test_", "Omise", Server, Some(Test), Alnum, 15, 25),
    Format("pkey_test_", "Omise", Browser, Some(Test), Alnum, 15, 25),
    Format("access_token$sandbox$", "Braintree", Server, Some(Test), Base64, 30, 80),
    Format("access_token$production$", "Braintree", Server, Some(Live), Base64, 30, 80),
    Format("access-sandbox-", "Plaid", Server, Some(Test), Word, 36, 36),
    Format("access-production-", "Plaid", Server, Some(Live), Word, 36, 36),
    Format("sandbox-sq0csb-", "Square", Server, Some(Test), Word, 40, 50),
    Format("sandbox-sq0idb-", "Square", Browser, Some(Test), Word, 20, 30),
    Format("pdl_sdbx_apikey_", "Paddle", Server, Some(Test), Word, 40, 80),
    Format("pdl_live_apikey_", "Paddle", Server, Some(Live), Word, 40, 80),
    Format("re_", "Resend", Server, None, Word, 30, 40),
    Format("key-", "Mailgun", Server, None, Hex, 32, 32),
    Format("phx_", "PostHog", Server, None, Alnum, 40, 60),
    Format("phc_", "PostHog", Browser, None, Alnum, 40, 60),
    Format("lin_api_", "Linear", Server, None, Alnum, 40, 40),
    Format("ntn_", "Notion", Server, None, Alnum, 46, 46),
    Format("PMAK-", "Postman", Server, None, Word, 59, 59),
    Format("pul-", "Pulumi", Server, None, Hex, 40, 40),
    Format("hvs.", "Vault", Server, None, Word, 90, 120),
    Format("hvb.", "Vault", Server, None, Word, 138, 300),
    Format("pscale_pw_", "PlanetScale", Server, None, Dotted, 32, 64),
    Format("pscale_tkn_", "PlanetScale", Server, None, Dotted, 32, 64),
    Format("dp.pt.", "Doppler", Server, None, Alnum, 43, 43),
    Format("dp.st.", "Doppler", Server, None, Dotted, 40, 80),
    Format("dapi", "Databricks", Server, None, Hex, 32, 32),
    Format("glsa_", "Grafana", Server, None, Word, 41, 41),
    Format("glc_", "Grafana Cloud", Server, None, Base64, 32, 400),
    Format("NRAK-", "New Relic", Server, None, Alnum, 27, 27),
    Format("ops_eyJ", "1Password", Server, None, Base64, 250, 3000),
    Format("LTAI", "Alibaba Cloud", Server, None, Alnum, 20, 20),
    Format("AGE-SECRET-KEY-1", "age", Server, None, Alnum, 58, 58),
    Format("sbp_", "Supabase", Server, None, Hex, 40, 40),
    Format("sb_secret_", "Supabase", Server, None, Word, 20, 60),
    Format("sb_publishable_", "Supabase", Browser, None, Word, 20, 60),
    Format("v1.0-", "Cloudflare Origin CA", Server, None, Word, 171, 171),
    Format("eyJ", "", Either, None, Dotted, 40, 4000),
];

/// Keys that documentation prints, so that everybody may know them.
const DOCUMENTED: [&str; 16] = [
    // A token in Telegram's own manual (core.telegram.org/bots/api).
    "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "sk_test_BQokikJOvBiI2HlWgH4olfQ2",
    "sk_test_26PHem9AhJZvU623DfE1x4sd",
    "pk_test_TYooMQauvdEDq54NiTphI7jx",
    "pk_test_6pRNASCoBOKtIshFeQd4XMUh",
    "AKIAIOSFODNN7EXAMPLE",
    "AKIAI44QH8DHBEXAMPLE",
    // The bots of Telegram's manual (core.telegram.org/bots/api, core.telegram.org/bots/features).
    "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
    // The sandbox of PayFast (developers.payfast.co.za): its merchant key and passphrase.
    "46f0cd694581a",
    "jt7NOE43FZPn",
    // Azurite's account.
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    // The first accounts of Anvil and Hardhat, and Ganache's.
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
    "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
    "0x4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d",
];

/// What the format of a key says about it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Issued {
    /// Who issued it, for people.
    pub issuer: &'static str,
    /// Who may know it.
    pub audience: Audience,
    /// What it works on, where the issuer has two.
    pub mode: Option<Mode>,
}

/// The first bytes of all formats, and for each format the next one with the same first byte: nearly every value is
/// sorted out by one look. Behind the last of them stands `FORMATS.len()`.
const CHAINS: ([usize; 256], [usize; FORMATS.len()]) = {
    let (mut first, mut next) = ([FORMATS.len(); 256], [FORMATS.len(); FORMATS.len()]);
    let mut at = FORMATS.len();
    while at > 0 {
        at -= 1;
        let byte = FORMATS[at].0.as_bytes()[0] as usize;
        (next[at], first[byte]) = (first[byte], at);
    }
    (first, next)
};

fn format(value: &str) -> Option<&'static Format> {
    static FIRST: ([usize; 256], [usize; FORMATS.len()]) = CHAINS;
    let first = FIRST.0[usize::from(*value.as_bytes().first()?)];
    let numbers = std::iter::successors(Some(first), |&at| FIRST.1.get(at).copied());
    numbers.map_while(|at| FORMATS.get(at)).find(|format| value.starts_with(format.0))
}

/// The start of a key in a format that a provider issues.
pub fn provider_prefix(value: &str) -> Option<&'static str> {
    format(value).map(|format| format.0)
}

/// Who issued a key, if it is one in full and not one of documentation.
pub fn issued(value: &str) -> Option<Issued> {
    let value = value.trim();
    let &Format(start, issuer, audience, mode, alphabet, least, most) = format(value)?;
    let rest = value.cut(start.len()..);
    let shaped = (least..=most).contains(&rest.len()) && rest.bytes().all(|byte| alphabet.has(byte));
    // A key of AWS has no other letters; `AKIAXXXXXXXXXXXXXXXX` and the like are crossed out.
    let shaped =
        shaped && (start.len() != 4 || !start.ends_with("IA") || rest.bytes().all(|b| !b.is_ascii_lowercase()));
    let drawn = shape::pattern(rest).is_none() && rest.bytes().any(|b| b.is_ascii_digit());
    if !shaped || !drawn || words::is_placeholder(value) || is_documented(value) || start == "eyJ" {
        return None;
    }
    Some(Issued { issuer, audience, mode })
}

/// What a key's start says it works on, real or not: `sk_test_...` stays a test key when it is cut short.
pub fn mode(value: &str) -> Option<(Mode, &'static str)> {
    let format = format(value.trim())?;
    Some((format.3?, format.1))
}

/// Who may know a key by its start alone; only starts that no other word has by chance.
pub fn audience(value: &str) -> Option<Audience> {
    let value = value.trim();
    let format = format(value)?;
    if format.0 == "eyJ" {
        // Supabase hands both out; `anon` is in the pages of every project.
        let role = Token::parse(value)?.role?;
        return [("service_role", Server), ("anon", Browser)]
            .into_iter()
            .find_map(|(own, who)| (role == own).then_some(who));
    }
    let rest = value.cut(format.0.len()..);
    let likely = format.0.len() >= 6 && rest.len() >= 10 && rest.bytes().any(|b| b.is_ascii_digit());
    (likely || issued(value).is_some()).then_some(format.2)
}

/// Whether a key is made for browsers, or only for tests: who has it can do nothing with it.
pub fn guards_nothing(value: &str) -> bool {
    let test = mode(value).is_some_and(|(mode, _)| mode == Mode::Test);
    test || audience(value) == Some(Audience::Browser)
}

/// Whether a key is printed in documentation or comes with software for everybody, so that it is nobody's secret.
pub fn is_documented(value: &str) -> bool {
    let value = value.trim();
    let named = |known: &str| value == known || known.strip_prefix("0x") == Some(value);
    // The bot of Telegram's manual, whose token people write on in their own way.
    let is_of_manual = value.starts_with("110201543:");
    is_of_manual
        || DOCUMENTED.iter().any(|known| named(known))
        || Token::parse(value).is_some_and(|token| token.issuer.as_deref() == Some("supabase-demo"))
}

/// Whether a value is a JSON web token of Supabase's `service_role`, which passes by every row-level rule.
pub fn is_service_role(value: &str) -> bool {
    Token::parse(value).is_some_and(|token| token.role.as_deref() == Some("service_role"))
}

/// A private key in a value: PEM, base64 of it, or the JSON file of a service account. Gives what it is, for people.
pub fn private_key(value: &str) -> Option<&'static str> {
    // What is shorter than the smallest key is a placeholder.
    const LEAST: usize = 100;
    let holds_pem = |text: &str| {
        let named = (text.len() > LEAST).then(|| text.find("PRIVATE KEY-----")).flatten();
        named.is_some_and(|at| {
            let body = text.cut(at + "PRIVATE KEY-----".len()..);
            let body = body.split("-----END").next().unwrap_or(body);
            body.len() >= LEAST && !words::is_placeholder(body.get(..60).unwrap_or(body))
        })
    };
    if holds_pem(value) {
        return Some(if value.contains("\"private_key\"") {
            "the key file of a service account"
        } else {
            "a private key"
        });
    }
    // `-----BEGIN` and `{` in base64.
    if value.starts_with("LS0tLS1") || value.starts_with("ey") && !value.contains('.') && value.len() > 800 {
        let body = base64::decode(value.as_bytes(), true).ok()?;
        let text = String::from_utf8(body).ok()?;
        return holds_pem(&text).then_some("a private key in base64");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_full() {
        for (value, issuer) in [
            ("sk_live_51H8fK2mQ9vLx71aBcDxR4tY", STRIPE),
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "GitHub"),
            ("AKIAQ7ZK4W2M9PLXB3TD", "AWS"),
            ("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", "SendGrid"),
            ("re_8fK2mQ9v_Lx71aBcDxR4tYpW3nZs6gH2", "Resend"),
        ] {
            assert_eq!(issued(value).map(|key| key.issuer), Some(issuer), "{value}");
        }
    }

    #[test]
    fn no_keys() {
        for value in [
            "sk_test_your_key_here",
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "sk_live_...",
            "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
            "AKIAIOSFODNN7EXAMPLE",
            "AKIAXXXXXXXXXXXXXXXX",
            "ghp_000000000000000000000000000000000000",
            "re_captcha_enabled",
            "sk-1234567890abcdef1234567890abcdef",
            "dapiendpoint",
            "eyJhbGciOiJIUzI1NiJ9.e30.8fK2mQ9vLx71aBcD",
        ] {
            assert_eq!(issued(value), None, "{value}");
        }
    }

    #[test]
    fn longer_starts_come_first() {
        for (index, format) in FORMATS.iter().enumerate() {
            let hidden = FORMATS[..index].iter().find(|earlier| format.0.starts_with(earlier.0));
            assert!(hidden.is_none(), "{} is never reached", format.0);
        }
    }

    #[test]
    fn tokens_and_private_keys() {
        // {"role":"service_role"} and {"role":"anon"}
        assert!(is_service_role("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2ln"));
        assert!(!is_service_role("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2ln"));
        assert!(guards_nothing("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2ln"));
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj".repeat(2);
        assert!(private_key(&format!("-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----")).is_some());
        assert!(private_key("-----BEGIN PRIVATE KEY-----\\nyour-key\\n-----END PRIVATE KEY-----").is_none());
        assert!(private_key(&format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----")).is_none());
    }
}
