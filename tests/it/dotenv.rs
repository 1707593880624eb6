//! The dialects read env files as the programs do, by recordings of these programs (all in an empty environment).

use std::collections::BTreeMap;

use gonogo::source::{FileId, Source};
use gonogo::syntax::dotenv::Dialect;
use serde_json::Value;

/// Recorded results that are not what the program does, and why.
const ARTEFACTS: [(&str, &str, &str); 1] =
    [("latin1", "compose", "Compose keeps the byte E9; the recording is JSON, which cannot hold it, and shows U+FFFD")];

fn vectors() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/env/dialect-vectors.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
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
        for dialect in Dialect::ALL {
            let name = dialect.name();
            let recorded = &vector["results"][name];
            let reading = dialect.read(&source);
            let keys: std::collections::BTreeSet<&str> = reading.values.iter().map(|(key, _)| key.as_str()).collect();
            let got: BTreeMap<&str, &str> =
                keys.into_iter().map(|key| (key, reading.get(dialect, key).unwrap())).collect();
            let values = recorded["values"].as_object().unwrap();
            let expected: BTreeMap<&str, &str> =
                values.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap())).collect();
            let same = got == expected && reading.error.is_some() == recorded["error"].as_bool().unwrap();
            let artefact = ARTEFACTS.iter().any(|(case, program, _)| (*case, *program) == (id, name));
            if same == artefact {
                wrong.push(format!("{name} {id}: expected {recorded}, got {got:?}, error {:?}", reading.error));
            }
            *compared.entry(name).or_insert(0) += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared.values().all(|&count| count >= 80), "{compared:?}");
}

#[test]
fn the_environment_of_the_linter_is_never_read() {
    // PATH is set wherever this test runs.
    let source = Source::new(FileId(0), ".env", b"A=${PATH}\nB=\"$PATH\"x\nC=$PATH\n".to_vec());
    for dialect in Dialect::ALL {
        for (_, value) in dialect.read(&source).values {
            assert!(matches!(value.as_str(), "" | "x"), "{}", dialect.name());
        }
    }
}
