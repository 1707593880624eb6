//! Makefiles, justfiles, Procfiles.

use std::rc::Rc;

use super::{Given, Snippet, Snippets, blanked, joined};
use crate::source::{Source, Span, Spanned};
use crate::syntax::Name;
use crate::syntax::dotenv::{Dialect, is_name};
use crate::syntax::shell::Flavour;

/// The recipes of a makefile.
pub fn makefile(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    let mut exported = Vec::new();
    for (at, line) in joined(source.text()) {
        let span = Span::new(source.id, at, at + line.len());
        if !source.budget.nodes(1, span) {
            break;
        }
        if line.starts_with('\t') {
            let signs = line.len() - line.trim_start_matches(['\t', ' ', '@', '-', '+']).len();
            let snippet = Snippet::new(blanked(line, signs), span, true);
            found.list.push(Snippet { flavour: Flavour::Make, ..snippet });
        } else {
            makefile_line(line, span, &mut found, &mut exported);
        }
    }
    let exported: Rc<[Given]> = exported.into();
    for snippet in &mut found.list {
        snippet.given = Rc::clone(&exported);
    }
    found
}

/// `NAME := value`, `export NAME = value`, `target: ; recipe`.
fn makefile_line(line: &str, span: Span, found: &mut Snippets, exported: &mut Vec<Given>) {
    let trimmed = line.trim_start();
    if trimmed.starts_with('#') {
        return;
    }
    let mut words = trimmed.split_whitespace();
    if matches!(words.next(), Some("include" | "-include" | "sinclude")) {
        let files = words.filter(|word| is_name(Name::new(word).lower()));
        found.files.extend(files.map(|file| (Dialect::Make, Spanned::new(file.to_owned(), span))));
        return;
    }
    let (exports, rest) = match trimmed.strip_prefix("export ") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, trimmed.strip_prefix("override ").unwrap_or(trimmed)),
    };
    if let Some((name, value)) = rest.split_once('=') {
        let bare = name.trim_end_matches([':', '?', '+', '!']);
        let adds = name.ends_with('+');
        let name = bare.trim();
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) {
            let value = value.split(" #").next().unwrap_or(value).trim();
            let value = (!bare.ends_with('!') && !adds).then(|| value.replace("\\\n", " "));
            let given = Given { name: name.to_owned(), span, value };
            exported.extend(exports.then(|| given.clone()));
            found.names.push(given);
            return;
        }
    } else if exports {
        exported.extend(rest.split_whitespace().map(|name| Given { name: name.to_owned(), span, value: None }));
        return;
    }
    if let Some(at) = line.find(';').filter(|_| line.contains(':')) {
        let snippet = Snippet::new(blanked(line, at + 1), span, true);
        found.list.push(Snippet { flavour: Flavour::Make, ..snippet });
    }
}

/// The recipes of a justfile.
pub fn justfile(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    let mut whole_recipe = false;
    for (at, line) in joined(source.text()) {
        let span = Span::new(source.id, at, at + line.len());
        if !source.budget.nodes(1, span) {
            break;
        }
        if line.starts_with([' ', '\t']) {
            let text = line.trim_start();
            let first = found.list.last().is_none_or(|last| (last.span.end as usize) + 1 < at);
            whole_recipe = if text.starts_with("#!") { true } else { whole_recipe && !first };
            let signs = line.len() - line.trim_start_matches(['\t', ' ', '@', '-']).len();
            let snippet = Snippet::new(blanked(line, signs), span, true);
            found.list.push(Snippet { flavour: Flavour::Braces, continues: whole_recipe && !first, ..snippet });
        } else if let Some((name, value)) = line.split_once(":=") {
            let exported = name.trim_start().strip_prefix("export ");
            let name = exported.unwrap_or(name).trim().to_owned();
            let value = value.trim();
            let inner = value.trim_matches(['"', '\'']);
            let plain = value.len() == inner.len() + 2;
            found.names.push(Given { name, span, value: plain.then(|| inner.to_owned()) });
        }
    }
    found
}

/// `name: command` of a `Procfile`.
pub fn procfile(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    for (at, line) in joined(source.text()) {
        let span = Span::new(source.id, at, at + line.len());
        let Some((name, _)) = line.split_once(':').filter(|(name, _)| !name.starts_with('#')) else { continue };
        if !source.budget.nodes(1, span) {
            break;
        }
        found.list.push(Snippet::new(blanked(line, name.len() + 1), span, true));
    }
    found
}
