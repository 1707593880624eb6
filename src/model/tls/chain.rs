//! A certificate file as it is served, with its keys and the names it must cover.

use std::sync::Arc;

use time::OffsetDateTime;

use super::certificate::Certificate;
use super::key::PrivateKey;
use super::path::{self, Path};
use super::{PemFile, Roots, Wanted};
use crate::source::{FileId, Gap, Span, Spanned, Why};
use crate::syntax::pem::Content;

/// Why gonogo thinks a file is served.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Served {
    /// An nginx `server` names it.
    Server,
    /// A key of the same name, or `privkey.pem`, lies beside it.
    Pair,
    /// It holds a certificate for a server.
    Alone,
}

/// One `server` that serves the chain.
#[derive(Clone, Debug)]
pub struct Use {
    /// Where `ssl_certificate` names the file.
    pub written: Span,
    /// The server's names, as written.
    pub names: Box<[Spanned<String>]>,
}

/// A key file that goes with the chain.
#[derive(Clone, Debug)]
pub struct KeyRef {
    /// The file.
    pub file: FileId,
    /// The first private key in it.
    pub key: Option<Arc<PrivateKey>>,
    /// Where `ssl_certificate_key` names the file.
    pub written: Option<Span>,
}

/// A certificate file as it is served.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The file it stands in.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The whole file.
    pub span: Span,
    /// What the file is.
    pub content: Content,
    /// Why gonogo thinks it is served.
    pub origin: Served,
    /// The certificates in the order of the file; perhaps none.
    pub certificates: Vec<Arc<Certificate>>,
    /// Why nothing may be called missing: some certificate blocks could not be read.
    pub gap: Gap,
    /// The key files, each once.
    pub keys: Vec<KeyRef>,
    /// The servers that serve it.
    pub uses: Vec<Use>,
    /// Whether the file holds a signing request.
    pub has_request: bool,
    /// Whether the file holds a bundle of PKCS#7 in PEM armour.
    pub has_bundle: bool,
    /// Whether the file holds a private key.
    pub holds_key: bool,
    leaf: usize,
    paths: Vec<Path>,
}

impl Chain {
    /// A chain from a file and its keys, for clients that have some roots besides the public ones.
    pub fn new(pem: &PemFile, origin: Served, keys: Vec<KeyRef>, uses: Vec<Use>, roots: &Roots) -> Self {
        let certificates = pem.certificates.clone();
        let leaf = leaf(&certificates, &keys);
        let paths = if certificates.is_empty() { Vec::new() } else { path::paths(&certificates, leaf, roots) };
        let hides = pem.problems.iter().find(|problem| problem.kind.hides_blocks()).map(|problem| problem.span);
        let hidden = pem.unreadable.first().map(|(at, _)| *at).or(hides);
        let gap = hidden.map(|at| Arc::new(Why::seen("not all blocks of the file can be read", at)));
        Chain {
            file: pem.file,
            path: pem.path.clone(),
            span: pem.span,
            content: pem.content,
            origin,
            certificates,
            gap,
            keys,
            uses,
            has_request: pem.labels.iter().any(|(label, _)| label.ends_with("CERTIFICATE REQUEST")),
            has_bundle: pem.labels.iter().any(|(label, _)| label == "PKCS7"),
            holds_key: !pem.keys.is_empty(),
            leaf,
            paths,
        }
    }

    /// The certificate that is meant for the server: the first, unless that is an authority and another one is not.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates.get(self.leaf).map(Arc::as_ref)
    }

    /// Whether the file holds no certificate, not even one that cannot be read.
    pub fn has_no_certificate(&self) -> bool {
        self.certificates.is_empty() && self.gap.is_none()
    }

    /// Its place in the file, from 0.
    pub fn leaf_index(&self) -> usize {
        self.leaf
    }

    /// The best path from the leaf at a moment.
    pub fn best_path(&self, at: OffsetDateTime) -> Option<&Path> {
        path::best(&self.paths, &self.certificates, at)
    }

    /// All paths, best first.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// Whether a public authority issued the leaf: it says so, or a path ends at a root browsers trust.
    pub fn is_public(&self) -> bool {
        self.leaf().is_some_and(|leaf| leaf.publicly_marked)
            || self.paths.iter().any(|path| path.end == path::End::PublicRoot)
    }

    /// All names the chain must cover, with what they mean.
    pub fn wanted(&self) -> impl Iterator<Item = (&Spanned<String>, Wanted)> {
        self.uses.iter().flat_map(|used| &used.names).map(|name| (name, Wanted::new(&name.value)))
    }

    /// Where to report that something is missing from the file: the directive that names it, else its first certificate,
    /// else its start.
    pub fn place(&self) -> Span {
        let written = self.uses.first().map(|used| used.written);
        let first = self.certificates.first().map(|certificate| certificate.at);
        written.or(first).unwrap_or_else(|| self.span.at_start())
    }
}

fn leaf(certificates: &[Arc<Certificate>], keys: &[KeyRef]) -> usize {
    let Some(first) = certificates.first() else { return 0 };
    if !first.is_ca() && !issued_another(certificates) {
        return 0;
    }
    let others = || certificates.iter().enumerate().skip(1).filter(|(_, certificate)| !certificate.is_ca());
    let keyed = others().find(|(_, certificate)| {
        let belongs = |key: &KeyRef| key.key.as_ref().and_then(|key| key.belongs_to(&certificate.key));
        keys.iter().any(|key| belongs(key) == Some(true))
    });
    let issued = || others().find(|(_, certificate)| !certificate.is_self_issued() && certificate.is_for_server());
    keyed.or_else(issued).map_or(0, |(index, _)| index)
}

/// Whether the first certificate is the issuer of another one in the file.
fn issued_another(certificates: &[Arc<Certificate>]) -> bool {
    let first = &certificates[0];
    // A certificate of version 1 does not say whether it is an authority.
    first.authority.is_none()
        && !first.is_for_server()
        && certificates[1..].iter().any(|other| other.issuer_der == first.subject_der && !other.is_self_issued())
}
