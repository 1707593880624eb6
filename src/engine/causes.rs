//! One cause, one finding: the same image or value in several files is said once, with all its places.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::project::Project;
use crate::rules::{Check, Finding, Safety};
use crate::source::{FileId, Role};
use crate::syntax::shell::base_name;

/// Says of a value that several programs see under several names what it is once, as it is worst. `findings` are sorted by
/// place and rule.
pub(super) fn see_once(findings: &mut Vec<Finding>) {
    findings.dedup_by(|next, told| {
        let seen = matches!(told.rule.check, Check::Variables(_));
        let same = seen && next.rule == told.rule && next.primary.span == told.primary.span;
        if same {
            let weight = |finding: &Finding| (finding.severity, !finding.passed_on);
            if weight(next) > weight(told) {
                std::mem::swap(next, told);
            }
            for label in next.related.drain(..) {
                if !told.related.contains(&label) {
                    told.related(label.span, label.text);
                }
            }
        }
        same
    });
}

/// Files that are shorter may be the same by chance.
const SHORTEST_COPY: usize = 64;

/// Files of one name and length that differ are compared up to this number.
const MOST_ALIKE: usize = 16;

/// What is said of the place in a copy.
const A_COPY: &str = "the same in this copy of the file";

/// Says what is found at the same place of several copies of a file once, of the copy that lies highest. A fix is about its
/// own place, so what has a safe one stays.
pub(super) fn see_copies(findings: &mut Vec<Finding>, project: &Project) {
    let may_be_one = |finding: &Finding| {
        let long = project.source(finding.primary.span.file).bytes().len() >= SHORTEST_COPY;
        long && finding.live() && !finding.fixes.iter().any(|fix| fix.safety == Safety::Safe)
    };
    let originals = originals(findings.iter().filter(|finding| may_be_one(finding)), project);
    if originals.iter().all(|(file, original)| file == original) {
        return;
    }
    let mut first: HashMap<_, usize> = HashMap::new();
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let span = finding.primary.span;
        let Some(file) = originals.get(&span.file).filter(|_| may_be_one(&finding)) else {
            kept.push(finding);
            continue;
        };
        match first.entry((
            finding.rule.id,
            (*file, span.start, span.end),
            finding.severity,
            finding.effect,
            project.role(span.file),
        )) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(finding);
            }
            // Several findings of one place are not copies of each other.
            Entry::Occupied(entry) if kept[*entry.get()].primary.span.file == span.file => kept.push(finding),
            Entry::Occupied(entry) => {
                let (told, mut copy) = (&mut kept[*entry.get()], finding);
                let depth = |finding: &Finding| project.source(finding.primary.span.file).path.matches('/').count();
                if depth(&copy) < depth(told) {
                    std::mem::swap(told, &mut copy);
                    told.related.extend(copy.related.into_iter().filter(|label| label.text == A_COPY));
                }
                told.related(copy.primary.span, A_COPY);
            }
        }
    }
    *findings = kept;
}

/// The file that each file with findings is a copy of, the first of those with the same name and content; itself when it is none.
fn originals<'a>(findings: impl Iterator<Item = &'a Finding>, project: &Project) -> HashMap<FileId, FileId> {
    let mut contents: HashMap<(&str, usize), Vec<FileId>> = HashMap::new();
    let mut originals: HashMap<FileId, FileId> = HashMap::new();
    for finding in findings {
        originals.entry(finding.primary.span.file).or_insert_with_key(|file| {
            let source = project.source(*file);
            let alike = contents.entry((base_name(&source.path), source.bytes().len())).or_default();
            let same = alike.iter().take(MOST_ALIKE).find(|file| project.source(**file).bytes() == source.bytes());
            let first = same.copied().unwrap_or(*file);
            if first == *file {
                alike.push(first);
            }
            first
        });
    }
    originals
}

/// Joins the live findings of a rule that name the same cause, weigh the same and are about the same environment. Their
/// order stays; the first one tells of the places of the others. One with a safe fix stays alone, because a fix is about its
/// own place; another fix would do half of what is to be done, and goes.
pub(super) fn join(findings: &mut Vec<Finding>, project: &Project) {
    let mut first: HashMap<_, usize> = HashMap::new();
    let mut joined: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let safe = finding.fixes.iter().any(|fix| fix.safety == Safety::Safe);
        let Some(cause) = finding.cause.filter(|_| finding.live() && !safe) else {
            joined.push(finding);
            continue;
        };
        let role: Role = project.role(finding.primary.span.file);
        match first.entry((finding.rule.id, cause.of, finding.severity, finding.effect, role)) {
            Entry::Vacant(entry) => {
                entry.insert(joined.len());
                joined.push(finding);
            }
            Entry::Occupied(entry) => {
                let told = &mut joined[*entry.get()];
                told.fixes.clear();
                told.related(finding.primary.span, cause.again);
                for label in finding.related {
                    // What both tell is told once; it stands among the first.
                    if !told.related.iter().take(64).any(|own| own.span == label.span && own.text == label.text) {
                        told.related(label.span, label.text);
                    }
                }
            }
        }
    }
    *findings = joined;
}
