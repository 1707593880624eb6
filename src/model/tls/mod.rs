//! Certificates, keys and chains.

use crate::source::{FileId, Span};
use crate::syntax::pem;

/// One file of PEM blocks.
#[derive(Clone, Debug)]
pub struct PemFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
}

/// A certificate file as it is served: leaf first, with its key and the names it must cover.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The file it stands in.
    pub file: FileId,
}

impl PemFile {
    /// The view of one scanned file.
    pub fn new(file: FileId, path: &str, _: &pem::File) -> Self {
        PemFile { file, path: path.to_owned() }
    }

    /// What must not be printed.
    pub fn secrets(&self) -> Vec<Span> {
        Vec::new()
    }
}
