//! Units of systemd, and what cron runs.

use std::rc::Rc;

use super::{Given, Snippet, Snippets, blanked};
use crate::source::{Cut, Source, Span, Spanned};
use crate::syntax::dotenv::Dialect;
use crate::syntax::shell;
use crate::syntax::systemd::{self, Entry, Section};

/// What a unit of systemd starts, with the variables and the directory it gives.
pub fn unit(source: &Source, sections: &[Section]) -> Snippets {
    let mut found = Snippets::default();
    let (mut directory, mut given) = (None, Vec::new());
    for Entry { key, value } in sections.iter().flat_map(|section| &section.entries) {
        let line = key.span.to(value.span);
        let path = || value.value.trim_start_matches('-').to_owned();
        match key.value.as_str() {
            "EnvironmentFile" => found.files.push((Dialect::Systemd, Spanned::new(path(), line))),
            "WorkingDirectory" => directory = Some(Spanned::new(path(), value.span)),
            "Environment" => {
                for word in systemd::words(&value.value).list {
                    if let Some((name, own)) = word.text.split_once('=') {
                        let place = value.span.slice(word.range.start, word.range.end);
                        given.push(Given { name: name.to_owned(), span: place, value: Some(own.to_owned()) });
                    }
                }
            }
            exec if exec.starts_with("Exec") => {
                let signs = value.value.len() - value.value.trim_start_matches([' ', '@', '-', ':', '+', '!']).len();
                let start = value.span.range().start - line.range().start + signs;
                let text = format!("{}{}", " ".repeat(start), value.value.cut(signs..));
                found.list.push(Snippet::new(text, line, true));
            }
            _ => {}
        }
        if !source.budget.nodes(1, line) {
            break;
        }
    }
    let given: Rc<[Given]> = given.into();
    for snippet in &mut found.list {
        snippet.directory.clone_from(&directory);
        snippet.given = Rc::clone(&given);
    }
    found
}

/// What cron runs. `system`: the sixth field is a user.
pub fn crontab(source: &Source, system: bool) -> Snippets {
    let mut found = Snippets::default();
    let mut given: Vec<Given> = Vec::new();
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let span = Span::new(source.id, at, at + line.trim_end().len());
        at += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if !source.budget.nodes(1 + given.len() / 8, span) {
            break;
        }
        let fields = if text.starts_with('@') { 1 } else { 5 } + usize::from(system);
        let assignment = text.split_once('=').filter(|(name, _)| shell::is_name(name.trim()));
        if let Some((name, value)) = assignment {
            let value = Some(value.trim().trim_matches(['"', '\'']).to_owned());
            given.push(Given { name: name.trim().to_owned(), span, value });
        } else {
            let mut rest = line.trim_start();
            for _ in 0..fields {
                rest = rest.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
            }
            let line = line.trim_end();
            let start = line.len().saturating_sub(rest.trim_end().len());
            let snippet = Snippet::new(blanked(line, start), span, true);
            found.list.push(Snippet { given: given.as_slice().into(), ..snippet });
        }
    }
    found
}
