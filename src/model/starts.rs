//! What a file says about the programs that somebody starts.

use crate::source::{Span, Spanned};

/// A `docker compose` (or `docker-compose`) command line somebody runs.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ComposeCall {
    /// The words of the command.
    pub span: Option<Span>,
    /// Where it runs, relative to the project root, normalised; `None`: not known.
    pub directory: Option<String>,
    /// `--project-directory`.
    pub project_directory: Option<Spanned<String>>,
    /// `-f`, in order, as written.
    pub files: Vec<Spanned<String>>,
    /// `--env-file`, in order, as written.
    pub env_files: Vec<Spanned<String>>,
    /// `--profile`.
    pub profiles: Vec<Spanned<String>>,
    /// `up`, `run`, `build`, ...
    pub verb: Option<String>,
    /// The services named behind it.
    pub services: Vec<String>,
    /// Variables given with it; `None`: set, but the value is not known.
    pub sets: Vec<(String, Option<String>)>,
    /// `-d`.
    pub detached: bool,
}
