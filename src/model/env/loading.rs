//! Programs that load env files, and the files that libraries look for by themselves.

use crate::source::{Span, Spanned};
use crate::syntax::Name;
use crate::syntax::dotenv::Dialect;
use crate::syntax::manifest::{self, Library};

/// A program that loads env files, and which ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The program.
    pub dialect: Dialect,
    /// Where it says so.
    pub span: Span,
    /// The path as written, with what is known put in; `None`: the files a library looks for beside the manifest that
    /// asks for it.
    pub path: Option<String>,
    /// The files of the project that the path may stand for, the likely one first.
    pub places: Vec<String>,
}

/// The libraries that a manifest asks for.
pub fn libraries(name: &Name, lines: &[Spanned<String>]) -> Vec<Use> {
    let mut uses = Vec::new();
    let libraries = manifest::libraries(name);
    // The pages of Laravel are built with them; what reads its env file is Laravel.
    let laravel = |line: &Spanned<String>| {
        ["\"laravel-mix\"", "\"laravel-vite-plugin\""].iter().any(|word| line.value.contains(word))
    };
    if lines.iter().any(laravel) {
        return uses;
    }
    lines.iter().for_each(|line| library(libraries, line, &mut uses));
    uses
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
            uses.push(Use { dialect: *dialect, span: line.span, path: None, places: Vec::new() });
        }
        return;
    }
}

/// How a program reads the file behind `--env-file`.
pub fn by_flag(program: &str) -> Option<Dialect> {
    Some(match program {
        "compose" | "docker-compose" | "podman-compose" => Dialect::Compose,
        "docker" | "nerdctl" => Dialect::Docker,
        "podman" => Dialect::Podman,
        "node" | "nodemon" | "tsx" => Dialect::NodeParse,
        "bun" => Dialect::Bun,
        "deno" => Dialect::Deno,
        "uvicorn" => Dialect::PythonDotenv,
        _ => return None,
    })
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
