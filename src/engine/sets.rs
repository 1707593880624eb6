//! What is found in several sets of Compose files that share some: said once, with the sets it holds in.

use std::collections::BTreeMap;

use crate::project::Project;
use crate::rules::{Finding, Label};
use crate::source::Span;

/// Keeps of the findings of a rule at one place those of one set: the most serious ones, of the first set that has them.
/// `findings` are sorted by place and rule.
pub(super) fn merge(findings: &mut Vec<Finding>, project: &Project) {
    if project.compose().len() < 2 {
        return;
    }
    let mut groups: BTreeMap<(Span, &str), Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.within.is_some()) {
        groups.entry((finding.primary.span, finding.rule.id)).or_default().push(at);
    }
    let mut kept = vec![true; findings.len()];
    for group in groups.values() {
        let best =
            group.iter().copied().min_by_key(|&at| (std::cmp::Reverse(findings[at].severity), findings[at].within));
        let Some(best) = best else { continue };
        let set = findings[best].within;
        for &at in group {
            kept[at] = findings[at].within == set;
        }
        let holds: Vec<usize> = group.iter().filter_map(|&at| findings[at].within).collect();
        let only = only_with(project, set.unwrap_or(0), &holds, findings[best].primary.span);
        for &at in group {
            if let Some(label) = only.clone().filter(|_| kept[at]) {
                findings[at].related.push(label);
            }
        }
    }
    let mut kept = kept.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
}

/// What must be started together with the file for a finding to hold, where it is also started without.
fn only_with(project: &Project, set: usize, holds: &[usize], at: Span) -> Option<Label> {
    let own = project.compose().get(set)?;
    let mut others = project.compose().iter().filter(|other| other.id != set && other.role == own.role);
    others.find(|other| other.read.contains(&at.file) && !holds.contains(&other.id))?;
    let last = own.files.last().filter(|last| own.files.len() > 1 && **last != at.file)?;
    let path = &project.source(*last).path;
    let span = own.started_by.unwrap_or(Span::new(*last, 0, 0));
    Some(Label { span, text: format!("only when it is started together with `{path}`") })
}
