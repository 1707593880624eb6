//! Dockerfiles that are written inside a Compose file (`dockerfile_inline`): each is a file by itself, whose text stands in
//! the other one.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::Project;
use crate::model::compose::{Build, Composition};
use crate::model::image::Dockerfile;
use crate::source::{Cut, Embedded, Excerpt, Source, Spanned};

impl Project {
    /// The Dockerfiles that stand in Compose files and are not among the files yet, each with the path it is kept at.
    pub fn inline_dockerfiles(&self) -> Vec<(String, Embedded)> {
        let mut found = Vec::new();
        for compose in &self.compose {
            let builds = compose.services.iter().filter_map(|service| service.build.as_ref()?.inline.as_ref());
            for text in builds {
                let path = self.inline_path(text);
                if self.at(&path).is_some() {
                    continue;
                }
                let source = self.source(text.span.file);
                let excerpt = excerpt(source, text, &put_in(compose, text));
                let embedded = Embedded { path: source.path.clone(), made_up: path.clone(), as_it_is: true, excerpt };
                found.push((path, embedded));
            }
        }
        found
    }

    /// The Dockerfile a build is made from.
    pub fn dockerfile_of(&self, build: &Build) -> Option<&Dockerfile> {
        match &build.inline {
            Some(text) => self.dockerfile_at(&self.inline_path(text)),
            None => self.dockerfile_at(build.dockerfile.get()?),
        }
    }

    /// Where it is kept: beside the Compose file, which lends it its environment. What variables make of it differs from set
    /// to set.
    fn inline_path(&self, text: &Spanned<String>) -> String {
        let mut hasher = DefaultHasher::new();
        text.value.hash(&mut hasher);
        let (path, number) = (&self.source(text.span.file).path, hasher.finish());
        format!("{path}.{}-{number:x}.dockerfile", text.span.start)
    }
}

/// A part of the text that came from a variable, and where that is written.
type PutIn = (Range<usize>, Range<usize>);

/// What variables have become in a text, in order.
fn put_in(compose: &Composition, text: &Spanned<String>) -> Vec<PutIn> {
    let inside = compose.variables.iter().filter(|used| used.evaluated && text.span.contains(used.span));
    let mut all: Vec<PutIn> = inside.map(|used| (used.made.clone(), used.span.range())).collect();
    all.sort_by_key(|(made, there)| (there.start, made.start));
    // A variable in the default of another one is part of that.
    let mut end = 0;
    all.retain(|(_, there)| {
        let outer = there.start >= end;
        end = end.max(there.end);
        outer
    });
    all
}

/// The text with the place of each part of it; where that cannot be told, the place of all of it.
fn excerpt(source: &Source, text: &Spanned<String>, put_in: &[PutIn]) -> Excerpt {
    let whole = || {
        let mut excerpt = Excerpt::default();
        excerpt.push(&text.value, text.span.range());
        excerpt
    };
    aligned(source.text(), text, put_in).unwrap_or_else(whole)
}

/// Goes through a YAML scalar and what became of it side by side: the indentation of a block is left out, `$$` is a dollar
/// sign, and variables are what they have become.
fn aligned(written: &str, text: &Spanned<String>, put_in: &[PutIn]) -> Option<Excerpt> {
    let (value, range) = (text.value.as_str(), text.span.range());
    let raw = written.get(range.clone())?;
    // A block begins with its first line, behind its indentation.
    let quoted = raw.starts_with(['"', '\'']);
    let before = written.cut(..range.start).rsplit('\n').next().unwrap_or("");
    let indent = if !quoted && before.trim().is_empty() { before.len() } else { 0 };
    let (mut here, mut there, mut next) = (0, usize::from(quoted), put_in.iter().peekable());
    let mut made = Excerpt::default();
    while here < value.len() {
        let rest = raw.get(there..)?;
        let at = range.start + there;
        if let Some((became, place)) = next.next_if(|(became, place)| became.start == here && place.start == at) {
            made.push(value.get(became.clone())?, place.clone());
            (here, there) = (became.end, place.end - range.start);
            continue;
        }
        let letter = value.get(here..)?.chars().next()?;
        let length = match (letter, rest) {
            ('$', rest) if rest.starts_with("$$") => 2,
            ('\n', rest) if quoted && rest.starts_with("\\n") || rest.starts_with("\r\n") => 2,
            _ if rest.starts_with(letter) => letter.len_utf8(),
            // The line break at the end of a block is not part of its place.
            ('\n', "") => 0,
            _ => return None,
        };
        let end = here + letter.len_utf8();
        made.push(value.cut(here..end), at..at + length);
        (here, there) = (end, there + length);
        if letter == '\n' {
            there += raw.cut(there..).bytes().take(indent).take_while(|byte| *byte == b' ').count();
        }
    }
    Some(made)
}
