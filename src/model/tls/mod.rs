//! Certificates, keys and chains.

mod anchors;
mod broken;
mod certificate;
mod chain;
pub mod ciphers;
mod der;
mod key;
mod names;
mod path;
mod roots;
mod signature;
pub mod when;

use std::sync::Arc;

pub use certificate::{Certificate, Unreadable};
pub use chain::{Chain, KeyRef, Served, Use};
pub use key::{Curve, KeyContent, PrivateKey, PublicKey, bits};
pub use names::{Wanted, is_placeholder as is_placeholder_name, matches_dns};
pub use path::End;
pub use roots::Roots;
pub use signature::Verdict;

use crate::model::{Head, Meaning};
use crate::source::{FileId, Span};
use crate::syntax::pem::{self, Content, Problem, ProblemKind};

/// One file of PEM blocks.
#[derive(Clone, Debug)]
pub struct PemFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The whole file.
    pub span: Span,
    /// What the file is.
    pub content: Content,
    /// The certificates that could be read, in order.
    pub certificates: Vec<Arc<Certificate>>,
    /// The certificate blocks that could not, by their `BEGIN`, with the reason. Broken armour is in `problems`.
    pub unreadable: Vec<(Span, Unreadable)>,
    /// The private keys, in order.
    pub keys: Vec<Arc<PrivateKey>>,
    /// The groups of Diffie-Hellman, each with the bits of its prime.
    pub groups: Vec<(Span, usize)>,
    /// The labels of all blocks and their `BEGIN`, in order.
    pub labels: Vec<(String, Span)>,
    /// What is wrong with the armour.
    pub problems: Vec<Problem>,
    secrets: Vec<Span>,
    public: Vec<Span>,
}

impl Meaning for PemFile {
    /// The bodies of private keys, and everything that may be part of one in a file whose armour is broken.
    fn secrets(&self) -> Vec<Span> {
        self.secrets.clone()
    }

    /// The bodies that read as the certificate their label promises.
    fn public(&self) -> Vec<Span> {
        self.public.clone()
    }
}

impl PemFile {
    /// The view of one scanned file.
    pub fn new(head: &Head, tree: &pem::File) -> Self {
        let mut view = PemFile {
            file: head.source.id,
            path: head.source.path.clone(),
            span: tree.span,
            content: tree.content,
            certificates: Vec::new(),
            unreadable: Vec::new(),
            keys: Vec::new(),
            groups: tree.blocks.iter().filter_map(group).collect(),
            labels: tree.blocks.iter().map(|block| (block.label.clone(), block.begin)).collect(),
            problems: tree.problems.clone(),
            secrets: secrets(tree),
            public: Vec::new(),
        };
        for block in &tree.blocks {
            if block.is_private_key() {
                view.keys.push(Arc::new(PrivateKey::new(block)));
            } else if block.is_certificate()
                && let Ok(der) = &block.der
                && !der.is_empty()
            {
                let der = if block.label == "TRUSTED CERTIFICATE" { without_trust(der) } else { der };
                match Certificate::new(block.span(), block.begin, der.to_vec()) {
                    Ok(certificate) => view.certificates.push(Arc::new(certificate)),
                    // A block that is cut off is reported as such, not as unreadable.
                    Err(why) if block.end.is_some() => view.unreadable.push((block.begin, why)),
                    Err(_) => {}
                }
            }
        }
        view.public = tree.blocks.iter().filter(|block| view.may_show(block)).map(|block| block.body).collect();
        view
    }

    /// Whether everybody may see the body of a block: it reads as what its label promises.
    fn may_show(&self, block: &pem::Block) -> bool {
        let read = || self.certificates.binary_search_by_key(&block.span(), |found| found.span).is_ok();
        block.is_public() && block.der.is_ok() && (!block.is_certificate() || read())
    }

    /// Whether it is a list of authorities: several certificates, none of them for a server.
    pub fn is_authority_bundle(&self) -> bool {
        self.keys.is_empty() && !self.certificates.is_empty() && self.certificates.iter().all(|c| c.is_ca())
    }
}

/// `DHParameter` (PKCS #3), `DomainParameters` (RFC 3279): the prime comes first.
fn group(block: &pem::Block) -> Option<(Span, usize)> {
    let der = block.der.as_ref().ok().filter(|_| block.label.ends_with("DH PARAMETERS"))?;
    let (inside, _) = der::expect(der, der::SEQUENCE)?;
    let (prime, _) = der::expect(inside, der::INTEGER)?;
    Some((block.begin, bits(der::unsigned(prime))))
}

/// `TRUSTED CERTIFICATE` has OpenSSL's own trust settings behind the certificate (`X509_AUX`).
fn without_trust(bytes: &[u8]) -> &[u8] {
    der::element(bytes).map_or(bytes, |element| &bytes[..bytes.len() - element.rest.len()])
}

fn secrets(tree: &pem::File) -> Vec<Span> {
    let broken = tree.problems.iter().any(|problem| {
        matches!(problem.kind, ProblemKind::MissingBegin | ProblemKind::TextOnMarker | ProblemKind::Joined)
    });
    let private = tree.blocks.iter().any(|block| !block.is_public());
    if tree.blocks.is_empty() || broken || private {
        // Everything but the markers and the bodies of public blocks.
        let mut hidden = Vec::new();
        let mut from = tree.span.start as usize;
        for block in &tree.blocks {
            hidden.push(Span::new(tree.span.file, from, block.begin.start as usize));
            if !block.is_public() {
                hidden.push(block.body);
            }
            from = block.span().end as usize;
        }
        hidden.push(Span::new(tree.span.file, from, tree.span.end as usize));
        // Comments between blocks are for people, and waivers are read from them.
        let comments = &tree.comments;
        return hidden.into_iter().flat_map(|span| around(span, comments)).filter(|s| s.start < s.end).collect();
    }
    Vec::new()
}

/// The parts of `span` outside the comments (which are sorted and do not overlap).
fn around(span: Span, comments: &[Span]) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut from = span.start;
    let first = comments.partition_point(|comment| comment.start < span.start);
    for comment in comments[first..].iter().take_while(|comment| comment.end <= span.end) {
        parts.push(Span { start: from, end: comment.start, ..span });
        from = comment.end;
    }
    parts.push(Span { start: from, ..span });
    parts
}
