//! Applying fixes: chosen, put into the texts, and judged again before anybody writes a byte.
//!
//! A set of fixes holds when the findings it is for are gone, nothing new is found, nothing that could be read or decided
//! before is lost, and every program that loads an env file reads the same values in it. A set that does not hold is
//! halved until the fix that is to blame is found.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;

use crate::engine::Report;
use crate::model::env::same_values;
use crate::rules::{Finding, Fix, Safety};
use crate::source::{Encoding, FileId, Replacement, Source, Span};
use crate::syntax::dotenv::Decoded;

/// Judges the project again with other bytes in some files.
pub type Judge<'a> = dyn Fn(&[Change]) -> Report + 'a;

/// A file and its new text.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// Its permission bits.
    pub mode: Option<u32>,
    /// The text, and where each part of it stood.
    pub text: Decoded,
}

/// A fix that was not applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The file.
    pub path: String,
    /// The line of the finding.
    pub line: u32,
    /// What the fix would have done.
    pub title: String,
    /// What speaks against it.
    pub why: String,
}

/// What the fixes of a report come to.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The files that change, sorted by path.
    pub changes: Vec<Change>,
    /// How many fixes are in them.
    pub count: usize,
    /// The report on the project with the changes; `None` when there are none.
    pub report: Option<Report>,
    /// Fixes that would do more than they say.
    pub refused: Vec<Refused>,
}

impl Fixed {
    /// Writes the files: each as a whole, and none when one of them cannot be written from the start.
    ///
    /// # Errors
    /// When a file cannot be written, or has changed since it was read for the report `before`.
    pub fn write(&self, before: &Report, root: &Path) -> Result<(), String> {
        let mut ready = Vec::with_capacity(self.changes.len());
        for change in &self.changes {
            let read = before.project.at(&change.path).map(|document| document.source.bytes()).unwrap_or_default();
            let replacement = Replacement::new(root, &change.path, read, change.text.as_str().as_bytes());
            ready.push((
                replacement.map_err(|why| format!("`{}` {why}; nothing was fixed", change.path))?,
                &change.path,
            ));
        }
        for (written, (replacement, path)) in ready.into_iter().enumerate() {
            let all = self.changes.len();
            replacement.write().map_err(|why| format!("`{path}` {why}; {written} of {all} files were fixed"))?;
        }
        Ok(())
    }
}

/// Attempts in one round; what is not tried by then is left alone.
const PATIENCE: usize = 100;

/// Applies the safe fixes of live findings to files that `covers` accepts, again and again until none is left: a fix
/// can stand in the way of another.
pub fn fix(report: &Report, covers: &dyn Fn(&str) -> bool, judge: &Judge) -> Fixed {
    let mut fixed = Fixed::default();
    loop {
        let current = fixed.report.as_ref().unwrap_or(report);
        let candidates = candidates(current, covers);
        let mut round = Round { report: current, changes: &fixed.changes, judge, patience: PATIENCE, held: None };
        let mut accepted = Vec::new();
        let mut refused = Vec::new();
        round.settle(&candidates, &mut accepted, &mut refused);
        let held = round.held;
        for (candidate, why) in refused {
            let refusal = candidate.refused(current, why);
            if !fixed.refused.contains(&refusal) {
                fixed.refused.push(refusal);
            }
        }
        let Some((changes, report)) = held else { return fixed };
        fixed.count += accepted.len();
        fixed.changes = changes;
        fixed.report = Some(report);
    }
}

/// A fix, and the findings that are gone with it.
struct Candidate<'a> {
    fix: &'a Fix,
    findings: Vec<&'a Finding>,
}

impl Candidate<'_> {
    fn refused(&self, report: &Report, why: String) -> Refused {
        let span = self.findings.first().map_or(self.fix.edits[0].span, |finding| finding.primary.span);
        let source = report.project.source(span.file);
        Refused {
            path: source.path.clone(),
            line: source.position(span.start).line,
            title: self.fix.title.clone(),
            why,
        }
    }
}

/// The fixes that do not get in each other's way, in the order of their findings.
fn candidates<'a>(report: &'a Report, covers: &dyn Fn(&str) -> bool) -> Vec<Candidate<'a>> {
    let mut chosen: Vec<Candidate> = Vec::new();
    let mut by_edits: HashMap<Vec<(Span, &str)>, usize> = HashMap::new();
    let mut taken: BTreeMap<(FileId, u32), u32> = BTreeMap::new();
    let covered = |span: Span| {
        let source = report.project.source(span.file);
        covers(&source.path) && source.encoding == Encoding::Utf8
    };
    for finding in report.findings.iter().filter(|finding| finding.live() && covered(finding.primary.span)) {
        let safe = |fix: &&Fix| fix.safety == Safety::Safe && !fix.edits.is_empty();
        let Some(fix) = finding.fixes.iter().find(safe) else { continue };
        if !fix.edits.iter().all(|edit| covered(edit.span)) {
            continue;
        }
        let mut edits: Vec<(Span, &str)> = fix.edits.iter().map(|edit| (edit.span, edit.text.as_str())).collect();
        edits.sort();
        if let Some(&same) = by_edits.get(&edits) {
            chosen[same].findings.push(finding);
            continue;
        }
        let free = |(span, _): &(Span, &str)| {
            let before = taken.range(..=(span.file, span.start)).next_back();
            let after = taken.range((span.file, span.start)..).next();
            before.is_none_or(|((file, _), end)| *file != span.file || *end <= span.start)
                && after
                    .is_none_or(|((file, start), _)| *file != span.file || *start >= span.end && *start > span.start)
        };
        let apart = edits.windows(2).all(|pair| pair[0].0.file != pair[1].0.file || pair[0].0.end <= pair[1].0.start);
        if apart && edits.iter().all(free) {
            taken.extend(edits.iter().map(|(span, _)| ((span.file, span.start), span.end)));
            by_edits.insert(edits, chosen.len());
            chosen.push(Candidate { fix, findings: vec![finding] });
        }
    }
    chosen
}

/// One pass over the fixes of a report.
struct Round<'a> {
    report: &'a Report,
    changes: &'a [Change],
    judge: &'a Judge<'a>,
    patience: usize,
    /// What the fixes accepted so far come to.
    held: Option<(Vec<Change>, Report)>,
}

impl<'a> Round<'a> {
    /// Accepts what holds together with what is accepted already.
    fn settle<'c>(
        &mut self,
        fixes: &'c [Candidate<'a>],
        accepted: &mut Vec<&'c Candidate<'a>>,
        refused: &mut Vec<(&'c Candidate<'a>, String)>,
    ) {
        if fixes.is_empty() {
            return;
        }
        if self.patience == 0 {
            refused.extend(fixes.iter().map(|fix| (fix, "too many fixes before it had to be refused".to_owned())));
            return;
        }
        self.patience -= 1;
        let set: Vec<&Candidate> = accepted.iter().copied().chain(fixes).collect();
        match (self.attempt(&set), fixes) {
            (Ok(held), _) => {
                self.held = Some(held);
                accepted.extend(fixes);
            }
            (Err(why), [one]) => refused.push((one, why)),
            (Err(_), _) => {
                let (first, second) = fixes.split_at(fixes.len() / 2);
                self.settle(first, accepted, refused);
                self.settle(second, accepted, refused);
            }
        }
    }

    /// The project after a set of fixes, if it is as it should be.
    fn attempt(&self, set: &[&Candidate]) -> Result<(Vec<Change>, Report), String> {
        let mut edits: BTreeMap<FileId, Vec<(Range<usize>, &str)>> = BTreeMap::new();
        for edit in set.iter().flat_map(|candidate| &candidate.fix.edits) {
            edits.entry(edit.span.file).or_default().push((edit.span.range(), &edit.text));
        }
        let mut changes: BTreeMap<&str, Change> =
            self.changes.iter().map(|change| (change.path.as_str(), change.clone())).collect();
        for (file, mut edits) in edits {
            let source = self.report.project.source(file);
            edits.sort_by_key(|(range, _)| (range.start, range.end));
            let change = changes.entry(&source.path).or_insert_with(|| Change {
                path: source.path.clone(),
                mode: source.mode,
                text: Decoded::written(source.text(), 0),
            });
            change.text = change.text.replaced(edits);
            self.keeps_values(source, change)?;
        }
        let changes: Vec<Change> = changes.into_values().collect();
        let after = (self.judge)(&changes);
        self.compare(&after, set)?;
        Ok((changes, after))
    }

    /// Whether the programs that load an env file read the same in it.
    fn keeps_values(&self, before: &Source, change: &Change) -> Result<(), String> {
        let project = &self.report.project;
        let Some(env) = project.env_at(&before.path) else { return Ok(()) };
        let after = Source::new(before.id, change.path.as_str(), change.text.as_str().as_bytes().to_vec());
        same_values(before, &after, &project.facts(env).dialects())
            .map_err(|dialect| format!("{} would read other values", dialect.title()))
    }

    /// Whether the findings of the set are gone, and nothing is worse.
    fn compare(&self, after: &Report, set: &[&Candidate]) -> Result<(), String> {
        let before = found(self.report);
        let mut gone: HashMap<(&str, &str), usize> = HashMap::new();
        for finding in set.iter().flat_map(|candidate| &candidate.findings) {
            let path = self.report.project.source(finding.primary.span.file).path.as_str();
            *gone.entry((finding.rule.id, path)).or_default() += 1;
        }
        for ((rule, path), count) in found(after) {
            let was = before.get(&(rule, path)).copied().unwrap_or(0);
            match gone.get(&(rule, path)) {
                Some(gone) if count > was.saturating_sub(*gone) => return Err(format!("{rule} would still be found")),
                // What a program sees in a file it could not read before comes to light only now.
                None if gone.contains_key(&("env/unparsable", path)) && rule.starts_with("env/") => {}
                None if count > was => return Err(format!("{rule} would be found in `{path}` then")),
                _ => {}
            }
        }
        let about = |rule: &str, path: &str| gone.contains_key(&(rule, path));
        let before = undecided(self.report, &about);
        if undecided(after, &about).into_iter().any(|(what, count)| count > before.get(&what).copied().unwrap_or(0)) {
            return Err("less could be read or decided then".into());
        }
        Ok(())
    }
}

/// How often each rule found something in each file, accepted or not.
fn found(report: &Report) -> HashMap<(&'static str, &str), usize> {
    let mut counts = HashMap::new();
    for finding in &report.findings {
        *counts
            .entry((finding.rule.id, report.project.source(finding.primary.span.file).path.as_str()))
            .or_insert(0) += 1;
    }
    counts
}

/// How much of each file could not be read, by the parser or at all, and how often the rules of some findings could not
/// decide there. Others may well have more to wonder about: they see more.
fn undecided<'a>(report: &'a Report, about: &dyn Fn(&str, &str) -> bool) -> HashMap<(&'static str, &'a str), usize> {
    let project = &report.project;
    let path = |span: Span| project.source(span.file).path.as_str();
    let parsed =
        project.documents().iter().map(|document| ("parser", document.source.path.as_str(), document.faults().len()));
    let faults = report.faults.iter().map(|fault| ("run", fault.path.as_str(), 1));
    let unknown = report.unknowns.iter().map(|unknown| (unknown.rule.id, path(unknown.span), 1));
    let mut counts = HashMap::new();
    for (what, path, count) in parsed.chain(faults).chain(unknown.filter(|(rule, path, _)| about(rule, path))) {
        *counts.entry((what, path)).or_insert(0) += count;
    }
    counts
}
