//! Programs that something else than systemd and Docker keeps running: `supervisord`, or what reads a `Procfile`.

use super::Project;
use super::gunicorns::{configure_gunicorn, read_by};
use crate::model::program::Program;
use crate::model::starts::Step;
use crate::model::supervisor::Supervisor;
use crate::model::{Kind, Meaning};
use crate::source::{Answer, FileId, Span, Spanned, Why, directory};
use crate::syntax::supervisor::Section;

/// A program that is kept running.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The file it is told in.
    pub file: FileId,
    /// What it is called there: `program:web`, `web`.
    pub name: String,
    /// Whether it runs on the host, beside its nginx.
    pub on_host: bool,
    /// The configuration of its gunicorn.
    pub configuration: Option<FileId>,
}

/// A kept program with how it is started.
pub(super) struct Found {
    pub(super) kept: Kept,
    pub(super) words: Vec<String>,
    pub(super) line: Span,
    pub(super) program: Option<Program>,
}

impl Project {
    /// The programs of `supervisord` and of a `Procfile`.
    pub(super) fn find_kept(&self) -> Vec<Found> {
        let in_image = !self.supervisors.is_empty() && self.has_supervisor_in_image();
        let mut found = Vec::new();
        for file in &self.supervisors {
            let programs = file.sections.iter().filter(|section| section.name.value.starts_with("program:"));
            found.extend(programs.filter_map(|section| self.supervised(file, section, !in_image)));
        }
        let is_procfile = |file: FileId| self.document(file).class.kind == Kind::Procfile;
        for file in self.loading.iter().filter(|file| is_procfile(file.file)) {
            // Of several commands of a line the last one stays.
            let text = self.source(file.file).text();
            let mut last: Vec<(&str, &Step)> = Vec::new();
            for step in file.steps().iter().filter(|step| !step.flow.substituted && self.look(1)) {
                let line =
                    text.get(..step.span.range().start).map_or(0, |before| before.rfind('\n').map_or(0, |at| at + 1));
                let name = text.get(line..).and_then(|line| line.split(':').next()).unwrap_or_default();
                match last.last_mut().filter(|(own, _)| *own == name) {
                    Some(same) => same.1 = step,
                    None => last.push((name, step)),
                }
            }
            found.extend(last.into_iter().map(|(name, step)| {
                let words = texts(&step.words);
                // What the platform sets is not known.
                let program = Program::read(&words, &|_| Answer::Unknown(Why::new("the platform may set it")));
                let conf = read_by(&words, Some(directory(&file.path)));
                let conf = conf.and_then(|path| self.gunicorn_at(path.trim_start_matches('/')));
                let configuration = conf.filter(|_| is_gunicorn(program.as_ref())).map(|conf| conf.file);
                let kept = Kept { file: file.file, name: name.to_owned(), on_host: false, configuration };
                Found { kept, words, line: step.span, program }
            }));
        }
        found
    }

    fn supervised(&self, file: &Supervisor, section: &Section, on_host: bool) -> Option<Found> {
        let command = section.get("command")?;
        let first = file.steps().iter().filter(|_| self.look(1)).find(|step| command.span.contains(step.span))?;
        let words = texts(&first.words);
        let given = section.get("environment").map(|own| pairs(&own.value)).unwrap_or_default();
        let env = |name: &str| match given.iter().find(|(own, _)| own == name) {
            Some((_, value)) if value.contains('%') => Answer::Unknown(Why::new("supervisor puts it together")),
            Some((_, value)) => Answer::Yes(value.clone()),
            None => Answer::No(Why::new("it is not set")),
        };
        let mut program = Program::read(&words, &env);
        let place = section.get("directory").map(|own| own.value.as_str());
        let conf = self.gunicorn_of_kept(place, &words).filter(|_| is_gunicorn(program.as_ref()));
        if let Some(program) = &mut program {
            configure_gunicorn(program, conf, &words);
        }
        let configuration = conf.map(|conf| conf.file);
        let kept = Kept { file: file.file, name: section.name.value.clone(), on_host, configuration };
        Some(Found { kept, words, line: command.span, program })
    }

    /// Whether `supervisord` runs in a container, as far as anything says so.
    fn has_supervisor_in_image(&self) -> bool {
        let images = self.dockerfiles.iter().map(|file| file.file);
        let sets = self.compose.iter().flat_map(|set| set.read.iter().copied());
        let scripts = self.loading.iter().map(|file| file.file).filter(|_| !self.dockerfiles.is_empty());
        let says = |file: FileId| {
            let text = self.source(file).text();
            self.look(1 + text.len() / 4096) && text.contains("supervisor")
        };
        images.chain(sets).chain(scripts).any(says)
    }
}

fn is_gunicorn(program: Option<&Program>) -> bool {
    program.is_some_and(|program| program.server.name == "gunicorn")
}

fn texts(words: &[Spanned<String>]) -> Vec<String> {
    words.iter().map(|word| word.value.clone()).collect()
}

/// `KEY="value",OTHER=value`
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while let Some((name, after)) = rest.split_once('=') {
        let quote = after.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (value, next) = match quote {
            Some(quote) => after.get(1..).and_then(|inner| inner.split_once(quote)).unwrap_or((after, "")),
            None => {
                after.split_once(',').map_or((after, ""), |(value, _)| (value, after.get(value.len()..).unwrap_or("")))
            }
        };
        found.push((name.trim().to_owned(), value.trim().to_owned()));
        rest = next.trim_start_matches([',', ' ', '\t']);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_be_quoted() {
        let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs("A=\"1,2\", B=x,C='y z'"), [own("A", "1,2"), own("B", "x"), own("C", "y z")]);
        assert_eq!(pairs("A="), [own("A", "")]);
        assert_eq!(pairs(""), []);
    }
}
