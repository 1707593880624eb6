//! Which names hold secrets, and what a secret's value is worth.
//!
//! Nothing here keeps or prints a value. The order of the tests follows what was measured on real files: entropy and
//! guess counters call `your-super-secret-key-change-this` excellent, so words come first and counting comes last.

mod name;
mod provider;
mod shape;
mod words;

use std::fmt;

pub use name::{Holds, client_prefix, holds};
pub use provider::{
    Audience, Issued, Mode, audience, is_documented, is_service_role, issued, mode, private_key, provider_prefix,
};
pub use shape::{is_duration, is_path, is_random, is_reference, is_sentinel, looks_like_credential};
pub use words::is_placeholder;

/// The shortest values that pass, in characters.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// For passwords.
    pub min_password: usize,
    /// For keys and secrets the deployment makes up itself.
    pub min_secret: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { min_password: 12, min_secret: 32 }
    }
}

/// Keys that others issue have their own formats; below this nobody issues any.
const MIN_ISSUED: usize = 10;

/// What is wrong with a secret's value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Weakness {
    /// It tells the reader to put something else here.
    Placeholder,
    /// It is published or tried first by everybody; holds who published it, `""` for nobody in particular.
    Default(&'static str),
    /// It can be guessed; says why, a clause that starts with "it".
    Weak(&'static str),
    /// It is too short, in characters.
    Short {
        /// Its length.
        length: usize,
        /// The least there should be.
        least: usize,
        /// Whether it is out of reach for guessing all the same (at least 96 bits by its look).
        strong: bool,
    },
}

impl fmt::Display for Weakness {
    /// A clause about "it", without the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Weakness::Placeholder => f.write_str("it is a placeholder"),
            Weakness::Default("") => f.write_str("it is a default that is tried first"),
            Weakness::Default(whose) => write!(f, "it is the default of {whose}"),
            Weakness::Weak(why) => f.write_str(why),
            Weakness::Short { length: 1, least, .. } => write!(f, "it has 1 character, {least} are the least"),
            Weakness::Short { length, least, .. } => write!(f, "it has {length} characters, {least} are the least"),
        }
    }
}

/// Whether a variable of this name holds something that must not be shown.
pub fn is_secret_name(name: &str) -> bool {
    holds(name).is_some()
}

/// Whether a variable of this name holds a password.
pub fn is_password_name(name: &str) -> bool {
    holds(name) == Some(Holds::Password)
}

/// Whether a value is something other than a secret whatever its variable is called: empty, a reference, a switch, a
/// duration, a path, an address.
pub fn is_no_secret(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || is_reference(value) || shape::is_other(value)
}

/// Whether a variable holds what only a server may know, given its name (without a build tool's prefix) and value. Many
/// API keys and tokens are made for browsers; those whose name says nothing are told by their value.
pub fn is_credential_of_server(name: &str, value: &str) -> bool {
    const ISSUERS: [&str; 17] = [
        "OPENAI",
        "ANTHROPIC",
        "SENDGRID",
        "RESEND",
        "MAILGUN",
        "TWILIO",
        "GITHUB",
        "SERVICE_ROLE",
        "PRIVATE_KEY",
        "MISTRAL",
        "PINECONE",
        "GROQ",
        "COHERE",
        "DEEPSEEK",
        "OPENROUTER",
        "PERPLEXITY",
        "CLERK_SECRET",
    ];
    if is_no_secret(value) {
        return false;
    }
    let upper = name.to_ascii_uppercase();
    if audience(value) == Some(Audience::Server) || private_key(value).is_some() {
        return true;
    }
    match holds(name) {
        Some(Holds::Password | Holds::Secret) => true,
        Some(Holds::Issued) => upper.contains("SECRET") || ISSUERS.iter().any(|issuer| upper.contains(issuer)),
        _ => false,
    }
}

/// What is wrong with the value of a variable, judged by its name: `None` for names that hold no secret, for empty
/// values, references and everything that is no secret whatever its name says (switches, durations, paths, addresses).
pub fn weakness(name: &str, value: &str, limits: &Limits) -> Option<Weakness> {
    weakness_as(holds(name)?, name, value, &[], limits)
}

/// [`weakness`] of a value that is known to be a password, whatever it is called (the one in a URL, for example).
/// `known` are names an attacker knows: user, database, service, project.
pub fn password_weakness(value: &str, known: &[&str], limits: &Limits) -> Option<Weakness> {
    weakness_as(Holds::Password, "", value, known, limits)
}

/// The full question: what a value that `holds` this is worth, given its variable's name and other known names.
pub fn weakness_as(holds: Holds, name: &str, value: &str, known: &[&str], limits: &Limits) -> Option<Weakness> {
    let value = value.trim();
    if is_no_secret(value) {
        return None;
    }
    // Keys in files are another question, and nobody makes up this much.
    if value.starts_with("-----BEGIN") || value.len() > 4096 {
        return None;
    }
    // `changeme` is a published default as well; what to do about it is the better story.
    if is_placeholder(value) {
        return Some(Weakness::Placeholder);
    }
    if holds == Holds::Lesser {
        return None;
    }
    if let Some(whose) = words::known_default(value) {
        return Some(Weakness::Default(whose));
    }
    guessable(name, value, known).map(Weakness::Weak).or_else(|| short(holds, name, value, limits))
}

fn guessable(name: &str, value: &str, known: &[&str]) -> Option<&'static str> {
    let own: Vec<String> = name::words(name).into_iter().map(|word| word.to_ascii_lowercase()).collect();
    let lower = value.to_ascii_lowercase();
    if known.iter().any(|word| word.len() > 1 && word.eq_ignore_ascii_case(value)) {
        return Some("it equals a name that is known: user, database, service or project");
    }
    if own.contains(&lower) || lower.replace(['-', '_', ' '], "") == own.concat() {
        return Some("it repeats the name of its own variable");
    }
    if words::is_hashed_word(value) {
        return Some("it is the hash of a word everybody tries");
    }
    if decoded(value).is_some_and(|text| is_placeholder(&text) || words::known_default(&text).is_some()) {
        return Some("it is a placeholder or a default, only encoded");
    }
    if value.to_ascii_lowercase().starts_with("django-insecure-") {
        return Some("it is the key `django-admin startproject` wrote, marked insecure by Django itself");
    }
    let body = provider_prefix(value).map_or(value, |prefix| &value[prefix.len()..]);
    if let Some(why) = shape::pattern(body) {
        return Some(why);
    }
    let known: Vec<String> = own.into_iter().chain(known.iter().map(|word| word.to_ascii_lowercase())).collect();
    words::is_plain_words(body, &known).then_some("it is made of ordinary words")
}

fn short(holds: Holds, name: &str, value: &str, limits: &Limits) -> Option<Weakness> {
    let least = match holds {
        Holds::Password => limits.min_password,
        // oauth2-proxy and others take exactly 16, 24 or 32 bytes.
        Holds::Secret if name.to_ascii_uppercase().contains("COOKIE") => limits.min_secret.min(16),
        Holds::Secret => limits.min_secret,
        Holds::Issued => MIN_ISSUED,
        Holds::Lesser => return None,
    };
    let length = value.chars().count();
    let strong = shape::bits(value) >= 96 && is_random(value);
    (length < least).then_some(Weakness::Short { length, least, strong })
}

/// The text behind base64, if it is text.
fn decoded(value: &str) -> Option<String> {
    let value = value.strip_prefix("base64:").unwrap_or(value);
    let body = value.trim_end_matches('=').as_bytes();
    if body.len() < 6 || body.len() > 200 {
        return None;
    }
    let mut bytes = Vec::with_capacity(body.len());
    let (mut buffer, mut bits) = (0u32, 0);
    for &byte in body {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim_end_matches('\n');
    (text.len() >= 4 && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, value: &str) -> Option<Weakness> {
        weakness(name, value, &Limits::default())
    }

    #[test]
    fn values_that_are_no_secrets() {
        for (name, value) in [
            ("DB_PASSWORD", ""),
            ("DB_PASSWORD", "${DB_PASSWORD}"),
            ("MAIL_PASSWORD", "null"),
            ("PRIVATE_KEY", "disabled"),
            ("JWT_SECRET", "/run/secrets/jwt"),
            ("API_KEY_RATE_LIMIT", "60/minute"),
            ("PASSWORD_REDIRECT_URL", "https://example.com/reset"),
            ("RESET_PASSWORD", "https://example.com/reset"),
            ("REFRESH_TOKEN", "7d"),
            ("MAX_TOKENS", "100"),
            ("SALT", "short"),
            ("GOOGLE_API_CREDENTIALS", "{}"),
            ("SESSION_PASSWORD", "true"),
            ("DEBUG", "secret"),
        ] {
            assert_eq!(of(name, value), None, "{name}");
        }
    }

    #[test]
    fn good_secrets_pass() {
        for (name, value) in [
            ("SECRET_KEY", "f3a9c1d27b60e84512aa90bc7d3e5f18"),
            ("JWT_SECRET", "q8Zr+PlmT2/vXc91kd03Bfw=Zr+PlmT2"),
            ("POSTGRES_PASSWORD", "correct horse battery staple"),
            ("POSTGRES_PASSWORD", "hT7-vq2Lx9_mRw"),
            ("STRIPE_SECRET_KEY", "sk_live_4eC39HqLyjWDarjtT2zdp7dc"),
            ("DROPBOX_APP_SECRET", "k3v9x1q7m2z8w4t"),
            ("OAUTH2_PROXY_COOKIE_SECRET", "Zk3v9x1q7m2z8w4t"),
        ] {
            assert_eq!(of(name, value), None, "{name} {value}");
        }
    }

    #[test]
    fn weak_secrets_are_told_apart() {
        assert_eq!(of("SECRET_KEY", "your-super-secret-key-change-this"), Some(Weakness::Placeholder));
        assert_eq!(of("SECRET_KEY", "changeme"), Some(Weakness::Placeholder));
        assert_eq!(of("DB_PASSWORD", "postgres"), Some(Weakness::Default("the PostgreSQL image")));
        assert_eq!(of("MINIO_SECRET_KEY", "minioadmin"), Some(Weakness::Default("MinIO")));
        assert_eq!(of("PLANE_PASSWORD", "plane"), Some(Weakness::Weak("it repeats the name of its own variable")));
        assert_eq!(
            of("ENCRYPTION_KEY", &"0".repeat(64)),
            Some(Weakness::Weak("it consists of the same few characters"))
        );
        assert_eq!(
            of("ADMIN_PASSWORD", "cGFzc3dvcmQ="),
            Some(Weakness::Weak("it is a placeholder or a default, only encoded"))
        );
        assert_eq!(of("DB_PASSWORD", "x9Kq"), Some(Weakness::Short { length: 4, least: 12, strong: false }));
        assert_eq!(
            of("JWT_SECRET", "q8Zr+PlmT2/vXc91kd03Bfw="),
            Some(Weakness::Short { length: 24, least: 32, strong: true })
        );
        assert_eq!(of("SALT", "put your unique phrase here"), Some(Weakness::Placeholder));
        assert!(matches!(password_weakness("temporal", &["temporal"], &Limits::default()), Some(Weakness::Weak(_))));
    }

    #[test]
    fn a_weakness_never_shows_the_value() {
        for value in ["Kanarie-471", "kanarie471", "changeme-kanarie"] {
            let text = of("SECRET_KEY", value).map(|weakness| weakness.to_string()).unwrap_or_default();
            assert!(!text.is_empty() && !text.contains("anarie"), "{text}");
        }
    }
}
