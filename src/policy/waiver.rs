//! Findings somebody accepted: which ones, and which waivers are wrong themselves.
//!
//! A comment on a line of its own is about the node below it with everything in it, any other comment about its line.
//! A waiver of the configuration is about the files its pattern fits.

use std::sync::atomic::{AtomicBool, Ordering};

use time::{Date, OffsetDateTime};

use super::comment::{self, Comment};
use super::file::named;
use super::glob::Glob;
use super::load::date;
use super::near::nearest_rule;
use super::{Accepted, Policy};
use crate::model::Document;
use crate::project::Project;
use crate::rules::{self, Finding, Rule, State, Unknown};
use crate::source::{FileId, Source, Span};

/// The waivers of a project, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Waivers {
    list: Vec<Waiver>,
    wrong: Vec<Finding>,
}

/// One rule accepted in one place.
#[derive(Debug)]
struct Waiver {
    rule: &'static Rule,
    place: Place,
    reason: String,
    /// Where the rule is named.
    at: Span,
    used: AtomicBool,
}

#[derive(Debug)]
enum Place {
    /// One line of a file, counted from 0.
    Line(FileId, usize),
    /// Everything in a span.
    Node(Span),
    /// All findings in some files.
    Files(Glob),
}

impl Waivers {
    /// Finds the waivers in the comments of all documents and in the configuration.
    pub fn collect(project: &Project, policy: &Policy, at: OffsetDateTime) -> Self {
        let mut waivers = Waivers::default();
        if !policy.waivers_count() {
            return waivers;
        }
        let today = at.to_offset(time::UtcOffset::UTC).date();
        for document in &project.documents {
            waivers.comments(document, today);
        }
        for accepted in policy.accepted() {
            waivers.accepted(accepted, project, today);
        }
        waivers
    }

    fn comments(&mut self, document: &Document, today: Date) {
        let mut nodes = None;
        for &span in document.comments() {
            match comment::read(&document.source, span) {
                Some(Comment::Allow { head, ids, reason, until }) => {
                    if reason.is_empty() {
                        self.without_reason(&document.source, head, &ids);
                        continue;
                    }
                    let ended = until.and_then(|(span, day)| ended(&document.source, span, day, today));
                    for id in ids {
                        let rule = self.rule(&document.source, id);
                        match (rule, &ended) {
                            (Some(rule), Some((span, how))) => self.expired(rule, *span, how),
                            (Some(rule), None) => {
                                let nodes = nodes.get_or_insert_with(|| document.nodes());
                                let place = place(&document.source, span, nodes);
                                self.list.push(Waiver::new(rule, place, reason.clone(), id));
                            }
                            (None, _) => {}
                        }
                    }
                }
                Some(Comment::Wrong { word, rest }) => self.wrong_word(&document.source, word, rest),
                None => {}
            }
        }
    }

    fn accepted(&mut self, accepted: &Accepted, project: &Project, today: Date) {
        let Some(config) = project.at(&accepted.file) else { return };
        let at = Span { file: config.source.id, ..accepted.span };
        match accepted.until {
            Some(until) if until < today => self.expired(accepted.rule, at, &format!("ended on {until}")),
            _ => {
                let owner = accepted.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
                let reason = format!("{}{owner}", accepted.reason);
                self.list.push(Waiver::new(accepted.rule, Place::Files(accepted.path.clone()), reason, at));
            }
        }
    }

    /// The rule of an id in a comment.
    fn rule(&mut self, source: &Source, id: Span) -> Option<&'static Rule> {
        let text = source.text().get(id.range()).unwrap_or("");
        let found = rules::find(text);
        if found.is_none() {
            let message = format!("there is no rule {}, so this waiver has no effect", named(&source.quote(id)));
            let help = match nearest_rule(text) {
                Some(near) => format!("write `allow[{near}]`"),
                None => "`gonogo rules` lists the rules; name each one that is accepted".to_owned(),
            };
            self.report("waiver/unknown-rule", id, message, help);
        }
        found
    }

    fn wrong_word(&mut self, source: &Source, word: Span, rest: Span) {
        let text = source.text().get(word.range()).unwrap_or("");
        let message = match text {
            "" => "this comment speaks to gonogo and says nothing, so it has no effect".to_owned(),
            "allow" => "this waiver names no rule, so it has no effect".to_owned(),
            _ => format!("{} is not a word gonogo knows, so this comment has no effect", named(&source.quote(word))),
        };
        let rest = source.text().get(rest.range()).unwrap_or("");
        let words = rest.split(|c: char| c.is_whitespace() || "[](),".contains(c));
        let rule = words.filter(|word| word.contains('/')).find_map(nearest_rule).unwrap_or("rule-id");
        self.report("waiver/unknown-rule", word, message, format!("write `# gonogo: allow[{rule}] reason`"));
    }

    fn without_reason(&mut self, source: &Source, head: Span, ids: &[Span]) {
        let message = "this waiver does not say why, so it has no effect".to_owned();
        let known: Vec<&str> =
            ids.iter().filter_map(|id| Some(rules::find(source.text().get(id.range())?)?.id)).collect();
        let shown = if known.is_empty() { "rule-id".to_owned() } else { known.join(", ") };
        self.report("waiver/without-reason", head, message, format!("write the reason: `allow[{shown}] reason`"));
    }

    fn expired(&mut self, rule: &'static Rule, at: Span, how: &str) {
        let message = format!("this waiver {how}: `{}` counts again", rule.id);
        self.report("waiver/expired", at, message, "repair what it hid, or agree on a new date".to_owned());
    }

    fn report(&mut self, id: &str, at: Span, message: String, help: String) {
        if let Some(rule) = rules::find(id) {
            let mut finding = Finding::new(rule, at, message);
            finding.help(help);
            self.wrong.push(finding);
        }
    }

    /// Marks a finding as waived if a waiver covers it.
    pub fn apply(&self, finding: &mut Finding, project: &Project) {
        for waiver in self.list.iter().filter(|waiver| waiver.rule.id == finding.rule.id) {
            if waiver.place.covers(finding.primary.span, project) {
                waiver.used.store(true, Ordering::Relaxed);
                if finding.live() {
                    finding.state = State::Waived { reason: waiver.reason.clone(), at: Some(waiver.at) };
                }
            }
        }
    }

    /// What is wrong with the waivers, once every finding was shown to [`Waivers::apply`].
    pub fn findings(self, project: &Project, policy: &Policy, unknowns: &[Unknown]) -> Vec<Finding> {
        let unused = |waiver: &Waiver| {
            let open = |unknown: &Unknown| unknown.rule == waiver.rule.id && waiver.place.covers(unknown.span, project);
            !waiver.used.load(Ordering::Relaxed) && waiver.decided(project, policy) && !unknowns.iter().any(open)
        };
        let mut found: Vec<Finding> = self.wrong.clone();
        // A waiver can be about waivers, so those are asked last.
        for own in [false, true] {
            found.iter_mut().for_each(|finding| self.apply(finding, project));
            let family = |waiver: &&Waiver| (waiver.rule.family() == "waiver") == own;
            found.extend(self.list.iter().filter(family).filter(|waiver| unused(waiver)).filter_map(Waiver::is_unused));
        }
        found
    }

    /// Whether there is no waiver at all, right or wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.wrong.is_empty()
    }
}

impl Waiver {
    fn new(rule: &'static Rule, place: Place, reason: String, at: Span) -> Self {
        Waiver { rule, place, reason, at, used: AtomicBool::new(false) }
    }

    /// Whether the rule had its say where the waiver is: it is on there, and the file was read to its end.
    fn decided(&self, project: &Project, policy: &Policy) -> bool {
        let ready =
            |document: &Document| policy.severity(self.rule, document.role).is_some() && document.faults().is_empty();
        match &self.place {
            Place::Line(file, _) | Place::Node(Span { file, .. }) => ready(project.document(*file)),
            Place::Files(glob) => {
                let mut files = project.documents.iter().filter(|document| glob.fits(&document.source.path)).peekable();
                // A pattern that fits no file is wrong, unless it could not be right: the rule is off.
                if files.peek().is_none() {
                    return policy.severity(self.rule, policy.default_role()).is_some();
                }
                files.all(ready)
            }
        }
    }

    fn is_unused(&self) -> Option<Finding> {
        let message = format!("nothing here breaks `{}`: this waiver has no effect", self.rule.id);
        let mut finding = Finding::new(rules::find("waiver/unused")?, self.at, message);
        finding.help("delete the waiver");
        Some(finding)
    }
}

impl Place {
    fn covers(&self, span: Span, project: &Project) -> bool {
        match self {
            Place::Line(file, line) => {
                let lines = project.source(*file).lines();
                span.file == *file && (lines.line(span.start) == *line || lines.line(span.end) == *line)
            }
            Place::Node(node) => node.contains(span),
            Place::Files(glob) => glob.fits(&project.source(span.file).path),
        }
    }
}

/// What a comment is about: its line, or the node below it.
fn place(source: &Source, comment: Span, nodes: &[Span]) -> Place {
    let (text, lines) = (source.text(), source.lines());
    let own = lines.line(comment.start);
    let code = |line: usize| text.get(lines.range(line, text)).unwrap_or("").trim();
    if !code(own).starts_with('#') {
        return Place::Line(source.id, own);
    }
    let below = (own + 1..lines.len()).find(|&line| !code(line).is_empty() && !code(line).starts_with('#'));
    let Some(below) = below else { return Place::Line(source.id, own) };
    match nodes.iter().find(|node| lines.line(node.start) == below) {
        // To the end of its last line: what stands behind a node belongs to it.
        Some(node) => {
            let last = lines.range(lines.line(node.end.max(node.start + 1) - 1), text);
            Place::Node(Span::new(source.id, node.start as usize, last.end.max(node.end as usize)))
        }
        None => Place::Line(source.id, below),
    }
}

/// Why a waiver does not hold any more, and where that is written.
fn ended(source: &Source, span: Span, day: Span, today: Date) -> Option<(Span, String)> {
    match date(source.text().get(day.range()).unwrap_or("")) {
        Some(until) if until >= today => None,
        Some(until) => Some((span, format!("ended on {until}"))),
        None => Some((span, "counts as ended, because `until` is not a date like 2027-01-31".to_owned())),
    }
}
