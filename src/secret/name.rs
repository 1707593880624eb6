//! What a variable's name says about its value.

use super::set::Words;

/// What a name promises.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Holds {
    /// A password somebody chose: `DB_PASSWORD`.
    Password,
    /// A key or secret the owner of the deployment makes up: `SECRET_KEY`, `JWT_SECRET`, `ENCRYPTION_KEY`.
    Secret,
    /// A key or token that somebody else issues in a format of his own: `STRIPE_API_KEY`, `GITHUB_TOKEN`.
    Issued,
    /// Better not shown, but not judged by its strength: salts, PINs, licence keys, hashes.
    Lesser,
}

/// After a secret word, these say that the value is about the secret, not the secret itself.
static ABOUT: Words = super::set::words!(
    "ADDR ADDRESS AGE ALG ALGO ALGORITHM ALGORITHMS ALLOWED AMOUNT ARN ATTEMPTS AUDIENCE AUTHENTICATOR BACKEND \
    BALANCE BITS BUCKET BUDGET CALLBACK CERT CHAIN CHARS CLAIM CLAIMS CLASS CMD CODES COLUMN COMMAND COMPLEXITY \
    CONTRACT COOKIE COST COUNT CURVE DAYS DECIMALS DELIMITER DIR DIRECTORY DISABLED DOMAIN DURATION EMAIL \
    ENABLE ENABLED ENDPOINT ENGINE EXP EXPIRATION EXPIRE EXPIRED EXPIRES EXPIRESIN EXPIRY FIELD FILE FILENAME \
    FILES FORMAT GENERATOR GRANT HASHER HASHERS HEADER HEADERS HINT HISTORY HOST HOURS ID IDS INTERVAL ISSUER \
    ITERATIONS KEYRING KIND LABEL LEEWAY LEN LENGTH LIFESPAN LIFETIME LIMIT LIMITS LINK LOCATION LOGIN MANAGER MAX METHOD MIN \
    MINUTES MODE MS NAME NAMES NAMESPACE ONLY PAGE PARAM PATH PATTERN PER POLICY PORT PREFIX PRICE PROJECT \
    PROVIDER REALM REDIRECT REGEX REGION REQUIRED ROTATION ROUNDS ROUTE RULES SCHEME SCOPE SCOPES SCRIPT \
    SECONDS SECS SEPARATOR SERVICE SIZE SOURCE STANDARD STORE STRATEGY STRENGTH SUBJECT SUFFIX SUPPLY SYMBOL \
    TEMPLATE TEMPLATES THRESHOLD TIME TIMEOUT TTL TYPE URI URL URLS USER USERNAME VALIDATOR VALIDATORS VALIDITY VERSION \
    VERSIONS WINDOW"
);

/// After a secret word, these say that only its hash is kept here.
const HASHED: [&str; 9] = ["HASH", "HASHED", "BCRYPT", "DIGEST", "SHA1", "SHA2", "SHA256", "SHA512", "MD5"];

/// Before `TOKEN`, these make it one of a language model, a list or a currency.
static OTHER_TOKENS: Words = super::set::words!(
    "BASE BOS CLS DEFAULT DEPOSIT EOS FEE GAS GOVERNANCE INPUT LP MASK MODEL NATIVE NEXT OUTPUT PAD PAGE QUOTE REWARD \
    REWARDS SEP STAKING STOP UNK WRAPPED"
);

/// Before a secret word, these make a switch or a number of it.
static SWITCH: Words = super::set::words!(
    "ALLOW AUTOGENERATE CHECK DISABLE DISABLED ENABLE ENABLED ENFORCE FORCE GENERATE HAS HIDE IGNORE IS MAX MIN \
    NO NUM REQUIRE REQUIRED SHOW SKIP"
);

/// Before `KEY`, these make a secret of it.
static KEYS: Words = super::set::words!(
    "ACCOUNT ADMIN AES ANTHROPIC API APP APPLICATION AUTH CIPHER COOKIE CRYPT CRYPTO DECRYPTION ENC ENCRYPT \
    ENCRYPTION FERNET HASH HMAC INGEST INTEGRATION INTERNAL JWT LICENSE MASTER MEILISEARCH OPENAI PRIVATE ROLE \
    ROOT SECRET SECURITY SENDGRID SERVER SERVICE SESSION SIGNING STORAGE"
);

/// Before or inside a key's name, these say that the world may know it.
const PUBLIC: [&str; 10] =
    ["ANON", "ANONYMOUS", "PRIMARY", "FOREIGN", "PUB", "PUBLIC", "PUBLISHABLE", "SITE", "SITEKEY", "VERIFYING"];

/// Before `SECRET`, these say that somebody else issued it.
static ISSUED: Words = super::set::words!(
    "ALGOLIA API AWS AZURE CAPTCHA CLERK CLIENT CLOUDINARY CONSUMER DISCORD DROPBOX FACEBOOK FLUTTERWAVE GITHUB \
    GITLAB GOOGLE HCAPTCHA HUBSPOT INTEGRATION INTERCOM LANGFUSE LASTFM LINKEDIN MAILCHIMP MAILGUN MAILJET \
    MICROSOFT MINIO MOLLIE PAYPAL PAYSTACK PLAID PUSHER RAZORPAY RECAPTCHA S3 SENDGRID SHOPIFY SLACK SPACES \
    SPOTIFY SQUARE STRIPE SUPABASE TURNSTILE TWILIO TWITTER WEBHOOK"
);

/// The words of a name, upper case: `jwtSecret.key-2` gives `JWT SECRET KEY 2`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = '_';
    let mut fresh = true;
    for c in name.chars().take(200) {
        if !c.is_ascii_alphanumeric() {
            fresh = true;
        } else {
            let hump = c.is_ascii_uppercase() && previous.is_ascii_lowercase();
            if fresh || hump {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(c.to_ascii_uppercase());
            }
            fresh = false;
        }
        previous = c;
    }
    words
}

/// What a name promises; `None` for names that hold no secret.
pub fn holds(name: &str) -> Option<Holds> {
    // Nearly all names are sorted out here, without an allocation.
    if !has_stem(name) || name == "PWD" || name == "OLDPWD" {
        return None;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (at, found) = words.iter().enumerate().rev().find_map(|(at, _)| Some((at, word_holds(&words, at)?)))?;
    if words[at + 1..].iter().any(|word| ABOUT.contains(word)) || words[..at].iter().any(|word| SWITCH.contains(word)) {
        return None;
    }
    // `REACT_APP_AUTH_TOKEN_KEY`: the name under which a browser keeps it.
    if words.ends_with(&["TOKEN", "KEY"]) && matches!(words[0], "REACT" | "VITE" | "NEXT" | "NUXT" | "PUBLIC" | "EXPO")
    {
        return None;
    }
    // `RATE_LIMIT_PASSWORD=5`: how often somebody may try.
    if words.starts_with(&["RATE", "LIMIT"]) {
        return None;
    }
    // `MYSQL_RANDOM_ROOT_PASSWORD` asks the image to make one.
    if words.ends_with(&["RANDOM", "ROOT", "PASSWORD"]) {
        return None;
    }
    Some(if words[at + 1..].iter().any(|word| HASHED.contains(word)) { Holds::Lesser } else { found })
}

/// Whether a variable of this name holds the hash of a secret: `GRAYLOG_ROOT_PASSWORD_SHA2`.
pub fn is_of_hash(name: &str) -> bool {
    words(name).iter().any(|word| HASHED.contains(&word.as_str()))
}

fn has_stem(name: &str) -> bool {
    // SECRET, PASS, PWD, TOKEN, KEY, CRED, SALT, PIN, AUTH, PEPPER, PSK: the first three letters, in upper case.
    let upper = |part: &[u8]| [part[0] & 0xdf, part[1] & 0xdf, part[2] & 0xdf];
    name.as_bytes().windows(3).any(|part| {
        matches!(
            &upper(part),
            b"SEC" | b"PAS" | b"PWD" | b"TOK" | b"KEY" | b"CRE" | b"SAL" | b"PIN" | b"AUT" | b"PEP" | b"PSK"
        )
    })
}

/// What the word at a place in a name promises.
fn word_holds(words: &[&str], at: usize) -> Option<Holds> {
    let before = at.checked_sub(1).map_or("", |i| words[i]);
    let after = words.get(at + 1).copied().unwrap_or("");
    let any = |list: &[&str]| words[..=at].iter().any(|word| list.contains(word));
    match words[at] {
        "PASSWORD" | "PASSWORDS" | "PASSWD" | "PASSWRD" | "PWD" | "PASSPHRASE" | "PASSCODE" | "DBPASS"
        | "DBPASSWORD" | "USERPASS" => Some(Holds::Password),
        "PASS" if after != "THROUGH" && after != "THRU" => Some(Holds::Password),
        "AUTH" if at + 1 == words.len() && matches!(before, "REDIS" | "BASIC" | "HTTP" | "VALKEY") => {
            Some(Holds::Password)
        }
        "SECRET" | "SECRETS" | "SECRETKEY" | "CLIENTSECRET" | "PEPPER" | "PSK" => {
            let issued = before == "CLIENT"
                || words[..=at].iter().any(|word| ISSUED.contains(word))
                || words[at] == "CLIENTSECRET"
                || before == "APP" && at > 1;
            Some(if issued { Holds::Issued } else { Holds::Secret })
        }
        // No service issues the one that opens one's own administration.
        "TOKEN" if before == "ADMIN" && at == 1 => Some(Holds::Secret),
        "TOKEN" if !OTHER_TOKENS.contains(before) => Some(Holds::Issued),
        "TOKENS" if matches!(before, "AUTH" | "ACCESS" | "API" | "BEARER") => Some(Holds::Issued),
        "APIKEY" | "APITOKEN" | "AUTHTOKEN" | "ACCESSTOKEN" | "AUTHKEY" => Some(Holds::Issued),
        "PRIVATEKEY" | "SERVICEKEY" => Some(Holds::Issued),
        "CREDENTIAL" | "CREDENTIALS" | "CREDS" if !any(&["CORS"]) && !any(&["WITH"]) => Some(Holds::Lesser),
        "SALT" | "PIN" | "SALTS" => Some(Holds::Lesser),
        "KEY" | "KEYS" if any(&PUBLIC) && !any(&["PRIVATE", "SECRET"]) => None,
        "KEY" | "KEYS" if before == "ACCESS" && any(&["SECRET"]) => Some(Holds::Issued),
        "KEY" | "KEYS" if before == "SECRET" => word_holds(words, at - 1),
        "KEY" | "KEYS" if KEYS.contains(before) => Some(match before {
            "AES" | "CIPHER" | "COOKIE" | "CRYPT" | "CRYPTO" | "ENCRYPT" | "ENCRYPTION" | "FERNET" | "HMAC" | "JWT"
            | "MASTER" | "SECURITY" | "SESSION" | "SIGNING" | "HASH" => Holds::Secret,
            "APP" if at == 1 => Holds::Secret,
            "LICENSE" => Holds::Lesser,
            _ => Holds::Issued,
        }),
        // `PGPASSWORD`, `XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY`: words that are written as one.
        word => [
            ("PASSWORD", Holds::Password),
            ("PASSWD", Holds::Password),
            ("ENCRYPTIONKEY", Holds::Secret),
            ("SECRETKEY", Holds::Secret),
            ("CLIENTSECRET", Holds::Issued),
            ("SECRET", Holds::Secret),
            ("APIKEY", Holds::Issued),
            ("PRIVATEKEY", Holds::Issued),
            ("AUTHTOKEN", Holds::Issued),
            ("ACCESSTOKEN", Holds::Issued),
        ]
        .into_iter()
        .find_map(|(end, holds)| word.ends_with(end).then_some(holds)),
    }
}

/// Prefixes that build tools copy into what browsers and apps download, with the tool that does it.
pub fn client_prefix(name: &str) -> Option<(&'static str, &'static str)> {
    const PREFIXES: [(&str, &str); 10] = [
        ("NEXT_PUBLIC_", "Next.js"),
        ("VITE_", "Vite"),
        ("REACT_APP_", "Create React App"),
        ("VUE_APP_", "Vue CLI"),
        ("NUXT_PUBLIC_", "Nuxt"),
        ("EXPO_PUBLIC_", "Expo"),
        ("GATSBY_", "Gatsby"),
        ("NG_APP_", "Angular"),
        ("STORYBOOK_", "Storybook"),
        ("PUBLIC_", "SvelteKit or Astro"),
    ];
    PREFIXES.into_iter().find(|(prefix, _)| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_hold_secrets() {
        for (name, expected) in [
            ("SECRET_KEY", Holds::Secret),
            ("DJANGO_SECRET_KEY", Holds::Secret),
            ("JWT_SECRET", Holds::Secret),
            ("JWT_SECRET_KEY", Holds::Secret),
            ("jwtSecret", Holds::Secret),
            ("SECRET_KEY_BASE", Holds::Secret),
            ("APP_KEY", Holds::Secret),
            ("APP_SECRET", Holds::Secret),
            ("STORE_ENCRYPTION_KEY", Holds::Secret),
            ("RAILS_MASTER_KEY", Holds::Secret),
            ("POSTGRES_PASSWORD", Holds::Password),
            ("DB_PASS", Holds::Password),
            ("PGPASSWORD", Holds::Password),
            ("XPACK_SECURITY_ENCRYPTIONKEY", Holds::Secret),
            ("spring.datasource.password", Holds::Password),
            ("REDIS_AUTH", Holds::Password),
            ("STRIPE_SECRET_KEY", Holds::Issued),
            ("AWS_SECRET_ACCESS_KEY", Holds::Issued),
            ("GOOGLE_CLIENT_SECRET", Holds::Issued),
            ("PUSHER_APP_SECRET", Holds::Issued),
            ("OPENAI_API_KEY", Holds::Issued),
            ("SUPABASE_SERVICE_ROLE_KEY", Holds::Issued),
            ("SALT", Holds::Lesser),
            ("GRAYLOG_ROOT_PASSWORD_SHA2", Holds::Lesser),
            ("ADMIN_PASSWORD_HASH", Holds::Lesser),
        ] {
            assert_eq!(holds(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn names_that_only_speak_of_secrets() {
        for name in [
            "POSTGRES_PASSWORD_FILE",
            "SECRET_PATH",
            "TOKEN_URL",
            "TOKEN_TTL",
            "EXPIRED_TOKEN_CODES",
            "ACCESS_TOKEN_LIFESPAN",
            "ACCESS_TOKEN_EXPIRE_MINUTES",
            "JWT_EXPIRES_IN",
            "PASSWORD_MIN_LENGTH",
            "API_KEY_HEADER",
            "JWT_ALGORITHM",
            "AWS_ACCESS_KEY_ID",
            "MAX_TOKENS",
            "OPENAI_MAX_TOKENS",
            "API_KEY_ENABLED",
            "API_KEY_RATE_LIMIT",
            "RATE_LIMIT_PASSWORD",
            "PASSWORD_REDIRECT_URL",
            "NEXT_PUBLIC_FORGOT_PASSWORD_REDIRECT_URL",
            "CLERK_PUBLISHABLE_KEY",
            "NEXT_PUBLIC_SUPABASE_ANON_KEY",
            "VAPID_PUBLIC_KEY",
            "RECAPTCHA_SITE_KEY",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MARIADB_RANDOM_ROOT_PASSWORD",
            "REGISTRY_AUTH_HTPASSWD_REALM",
            "REGISTRY_AUTH_TOKEN_SERVICE",
            "REDIS_CACHE_KEY_PREFIX",
            "PWD",
            "PASSKEY_AUTH_ENABLED",
            "KEY_PATH",
            "RSA_KEY_SIZE",
            "DEFAULT_OUTPUT_TOKEN",
            "TOKEN_SYMBOL",
            "AUTH_URL",
            "SSL_CERTIFICATE_KEY",
            "TURNKEY_FALLBACK_MODE",
            "DEBUG",
            "SENTRY_DSN",
            "AUTH0_DOMAIN",
            "CORS_ALLOW_CREDENTIALS",
            "COMPASS",
            "SECRETS_DIR",
            "RESTIC_PASSWORD_COMMAND",
            "PASSWORD_STRENGTH",
            "SECRET_MANAGER",
            "AUTH_PASSWORD_VALIDATORS",
            "FORGOT_PASSWORD_TEMPLATE",
            "GAS_TOKEN",
            "TOKEN_PRICE",
        ] {
            assert_eq!(holds(name), None, "{name}");
        }
    }
}
