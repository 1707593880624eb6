//! A file that holds a secret, for the programs that look for it in a file.

use crate::model::{Head, Meaning};
use crate::source::{FileId, Span, Spanned};
use crate::syntax::secret;

/// A file that holds one secret.
#[derive(Clone, Debug)]
pub struct SecretFile {
    /// The file.
    pub file: FileId,
    /// The secret; `None` when the file holds more than a line. Never print it.
    pub value: Option<Spanned<String>>,
    whole: Span,
}

impl SecretFile {
    /// The view of one file.
    pub fn new(head: &Head, tree: &mut secret::File) -> Self {
        SecretFile { file: head.source.id, value: tree.value.take(), whole: tree.whole }
    }
}

impl Meaning for SecretFile {
    fn secrets(&self) -> Vec<Span> {
        vec![self.whole]
    }
}
