//! `gonogo init`

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use super::output::{Failure, print};
use crate::model::{Class, Kind, candidate};
use crate::policy::Builtin;
use crate::source::{Content, Input, discover, read};

/// Writes a gonogo.yaml with comments into the working directory, and proposes the packs that fit what is there.
#[derive(clap::Args)]
pub struct Args {}

const NAME: &str = "gonogo.yaml";

const TEXT: &str = include_str!("init.yaml");

/// Where the packs are proposed.
const PLACE: &str = "  # - release\n";

/// Files of Python, where they name what they need.
const PYTHON: &[&str] = &["requirements", "pyproject.toml", "Pipfile", "setup.cfg", "setup.py"];

/// Which pack fits, by the manifest that names a library: how the file's name starts, and words one of which is in it.
const EVIDENCE: &[(&str, &[&str], &[&str])] = &[
    ("django", PYTHON, &["django"]),
    ("flask", PYTHON, &["flask"]),
    ("fastapi", PYTHON, &["fastapi"]),
    ("rails", &["Gemfile"], &["rails"]),
    ("laravel", &["composer.json"], &["laravel/framework"]),
    ("spring", &["pom.xml", "build.gradle"], &["spring-boot"]),
    ("nextjs-clerk", &["package.json"], &["@clerk/nextjs"]),
    ("nextjs", &["package.json"], &["next"]),
    ("node", &["package.json"], &["express", "fastify", "koa", "@nestjs/core", "hapi"]),
];

pub fn run(_: &Args) -> Result<u8, Failure> {
    let found = evidence();
    let lines = found.iter().map(|(pack, path)| format!("  # - {pack:<13} # {path}\n"));
    let text = TEXT.replacen(PLACE, &lines.fold(PLACE.to_owned(), |text, line| text + &line), 1);
    let file = OpenOptions::new().write(true).create_new(true).open(NAME);
    match file.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => {
            let packs: Vec<&str> = found.iter().map(|(pack, _)| *pack).collect();
            let fitting =
                if packs.is_empty() { String::new() } else { format!("; packs that fit: {}", packs.join(", ")) };
            print(&format!("wrote {NAME}{fitting}\n"))?;
            Ok(0)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(format!("{NAME} is there already").into()),
        Err(error) => Err(format!("cannot write {NAME}: {}", error.kind()).into()),
    }
}

/// The packs that fit the files below the working directory, each with the first file that says so.
fn evidence() -> Vec<(&'static str, String)> {
    let workspace =
        discover(".".as_ref(), |path| candidate(path) || EVIDENCE.iter().any(|(_, files, _)| is(path, files)));
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for input in &workspace.inputs {
        let Some(text) = text(input) else { continue };
        let frameworks = EVIDENCE
            .iter()
            .filter(|(_, files, words)| is(&input.path, files) && names_one(&text, words))
            .map(|(pack, ..)| *pack);
        let kind = Class::of(&input.path, text.as_bytes()).map(|class| class.kind);
        let by_kind = match kind {
            Some(Kind::Compose) => Some("hardening"),
            Some(Kind::Nginx) if text.contains(" ssl") => Some("web-tls"),
            _ => None,
        };
        for pack in frameworks.chain(by_kind).filter(|pack| Builtin::find(pack).is_some()) {
            // What one pack brings along need not be named.
            if !found.iter().any(|(known, _)| known.split('-').any(|part| part == pack)) {
                found.push((pack, input.path.clone()));
            }
        }
    }
    found
}

/// Whether the file's name starts with one of these.
fn is(path: &str, starts: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    starts.iter().any(|start| name.starts_with(start))
}

fn text(input: &Input) -> Option<String> {
    let Content::Disk(path) = &input.content else { return None };
    String::from_utf8(read(path).ok()?.0).ok()
}

/// Whether one of the words stands in a text as a word.
fn names_one(text: &str, words: &[&str]) -> bool {
    let lower = text.to_ascii_lowercase();
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '@' | '.');
    lower.split(|c: char| !part(c)).any(|own| words.contains(&own))
}
