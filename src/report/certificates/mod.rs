//! Certificates and keys as they were read, for people and for programs: what belongs together, in which order, until when.
//! Nothing of a private key is in it but its kind.

mod text;

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::engine::Report;
use crate::model::tls::{Certificate, Chain, End, KeyRef, PemFile, PrivateKey, Served, Verdict};
use crate::project::Project;
use crate::rules::Finding;
use crate::source::Span;

/// All of it.
#[derive(Serialize)]
pub struct Certificates {
    at: String,
    files: Vec<Shown>,
    findings: Vec<Wrong>,
}

/// A file.
#[derive(Serialize)]
struct Shown {
    path: String,
    /// What it is when it holds no PEM blocks, and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<Instead>,
    certificates: Vec<Card>,
    keys: Vec<Key>,
    /// Blocks that are neither.
    others: Vec<Other>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<Way>,
}

/// A file that is no PEM file.
#[derive(Serialize)]
struct Instead {
    what: &'static str,
    help: &'static str,
}

/// A certificate.
#[derive(Serialize)]
struct Card {
    /// Its place in the file, from 1.
    number: usize,
    line: u32,
    subject: String,
    names: Vec<String>,
    issuer: String,
    /// Where its issuer was found, or that it is its own.
    issued_by: Option<String>,
    authority: bool,
    not_before: String,
    not_after: String,
    state: &'static str,
    /// Seconds from the moment of the look to the end; negative when it is over.
    seconds_left: i64,
    #[serde(skip)]
    lifetime: i64,
    key: String,
    /// The private keys that belong to it.
    keys: Vec<String>,
    serial: String,
    sha256: String,
}

/// A private key.
#[derive(Serialize)]
struct Key {
    line: u32,
    kind: String,
    encrypted: bool,
    /// The certificates it belongs to; `None`: that cannot be told.
    certificates: Option<Vec<String>>,
}

/// Another block.
#[derive(Serialize)]
struct Other {
    line: u32,
    what: String,
}

/// The way from the certificate of the server to a root.
#[derive(Serialize)]
struct Way {
    /// The numbers of its certificates, in the order the file should have.
    order: Vec<usize>,
    /// Whether the file has that order.
    in_order: bool,
    ends_at: &'static str,
    /// The root, or the issuer that is missing.
    end: String,
}

/// Something that is wrong.
#[derive(Serialize)]
struct Wrong {
    rule: &'static str,
    severity: &'static str,
    place: String,
    message: String,
    help: Option<String>,
}

impl Certificates {
    /// What a run over certificate files found, in the order of `paths`.
    pub fn new(report: &Report, paths: &[String]) -> Self {
        let project = &report.project;
        let files = paths.iter().filter_map(|path| project.pem_file(project.at(path)?.source.id));
        let mut findings: Vec<&Finding> = report.findings.iter().filter(|f| f.live() && about_tls(f)).collect();
        findings.sort_by_key(|finding| Reverse(finding.severity));
        Certificates {
            at: moment(report.at),
            files: files.map(|pem| shown(project, pem, report.at)).collect(),
            findings: findings.into_iter().map(|finding| wrong(project, finding)).collect(),
        }
    }
}

impl Certificates {
    /// Whether every file could be read as what it should be.
    pub fn all_read(&self) -> bool {
        self.files.iter().all(|file| file.instead.is_none())
    }
}

fn about_tls(finding: &Finding) -> bool {
    ["cert/", "chain/", "key/", "pem/"].iter().any(|family| finding.rule.id.starts_with(family))
}

fn wrong(project: &Project, finding: &Finding) -> Wrong {
    Wrong {
        rule: finding.rule.id,
        severity: finding.severity.name(),
        place: place(project, finding.primary.span),
        message: finding.message.clone(),
        help: finding.help.clone(),
    }
}

fn shown(project: &Project, pem: &PemFile, at: OffsetDateTime) -> Shown {
    let instead = Instead { what: pem.content.describe(), help: pem.content.remedy() };
    let cards = pem.certificates.iter().enumerate();
    let keys = pem.keys.iter().map(|key| Key {
        line: line(project, key.at),
        kind: key.describe(),
        encrypted: key.is_encrypted(),
        certificates: owned(project, key),
    });
    let unreadable = pem.unreadable.iter().map(|(at, _)| (*at, "a certificate that cannot be read".to_owned()));
    let own = |label: &str| label.contains("PRIVATE KEY") || label.ends_with("CERTIFICATE");
    let labels = pem.labels.iter().filter(|(label, _)| !own(label)).map(|(label, at)| (*at, label.clone()));
    let mut others: Vec<(Span, String)> = unreadable.chain(labels).collect();
    others.sort_by_key(|(at, _)| *at);
    Shown {
        path: pem.path.clone(),
        instead: pem.labels.is_empty().then_some(instead),
        certificates: cards.map(|(index, certificate)| card(project, index, certificate, at)).collect(),
        keys: keys.collect(),
        others: others.into_iter().map(|(at, what)| Other { line: line(project, at), what }).collect(),
        chain: way(project, pem, at),
    }
}

fn card(project: &Project, index: usize, certificate: &Certificate, at: OffsetDateTime) -> Card {
    let names = certificate.names.iter().flat_map(|names| {
        let addresses = names.ips.iter().map(ToString::to_string);
        names.dns.iter().cloned().chain(addresses)
    });
    let now = at.unix_timestamp();
    let state = match certificate {
        c if c.is_never_valid() => "never valid",
        c if now < c.not_before => "not yet valid",
        c if now > c.not_after => "expired",
        _ => "valid",
    };
    Card {
        number: index + 1,
        line: line(project, certificate.at),
        subject: certificate.subject.clone(),
        names: names.collect(),
        issuer: certificate.issuer.clone(),
        issued_by: issuer(project, certificate),
        authority: certificate.is_ca(),
        not_before: second(certificate.not_before),
        not_after: second(certificate.not_after),
        state,
        seconds_left: certificate.not_after - now,
        lifetime: certificate.lifetime(),
        key: certificate.key.describe(),
        keys: keys_of(project, certificate),
        serial: certificate.serial_number(),
        sha256: certificate.fingerprint(),
    }
}

/// Who signed a certificate, among those shown; in the same file, if that is possible.
fn issuer(project: &Project, certificate: &Certificate) -> Option<String> {
    if certificate.is_self_signed() {
        return Some("itself".to_owned());
    }
    let beside = project.pem_file(certificate.at.file);
    let all = beside.into_iter().chain(&project.pem).flat_map(|pem| &pem.certificates);
    let named = all.filter(|other| certificate.names_as_issuer(other));
    let signed = named.take_while(|_| project.look(1)).find(|other| certificate.signed_by(&other.key) != Verdict::Bad);
    signed.map(|other| place(project, other.at))
}

fn keys_of(project: &Project, certificate: &Certificate) -> Vec<String> {
    let all = project.pem.iter().flat_map(|pem| &pem.keys);
    let own = all.take_while(|_| project.look(1)).filter(|key| key.belongs_to(&certificate.key) == Some(true));
    own.map(|key| place(project, key.at)).collect()
}

fn owned(project: &Project, key: &PrivateKey) -> Option<Vec<String>> {
    key.algorithm()?;
    let all = project.pem.iter().flat_map(|pem| &pem.certificates);
    let own = all.take_while(|_| project.look(1)).filter(|other| key.belongs_to(&other.key) == Some(true));
    Some(own.map(|other| place(project, other.at)).collect())
}

/// The way from the leaf of a file; a list of authorities is none.
fn way(project: &Project, pem: &PemFile, at: OffsetDateTime) -> Option<Way> {
    if pem.is_authority_bundle() && pem.certificates.len() > 1 {
        return None;
    }
    let keys = project.pem.iter().flat_map(|pem| pem.keys.iter().map(|key| (pem.file, key)));
    let keys = keys.map(|(file, key)| KeyRef { file, key: Some(Arc::clone(key)), written: None }).collect();
    let chain = Chain::new(pem, Served::Alone, keys, Vec::new(), project.roots());
    let path = chain.best_path(at)?;
    let last = chain.certificates.get(*path.members.last()?)?;
    let (ends_at, end) = match path.end {
        End::PublicRoot if last.is_self_signed() => ("public root", &last.subject),
        End::PublicRoot => ("public root", &last.issuer),
        End::OwnRoot if last.is_self_signed() => ("named root", &last.subject),
        End::OwnRoot => ("named root", &last.issuer),
        End::SelfSigned => ("self-signed", &last.subject),
        End::Open => ("missing issuer", &last.issuer),
        End::GaveUp => ("too long", &last.issuer),
        End::BadSignature(_) => ("bad signature", &last.issuer),
    };
    let in_order = path.members.iter().enumerate().all(|(place, member)| place == *member);
    let order = path.members.iter().map(|member| member + 1).collect();
    Some(Way { order, in_order, ends_at, end: end.clone() })
}

fn place(project: &Project, at: Span) -> String {
    format!("{}:{}", project.source(at.file).path, line(project, at))
}

fn line(project: &Project, at: Span) -> u32 {
    project.source(at.file).position(at.start).line
}

fn second(at: i64) -> String {
    OffsetDateTime::from_unix_timestamp(at).map_or_else(|_| "out of range".to_owned(), moment)
}

fn moment(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| "out of range".to_owned())
}
