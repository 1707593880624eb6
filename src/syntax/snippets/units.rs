//! Units of systemd, and what cron runs.

use std::rc::Rc;

use super::{Given, Snippet, Snippets};
use crate::source::{Cut, Source, Spanned};
use crate::syntax::crontab::Line;
use crate::syntax::dotenv::Dialect;
use crate::syntax::supervisor;
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

/// What supervisor starts, each program in its directory.
pub fn supervisor(source: &Source, sections: &[supervisor::Section]) -> Snippets {
    let mut found = Snippets::default();
    for section in sections {
        let Some(command) = section.get("command") else { continue };
        if !source.budget.nodes(1, command.span) {
            break;
        }
        // `%(ENV_X)s` and `%(program_name)s` are put in before the words are cut.
        let text = command.value.replace("%(", "${").replace(")s", "}");
        let verbatim = text.len() == command.span.range().len();
        let snippet = Snippet::new(text, command.span, verbatim);
        found.list.push(Snippet { directory: section.get("directory").cloned(), ..snippet });
    }
    found
}

/// What Elastic Beanstalk runs, each in a shell of its own.
pub fn beanstalk(source: &Source, commands: &[Spanned<String>]) -> Snippets {
    let own = |command: &&Spanned<String>| source.budget.nodes(1, command.span);
    let snippet = |command: &Spanned<String>| {
        let verbatim = command.value.len() == command.span.range().len();
        Snippet::new(command.value.clone(), command.span, verbatim)
    };
    Snippets { list: commands.iter().take_while(own).map(snippet).collect(), ..Snippets::default() }
}

/// What cron runs. `system`: a user stands in front of the command.
pub fn crontab(source: &Source, lines: &[Line], system: bool) -> Snippets {
    let mut found = Snippets::default();
    let mut given: Vec<Given> = Vec::new();
    for line in lines {
        match line {
            Line::Setting(name, value) => {
                let span = name.span.to(value.span);
                given.push(Given { name: name.value.clone(), span, value: Some(value.value.clone()) });
            }
            Line::Entry(entry) => {
                let (first, rest) = entry.split();
                let span = if system { rest.span } else { first.span.to(rest.span) };
                if !source.budget.nodes(1 + given.len() / 8, span) {
                    break;
                }
                let text = if system { rest.value } else { entry.rest.value.as_str() };
                let snippet = Snippet::new(text.to_owned(), span, true);
                found.list.push(Snippet { given: given.as_slice().into(), ..snippet });
            }
        }
    }
    found
}
