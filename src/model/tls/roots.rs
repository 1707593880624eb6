//! The roots of private authorities that clients of the deployment have, as the configuration names them.

use std::sync::Arc;

use time::OffsetDateTime;

use super::PemFile;
use super::certificate::Certificate;
use super::signature::Verdict;
use crate::model::{Head, Kind};
use crate::source::{FileId, Source};
use crate::syntax::pem;

/// The certificates of some files, each with the path of its file.
#[derive(Clone, Default, Debug)]
pub struct Roots(Vec<(Arc<str>, Arc<Certificate>)>);

impl Roots {
    /// Reads a file of roots.
    ///
    /// # Errors
    /// When it holds none, or something in it cannot be read; for people.
    pub fn read(path: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let source = Source::new(FileId(0), path, bytes);
        let tree = pem::parse(&source);
        let file = PemFile::new(&Head { source: &source, kind: Kind::Pem }, &tree);
        if file.labels.is_empty() {
            return Err(format!("is {}; {}", file.content.describe(), file.content.remedy()));
        }
        let broken = file.problems.iter().any(|problem| problem.kind.hides_blocks());
        if broken || !file.unreadable.is_empty() {
            return Err("holds a certificate that cannot be read; `gonogo cert show` tells more".to_owned());
        }
        if file.certificates.is_empty() {
            return Err("holds no certificate".to_owned());
        }
        let path: Arc<str> = path.into();
        Ok(Roots(file.certificates.into_iter().map(|certificate| (Arc::clone(&path), certificate)).collect()))
    }

    /// Adds others.
    pub fn extend(&mut self, others: Roots) {
        self.0.extend(others.0);
    }

    /// Whether none is named, so that nobody knows what clients trust.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that are valid at a moment: clients take no others.
    pub fn valid_at(&self, at: OffsetDateTime) -> Self {
        Roots(self.0.iter().filter(|(_, root)| root.is_valid_at(at)).cloned().collect())
    }

    /// The others: the path of the file, and the certificate.
    pub fn not_valid_at(&self, at: OffsetDateTime) -> impl Iterator<Item = (&str, &Certificate)> {
        self.0.iter().filter(move |(_, root)| !root.is_valid_at(at)).map(|(path, root)| (&**path, &**root))
    }

    /// Whether a certificate is one of them: a root that was made anew with its old key is the same to clients.
    pub(super) fn hold(&self, certificate: &Certificate) -> bool {
        self.0.iter().any(|(_, root)| root.subject_der == certificate.subject_der && root.key == certificate.key)
    }

    /// Whether one of them signed a certificate.
    pub(super) fn signed(&self, certificate: &Certificate) -> bool {
        let named = self.0.iter().filter(|(_, root)| certificate.names_as_issuer(root));
        named.take(MOST).any(|(_, root)| certificate.signed_by(&root.key) != Verdict::Bad)
    }
}

/// How many roots of one name are tried.
const MOST: usize = 16;
