//! The dialects read env files as the programs do, by recordings of these programs (all in an empty environment).

use std::collections::BTreeMap;

use gonogo::model::env::EnvFile;
use gonogo::source::{FileId, Source};
use gonogo::syntax::dotenv::{Dialect, Environment};
use serde_json::Value;

/// Recorded results that are not what the program does with the file, and why: case, dialects, reason.
const ARTEFACTS: &[(&str, &[&str], &str)] = &[
    ("dollar_num", SHELLS, ARGUMENT),
    ("bcrypt", SHELLS, ARGUMENT),
    ("bcrypt_dq", SHELLS, ARGUMENT),
    ("dollar_dollar", SHELLS, "`$$` is the process id of the shell"),
    ("tilde", &["bash"], "without HOME, `~` is the directory of the account bash runs under"),
    ("key-proto", &["node-nodeparse"], "`util.parseEnv` makes an object, `--env-file` sets variables"),
];

const SHELLS: &[&str] = &["bash", "dash"];
const ARGUMENT: &str = "`$1` is what the script that read the file was given";

fn artefact(case: &str, dialect: &str) -> bool {
    ARTEFACTS.iter().any(|(id, dialects, _)| *id == case && dialects.contains(&dialect))
}

/// All recordings: `testdata/env/*-vectors*.json`.
fn vectors() -> Vec<Value> {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/env")).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.retain(|path| path.to_string_lossy().contains("-vectors") && path.extension().is_some_and(|e| e == "json"));
    let read = |path| serde_json::from_str::<Vec<Value>>(&std::fs::read_to_string(path).unwrap()).unwrap();
    paths.into_iter().flat_map(read).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

#[test]
fn dialects_agree_with_the_programs() {
    let mut wrong = Vec::new();
    let mut compared = BTreeMap::new();
    for vector in vectors() {
        let id = vector["id"].as_str().unwrap();
        let source = Source::new(FileId(0), ".env", bytes(vector["input_hex"].as_str().unwrap()));
        for dialect in Dialect::ALL.iter().copied() {
            let name = dialect.name();
            let Some(recorded) = vector["results"].get(name) else { continue };
            let reading = dialect.read(&source, &Environment::default());
            let got: BTreeMap<&str, Option<&str>> =
                reading.effective(dialect).iter().map(|entry| (entry.key.as_str(), entry.value.text())).collect();
            let values = recorded["values"].as_object().unwrap();
            let expected: BTreeMap<&str, Option<&str>> =
                values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let same = got == expected && reading.error.is_some() == recorded["error"].as_bool().unwrap();
            if same == artefact(id, name) {
                wrong.push(format!("{name} {id}: expected {recorded}, got {got:?}, error {:?}", reading.error));
            }
            *compared.entry(name).or_insert(0) += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(compared.len(), Dialect::ALL.len());
    assert!(compared.values().all(|&count| count >= 80), "{compared:?}");
}

#[test]
fn the_environment_of_the_linter_is_never_read() {
    // PATH is set wherever this test runs.
    let path = std::env::var("PATH").unwrap();
    let source = Source::new(FileId(0), ".env", b"A=${PATH}\nB=\"$PATH\"x\nC=$PATH\n".to_vec());
    for dialect in Dialect::ALL {
        for entry in dialect.read(&source, &Environment::default()).entries {
            assert!(!entry.value.text().unwrap_or_default().contains(&path), "{}", dialect.name());
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 600, ..Default::default() })]

    /// The crate reads the whole file at once; the dialect reads it statement by statement, expands by itself, and
    /// knows where everything is written.
    #[test]
    fn dotenvy_is_its_own_oracle(text in r#"((export )?Q[AB]( ?= ?|=)|"|'|\\|\\n|\$|\$QA|\$\{QA\}|\$\{|\}|x|#| |\n|\r\n|é|=|-){0,40}"#) {
        let source = Source::new(FileId(0), ".env", text.clone().into_bytes());
        let reading = Dialect::Dotenvy.read(&source, &Environment::default());
        let (mut expected, mut failed) = (Vec::new(), false);
        for result in dotenvy::from_read_iter(text.as_bytes()) {
            match result {
                Ok(pair) => expected.push(pair),
                Err(_) => {
                    failed = true;
                    break;
                }
            }
        }
        let got: Vec<(String, String)> = reading
            .entries
            .iter()
            .map(|entry| (entry.key.value.clone(), entry.value.text().unwrap_or_default().to_owned()))
            .collect();
        proptest::prop_assert_eq!(got, expected, "{:?}", text);
        proptest::prop_assert_eq!(reading.error.is_some(), failed, "{:?}", text);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 200, ..Default::default() })]

    /// What `EnvFile::is_portable` promises: such a file is the same to every program.
    #[test]
    fn plain_files_are_the_same_for_every_program(text in r#"((Q[A-Za-z0-9_]{1,6}=[A-Za-z0-9_./:@%+,=?-]{0,12}|# [a-z]{0,9})?\n){0,8}"#) {
        let source = Source::new(FileId(0), ".env", text.clone().into_bytes());
        proptest::prop_assert!(EnvFile::is_portable(&source));
        let read = |dialect: Dialect| {
            let reading = dialect.read(&source, &Environment::default());
            let values = |entry: &&gonogo::syntax::dotenv::Entry| (entry.key.value.clone(), entry.value.text().map(str::to_owned));
            // Which of two assignments counts is another question.
            let values: std::collections::BTreeSet<_> = reading.entries.iter().map(|entry| values(&entry)).collect();
            (values, reading.error.is_some())
        };
        let expected = read(Dialect::Compose);
        let twice = expected.0.iter().map(|(key, _)| key).collect::<std::collections::BTreeSet<_>>().len() < expected.0.len();
        for dialect in Dialect::ALL.iter().filter(|_| !twice) {
            proptest::prop_assert_eq!(&read(*dialect), &expected, "{} {:?}", dialect.name(), text);
        }
    }
}
