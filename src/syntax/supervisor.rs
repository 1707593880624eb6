//! Configurations of supervisor: sections, `key = value`, values that go on in indented lines.

use super::{Claim, Name};
use crate::source::{FileId, Source, Span, Spanned, directory};

/// A file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The sections, in order.
    pub sections: Vec<Section>,
    comments: Vec<Span>,
}

/// `[program:web]` with what stands below it.
#[derive(Clone, Debug)]
pub struct Section {
    /// `program:web`
    pub name: Spanned<String>,
    /// The settings.
    pub settings: Vec<(Spanned<String>, Spanned<String>)>,
}

impl Section {
    /// A setting by its name.
    pub fn get(&self, key: &str) -> Option<&Spanned<String>> {
        self.settings.iter().rev().find(|(own, _)| own.value == key).map(|(_, value)| value)
    }
}

impl super::Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _file: FileId) -> Vec<Span> {
        self.sections.iter().flat_map(|section| &section.settings).map(|(key, value)| key.span.to(value.span)).collect()
    }
}

/// Files that supervisor reads, by their name or folder.
pub fn claim(name: &Name) -> Claim {
    let ending = matches!(name.ending(), "conf" | "ini");
    let folder = || {
        directory(name.path)
            .split('/')
            .any(|part| matches!(part, "supervisor" | "supervisord" | "supervisor.d" | "supervisord.d"))
    };
    let fits = ending && (name.stem().contains("supervisor") || folder());
    Claim::by_content(fits, |_, bytes| {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= 1 << 20)?;
        let own = |line: &str| {
            ["[program:", "[supervisord]", "[group:", "[eventlistener:"].iter().any(|start| line.starts_with(start))
        };
        text.lines().any(|line| own(line.trim())).then_some("it has programs of supervisor")
    })
}

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let mut file = File::default();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let body = line.trim_end();
        let text = body.trim_start();
        let indented = body.len() > text.len();
        let span = Span::new(source.id, start + body.len() - text.len(), start + body.len());
        start += line.len();
        if text.starts_with(['#', ';']) {
            file.comments.push(span);
            continue;
        }
        if text.is_empty() {
            continue;
        }
        if !source.budget.nodes(1, span) {
            break;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name) {
            let name = Spanned::new(name.to_owned(), span);
            file.sections.push(Section { name, settings: Vec::new() });
            continue;
        }
        let Some(section) = file.sections.last_mut() else { continue };
        match section.settings.last_mut().filter(|_| indented) {
            Some((_, value)) => {
                value.value.push(' ');
                value.value.push_str(text);
                value.span.end = span.end;
            }
            None => {
                let Some((key, rest)) = text.split_once(['=', ':']) else { continue };
                // A comment behind a space and a semicolon.
                let value = rest.split(" ;").next().unwrap_or(rest);
                let from = key.len() + 1 + (value.len() - value.trim_start().len());
                let value = value.trim();
                let place = span.slice(from, from + value.len());
                let key = Spanned::new(key.trim().to_owned(), span.slice(0, key.trim_end().len()));
                section.settings.push((key, Spanned::new(value.to_owned(), place)));
            }
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Cut;

    #[test]
    fn sections_have_settings() {
        let text = "; a\n[supervisord]\nnodaemon = true ; stay\n\n[program:web]\ncommand=gunicorn shop:app\n  --workers 2\ndirectory: /app\n";
        let source = Source::new(FileId(0), "supervisord.conf", text.as_bytes().to_vec());
        let file = parse(&source);
        let [main, web] = &file.sections[..] else { panic!("{file:?}") };
        assert_eq!(main.get("nodaemon").map(|own| own.value.as_str()), Some("true"));
        let command = web.get("command").unwrap();
        assert_eq!(command.value, "gunicorn shop:app --workers 2");
        assert_eq!(source.text().cut(command.span.range()), "gunicorn shop:app\n  --workers 2");
        assert_eq!((web.get("directory").unwrap().value.as_str(), file.comments.len()), ("/app", 1));
    }
}
