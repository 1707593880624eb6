//! What a secret is worth: labelled values from real files, random values that must pass, and `gonogo secret`.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use gonogo::model::env::EnvFile;
use gonogo::model::{Head, Kind};
use gonogo::secret::{Format, Holds, Limits, Secret, Weakness, holds};
use gonogo::source::{FileId, Source};
use gonogo::syntax::dotenv;

/// One env file of the given lines, judged as production: what is wrong with the secret of the key.
fn judged(lines: &str, key: &str) -> Option<Weakness> {
    let source = Source::new(FileId(0), ".env", lines.as_bytes().to_vec());
    let head = Head { source: &source, kind: Kind::Env };
    let env = EnvFile::new(&head, &mut dotenv::parse(&source));
    let mut secrets = env.effective().flat_map(|(var, _)| var.credentials());
    let found = secrets.find(|credential| credential.var.key.value == key)?;
    env.weakness(&found, &Limits::default())
}

/// `testdata/env/weak-labels.tsv`: file, line, key, label, reason, value (and `beside`: other lines of the file that matter).
struct Label {
    place: String,
    key: String,
    wrong: bool,
    value: String,
    beside: String,
}

fn labels() -> Vec<Label> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/env/weak-labels.tsv");
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let [file, line, key, label, _, value, rest @ ..] = cells.as_slice() else { panic!("short row: {row}") };
        assert!(matches!(*label, "placeholder" | "default" | "weak" | "fine"), "{row}");
        Label {
            place: format!("{file}:{line}"),
            key: (*key).to_owned(),
            wrong: *label != "fine",
            value: (*value).to_owned(),
            beside: rest.first().map_or(String::new(), |beside| beside.replace(' ', "\n")),
        }
    })
    .collect()
}

#[test]
fn labelled_values_are_told_apart() {
    let labels = labels();
    let (mut missed, mut false_alarms, mut wrong) = (Vec::new(), Vec::new(), 0);
    for label in &labels {
        let lines = format!("{}\n{}={}\n", label.beside, label.key, label.value);
        let said = judged(&lines, &label.key);
        // Random, but shorter than the policy: said, and said to be low.
        let said = said.filter(|weakness| !matches!(weakness, Weakness::Short { strong: true, .. }));
        wrong += usize::from(label.wrong);
        match (label.wrong, said) {
            (true, None) => missed.push(format!("{} {}={}", label.place, label.key, label.value)),
            (false, Some(weakness)) => false_alarms.push(format!("{} {}: {weakness}", label.place, label.key)),
            _ => {}
        }
    }
    assert!(wrong > 100 && labels.len() - wrong > 50, "{wrong} of {}", labels.len());
    assert!(missed.len() * 100 <= wrong * 3, "recall below 97 %:\n{}", missed.join("\n"));
    assert!(false_alarms.len() * 100 <= (labels.len() - wrong) * 3, "false alarms:\n{}", false_alarms.join("\n"));
}

/// A small generator with a seed (xorshift64*), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..length).map(|_| char::from(alphabet[self.next() as usize % alphabet.len()])).collect()
    }

    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.next() as usize % (most - least + 1)
    }
}

const HEX: &str = "0123456789abcdef";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn never_weak(kind: &str, value: &str) {
    for (name, holds) in [("JWT_SECRET", Holds::Secret), ("DB_PASSWORD", Holds::Password), ("API_TOKEN", Holds::Issued)]
    {
        let said = Secret::new(holds, name, value).weakness(&Limits::default());
        // Random, but shorter than the policy: said, and said to be low.
        assert!(matches!(said, None | Some(Weakness::Short { strong: true, .. })), "{kind}, {name}: {value} {said:?}");
    }
}

#[test]
fn random_values_are_never_called_weak() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for (kind, alphabet, least, most) in [
        ("hex", HEX, 32, 64),
        ("upper hex", "0123456789ABCDEF", 32, 64),
        ("base64", BASE64, 24, 64),
        ("base64url", BASE64_URL, 24, 64),
        ("letters and digits", &BASE64[..62], 24, 64),
    ] {
        for _ in 0..10_000 {
            let length = random.between(least, most);
            never_weak(kind, &random.text(alphabet, length));
        }
    }
    for _ in 0..10_000 {
        let fernet = random.text(BASE64_URL, 43) + "=";
        never_weak("fernet", &fernet);
        assert_eq!(Format::Fernet.refuses(&fernet), None);
        let hex: Vec<String> = [8, 4, 3, 3, 12].map(|length| random.text(HEX, length)).to_vec();
        let variant = random.text("89ab", 1);
        never_weak("uuid", &format!("{}-{}-4{}-{variant}{}-{}", hex[0], hex[1], hex[2], hex[3], hex[4]));
    }
}

/// What people and password managers make up, with nothing to complain about.
#[test]
fn passphrases_and_generated_passwords_pass() {
    for value in [
        "hazard-cloister-7mutable",
        "hyzgub-3duqNe-pabkyz",
        "Reunion-Cedar-Wildfowl8-Puma",
        "exchange-forever-walnut-ship",
        "ChooseUnlikelyListenedMantissa6",
        "fill lantern biscuit harbour",
        "replace tolerant oboe ferry",
        "set-walnut-lantern-puma",
        "walnut lantern biscuit here7",
        "vR8k#tQ2mZ!x",
        "bnqxwvrtkplmzhgcdfsj",
        "Zug-um-Zug-nach-Wanne-Eickel",
    ] {
        let said = Secret::new(Holds::Password, "DB_PASSWORD", value).weakness(&Limits::default());
        assert_eq!(said, None, "{value}");
    }
}

fn secret(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gonogo")).arg("secret").args(arguments).output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = secret(arguments);
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap().strip_suffix('\n').unwrap().to_owned()
}

#[test]
fn gonogo_secret_prints_what_was_asked_for() {
    let django = format!("{}-_=+@^", &BASE64[..62]);
    for (arguments, start, alphabet, length, end) in [
        (&[][..], "", HEX, 64, ""),
        (&["--length", "32"], "", HEX, 32, ""),
        (&["--format", "hex", "--length=128"], "", HEX, 128, ""),
        (&["--format", "base64"], "", BASE64, 44, ""),
        (&["--format", "base64", "--length", "24"], "", BASE64, 24, ""),
        (&["--format", "django"], "", &django, 50, ""),
        (&["--format", "django", "--length", "67"], "", &django, 67, ""),
        (&["--format", "laravel"], "base64:", BASE64, 43, "="),
        (&["--format", "fernet"], "", BASE64_URL, 43, "="),
    ] {
        let (one, two) = (printed(arguments), printed(arguments));
        assert_ne!(one, two, "{arguments:?}");
        for text in [one, two] {
            let body = text.strip_prefix(start).and_then(|text| text.strip_suffix(end)).unwrap();
            assert!(body.len() == length && body.chars().all(|c| alphabet.contains(c)), "{arguments:?}: {text}");
        }
    }
}

#[test]
fn gonogo_secret_draws_every_character() {
    for (format, alphabet) in [("hex", HEX), ("base64", BASE64)] {
        let seen: HashSet<char> = printed(&["--format", format, "--length", "1024"]).chars().collect();
        assert_eq!(seen.len(), alphabet.len(), "{format}");
    }
    assert_eq!(printed(&["--format", "django", "--length", "1024"]).chars().collect::<HashSet<_>>().len(), 68);
}

#[test]
fn gonogo_secret_makes_what_the_rules_want() {
    for (key, beside, arguments) in [
        ("JWT_SECRET", "JWT_ALGORITHM=HS512", &[][..]),
        ("DJANGO_SECRET_KEY", "", &["--format", "django"]),
        ("APP_KEY", "", &["--format", "laravel"]),
        ("FERNET_KEY", "", &["--format", "fernet"]),
        ("SECRET_KEY_BASE", "PHX_HOST=shop.de", &["--length", "128"]),
        ("RAILS_MASTER_KEY", "", &["--length", "32"]),
        ("OAUTH2_PROXY_COOKIE_SECRET", "", &["--length", "32"]),
        ("CALENDSO_ENCRYPTION_KEY", "", &["--length", "32"]),
        ("DB_PASSWORD", "", &[]),
    ] {
        assert!(holds(key).is_some());
        let value = printed(arguments);
        assert_eq!(judged(&format!("{beside}\n{key}={value}\n"), key), None, "{key} {value}");
    }
}

#[test]
fn gonogo_secret_refuses_what_would_not_be_one() {
    for (arguments, said) in [
        (&["--length", "8"][..], "too few"),
        (&["--length", "0"], "too few"),
        (&["--length", "33"], "32 or 34"),
        (&["--length", "100000"], "more than"),
        (&["--format", "base64", "--length", "25"], "24 or 28"),
        (&["--format", "django", "--length", "49"], "50 are the least"),
        (&["--format", "laravel", "--length", "32"], "fixed"),
        (&["--format", "fernet", "--length", "44"], "fixed"),
        (&["--length", "many"], "invalid value"),
        (&["--format", "rot13"], "possible values"),
    ] {
        let output = secret(arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error.contains(said) && output.stdout.is_empty(), "{arguments:?}: {error}");
    }
}
