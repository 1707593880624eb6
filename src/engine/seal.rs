//! The last door: what rules say is masked as the files are, and findings get their fingerprints.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::Report;
use crate::project::Project;
use crate::rules::{Finding, State};
use crate::secret;
use crate::source::{Source, Span};
use crate::threads::each;

/// Masks in what rules say about files what is masked in the files: one door for the messages of all of them. The line
/// of a finding is masked once, for its words and for its fingerprint.
pub(super) fn seal(report: &mut Report, much: bool) {
    let project = &report.project;
    let identities = each(much, report.findings.iter_mut().collect(), |finding: &mut Finding| {
        let line = Line::of(project.source(finding.primary.span.file), finding.primary.span);
        let hidden = hidden_beside(project, finding, &line);
        let identity = identity(finding, &line);
        let path = &line.source.path;
        let Finding { message, help, primary, related, fixes, state, .. } = finding;
        let labels = std::iter::once(primary).chain(related).map(|label| &mut label.text);
        let reason = match state {
            State::Waived { reason, .. } => Some(reason),
            State::Live => None,
        };
        let titles = fixes.iter_mut().map(|fix| &mut fix.title);
        for text in std::iter::once(message).chain(help).chain(labels).chain(titles).chain(reason) {
            mask_in(text, &hidden, path);
        }
        identity
    });
    fingerprint(&mut report.findings, identities);
    for unknown in &mut report.unknowns {
        mask_in(&mut unknown.why, &[], &project.source(unknown.span.file).path);
    }
    for fault in &mut report.faults {
        mask_in(&mut fault.message, &[], &fault.path);
    }
}

/// Fingerprints survive line moves: rule, path, the masked line, and a count for equal ones.
fn fingerprint(findings: &mut [Finding], identities: Vec<Fnv>) {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for (finding, mut hash) in findings.iter_mut().zip(identities) {
        let count = seen.entry(hash.0).or_default();
        *count += 1;
        hash.write(&count.to_le_bytes());
        finding.fingerprint = format!("{:016x}", hash.0);
    }
}

/// The start of the line a finding stands on, masked: all of it, unless many findings stand on one line of megabytes.
struct Line<'a> {
    source: &'a Source,
    range: Range<usize>,
    shown: Cow<'a, str>,
}

impl<'a> Line<'a> {
    fn of(source: &'a Source, span: Span) -> Self {
        let line = source.line(source.lines().line(span.start));
        let range = line.start..source.boundary(line.end.min(line.start + 4096));
        Line { source, shown: source.shown_in(range.clone()), range }
    }
}

/// What is masked at the places of a finding. Words are left out: they are names as well.
fn hidden_beside(project: &Project, finding: &Finding, line: &Line) -> Vec<String> {
    let word = |piece: &str| piece.bytes().all(|b| b.is_ascii_lowercase() || b"-_ ".contains(&b));
    let mut hidden = Vec::new();
    for span in std::iter::once(&finding.primary).chain(&finding.related).map(|label| label.span).take(8) {
        let source = project.source(span.file);
        let part = source.part_of_line(span.start as usize);
        if span.file == line.source.id && part == line.range {
            hidden.extend(source.hidden_in(part, &line.shown));
        } else {
            let shown = source.shown_in(part.clone());
            hidden.extend(source.hidden_in(part, &shown));
        }
    }
    hidden.retain(|piece| piece.len() >= 6 && !word(piece));
    hidden
}

/// What identifies a finding, before equal ones are counted.
fn identity(finding: &Finding, line: &Line) -> Fnv {
    let mut hash = Fnv::default();
    for part in [finding.rule.id, &line.source.path, line.shown.trim()] {
        hash.write(part.as_bytes());
        hash.write(&[0]);
    }
    hash
}

/// Masks in a sentence what is hidden beside it and what looks secret, but no part of the path
/// of its file: that is printed anyway.
pub(super) fn mask_in(text: &mut String, hidden: &[String], path: &str) {
    for piece in hidden.iter().filter(|piece| text.contains(piece.as_str())).collect::<Vec<_>>() {
        *text = text.replace(piece.as_str(), &"*".repeat(piece.len()));
    }
    let mut found = secret::hidden_in_sentence(text);
    found.retain(|range| !text.get(range.clone()).is_some_and(|part| path.contains(part)));
    if !found.is_empty() {
        *text = secret::mask(text, &found);
    }
}

/// FNV-1a, 64 bits: the same on every machine and toolchain.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
