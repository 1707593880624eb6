//! What programs demand of the secrets they are given.

use super::base64;
use super::name::words;

/// A demand on a secret, by the program that uses it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Format {
    /// Django's `SECRET_KEY`: its own check wants 50 characters (`security.W009`).
    Django,
    /// Laravel's `APP_KEY`: 32 bytes for AES-256-CBC, raw or in base64 behind `base64:` (`Illuminate\Encryption`).
    Laravel,
    /// A Fernet key: 32 bytes in base64 with padding (`cryptography.fernet`); several are separated by commas.
    Fernet,
    /// What Rails derives its keys from; Rails itself writes 128 hexadecimal digits.
    RailsBase,
    /// The key of Rails' encrypted credentials: 32 hexadecimal digits (`ActiveSupport::EncryptedFile`).
    RailsMaster,
    /// What Phoenix signs cookies with: 64 bytes (`Plug.Session.COOKIE`).
    Phoenix,
    /// The cookie secret of oauth2-proxy: 16, 24 or 32 bytes, raw or in URL-safe base64.
    CookieProxy,
    /// A password that iron-webcrypto derives a key from: 32 characters, in Nuxt, iron-session and their like.
    Iron,
    /// Meilisearch's master key in production: 16 bytes.
    Meilisearch,
    /// A key that goes into AES-256 as it stands: 32 bytes.
    Aes256,
    /// The key of an HMAC signature, by the algorithm beside it: as many bytes as the hash has (RFC 7518, section 3.2).
    Hmac(&'static str),
}

impl Format {
    /// Whether a name can have demands at all; cheap, most cannot.
    pub fn is_about(name: &str) -> bool {
        const ENDS: [&str; 11] = [
            "SECRET_KEY",
            "SECRET_KEY_BASE",
            "JWT_SECRET",
            "COOKIE_SECRET",
            "COOKIE_PASSWORD",
            "SESSION_PASSWORD",
            "APP_KEY",
            "MASTER_KEY",
            "ENCRYPTION_KEY",
            "FERNET_KEY",
            "FERNET_KEYS",
        ];
        name == "SECRET" || ENDS.iter().any(|end| name.ends_with(end))
    }

    /// What is demanded of a variable, given its value and the other variables of its file.
    pub fn of<'a>(name: &str, value: &str, vars: &[(&'a str, &'a str)]) -> Option<Self> {
        let get = |key: &str| vars.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let has = |key: &str| get(key).is_some();
        let any = |start: &str| vars.iter().any(|(name, _)| name.starts_with(start));
        match name {
            "DJANGO_SECRET_KEY" => return Some(Format::Django),
            "RAILS_MASTER_KEY" => return Some(Format::RailsMaster),
            "OAUTH2_PROXY_COOKIE_SECRET" => return Some(Format::CookieProxy),
            "NUXT_SESSION_PASSWORD" | "IRON_SESSION_PASSWORD" | "SECRET_COOKIE_PASSWORD" | "WORKOS_COOKIE_PASSWORD" => {
                return Some(Format::Iron);
            }
            // Cal.com.
            "CALENDSO_ENCRYPTION_KEY" => return Some(Format::Aes256),
            "MEILI_MASTER_KEY" => return (get("MEILI_ENV") == Some("production")).then_some(Format::Meilisearch),
            "SECRET_KEY_BASE" => return Some(if any("PHX_") { Format::Phoenix } else { Format::RailsBase }),
            // AES-128 takes other keys.
            "APP_KEY" if get("APP_CIPHER").is_some_and(|cipher| cipher.contains("128")) => return None,
            "APP_KEY" => return is_laravel(value, has).then_some(Format::Laravel),
            "SECRET_KEY" if any("DJANGO_") => return Some(Format::Django),
            _ => {}
        }
        match words(name).as_slice() {
            [.., fernet, key] if fernet == "FERNET" && (key == "KEY" || key == "KEYS") => Some(Format::Fernet),
            _ => hmac(name, get),
        }
    }

    /// Why the program refuses a value, a clause about "it"; `None` when it takes it.
    pub fn refuses(self, value: &str) -> Option<&'static str> {
        let fits = match self {
            Format::Laravel => match value.strip_prefix("base64:") {
                Some(body) => base64_bytes(body) == 32,
                None => value.len() == 32,
            },
            Format::Fernet => value.split(',').all(|key| {
                // Python drops what is not in the alphabet, and insists on the padding.
                key.contains('=') && key.bytes().filter(|b| is_base64(*b)).count() == 43
            }),
            Format::RailsMaster => value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit()),
            Format::Phoenix => value.len() >= 64,
            Format::CookieProxy => {
                let legal = |length| matches!(length, 16 | 24 | 32);
                let decoded = || base64::decode_value(value).map(|bytes| bytes.len());
                legal(value.len()) || !value.contains(['+', '/']) && decoded().is_some_and(legal)
            }
            Format::Iron => value.encode_utf16().count() >= 32,
            Format::Meilisearch => value.len() >= 16,
            Format::Aes256 => value.len() == 32,
            Format::Django | Format::RailsBase | Format::Hmac(_) => true,
        };
        (!fits).then_some(match self {
            Format::Laravel if value.starts_with("base64:") => {
                "it does not decode to 32 bytes, and AES-256 takes no others"
            }
            Format::Laravel => "it is not 32 bytes long, and AES-256 takes no others",
            Format::Fernet => "it is not 32 bytes in base64 with the closing `=`",
            Format::RailsMaster => "it is not made of 32 hexadecimal digits",
            Format::Phoenix => "it has fewer than 64 bytes",
            Format::CookieProxy => "it is not 16, 24 or 32 bytes long, neither as it stands nor in URL-safe base64",
            Format::Iron => "it has fewer than 32 characters",
            Format::Meilisearch => "it has fewer than 16 bytes",
            _ => "it is not 32 bytes long, and AES-256 takes no others",
        })
    }

    /// The fewest characters to ask for, beyond what it refuses, when the policy asks for `least`.
    pub fn least(self, least: usize) -> usize {
        match self {
            Format::Django => least.max(50),
            Format::RailsBase | Format::Hmac("HS512") => least.max(64),
            Format::Hmac("HS384") => least.max(48),
            Format::Hmac(_) => least.max(32),
            // No other length is legal, whatever the policy asks for.
            Format::Laravel | Format::Fernet | Format::RailsMaster | Format::Aes256 => 0,
            Format::CookieProxy => least.min(16),
            Format::Phoenix | Format::Iron | Format::Meilisearch => least,
        }
    }

    /// Who demands it.
    pub fn whose(self) -> &'static str {
        match self {
            Format::Django => "Django",
            Format::Laravel => "Laravel",
            Format::Fernet => "Fernet",
            Format::RailsBase | Format::RailsMaster => "Rails",
            Format::Phoenix => "Phoenix",
            Format::CookieProxy => "oauth2-proxy",
            Format::Iron => "the session library",
            Format::Meilisearch => "Meilisearch",
            Format::Aes256 => "the program",
            Format::Hmac(algorithm) => algorithm,
        }
    }

    /// The command that makes a value for a secret of this format, or of none.
    pub fn command_for(format: Option<Self>) -> &'static str {
        format.map_or("gonogo secret", Format::command)
    }

    /// The command that makes a fitting value.
    fn command(self) -> &'static str {
        match self {
            Format::Django => "gonogo secret --format django",
            Format::Laravel => "gonogo secret --format laravel",
            Format::Fernet => "gonogo secret --format fernet",
            Format::RailsMaster | Format::CookieProxy | Format::Aes256 => "gonogo secret --length 32",
            Format::RailsBase | Format::Phoenix => "gonogo secret --length 128",
            Format::Iron | Format::Meilisearch | Format::Hmac(_) => "gonogo secret",
        }
    }
}

/// `APP_KEY` is Laravel's when it says `base64:`, or when Laravel's other variables are there. AdonisJS has the same name and
/// wants any text; its files say `NODE_ENV`.
fn is_laravel(value: &str, has: impl Fn(&str) -> bool) -> bool {
    const OWN: [&str; 11] = [
        "LOG_CHANNEL",
        "QUEUE_CONNECTION",
        "BROADCAST_DRIVER",
        "BROADCAST_CONNECTION",
        "CACHE_DRIVER",
        "CACHE_STORE",
        "SESSION_DRIVER",
        "FILESYSTEM_DISK",
        "FILESYSTEM_DRIVER",
        "MAIL_MAILER",
        "MAIL_DRIVER",
    ];
    value.starts_with("base64:") || has("APP_DEBUG") && !has("NODE_ENV") && OWN.iter().any(|key| has(key))
}

/// The algorithm that `JWT_ALGORITHM` names beside `JWT_SECRET`, if it is an HMAC.
fn hmac<'a>(name: &str, get: impl Fn(&str) -> Option<&'a str>) -> Option<Format> {
    let stem = name.strip_suffix("_KEY").unwrap_or(name).strip_suffix("SECRET")?;
    if !stem.is_empty() && !stem.ends_with("JWT_") {
        return None;
    }
    let said = ["ALGORITHM", "ALG", "ALGO"].iter().find_map(|word| get(&format!("{stem}{word}")))?;
    ["HS256", "HS384", "HS512"].into_iter().find(|known| said.eq_ignore_ascii_case(known)).map(Format::Hmac)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// How many bytes PHP makes of base64: it drops what is not in the alphabet.
fn base64_bytes(body: &str) -> usize {
    body.bytes().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).count() * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_name_and_neighbours() {
        let laravel = [("APP_DEBUG", "false"), ("LOG_CHANNEL", "stack")];
        let adonis = [("NODE_ENV", "production"), ("APP_DEBUG", "false"), ("SESSION_DRIVER", "cookie")];
        for (name, value, vars, expected) in [
            ("DJANGO_SECRET_KEY", "x", &[][..], Some(Format::Django)),
            ("SECRET_KEY", "x", &[("DJANGO_DEBUG", "0")], Some(Format::Django)),
            ("SECRET_KEY", "x", &[("FLASK_APP", "a")], None),
            ("SECRET_KEY", "x", &[("ALGORITHM", "HS256")], Some(Format::Hmac("HS256"))),
            ("APP_KEY", "x", &[], None),
            ("APP_KEY", "base64:x", &[], Some(Format::Laravel)),
            ("APP_KEY", "x", &laravel, Some(Format::Laravel)),
            ("APP_KEY", "x", &adonis, None),
            ("APP_KEY", "base64:x", &[("APP_CIPHER", "AES-128-CBC")], None),
            ("JWT_SECRET", "x", &[("JWT_ALGORITHM", "hs512")], Some(Format::Hmac("HS512"))),
            ("JWT_SECRET_KEY", "x", &[("JWT_ALG", "HS384")], Some(Format::Hmac("HS384"))),
            ("JWT_SECRET", "x", &[("JWT_ALGORITHM", "RS256")], None),
            ("API_JWT_SECRET", "x", &[("API_JWT_ALGO", "HS256")], Some(Format::Hmac("HS256"))),
            ("SESSION_SECRET", "x", &[("SESSION_ALG", "HS256")], None),
            ("AIRFLOW__CORE__FERNET_KEY", "x", &[], Some(Format::Fernet)),
            ("FERNET_SALT", "x", &[], None),
            ("SECRET_KEY_BASE", "x", &[], Some(Format::RailsBase)),
            ("SECRET_KEY_BASE", "x", &[("PHX_HOST", "a")], Some(Format::Phoenix)),
            ("MEILI_MASTER_KEY", "x", &[("MEILI_ENV", "production")], Some(Format::Meilisearch)),
            ("MEILI_MASTER_KEY", "x", &[], None),
        ] {
            assert_eq!(Format::of(name, value, vars), expected, "{name} {vars:?}");
            assert!(expected.is_none() || Format::is_about(name), "{name}");
        }
    }

    #[test]
    fn what_programs_refuse() {
        let b64 = |text: &str| text.to_owned();
        for (format, value, fits) in [
            (Format::Laravel, b64("base64:nX3wT0y5oQv1b9GmXc7L2kq8ZrPlmT2vXc91kd03Bfw="), true),
            (Format::Laravel, b64("base64:nX3wT0y5oQv1b9GmXc7L2g=="), false),
            (Format::Laravel, "k".repeat(32), true),
            (Format::Laravel, "k".repeat(40), false),
            (Format::Fernet, b64("nX3wT0y5oQv1b9GmXc7L2kq8ZrPlmT2vXc91kd03Bfw="), true),
            (Format::Fernet, b64("nX3wT0y5oQv1b9GmXc7L2kq8ZrPlmT2vXc91kd03Bf-="), true),
            (Format::Fernet, b64("nX3wT0y5oQv1b9GmXc7L2kq8ZrPlmT2vXc91kd03Bfw"), false),
            (Format::Fernet, b64("f3a9c1d27b60e84512aa90bc7d3e5f18"), false),
            (Format::RailsMaster, b64("f3a9c1d27b60e84512aa90bc7d3e5f18"), true),
            (Format::RailsMaster, b64("f3a9c1d27b60e84512aa90bc7d3e5f1"), false),
            (Format::RailsMaster, b64("f3a9c1d27b60e84512aa90bc7d3e5f1z"), false),
            (Format::CookieProxy, b64("f3a9c1d27b60e845"), true),
            (Format::CookieProxy, b64("nX3wT0y5oQv1b9GmXc7L2kq8ZrPlmT2vXc91kd03Bfw="), true),
            (Format::CookieProxy, b64("nX3wT0y5oQ+1b9GmXc7L2kq8ZrPlmT2/Xc91kd03Bfw="), false),
            (Format::CookieProxy, b64("f3a9c1d27b60e8451"), false),
            (Format::Phoenix, "k".repeat(63), false),
            (Format::Aes256, "k".repeat(44), false),
            (Format::Django, b64("k"), true),
        ] {
            assert_eq!(format.refuses(&value).is_none(), fits, "{format:?} {value}");
        }
    }
}
