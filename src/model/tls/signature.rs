//! Signatures on certificates: which algorithm, and whether they verify.

use ring::signature as r;
use x509_parser::x509::AlgorithmIdentifier;

use super::key::{Curve, PublicKey};

/// How a certificate is signed.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum SignatureAlgorithm {
    /// RSA, PKCS#1 v1.5.
    RsaPkcs1(Hash),
    /// RSA-PSS; `None`: a hash gonogo does not know.
    RsaPss(Option<Hash>),
    /// ECDSA.
    Ecdsa(Hash),
    /// Ed25519.
    Ed25519,
    /// Anything else (DSA, Ed448, ML-DSA, ...).
    Other,
}

/// A hash.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Hash {
    /// Broken since 2008 for certificates.
    Md2,
    /// Likewise.
    Md5,
    /// Broken since 2017.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Hash::Md2 => "MD2",
            Hash::Md5 => "MD5",
            Hash::Sha1 => "SHA-1",
            Hash::Sha224 => "SHA-224",
            Hash::Sha256 => "SHA-256",
            Hash::Sha384 => "SHA-384",
            Hash::Sha512 => "SHA-512",
        }
    }

    /// Whether two documents with the same hash can be made.
    pub fn is_broken(self) -> bool {
        matches!(self, Hash::Md2 | Hash::Md5 | Hash::Sha1)
    }
}

/// What a check of a signature says.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Made by this key over this content.
    Good,
    /// Not made by this key, or the content was changed.
    Bad,
    /// The algorithm is not one gonogo can check. Says nothing about the signature.
    Unverifiable,
}

impl SignatureAlgorithm {
    /// From the OIDs of RFC 3279, 4055, 5758 and 8410.
    pub(super) fn new(algorithm: &AlgorithmIdentifier) -> Self {
        use SignatureAlgorithm::*;
        const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
        const ANSI_ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
        let oid = algorithm.algorithm.as_bytes();
        if let Some(rest) = oid.strip_prefix(PKCS1) {
            return match rest {
                [2] => RsaPkcs1(Hash::Md2),
                [4] => RsaPkcs1(Hash::Md5),
                [5] => RsaPkcs1(Hash::Sha1),
                [10] => RsaPss(algorithm.parameters.as_ref().and_then(|any| pss_hash(any.data))),
                [11] => RsaPkcs1(Hash::Sha256),
                [12] => RsaPkcs1(Hash::Sha384),
                [13] => RsaPkcs1(Hash::Sha512),
                [14] => RsaPkcs1(Hash::Sha224),
                _ => Other,
            };
        }
        if let Some(rest) = oid.strip_prefix(ANSI_ECDSA) {
            return match rest {
                [1] => Ecdsa(Hash::Sha1),
                [3, 1] => Ecdsa(Hash::Sha224),
                [3, 2] => Ecdsa(Hash::Sha256),
                [3, 3] => Ecdsa(Hash::Sha384),
                [3, 4] => Ecdsa(Hash::Sha512),
                _ => Other,
            };
        }
        if oid == [0x2b, 0x65, 0x70] { Ed25519 } else { Other }
    }

    /// The hash that is signed.
    pub fn hash(self) -> Option<Hash> {
        match self {
            SignatureAlgorithm::RsaPkcs1(hash) | SignatureAlgorithm::Ecdsa(hash) => Some(hash),
            SignatureAlgorithm::RsaPss(hash) => hash,
            SignatureAlgorithm::Ed25519 | SignatureAlgorithm::Other => None,
        }
    }

    /// Checks a signature. What ring does not know is unverifiable, never bad.
    pub(super) fn verify(self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Verdict {
        if let PublicKey::Rsa { n, e } = key {
            let Some(parameters) = self.rsa() else { return self.foreign("RSA") };
            // ring takes moduli up to 8192 bits, from 1024 for some hashes and from 2048 for the others, and odd exponents
            // from 3 to 2^33 - 1. What is outside it cannot judge.
            let legacy = matches!(self, SignatureAlgorithm::RsaPkcs1(Hash::Sha1 | Hash::Sha256 | Hash::Sha512));
            let (size, least) = (super::key::bits(n), if legacy { 1024 } else { 2048 });
            let odd = e.last().is_some_and(|last| last & 1 == 1) && e.as_slice() != [1];
            if !(least..=8192).contains(&size) || super::key::bits(e) > 33 || !odd {
                return Verdict::Unverifiable;
            }
            let key = r::RsaPublicKeyComponents { n, e };
            return match key.verify(parameters, message, signature) {
                Ok(()) => Verdict::Good,
                // ring knows PSS only with a salt as long as the hash.
                Err(_) if matches!(self, SignatureAlgorithm::RsaPss(_)) => Verdict::Unverifiable,
                Err(_) => Verdict::Bad,
            };
        }
        let (algorithm, bytes): (&dyn r::VerificationAlgorithm, &[u8]) = match (self, key) {
            (SignatureAlgorithm::Ed25519, PublicKey::Ed25519(bytes)) => (&r::ED25519, bytes),
            (SignatureAlgorithm::Ecdsa(hash), PublicKey::Ec { curve, point }) => match (curve, hash) {
                (Curve::P256, Hash::Sha256) => (&r::ECDSA_P256_SHA256_ASN1, point),
                (Curve::P256, Hash::Sha384) => (&r::ECDSA_P256_SHA384_ASN1, point),
                (Curve::P384, Hash::Sha256) => (&r::ECDSA_P384_SHA256_ASN1, point),
                (Curve::P384, Hash::Sha384) => (&r::ECDSA_P384_SHA384_ASN1, point),
                _ => return Verdict::Unverifiable,
            },
            _ => return self.foreign(key.algorithm()),
        };
        if matches!(key, PublicKey::Ec { .. }) && bytes.first() != Some(&4) {
            return Verdict::Unverifiable;
        }
        r::UnparsedPublicKey::new(algorithm, bytes).verify(message, signature).map_or(Verdict::Bad, |()| Verdict::Good)
    }

    /// A known algorithm that a key of another kind cannot have made is bad; an unknown one is unverifiable.
    fn foreign(self, key: &str) -> Verdict {
        let needs = match self {
            SignatureAlgorithm::RsaPkcs1(_) | SignatureAlgorithm::RsaPss(_) => "RSA",
            SignatureAlgorithm::Ecdsa(_) => "EC",
            SignatureAlgorithm::Ed25519 => "Ed25519",
            SignatureAlgorithm::Other => return Verdict::Unverifiable,
        };
        if key == "unknown" || needs == key { Verdict::Unverifiable } else { Verdict::Bad }
    }

    fn rsa(self) -> Option<&'static r::RsaParameters> {
        Some(match self {
            SignatureAlgorithm::RsaPkcs1(Hash::Sha1) => &r::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            SignatureAlgorithm::RsaPkcs1(Hash::Sha256) => &r::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            SignatureAlgorithm::RsaPkcs1(Hash::Sha384) => &r::RSA_PKCS1_2048_8192_SHA384,
            SignatureAlgorithm::RsaPkcs1(Hash::Sha512) => &r::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
            SignatureAlgorithm::RsaPss(Some(Hash::Sha256)) => &r::RSA_PSS_2048_8192_SHA256,
            SignatureAlgorithm::RsaPss(Some(Hash::Sha384)) => &r::RSA_PSS_2048_8192_SHA384,
            SignatureAlgorithm::RsaPss(Some(Hash::Sha512)) => &r::RSA_PSS_2048_8192_SHA512,
            _ => return None,
        })
    }
}

/// The `hashAlgorithm [0]` of `RSASSA-PSS-params` (RFC 4055, 3.1); absent means SHA-1.
fn pss_hash(parameters: &[u8]) -> Option<Hash> {
    let Some((explicit, _)) = super::der::expect(parameters, 0xa0) else { return Some(Hash::Sha1) };
    let (algorithm, _) = super::der::expect(explicit, super::der::SEQUENCE)?;
    let (oid, _) = super::der::expect(algorithm, super::der::OID)?;
    match oid {
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 1] => Some(Hash::Sha256),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 2] => Some(Hash::Sha384),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 3] => Some(Hash::Sha512),
        [0x2b, 0x0e, 0x03, 0x02, 0x1a] => Some(Hash::Sha1),
        _ => None,
    }
}
