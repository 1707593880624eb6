//! `gonogo check --list-files`: what is read and as what, what is not, and why.

use std::collections::HashSet;

use super::scope::Scope;
use crate::engine::Fault;
use crate::project::Project;
use crate::report::flat;

/// One line per path, sorted: path and what became of it.
pub fn lines(
    project: &Project,
    candidates: &[String],
    faults: &[Fault],
    notes: &[(String, String)],
) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for document in &project.documents {
        let (kind, role) = (document.class.kind.name(), document.role);
        let what = format!("{kind} ({})  {role} ({})", document.class.why, document.role_why.text());
        lines.push((document.source.path.clone(), what));
    }
    lines.extend(faults.iter().map(|fault| (fault.path.clone(), format!("not read: {}", fault.message))));
    lines.extend(notes.iter().map(|(path, why)| (path.clone(), format!("passed over: {why}"))));
    let known: HashSet<String> = lines.iter().map(|(path, _)| path.clone()).collect();
    let other = candidates.iter().filter(|path| !known.contains(*path));
    lines.extend(other.map(|path| (path.clone(), "passed over: not in a format gonogo reads".to_owned())));
    let searched = |path: &&str| !known.contains(*path);
    lines.extend(project.files.pruned().filter(searched).map(|path| {
        (path.to_owned(), "passed over: not searched (other people's files, build results, history)".to_owned())
    }));
    lines.sort();
    lines
}

/// The lines the report would be about.
pub fn text(lines: &[(String, String)], scope: &Scope) -> String {
    lines
        .iter()
        .filter(|(path, _)| scope.covers(path))
        .map(|(path, what)| format!("{}  {}\n", flat(path), flat(what)))
        .collect()
}
