//! Drawing: lines with their numbers, `^` below what is wrong and `-` below what belongs to it, so that they differ
//! without colours, too. What a label says stands behind its mark where it fits, else below.

use std::collections::BTreeMap;
use std::fmt;

use miette::{Diagnostic, LabeledSpan, ReportHandler};
use unicode_width::UnicodeWidthChar;

use super::paint::Paint;
use super::wrap;
use crate::rules::Severity;
use crate::source::Cut;

/// Columns from one tab stop to the next.
const TAB: usize = 4;
/// Words get at least so many columns.
const ROOM: usize = 24;

/// Draws the source and the labels of a diagnostic, and nothing else of it.
pub struct Drawer {
    /// Columns there are.
    pub width: usize,
    /// With colours or without.
    pub paint: Paint,
    /// Of what is wrong.
    pub severity: Severity,
    /// One more line, for what surrounds it: its number from 0, and its text.
    pub heading: Option<(usize, String)>,
}

/// A line, and what is marked in it.
struct Row {
    text: String,
    marks: Vec<Mark>,
}

impl Row {
    fn of(line: &str) -> Self {
        Row { text: expanded(line), marks: Vec::new() }
    }
}

struct Mark {
    start: usize,
    end: usize,
    primary: bool,
    text: String,
}

impl ReportHandler for Drawer {
    fn debug(&self, diagnostic: &dyn Diagnostic, out: &mut fmt::Formatter) -> fmt::Result {
        let (Some(source), Some(labels)) = (diagnostic.source_code(), diagnostic.labels()) else { return Ok(()) };
        let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
        for label in labels {
            let contents = source.read_span(label.inner(), 0, 0).map_err(|_| fmt::Error)?;
            let line = std::str::from_utf8(contents.data()).map_err(|_| fmt::Error)?;
            let row = rows.entry(contents.line()).or_insert_with(|| Row::of(line));
            row.marks.push(Mark::new(&label, line, label.offset() - contents.span().offset()));
        }
        if let Some((number, line)) = &self.heading {
            rows.entry(*number).or_insert_with(|| Row::of(line));
        }
        let digits = rows.keys().last().map_or(1, |number| (number + 1).to_string().len());
        let mut last = None;
        for (number, row) in &rows {
            if last.is_some_and(|last| last + 1 < *number) {
                out.write_str("   ...\n")?;
            }
            last = Some(*number);
            let gutter = format!("   {:>digits$} |", number + 1);
            writeln!(out, "{} {}", self.paint.dim(&gutter), row.text)?;
            let gutter = format!("   {:digits$} |", "");
            for line in self.marks(&row.marks, self.width.saturating_sub(gutter.len() + 1)) {
                writeln!(out, "{} {line}", self.paint.dim(&gutter))?;
            }
        }
        Ok(())
    }
}

impl Drawer {
    /// What stands below a line: the marks, then what does not fit behind them, from the right to the left.
    fn marks(&self, marks: &[Mark], width: usize) -> Vec<String> {
        if marks.is_empty() {
            return Vec::new();
        }
        let mut first: Vec<Option<bool>> = Vec::new();
        for primary in [false, true] {
            for mark in marks.iter().filter(|mark| mark.primary == primary) {
                first.resize(first.len().max(mark.end), None);
                first[mark.start..mark.end].fill(Some(primary));
            }
        }
        let mut line = String::new();
        for run in first.chunk_by(|a, b| a == b) {
            match run[0] {
                None => line.push_str(&" ".repeat(run.len())),
                Some(true) => line.push_str(&self.painted(true, &"^".repeat(run.len()))),
                Some(false) => line.push_str(&self.painted(false, &"-".repeat(run.len()))),
            }
        }
        let mut said: Vec<&Mark> = marks.iter().filter(|mark| !mark.text.is_empty()).collect();
        said.sort_by_key(|mark| mark.start);
        let mut lines = Vec::new();
        if let Some(last) = said.pop_if(|last| last.end == first.len() && last.fits(width)) {
            line.push(' ');
            line.push_str(&self.painted(last.primary, &last.text));
        }
        lines.push(line);
        while let Some(mark) = said.pop() {
            let at = mark.start.min(width.saturating_sub(ROOM));
            let mut text = String::new();
            wrap(&mut text, &mark.text, "", "", width.saturating_sub(at));
            for words in text.lines() {
                let mut line = String::new();
                let mut column = 0;
                for other in said.iter().filter(|other| other.start < at) {
                    if let Some(gap) = other.start.checked_sub(column) {
                        line.push_str(&" ".repeat(gap));
                        line.push_str(&self.painted(other.primary, "|"));
                        column = other.start + 1;
                    }
                }
                line.push_str(&" ".repeat(at - column));
                line.push_str(&self.painted(mark.primary, words));
                lines.push(line);
            }
        }
        lines
    }

    fn painted(&self, primary: bool, text: &str) -> String {
        if primary { self.paint.severity(self.severity, text) } else { self.paint.cyan(text) }
    }
}

impl Mark {
    fn new(label: &LabeledSpan, line: &str, offset: usize) -> Self {
        let start = columns(line.cut(..offset));
        let end = columns(line.cut(..(offset + label.len()).min(line.len())).trim_end_matches('\n'));
        let text = label.label().unwrap_or_default().to_owned();
        Mark { start, end: end.max(start + 1), primary: label.primary(), text }
    }

    /// Whether what it says has room behind it.
    fn fits(&self, width: usize) -> bool {
        !self.text.contains('\n') && self.end + 1 + columns(&self.text) <= width
    }
}

/// The columns a text takes from the start of a line.
pub fn columns(text: &str) -> usize {
    text.chars().fold(0, |column, c| column + wide(c, column))
}

/// The columns of a character that stands at a column.
fn wide(c: char, column: usize) -> usize {
    if c == '\t' { TAB - column % TAB } else { c.width().unwrap_or(0) }
}

/// A line with its tabs as blanks.
fn expanded(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.trim_end().chars() {
        let width = wide(c, column);
        if c == '\t' {
            text.push_str(&" ".repeat(width));
        } else {
            text.push(c);
        }
        column += width;
    }
    text
}
