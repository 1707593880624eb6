//! Rules about the armour around certificates and keys.

mod bad_base64;
mod bad_boundary;
mod bom;
mod escaped_newlines;
mod indented;
mod joined_boundary;
mod long_line;
mod placeholder;
mod truncated;
mod trusted_certificate;
mod utf16;

rules! {
    bad_base64,
    bad_boundary,
    bom,
    escaped_newlines,
    indented,
    joined_boundary,
    long_line,
    placeholder,
    truncated,
    trusted_certificate,
    utf16,
}

use crate::model::tls::PemFile;
use crate::project::Project;
use crate::rules::{Effect, Finding, Severity};
use crate::syntax::pem::{Problem, ProblemKind};

/// The problems of a kind in a file.
fn problems<'a>(pem: &'a PemFile, kind: impl Fn(&ProblemKind) -> bool + 'a) -> impl Iterator<Item = &'a Problem> {
    pem.problems.iter().filter(move |problem| kind(&problem.kind))
}

/// A fault that keeps OpenSSL from reading a file stops nginx when nginx reads that file; otherwise it stops whatever
/// will.
fn weigh(finding: &mut Finding, pem: &PemFile, project: &Project) {
    if !project.is_served(pem.file) {
        finding.severity(Severity::High).effect(Effect::BreaksAtRuntime);
    }
}
