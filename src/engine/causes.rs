//! One cause, one finding: the same image or value in several files is said once, with all its places.

use std::collections::HashMap;

use crate::project::Project;
use crate::rules::{Check, Finding, Safety};
use crate::source::Role;

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
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(joined.len());
                joined.push(finding);
            }
            std::collections::hash_map::Entry::Occupied(entry) => {
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
