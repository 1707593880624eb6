//! The roots browsers trust (Mozilla's list, as shipped by webpki-roots).

use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::certificate::Certificate;
use super::der;
use super::key::PublicKey;
use super::signature::Verdict;

/// What the list says about the issuer of a certificate.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Anchored {
    /// A root of this name signed it.
    Yes,
    /// No root has this name.
    No,
    /// A root has this name, but its key did not make the signature.
    OtherKey,
}

/// Whether a public root is the issuer of `certificate`.
pub(super) fn anchored(certificate: &Certificate) -> Anchored {
    let mut answer = Anchored::No;
    for key in keys(&certificate.issuer_der) {
        if certificate.signed_by(&key) != Verdict::Bad {
            return Anchored::Yes;
        }
        answer = Anchored::OtherKey;
    }
    answer
}

/// Whether `certificate` itself is such a root: same name, same key.
pub(super) fn is_anchor(certificate: &Certificate) -> bool {
    keys(&certificate.subject_der).any(|key| key == certificate.key)
}

/// The keys of the roots of this name. The list holds names and keys without their outer SEQUENCE.
fn keys(name: &[u8]) -> impl Iterator<Item = PublicKey> {
    let inside = der::expect(name, der::SEQUENCE).map_or(&[][..], |(inside, _)| inside).to_vec();
    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().filter(move |root| root.subject.as_ref() == inside);
    roots.filter_map(|root| {
        let spki = sequence(root.subject_public_key_info.as_ref());
        SubjectPublicKeyInfo::from_der(&spki).ok().map(|(_, info)| PublicKey::new(&info))
    })
}

fn sequence(content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![der::SEQUENCE];
    match length {
        0..=0x7f => der.push(length as u8),
        0x80..=0xff => der.extend([0x81, length as u8]),
        _ => der.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    der.extend_from_slice(content);
    der
}
