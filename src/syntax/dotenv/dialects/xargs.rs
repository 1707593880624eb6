//! `export $(grep -v '^#' .env | xargs)` in bash: xargs (findutils 4.9) takes quotes and backslashes off, `echo` joins
//! the words, and bash splits the line again, so that a blank ends a value whatever stood around it.

use std::collections::HashMap;

use crate::source::{Cut, Source, Span, Spanned, budget};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};
use crate::syntax::shell::is_name;

/// What becomes of a file.
pub(super) fn read(source: &Source, _: &Environment) -> Reading {
    let text = source.text();
    let binary = text.contains('\0');
    let mut words = Vec::new();
    let mut scanner = Scanner { text, words: &mut words, word: Decoded::default(), inside: false, escaped: false };
    let mut start = 0;
    let mut selected = false;
    let mut failed = None;
    for line in text.split_inclusive('\n') {
        let next = start + line.len();
        if !line.starts_with('#') {
            selected = true;
            failed = scanner.line(start, next).err();
        }
        if failed.is_some() {
            break;
        }
        start = next;
    }
    if failed.is_none() {
        scanner.end();
    }
    if binary {
        let message = "a NUL byte; grep takes the file for binary and says so instead of printing it";
        let error = selected.then(|| Fault::new(source.span().at_start(), message));
        return Reading { entries: Vec::new(), error };
    }
    let mut reading = export(source, words);
    if let Some(quote) = failed {
        let span = Span::new(source.id, quote, quote + 1);
        reading.error = Some(Fault::new(span, "a quote that is not closed on its line; xargs stops here"));
    }
    reading
}

/// The splitter of xargs. It goes on over line ends behind a backslash.
struct Scanner<'a> {
    text: &'a str,
    words: &'a mut Vec<Decoded>,
    word: Decoded,
    /// Whether a word has begun, perhaps with an empty quote.
    inside: bool,
    /// Whether a backslash stands last.
    escaped: bool,
}

impl Scanner<'_> {
    /// Takes a line; `Err`: the quote that is left open.
    fn line(&mut self, start: usize, end: usize) -> Result<(), usize> {
        let mut quote = None;
        for (offset, c) in self.text.cut(start..end).char_indices() {
            let at = start + offset;
            let keep = |word: &mut Decoded| word.push_written(self.text.cut(at..at + c.len_utf8()), at);
            match quote {
                Some((open, _)) if c == '\n' => return Err(open),
                Some((_, closing)) if c == closing => quote = None,
                Some(_) => keep(&mut self.word),
                None if self.escaped => {
                    self.escaped = false;
                    keep(&mut self.word);
                }
                None if matches!(c, ' ' | '\t' | '\n') => self.end(),
                // These are blanks before a word and part of it inside.
                None if matches!(c, '\r' | '\u{b}' | '\u{c}') && !self.inside => {}
                None => {
                    self.inside = true;
                    match c {
                        '"' | '\'' => quote = Some((at, c)),
                        '\\' => self.escaped = true,
                        _ => keep(&mut self.word),
                    }
                }
            }
        }
        quote.map_or(Ok(()), |(open, _)| Err(open))
    }

    /// Ends a word: bash splits it once more.
    fn end(&mut self) {
        self.inside = false;
        let word = std::mem::take(&mut self.word);
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n');
        let mut from = 0;
        for part in word.as_str().split(blank) {
            if !part.is_empty() {
                self.words.push(word.slice(from..from + part.len()));
            }
            from += part.len() + 1;
        }
    }
}

/// bash's `export` with these words.
fn export(source: &Source, words: Vec<Decoded>) -> Reading {
    let mut reading = Reading::default();
    let whole = |word: &Decoded| {
        let place = word.origin(0..word.as_str().len());
        Span::new(source.id, place.start, place.end)
    };
    let option = |word: &&Decoded| word.as_str().starts_with('-') && word.as_str().len() > 1;
    // `echo` keeps its own options to itself.
    let echoed =
        |word: &&Decoded| option(word) && word.as_str().cut(1..).bytes().all(|b| matches!(b, b'n' | b'e' | b'E'));
    let skipped = words.iter().take_while(echoed).count();
    let mut words = &words[skipped..];
    while let Some(word) = words.first().filter(option) {
        words = &words[1..];
        if word.as_str() == "--" {
            break;
        }
        if !word.as_str().cut(1..).bytes().all(|b| b == b'p') {
            return Reading::refused(whole(word), "read as an option of `export`; nothing is set");
        }
    }
    let mut last: HashMap<&str, usize> = HashMap::new();
    let mut left = budget::MADE;
    for word in words {
        let text = word.as_str();
        let equals = text.find('=');
        let name = text.cut(..equals.unwrap_or(text.len()));
        let (name, append) = match name.strip_suffix('+').filter(|_| equals.is_some()) {
            Some(name) => (name, true),
            None => (name, false),
        };
        let problem = if !is_name(name) {
            CUT_BY_XARGS
        } else if equals.is_some() && READONLY.contains(&name) {
            "a variable bash does not let be set"
        } else {
            let Some(equals) = equals else { continue };
            let place = word.origin(0..name.len());
            let key = Spanned::new(name.to_owned(), Span::new(source.id, place.start, place.end));
            let mut value = Decoded::default();
            if append
                && let Some(Entry { value: Value::Text(before), .. }) = last.get(name).map(|&at| &reading.entries[at])
            {
                if left < before.as_str().len() {
                    reading.error = Some(Fault::new(whole(word), "grows too long to be read"));
                    return reading;
                }
                left -= before.as_str().len();
                value = before.clone();
            }
            last.insert(name, reading.entries.len());
            value.push(word, equals + 1..text.len());
            reading.entries.push(Entry::text(key, value));
            continue;
        };
        if reading.error.is_none() {
            reading.error = Some(Fault::new(whole(word), problem));
        }
    }
    reading
}

/// A piece that bash complains about: it sets the others all the same, and `export` ends with an error.
pub const CUT_BY_XARGS: &str =
    "`export $(... | xargs)` cuts values at blanks, and bash refuses this piece: it is no name of a variable";

/// The variables bash does not let be set.
pub(super) const READONLY: [&str; 6] = ["BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn places_are_those_of_the_file() {
        let source = Source::new(FileId(0), ".env", b"# c\nK=\"a b\"\\'c\n\"L\"=x\\ y".to_vec());
        let reading = read(&source, &Environment::default());
        let shown: Vec<_> = reading
            .entries
            .iter()
            .map(|entry| match &entry.value {
                Value::Text(value) => (&source.text()[entry.key.span.range()], value.origin(0..value.as_str().len())),
                _ => panic!("no text"),
            })
            .collect();
        assert_eq!(shown, [("K", 7..8), ("L", 19..20)]);
    }
}
