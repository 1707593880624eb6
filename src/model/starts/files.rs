//! Which shell texts a kind of file has, and where they run.

use std::collections::HashMap;

use super::place::{Begin, Where, step};
use super::state::{Options, State};
use super::walk::Walk;
use super::{Brought, ComposeCall, Place, Starts, loads};
use crate::model::{Head, Kind, guide};
use crate::source::{Source, Span, Spanned, directory, join};
use crate::syntax::crontab::Line;
use crate::syntax::dockerfile::Instruction;
use crate::syntax::shell::Flavour;
use crate::syntax::snippets::{self, Snippets};
use crate::syntax::supervisor;
use crate::syntax::systemd::Section;

/// What a unit of systemd starts.
pub fn of_unit(head: &Head, sections: &[Section]) -> Starts {
    begin(head, &snippets::unit(head.source, sections))
}

/// What supervisor starts.
pub fn of_supervisor(head: &Head, sections: &[supervisor::Section]) -> Starts {
    begin(head, &snippets::supervisor(head.source, sections))
}

/// What a crontab starts.
pub fn of_crontab(head: &Head, lines: &[Line], of_system: bool) -> Starts {
    begin(head, &snippets::crontab(head.source, lines, of_system))
}

/// What Elastic Beanstalk runs on a machine before it starts the application there.
pub fn of_beanstalk(head: &Head, commands: &[Spanned<String>]) -> Starts {
    begin(head, &snippets::beanstalk(head.source, commands))
}

/// The commands of a Dockerfile. They run in an image, and start nothing of the deployment.
pub fn of_dockerfile(head: &Head, instructions: &[Instruction]) -> Starts {
    let found = begin(head, &snippets::dockerfile(head.source, instructions));
    Starts { steps: found.steps, ..Starts::default() }
}

/// What one file starts.
pub fn read(head: &Head) -> Starts {
    let source = head.source;
    let path = source.path.as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let snippets = match head.kind {
        Kind::Script | Kind::Envrc => snippets::whole(source),
        Kind::Makefile => snippets::makefile(source),
        Kind::Tasks if name.to_ascii_lowercase().starts_with("taskfile") => snippets::steps(source, Flavour::Braces),
        Kind::Tasks => snippets::justfile(source),
        Kind::Workflow => snippets::steps(source, Flavour::Plain),
        Kind::Procfile => snippets::procfile(source),
        Kind::Manifest if name == "package.json" => snippets::package(source),
        Kind::Guide => guide::commands(source),
        _ => return Starts::default(),
    };
    begin(head, &snippets)
}

/// Goes through the texts of a file, from the directory they run in.
fn begin(head: &Head, snippets: &Snippets) -> Starts {
    let path = head.source.path.as_str();
    let here = directory(path).to_owned();
    let directories = match head.kind {
        Kind::Makefile | Kind::Tasks | Kind::Procfile | Kind::Manifest | Kind::Envrc => vec![here],
        Kind::Workflow => vec![String::new()],
        Kind::Unit | Kind::Crontab | Kind::Supervisor => vec![String::new(), here],
        Kind::Guide => vec![here, String::new()],
        _ => vec![String::new(), here],
    };
    let mut directories = directories;
    directories.dedup();
    let names = snippets.names.iter().map(|given| (given.name.as_str(), given.value.as_deref())).collect();
    let begin = Begin { directories, path, names };
    all(head.source, head.kind, snippets, &begin)
}

/// What the comments of a Compose or env file tell people to start.
pub fn in_comments(source: &Source, comments: &[Span]) -> Vec<ComposeCall> {
    let mut directories = vec![directory(&source.path).to_owned(), String::new()];
    directories.dedup();
    let begin = Begin { directories, path: &source.path, names: HashMap::new() };
    let mut calls = all(source, Kind::Guide, &snippets::comments(source, comments), &begin).compose;
    calls.retain(|call| call.verb.is_some());
    calls
}

fn all(source: &Source, kind: Kind, snippets: &Snippets, begin: &Begin) -> Starts {
    let mut found = Starts::default();
    let first = source.text().lines().next().unwrap_or_default().trim();
    // cron takes `sh` unless told.
    let cron = || snippets.list.iter().flat_map(|snippet| snippet.given.iter()).find(|given| given.name == "SHELL");
    let shell = loads::of_shell(match kind {
        Kind::Crontab => cron().and_then(|given| given.value.as_deref()).or(Some("/bin/sh")),
        _ => first.strip_prefix("#!"),
    });
    for (dialect, path) in &snippets.files {
        let place = Place { perhaps: begin.directories.clone(), ..Place::default() };
        found.load(*dialect, &path.value, path.span, &place);
    }
    found.sends.extend(snippets.sent.iter().map(|path| join("", path)));
    let put = snippets.put.iter();
    found.brings.extend(put.map(|(from, folder)| Brought {
        from: vec![join("", from)],
        folder: folder.clone(),
        name: None,
    }));
    let mut state = State::new();
    let mut chapters: Vec<(usize, u32)> = Vec::new();
    for snippet in &snippets.list {
        if !snippet.continues {
            let cloned = state.cloned.take();
            state = State::new();
            state.cloned = cloned.filter(|_| kind == Kind::Guide);
        }
        state.options = match kind {
            // These stop at the first command that fails. Which shell a build server takes is said elsewhere.
            Kind::Makefile | Kind::Tasks => Options { errexit: true, ..Options::default() },
            Kind::Workflow => Options { errexit: true, pipefail: true, nounset: false },
            Kind::Script if first.starts_with("#!") => {
                Options::of_shell(&first.split_whitespace().collect::<Vec<_>>(), usize::MAX)
            }
            _ => state.options,
        };
        // A unit and a schedule run on a machine, wherever the project is there.
        if matches!(kind, Kind::Unit | Kind::Crontab | Kind::Supervisor | Kind::Dockerfile) {
            state.at = Where::Outside("/".to_owned());
        }
        if !source.budget.nodes(1 + snippet.given.len() / 8, snippet.span) {
            break;
        }
        for given in snippet.given.iter() {
            let value = given.value.clone().filter(|value| !value.contains("${{") && !value.contains("$("));
            state.set(&given.name, value.map(|value| vec![value]), true);
        }
        if let Some(place) = snippet.directory.as_ref().filter(|_| !snippet.continues) {
            let mut path = place.value.replace("${{ github.workspace }}", "//");
            if let Some(name) = path.strip_prefix("${{ env.").and_then(|rest| rest.strip_suffix(" }}")) {
                let given = snippet.given.iter().rev().find(|given| given.name == name);
                path = given.and_then(|given| given.value.clone()).unwrap_or(path);
            }
            let path = path.replace("${{ github.action_path }}", &format!("//{}", directory(begin.path)));
            state.at = step(&state.at, &path, begin);
        }
        if snippet.remote && !snippet.continues {
            state.at = Where::Outside("~".to_owned());
        }
        found.tried = snippet.tried;
        let mut walk = Walk::new(source, begin, &mut found);
        (walk.shell, walk.direnv) = (shell, kind == Kind::Envrc);
        walk.contained = kind == Kind::Dockerfile;
        walk.keeps = !matches!(kind, Kind::Guide | Kind::Manifest) || snippet.chapter.is_some();
        walk.number = snippet.chapter.map(|chapter| match chapters.last() {
            Some((last, number)) if *last == chapter => *number,
            _ => {
                let number = walk.found.begin_chapter();
                chapters.push((chapter, number));
                number
            }
        });
        walk.snippet(snippet, &mut state);
    }
    found.compose.sort_by_key(|call| call.span);
    found.compose.iter_mut().for_each(|call| call.told = kind == Kind::Guide);
    found
}
