//! Public and private keys, as far as it takes to say whether they belong together and whether they are strong.

use std::fmt;

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{broken, der};
use crate::source::Span;
use crate::syntax::pem::Block;

/// An elliptic curve.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Curve {
    /// secp192r1.
    P192,
    /// secp224r1.
    P224,
    /// secp256r1, prime256v1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
    /// Bitcoin's curve.
    Secp256k1,
    /// One of the Brainpool family.
    Brainpool,
    /// Some other curve, or one given by its parameters.
    Other,
}

impl Curve {
    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Curve::P192 => "P-192",
            Curve::P224 => "P-224",
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
            Curve::P521 => "P-521",
            Curve::Secp256k1 => "secp256k1",
            Curve::Brainpool => "a Brainpool curve",
            Curve::Other => "an unnamed curve",
        }
    }

    /// By the content of the OID (RFC 5480 section 2.1.1.1, SEC 2, RFC 5639).
    fn from_oid(oid: &[u8]) -> Self {
        match oid {
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01] => Curve::P192,
            [0x2b, 0x81, 0x04, 0x00, 0x21] => Curve::P224,
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07] => Curve::P256,
            [0x2b, 0x81, 0x04, 0x00, 0x22] => Curve::P384,
            [0x2b, 0x81, 0x04, 0x00, 0x23] => Curve::P521,
            [0x2b, 0x81, 0x04, 0x00, 0x0a] => Curve::Secp256k1,
            [0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, ..] => Curve::Brainpool,
            _ => Curve::Other,
        }
    }
}

/// The public half.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum PublicKey {
    /// RSA: modulus and exponent, big-endian, without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The exponent.
        e: Vec<u8>,
    },
    /// Elliptic curve: the point as encoded (SEC 1, uncompressed or compressed).
    Ec {
        /// The curve.
        curve: Curve,
        /// The point.
        point: Vec<u8>,
    },
    /// Ed25519: 32 bytes.
    Ed25519(Vec<u8>),
    /// Ed448.
    Ed448(Vec<u8>),
    /// DSA; no program serves it today.
    Dsa,
    /// Something gonogo does not know.
    Other,
}

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const ED448: &[u8] = &[0x2b, 0x65, 0x71];

impl PublicKey {
    /// From a certificate's `subjectPublicKeyInfo`.
    pub(super) fn new(info: &SubjectPublicKeyInfo) -> Self {
        let data = &info.subject_public_key.data;
        let parameters = info.algorithm.parameters.as_ref();
        match info.algorithm.algorithm.as_bytes() {
            RSA | RSA_PSS => rsa_public(data).unwrap_or(PublicKey::Other),
            EC => {
                let curve =
                    parameters.filter(|any| any.tag().0 == 6).map_or(Curve::Other, |any| Curve::from_oid(any.data));
                PublicKey::Ec { curve, point: data.to_vec() }
            }
            DSA => PublicKey::Dsa,
            ED25519 => PublicKey::Ed25519(data.to_vec()),
            ED448 => PublicKey::Ed448(data.to_vec()),
            _ => PublicKey::Other,
        }
    }

    /// Algorithm and size, for people: `RSA-2048`, `EC P-256`.
    pub fn describe(&self) -> String {
        match self {
            PublicKey::Rsa { n, .. } => format!("RSA-{}", bits(n)),
            PublicKey::Ec { curve, .. } => format!("EC {}", curve.name()),
            PublicKey::Ed25519(_) => "Ed25519".into(),
            PublicKey::Ed448(_) => "Ed448".into(),
            PublicKey::Dsa => "DSA".into(),
            PublicKey::Other => "unknown".into(),
        }
    }

    /// The algorithm alone.
    pub fn algorithm(&self) -> &'static str {
        match self {
            PublicKey::Rsa { .. } => "RSA",
            PublicKey::Ec { .. } => "EC",
            PublicKey::Ed25519(_) => "Ed25519",
            PublicKey::Ed448(_) => "Ed448",
            PublicKey::Dsa => "DSA",
            PublicKey::Other => "unknown",
        }
    }

    /// Why nobody should rely on the key; `None` when it is strong enough (NIST SP 800-131A: 112 bits and more; browsers
    /// ask for RSA-2048 and P-256).
    pub fn weakness(&self) -> Option<String> {
        match self {
            PublicKey::Rsa { n, .. } if bits(n) < 2048 => Some(format!("RSA with {} bits; 2048 is the least", bits(n))),
            PublicKey::Rsa { n, .. } => broken::modulus(n),
            PublicKey::Ec { curve: curve @ (Curve::P192 | Curve::P224), .. } => {
                Some(format!("curve {}; P-256 is the least", curve.name()))
            }
            PublicKey::Dsa => Some("DSA, which no browser accepts".into()),
            _ => None,
        }
    }
}

/// The number of bits of a big-endian number without leading zeros.
pub fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn rsa_public(der: &[u8]) -> Option<PublicKey> {
    let (inside, _) = der::expect(der, der::SEQUENCE)?;
    let (n, rest) = der::expect(inside, der::INTEGER)?;
    let (e, _) = der::expect(rest, der::INTEGER)?;
    Some(PublicKey::Rsa { n: der::unsigned(n).to_vec(), e: der::unsigned(e).to_vec() })
}

/// A private key block. Holds the public half, and of the private half no more than a comparison needs.
#[derive(Clone, Debug)]
pub struct PrivateKey {
    /// The whole block.
    pub span: Span,
    /// Its `BEGIN` marker: where findings are put.
    pub at: Span,
    /// What is known of it.
    pub content: KeyContent,
    /// Whether its two primes lie so close together that anybody finds them.
    pub close_primes: bool,
}

/// What a private key block holds.
#[derive(Clone, Debug)]
pub enum KeyContent {
    /// The public half was in it or follows from it.
    Public(PublicKey),
    /// An EC key without its public point.
    Scalar(Curve, Scalar),
    /// Encrypted: needs a pass phrase. `old` says that the file uses `DEK-Info`, whose key derivation is one round of MD5.
    Encrypted {
        /// The old form.
        old: bool,
    },
    /// `OPENSSH PRIVATE KEY`, which OpenSSL does not read.
    OpenSsh,
    /// Broken or of a kind gonogo does not know.
    Unreadable,
}

/// The private number of an EC key. Cannot be printed.
#[derive(Clone)]
pub struct Scalar(Vec<u8>);

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scalar")
    }
}

impl PrivateKey {
    /// From a block whose label names a private key.
    pub(super) fn new(block: &Block) -> Self {
        let primes = block.der.as_deref().ok().and_then(|der| broken::primes(inner(der).unwrap_or(der)));
        let close_primes = primes.is_some_and(|(p, q)| broken::is_close(p, q));
        PrivateKey { span: block.span(), at: block.begin, content: content(block), close_primes }
    }

    /// The public half, if it is known.
    pub fn public(&self) -> Option<&PublicKey> {
        match &self.content {
            KeyContent::Public(key) => Some(key),
            _ => None,
        }
    }

    /// Whether a pass phrase protects it.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.content, KeyContent::Encrypted { .. })
    }

    /// The algorithm, if it is known.
    pub fn algorithm(&self) -> Option<&'static str> {
        match &self.content {
            KeyContent::Public(key) => Some(key.algorithm()),
            KeyContent::Scalar(..) => Some("EC"),
            _ => None,
        }
    }

    /// Algorithm and size, for people.
    pub fn describe(&self) -> String {
        match &self.content {
            KeyContent::Public(key) => key.describe(),
            KeyContent::Scalar(curve, _) => format!("EC {}", curve.name()),
            KeyContent::Encrypted { .. } => "encrypted".into(),
            KeyContent::OpenSsh => "OpenSSH".into(),
            KeyContent::Unreadable => "unreadable".into(),
        }
    }

    /// Whether this key belongs to a public key; `None` when that cannot be told.
    pub fn belongs_to(&self, public: &PublicKey) -> Option<bool> {
        match (&self.content, public) {
            (_, PublicKey::Other) | (KeyContent::Public(PublicKey::Other), _) => None,
            (KeyContent::Public(PublicKey::Dsa), PublicKey::Dsa) => None,
            (KeyContent::Public(PublicKey::Ec { curve, point: own }), PublicKey::Ec { curve: other, point }) => {
                if curve != other {
                    return Some(false);
                }
                // A compressed point cannot be compared with an uncompressed one byte by byte, its x can.
                let x = |point: &[u8]| match point.first() {
                    Some(2 | 3) => Some(point[1..].to_vec()),
                    Some(4) => Some(point[1..1 + point.len() / 2].to_vec()),
                    _ => None,
                };
                if own.first() == point.first() { Some(own == point) } else { Some(x(own)? == x(point)?) }
            }
            (KeyContent::Public(own), _) => Some(own == public),
            (KeyContent::Scalar(curve, scalar), PublicKey::Ec { curve: other, point }) => {
                if curve != other {
                    return Some(false);
                }
                let algorithm = match curve {
                    Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
                    Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
                    _ => return None,
                };
                if point.first() != Some(&4) {
                    return None;
                }
                let pair =
                    EcdsaKeyPair::from_private_key_and_public_key(algorithm, &scalar.0, point, &SystemRandom::new());
                Some(pair.is_ok())
            }
            (KeyContent::Scalar(..), _) => Some(false),
            (KeyContent::Encrypted { .. } | KeyContent::OpenSsh | KeyContent::Unreadable, _) => None,
        }
    }
}

fn content(block: &Block) -> KeyContent {
    if block.label == "ENCRYPTED PRIVATE KEY" {
        return KeyContent::Encrypted { old: false };
    }
    if block.header("Proc-Type").is_some_and(|value| value.contains("ENCRYPTED")) {
        return KeyContent::Encrypted { old: true };
    }
    if block.label == "OPENSSH PRIVATE KEY" {
        return KeyContent::OpenSsh;
    }
    let Ok(der) = &block.der else { return KeyContent::Unreadable };
    let read = match block.label.as_str() {
        "RSA PRIVATE KEY" => pkcs1(der),
        "EC PRIVATE KEY" => sec1(der, None),
        "DSA PRIVATE KEY" => Some(KeyContent::Public(PublicKey::Dsa)),
        // `PRIVATE KEY`, and older files that put one form under the label of another.
        _ => pkcs8(der),
    };
    read.or_else(|| pkcs8(der)).unwrap_or(KeyContent::Unreadable)
}

/// `RSAPrivateKey` (RFC 8017, A.1.2): version, n, e, ...
fn pkcs1(der: &[u8]) -> Option<KeyContent> {
    let (inside, _) = der::expect(der, der::SEQUENCE)?;
    let (_, rest) = der::expect(inside, der::INTEGER)?;
    let (n, rest) = der::expect(rest, der::INTEGER)?;
    let (e, _) = der::expect(rest, der::INTEGER)?;
    Some(KeyContent::Public(PublicKey::Rsa { n: der::unsigned(n).to_vec(), e: der::unsigned(e).to_vec() }))
}

/// `ECPrivateKey` (RFC 5915): version, scalar, [0] curve, [1] point. PKCS#8 names the curve outside.
fn sec1(der: &[u8], outer: Option<Curve>) -> Option<KeyContent> {
    let (inside, _) = der::expect(der, der::SEQUENCE)?;
    let (_, rest) = der::expect(inside, der::INTEGER)?;
    let (scalar, mut rest) = der::expect(rest, der::OCTETS)?;
    let (mut curve, mut point) = (outer, None);
    while let Some(element) = der::element(rest) {
        match element.tag {
            0xa0 => curve = der::expect(element.value, der::OID).map(|(oid, _)| Curve::from_oid(oid)).or(curve),
            // A bit string starts with the number of unused bits: 0.
            0xa1 => point = der::expect(element.value, 0x03).and_then(|(bits, _)| bits.get(1..)),
            _ => {}
        }
        rest = element.rest;
    }
    let curve = curve.unwrap_or(Curve::Other);
    Some(match point {
        Some(point) => KeyContent::Public(PublicKey::Ec { curve, point: point.to_vec() }),
        None => KeyContent::Scalar(curve, Scalar(scalar.to_vec())),
    })
}

/// The key inside of `PrivateKeyInfo`.
fn inner(der: &[u8]) -> Option<&[u8]> {
    let (inside, _) = der::expect(der, der::SEQUENCE)?;
    let (_, rest) = der::expect(inside, der::INTEGER)?;
    let (_, rest) = der::expect(rest, der::SEQUENCE)?;
    Some(der::expect(rest, der::OCTETS)?.0)
}

/// `PrivateKeyInfo` (RFC 5208, RFC 5958): version, algorithm, octets.
fn pkcs8(der: &[u8]) -> Option<KeyContent> {
    let (inside, _) = der::expect(der, der::SEQUENCE)?;
    let (_, rest) = der::expect(inside, der::INTEGER)?;
    let (algorithm, rest) = der::expect(rest, der::SEQUENCE)?;
    let (oid, parameters) = der::expect(algorithm, der::OID)?;
    let (key, _) = der::expect(rest, der::OCTETS)?;
    match oid {
        RSA | RSA_PSS => pkcs1(key),
        EC => sec1(key, der::expect(parameters, der::OID).map(|(oid, _)| Curve::from_oid(oid))),
        DSA => Some(KeyContent::Public(PublicKey::Dsa)),
        ED25519 => {
            let (seed, _) = der::expect(key, der::OCTETS)?;
            let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
            Some(KeyContent::Public(PublicKey::Ed25519(pair.public_key().as_ref().to_vec())))
        }
        _ => Some(KeyContent::Public(PublicKey::Other)),
    }
}
