//! How a container is asked whether it works: `HEALTHCHECK` of a Dockerfile, `healthcheck:` of a service.

use crate::source::{Span, Spanned};

/// The health check of a container.
#[derive(Clone, Debug)]
pub enum Healthcheck {
    /// Nothing is written: the image's own counts.
    Inherited,
    /// `NONE`, or `disable: true`.
    Disabled,
    /// A command run directly: the program and its arguments.
    Exec(Vec<Spanned<String>>),
    /// A command run by `/bin/sh -c`.
    Shell(Spanned<String>),
    /// Something that depends on the outside.
    Unresolved(Span),
}
