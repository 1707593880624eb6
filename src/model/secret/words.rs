//! Placeholders, published defaults and ordinary words: what values are made of that nobody drew at random.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A list of words, built when it is first asked.
pub(super) type Words = LazyLock<HashSet<&'static str>>;

/// The words of a text.
pub(super) fn words_of(text: &'static str) -> HashSet<&'static str> {
    text.split_ascii_whitespace().collect()
}

/// Values that everybody tries first, lower case.
static COMMON: Words = LazyLock::new(|| {
    words_of(
        "0000 111111 1234 12345 123456 1234567 12345678 123456789 1234567890 123qwe 1q2w3e4r abc123 access admin \
        admin1 admin123 admin1234 adminadmin administrator adminpass adminpassword alpine apikey app appsecret \
        changeme changeme1 changeme123 clickhouse couchdb dbpassword default demo dev developer development \
        devpassword django docker elastic example foo foobar grafana hello hunter2 influxdb jwt jwtsecret keycloak \
        laravel letmein local localhost login mariadb master mongo mongodb monkey mypassword mysecret mysql \
        nextcloud oracle p4ssw0rd p@ssw0rd p@ssword pass pass123 passw0rd password password1 password123 pgpassword \
        postgres123 postgrespassword public qwerty qwerty123 rabbitmq redis redispassword root root123 rootpassword \
        s3cr3t sa secret secret123 secretkey secretpassword server supersecret system test test123 testing toor user \
        welcome wordpress",
    )
});

/// Values that come with software, with the software.
const VENDORS: [(&str, &str); 16] = [
    ("airflow", "the Airflow compose file"),
    ("bitnami", "the Bitnami images"),
    ("cassandra", "Cassandra"),
    ("changeit", "Java keystores"),
    ("changethis", "the FastAPI template"),
    ("dolphins", "Hasura's examples"),
    ("guest", "RabbitMQ"),
    ("keyboardcat", "the Express session examples"),
    ("laradock", "Laradock"),
    ("masterkey", "Meilisearch's examples"),
    ("minio", "MinIO"),
    ("minio123", "MinIO's examples"),
    ("minioadmin", "MinIO"),
    ("miniosecret", "Langfuse's examples"),
    ("postgres", "the PostgreSQL image"),
    ("superset", "Superset"),
];

/// Longer keys that came with software and were copied into many deployments.
const SHIPPED: [(&str, &str); 8] = [
    ("akiaiosfodnn7example", "the AWS documentation"),
    ("wjalrxutnfemi/k7mdeng/bpxrficyexamplekey", "the AWS documentation"),
    ("eyj0exaioijkv1qilcjhbgcioijiuzi1nij9.eyjpc3mioijzdxbhymfzzs1kzw1v", "Supabase's demo"),
    ("eyjhbgcioijiuzi1niisinr5cci6ikpxvcj9.eyjyb2xlijoiyw5vbiisimlzcyi6inn1cgfiyxnllwrlbw8", "Supabase's demo"),
    ("your-super-secret-jwt-token-with-at-least-32-characters-long", "Supabase's compose file"),
    ("this_is_my_secret_key", ""),
    ("thisismysecretkey", ""),
    ("sk_test_4ec39hqlyjwdarjtt1zdp7dc", "the Stripe documentation"),
];

/// The first eight bytes of MD5, SHA-1 and SHA-256 of words that people hash and call it a secret.
static HASHED: Words = LazyLock::new(|| {
    words_of(
        "0192023a7bbd7325 057ba03d6c441048 084e0343a0486ff0 098f6bcd4621d373 21232f297a57a5a7 240be518abfd2724 \
        25d55ad283aa400a 2bb80d537b1da3e3 2cf24dba5fb0a30e 35675e68f4b5af7b 4813494d137e1631 482c811da5d5b4bc \
        4cb9c8a8048fd022 5baa61e4c9b93f3f 5d41402abc4b2a76 5e884898da280471 5ebe2294ecd0e0f0 5f4dcc3b5aa765d6 \
        63a9f0ea7bb98050 65e84be33532fb78 7c222fb2927d828a 7c4a8d09ca3762af 84983c60f7daadc1 8c6976e5b5410415 \
        8d969eef6ecad3c2 9f86d081884c7d65 a942b37ccfaf5a81 a94a8fe5ccb19ba6 aaf4c61ddcc5e8a2 afc848c316af1a89 \
        b1b3773a05c0ed01 cbfdac6008f9cab4 d033e22ae348aeb5 d41d8cd98f00b204 d8578edf8458ce06 da39a3ee5e6b4b0d \
        dc76e9f0c0006e8f e10adc3949ba59ab e3b0c44298fc1c14 e5e9fa1ba31ecd1a e8a48653851e28c6 ef797c8118f02dfb \
        ef92b778bafe771e f865b53623b121fd fa9beb99e4029ad5",
    )
});

/// Whole words (between separators) that tell the reader to put something else here.
static TELLING: Words = LazyLock::new(|| {
    words_of(
        "changeit changeme changethis characters chars dummy enter example fake fill fillme fixme generate generated \
        goes insert mustbe notset openssl paste placeholder pwgen redacted replace replaceme replacement sample \
        setme todo unset urandom uuidgen xxx your yours yourself",
    )
});

/// Parts, long enough not to occur by chance in a random string once signs are gone and digits read as letters.
const TELLING_PARTS: [&str; 37] = [
    "changeme",
    "changethis",
    "changeit",
    "changebefore",
    "changefor",
    "changein",
    "pleasechange",
    "mustchange",
    "replaceme",
    "replacethis",
    "replacewith",
    "placeholder",
    "yourapi",
    "yoursecret",
    "yourpassword",
    "yourtoken",
    "yourkey",
    "yourjwt",
    "yourown",
    "yourvery",
    "yoursuper",
    "putyour",
    "insertyour",
    "enteryour",
    "generatewith",
    "longandrandom",
    "randomstring",
    "randomalphanumeric",
    "generatea",
    "opensslrand",
    "goeshere",
    "keyhere",
    "secrethere",
    "tokenhere",
    "passwordhere",
    "notsecure",
    "uniquephrase",
];

/// Ordinary words of values that people make up for secrets. A value that consists of nothing else was not drawn at random.
static PLAIN: Words = LazyLock::new(|| {
    words_of(
        "a access account admin administrator after also an and another api app application at auth backend bar base \
        bot cat ci client cookie credential data database db default demo dev devel develop development django do \
        docker email encryption env fallback fastapi flask foo for forever fort grafana hash hello hmac hush i in \
        ingest insecure internal is it its jwt key keyboard laravel least local localhost long longer magic magical \
        mail master me minimum mongo more my mysql new next nobody node not of only or pass passphrase passwd \
        password pg phrase please postgres postgresql private prod production project public pwd qa rails random \
        real redis refresh root safe salt secret secrets secure security server service session shared shh should \
        signing smtp some something stage staging string strong super system temp temporary test testing that the \
        this to token too top tops ultra unsafe user value very web webhook welcome with x",
    )
});

/// `value` in lower case with signs removed and digits read as the letters they stand for: `Ch4nge-M3` gives `changeme`.
fn squeeze(value: &str) -> String {
    value
        .chars()
        .filter_map(|c| match c.to_ascii_lowercase() {
            '0' => Some('o'),
            '1' | '!' => Some('i'),
            '3' => Some('e'),
            '4' | '@' => Some('a'),
            '5' | '$' => Some('s'),
            '7' => Some('t'),
            c if c.is_ascii_alphabetic() => Some(c),
            _ => None,
        })
        .collect()
}

/// Runs of letters, split where the case rises, lower case.
fn letters(value: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in value.chars() {
        if c.is_ascii_alphabetic() {
            let start = !previous.is_ascii_alphabetic() || previous.is_ascii_lowercase() && c.is_ascii_uppercase();
            if start {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(c.to_ascii_lowercase());
            }
        }
        previous = c;
    }
    words
}

/// Whether a value tells the reader to put something else here: `changeme`, `your-key-here`, `<token>`, `xxxx`.
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    if value.is_empty() || value.len() > 400 {
        return false;
    }
    // `admin@example.org` is an address; whether its domain is real is another question.
    if value.contains('@') && value.contains('.') && !value.contains("your") && !value.contains(' ') {
        return crossed_out(value);
    }
    if bracketed(value)
        || crossed_out(value)
        || value.starts_with("$(")
        || value.starts_with('`') && value.ends_with('`')
    {
        return true;
    }
    let words = letters(value);
    let share: usize = words.iter().filter(|word| word.len() > 2).map(String::len).sum();
    // Words of a random string are short and few; those of a placeholder make up most of it.
    let worded = share * 2 >= value.len() && !super::is_random(value);
    if value.eq_ignore_ascii_case("tbd") || value.eq_ignore_ascii_case("tba") {
        return true;
    }
    worded && telling(&words) || {
        let squeezed = squeeze(value);
        TELLING_PARTS.iter().any(|part| squeezed.contains(part))
    }
}

fn telling(words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    let last = words.last().map_or("", String::as_str);
    words.iter().any(|word| TELLING.contains(word.as_str()))
        || words.len() > 1
            && (matches!(first, "change" | "set" | "put" | "add" | "use" | "choose" | "edit" | "update")
                || last == "here")
        || words.windows(2).any(|pair| {
            matches!(
                (pair[0].as_str(), pair[1].as_str()),
                ("change", "me" | "this" | "it" | "in" | "before" | "for" | "to") | ("at", "least") | ("must", "be")
            )
        })
}

/// `<token>`, `[your-key]`, `{key}`, `__KEY__`, `%KEY%`: a hole with a name.
fn bracketed(value: &str) -> bool {
    let inside = |open: &str, close: &str| {
        value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|name| {
            name.len() > 1
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'_' | b'-' | b'.' | b':' | b'/' | b'\''))
        })
    };
    let hole = value.find('<').zip(value.rfind('>')).is_some_and(|(open, close)| {
        close > open + 2
            && value[open + 1..close].bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'_' | b'-'))
    });
    hole || inside("[", "]")
        || inside("{", "}")
        || inside("(", ")")
        || inside("__", "__") && value.len() > 6
        || inside("%", "%")
        || inside("@@", "@@")
}

/// `xxxx`, `sk-...`, `********`: a value that was taken out.
fn crossed_out(value: &str) -> bool {
    let longest = |which: fn(char) -> bool| value.split(|c| !which(c)).map(str::len).max().unwrap_or(0);
    let crosses = longest(|c| c == 'x' || c == 'X');
    value.contains("...")
        || value.contains('…')
        || longest(|c| c == '*') >= 3
        || longest(|c| c == '#') >= 4
        || crosses >= 5
        || crosses >= 3 && crosses * 2 >= value.len()
        || value.bytes().all(|b| b == b'?')
}

/// Whether a value is published or tried first by everybody; gives who published it, `""` for nobody in particular.
pub fn known_default(value: &str) -> Option<&'static str> {
    let lower = value.trim().to_ascii_lowercase();
    let plain: String = lower.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).collect();
    let listed = |word: &str| {
        let vendor = VENDORS.iter().find(|(known, _)| *known == word).map(|(_, whose)| *whose);
        vendor.or_else(|| COMMON.contains(word).then_some(""))
    };
    let trimmed = plain.trim_end_matches(['!', '?', '#', '*', '$']);
    let shipped = || SHIPPED.iter().find(|(known, _)| lower.starts_with(known)).map(|(_, whose)| *whose);
    listed(&lower)
        .or_else(|| listed(&plain))
        .or_else(|| listed(trimmed))
        .or_else(shipped)
        .or_else(|| listed(undated(trimmed)?))
}

/// `admin2024` without its year; only for words long enough to have been a word.
fn undated(value: &str) -> Option<&str> {
    let word = value.strip_suffix(|c: char| c.is_ascii_digit())?.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &value[word.len()..];
    (word.len() >= 4
        && (digits.len() <= 3
            || digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
            || digits == "1234"))
        .then_some(word)
}

/// Whether a value is the hash of a listed word.
pub fn is_hashed_word(value: &str) -> bool {
    matches!(value.len(), 32 | 40 | 64) && {
        let start = value[..16.min(value.len())].to_ascii_lowercase();
        value.bytes().all(|b| b.is_ascii_hexdigit()) && HASHED.contains(start.as_str())
    }
}

/// Whether a value is made of nothing but ordinary words (and those of `extra`), with at most a few digits and signs.
pub fn is_plain_words(value: &str, extra: &[String]) -> bool {
    if value.len() > 200 {
        return false;
    }
    let words = letters(value);
    let all: usize = words.iter().map(String::len).sum();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let known = |word: &str| is_known(word, extra);
    let covered: usize = words.iter().filter(|word| known(word)).map(String::len).sum();
    if all >= 4 && digits <= 4 && covered * 10 >= all * 9 {
        return true;
    }
    // `gitea-webhook-secret`: says what it is, and one more word for what.
    let noun = |word: &String| matches!(word.as_str(), "secret" | "password" | "passwd" | "token" | "key" | "pass");
    if digits == 0 && words.iter().any(noun) && covered * 10 >= all * 6 {
        return true;
    }
    // `$ecretf0rt3st`: digits and signs inside a word that read as letters.
    let read = squeeze(value);
    digits <= 5 && read.len() >= 8 && read.len() * 10 >= value.len() * 8 && known(&read)
}

/// Whether a run of letters can be cut into known words; every cut is tried once per place.
fn is_known(run: &str, extra: &[String]) -> bool {
    if run.len() > 64 || !run.is_ascii() {
        return false;
    }
    let mut reachable = vec![false; run.len() + 1];
    reachable[0] = true;
    for start in 0..run.len() {
        if !reachable[start] {
            continue;
        }
        for end in start + 1..=run.len().min(start + 15) {
            let part = &run[start..end];
            // Single letters and pairs would let anything through.
            let whole = start == 0 && end == run.len();
            if (end - start > 2
                || whole
                || matches!(part, "is" | "my" | "db" | "to" | "in" | "at" | "me" | "ci" | "pg" | "qa"))
                && (PLAIN.contains(part) || part.len() > 2 && extra.iter().any(|word| word == part))
            {
                reachable[end] = true;
            }
        }
    }
    reachable[run.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for value in [
            "changeme",
            "CHANGE_ME",
            "change-me-also",
            "Ch4ng3M3!",
            "your-super-secret-key-change-this",
            "your_jwt_secret_here",
            "<YOUR-SECRET>",
            "[generate-strong-secret-min-32-chars]",
            "__REPLACE_ME__",
            "sk_test_your_key_here",
            "sk-...",
            "xxxxxxxx",
            "replace-with-at-least-32-random-bytes",
            "openssl rand -base64 32",
            "base64:your_generated_app_key_here",
            "$(openssl rand -hex 32)",
            "yourapikeyhere",
            "test-jwt-secret-at-least-twenty-characters",
            "LOCAL_ONLY_CHANGE_ME",
            "<vercel access token>",
            "vck_...your_key_here",
            "put your unique phrase here",
            "TODO",
            "re_...",
            "generate_a_new_key",
            "long-and-random-alphanumeric-string",
            "change-this-to-a-random-string-in-production",
            "insert-token",
            "{api_key}",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn not_placeholders() {
        for value in [
            "f3a9c1d27b60e84512aa90bc7d3e5f18",
            "q8Zr+PlmT2/vXc91kd03Bfw=",
            "mail@example-host7.org",
            "correct horse battery staple",
            "[\"a\", \"b\"]",
            "{\"a\": 1}",
            "Tr0ub4dor&3",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "Jxx9aLq2",
            "a<b>c9",
            "your7Hq2LmZx81pQwT5vBn3Kd",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn defaults_hashes_and_words() {
        for value in ["postgres", "Admin", "P@ssw0rd", "minioadmin", "admin2024", "password!", "change-it"] {
            assert!(known_default(value).is_some(), "{value}");
        }
        for value in ["frog", "x7", "adm1nistration-9x", "posted"] {
            assert!(known_default(value).is_none(), "{value}");
        }
        assert!(
            is_hashed_word("5f4dcc3b5aa765d61d8327deb882cf99") && !is_hashed_word("6f4dcc3b5aa765d61d8327deb882cf99")
        );
        for value in [
            "rootsecretpassword",
            "my-super-secret-key",
            "magical_password",
            "$ecretf0rt3st",
            "insecure-secret",
            "gitea-webhook-secret",
            "superSecretJwtToken2024",
        ] {
            assert!(is_plain_words(value, &[]), "{value}");
        }
        for value in [
            "correct horse battery staple",
            "q8Zr+PlmT2/vXc91kd03Bfw=",
            "f3a9c1d27b60e84512aa90bc7d3e5f18",
            "Wagner-Rhein-74-Zimt",
        ] {
            assert!(!is_plain_words(value, &[]), "{value}");
        }
        assert!(is_plain_words("taiga-secret-key", &["taiga".into()]));
    }
}
