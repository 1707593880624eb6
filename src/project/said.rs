//! Name to the programs, pipelines and guides whose text says it.

use std::collections::{HashMap, HashSet};

use super::Project;
use crate::model::{Document, Kind};
use crate::source::Cut;
use crate::syntax::shell::base_name;

/// Who says the name of a Dockerfile.
#[derive(Default, Debug)]
pub(super) struct SaidName {
    by_programs: bool,
    by_guides: bool,
}

impl Project {
    /// Whether something is so of the text of a script or pipeline, or of a guide.
    pub(super) fn is_said(&self, said: impl Fn(&str) -> bool) -> bool {
        self.documents.iter().any(|document| {
            let text = document.source.text();
            let asked = is_program(document) || document.class.kind == Kind::Guide;
            asked && (!self.look(1 + text.len() / 4096) || said(text))
        })
    }

    /// Whether a script, a pipeline or a guide has one of these words, whatever it does with it.
    pub fn commands_speak_of(&self, words: &[&str]) -> bool {
        self.is_said(|text| words.iter().any(|word| text.contains(word)))
    }

    /// Whether a script or pipeline says the name of a Dockerfile, or a guide does where it builds something.
    pub(super) fn says_name(&self, path: &str, told: bool) -> bool {
        let said = self.said_dockerfiles.get_or_init(|| self.dockerfiles_said());
        said.get(base_name(path)).is_some_and(|said| said.by_programs || told && said.by_guides)
    }

    /// The names of Dockerfiles that are said somewhere, each by whom.
    fn dockerfiles_said(&self) -> HashMap<String, SaidName> {
        let builds = |line: &str| {
            let line = line.to_ascii_lowercase();
            ["build", "docker ", "podman", " -f "].iter().any(|word| line.contains(word))
        };
        let names: HashSet<&str> = self.dockerfiles.iter().map(|file| base_name(&file.path)).collect();
        let mut found: HashMap<String, SaidName> = HashMap::new();
        for document in &self.documents {
            let guide = document.class.kind == Kind::Guide;
            if !guide && !is_program(document) {
                continue;
            }
            let text = document.source.text();
            for name in &names {
                let known = found.get(*name).is_some_and(|said| if guide { said.by_guides } else { said.by_programs });
                // Where nobody looks any more, it may be said.
                let is_said = || lines_with(text, name).any(|line| !guide || builds(line));
                if known || self.look(1 + text.len() / 4096) && !is_said() {
                    continue;
                }
                let said = found.entry((*name).to_owned()).or_default();
                *(if guide { &mut said.by_guides } else { &mut said.by_programs }) = true;
            }
        }
        found
    }
}

/// Whether a file says what is run, and is no text for people.
fn is_program(document: &Document) -> bool {
    matches!(
        document.class.kind,
        Kind::Script | Kind::Makefile | Kind::Tasks | Kind::Workflow | Kind::Manifest | Kind::Beanstalk
    )
}

/// Whether a text says a name, as a word of its own.
pub(super) fn says(text: &str, name: &str) -> bool {
    lines_with(text, name).next().is_some()
}

/// The lines of a text that say a name, one for each time it is said.
pub(super) fn lines_with<'t>(text: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.match_indices(name).filter_map(move |(at, found)| {
        let (before, after) = (text.cut(..at), text.cut(at + found.len()..));
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(text.len(), |end| at + found.len() + end);
        (!before.ends_with(part) && !after.starts_with(part)).then(|| text.cut(start..end))
    })
}
