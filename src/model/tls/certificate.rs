//! One certificate (RFC 5280), with everything the rules ask for.

use std::net::IpAddr;
use std::sync::OnceLock;

use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use super::key::PublicKey;
use super::signature::{SignatureAlgorithm, Verdict};
use crate::model::Host;
use crate::source::Span;

/// A certificate. Times are seconds since 1970, UTC.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The whole block.
    pub span: Span,
    /// Its `BEGIN` marker: where findings are put.
    pub at: Span,
    /// The subject as DER, for comparing names.
    pub subject_der: Vec<u8>,
    /// The issuer as DER.
    pub issuer_der: Vec<u8>,
    /// The subject's common name, else its organisation, else all of it.
    pub subject: String,
    /// Likewise for the issuer.
    pub issuer: String,
    /// The subject's common name.
    pub common_name: Option<String>,
    /// All names and organisations of issuer and subject, for recognising authorities by name.
    pub all_names: String,
    /// The serial number, big-endian.
    pub serial: Vec<u8>,
    /// Version: 1, 2 or 3.
    pub version: u32,
    /// First second of validity.
    pub not_before: i64,
    /// Last second of validity (RFC 5280, 4.1.2.5: inclusive).
    pub not_after: i64,
    /// The names it is for; `None` without the extension.
    pub names: Option<AltNames>,
    /// `basicConstraints`: whether it is an authority, and how many authorities may follow.
    pub authority: Option<(bool, Option<u32>)>,
    /// `keyUsage`.
    pub usage: Option<Usage>,
    /// `extendedKeyUsage`.
    pub purposes: Option<Purposes>,
    /// `subjectKeyIdentifier`.
    pub key_id: Option<Vec<u8>>,
    /// `authorityKeyIdentifier`, its key identifier.
    pub issuer_key_id: Option<Vec<u8>>,
    /// `nameConstraints`: permitted and excluded DNS names.
    pub constraints: Option<Constraints>,
    /// Carries what only public authorities put in: signed certificate timestamps or a CA/Browser Forum policy.
    pub publicly_marked: bool,
    /// The timestamps of public logs in it.
    pub scts: usize,
    /// Asks for OCSP stapling (RFC 7633).
    pub must_staple: bool,
    /// Names an OCSP responder.
    pub has_ocsp: bool,
    /// Certificate transparency poison (RFC 6962): not a certificate but a request for timestamps.
    pub is_precertificate: bool,
    /// Critical extensions that clients do not know, by their OID.
    pub unknown_critical: Vec<String>,
    /// The public key.
    pub key: PublicKey,
    /// How it is signed.
    pub algorithm: SignatureAlgorithm,
    tbs: std::ops::Range<usize>,
    signature: Vec<u8>,
    der: Vec<u8>,
    self_signed: OnceLock<bool>,
}

/// `subjectAltName`.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct AltNames {
    /// DNS names as written.
    pub dns: Vec<String>,
    /// Addresses.
    pub ips: Vec<IpAddr>,
    /// Entries that cannot be read as what they say they are (a DNS name with bytes outside ASCII).
    pub broken: usize,
    /// Entries of other kinds (mail, URI, ...).
    pub others: usize,
}

/// The parts of `keyUsage` that matter to a server.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Usage {
    /// `digitalSignature`.
    pub digital_signature: bool,
    /// `keyEncipherment`.
    pub key_encipherment: bool,
    /// `keyCertSign`.
    pub signs_certificates: bool,
}

/// `extendedKeyUsage`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Purposes {
    /// `serverAuth`, or any.
    pub server: bool,
    /// `clientAuth`.
    pub client: bool,
}

/// DNS names an authority may or may not certify (RFC 5280, 4.2.1.10).
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Constraints {
    /// Only these and names below them; empty: no limit.
    pub permitted_dns: Vec<String>,
    /// Not these.
    pub excluded_dns: Vec<String>,
}

/// Why bytes are not a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// Not a certificate's structure.
    Structure,
    /// A certificate, and this many bytes more.
    Trailing(usize),
    /// A name in it claims to be UTF-8 and is not.
    Text,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// When OpenSSL would not load it either.
    pub(super) fn new(span: Span, at: Span, der: Vec<u8>) -> Result<Self, Unreadable> {
        let (rest, cert) = X509Certificate::from_der(&der).map_err(|_| Unreadable::Structure)?;
        if !rest.is_empty() {
            return Err(Unreadable::Trailing(rest.len()));
        }
        let tbs = &cert.tbs_certificate;
        if !text_is_sound(&tbs.subject) || !text_is_sound(&tbs.issuer) {
            return Err(Unreadable::Text);
        }
        let raw: &[u8] = tbs.as_ref();
        let tbs_start = raw.as_ptr() as usize - der.as_ptr() as usize;
        let mut certificate = Certificate {
            span,
            at,
            subject_der: tbs.subject.as_raw().to_vec(),
            issuer_der: tbs.issuer.as_raw().to_vec(),
            subject: display(&tbs.subject),
            issuer: display(&tbs.issuer),
            common_name: common_name(&tbs.subject),
            all_names: format!("{} / {}", tbs.subject, tbs.issuer),
            serial: tbs.raw_serial().to_vec(),
            version: tbs.version.0 + 1,
            not_before: tbs.validity.not_before.timestamp(),
            not_after: tbs.validity.not_after.timestamp(),
            names: None,
            authority: None,
            usage: None,
            purposes: None,
            key_id: None,
            issuer_key_id: None,
            constraints: None,
            publicly_marked: false,
            scts: 0,
            must_staple: false,
            has_ocsp: false,
            is_precertificate: false,
            unknown_critical: Vec::new(),
            key: PublicKey::new(&tbs.subject_pki),
            algorithm: SignatureAlgorithm::new(&cert.signature_algorithm),
            tbs: tbs_start..tbs_start + raw.len(),
            signature: cert.signature_value.data.to_vec(),
            der: Vec::new(),
            self_signed: OnceLock::new(),
        };
        for extension in tbs.extensions() {
            certificate.extension(extension.oid.as_bytes(), extension.value, extension.parsed_extension());
            if extension.critical
                && !is_known(extension.oid.as_bytes())
                && certificate.unknown_critical.len() < CRITICAL
            {
                certificate.unknown_critical.push(extension.oid.to_id_string());
            }
        }
        if certificate.subject.is_empty()
            && let Some(name) = certificate.names.as_ref().and_then(|names| names.dns.first())
        {
            certificate.subject = clean(name);
        }
        certificate.der = der;
        Ok(certificate)
    }

    fn extension(&mut self, oid: &[u8], value: &[u8], parsed: &ParsedExtension) {
        match parsed {
            ParsedExtension::SubjectAlternativeName(names) => self.names = Some(alt_names(&names.general_names)),
            ParsedExtension::BasicConstraints(basic) => self.authority = Some((basic.ca, basic.path_len_constraint)),
            ParsedExtension::KeyUsage(usage) => {
                self.usage = Some(Usage {
                    digital_signature: usage.digital_signature(),
                    key_encipherment: usage.key_encipherment(),
                    signs_certificates: usage.key_cert_sign(),
                });
            }
            ParsedExtension::ExtendedKeyUsage(extended) => {
                self.purposes =
                    Some(Purposes { server: extended.server_auth || extended.any, client: extended.client_auth });
            }
            ParsedExtension::SubjectKeyIdentifier(id) => self.key_id = Some(id.0.to_vec()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.issuer_key_id = id.key_identifier.as_ref().map(|id| id.0.to_vec());
            }
            ParsedExtension::NameConstraints(constraints) => {
                let dns = |trees: &Option<Vec<x509_parser::extensions::GeneralSubtree>>| -> Vec<String> {
                    let names = trees.iter().flatten().filter_map(|tree| match &tree.base {
                        GeneralName::DNSName(name) => Some((*name).to_owned()),
                        _ => None,
                    });
                    names.collect()
                };
                self.constraints = Some(Constraints {
                    permitted_dns: dns(&constraints.permitted_subtrees),
                    excluded_dns: dns(&constraints.excluded_subtrees),
                });
            }
            // 2.23.140.1.x: the CA/Browser Forum's reserved policies.
            ParsedExtension::CertificatePolicies(policies) => {
                self.publicly_marked |=
                    policies.iter().any(|p| p.policy_id.as_bytes().starts_with(&[0x67, 0x81, 0x0c, 1]));
            }
            ParsedExtension::SCT(stamps) => {
                self.publicly_marked = true;
                self.scts = stamps.len();
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                let ocsp = [0x2b, 6, 1, 5, 5, 7, 0x30, 1];
                self.has_ocsp = access.iter().any(|a| a.access_method.as_bytes() == ocsp);
            }
            _ => {}
        }
        match oid {
            // 1.3.6.1.5.5.7.1.24, a list with the feature 5, status_request.
            [0x2b, 6, 1, 5, 5, 7, 1, 24] => self.must_staple = value == [0x30, 3, 2, 1, 5],
            // 1.3.6.1.4.1.11129.2.4.3
            [0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3] => self.is_precertificate = true,
            _ => {}
        }
    }

    /// Whether it says it is an authority.
    pub fn is_ca(&self) -> bool {
        matches!(self.authority, Some((true, _)))
    }

    /// Whether it names itself as its issuer.
    pub fn is_self_issued(&self) -> bool {
        self.subject_der == self.issuer_der
    }

    /// Whether it is signed with its own key. An algorithm that cannot be checked counts: the names say so.
    pub fn is_self_signed(&self) -> bool {
        let check = || self.is_self_issued() && self.signed_by(&self.key) != Verdict::Bad;
        *self.self_signed.get_or_init(check)
    }

    /// Whether `other` has the name, and the key as far as key identifiers tell, that this certificate gives its issuer.
    pub fn names_as_issuer(&self, other: &Certificate) -> bool {
        let same_key = match (&self.issuer_key_id, &other.key_id) {
            (Some(wanted), Some(key_id)) => wanted == key_id,
            _ => true,
        };
        self.issuer_der == other.subject_der && same_key
    }

    /// Whether `key` made the signature.
    pub fn signed_by(&self, key: &PublicKey) -> Verdict {
        let Some(message) = self.der.get(self.tbs.clone()) else { return Verdict::Unverifiable };
        self.algorithm.verify(key, message, &self.signature)
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The SHA-256 of its bytes, as `openssl x509 -fingerprint` has it: what people compare.
    pub fn fingerprint(&self) -> String {
        hex(ring::digest::digest(&ring::digest::SHA256, &self.der).as_ref())
    }

    /// The serial number, in the same form.
    pub fn serial_number(&self) -> String {
        hex(&self.serial)
    }

    /// Whether both are the same, byte for byte.
    pub fn is_same(&self, other: &Certificate) -> bool {
        self.der == other.der
    }

    /// Seconds from the first to the last of its validity.
    pub fn lifetime(&self) -> i64 {
        self.not_after - self.not_before
    }

    /// Whether it ends before it begins.
    pub fn is_never_valid(&self) -> bool {
        self.not_after < self.not_before
    }

    /// Whether `at` is within its validity, both ends included.
    pub fn is_valid_at(&self, at: OffsetDateTime) -> bool {
        let at = at.unix_timestamp();
        self.not_before <= at && at <= self.not_after
    }

    /// Whether nobody but the machine it lies on can ask for any of its names: a developer's own (`mkcert localhost`).
    pub fn is_for_this_machine(&self) -> bool {
        let local =
            |name: &str| name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
        match &self.names {
            Some(names) => {
                names.dns.iter().all(|name| local(name))
                    && names.ips.iter().all(|ip| ip.is_loopback() || ip.is_unspecified())
                    && !(names.dns.is_empty() && names.ips.is_empty())
            }
            None => self.common_name.as_deref().is_some_and(|name| local(name) || Host::is_loopback(name)),
        }
    }

    /// Whether a MySQL server made it for itself (`MySQL_Server_8.0.23_Auto_Generated_Server_Certificate`): its clients look
    /// at no name.
    pub fn is_made_by_mysql(&self) -> bool {
        self.common_name.as_deref().is_some_and(|name| name.contains("_Auto_Generated_"))
    }

    /// Whether it is for a server: it has names a client can ask for and does not rule servers out, and is no authority.
    pub fn is_for_server(&self) -> bool {
        !self.is_ca()
            && self.purposes.is_none_or(|purposes| purposes.server)
            && (self.names.as_ref().is_some_and(|names| !names.dns.is_empty() || !names.ips.is_empty())
                || self.purposes.is_some_and(|purposes| purposes.server))
    }
}

/// How many critical extensions are kept.
const CRITICAL: usize = 8;

/// Whether clients handle an extension that is critical: those OpenSSL does (`X509_supported_extension`), and the poison of
/// Certificate Transparency, which has its own word.
fn is_known(oid: &[u8]) -> bool {
    const NETSCAPE_TYPE: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x01];
    const POISON: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3];
    match oid {
        // keyUsage, subjectAltName, basicConstraints, nameConstraints, cRLDistributionPoints, certificatePolicies,
        // policyMappings, policyConstraints, extKeyUsage, inhibitAnyPolicy
        [0x55, 0x1d, last] => matches!(last, 15 | 17 | 19 | 30 | 31 | 32 | 33 | 36 | 37 | 54),
        // sbgp-ipAddrBlock, sbgp-autonomousSysNum, proxyCertInfo
        [0x2b, 6, 1, 5, 5, 7, 1, last] => matches!(last, 7 | 8 | 14),
        _ => oid == NETSCAPE_TYPE || oid == POISON,
    }
}

/// `0A:FF`
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

fn display(name: &X509Name) -> String {
    let first = name.iter_common_name().chain(name.iter_organization()).find_map(|a| a.as_str().ok());
    clean(&first.map_or_else(|| name.to_string(), str::to_owned))
}

fn common_name(name: &X509Name) -> Option<String> {
    name.iter_common_name().find_map(|attribute| attribute.as_str().ok()).map(clean)
}

/// Names come from strangers: no control characters, and not longer than a line.
fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// OpenSSL refuses a `UTF8String` that is not UTF-8 (`asn1_d2i`, "invalid utf8string").
fn text_is_sound(name: &X509Name) -> bool {
    name.iter_attributes()
        .all(|attribute| attribute.attr_value().tag().0 != 0x0c || std::str::from_utf8(attribute.as_slice()).is_ok())
}

fn alt_names(names: &[GeneralName]) -> AltNames {
    let mut found = AltNames::default();
    for name in names {
        match name {
            GeneralName::DNSName(name) if name.is_ascii() => found.dns.push(clean_dns(name)),
            GeneralName::DNSName(_) | GeneralName::Invalid(..) => found.broken += 1,
            GeneralName::IPAddress(bytes) => match (<[u8; 4]>::try_from(*bytes), <[u8; 16]>::try_from(*bytes)) {
                (Ok(v4), _) => found.ips.push(v4.into()),
                (_, Ok(v6)) => found.ips.push(v6.into()),
                _ => found.broken += 1,
            },
            _ => found.others += 1,
        }
    }
    found
}

fn clean_dns(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(300).collect()
}
