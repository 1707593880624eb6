//! One cause, one finding: the same image or value in several files is said once, with all its places.

use std::collections::HashMap;

use crate::project::Project;
use crate::rules::Finding;
use crate::source::Role;

/// Joins the live findings of a rule that name the same cause, weigh the same and are about the same environment. Their
/// order stays; the first one tells of the places of the others. One with a fix stays alone: a fix is about its own place.
pub(super) fn join(findings: &mut Vec<Finding>, project: &Project) {
    let mut first: HashMap<_, usize> = HashMap::new();
    let mut joined: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let Some(cause) = finding.cause.filter(|_| finding.live() && finding.fixes.is_empty()) else {
            joined.push(finding);
            continue;
        };
        let role: Role = project.document(finding.primary.span.file).role;
        match first.entry((finding.rule.id, cause.of, finding.severity, finding.effect, role)) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(joined.len());
                joined.push(finding);
            }
            std::collections::hash_map::Entry::Occupied(entry) => {
                let told = &mut joined[*entry.get()];
                told.related(finding.primary.span, cause.again);
                for label in finding.related {
                    told.related(label.span, label.text);
                }
            }
        }
    }
    *findings = joined;
}
