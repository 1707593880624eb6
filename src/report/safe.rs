//! Text that does nothing but be read: the one home for what must not reach a terminal, a log or a page as it is.
//!
//! Names of files and texts in them come from strangers. What they can do to a reader: control characters steer a
//! terminal, invisible ones make one name look like another, and the log of a GitHub or Azure job obeys lines like
//! `::add-mask::x` and `##[error]x`, whichever program prints them and whichever environment variables it sees.

use std::borrow::Cow;
use std::fmt::Write;
use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

/// Stands for a character that was taken out.
const INSTEAD: char = '\u{fffd}';

/// The text on one line: line breaks and tabs become spaces, and nothing in it steers what shows it.
pub fn flat(text: &str) -> String {
    harmless(text).replace(['\n', '\t'], " ")
}

/// The text without characters that steer what shows it; line breaks and tabs stay.
pub fn harmless(text: &str) -> String {
    let safe = |c: char| if c != '\n' && c != '\t' && steers(c) { INSTEAD } else { c };
    text.replace("\r\n", "\n").chars().map(safe).collect()
}

/// The text without characters that steer what shows it, and without commands to the log it ends in.
pub fn plain(text: &str) -> String {
    inert(&harmless(text))
}

/// Control characters, and those that are not seen: they change the order of what is read (Unicode's bidirectional
/// controls), end a line for some viewers, or hide in a name. Variation selectors stay where they belong to an emoji.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every command to the log of a build broken: in GitHub's spelling at the start of a line, which the
/// runner looks for behind blanks, and in the older spelling of GitHub and Azure anywhere.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (before, command) = line.split_at(line.len() - unpainted(line).len());
        out.push_str(before);
        match command.strip_prefix("::") {
            Some(rest) if rest.contains("::") => {
                out.push(INSTEAD);
                break_marks(&mut out, command.strip_prefix(':').unwrap_or(command), "\u{fffd}");
            }
            _ => break_marks(&mut out, command, "\u{fffd}"),
        }
    }
    out
}

/// The line without the blanks and colours it begins with.
fn unpainted(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some((codes, text)) = rest.strip_prefix("\u{1b}[").and_then(|rest| rest.split_once('m')) {
        if !codes.chars().all(|c| c.is_ascii_digit() || c == ';') {
            break;
        }
        rest = text.trim_start();
    }
    rest
}

/// Adds the text with something else in place of the first `#` of each `##[` and `##vso[`.
pub fn break_marks(out: &mut String, text: &str, instead: &str) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        out.push_str(before);
        let name = after.strip_prefix('#').map(|mark| mark.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
        out.push_str(if name.is_some_and(|name| name.starts_with('[')) { instead } else { "#" });
        rest = after;
    }
    out.push_str(rest);
}

/// A value as JSON on several lines, with a final newline. What would steer a viewer is escaped: programs read the same
/// value.
pub fn to_json(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    // Memory takes every byte.
    let _ = write_json(value, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes what [`to_json`] gives, as it is made.
///
/// # Errors
/// Those of `out`.
pub fn write_json(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping(PrettyFormatter::new())))?;
    out.write_all(b"\n")
}

/// JSON on several lines, with escapes for what must not be seen as it is. Nothing of that kind stands outside of strings.
struct Escaping(PrettyFormatter<'static>);

impl Formatter for Escaping {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        out.write_all(escaped(fragment).as_bytes())
    }

    fn begin_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

/// A part of a JSON string with escapes for what must not be seen as it is.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains("##") && !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut units = [0; 2];
    for piece in text.split_inclusive(steers) {
        let last = piece.chars().next_back().filter(|&c| steers(c));
        let body = last.and_then(|last| piece.strip_suffix(last)).unwrap_or(piece);
        break_marks(&mut out, body, "\\u0023");
        for unit in last.into_iter().flat_map(|last| last.encode_utf16(&mut units).to_vec()) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_broken_and_lookalikes_stay() {
        for (text, expected) in [
            ("::add-mask::1\n", "\u{fffd}:add-mask::1\n"),
            ("a\n \u{3000}::error file=a::b\n", "a\n \u{3000}\u{fffd}:error file=a::b\n"),
            ("\u{1b}[1;31m::a::b\u{1b}[0m", "\u{1b}[1;31m\u{fffd}:a::b\u{1b}[0m"),
            ("a ##[b]c ###[d] ##vso[e]", "a \u{fffd}#[b]c #\u{fffd}#[d] \u{fffd}#vso[e]"),
            ("listen [::]:80\n::1 localhost\n## Why\n# [1]", "listen [::]:80\n::1 localhost\n## Why\n# [1]"),
        ] {
            assert_eq!(inert(text), expected);
        }
    }

    #[test]
    fn nothing_unseen_is_left() {
        for c in
            "\u{1b}\u{9b}\r\u{85}\u{61c}\u{202e}\u{2028}\u{2029}\u{200b}\u{200d}\u{2060}\u{ad}\u{feff}\u{e0041}".chars()
        {
            assert_eq!(plain(&format!("a{c}b")), "a\u{fffd}b", "{c:?}");
        }
        assert_eq!(plain("a\r\nb\tc é 😀 \u{26a0}\u{fe0f}"), "a\nb\tc é 😀 \u{26a0}\u{fe0f}");
    }

    #[test]
    fn json_means_the_same() {
        let value = "a\u{202e}b\u{e0041}\u{7f}\u{9b} ##[c] \u{feff}é\n\t\"##vso[d]";
        let text = to_json(&[value]);
        assert!(!text.chars().any(|c| c != '\n' && steers(c)) && !text.contains("##"), "{text}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), [value]);
    }
}
