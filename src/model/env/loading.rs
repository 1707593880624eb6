//! What scripts, manifests and units say about the programs that load env files.

use std::collections::HashSet;

use crate::source::{FileId, Span, Spanned, is_env_name};
use crate::syntax::dotenv::Dialect;
use crate::syntax::support;

/// One file that says how env files are loaded.
#[derive(Clone, Debug)]
pub struct LoadingFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// What it says.
    pub uses: Vec<Use>,
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

impl LoadingFile {
    /// The view of one file.
    pub fn new(file: FileId, path: &str, tree: &support::File) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut uses = Vec::new();
        let libraries = libraries(name);
        for line in logical(&tree.lines) {
            if libraries.is_empty() {
                let script = Script { name, shell: shell(tree) };
                script.line(&line, &mut uses);
            } else {
                library(libraries, &line, &mut uses);
            }
        }
        LoadingFile { file, path: path.to_owned(), uses }
    }
}

/// A library by the word that names it in a manifest.
type Library = (&'static str, Dialect);

/// The libraries a manifest can ask for; the first one that it names counts for each dialect.
fn libraries(name: &str) -> &'static [Library] {
    const NODE: &[Library] = &[
        ("\"next\":", Dialect::NodeNext),
        ("\"dotenv-expand\": \"^1000", Dialect::NodeExpand),
        ("\"dotenv-expand\":", Dialect::NodeExpand12),
        ("\"vite\":", Dialect::NodeExpand12),
        ("\"react-scripts\":", Dialect::NodeExpand12),
        ("\"@nestjs/config\":", Dialect::NodeExpand12),
        ("\"dotenv\":", Dialect::NodeDotenv),
        ("\"@dotenvx/dotenvx\":", Dialect::Dotenvx),
        ("\"@types/bun\":", Dialect::Bun),
    ];
    const PYTHON: &[Library] = &[
        ("python-dotenv", Dialect::PythonDotenv),
        ("pydantic-settings", Dialect::PythonDotenv),
        ("pydantic_settings", Dialect::PythonDotenv),
        ("environs", Dialect::PythonDotenv),
        ("django-environ", Dialect::Environ),
        ("python-decouple", Dialect::Decouple),
    ];
    const PHP: &[Library] = &[
        ("\"laravel/framework\":", Dialect::Phpdotenv),
        ("\"vlucas/phpdotenv\":", Dialect::Phpdotenv),
        ("\"symfony/dotenv\":", Dialect::Symfony),
        ("\"symfony/framework-bundle\":", Dialect::Symfony),
    ];
    match name {
        "package.json" => NODE,
        "pyproject.toml" | "Pipfile" | "setup.py" | "setup.cfg" => PYTHON,
        "Gemfile" => &[("dotenv", Dialect::Ruby3)],
        "composer.json" => PHP,
        "go.mod" => &[("github.com/joho/godotenv", Dialect::Godotenv)],
        "Cargo.toml" => &[("dotenvy", Dialect::Dotenvy)],
        name if name.starts_with("requirements") && name.ends_with(".txt") => PYTHON,
        _ => &[],
    }
}

fn library(libraries: &[Library], line: &Spanned<String>, uses: &mut Vec<Use>) {
    if line.value.trim_start().starts_with(['#', '/']) {
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

/// Lines with those that a backslash continues joined to them.
fn logical(lines: &[Spanned<String>]) -> Vec<Spanned<String>> {
    let mut joined: Vec<Spanned<String>> = Vec::new();
    let mut open = false;
    for line in lines {
        let body = line.value.strip_suffix('\\');
        let text = body.unwrap_or(&line.value);
        match joined.last_mut().filter(|last| open && last.value.len() < 4096) {
            Some(last) => {
                last.value.push(' ');
                last.value.push_str(text);
            }
            None => joined.push(Spanned::new(text.to_owned(), line.span)),
        }
        open = body.is_some();
    }
    joined
}

/// The dialect of `. FILE` in a script: bash unless its first line names another shell.
fn shell(tree: &support::File) -> Dialect {
    let first = tree.lines.first().map_or("", |line| line.value.as_str());
    if first.starts_with("#!") && (first.ends_with("/sh") || first.ends_with("/dash")) {
        Dialect::Dash
    } else {
        Dialect::Bash
    }
}

struct Script<'a> {
    name: &'a str,
    shell: Dialect,
}

impl Script<'_> {
    fn line(&self, line: &Spanned<String>, uses: &mut Vec<Use>) {
        let text = line.value.trim_start();
        if text.starts_with('#') && !self.name.ends_with(".md") {
            return;
        }
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
        let make = matches!(self.name, "Makefile" | "makefile" | "GNUmakefile") || self.name.ends_with(".mk");
        for (at, word) in words.iter().enumerate() {
            let next = words.get(at + 1).copied().unwrap_or_default();
            let file = |word: &str| is_env_name(&word.rsplit('/').next().unwrap_or(word).to_ascii_lowercase());
            match *word {
                "--env-file" => found_flag(&words[..at], next, &mut found),
                "source" if file(next) => found(Dialect::Bash, next),
                "." if file(next) => found(self.shell, next),
                "include" | "-include" | "sinclude" if make && at == 0 && file(next) => found(Dialect::Make, next),
                "dotenv" | "dotenv_if_exists" if self.name == ".envrc" => {
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
    use crate::source::Source;

    fn uses(path: &str, text: &str) -> Vec<(Dialect, Option<String>)> {
        let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
        let uses = LoadingFile::new(FileId(0), path, &support::parse(&source)).uses;
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
