//! Values that go on in the next line without the `\` that would join it.

use super::Unit;
use crate::source::{Cut, Source, Span, Spanned};
use crate::syntax::systemd::Entry;

/// A line that was meant to be a part of the value above.
#[derive(Clone, Debug)]
pub struct Torn {
    /// The key whose value ends too early.
    pub key: Spanned<String>,
    /// The value as far as it goes: the `\` is missing at its end.
    pub value: Span,
    /// What is left of it: the line, with what that goes on in.
    pub rest: Span,
}

/// An assignment, or a line that is none: where it stands, and the key and value it has.
struct Line<'a> {
    span: Span,
    entry: Option<&'a Entry>,
}

/// The lines of a unit that were meant to go on: they stand right below a value, and begin as an option does, which no key does, or
/// are no assignment and stand further to the right. Lines of one value in a row are one.
pub(super) fn find(unit: &Unit, source: &Source) -> Vec<Torn> {
    let entries = unit.sections.iter().flat_map(|section| &section.entries);
    let mut lines: Vec<Line> =
        entries.map(|own| Line { span: own.key.span.to(own.value.span), entry: Some(own) }).collect();
    lines.extend(unit.strays.iter().map(|stray| Line { span: stray.span, entry: None }));
    lines.sort_by_key(|line| line.span.start);
    let line_of = |offset: u32| source.lines().line(offset);
    let is_indented = |span: Span| source.lines().range(line_of(span.start), source.text()).start < span.start as usize;
    let mut found: Vec<Torn> = Vec::new();
    // The value that may go on, where it ended last, and whether it was torn there.
    let mut above: Option<(&Entry, Span, bool)> = None;
    for line in lines {
        let begins = source.text().cut(line.span.range());
        let option = begins.starts_with('-') && begins.len() > 1;
        let goes_on = option || line.entry.is_none() && is_indented(line.span);
        let follows =
            above.filter(|(_, last, _)| goes_on && line_of(line.span.start) == line_of(last.end.max(1) - 1) + 1);
        if let Some((entry, _, again)) = follows {
            match found.last_mut().filter(|_| again) {
                Some(torn) => torn.rest = torn.rest.to(line.span),
                None => found.push(Torn { key: entry.key.clone(), value: entry.value.span, rest: line.span }),
            }
            above = Some((entry, line.span, true));
        } else {
            above = line.entry.map(|entry| (entry, line.span, false));
        }
    }
    found
}
