//! Values that are no secret because everybody has them: published, shipped with software, tried first.

use crate::cut::Cut;

use ring::digest::{SHA256, digest};

use super::letters::squeezed;
use super::set::{Words, words};

/// Where a value is known from.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Published {
    /// Everybody tries it first.
    Guess,
    /// It comes with this software, or stands in its documentation.
    Shipped(&'static str),
    /// It is on lists of signing keys that were found in public code.
    Listed,
    /// It stands in the template beside the file.
    Template,
}

/// Values that everybody tries first, lower case.
static COMMON: Words = words!(
    "0000 000000 111111 121212 123123 123321 1234 12345 123456 1234567 12345678 123456789 1234567890 123qwe 1q2w3e \
    1q2w3e4r 1qaz2wsx 654321 666666 987654321 abc123 access admin admin1 admin123 admin1234 adminadmin \
    administrator adminpass adminpassword alpine api apikey app appsecret asdf asdfgh azerty baseball batman \
    changeme changeme1 changeme123 clave clickhouse computer contrasena couchdb dbpassword dbuser default demo dev \
    developer development devpass devpassword django docker dragon elastic example flower foo foobar football \
    freedom geheim geheimnis grafana guest haslo hello heslo hottie hunter hunter2 iloveyou influxdb jesus jwt \
    jwtsecret kennwort keycloak killer laravel letmein liverpool local localhost login loveme lovely mariadb \
    master matrix michael mongo mongodb monkey motdepasse mustang mypass mypassword mysecret mysecretkey mysql \
    mysqlpassword nextcloud ninja oracle p@ssword parol parola pass pass123 passe password password1 password123 \
    passwort pgpassword pokemon postgres123 postgrespassword princess public qazwsx qwer1234 qwerty qwerty123 \
    qwertyuiop rabbitmq rahasia redis redispassword root root123 rootpass rootpassword sa salasana secret \
    secret123 secretkey secretpassword secreto segredo senha server shadow sifre soccer starwars sunshine \
    superman supersecret superuser system temp temporary test test123 testing testpass testpassword testtest toor \
    trustno1 user user123 userpass userpassword wachtwoord welcome whatever wordpress zxcvbn zxcvbnm пароль"
);

/// Values that come with software, with the software.
const VENDORS: [(&str, &str); 33] = [
    ("airflow", "the Airflow compose file"),
    ("arangodb", "ArangoDB's examples"),
    ("bitnami", "the Bitnami images"),
    ("cassandra", "Cassandra"),
    ("changeit", "Java keystores"),
    ("changethis", "the FastAPI template"),
    ("difyai123456", "Dify"),
    ("dolphins", "Hasura's examples"),
    ("harbor12345", "Harbor"),
    ("5ivel!fe", "GitLab's development kit"),
    ("infini_rag_flow", "RAGFlow"),
    ("keyboardcat", "the Express session examples"),
    ("laradock", "Laradock"),
    ("masterkey", "Meilisearch's examples"),
    ("minio", "MinIO"),
    ("minio123", "MinIO's examples"),
    ("minioadmin", "MinIO"),
    ("miniosecret", "Langfuse's examples"),
    ("mmuser_password", "Mattermost's compose file"),
    ("myadminsecretkey", "Hasura's examples"),
    ("myredissecret", "Langfuse's examples"),
    ("mystrongpassword123!", "OpenSearch's examples"),
    ("nacos", "Nacos"),
    ("neo4j", "Neo4j"),
    ("odoo", "the Odoo image"),
    ("pass@word1", "Microsoft's examples"),
    ("postgres", "the PostgreSQL image"),
    ("raspberry", "Raspberry Pi OS"),
    ("somepasswordpepper", "Graylog's examples"),
    ("superset", "Superset"),
    ("vagrant", "Vagrant boxes"),
    ("zabbix", "the Zabbix images"),
    ("zammad", "the Zammad compose file"),
];

/// Longer keys from documentation, tutorials and compose files that were copied into thousands of deployments, lower case.
/// They are published facts, checked against public code; a value counts when it starts with one.
const SHIPPED: [(&str, &str); 42] = [
    ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "the FastAPI documentation"),
    ("16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef", "LibreChat's example"),
    ("192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf", "the Flask documentation"),
    ("1x0000000000000000000000000000000aa", "Cloudflare Turnstile's documentation"),
    ("255d861b-5ea1-5996-9aa3-922530ec40b1", "the Directus documentation"),
    ("2fl+ktvkfl+fuz4qp/a75g2rtiwva/zokzvp6fiim10=", "Laravel's test suites"),
    ("357638792f423f4428472b4b6250655368566d597133743677397a2443264629", "a Spring Security tutorial"),
    ("3cfa76ef14937c1c0ea519f8fc057a80fcd04a7420f8e8bcd0a7567c272e007b", "a Spring Security tutorial"),
    ("404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970", "a Spring Security tutorial"),
    ("46bkjoqylppoexq0ohdznilnepkff87wfwlbfzqddho=", "Airflow examples"),
    ("5lrmxkkwcvocs/uerpsl7v+tx/aauai7idkgl3tsmle=", "Infisical's example"),
    ("60gp0byfz2dvffa45cxl20p1scy9xbpf6d8c5y0geejgkyp1b5", "Plane's compose file"),
    ("6116487b-cda1-52c2-b5b5-c8022c45e263", "the Directus documentation"),
    ("6c1fe4e407b8911c104518103505b218", "Infisical's example"),
    ("81hqdtbqaywksoumsha3bhwnodq26slt6k0yazezyps=", "Airflow examples"),
    ("9a4f2c8d3b7a1e6f45c8a0b3f267d8b1d4e6f3c8a9d2b5f8e3a9c8b5f6v8a3d9", "a Spring Security tutorial"),
    ("_5#y2l\"f4q8z", "the Flask documentation"),
    ("akiaiosfodnn7example", "the AWS documentation"),
    ("do+uspmmb/rewbx2k/rskfmtggssz8ta", "Typebot's example"),
    ("eaa5191f2914e30b9387fd84e254e4ba6fc51b4654968a9b0803b456a54b8418", "LibreChat's example"),
    (
        "eby8vdm02xnocqflquwjpllmetlcdxj1ouzft50usrz6ifsufq2uvercz4i6tq/k1szfptotr/kbhbeksogmgw==",
        "the Azure storage emulator",
    ),
    ("eyj0exaioijkv1qilcjhbgcioijiuzi1nij9.eyjpc3mioijzdxbhymfzzs1kzw1v", "Supabase's demo"),
    ("6leixactaaaaagg-vfi1tnrwxmznfuojj4wifjwe", "reCAPTCHA's documentation"),
    ("eyjhbgcioijiuzi1niisinr5cci6ikpxvcj9.eyjyb2xlijoiyw5vbiisimlzcyi6inn1cgfiyxnllwrlbw8", "Supabase's demo"),
    ("f0e5ad933d7f6fd8f4dbb3e038c501c052dc0593c686d21acb30ae205d2f634b", "Outline's tests"),
    ("f34be427ebb29de8d88c107a71546019685ed8b241d8f2ed00c3df97ad2566f0", "LibreChat's example"),
    ("lykiyyt6owg+71olergza7gxcgot++6ovaezwajpcjf+sjc3ztu+quei", "Dify's compose file"),
    ("qahbte77ctuxmsfyhr7+vrji/+xbv1aafy691iy+kgdv2jvy0/eah8y1", "Dify's compose file"),
    ("r(m)9nlgnz$(_q3n4z1k(efsmcjjjzx08x9vhnvcfd%6rf#r!6de@+v5zk2x", "netbox-docker"),
    ("secretkey012345678901234567890123456789012345678901234567890123456789", "Nacos"),
    ("sk-9f73s3ljtxvcmt3blb3ljtqtskighxvcmt3blbkfjlk7u", "Dify's compose file"),
    ("sk_test_4ec39hqlyjwdarjtt1zdp7dc", "the Stripe documentation"),
    ("test_non_dev_secret", "Superset's compose file"),
    ("this_is_my_secret_key", "many examples"),
    ("thisisasecret_1234", "Superset"),
    ("thisismysecretkey", "many examples"),
    ("thistokenisnotsosecretchangeit", "Symfony's old skeleton"),
    ("upnvntn3cdxhjpq99ymc1t1aqgqpc8kfyturgbiya15blrx8etqoxz3gzv1/u2oq", "Supabase's compose file"),
    ("vghpc0lztxlddxn0b21tzwnyzxrlzxkwmtizndu2nzg=", "Nacos"),
    ("wjalrxutnfemi/k7mdeng/bpxrficyexamplekey", "the AWS documentation"),
    ("wvf5ythahlkywhgusmcrgsx3td5ngdn8pkih", "Dify's compose file"),
    ("your-super-secret-jwt-token-with-at-least-32-characters-long", "Supabase's compose file"),
];

/// Sorted 8-byte starts of digests; see `lists/README.md`.
struct Digests(&'static [u8]);

/// Of the values themselves (SHA-256): signing keys in public code that no other test here finds.
const LISTED: Digests = Digests(include_bytes!("lists/listed.bin"));

/// Of common words, as people store them: their MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal.
const HASHED: Digests = Digests(include_bytes!("lists/hashed.bin"));

impl Digests {
    fn contains(&self, start: [u8; 8]) -> bool {
        let (entries, _) = self.0.as_chunks::<8>();
        entries.binary_search(&start).is_ok()
    }
}

/// Whether and from where a value is known. `value` has no white space around it.
pub fn known(value: &str) -> Option<Published> {
    let lower = value.to_lowercase();
    let plain: String = lower.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).collect();
    let trimmed = plain.trim_end_matches(['!', '?', '#', '*', '$', '@']);
    let key = lower.strip_prefix("base64:").unwrap_or(&lower);
    let shipped =
        || SHIPPED.iter().find(|(start, _)| key.starts_with(start)).map(|(_, whose)| Published::Shipped(whose));
    word(&lower).or_else(|| word(&plain)).or_else(|| word(trimmed)).or_else(shipped).or_else(|| word(undated(trimmed)?))
}

/// A word as it stands or with signs for letters (`p@ssw0rd`).
fn word(text: &str) -> Option<Published> {
    let listed = |text: &str| {
        let vendor = VENDORS.iter().find(|(known, _)| *known == text).map(|(_, whose)| Published::Shipped(whose));
        vendor.or_else(|| COMMON.contains(text).then_some(Published::Guess))
    };
    let spoken = |one| {
        let read = squeezed(text, one);
        // Nothing may have been dropped, or `a-9-d-8-min` would be a word.
        (read.len() == text.len() && read != text).then(|| listed(&read)).flatten()
    };
    listed(text).or_else(|| (text.len() <= 20).then(|| spoken('i').or_else(|| spoken('l'))).flatten())
}

/// `admin2024` without its year, `admin12345` without its count; only for words long enough to have been a word.
fn undated(value: &str) -> Option<&str> {
    let word = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &value.as_bytes()[word.len()..];
    let year = digits.len() == 4 && (digits.starts_with(b"19") || digits.starts_with(b"20"));
    let count = digits.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) <= 1 || pair == b"90");
    let word = word.trim_end_matches(['@', '#', '!', '$']);
    (word.len() >= 4 && !digits.is_empty() && (digits.len() <= 3 || year || count)).then_some(word)
}

/// Whether a value is published as it stands: a default, an example, what everybody tries first.
pub fn is_published(value: &str) -> bool {
    if value.len() > 100 || !value.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return false;
    }
    let lower = value.to_lowercase();
    let is = |known: &str| known == lower;
    COMMON.contains(lower.as_str())
        || VENDORS.iter().any(|(known, _)| is(known))
        || value.len() >= 20 && SHIPPED.iter().any(|(known, _)| is(known))
}

/// Whether a word is one of those everybody tries.
pub fn is_common(word: &str) -> bool {
    COMMON.contains(word)
}

/// Whether a value is on the list of signing keys from public code.
pub fn is_listed(value: &str) -> bool {
    // Shorter ones are short, which says enough.
    value.len() >= 16
        && digest(&SHA256, value.as_bytes()).as_ref().first_chunk().is_some_and(|start| LISTED.contains(*start))
}

/// Whether a value is the hash of a common word.
pub fn is_hashed_word(value: &str) -> bool {
    matches!(value.len(), 32 | 40 | 64 | 128)
        && value.bytes().all(|b| b.is_ascii_hexdigit())
        && u64::from_str_radix(value.cut(..16), 16).is_ok_and(|start| HASHED.contains(start.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults() {
        for value in [
            "postgres",
            "Admin",
            "P@ssw0rd",
            "p455w0rd",
            "l3tm31n",
            "we1come",
            "minioadmin",
            "admin2024",
            "password!",
            "change-it",
            "Passwort123",
            "Sunshine12345!",
            "Harbor12345",
            "Senha@2024",
            "5iveL!fe",
        ] {
            assert!(known(value).is_some(), "{value}");
        }
        for value in ["frog", "x7", "adm1nistration-9x", "posted", "a9d8min", "root-9471-kiel"] {
            assert_eq!(known(value), None, "{value}");
        }
    }

    #[test]
    fn hashes_of_words() {
        for value in [
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "8C6976E5B5410415BDE908BD4DEE15DFB167A9C873FC4BB8A81F6F2AB448A918",
            "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
        ] {
            assert!(is_hashed_word(value), "{value}");
        }
        assert!(!is_hashed_word("6f4dcc3b5aa765d61d8327deb882cf99"));
    }

    /// The list is made from these words; whoever adds one makes it again (`lists/README.md`).
    #[test]
    fn hashes_of_all_our_words_are_listed() {
        let common = COMMON.text.split(' ');
        for word in common.chain(VENDORS.iter().map(|(word, _)| *word)) {
            for algorithm in [&SHA256, &ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &ring::digest::SHA512] {
                let hex: String =
                    digest(algorithm, word.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(is_hashed_word(&hex), "{word}");
            }
        }
    }

    #[test]
    fn lists_are_sorted() {
        for list in [&LISTED, &HASHED] {
            let (entries, rest) = list.0.as_chunks::<8>();
            assert!(rest.is_empty() && entries.len() > 400 && entries.is_sorted());
        }
        assert!(is_listed("6b9815c78f90ba692b65d9d7a0c487c309706df2"));
        assert!(!is_listed("7b9815c78f90ba692b65d9d7a0c487c309706df2"));
    }
}
