//! What comes out of a run.

use std::collections::HashSet;

use time::OffsetDateTime;

use super::WHOLE;
use crate::model::{Document, Unjudged};
use crate::project::Project;
use crate::rules::{Effect, Finding, Rule, Severity, Sink, Told, Unknown};
use crate::source::{FileId, Here, Span, Spent};

/// Something that could not be looked at; it makes the run undecided.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fault {
    /// The file, or the part of the run.
    pub path: String,
    /// What happened.
    pub message: String,
}

impl Fault {
    /// Whether it is about the project as a whole, and its path is no path.
    pub fn is_whole(&self) -> bool {
        self.path == WHOLE
    }
}

/// How the questions were answered: rule by subject.
#[derive(Copy, Clone, Default, PartialEq, Eq, Debug)]
pub struct Outcomes {
    /// Nothing wrong.
    pub pass: usize,
    /// At least one live finding.
    pub fail: usize,
    /// Could not be decided.
    pub unknown: usize,
    /// Nothing to judge.
    pub not_applicable: usize,
    /// Found and accepted.
    pub waived: usize,
}

impl Outcomes {
    /// How many questions were asked of something that is there.
    pub fn asked(&self) -> usize {
        self.pass + self.fail + self.unknown + self.waived
    }

    pub(super) fn add(&mut self, other: Outcomes) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.unknown += other.unknown;
        self.not_applicable += other.not_applicable;
        self.waived += other.waived;
    }

    /// Counts what one rule said about one subject.
    pub(super) fn count(&mut self, sink: &Sink) {
        match (&sink.findings[..], &sink.unknowns[..], sink.applicable) {
            ([], [], true) => self.pass += 1,
            ([], [], false) => self.not_applicable += 1,
            ([], ..) => self.unknown += 1,
            (all, ..) if !all.iter().any(Finding::live) => self.waived += 1,
            _ => self.fail += 1,
        }
    }
}

/// How one rule answered about one subject.
#[derive(Copy, Clone, Debug)]
pub struct Answered {
    /// The rule.
    pub rule: &'static Rule,
    /// The subject's file; `None`: it is about the project as a whole.
    pub file: Option<FileId>,
    /// The answer, as a count of one.
    pub outcome: Outcomes,
}

/// The answer.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Ship it.
    Go,
    /// Do not.
    NoGo,
    /// Something could not be looked at, or must be known and is not, and nothing else speaks against it.
    Undecided,
}

impl Verdict {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Go => "go",
            Verdict::NoGo => "no-go",
            Verdict::Undecided => "undecided",
        }
    }

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Verdict::Go => 0,
            Verdict::NoGo => 1,
            Verdict::Undecided => 2,
        }
    }
}

/// Everything there is to print.
#[derive(Debug)]
pub struct Report {
    /// The moment the judgement is for.
    pub at: OffsetDateTime,
    /// What was read.
    pub project: Project,
    /// What was found, sorted by path, start, end, rule, message; waived ones included.
    pub findings: Vec<Finding>,
    /// What could not be decided, sorted likewise.
    pub unknowns: Vec<Unknown>,
    /// The counts.
    pub outcomes: Outcomes,
    /// Each of them, for whoever asked for them.
    pub answers: Vec<Answered>,
    /// What could not be looked at.
    pub faults: Vec<Fault>,
    /// What belongs to the deployment and no rule judges: its path and what it is, by path.
    pub unjudged: Vec<(String, &'static Unjudged)>,
    /// What people must know about how it was judged, one sentence each.
    pub remarks: Vec<String>,
    /// The mildest severity that stops a deployment.
    pub fail_on: Severity,
    /// What may happen if an open question has the bad answer, so that it must be known.
    pub must_be_known: Vec<Effect>,
    /// The answer.
    pub verdict: Verdict,
    /// Where the person stands who reads it.
    pub here: Here,
    /// Set when the report was narrowed to paths with nothing to judge.
    pub(super) narrowed_to_nothing: bool,
}

impl Report {
    /// What was made of everything that was read, and compared with each other.
    pub fn spent(&self) -> Spent {
        let files = self.project.documents().iter().map(|document| document.source.budget.spent());
        files.fold(self.project.budget().spent().and(self.project.composed()), Spent::and)
    }

    /// The live findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.live() && f.severity == severity).count()
    }

    /// Keeps what is about the paths that `wanted` accepts, with its primary or a related place, and decides again.
    /// Everything was read and judged: only the report is about less.
    pub fn narrow(&mut self, wanted: impl Fn(&str) -> bool) {
        let project = &self.project;
        let about = |span: Span| wanted(&project.source(span.file).path);
        self.findings
            .retain(|finding| about(finding.primary.span) || finding.related.iter().any(|label| about(label.span)));
        self.unknowns.retain(|unknown| about(unknown.span));
        self.answers.retain(|answer| answer.file.is_none_or(|file| wanted(project.source(file).known_as())));
        self.faults.retain(|fault| fault.path == WHOLE || wanted(&fault.path));
        self.unjudged.retain(|(path, _)| wanted(path));
        let any = self.judged().any(|document| wanted(document.source.known_as()));
        self.narrowed_to_nothing = !any;
        self.decide();
    }

    /// Whether there is no file the report could be about. A gate that saw nothing must not say go.
    pub fn nothing_to_judge(&self) -> bool {
        self.narrowed_to_nothing || self.judged().next().is_none()
    }

    /// Whether there are files to judge, and none of them is among those that were asked about.
    pub fn nothing_asked_about(&self) -> bool {
        self.narrowed_to_nothing && self.judged().next().is_some()
    }

    /// The open questions that people are told of.
    pub fn told(&self) -> impl Iterator<Item = &Unknown> {
        self.unknowns
            .iter()
            .filter(|unknown| !unknown.accepted && (unknown.told == Told::Always || unknown.is_grave(self.fail_on)))
    }

    /// The open questions without an answer to which nobody may say go.
    pub fn must_be_answered(&self) -> impl Iterator<Item = &Unknown> {
        self.unknowns.iter().filter(|unknown| {
            !unknown.accepted && unknown.severity >= self.fail_on && self.must_be_known.contains(&unknown.effect)
        })
    }

    pub(super) fn decide(&mut self) {
        let stops = self.findings.iter().any(|finding| finding.live() && finding.severity >= self.fail_on);
        let known = self.must_be_answered().next().is_none();
        self.verdict = match (stops, known && self.faults.is_empty() && !self.nothing_to_judge()) {
            (true, _) => Verdict::NoGo,
            (false, false) => Verdict::Undecided,
            (false, true) => Verdict::Go,
        };
    }

    /// The files that are judged: a guide only where it is named.
    fn judged(&self) -> impl Iterator<Item = &Document> {
        let guides: HashSet<FileId> = self.project.named_guides().map(|guide| guide.file).collect();
        let judged = move |document: &&Document| document.class.kind.judged() || guides.contains(&document.source.id);
        self.project.documents().iter().filter(judged)
    }
}
