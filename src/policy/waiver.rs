//! Findings somebody accepted: which ones, and which waivers are wrong themselves.
//!
//! A comment on a line of its own is about the node below it with everything in it, any other comment about its line.
//! A waiver of the configuration is about the files its pattern fits.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use time::{Date, OffsetDateTime};

use super::comment::{self, Comment};
use super::file::named;
use super::load::date;
use super::near::nearest_rule;
use super::pattern::Pattern;
use super::{Accepted, Policy};
use crate::model::Document;
use crate::project::{Project, Standing};
use crate::rules::{self, Finding, Named, State, Unknown};
use crate::source::{FileId, Role, Source, Span, budget};

/// How many paths are compared with patterns to find those that fit nothing; beyond that nobody is told.
const MOST_TRIED: usize = 5_000_000;

/// The waivers of a project, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Waivers {
    list: Vec<Waiver>,
    by_place: HashMap<(&'static str, Place), usize>,
    by_rule: HashMap<&'static str, Covers>,
    wrong: Vec<Finding>,
    /// What there is no room for in `wrong`, by rule.
    over: HashMap<&'static str, Span>,
}

/// One rule accepted in one place, or all that came of one.
#[derive(Debug)]
struct Waiver {
    rule: Named,
    place: Place,
    /// Why and where: more than one comment can be about a place.
    said: Vec<(Arc<str>, Span)>,
    used: AtomicBool,
    /// Whether the rule could not decide about something in the place.
    open: AtomicBool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Place {
    /// One line of a file, counted from 0.
    Line(FileId, usize),
    /// Everything in a span.
    Node(Span),
    /// All findings in the files that a pattern of the configuration fits, by the number of the waiver.
    Files(usize),
}

impl Waivers {
    /// Finds the waivers in the comments of all documents and in the configuration.
    pub fn collect(project: &Project, policy: &Policy, at: OffsetDateTime) -> Self {
        let mut waivers = Waivers::default();
        if !policy.waivers_count() {
            return waivers;
        }
        let today = at.to_offset(time::UtcOffset::UTC).date();
        for document in project.documents().iter().filter(|_| policy.comments_count()) {
            waivers.comments(document, today);
        }
        for (number, accepted) in policy.accepted().iter().enumerate() {
            waivers.accepted(number, accepted, project, today);
        }
        let most = MOST_TRIED / (project.files().files().count() + 1);
        for pattern in policy.patterns().take(most).filter(|pattern| pattern.fits_nothing(project.files())) {
            waivers.fits_nothing(pattern, project);
        }
        waivers.by_rule.values_mut().for_each(Covers::sort);
        waivers
    }

    fn comments(&mut self, document: &Document, today: Date) {
        let mut places = None;
        for &span in document.comments() {
            match comment::read(&document.source, span) {
                Some(Comment::Allow { head, ids, reason, until }) => {
                    if reason.is_empty() {
                        self.without_reason(&document.source, head, &ids);
                        continue;
                    }
                    let reason: Arc<str> = reason.into();
                    let ended = until.and_then(|(span, day)| ended(&document.source, span, day, today));
                    for id in ids {
                        let rule = self.rule(&document.source, id);
                        match (rule, &ended) {
                            (Some(rule), Some((span, how))) => self.expired(&rule, *span, how),
                            (Some(rule), None) => {
                                let places = places.get_or_insert_with(|| Places::new(document));
                                self.add(&rule, places.of(span), (reason.clone(), id));
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

    fn accepted(&mut self, number: usize, accepted: &Accepted, project: &Project, today: Date) {
        let Some(config) = project.at(&accepted.path.file) else { return };
        let at = Span { file: config.source.id, ..accepted.span };
        match accepted.until {
            Some(until) if until < today => self.expired(&accepted.rule, at, &format!("ended on {until}")),
            _ => {
                let owner = accepted.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
                let reason = format!("{}{owner}", accepted.reason);
                let waiver = self.add(&accepted.rule, Place::Files(number), (reason.into(), at));
                project.budget().steps(project.documents().len());
                let fits = project.documents().iter().filter(|document| accepted.path.fits(&document.source.path));
                let files: Vec<FileId> = fits.map(|document| document.source.id).collect();
                for rule in &accepted.rule.rules {
                    let covers = self.by_rule.entry(rule.id).or_default();
                    for file in &files {
                        covers.files.entry(*file).or_default().push(waiver);
                    }
                }
            }
        }
    }

    fn fits_nothing(&mut self, pattern: &Pattern, project: &Project) {
        let Some(config) = project.at(&pattern.file) else { return };
        let at = Span { file: config.source.id, ..pattern.span };
        let message = "no file fits this pattern, so it has no effect".to_owned();
        self.report(
            "config/unmatched-pattern",
            at,
            message,
            "mend it, or delete the entry; `gonogo check --list-files` shows the paths".to_owned(),
        );
    }

    /// Adds a waiver, or another voice for one that is there.
    fn add(&mut self, rule: &Named, place: Place, said: (Arc<str>, Span)) -> usize {
        let next = self.list.len();
        let waiver = *self.by_place.entry((rule.id, place.clone())).or_insert(next);
        if waiver == next {
            for rule in &rule.rules {
                let covers = self.by_rule.entry(rule.id).or_default();
                match place {
                    Place::Line(file, line) => covers.lines.entry(file).or_default().push((line, next)),
                    Place::Node(span) => covers.nodes.entry(span.file).or_default().spans.push((span, next)),
                    Place::Files(_) => {}
                }
            }
            let (used, open) = (AtomicBool::new(false), AtomicBool::new(false));
            self.list.push(Waiver { rule: rule.clone(), place, said: Vec::new(), used, open });
        }
        self.list[waiver].said.push(said);
        waiver
    }

    /// The rule of an id in a comment.
    fn rule(&mut self, source: &Source, id: Span) -> Option<Named> {
        let text = source.text().get(id.range()).unwrap_or("");
        let found = rules::named(text);
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
            ids.iter().filter_map(|id| Some(rules::named(source.text().get(id.range())?)?.id)).collect();
        let shown = if known.is_empty() { "rule-id".to_owned() } else { known.join(", ") };
        self.report("waiver/without-reason", head, message, format!("write the reason: `allow[{shown}] reason`"));
    }

    fn expired(&mut self, rule: &Named, at: Span, how: &str) {
        let message = format!("this waiver {how}: `{}` counts again", rule.id);
        self.report("waiver/expired", at, message, "repair what it hid, or agree on a new date".to_owned());
    }

    fn report(&mut self, id: &str, at: Span, message: String, help: String) {
        let Some(rule) = rules::find(id) else { return };
        if self.wrong.len() >= budget::OF_ALL {
            self.over.entry(rule.id).or_insert(at);
            return;
        }
        let mut finding = Finding::new(rule, at, message);
        finding.help(help);
        self.wrong.push(finding);
    }

    /// The waivers of a rule that cover a place, in their order.
    fn covering(&self, rule: &'static str, span: Span, project: &Project) -> Vec<usize> {
        let mut found = self.by_rule.get(rule).map_or_else(Vec::new, |covers| covers.of(span, project));
        found.sort_unstable();
        found.dedup();
        project.budget().steps(found.len());
        found
    }

    /// Marks a finding as waived if a waiver covers it.
    pub fn apply(&self, finding: &mut Finding, project: &Project) {
        for waiver in self.covering(finding.rule.id, finding.primary.span, project) {
            let waiver = &self.list[waiver];
            waiver.used.store(true, Ordering::Relaxed);
            if let Some((reason, at)) = waiver.said.first().filter(|_| finding.live()) {
                finding.state = State::Waived { reason: reason.to_string(), at: Some(*at) };
            }
        }
    }

    /// Marks an open question as accepted if a waiver covers its place: whatever the answer is, somebody lives with it.
    pub fn accept(&self, unknown: &mut Unknown, project: &Project) {
        unknown.accepted = !self.covering(unknown.rule.id, unknown.span, project).is_empty();
    }

    /// What is wrong with the waivers, once every finding was shown to [`Waivers::apply`]; `whole` says that it was
    /// really every one. And, by rule, where there was too much to say.
    pub fn findings(
        mut self,
        project: &Project,
        policy: &Policy,
        unknowns: &[Unknown],
        whole: bool,
    ) -> (Vec<Finding>, HashMap<&'static str, Span>) {
        for unknown in unknowns {
            for waiver in self.covering(unknown.rule.id, unknown.span, project) {
                self.list[waiver].open.store(true, Ordering::Relaxed);
            }
        }
        let unused = |waiver: &&Waiver| {
            let seen = waiver.used.load(Ordering::Relaxed) || waiver.open.load(Ordering::Relaxed);
            whole && !seen && waiver.decided(project, policy)
        };
        self.assumptions(project, whole);
        let mut found: Vec<Finding> = std::mem::take(&mut self.wrong);
        // A waiver can be about waivers, so those are asked last.
        for own in [false, true] {
            found.iter_mut().for_each(|finding| self.apply(finding, project));
            let family = |waiver: &&Waiver| (waiver.rule.rules[0].family() == "waiver") == own;
            let mut all = self.list.iter().filter(family).filter(unused).flat_map(Waiver::is_unused);
            found.extend(all.by_ref().take(budget::OF_ALL.saturating_sub(found.len())));
            if let Some(next) = all.next() {
                self.over.insert(next.rule.id, next.primary.span);
            }
        }
        (found, self.over)
    }

    /// What is taken for granted and does not hold any more, or answers nothing.
    fn assumptions(&mut self, project: &Project, whole: bool) {
        for (one, standing) in project.assumed().standing() {
            let Some(config) = project.at(&one.file) else { continue };
            let (at, sentence) = (Span { file: config.source.id, ..one.span }, one.sentence());
            match standing {
                Standing::Ended(until) => {
                    let message = format!("that {sentence} was assumed until {until}: it is an open question again");
                    let whom = one.owner.as_ref().map(|owner| format!("ask {owner}")).unwrap_or("look".to_owned());
                    self.report(
                        "waiver/expired",
                        at,
                        message,
                        format!("{whom} whether it still holds, and set a new date"),
                    );
                }
                Standing::Unused if whole => {
                    let message = format!("nothing asks whether {sentence}: this assumption has no effect");
                    self.report("waiver/unused", at, message, "delete it, or correct the name".to_owned());
                }
                _ => {}
            }
        }
    }

    /// Whether there is no waiver at all, right or wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.wrong.is_empty()
    }
}

impl Waiver {
    /// Whether the rule had its say where the waiver is: it is on there, and the file was read to its end.
    fn decided(&self, project: &Project, policy: &Policy) -> bool {
        let on = |role: Role| self.rule.rules.iter().all(|rule| policy.levels(rule)[role as usize].is_some());
        let ready = |document: &Document| on(project.role(document.source.id)) && document.faults().is_empty();
        match &self.place {
            Place::Line(file, _) | Place::Node(Span { file, .. }) => ready(project.document(*file)),
            Place::Files(number) => {
                let Some(glob) = policy.accepted().get(*number).map(|accepted| &accepted.path) else { return false };
                let mut files =
                    project.documents().iter().filter(|document| glob.fits(&document.source.path)).peekable();
                // A pattern that fits no file is wrong, unless it could not be right: the rule is off.
                if files.peek().is_none() {
                    return on(policy.default_role());
                }
                files.all(ready)
            }
        }
    }

    /// That it has no effect, once for every place that says it.
    fn is_unused(&self) -> impl Iterator<Item = Finding> {
        let rule = rules::find("waiver/unused");
        self.said.iter().filter_map(move |(_, at)| {
            let message = format!("nothing here breaks `{}`: this waiver has no effect", self.rule.id);
            let mut finding = Finding::new(rule?, *at, message);
            finding.help("delete the waiver");
            Some(finding)
        })
    }
}

/// The waivers of one rule by what they cover.
#[derive(Default, Debug)]
struct Covers {
    lines: HashMap<FileId, Vec<(usize, usize)>>,
    nodes: HashMap<FileId, Spans>,
    files: HashMap<FileId, Vec<usize>>,
}

impl Covers {
    fn sort(&mut self) {
        self.lines.values_mut().for_each(|lines| lines.sort_unstable());
        self.nodes.values_mut().for_each(Spans::sort);
    }

    fn of(&self, span: Span, project: &Project) -> Vec<usize> {
        let mut found = self.files.get(&span.file).cloned().unwrap_or_default();
        if let Some(waived) = self.lines.get(&span.file) {
            let lines = project.source(span.file).lines();
            for line in [lines.line(span.start), lines.line(span.end)] {
                let at = waived.binary_search_by_key(&line, |(line, _)| *line);
                found.extend(at.ok().map(|at| waived[at].1));
            }
        }
        if let Some(nodes) = self.nodes.get(&span.file) {
            nodes.around(span, 0..nodes.spans.len(), &mut found);
        }
        found
    }
}

/// Spans of one file, with what helps to find those around a place without looking at all of them.
#[derive(Default, Debug)]
struct Spans {
    /// Sorted by their starts.
    spans: Vec<(Span, usize)>,
    /// A binary tree over them: the furthest end in the half around each middle.
    furthest: Vec<u32>,
}

impl Spans {
    fn sort(&mut self) {
        self.spans.sort_unstable();
        self.furthest = vec![0; self.spans.len()];
        self.measure(0..self.spans.len());
    }

    fn measure(&mut self, range: Range<usize>) -> u32 {
        if range.is_empty() {
            return 0;
        }
        let middle = range.start.midpoint(range.end);
        let sides = self.measure(range.start..middle).max(self.measure(middle + 1..range.end));
        self.furthest[middle] = sides.max(self.spans[middle].0.end);
        self.furthest[middle]
    }

    fn around(&self, span: Span, range: Range<usize>, found: &mut Vec<usize>) {
        let middle = range.start.midpoint(range.end);
        if range.is_empty() || self.furthest[middle] < span.end {
            return;
        }
        self.around(span, range.start..middle, found);
        let (own, waiver) = self.spans[middle];
        if own.start <= span.start {
            found.extend(own.contains(span).then_some(waiver));
            self.around(span, middle + 1..range.end, found);
        }
    }
}

/// What the comments of one file are about.
struct Places<'a> {
    source: &'a Source,
    /// The first node that starts on a line.
    nodes: HashMap<usize, Span>,
    /// The first line at or below each that is neither empty nor a comment.
    code: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(document: &'a Document) -> Self {
        let source = &document.source;
        let lines = source.lines();
        let mut nodes = HashMap::new();
        for node in document.nodes() {
            nodes.entry(lines.line(node.start)).or_insert(node);
        }
        let mut places = Places { source, nodes, code: vec![lines.len(); lines.len() + 1] };
        for line in (0..lines.len()).rev() {
            let text = places.line(line);
            let blank = text.is_empty() || text.starts_with('#');
            places.code[line] = if blank { places.code[line + 1] } else { line };
        }
        places
    }

    fn line(&self, line: usize) -> &'a str {
        let text = self.source.text();
        text.get(self.source.lines().range(line, text)).unwrap_or("").trim()
    }

    /// What a comment is about: its line, or the node below it.
    fn of(&self, comment: Span) -> Place {
        let (text, lines) = (self.source.text(), self.source.lines());
        let own = lines.line(comment.start);
        if !self.line(own).starts_with('#') {
            return Place::Line(self.source.id, own);
        }
        let below = self.code[own];
        if below >= lines.len() {
            return Place::Line(self.source.id, own);
        }
        match self.nodes.get(&below) {
            // To the end of its last line: what stands behind a node belongs to it.
            Some(node) => {
                let last = lines.range(lines.line(node.end.max(node.start + 1) - 1), text);
                Place::Node(Span::new(self.source.id, node.start as usize, last.end.max(node.end as usize)))
            }
            None => Place::Line(self.source.id, below),
        }
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
