//! From a leaf towards a root, through the certificates of one file (RFC 5280 section 6, without what needs a network).

use std::sync::Arc;

use time::OffsetDateTime;

use super::anchors::{Anchored, anchored};
use super::certificate::Certificate;
use super::roots::Roots;
use super::signature::Verdict;

/// The longest path that is followed.
const DEPTH: usize = 8;
/// How many signatures are checked for one file; files made to be slow end here.
const SIGNATURES: usize = 100;
/// How many paths are kept.
const PATHS: usize = 16;

/// One way from the leaf upwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// Indices into the file's certificates, leaf first.
    pub members: Vec<usize>,
    /// How it ends.
    pub end: End,
}

/// How a path ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// At a root browsers trust, which is not in the file or its last certificate.
    PublicRoot,
    /// At a root that the configuration names, likewise.
    OwnRoot,
    /// At a certificate signed with its own key.
    SelfSigned,
    /// The issuer of the last certificate is not in the file.
    Open,
    /// The file has a certificate of the issuer's name, but that did not sign.
    BadSignature(usize),
    /// Too long or too costly to follow.
    GaveUp,
}

impl End {
    fn rank(&self) -> u8 {
        match self {
            End::PublicRoot => 0,
            End::OwnRoot => 1,
            End::SelfSigned => 2,
            End::Open => 3,
            End::GaveUp => 4,
            End::BadSignature(_) => 5,
        }
    }
}

/// All ways from `leaf` upwards, best first. Never empty.
pub(super) fn paths(certificates: &[Arc<Certificate>], leaf: usize, roots: &Roots) -> Vec<Path> {
    let mut walk = Walk { certificates, roots, signatures: 0, found: Vec::new() };
    walk.step(&mut vec![leaf]);
    walk.found.sort_by_key(|path| path.end.rank());
    walk.found
}

/// The best path at a moment: one whose members are all valid then, if there is one.
pub(super) fn best<'a>(paths: &'a [Path], certificates: &[Arc<Certificate>], at: OffsetDateTime) -> Option<&'a Path> {
    let valid = |path: &&Path| {
        !matches!(path.end, End::BadSignature(_))
            && path.members.iter().skip(1).all(|&index| certificates[index].is_valid_at(at))
    };
    paths.iter().find(valid).or_else(|| paths.first())
}

struct Walk<'a> {
    certificates: &'a [Arc<Certificate>],
    roots: &'a Roots,
    signatures: usize,
    found: Vec<Path>,
}

impl Walk<'_> {
    fn end(&mut self, members: &[usize], end: End) {
        if self.found.len() < PATHS {
            self.found.push(Path { members: members.to_vec(), end });
        }
    }

    /// Follows the last member. The depth is bounded by `DEPTH`.
    fn step(&mut self, members: &mut Vec<usize>) {
        let Some(&last) = members.last() else { return };
        let certificate = &self.certificates[last];
        self.signatures += 1;
        if certificate.is_self_signed() {
            let end = match certificate {
                root if super::anchors::is_anchor(root) => End::PublicRoot,
                root if self.roots.hold(root) => End::OwnRoot,
                _ => End::SelfSigned,
            };
            return self.end(members, end);
        }
        if members.len() >= DEPTH || self.signatures > SIGNATURES || self.found.len() >= PATHS {
            return self.end(members, End::GaveUp);
        }
        let mut linked = false;
        if anchored(certificate) == Anchored::Yes {
            linked = true;
            self.end(members, End::PublicRoot);
        }
        if self.roots.hold(certificate) || self.roots.signed(certificate) {
            linked = true;
            self.end(members, End::OwnRoot);
        }
        let mut bad = None;
        for index in self.issuers(certificate, members) {
            self.signatures += 1;
            if self.signatures > SIGNATURES {
                return self.end(members, End::GaveUp);
            }
            let issuer = &self.certificates[index];
            // Two names for one key are one issuer: the key identifiers decide where the signature cannot be checked.
            let verdict = match certificate.signed_by(&issuer.key) {
                Verdict::Unverifiable if !key_ids_agree(certificate, issuer) => Verdict::Bad,
                verdict => verdict,
            };
            if verdict == Verdict::Bad {
                bad = bad.or(Some(index));
                continue;
            }
            linked = true;
            members.push(index);
            self.step(members);
            members.pop();
        }
        match (linked, bad) {
            (true, _) => {}
            (false, Some(index)) => self.end(members, End::BadSignature(index)),
            (false, None) => self.end(members, End::Open),
        }
    }

    /// Certificates named as the issuer, those with the right key identifier first.
    fn issuers(&self, certificate: &Certificate, members: &[usize]) -> Vec<usize> {
        let named = |&index: &usize| {
            let other = &self.certificates[index];
            other.subject_der == certificate.issuer_der
                && !members.iter().any(|&member| self.certificates[member].is_same(other))
        };
        let mut issuers: Vec<usize> = (0..self.certificates.len()).filter(named).take(SIGNATURES).collect();
        issuers.sort_by_key(|&index| !key_ids_agree(certificate, &self.certificates[index]));
        issuers
    }
}

/// Whether the key identifiers do not contradict each other.
pub(super) fn key_ids_agree(certificate: &Certificate, issuer: &Certificate) -> bool {
    match (&certificate.issuer_key_id, &issuer.key_id) {
        (Some(wanted), Some(own)) => wanted == own,
        _ => true,
    }
}
