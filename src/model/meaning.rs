//! What the views of all formats have in common.

use super::Kind;
use super::env::Use;
use super::starts::{ComposeCall, RunCall, StackCall, Starts, Step};
use crate::source::{Source, Span, Spanned};

/// A file before its tree is looked at: what a view is made of besides the tree.
#[derive(Copy, Clone, Debug)]
pub struct Head<'a> {
    /// Path and text.
    pub source: &'a Source,
    /// What the file is.
    pub kind: Kind,
}

/// What a file says besides what it is. A view has a say in what it wants to and is silent on the rest.
pub trait Meaning {
    /// What must not be printed.
    fn secrets(&self) -> Vec<Span> {
        Vec::new()
    }

    /// What everybody may see, although it looks secret.
    fn public(&self) -> Vec<Span> {
        Vec::new()
    }

    /// What its commands start, load, make and send, if it has any.
    fn started(&self) -> Option<&Starts> {
        None
    }

    /// The commands that it runs.
    fn steps(&self) -> &[Step] {
        self.started().map_or(&[], |started| &started.steps)
    }

    /// The programs that load env files, and which ones.
    fn loads(&self) -> &[Use] {
        self.started().map_or(&[], |started| &started.loads)
    }

    /// The `docker compose` lines that it runs, or tells people to run.
    fn starts(&self) -> &[ComposeCall] {
        self.started().map_or(&[], |started| &started.compose)
    }

    /// Its `docker stack deploy` lines.
    fn stacks(&self) -> &[StackCall] {
        self.started().map_or(&[], |started| &started.stacks)
    }

    /// Its `docker run` lines.
    fn runs(&self) -> &[RunCall] {
        self.started().map_or(&[], |started| &started.runs)
    }

    /// The names below certbot's `live` for which it makes a certificate itself, so that nginx can start.
    fn makes(&self) -> &[Spanned<String>] {
        self.started().map_or(&[], |started| &started.makes)
    }

    /// The files and folders that it copies to another machine, each by itself.
    fn sends(&self) -> &[String] {
        self.started().map_or(&[], |started| &started.sends)
    }
}
