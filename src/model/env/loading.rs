//! What scripts, manifests and units say about the programs that load env files.

use std::collections::HashSet;

use crate::model::starts::{self, ComposeCall, RunCall, StackCall, Starts, Supply};
use crate::model::{Head, Kind, Meaning};
use crate::source::{Span, Spanned};
use crate::syntax::dotenv::{Dialect, is_name};
use crate::syntax::manifest::{Library, libraries};
use crate::syntax::{Name, commands};

/// One file that says how env files are loaded.
#[derive(Clone, Debug)]
pub struct LoadingFile {
    uses: Vec<Use>,
    starts: Starts,
}

/// A program that loads env files, and which ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The program.
    pub dialect: Dialect,
    /// Where it says so.
    pub span: Span,
    /// The path as written; `None`: the files a library looks for beside the manifest that asks for it.
    pub path: Option<String>,
}

impl Meaning for LoadingFile {
    fn loads(&self) -> &[Use] {
        &self.uses
    }

    fn starts(&self) -> &[ComposeCall] {
        &self.starts.compose
    }

    fn stacks(&self) -> &[StackCall] {
        &self.starts.stacks
    }

    fn runs(&self) -> &[RunCall] {
        &self.starts.runs
    }

    fn supplies(&self) -> &[Supply] {
        &self.starts.supplies
    }
}

impl LoadingFile {
    /// The view of one file.
    pub fn new(head: &Head, tree: &commands::File) -> Self {
        let mut uses = Vec::new();
        if head.kind == Kind::Manifest {
            let libraries = libraries(&Name::new(&head.source.path));
            tree.lines.iter().for_each(|line| library(libraries, line, &mut uses));
        } else {
            let script = Script { kind: head.kind, shell: shell(head.kind, tree) };
            tree.lines.iter().for_each(|line| script.line(line, &mut uses));
        }
        LoadingFile { uses, starts: starts::read(head) }
    }
}

fn library(libraries: &[Library], line: &Spanned<String>, uses: &mut Vec<Use>) {
    if line.value.trim_start().starts_with('/') {
        return;
    }
    for (word, dialect) in libraries {
        let Some(at) = memchr::memmem::find(line.value.as_bytes(), word.as_bytes()) else { continue };
        let joined = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let bytes = line.value.as_bytes();
        if joined(at.checked_sub(1).and_then(|i| bytes.get(i)))
            || joined(bytes.get(at + word.len())) && !word.ends_with(':')
        {
            continue;
        }
        if !uses.iter().any(|known| known.dialect == *dialect) {
            uses.push(Use { dialect: *dialect, span: line.span, path: None });
        }
        return;
    }
}

/// The dialect of `. FILE`: bash unless the first line of a script names another shell. cron takes `sh` unless told.
fn shell(kind: Kind, tree: &commands::File) -> Dialect {
    let program = match kind {
        Kind::Crontab => tree.lines.iter().find_map(|line| line.value.strip_prefix("SHELL=")).or(Some("/bin/sh")),
        _ => tree.program.as_deref(),
    };
    let small = |program: &str| program.ends_with("/sh") || program.ends_with("/dash");
    if program.is_some_and(small) { Dialect::Dash } else { Dialect::Bash }
}

struct Script {
    kind: Kind,
    shell: Dialect,
}

impl Script {
    fn line(&self, line: &Spanned<String>, uses: &mut Vec<Use>) {
        let text = line.value.trim_start();
        let mut seen = HashSet::new();
        let mut found = |dialect, path: &str| {
            let named = !path.is_empty() && path != "-";
            if named && seen.insert((dialect, path.to_owned())) {
                uses.push(Use { dialect, span: line.span, path: Some(path.to_owned()) });
            }
        };
        if let Some(path) = text.strip_prefix("EnvironmentFile=") {
            return found(Dialect::Systemd, path.trim().trim_start_matches('-'));
        }
        let words: Vec<&str> = text
            .split(|c: char| {
                c.is_whitespace() || matches!(c, '`' | '(' | ')' | ';' | '|' | '&' | '"' | '\'' | ',' | '[' | ']')
            })
            .filter(|word| !word.is_empty())
            .collect();
        for (at, word) in words.iter().enumerate() {
            let next = words.get(at + 1).copied().unwrap_or_default();
            let file = |word: &str| is_name(Name::new(word).lower());
            match *word {
                "--env-file" => found_flag(&words[..at], next, &mut found),
                "source" if file(next) => found(Dialect::Bash, next),
                "." if file(next) => found(self.shell, next),
                "include" | "-include" | "sinclude" if self.kind == Kind::Makefile && at == 0 && file(next) => {
                    found(Dialect::Make, next);
                }
                "dotenv" | "dotenv_if_exists" if self.kind == Kind::Envrc => {
                    found(Dialect::Direnv, if next.is_empty() { ".env" } else { next });
                }
                "xargs" if text.contains("export") => {
                    if let Some(path) = words.iter().find(|word| file(word)) {
                        found(Dialect::Xargs, path);
                    }
                }
                _ => {
                    if let Some(path) = word.strip_prefix("--env-file=") {
                        found_flag(&words[..at], path, &mut found);
                    }
                }
            }
        }
    }
}

/// `PROGRAM ... --env-file PATH`: the nearest program in front decides how the file is read.
fn found_flag(before: &[&str], path: &str, found: &mut impl FnMut(Dialect, &str)) {
    let program = |word: &&str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        Some(match name {
            "compose" | "docker-compose" | "podman-compose" => Dialect::Compose,
            "docker" | "nerdctl" => Dialect::Docker,
            "podman" => Dialect::Podman,
            "node" | "nodemon" | "tsx" => Dialect::NodeParse,
            "bun" => Dialect::Bun,
            "deno" => Dialect::Deno,
            "uvicorn" => Dialect::PythonDotenv,
            _ => return None,
        })
    };
    if let Some(dialect) = before.iter().rev().find_map(program) {
        found(dialect, path);
    }
}

/// Whether a library that is read as `dialect` looks for a file of this name (a template's without `.example`).
pub fn is_usual_name(dialect: Dialect, name: &str) -> bool {
    let Some(rest) = name.strip_prefix(".env").or_else(|| name.strip_prefix("env").filter(|rest| rest.is_empty()))
    else {
        return name == ".flaskenv" && dialect == Dialect::PythonDotenv;
    };
    let modes: Vec<&str> = rest.split('.').skip(1).collect();
    if rest.is_empty() {
        return true;
    }
    match dialect {
        Dialect::NodeNext => matches!(
            modes[..],
            ["local"] | ["production" | "development" | "test"] | ["production" | "development" | "test", "local"]
        ),
        Dialect::NodeExpand12 | Dialect::Bun | Dialect::Ruby3 | Dialect::Symfony | Dialect::Phpdotenv => {
            rest.starts_with('.')
                && modes.len() <= 2
                && modes.iter().all(|mode| crate::source::Role::parse(mode).is_some())
        }
        _ => false,
    }
}

/// Whether programs give the library that is read as `dialect` the path of the file. The others look for names of their
/// own, by the mode they run in.
pub fn takes_paths(dialect: Dialect) -> bool {
    matches!(
        dialect,
        Dialect::PythonDotenv
            | Dialect::Environ
            | Dialect::Decouple
            | Dialect::NodeDotenv
            | Dialect::Dotenvx
            | Dialect::Godotenv
            | Dialect::Dotenvy
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Class;
    use crate::source::{FileId, Role, Source};

    fn uses(path: &str, text: &str) -> Vec<(Dialect, Option<String>)> {
        let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
        let kind = Class::of(path, text.as_bytes()).unwrap().kind;
        let head = Head { source: &source, kind, role: Role::Production };
        let uses = LoadingFile::new(&head, &commands::parse(&source)).uses;
        uses.into_iter().map(|used| (used.dialect, used.path)).collect()
    }

    #[test]
    fn scripts_name_files_and_programs() {
        for (path, text, expected) in [
            (
                "deploy.sh",
                "docker run -d \\\n  --name app \\\n  --env-file .env.prod app:1\n",
                (Dialect::Docker, ".env.prod"),
            ),
            (
                "README.md",
                "Run `docker compose --env-file deploy/.env.prod up -d`.\n",
                (Dialect::Compose, "deploy/.env.prod"),
            ),
            ("x.sh", "set -a; source ./.env; set +a\n", (Dialect::Bash, "./.env")),
            ("x.sh", "#!/bin/sh\n. ./.env\n", (Dialect::Dash, "./.env")),
            ("x.sh", "export $(grep -v '^#' .env | xargs)\n", (Dialect::Xargs, ".env")),
            ("app.service", "[Service]\nEnvironmentFile=-/opt/app/.env\n", (Dialect::Systemd, "/opt/app/.env")),
            ("crontab", "0 3 * * * cd /srv/shop && . ./.env && ./backup\n", (Dialect::Dash, "./.env")),
            ("deploy/shop.cron", "SHELL=/bin/bash\n@daily . /srv/.env; backup\n", (Dialect::Bash, "/srv/.env")),
            (
                "cron.d/shop",
                "0 3 * * * root docker compose --env-file .env.prod run app\n",
                (Dialect::Compose, ".env.prod"),
            ),
            ("Makefile", "-include .env\nexport\n", (Dialect::Make, ".env")),
            (".envrc", "dotenv\n", (Dialect::Direnv, ".env")),
            ("Procfile", "web: node --env-file=.env server.js\n", (Dialect::NodeParse, ".env")),
        ] {
            assert_eq!(uses(path, text), [(expected.0, Some(expected.1.to_owned()))], "{text}");
        }
        for (path, text) in [
            ("deploy.sh", "# docker run --env-file .env.prod app\n"),
            ("deploy.sh", "python manage.py --env-file\n"),
            ("README.md", "Copy `.env.example` to `.env`. Include .env in your backups.\n"),
        ] {
            assert_eq!(uses(path, text), [], "{text}");
        }
    }

    #[test]
    fn manifests_name_libraries() {
        assert_eq!(
            uses("package.json", "{\n \"dependencies\": {\n  \"next\": \"15\"\n }\n}\n"),
            [(Dialect::NodeNext, None)]
        );
        assert_eq!(
            uses("requirements.txt", "flask==3\npython-dotenv>=1 # settings\n"),
            [(Dialect::PythonDotenv, None)]
        );
        assert_eq!(uses("requirements.txt", "pytest-environs==3\n#python-dotenv\n"), []);
        assert_eq!(uses("Cargo.toml", "[dependencies]\ndotenvy = \"0.15\"\n"), [(Dialect::Dotenvy, None)]);
    }

    #[test]
    fn libraries_look_for_certain_names() {
        for (dialect, name) in [
            (Dialect::NodeNext, ".env.production"),
            (Dialect::NodeNext, ".env.development.local"),
            (Dialect::PythonDotenv, ".env"),
            (Dialect::NodeExpand12, ".env.staging"),
        ] {
            assert!(is_usual_name(dialect, name), "{name}");
        }
        for (dialect, name) in [
            (Dialect::NodeNext, ".env.prod"),
            (Dialect::PythonDotenv, ".env.prod"),
            (Dialect::Bun, ".env.postgres"),
            (Dialect::Bun, "db.env"),
        ] {
            assert!(!is_usual_name(dialect, name), "{name}");
        }
    }
}
