//! What a file in a certificate's place is, when it is not PEM.

use super::Block;
use crate::secret::base64;
use crate::source::{Encoding, Source};

/// What a file holds.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// PEM blocks, sound or broken.
    Pem,
    /// Nothing but white space.
    Empty,
    /// A certificate in binary form.
    DerCertificate,
    /// A PKCS#12 container (`.p12`, `.pfx`).
    Pkcs12,
    /// A PKCS#7 bundle in binary form (`.p7b`).
    Pkcs7,
    /// Some other ASN.1 structure in binary form, perhaps a key.
    Der,
    /// Text in UTF-16.
    Utf16,
    /// A web page.
    Html,
    /// A pointer left by git-lfs.
    GitLfs,
    /// Sealed by git-crypt.
    GitCrypt,
    /// Sealed by SOPS.
    Sops,
    /// Sealed by ansible-vault.
    AnsibleVault,
    /// Sealed by age.
    Age,
    /// Base64 of a PEM file: a Kubernetes secret nobody decoded.
    Base64OfPem,
    /// Base64 of a DER structure without `BEGIN` and `END`.
    BareBase64,
    /// Words that say that the real thing comes later.
    StandIn,
    /// Something else.
    Other,
}

impl Content {
    /// Sealed files are meant to be opaque in a repository: they are opened when they are deployed.
    pub fn is_sealed(self) -> bool {
        matches!(self, Content::GitCrypt | Content::Sops | Content::AnsibleVault | Content::Age)
    }

    /// What is to be asked about a file at a path that says that it only stands in for something.
    pub fn asked(self, path: &str, what: &str) -> Option<String> {
        (self == Content::StandIn).then(|| {
            format!(
                "is `{path}` replaced on the server? Here it says that it stands in for the {what}, and with that nginx \
                 refuses to start"
            )
        })
    }

    /// What it is, for people, with its article.
    pub fn describe(self) -> &'static str {
        match self {
            Content::Pem => "a PEM file",
            Content::Empty => "an empty file",
            Content::DerCertificate => "a certificate in binary form (DER)",
            Content::Pkcs12 => "a PKCS#12 container",
            Content::Pkcs7 => "a PKCS#7 bundle in binary form",
            Content::Der => "a binary file (DER)",
            Content::Utf16 => "text in UTF-16",
            Content::Html => "an HTML page",
            Content::GitLfs => "a git-lfs pointer, not the file itself",
            Content::GitCrypt => "sealed by git-crypt",
            Content::Sops => "sealed by SOPS",
            Content::AnsibleVault => "sealed by ansible-vault",
            Content::Age => "sealed by age",
            Content::Base64OfPem => "base64 of a PEM file",
            Content::BareBase64 => "base64 without BEGIN and END lines",
            Content::StandIn => "words that stand in for it",
            Content::Other => "text without a PEM block",
        }
    }

    /// What turns it into a PEM file.
    pub fn remedy(self) -> &'static str {
        match self {
            Content::DerCertificate => "convert it: `openssl x509 -inform DER -in FILE -out FILE.pem`",
            Content::Pkcs12 => "convert it: `openssl pkcs12 -in FILE -nokeys -out fullchain.pem`",
            Content::Pkcs7 => "convert it: `openssl pkcs7 -inform DER -in FILE -print_certs -out fullchain.pem`",
            Content::Der => "convert it to PEM with openssl",
            Content::Utf16 => "save it as UTF-8 without a byte order mark",
            Content::GitLfs => "run `git lfs pull` before deploying",
            Content::GitCrypt => "run `git-crypt unlock` before deploying",
            Content::Sops => "decrypt it with `sops -d` when it is deployed",
            Content::AnsibleVault => "decrypt it with `ansible-vault` when it is deployed",
            Content::Age => "decrypt it with `age -d` when it is deployed",
            Content::Base64OfPem => "decode it once: `base64 -d FILE > FILE.pem`",
            Content::BareBase64 => {
                "put `-----BEGIN CERTIFICATE-----` before it and `-----END CERTIFICATE-----` after it"
            }
            Content::Html => "download the file again; this is an error or login page",
            Content::Pem | Content::Empty | Content::StandIn | Content::Other => {
                "put the PEM text of the certificate here"
            }
        }
    }
}

/// Tells what a file is.
pub(super) fn content(source: &Source, blocks: &[Block]) -> Content {
    let bytes = source.bytes();
    if source.encoding == Encoding::Utf16 {
        return Content::Utf16;
    }
    // Armour wins; what only looks like binary cannot hold it.
    if let Some(block) = blocks.first() {
        return if block.label == "AGE ENCRYPTED FILE" { Content::Age } else { Content::Pem };
    }
    if bytes.starts_with(b"\0GITCRYPT\0") {
        return Content::GitCrypt;
    }
    if let Some(content) = der(bytes) {
        return content;
    }
    text(bytes)
}

fn text(bytes: &[u8]) -> Content {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let head = &bytes[..bytes.len().min(4096)];
    let contains = |needle: &[u8]| memchr::memmem::find(head, needle).is_some();
    if bytes.is_empty() {
        return Content::Empty;
    }
    if head.starts_with(b"version https://git-lfs") {
        return Content::GitLfs;
    }
    if head.starts_with(b"$ANSIBLE_VAULT") {
        return Content::AnsibleVault;
    }
    if head.starts_with(b"age-encryption.org/") {
        return Content::Age;
    }
    if contains(b"ENC[AES256_GCM") {
        return Content::Sops;
    }
    if head.starts_with(b"<") && (contains(b"<html") || contains(b"<!DOCTYPE") || contains(b"<HTML")) {
        return Content::Html;
    }
    match base64::decode(bytes, false) {
        Ok(inner) if inner.trim_ascii_start().starts_with(b"-----BEGIN") => Content::Base64OfPem,
        Ok(inner) if der(&inner).is_some() => Content::BareBase64,
        _ if is_stand_in(head) => Content::StandIn,
        _ => Content::Other,
    }
}

/// Whether a short text says that it is no certificate or key yet: `# This is a placeholder for the SSL certificate`.
fn is_stand_in(text: &[u8]) -> bool {
    const WORDS: [&str; 5] = ["placeholder", "replace this", "replace with", "your certificate", "your private key"];
    let text = String::from_utf8_lossy(text).to_lowercase();
    text.len() < 1024 && WORDS.iter().any(|word| text.contains(word))
}

/// Told by the first ASN.1 headers: `SEQUENCE { INTEGER 3, SEQUENCE { OID pkcs7-data ..` is PKCS#12 (RFC 7292),
/// `SEQUENCE { OID signedData ..` PKCS#7, `SEQUENCE { SEQUENCE { [0] ..` or `.. INTEGER ..` a certificate.
fn der(bytes: &[u8]) -> Option<Content> {
    let (inside, rest) = sequence(bytes)?;
    // A truncated file still says what it is; a text that starts with `0` does not have such a length.
    if bytes.len() < 32 || rest > 8 {
        return None;
    }
    if inside.starts_with(&[0x02, 0x01, 0x03, 0x30]) {
        return Some(Content::Pkcs12);
    }
    if inside.starts_with(&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07]) {
        return Some(Content::Pkcs7);
    }
    if let Some((tbs, _)) = sequence(inside)
        && (tbs.starts_with(&[0xa0, 0x03, 0x02, 0x01])
            || tbs.first() == Some(&0x02) && !tbs.starts_with(&[0x02, 0x01, 0x00]))
    {
        // The version, or for version 1 at once the serial number, of a `TBSCertificate` (RFC 5280, 4.1). A request
        // has version 0 there.
        return Some(Content::DerCertificate);
    }
    Some(Content::Der)
}

/// The content of a long-form SEQUENCE header, and how many bytes follow it.
fn sequence(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let (&[0x30, size], rest) = bytes.split_first_chunk::<2>()? else { return None };
    let count = match size {
        0x81..=0x84 => usize::from(size - 0x80),
        _ => return None,
    };
    let length = rest.get(..count)?.iter().fold(0usize, |sum, &b| sum << 8 | usize::from(b));
    let inside = &rest[count..];
    let available = inside.len().min(length);
    Some((&inside[..available], inside.len() - available))
}
