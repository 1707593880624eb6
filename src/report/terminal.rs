//! For people: what stops the deployment first, with the lines it is about, and the verdict last, where the eye is.
//!
//! An excerpt is a miette diagnostic ([`Excerpt`]) with a handler of our own ([`Drawer`]): the ones that miette brings draw
//! all labels alike without colours, and take thirty crates for it.

mod draw;
mod excerpt;
mod paint;

use std::fmt::Write;
use std::io;

use super::safe::{flat, harmless, inert};
use super::view::{
    OPEN_SHOWN, address, checks, counts, left_open, not_judged, nothing_found, open, place_of, verdict, worst_first,
};
use super::{Detail, Options};
use crate::engine::{Report, Verdict};
use crate::rules::{Finding, Label, Severity};
use crate::source::{Cut, FileId};
use crate::threads::{each, is_much};
use draw::Drawer;
use excerpt::{Drawn, Excerpt, heading};
use paint::Paint;

/// How many findings that stop nothing are listed.
const MILD_SHOWN: usize = 10;

/// The report for a terminal of a width. A good project gives one line.
pub fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let printer = Printer { report, width: options.width.max(40), paint: Paint(options.color), detail: options.detail };
    if options.detail == Detail::Verdict {
        let mut text = String::new();
        printer.verdict_line(&mut text);
        return out.write_all(inert(&text).as_bytes());
    }
    let (stopping, mild): (Vec<&Finding>, Vec<&Finding>) =
        worst_first(report).into_iter().partition(|finding| finding.severity >= report.fail_on);
    let story = |finding: &Finding| {
        let mut text = String::new();
        printer.finding(&mut text, finding);
        text.push('\n');
        inert(&text)
    };
    for story in each(is_much(stopping.len(), 0), stopping.clone(), story) {
        out.write_all(story.as_bytes())?;
    }
    let mut text = String::new();
    printer.mild(&mut text, &mild);
    printer.open(&mut text);
    printer.faults(&mut text);
    printer.verdict(&mut text, stopping.first().copied());
    out.write_all(inert(&text).as_bytes())
}

struct Printer<'a> {
    report: &'a Report,
    width: usize,
    paint: Paint,
    detail: Detail,
}

impl Printer<'_> {
    fn finding(&self, out: &mut String, finding: &Finding) {
        self.header(out, finding);
        wrap(out, &harmless(&finding.message), "  ", "  ", self.width);
        let file = finding.primary.span.file;
        let here = finding.related.iter().filter(|label| label.span.file == file);
        let labels: Vec<&Label> = std::iter::once(&finding.primary).chain(here).collect();
        self.excerpt(out, file, &labels, finding.severity, true);
        let mut others: Vec<FileId> =
            finding.related.iter().map(|label| label.span.file).filter(|&f| f != file).collect();
        others.dedup();
        let mut shown: Vec<FileId> = Vec::new();
        for other in others {
            if shown.contains(&other) {
                continue;
            }
            shown.push(other);
            let labels: Vec<&Label> = finding.related.iter().filter(|label| label.span.file == other).collect();
            if let Some(first) = labels.first() {
                let _ = writeln!(out, "  {}", self.paint.bold(&address(self.report, first.span)));
                self.excerpt(out, other, &labels, finding.severity, false);
            }
        }
        if let Some(help) = &finding.help {
            wrap(out, &harmless(help), &format!("  {} ", self.paint.cyan("help:")), "        ", self.width);
        }
    }

    /// `path:line:col  severity  effect`, the rule at the right edge.
    fn header(&self, out: &mut String, finding: &Finding) {
        let (at, rule) = (address(self.report, finding.primary.span), finding.rule.id);
        let (severity, effect) = (finding.severity.name(), finding.effect.phrase());
        let used = at.chars().count() + severity.len() + effect.len() + rule.len() + 4;
        let gap = " ".repeat(self.width.saturating_sub(used).max(2));
        let severity = self.paint.severity(finding.severity, severity);
        let _ = writeln!(out, "{}  {severity}  {effect}{gap}{}", self.paint.bold(&at), self.paint.dim(rule));
    }

    /// The lines of the labels, all of one file.
    fn excerpt(&self, out: &mut String, file: FileId, labels: &[&Label], severity: Severity, has_primary: bool) {
        let source = self.report.project.source(file);
        let columns = self.width.saturating_sub(12);
        let Some(excerpt) = Excerpt::new(source, labels, has_primary, columns) else { return };
        let main = labels.first().filter(|_| has_primary);
        let heading = main.and_then(|label| heading(source, label.span, columns));
        let drawer = Drawer { width: self.width, paint: self.paint, severity, heading };
        // Writing to memory does not fail.
        let _ = write!(out, "{}", Drawn(&drawer, &excerpt));
        for label in &excerpt.outside {
            let text = if label.text.is_empty() { "here too" } else { label.text.as_str() };
            let _ = writeln!(out, "  {}  {}", self.paint.bold(&address(self.report, label.span)), flat(text));
        }
    }

    /// One line each: what is worth knowing and stops nothing.
    fn mild(&self, out: &mut String, findings: &[&Finding]) {
        if findings.is_empty() {
            return;
        }
        let _ = writeln!(out, "Below {}, does not stop the deployment:", self.report.fail_on);
        let most = if self.detail == Detail::Everything { usize::MAX } else { MILD_SHOWN };
        for finding in findings.iter().take(most) {
            let at = address(self.report, finding.primary.span);
            let severity = self.paint.severity(finding.severity, finding.severity.name());
            let message = flat(&finding.message);
            let _ = writeln!(out, "  {at}  {severity}  {message}  {}", self.paint.dim(finding.rule.id));
        }
        if findings.len() > most {
            let more = findings.len() - most;
            let _ = writeln!(out, "  and {more} more: --verbose lists all of them");
        }
        out.push('\n');
    }

    /// One line per cause: what did not answer, and what would settle it.
    fn open(&self, out: &mut String) {
        let open = open(self.report);
        let shown = if self.detail == Detail::Everything { open.len() } else { OPEN_SHOWN };
        for question in open.iter().take(shown) {
            let at = self.paint.bold(&address(self.report, question.span));
            let (word, rules) = (self.paint.yellow("not known"), self.paint.dim(&question.rules()));
            let _ = writeln!(out, "{at}  {word}  {}  {rules}", flat(&question.why));
        }
        if let Some(more) = left_open(&open, shown) {
            let _ = writeln!(out, "{more}: --verbose lists all");
        }
    }

    fn faults(&self, out: &mut String) {
        for fault in &self.report.faults {
            let path = self.paint.bold(&place_of(self.report, fault));
            let _ = writeln!(out, "{path}  {}  {}", self.paint.yellow("could not be checked"), flat(&fault.message));
        }
        if let Some(why) = nothing_found(self.report) {
            let _ = writeln!(out, "{why}");
        }
        for remark in &self.report.remarks {
            wrap(out, &flat(remark), &format!("{} ", self.paint.yellow("note:")), "      ", self.width);
        }
        if !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
    }

    fn verdict_line(&self, out: &mut String) {
        let word = match self.report.verdict {
            Verdict::Go => self.paint.green(&verdict(self.report)),
            Verdict::NoGo => self.paint.red(&verdict(self.report)),
            Verdict::Undecided => self.paint.yellow(&verdict(self.report)),
        };
        if let Some(unjudged) = not_judged(self.report) {
            let _ = writeln!(out, "{}", self.paint.dim(&unjudged));
        }
        let _ = writeln!(out, "{word}   {}   {}", counts(self.report), checks(self.report));
    }

    fn verdict(&self, out: &mut String, worst: Option<&Finding>) {
        self.verdict_line(out);
        if let Some(worst) = worst {
            let at = address(self.report, worst.primary.span);
            let _ = writeln!(out, "Start with {at}; `gonogo explain {}` tells the whole story", worst.rule.id);
        } else if self.report.verdict == Verdict::Undecided && !self.report.nothing_to_judge() {
            let _ = writeln!(out, "No go yet: what could not be checked may be what breaks; mend that and run again");
        }
    }
}

/// Breaks text at spaces. Words longer than the width stay whole; the text's own lines and their indent are kept.
fn wrap(out: &mut String, text: &str, first: &str, next: &str, width: usize) {
    let room = width.saturating_sub(next.len()).max(20);
    for (number, line) in text.lines().enumerate() {
        out.push_str(if number == 0 { first } else { next });
        let body = line.trim_start();
        let indent = line.cut(..line.len() - body.len());
        out.push_str(indent);
        let mut column = indent.chars().count();
        for (index, word) in body.split(' ').enumerate() {
            let length = word.chars().count();
            if index > 0 && column + 1 + length > room {
                out.push('\n');
                out.push_str(next);
                out.push_str(indent);
                column = indent.chars().count();
            } else if index > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
        out.push('\n');
    }
}
