//! What is inside a container image: base images, stages, tools.

use crate::source::{FileId, Span, Spanned};
use crate::syntax::dockerfile;

/// An image name taken apart: `registry.example.com:5000/team/app:1.2@sha256:...`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImageRef {
    /// `docker.io` unless written.
    pub registry: String,
    /// The path without registry, tag, digest; `library/` is dropped for official images.
    pub name: String,
    /// The tag, if written.
    pub tag: Option<String>,
    /// The digest, if written.
    pub digest: Option<String>,
}

impl ImageRef {
    /// Takes an image name apart. A first part with a dot, a colon, or `localhost` is a registry; a colon after the
    /// last slash starts the tag (reference grammar of the distribution project).
    pub fn parse(text: &str) -> ImageRef {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (text, None),
        };
        let (registry, path) = match rest.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (first, path),
            _ => ("docker.io", rest),
        };
        let (name, tag) = match path.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            _ => (path, None),
        };
        let name = name.strip_prefix("library/").unwrap_or(name).to_owned();
        ImageRef { registry: registry.to_owned(), name, tag, digest }
    }
}

/// What a Dockerfile builds.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The stages in order.
    pub stages: Vec<Stage>,
}

/// One stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// `AS name`.
    pub name: Option<Spanned<String>>,
    /// The word after `FROM`, with arguments that have defaults put in.
    pub base: Spanned<String>,
    /// The `FROM` instruction.
    pub span: Span,
}

impl Dockerfile {
    /// The view of one parsed file.
    pub fn new(file: FileId, path: &str, _: &dockerfile::File) -> Self {
        Dockerfile { file, path: path.to_owned(), stages: Vec::new() }
    }
}
