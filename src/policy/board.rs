//! The requirements of a release, and what people say of those that no file can show.

use serde::Deserialize;
use time::Date;

use super::near::nearest;
use crate::rules::{self, Rule};
use crate::source::{Cut, Span};

/// What the names of the boxes in checklists begin with.
pub const OF_CHECKLIST: &str = "checklist/";

/// What the names of files that are not judged begin with.
pub const OF_UNJUDGED: &str = "not-judged/";

/// The file in `policies/`, as it is.
pub const BOARD: &str = include_str!("../../policies/board.yaml");

/// The requirements, section by section.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirements {
    /// The format: `gonogo/v1`.
    pub board: String,
    /// Its parts, in the order people read them.
    pub sections: Vec<Section>,
}

/// Requirements about one thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What they are about.
    pub title: String,
    /// The requirements.
    pub controls: Vec<Control>,
}

/// One requirement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its name, for `attest:`.
    pub id: String,
    /// What is required, one sentence.
    pub require: String,
    /// How people call it in checklists: all words of one entry.
    #[serde(default)]
    pub words: Vec<String>,
    /// The kinds of files it can be seen in.
    #[serde(default)]
    pub about: Vec<String>,
    /// The rules that answer it; `family/*` and `family/bad-*` stand for several.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Those of them that show it when they find nothing; empty: any of them.
    #[serde(default)]
    pub shown_by: Vec<String>,
    /// What must be there for that: what is said only of what is there would be said of nothing.
    pub needs: Option<Need>,
    /// What to do without it; `None`: the requirement does not apply.
    pub otherwise: Option<String>,
    /// What a person has to say, when no file can show it. With rules, these can only show that it is not so.
    pub attest: Option<String>,
}

/// Something a requirement is about.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A server that speaks HTTPS.
    Https,
    /// A response header that a server sets.
    Headers,
    /// A service that says when it is started again.
    Restart,
    /// A secret that is written down.
    Secret,
    /// A service that is a database.
    Database,
}

impl Requirements {
    /// Those that come with gonogo.
    pub fn shipped() -> Self {
        serde_yaml::from_str(BOARD).unwrap_or_default()
    }

    /// The one that a line of a checklist is about.
    pub fn meant_by(&self, line: &str) -> Option<&Control> {
        let line = line.to_lowercase();
        let fits = self.controls().map(|control| (control.fits(&line), control)).filter(|(fit, _)| *fit > 0);
        fits.max_by(|(one, a), (other, b)| one.cmp(other).then(b.id.cmp(&a.id))).map(|(_, control)| control)
    }

    /// All of them.
    pub fn controls(&self) -> impl Iterator<Item = &Control> {
        self.sections.iter().flat_map(|section| &section.controls)
    }
}

impl Control {
    /// How well a line of a checklist says the same: the letters of the words that are in it; 0 when it does not.
    fn fits(&self, line: &str) -> usize {
        let begins =
            |word: &str| line.match_indices(word).any(|(at, _)| !line.cut(..at).ends_with(char::is_alphanumeric));
        let all = |entry: &&String| entry.split(' ').all(begins);
        self.words.iter().filter(all).map(String::len).max().unwrap_or(0)
    }

    /// Whether a rule answers it.
    pub fn has(&self, rule: &Rule) -> bool {
        names(&self.rules, rule)
    }

    /// Whether it is met when a rule finds nothing.
    pub fn is_shown_by(&self, rule: &Rule) -> bool {
        if self.shown_by.is_empty() { self.has(rule) } else { names(&self.shown_by, rule) }
    }
}

fn names(list: &[String], rule: &Rule) -> bool {
    list.iter().any(|wanted| match wanted.strip_suffix('*') {
        Some(start) => rule.id.starts_with(start),
        None => rules::find(wanted).is_some_and(|found| found.id == rule.id),
    })
}

/// What somebody says of a requirement.
#[derive(Clone, Debug)]
pub struct Attestation {
    /// The requirement.
    pub control: String,
    /// Who says it.
    pub by: String,
    /// What: what was done, or why it does not apply here.
    pub reason: String,
    /// The last day it holds.
    pub until: Option<Date>,
    /// Whether the requirement applies at all.
    pub applies: bool,
    /// The configuration file it stands in.
    pub file: String,
    /// Where it stands there; the file of the span means nothing.
    pub span: Span,
}

/// Says that there is no requirement of a name, and which one may be meant.
pub fn unknown_control(name: &str) -> Option<String> {
    // The boxes of the project's own checklists, and the files it has: only the board knows them.
    if name.starts_with(OF_CHECKLIST) || name.starts_with(OF_UNJUDGED) {
        return None;
    }
    let known = Requirements::shipped();
    let ids: Vec<&str> = known.controls().map(|control| control.id.as_str()).collect();
    if ids.contains(&name) {
        return None;
    }
    let hint = match nearest(name, ids) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`gonogo board` lists them".to_owned(),
    };
    Some(format!("there is no requirement {}; {hint}", super::file::named(name)))
}
