//! For people: what stops the deployment first, with the lines it is about, and the verdict last, where the eye is.
//!
//! miette draws the excerpts. It gets them from [`Excerpt`], which holds only the lines that are shown: its own source
//! type scans a file from the start for every label, which is quadratic in a file full of findings. Frames and
//! headers are ours; miette's are cut away.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::io;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeStyles,
};

use super::Options;
use super::safe::{flat, harmless, inert, steers};
use super::view::{
    OPEN_SHOWN, address, checks, counts, left_open, not_judged, nothing_found, open, verdict, worst_first,
};
use crate::engine::{Report, Verdict};
use crate::rules::{Finding, Label, Severity};
use crate::source::{Cut, Encoding, FileId, Source};
use crate::threads::{each, is_much};

/// How many findings that stop nothing are listed.
const MILD_SHOWN: usize = 10;

/// Stands at the top left corner of an excerpt and nowhere else, so that miette's frame can be found.
const CORNER: char = '\u{1}';

/// The report for a terminal of a width. A good project gives one line.
pub fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let printer =
        Printer { report, width: options.width.max(40), verbose: options.verbose, paint: Paint(options.color) };
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
    verbose: bool,
    paint: Paint,
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
        let Some(excerpt) = Excerpt::new(source, labels, self.width.saturating_sub(12)) else { return };
        let drawn = excerpt.draw(self.width, self.paint, severity, has_primary);
        // miette makes the column of line numbers as wide as each block of lines needs.
        let widest = excerpt.lines.iter().map(|(number, _)| (number + 1).to_string().len()).max().unwrap_or(1);
        let (mut first, mut pad) = (true, String::new());
        for line in drawn.lines() {
            if let Some((indent, _)) = line.split_once(CORNER) {
                pad = " ".repeat((widest + 2).saturating_sub(indent.len()));
                if !first {
                    out.push_str("   ...\n");
                }
                first = false;
            } else {
                let _ = writeln!(out, "  {pad}{}", line.trim_end());
            }
        }
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
        let shown = if self.verbose { findings.len() } else { MILD_SHOWN };
        for finding in findings.iter().take(shown) {
            let at = address(self.report, finding.primary.span);
            let severity = self.paint.severity(finding.severity, finding.severity.name());
            let message = flat(&finding.message);
            let _ = writeln!(out, "  {at}  {severity}  {message}  {}", self.paint.dim(finding.rule.id));
        }
        if findings.len() > shown {
            let more = findings.len() - shown;
            let _ = writeln!(out, "  and {more} more: --verbose lists all of them");
        }
        out.push('\n');
    }

    /// One line per cause: what did not answer, and what would settle it.
    fn open(&self, out: &mut String) {
        let open = open(self.report);
        let shown = if self.verbose { open.len() } else { OPEN_SHOWN };
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
            let path = self.paint.bold(&flat(&fault.path));
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

    fn verdict(&self, out: &mut String, worst: Option<&Finding>) {
        let word = match self.report.verdict {
            Verdict::Go => self.paint.green(&verdict(self.report)),
            Verdict::NoGo => self.paint.red(&verdict(self.report)),
            Verdict::Undecided => self.paint.yellow(&verdict(self.report)),
        };
        if let Some(unjudged) = not_judged(self.report) {
            let _ = writeln!(out, "{}", self.paint.dim(&unjudged));
        }
        let _ = writeln!(out, "{word}   {}   {}", counts(self.report), checks(self.report));
        if let Some(worst) = worst {
            let at = address(self.report, worst.primary.span);
            let _ = writeln!(out, "Start with {at}; `gonogo explain {}` tells the whole story", worst.rule.id);
        } else if self.report.verdict == Verdict::Undecided {
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

/// Colours, or none.
#[derive(Copy, Clone)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    fn green(self, text: &str) -> String {
        self.with("1;32", text)
    }

    fn yellow(self, text: &str) -> String {
        self.with("1;33", text)
    }

    fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }

    fn severity(self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Critical | Severity::High => self.red(text),
            Severity::Medium => self.yellow(text),
            Severity::Low | Severity::Info => self.cyan(text),
        }
    }
}

/// The lines that labels of one file are on, each cut to a window, and the labels as byte ranges of `text`.
/// A span over several lines is marked on its first line.
struct Excerpt<'a> {
    text: String,
    /// Line number from 0 and offset in `text`, in order.
    lines: Vec<(usize, usize)>,
    labels: Vec<(std::ops::Range<usize>, &'a Label)>,
    /// Labels whose line is too long to show them next to the first one.
    outside: Vec<&'a Label>,
}

impl<'a> Excerpt<'a> {
    /// `None` when there is nothing to see: the file is not text.
    fn new(source: &Source, labels: &[&'a Label], columns: usize) -> Option<Self> {
        if source.encoding == Encoding::Utf16 {
            return None;
        }
        let mut excerpt = Excerpt { text: String::new(), lines: Vec::new(), labels: Vec::new(), outside: Vec::new() };
        let mut numbers: Vec<usize> = labels.iter().map(|label| source.lines().line(label.span.start)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let here = labels.iter().copied().filter(|label| source.lines().line(label.span.start) == number);
            excerpt.line(source, number, here.collect(), columns)?;
        }
        Some(excerpt)
    }

    fn line(&mut self, source: &Source, number: usize, labels: Vec<&'a Label>, columns: usize) -> Option<()> {
        let line = source.line(number);
        // The first label, which for the line of the finding is the finding itself, decides what is seen.
        let anchor = labels.first().map_or(line.start, |label| label.span.start as usize);
        let (window, shown) = window(source, line.clone(), anchor, columns);
        if shown.contains('\0') {
            return None;
        }
        self.lines.push((number, self.text.len()));
        if window.start > line.start {
            self.text.push('…');
        }
        let clip = |offset: u32| (offset as usize).min(line.end);
        let (inside, outside): (Vec<&Label>, Vec<&Label>) =
            labels.into_iter().partition(|label| (window.start..=window.end).contains(&clip(label.span.start)));
        self.outside.extend(outside);
        let mut ranges = vec![(None, None); inside.len()];
        let mut note = |offset: usize, here: usize| {
            for (range, label) in ranges.iter_mut().zip(&inside) {
                if range.0.is_none() && offset >= clip(label.span.start) {
                    range.0 = Some(here);
                }
                if range.1.is_none() && offset >= clip(label.span.end) {
                    range.1 = Some(here);
                }
            }
        };
        for (offset, c) in shown.char_indices() {
            note(window.start + offset, self.text.len());
            match c {
                // A byte order mark has no width in positions either.
                '\u{feff}' if window.start + offset == 0 => {}
                c if c != '\t' && steers(c) => self.text.push('\u{fffd}'),
                c => self.text.push(c),
            }
        }
        note(window.end, self.text.len());
        let end = self.text.len();
        self.labels.extend(
            ranges.into_iter().zip(inside).map(|((from, to), label)| (from.unwrap_or(end)..to.unwrap_or(end), label)),
        );
        if window.end < line.end {
            self.text.push('…');
        }
        // Room for a mark behind the last character, which also keeps empty lines visible.
        self.text.push_str(" \n");
        Some(())
    }

    fn draw(&self, width: usize, paint: Paint, severity: Severity, has_primary: bool) -> String {
        let mut theme = if paint.0 { GraphicalTheme::ascii() } else { GraphicalTheme::none() };
        theme.characters.ltop = CORNER;
        theme.characters.lbot = '`';
        theme.characters.underbar = '^';
        theme.characters.vbar_break = '|';
        let mut labels: Vec<&(std::ops::Range<usize>, &Label)> = self.labels.iter().collect();
        // miette gives colours to labels in this order.
        labels.sort_by_key(|(range, _)| range.start);
        let first = self.labels.first().map(|(_, label)| *label);
        if paint.0 {
            let styles = ThemeStyles::ansi();
            let main = if severity >= Severity::High { styles.error } else { styles.warning };
            let is_primary = |label: &Label| has_primary && first.is_some_and(|first| std::ptr::eq(first, label));
            theme.styles.highlights = labels
                .iter()
                .map(|(_, label)| if is_primary(label) { main } else { styles.advice })
                .chain([styles.advice])
                .collect();
        }
        let spans = labels.into_iter().map(|(range, label)| {
            let text = (!label.text.is_empty()).then(|| self.label_text(range, label, width));
            LabeledSpan::new(text, range.start, range.len())
        });
        let drawing = Drawing { excerpt: self, labels: spans.collect() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .without_syntax_highlighting()
            .with_context_lines(0)
            .with_width(usize::MAX)
            .with_wrap_lines(false);
        let mut drawn = String::new();
        if handler.render_report(&mut drawn, &drawing).is_err() {
            return String::new();
        }
        // The first line is the message, which is printed elsewhere; a frame ends with a line of its own.
        let is_frame = |line: &str| line.trim_start().starts_with("`----") && line.trim().len() == 5;
        drawn.lines().skip(1).filter(|line| !is_frame(line)).fold(String::new(), |text, line| text + line + "\n")
    }

    /// The label's text, broken so that it ends before the right edge.
    fn label_text(&self, range: &std::ops::Range<usize>, label: &Label, width: usize) -> String {
        let line = self.text.cut(..range.start).rfind('\n').map_or(0, |at| at + 1);
        let middle =
            self.text.cut(line..range.start).chars().count() + self.text.cut(range.clone()).chars().count() / 2;
        let room = width.saturating_sub(middle + 16).max(24);
        let mut wrapped = String::new();
        wrap(&mut wrapped, &harmless(&label.text), "", "", room);
        wrapped.trim_end().to_owned()
    }
}

/// The part of a line that is shown, and its masked text: all of it, or `columns` characters around an offset. Looks at
/// the window only, so that a line of many megabytes costs nothing.
fn window(source: &Source, line: Range<usize>, anchor: usize, columns: usize) -> (Range<usize>, Cow<'_, str>) {
    // No character has more than four bytes.
    let reach = columns * 4;
    let anchor = anchor.clamp(line.start, line.end);
    let whole = line.len() <= 2 * reach;
    let (mut from, mut to) = if whole {
        (line.start, line.end)
    } else {
        (line.start.max(anchor.saturating_sub(reach)), line.end.min(anchor + reach))
    };
    (from, to) = (source.boundary(from), source.boundary(to));
    let text = source.shown_in(from..to);
    let anchor = source.boundary(anchor) - from;
    let forward =
        |from: usize| text.cut(from..).char_indices().nth(columns).map_or(text.len(), |(offset, _)| from + offset);
    if whole && forward(0) == text.len() {
        return (line, text);
    }
    let before = text.cut(..anchor).char_indices().rev().take(columns / 3).last();
    let mut start = before.map_or(anchor, |(offset, _)| offset);
    if from == line.start && text.cut(..start).chars().take(2).count() < 2 {
        start = 0;
    }
    let end = forward(start);
    (from + start..from + end, text.cut(start..end).to_owned().into())
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let line_of = |offset: usize| self.lines.partition_point(|&(_, start)| start <= offset).saturating_sub(1);
        let (first, last) = (line_of(span.offset()), line_of(span.offset() + span.len()));
        let start = self.lines.get(first).map_or(0, |&(_, start)| start);
        let end = self.lines.get(last + 1).map_or(self.text.len(), |&(_, start)| start);
        let number = self.lines.get(first).map_or(0, |&(number, _)| number);
        let data = self.text.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        let shown = (start, end - start).into();
        Ok(Box::new(MietteSpanContents::new(data, shown, number, span.offset() - start, last - first + 1)))
    }
}

/// An excerpt as miette wants it.
struct Drawing<'a> {
    excerpt: &'a Excerpt<'a>,
    labels: Vec<LabeledSpan>,
}

impl Diagnostic for Drawing<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl std::error::Error for Drawing<'_> {}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Drawing")
    }
}
