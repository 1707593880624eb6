//! The programs that load env files, one file each. Each reads a file in its own way; [`dialects!`] is the list.

mod bun;
mod command;
mod deno;
mod direnv;
mod docker;
mod dotenvx;
mod dotenvy;
mod environ;
mod godotenv;
mod lines;
mod make;
mod node_dotenv;
mod node_expand;
mod node_next;
mod node_parse;
mod phpdotenv;
mod python;
mod python_dotenv;
mod ruby;
mod ruby_family;
mod sh;
mod symfony;
mod systemd;
mod xargs;

pub use xargs::CUT_BY_XARGS;

use super::{Environment, Reading, compose};
use crate::source::{Encoding, Source};

/// A reader of env files.
type Reader = fn(&Source, &Environment) -> Reading;

/// What there is to know about a program.
struct Program {
    name: &'static str,
    title: &'static str,
    read: Reader,
    first_wins: bool,
}

/// Declares the dialects: variant, name, the program in words, its reader, and `first` when the first assignment of a
/// key counts.
macro_rules! dialects {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $title:literal $read:path $(, $first:ident)?;)*) => {
        /// A program that loads env files.
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Dialect {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Dialect {
            /// Every dialect.
            pub const ALL: &[Dialect] = &[$(Dialect::$variant),*];

            fn program(self) -> Program {
                match self {
                    $(Dialect::$variant => Program {
                        name: $name,
                        title: $title,
                        read: $read,
                        first_wins: [$(stringify!($first))?].contains(&"first"),
                    },)*
                }
            }
        }
    };
}

dialects! {
    /// Compose: `.env` beside the Compose file and `env_file` (compose-go's `dotenv` package).
    Compose "compose" "Docker Compose" compose::read;
    /// Python programs that use python-dotenv: Flask, pydantic-settings, environs.
    PythonDotenv "python-dotenv" "python-dotenv" python_dotenv::read;
    /// systemd units with `EnvironmentFile=`.
    Systemd "systemd" "systemd `EnvironmentFile=`" systemd::read;
    /// bash scripts with `set -a; source .env`.
    Bash "bash" "bash `source`" sh::bash;
    /// dash scripts (`/bin/sh` on Debian) with `set -a; . ./.env`.
    Dash "dash" "`sh` (dash) `.`" sh::dash;
    /// Python programs that use python-decouple.
    Decouple "decouple" "python-decouple" python::lines;
    /// Starlette's and FastAPI's `Config`.
    Starlette "starlette" "Starlette `Config`" python::lines;
    /// Django programs that use django-environ.
    Environ "environ" "django-environ" environ::read;
    /// Makefiles with `include .env` and `export`.
    Make "make" "make `include`" make::read;
    /// Scripts with `export $(grep -v '^#' .env | xargs)`.
    Xargs "xargs" "`export $(xargs)`" xargs::read;
    /// `docker run --env-file`, and Compose's `env_file` with `format: raw`.
    Docker "docker" "`docker run --env-file`" docker::docker;
    /// `podman run --env-file`.
    Podman "podman" "`podman run --env-file`" docker::podman;
    /// Rust programs that use the `dotenvy` crate.
    Dotenvy "dotenvy" "dotenvy (Rust)" dotenvy::read, first;
    /// Go programs that use `github.com/joho/godotenv`.
    Godotenv "godotenv" "godotenv (Go)" godotenv::read;
    /// Node programs that use the npm package `dotenv`.
    NodeDotenv "node-dotenv" "node dotenv" node_dotenv::read;
    /// Node programs that use `dotenv` with `dotenv-expand` up to version 12.
    NodeExpand12 "node-expand12" "node dotenv-expand 12" node_expand::read;
    /// Node programs that use `dotenv` with `dotenv-expand` 1000, which executes commands.
    NodeExpand "node-expand" "node dotenv-expand 1000" node_expand::read_1000;
    /// Next.js.
    NodeNext "node-next" "Next.js" node_next::read;
    /// Node's own `--env-file` and `util.parseEnv`.
    NodeParse "node-nodeparse" "`node --env-file`" node_parse::read;
    /// dotenvx.
    Dotenvx "dotenvx" "dotenvx" dotenvx::read;
    /// Ruby programs that use `dotenv`.
    Ruby3 "ruby3" "Ruby dotenv" ruby::read;
    /// Bun.
    Bun "bun" "Bun" bun::read;
    /// Deno.
    Deno "deno" "Deno" deno::read, first;
    /// PHP programs that use `vlucas/phpdotenv`, Laravel among them.
    Phpdotenv "phpdotenv" "phpdotenv (PHP)" phpdotenv::read;
    /// PHP programs that use `symfony/dotenv`.
    Symfony "symfony" "symfony/dotenv (PHP)" symfony::read;
    /// direnv's `dotenv`.
    Direnv "direnv" "direnv `dotenv`" direnv::read;
}

impl Dialect {
    /// The name used in options, in reports and in a file's first line (`# dotenv NAME`).
    pub fn name(self) -> &'static str {
        self.program().name
    }

    /// The program in words, to be read after "as" or before "reads".
    pub fn title(self) -> &'static str {
        self.program().title
    }

    /// The dialect of a name.
    pub fn parse(name: &str) -> Option<Dialect> {
        Dialect::ALL.iter().copied().find(|dialect| dialect.name() == name)
    }

    /// Whether the first of several assignments of a key counts, not the last.
    pub fn first_wins(self) -> bool {
        self.program().first_wins
    }

    /// Whether it runs the commands in `$(...)`. gonogo runs none.
    pub fn executes(self) -> bool {
        matches!(self, Dialect::Bash | Dialect::Dash | Dialect::Ruby3 | Dialect::Dotenvx | Dialect::NodeExpand)
    }

    /// Reads a file as this program does, given what is in its environment. Nothing is executed.
    pub fn read(self, source: &Source, environment: &Environment) -> Reading {
        let mut reading = (self.program().read)(source, environment);
        if source.encoding != Encoding::Utf8 {
            reading.restore(source);
        }
        reading
    }
}
