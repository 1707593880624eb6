//! The dialects against the programs themselves, where they are installed, on generated files.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gonogo::source::{FileId, Source};
use gonogo::syntax::dotenv::{Dialect, Environment, Value};

use crate::numbers::Numbers;

/// What a program made of a file: the variables, and whether it complained.
type Outcome = (BTreeMap<String, Option<String>>, bool);

const KEYS: &[&str] =
    &["K", "L", "A", "k_1", "export K", "  K", "MY-KEY", "my.key", "1K", "'K'", "K ", "#K", "K\t", "é"];
const SIGNS: &[&str] = &["=", "=", "=", "=", "=", " = ", "= ", ": ", "==", ""];
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "a", "b", "v1", "\\", "\"", "'", "$A", "${A}", "${U:-d}", "${A:-d}", "$", "#", " #", " ", "\t", "\\n", "\\\"", "\\'",
    "\\\\", "=", "é", "{", "}", ":", "%", "\\\n", ".", "*", "/", "x#y", "\u{a0}", ",",
];
const ENDS: &[&str] = &["\n", "\n", "\n", "\n", "\r\n", " \n", " # c\n"];

/// Files with lines as they are found and as they go wrong. Nothing in them is a command that exists.
fn files(count: usize) -> Vec<String> {
    let mut numbers = Numbers::new(20_261_120);
    let file = |_| {
        let mut text = String::new();
        if numbers.below(2) == 0 {
            text += "A=1\n";
        }
        for _ in 0..=numbers.below(3) {
            let quote = numbers.pick(&["", "", "\"", "'"]);
            text += numbers.pick(KEYS);
            text += numbers.pick(SIGNS);
            text += quote;
            for _ in 0..numbers.below(5) {
                let piece = numbers.pick(PIECES);
                if quote.is_empty() || !piece.contains(quote) || numbers.below(4) == 0 {
                    text += piece;
                }
            }
            text += quote;
            text += numbers.pick(ENDS);
        }
        text + "Z=end\n"
    };
    (0..count).map(file).collect()
}

/// Writes the files into a directory of its own; it is gone when this is dropped.
struct Batch(PathBuf, Vec<String>);

impl Batch {
    fn new(name: &str, count: usize) -> Batch {
        let directory = std::env::temp_dir().join(format!("gonogo-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let files = files(count);
        for (index, text) in files.iter().enumerate() {
            std::fs::write(directory.join(index.to_string()), text).unwrap();
        }
        Batch(directory, files)
    }

    fn read(&self, name: String) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap_or_default()
    }

    /// `NAME=value` parts that end with NUL bytes, without what the shell sets by itself.
    fn variables(&self, name: String) -> BTreeMap<String, Option<String>> {
        let own = [
            "_",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "PATH",
            "MAKEFLAGS",
            "MAKELEVEL",
            "MFLAGS",
            "MAKE_TERMOUT",
            "MAKE_TERMERR",
            "GNUMAKEFLAGS",
            "CURDIR",
            "MAKEFILE_LIST",
            "MAKEOVERRIDES",
        ];
        let text = String::from_utf8_lossy(&self.read(name)).into_owned();
        let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(key, _)| !own.contains(key))
            .map(|(key, value)| (key.to_owned(), Some(value.to_owned())))
            .collect()
    }

    /// Compares a dialect with what the program made of every file.
    fn compare(&self, dialect: &str, outcome: impl Fn(usize) -> Outcome) {
        let dialect = Dialect::parse(dialect).unwrap();
        let mut wrong = Vec::new();
        for (index, text) in self.1.iter().enumerate() {
            let source = Source::new(FileId(0), ".env", text.clone().into_bytes());
            let reading = dialect.read(&source, &Environment::default());
            let entries = reading.effective(dialect);
            if entries.iter().any(|entry| matches!(entry.value, Value::Output(_))) {
                continue;
            }
            let values = entries.iter().map(|entry| (entry.key.value.clone(), entry.value.text().map(str::to_owned)));
            let own: Outcome = (values.collect(), reading.error.is_some());
            let expected = outcome(index);
            if own != expected {
                wrong.push(format!("{text:?}\n  {} gives {expected:?}\n  gonogo gives {own:?}", dialect.name()));
            }
        }
        println!("{}: {} files compared, {} differ", dialect.name(), self.1.len(), wrong.len());
        assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(10)].join("\n"));
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(program: &str, arguments: &[&str], directory: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).env_clear().env("PATH", "/nonexistent");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Where a program is, if it is installed.
fn find(program: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|place| place.join(program)).find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: {program} is not installed");
    }
    found.map(|path| path.display().to_string())
}

/// Every file in a process of its own: its variables in `N.env`, its complaints in `N.err`, its status in `N.status`.
const SOURCE: &str = r#"
i=0
while [ $i -lt "$1" ]; do
  (
    exec 2>$i.err 3>$i.env
    __i=$i __env=$2
    set --
    trap '__s=$?; set +a; echo $__s >$__i.status; $__env -0 >&3' EXIT
    set -a
    . ./$i >/dev/null
  )
  i=$((i + 1))
done
"#;

fn source(shell: &str, count: usize) {
    let (Some(program), Some(env)) = (find(shell), find("env")) else { return };
    let batch = Batch::new(shell, count);
    assert!(run(&program, &["-c", SOURCE, shell, &count.to_string(), &env], &batch.0));
    batch.compare(shell, |index| {
        let mut values = batch.variables(format!("{index}.env"));
        values.retain(|key, _| !["i", "__i", "__env", "__s"].contains(&key.as_str()));
        let status = String::from_utf8(batch.read(format!("{index}.status"))).unwrap();
        (values, status.trim() != "0" || !batch.read(format!("{index}.err")).is_empty())
    });
}

#[test]
fn bash_agrees() {
    source("bash", 250);
}

#[test]
fn dash_agrees() {
    source("dash", 250);
}

#[test]
fn make_agrees() {
    let (Some(program), Some(env), Some(shell)) = (find("make"), find("env"), find("sh")) else { return };
    let batch = Batch::new("make", 150);
    let rule = format!("include $(FILE)\nexport\nFILE :=\n__show:\n\t@{env} -0\n");
    std::fs::write(batch.0.join("show.mk"), rule).unwrap();
    let script = format!(
        "i=0; while [ $i -lt {} ]; do {program} -s -f show.mk FILE=$i __show >$i.env 2>$i.err; echo $? >$i.status; i=$((i + 1)); done",
        batch.1.len()
    );
    assert!(run(&shell, &["-c", &script], &batch.0));
    batch.compare("make", |index| {
        let failed = batch.read(format!("{index}.status")) != b"0\n";
        let mut values = if failed { BTreeMap::new() } else { batch.variables(format!("{index}.env")) };
        values.remove("FILE");
        (values, failed || !batch.read(format!("{index}.err")).is_empty())
    });
}

/// Older versions read escapes, comments and a byte order mark differently.
const NEW_ENOUGH: &str = "import importlib.metadata as m, sys; \
    sys.exit([int(n) for n in m.version('python-dotenv').split('.')[:3]] < [1, 2, 4])";

const DOTENV: &str = r#"
import json, logging, sys
import dotenv
logging.disable(logging.CRITICAL)
def read(name):
    try:
        return [dict(dotenv.dotenv_values(name, encoding="utf-8")), False]
    except Exception:
        return [{}, True]
json.dump([read(str(i)) for i in range(int(sys.argv[1]))], open("out.json", "w"))
"#;

#[test]
fn python_dotenv_agrees() {
    let Some(python) = std::env::var("GONOGO_PYTHON").ok().or_else(|| find("python3")) else { return };
    let there = Command::new(&python).args(["-c", NEW_ENOUGH]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        println!("skipped: python3 has no python-dotenv 1.2.4 or newer");
        return;
    }
    let batch = Batch::new("python-dotenv", 600);
    let count = batch.1.len().to_string();
    let done = Command::new(&python).args(["-c", DOTENV, &count]).current_dir(&batch.0).env_clear().status();
    assert!(done.unwrap().success());
    let outcomes: Vec<Outcome> = serde_json::from_slice(&batch.read("out.json".to_owned())).unwrap();
    batch.compare("python-dotenv", |index| outcomes[index].clone());
}
