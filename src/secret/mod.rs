//! Which names hold secrets, and what a secret's value is worth.
//!
//! Nothing here keeps or prints a value. The order of the tests follows what was measured on real files: entropy and
//! guess counters call `your-super-secret-key-change-this` excellent, so words come first and counting comes last.

pub mod base64;
mod credential;
mod format;
mod known;
mod letters;
mod name;
mod pairs;
mod provider;
mod set;
mod shape;
mod token;
mod veil;
mod words;
mod worth;

use crate::cut::Cut;
use std::fmt;

pub use credential::looks_like_credential;
pub use format::Format;
pub use known::Published;
pub use name::{Holds, client_prefix, holds, is_of_hash};
pub use provider::{
    Audience, Mode, audience, guards_nothing, is_documented, is_service_role, issued, mode, private_key,
    provider_prefix,
};
pub use shape::{is_drawn_up, is_duration, is_path, is_random, is_reference, is_sentinel};
pub use token::Token;
pub use veil::{
    hidden, hidden_in_sentence, hidden_value, is_name, is_open, mask, passwords_of_command, sentence, unproved,
    url_passwords,
};
pub use words::is_placeholder;
pub use worth::Worth;

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

const HASHED_WORD: &str = "it is the hash of a word everybody tries";

/// What is wrong with a secret's value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Weakness {
    /// It tells the reader to put something else here.
    Placeholder,
    /// Others have it too.
    Default(Published),
    /// It can be guessed; says why, a clause that starts with "it".
    Weak(&'static str),
    /// The program it is for refuses it; says why, a clause that starts with "it".
    Malformed(Format, &'static str),
    /// It is too short, in characters.
    Short {
        /// Its length.
        length: usize,
        /// The least there should be.
        least: usize,
        /// Who asks for so many, if it is not the policy.
        format: Option<Format>,
        /// Whether it is out of reach for guessing all the same (at least 96 bits by its look).
        strong: bool,
    },
}

impl fmt::Display for Weakness {
    /// A clause about "it", without the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Weakness::Placeholder => f.write_str("it is a placeholder"),
            Weakness::Default(Published::Guess) => f.write_str("it is a default that is tried first"),
            Weakness::Default(Published::Shipped(whose)) => write!(f, "it is the default of {whose}"),
            Weakness::Default(Published::Listed) => f.write_str("it is on public lists of keys"),
            Weakness::Default(Published::Template) => f.write_str("it is the value of the template"),
            Weakness::Weak(why) | Weakness::Malformed(_, why) => f.write_str(why),
            Weakness::Short { length, least, format, .. } => {
                let characters = if *length == 1 { "character" } else { "characters" };
                write!(f, "it has {length} {characters}, ")?;
                match format {
                    Some(format) => write!(f, "{} asks for {least}", format.whose()),
                    None => write!(f, "{least} are the least"),
                }
            }
        }
    }
}

/// Whether a variable of this name holds something that must not be shown.
pub fn is_secret_name(name: &str) -> bool {
    holds(name).is_some()
}

/// Whether a value is something other than a secret whatever its variable is called: empty, a reference, a switch, a
/// duration, a path, an address.
pub fn is_no_secret(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || is_reference(value) || shape::is_other(value)
}

/// Whether a value is the name of its variable, `DATABASE_PASSWORD=DATABASE_PASSWORD`: what belongs there, not what it is.
pub fn names_itself(name: &str, value: &str) -> bool {
    name.contains('_') && name.eq_ignore_ascii_case(value.trim())
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

/// A value that may be a secret, and what is known around it.
#[derive(Copy, Clone, Debug)]
pub struct Secret<'a> {
    /// What it is.
    pub holds: Holds,
    /// The name of its variable; empty for the password of a URL.
    pub name: &'a str,
    /// The value. Never print it.
    pub value: &'a str,
    /// Names an attacker knows: user, database, service, project.
    pub known: &'a [&'a str],
    /// What its program demands of it.
    pub format: Option<Format>,
    /// Whether the template beside the file has the same value.
    pub copied: bool,
}

impl<'a> Secret<'a> {
    /// A value of which nothing else is known.
    pub fn new(holds: Holds, name: &'a str, value: &'a str) -> Self {
        Secret { holds, name, value: value.trim(), known: &[], format: None, copied: false }
    }

    /// What is wrong with it; `None` also for empty values, references and everything that is no secret whatever its
    /// name says (switches, durations, paths, addresses).
    pub fn weakness(&self, limits: &Limits) -> Option<Weakness> {
        let value = self.value;
        // `SECRETS: 0` of a proxy in front of an API is a switch.
        if is_no_secret(value) || value.len() == 1 && self.holds != Holds::Password {
            return None;
        }
        // Keys in files are another question, and nobody makes up this much.
        if value.starts_with("-----BEGIN")
            || value.len() > 4096
            || self.holds == Holds::Issued && shape::is_stand_in(value)
        {
            return None;
        }
        // `changeme` is a published default as well; what to do about it is the better story.
        if is_placeholder(value) || names_itself(self.name, value) {
            return Some(Weakness::Placeholder);
        }
        if self.holds == Holds::Lesser {
            return known::is_hashed_word(value).then_some(Weakness::Weak(HASHED_WORD));
        }
        if let Some(origin) = known::known(value).or_else(|| known::known(self.issued_body()?)) {
            return Some(Weakness::Default(origin));
        }
        // Keys that others issue may be meant for everybody who has the template.
        if self.copied && self.holds != Holds::Issued {
            return Some(Weakness::Default(Published::Template));
        }
        if let Some(why) = self.guessable() {
            return Some(Weakness::Weak(why));
        }
        if known::is_listed(value) {
            return Some(Weakness::Default(Published::Listed));
        }
        let refused = self.format.and_then(|format| Some(Weakness::Malformed(format, format.refuses(value)?)));
        refused.or_else(|| self.short(limits))
    }

    /// What follows in a key on what its issuer writes before every one.
    fn issued_body(&self) -> Option<&'a str> {
        provider_prefix(self.value).map(|prefix| self.value.cut(prefix.len()..))
    }

    fn guessable(&self) -> Option<&'static str> {
        let (name, value) = (self.name, self.value);
        let own: Vec<String> = name::words(name).into_iter().map(|word| word.to_ascii_lowercase()).collect();
        let lower = value.to_ascii_lowercase();
        let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
        if self.known.iter().any(|word| {
            word.len() > 1 && (word.eq_ignore_ascii_case(value) || word.len() > 2 && word.eq_ignore_ascii_case(bare))
        }) {
            return Some("it equals a name that is known: user, database, service or project");
        }
        if own.contains(&lower) || lower.replace(['-', '_', ' '], "") == own.concat() {
            return Some("it repeats the name of its own variable");
        }
        if known::is_hashed_word(value) {
            return Some(HASHED_WORD);
        }
        if decoded(value).is_some_and(|text| is_worthless(&text)) {
            return Some("it is a placeholder or a default, only encoded");
        }
        if lower.starts_with("django-insecure-") {
            return Some("it is the key `django-admin startproject` wrote, marked insecure by Django itself");
        }
        if self.holds != Holds::Issued && shape::is_time_based_uuid(value) {
            return Some("it is a time-based UUID, which says when and on which machine it was made");
        }
        let body = self.issued_body().unwrap_or(value);
        if let Some(why) = shape::pattern(body) {
            return Some(why);
        }
        let known: Vec<String> =
            own.into_iter().chain(self.known.iter().map(|word| word.to_ascii_lowercase())).collect();
        words::is_plain_words(body, &known).then_some("it is made of ordinary words")
    }

    fn short(&self, limits: &Limits) -> Option<Weakness> {
        let policy = match self.holds {
            Holds::Lesser => return None,
            Holds::Password => limits.min_password,
            // Many of these take 16, 24 or 32 bytes, whoever reads them.
            Holds::Secret if self.name.to_ascii_uppercase().contains("COOKIE") => limits.min_secret.min(16),
            Holds::Secret => limits.min_secret,
            Holds::Issued => MIN_ISSUED,
        };
        let least = self.format.map_or(policy, |format| format.least(policy));
        let format = self.format.filter(|_| least > policy);
        let length = self.value.chars().count();
        (length < least).then(|| {
            let strong = shape::bits(self.value) >= 96 && is_random(self.value);
            Weakness::Short { length, least, format, strong }
        })
    }
}

/// Whether a text would be no secret for anybody.
fn is_worthless(text: &str) -> bool {
    is_placeholder(text)
        || known::known(text).is_some()
        || shape::pattern(text).is_some()
        || words::is_plain_words(text, &[])
}

/// The text behind base64 or hexadecimal digits, if it is text.
fn decoded(value: &str) -> Option<String> {
    let value = value.strip_prefix("base64:").unwrap_or(value);
    if !(6..=200).contains(&value.len()) {
        return None;
    }
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).ok()?;
        let text = text.trim_end_matches('\n');
        (text.len() >= 4 && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')).then(|| text.to_owned())
    };
    unhex(value).and_then(text).or_else(|| base64::decode_value(value).and_then(text))
}

fn unhex(value: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = value.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|&[high, low]| u8::try_from(digit(high)? << 4 | digit(low)?).ok()).collect();
    if rest.is_empty() { bytes } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, value: &str) -> Option<Weakness> {
        let format = Format::of(name, value, &[]);
        Secret { format, ..Secret::new(holds(name)?, name, value) }.weakness(&Limits::default())
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
        assert_eq!(of("DB_PASSWORD", "postgres"), Some(Weakness::Default(Published::Shipped("the PostgreSQL image"))));
        assert_eq!(of("MINIO_SECRET_KEY", "minioadmin"), Some(Weakness::Default(Published::Shipped("MinIO"))));
        assert_eq!(of("PLANE_PASSWORD", "plane"), Some(Weakness::Weak("it repeats the name of its own variable")));
        assert_eq!(
            of("ENCRYPTION_KEY", &"0".repeat(64)),
            Some(Weakness::Weak("it consists of the same few characters"))
        );
        assert_eq!(
            of("ADMIN_PASSWORD", "cGFzc3dvcmQ="),
            Some(Weakness::Weak("it is a placeholder or a default, only encoded"))
        );
        assert_eq!(
            of("DB_PASSWORD", "x9Kq"),
            Some(Weakness::Short { length: 4, least: 12, format: None, strong: false })
        );
        assert_eq!(
            of("JWT_SECRET", "q8Zr+PlmT2/vXc91kd03Bfw="),
            Some(Weakness::Short { length: 24, least: 32, format: None, strong: true })
        );
        assert_eq!(of("SALT", "put your unique phrase here"), Some(Weakness::Placeholder));
        let temporal = Secret { known: &["temporal"], ..Secret::new(Holds::Password, "", "temporal") };
        assert!(matches!(temporal.weakness(&Limits::default()), Some(Weakness::Weak(_))));
    }

    #[test]
    fn programs_and_policy_ask_for_lengths() {
        let asked = |name: &str, value: &str, vars: &[(&str, &str)], min_secret| {
            let format = Format::of(name, value, vars);
            let limits = Limits { min_secret, ..Limits::default() };
            match (Secret { format, ..Secret::new(Holds::Secret, name, value) }).weakness(&limits) {
                Some(Weakness::Short { least, .. }) => least,
                other => panic!("{name}: {other:?}"),
            }
        };
        let value = "q8Zr+PlmT2/vXc91kd03Bfw7";
        assert_eq!(asked("DJANGO_SECRET_KEY", value, &[], 32), 50);
        assert_eq!(asked("DJANGO_SECRET_KEY", value, &[], 60), 60);
        assert_eq!(asked("JWT_SECRET", value, &[("JWT_ALGORITHM", "HS384")], 32), 48);
        assert_eq!(asked("SECRET_KEY_BASE", value, &[], 32), 64);
        assert_eq!(asked("SECRET_KEY", value, &[], 40), 40);
        // The length of these is fixed; a policy cannot ask for more.
        let fixed = Secret {
            format: Some(Format::RailsMaster),
            ..Secret::new(Holds::Secret, "RAILS_MASTER_KEY", "f3a9c1d27b60e84512aa90bc7d3e5f18")
        };
        assert_eq!(fixed.weakness(&Limits { min_secret: 64, ..Limits::default() }), None);
        let text = Weakness::Short { length: 24, least: 50, format: Some(Format::Django), strong: true }.to_string();
        assert_eq!(text, "it has 24 characters, Django asks for 50");
    }

    #[test]
    fn a_weakness_never_shows_the_value() {
        for value in ["Kanarie-471", "kanarie471", "changeme-kanarie"] {
            let text = of("SECRET_KEY", value).map(|weakness| weakness.to_string()).unwrap_or_default();
            assert!(!text.is_empty() && !text.contains("anarie"), "{text}");
        }
    }
}
