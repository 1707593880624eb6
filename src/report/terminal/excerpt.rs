//! The lines that labels are on, as the diagnostic that is drawn.
//!
//! An excerpt holds only the lines that are shown: a file of many megabytes costs no more than they do.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, ReportHandler, SourceCode, SourceSpan, SpanContents,
};
use unicode_width::UnicodeWidthChar;

use crate::report::safe::{harmless, steers};
use crate::rules::Label;
use crate::source::{Cut, Encoding, Source, Span};

/// The lines that labels of one file are on, each cut to a window, and the labels as byte ranges of `text`.
/// A span over several lines is marked on its first line.
pub struct Excerpt<'a> {
    text: String,
    /// Line number from 0 and offset in `text`, in order.
    lines: Vec<(usize, usize)>,
    labels: Vec<(Range<usize>, &'a Label)>,
    /// The label of what is wrong.
    primary: Option<&'a Label>,
    /// Labels whose line is too long to show them next to the first one.
    pub outside: Vec<&'a Label>,
}

impl<'a> Excerpt<'a> {
    /// `None` when there is nothing to see: the file is not text.
    pub fn new(source: &Source, labels: &[&'a Label], has_primary: bool, columns: usize) -> Option<Self> {
        if source.encoding == Encoding::Utf16 {
            return None;
        }
        let primary = labels.first().copied().filter(|_| has_primary);
        let mut excerpt =
            Excerpt { text: String::new(), lines: Vec::new(), labels: Vec::new(), primary, outside: Vec::new() };
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
    let most = columns;
    let fits = |chars: &mut dyn Iterator<Item = (usize, char)>, most: usize| {
        let mut used = 0;
        chars
            .take_while(|(_, c)| {
                used += if *c == '\t' { 4 } else { c.width().unwrap_or(0) };
                used <= most
            })
            .last()
    };
    let forward = |from: usize| {
        let last = fits(&mut text.cut(from..).char_indices(), most);
        last.map_or(from, |(offset, c)| from + offset + c.len_utf8())
    };
    if whole && forward(0) == text.len() {
        return (line, text);
    }
    let before = fits(&mut text.cut(..anchor).char_indices().rev(), columns / 3);
    let mut start = before.map_or(anchor, |(offset, _)| offset);
    if from == line.start && text.cut(..start).chars().take(2).count() < 2 {
        start = 0;
    }
    let end = forward(start);
    (from + start..from + end, text.cut(start..end).to_owned().into())
}

/// The nearest line above that opens the block which a line is in, by its indent: its number from 0, and its text.
pub fn heading(source: &Source, at: Span, columns: usize) -> Option<(usize, String)> {
    /// How far to look.
    const FAR: usize = 40;
    /// What is longer is no heading.
    const LONGEST: usize = 400;
    let number = source.lines().line(at.start);
    let (own, _) = source.outline(number).filter(|(own, _)| *own > 0 && source.encoding != Encoding::Utf16)?;
    let short = |number: usize| source.line(number).len() <= LONGEST;
    let opens = |number: &usize| {
        source.outline(*number).is_some_and(|(indent, first)| indent < own && !matches!(first, '#' | '}' | ']'))
    };
    let mut above = (number.saturating_sub(FAR)..=number).rev().take_while(|number| short(*number));
    let number = above.find(opens)?;
    let text = source.shown_in(source.line(number)).into_owned();
    let fits = text.chars().count() <= columns && !text.contains(|c| c != '\t' && steers(c));
    fits.then_some((number, text))
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let own = self.lines.partition_point(|&(_, start)| start <= span.offset()).saturating_sub(1);
        let &(number, start) = self.lines.get(own).ok_or(MietteError::OutOfBounds)?;
        let end = self.lines.get(own + 1).map_or(self.text.len(), |&(_, start)| start);
        let data = self.text.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new(data, (start, end - start).into(), number, 0, 1)))
    }
}

impl Diagnostic for Excerpt<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|(range, label)| {
            let text = (!label.text.is_empty()).then(|| harmless(&label.text));
            let span = SourceSpan::from((range.start, range.len()));
            if self.primary.is_some_and(|primary| std::ptr::eq(primary, *label)) {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }
}

impl std::error::Error for Excerpt<'_> {}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Excerpt")
    }
}

/// What a handler makes of a diagnostic.
pub struct Drawn<'a>(pub &'a dyn ReportHandler, pub &'a dyn Diagnostic);

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(self.1, f)
    }
}
