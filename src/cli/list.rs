//! `gonogo check --list-files`: what is read and as what, what is not, and why.

use std::collections::HashSet;

use super::scope::Scope;
use crate::engine::Fault;
use crate::model::{Unjudged, candidate};
use crate::project::Project;
use crate::report::flat;

/// One line per path, sorted: path and what became of it.
pub fn lines(project: &Project, candidates: &[String], faults: &[Fault]) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for document in project.documents() {
        let (kind, role) = (document.class.kind.name(), project.role(document.source.id));
        let what = format!("{kind} ({})  {role} ({})", document.class.why, project.role_reason(document.source.id));
        lines.push(match document.source.known_as() {
            path if path == document.source.path => (path.to_owned(), what),
            guide => (guide.to_owned(), format!("shows {}: {what}", document.source.path)),
        });
    }
    lines.extend(faults.iter().map(|fault| (fault.path.clone(), format!("not read: {}", fault.message))));
    let told: HashSet<String> = faults.iter().map(|fault| fault.path.clone()).collect();
    let notes = project.files().not_read().filter(|(path, _)| !told.contains(*path));
    lines.extend(notes.map(|(path, why)| (path.to_owned(), format!("passed over: {why}"))));
    let said: HashSet<String> = lines.iter().map(|(path, _)| path.clone()).collect();
    let links = project.files().links().filter(|(path, _)| candidate(path) && !said.contains(*path));
    lines.extend(links.map(|(path, target)| (path.to_owned(), format!("a link: read as {target}, if at all"))));
    let said: HashSet<String> = lines.iter().map(|(path, _)| path.clone()).collect();
    lines.extend(project.files().files().filter(|path| !said.contains(*path)).filter_map(|path| {
        let what = Unjudged::named(path)?;
        Some((path.to_owned(), format!("not read: {}, for which gonogo has no reader", what.one)))
    }));
    let known: HashSet<String> = lines.iter().map(|(path, _)| path.clone()).collect();
    let other = candidates.iter().filter(|path| !known.contains(*path));
    lines.extend(other.map(|path| (path.clone(), "passed over: not in a format gonogo reads".to_owned())));
    let searched = |path: &&str| !known.contains(*path);
    lines.extend(project.files().pruned().filter(searched).map(|path| {
        (path.to_owned(), "passed over: not searched (other people's files, build results, history)".to_owned())
    }));
    lines.sort();
    lines
}

/// The lines the report would be about.
pub fn text(lines: &[(String, String)], scope: &Scope) -> String {
    let here = scope.here();
    lines
        .iter()
        .filter(|(path, _)| scope.covers(path))
        .map(|(path, what)| format!("{}  {}\n", flat(&here.path(path)), flat(what)))
        .collect()
}
