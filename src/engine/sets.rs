//! What is found in several sets of Compose files that share some: said once, with the sets it holds in.

use std::collections::BTreeMap;

use crate::model::Kind;
use crate::model::compose::Composition;
use crate::project::Project;
use crate::rules::{Finding, Label, Severity};
use crate::source::{Role, RoleWhy, Span};

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
        if replaced_in_production(project, &holds, findings[best].primary.span) {
            group.iter().for_each(|&at| findings[at].severity = findings[at].severity.min(Severity::Low));
        }
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

/// Whether what is found holds only where a guide or a package starts the file, and a script or pipeline starts it together with
/// the one for production, where it does not hold: `docker compose -f docker-compose.yml -f docker-compose.prod.yml up`.
fn replaced_in_production(project: &Project, holds: &[usize], at: Span) -> bool {
    let sets = project.compose();
    let starter = |set: &Composition| set.started_by.map(|by| project.document(by.file).class.kind);
    let told = |set: &usize| {
        let by = sets.get(*set).map(starter);
        by.is_some_and(|by| matches!(by, None | Some(Kind::Guide | Kind::Manifest | Kind::Compose)))
    };
    let named = |set: &Composition| {
        let mut others = set.files.iter().filter(|file| **file != at.file);
        others.any(|file| {
            project.document(*file).own_role == Role::Production && project.role_why(*file) == RoleWhy::Name
        })
    };
    let runs = |set: &&Composition| {
        matches!(starter(set), Some(Kind::Script | Kind::Workflow | Kind::Makefile | Kind::Tasks | Kind::Unit))
            && set.read.contains(&at.file)
            && named(set)
    };
    !holds.is_empty() && holds.iter().all(told) && sets.iter().filter(runs).any(|set| !holds.contains(&set.id))
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
