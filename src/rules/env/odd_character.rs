//! `env/odd-character`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// A value or name has a character that cannot be seen or is no real quote.
    ///
    /// ## Why
    /// Word processors, chats and web pages turn `"` into curly quotes and put in blanks that do not break or have no width.
    /// Programs that load env files take them as they are: the password is another one, and the line looks right.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DB_PASSWORD=“hT7-vq2Lx9_mRw”
    /// #           ^ env/odd-character
    /// # | a curly quote is part of the value of `DB_PASSWORD`
    /// # | help: type the value anew, with plain quotes if it needs any
    /// # > DB_PASSWORD="hT7-vq2Lx9_mRw"
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD="hT7-vq2Lx9_mRw"
    /// GREETING="It’s me, “the” shop"
    /// FLAG=👨‍👩‍👧
    /// ```
    "env/odd-character" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.unicode.org/reports/tr36/"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, _: &Context, sink: &mut Sink) {
    for var in env.vars().filter(|var| !var.overridden) {
        let key = var.key.value;
        if let Some((at, what)) = hidden(key) {
            let place = var.key.span.slice(at, at + width(key, at));
            sink.report(place, format!("{what} is part of this name: programs look for another one"))
                .help("type the name anew");
            continue;
        }
        let Some(value) = &var.value else { continue };
        let Some((at, what)) = odd(value.value) else { continue };
        let finding =
            sink.report(var.part(at..at + width(value.value, at)), format!("{what} is part of the value of `{key}`"));
        finding.help("type the value anew, with plain quotes if it needs any");
        if var.holds.is_none() {
            finding.severity(Medium);
        }
    }
}

/// The bytes of the character at a place.
fn width(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// A curly quote at the start, a blank that does not break at an end, or something without width anywhere.
fn odd(value: &str) -> Option<(usize, &'static str)> {
    if value.is_ascii() {
        return None;
    }
    let last = value.char_indices().next_back()?;
    let quoted = value.starts_with(['“', '”', '„', '‘', '’']) && value.ends_with(['“', '”', '‘', '’']);
    if quoted && value.chars().count() > 1 {
        return Some((0, "a curly quote"));
    }
    if value.starts_with('\u{a0}') {
        return Some((0, "a blank that does not break (U+00A0)"));
    }
    if last.1 == '\u{a0}' {
        return Some((last.0, "a blank that does not break (U+00A0)"));
    }
    hidden(value)
}

fn hidden(text: &str) -> Option<(usize, &'static str)> {
    let strange =
        |c: char| matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.find(strange).map(|at| (at, "a character that cannot be seen"))
}
