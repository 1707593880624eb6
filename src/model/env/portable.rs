//! Spelling values so that every program that loads a file reads the same.
//!
//! Nothing here knows a rule of quoting: spellings are tried, and the dialects say what becomes of them.

use std::collections::{BTreeMap, HashSet};

use super::{EnvFile, EnvVar};
use crate::source::{FileId, Source, Span, Spanned};
use crate::syntax::dotenv::{Dialect, Environment, Reading, Value};

/// The first spelling that all of the programs read as `value`: bare, in single quotes, in double quotes. `None` when
/// there is none, or nobody to ask.
pub fn portable(value: &str, dialects: &[Dialect]) -> Option<String> {
    let (&first, others) = dialects.split_first()?;
    let wanted = BTreeMap::from([("K", Seen::Text(value)), ("Z", Seen::Text("1"))]);
    let fits = |spelling: &String| {
        // What follows must be a line of its own.
        let source = Source::new(FileId(0), "", format!("K={spelling}\nZ=1\n").into_bytes());
        let reads = |dialect: Dialect| {
            let reading = dialect.read(&source, &Environment::default());
            reading.error.is_none() && seen(&reading, dialect, &source) == wanted
        };
        reads(first) && others.iter().all(|&dialect| reads(dialect))
    };
    spellings(value).into_iter().find(fits)
}

fn spellings(value: &str) -> Vec<String> {
    let escaped = ['\\', '"', '$'].iter().fold(value.to_owned(), |text, &c| text.replace(c, &format!("\\{c}")));
    vec![
        value.to_owned(),
        format!("'{value}'"),
        format!("\"{value}\""),
        format!("\"{}\"", value.replace('"', "\\\"")),
        format!("\"{escaped}\""),
        format!("\"{}\"", escaped.replace('\n', "\\n")),
    ]
}

/// Whether every program reads the same in a changed file as before. A program that gave up, or complained, may read
/// more: on the lines that changed, what it sees must be what another one saw before.
///
/// # Errors
/// The first program that reads something else.
pub fn same_values(before: &Source, after: &Source, dialects: &[Dialect]) -> Result<(), Dialect> {
    let read = |source: &Source| -> Vec<Reading> {
        dialects.iter().map(|dialect| dialect.read(source, &Environment::default())).collect()
    };
    let (old, new) = (read(before), read(after));
    let others: Vec<Values> = dialects
        .iter()
        .zip(&old)
        .filter(|(_, reading)| reading.error.is_none())
        .map(|(dialect, reading)| seen(reading, *dialect, before))
        .collect();
    let lines: HashSet<&str> = before.text().split('\n').collect();
    let untouched = |span: Span| line_at(after.text(), span.start as usize).is_some_and(|line| lines.contains(line));
    for ((&dialect, old), new) in dialects.iter().zip(&old).zip(&new) {
        let (was, is) = (seen(old, dialect, before), seen(new, dialect, after));
        if was == is && (new.error.is_none() || old.error.is_some()) {
            continue;
        }
        let grown = || {
            new.effective(dialect).into_iter().all(|entry| {
                let (key, value) = (entry.key.as_str(), Seen::of(&entry.value, after));
                match was.get(key) {
                    Some(was) if *was == value => true,
                    None if untouched(entry.key.span) => true,
                    Some(_) if untouched(entry.key.span) => false,
                    _ => others.is_empty() || others.iter().any(|values| values.get(key) == Some(&value)),
                }
            })
        };
        if old.error.is_none() || was.keys().any(|key| !is.contains_key(key)) || !grown() {
            return Err(dialect);
        }
    }
    Ok(())
}

/// The line at an offset, with the carriage return it may end in.
fn line_at(text: &str, at: usize) -> Option<&str> {
    let (before, behind) = text.split_at_checked(at)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    text.get(start..at + behind.find('\n').unwrap_or(behind.len()))
}

/// A value for comparison.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Seen<'a> {
    Text(&'a str),
    Null,
    /// The command that gives it.
    Output(&'a str),
}

impl<'a> Seen<'a> {
    fn of(value: &'a Value, source: &'a Source) -> Self {
        match value {
            Value::Text(text) => Seen::Text(text.as_str()),
            Value::Null => Seen::Null,
            Value::Output(span) => Seen::Output(source.text().get(span.range()).unwrap_or_default()),
        }
    }
}

type Values<'a> = BTreeMap<&'a str, Seen<'a>>;

fn seen<'a>(reading: &'a Reading, dialect: Dialect, source: &'a Source) -> Values<'a> {
    reading.effective(dialect).into_iter().map(|e| (e.key.as_str(), Seen::of(&e.value, source))).collect()
}

/// A piece of a file and what to write instead.
pub type Edit = (Span, String);

/// A part of a file, from `start` on, after some edits of it; `None` when they get in each other's way.
fn edited(text: &str, start: u32, mut edits: Vec<&Edit>) -> Option<Source> {
    edits.sort_by_key(|(span, _)| *span);
    if edits.windows(2).any(|pair| pair[0].0.end > pair[1].0.start) {
        return None;
    }
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for (span, new) in edits {
        changed.push_str(text.get(at..(span.start - start) as usize)?);
        changed.push_str(new);
        at = (span.end - start) as usize;
    }
    changed.push_str(text.get(at..)?);
    Some(Source::new(FileId(0), "", changed.into_bytes()))
}

/// Whether a program reads a file without complaint.
fn reads(dialect: Dialect, source: &Source) -> bool {
    dialect.read(source, &Environment::default()).error.is_none()
}

/// The smallest change after which programs that give up read the file, and every other one in `dialects` reads what it
/// read before. `None` when there is no such change.
pub fn repair(env: &EnvFile, source: &Source, targets: &[Dialect], dialects: &[Dialect]) -> Option<Vec<Edit>> {
    let statements: Vec<Edit> = env.vars().flat_map(|var| respell(&var, source, targets, dialects)).collect();
    let parts = [statements, mark(source), blanks_at_the_end(source), line_ends(source)];
    let mut choices: Vec<u32> = (1..1 << parts.len()).collect();
    choices.sort_by_key(|choice| choice.count_ones());
    choices.into_iter().find_map(|choice| {
        let chosen = || parts.iter().enumerate().filter(move |(index, _)| choice >> index & 1 == 1);
        if chosen().any(|(_, part)| part.is_empty()) {
            return None;
        }
        let edits: Vec<&Edit> = chosen().flat_map(|(_, part)| part).collect();
        let after = edited(source.text(), 0, edits.clone())?;
        let fits = targets.iter().all(|&target| reads(target, &after)) && same_values(source, &after, dialects).is_ok();
        fits.then(|| edits.into_iter().cloned().collect())
    })
}

/// The byte order mark at the start.
fn mark(source: &Source) -> Vec<Edit> {
    source.text().strip_prefix('\u{feff}').map(|_| (Span::new(source.id, 0, 3), String::new())).into_iter().collect()
}

/// Blanks on the last line.
fn blanks_at_the_end(source: &Source) -> Vec<Edit> {
    let kept = source.text().trim_end_matches([' ', '\t']).len();
    if kept == source.text().len() {
        return Vec::new();
    }
    vec![(Span::new(source.id, kept, source.text().len()), String::new())]
}

/// The carriage returns of Windows' line ends.
fn line_ends(source: &Source) -> Vec<Edit> {
    let ends = memchr::memmem::find_iter(source.text().as_bytes(), b"\r\n");
    ends.map(|at| (Span::new(source.id, at, at + 1), String::new())).collect()
}

/// The edits that let some programs read one assignment; empty when they can, or when nothing helps.
fn respell(var: &EnvVar, source: &Source, targets: &[Dialect], dialects: &[Dialect]) -> Vec<Edit> {
    let lines = source.lines();
    let range = |at: u32| lines.range(lines.line(at), source.text());
    let (start, end) = (range(var.span.start).start, range(var.span.end).end);
    let Some(text) = source.text().get(start..end) else { return Vec::new() };
    let alone = |edits: &[Edit]| edited(text, Span::new(source.id, start, end).start, edits.iter().collect());
    let Some(before) = alone(&[]) else { return Vec::new() };
    if targets.iter().all(|&target| reads(target, &before)) {
        return Vec::new();
    }
    // Where nobody could read it, the words decide.
    let others = dialects.iter().any(|&dialect| reads(dialect, &before));
    let meant = |reading: &Reading, dialect: Dialect| {
        let entry = reading.effective(dialect).into_iter().find(|entry| entry.key.value == var.key.value);
        entry.and_then(|entry| entry.value.text()) == var.known().map(|value| value.as_str())
    };
    let helps = |edits: &Vec<Edit>| {
        let Some(after) = alone(edits) else { return false };
        let fits = |&target: &Dialect| {
            let reading = target.read(&after, &Environment::default());
            reading.error.is_none() && (others || meant(&reading, target))
        };
        targets.iter().all(fits) && same_values(&before, &after, dialects).is_ok()
    };
    candidates(var, source, dialects).into_iter().find(helps).unwrap_or_default()
}

/// Other ways to write an assignment, those that change least first.
fn candidates(var: &EnvVar, source: &Source, dialects: &[Dialect]) -> Vec<Vec<Edit>> {
    let Some(value) = &var.value else { return Vec::new() };
    let text = source.text();
    let quote = usize::from(var.quote.is_some());
    let (from, to) = (value.span.start as usize - quote, value.span.end as usize + quote);
    let raw = text.get(from..to).unwrap_or_default();
    // The value of a reference is not to be frozen, nor a command that some program would run.
    let fixed = |value: &Spanned<&str>| !var.borrowed() && !value.value.contains("$(");
    let quoted = || {
        let refers = raw.contains('$') && !raw.contains("$(") && !raw.contains(['"', '\'', '\\', '`']);
        refers.then(|| format!("\"{raw}\""))
    };
    let spelling = var.known().filter(fixed).and_then(|value| portable(value.value, dialects)).or_else(quoted);
    let spelled =
        spelling.filter(|spelling| spelling != raw).map(|spelling| (Span::new(source.id, from, to), spelling));
    let key = var.key.span;
    let gap = text.get(key.end as usize..from).unwrap_or_default().trim_end_matches(['\r', '\n']);
    let sign = (gap != "=")
        .then(|| (Span { file: source.id, start: key.end, end: key.end + gap.len() as u32 }, "=".to_owned()));
    // A shell that only sources the file needs the word.
    let shell = dialects.iter().any(|dialect| matches!(dialect.name(), "bash" | "dash" | "sh" | "direnv"));
    let export = (var.span.start < key.start && !shell)
        .then(|| (Span { file: source.id, start: var.span.start, end: key.start }, String::new()));
    let parts = [export, sign, spelled];
    let mut choices: Vec<u32> = (1..8).collect();
    choices.sort_by_key(|choice| choice.count_ones());
    let pick = |choice: u32| -> Option<Vec<Edit>> {
        let chosen = parts.iter().enumerate().filter(|(index, _)| choice >> index & 1 == 1);
        chosen.map(|(_, part)| part.clone()).collect()
    };
    choices.into_iter().filter_map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;
    use super::*;
    use Dialect::{Bash, Compose, Docker, Dotenvy, NodeDotenv};

    #[test]
    fn the_first_spelling_that_everybody_reads_is_taken() {
        for (value, dialects, spelling) in [
            ("plain", Dialect::ALL, Some("plain")),
            ("", &[Compose, Bash], Some("")),
            ("two words", &[Compose, Docker], Some("two words")),
            ("two words", &[Compose, Bash], Some("'two words'")),
            ("two words", &[Docker, Bash], None),
            ("it's \"me\"", &[Compose, Bash, Dotenvy], Some("\"it's \\\"me\\\"\"")),
            ("it's \"me\"", &[NodeDotenv, Bash], None),
            ("$2b$12$abc", &[Compose, Bash], Some("'$2b$12$abc'")),
            ("a#b", &[Compose, NodeDotenv], Some("'a#b'")),
            ("a\nb", &[Compose, Bash], Some("'a\nb'")),
            (" a ", &[Compose, Docker], None),
            ("a", &[], None),
        ] {
            assert_eq!(portable(value, dialects).as_deref(), spelling, "{value:?} {dialects:?}");
        }
    }

    fn repaired(text: &str, target: Dialect, others: &[Dialect]) -> Option<String> {
        let (env, source) = env(text);
        let dialects: Vec<Dialect> = others.iter().copied().chain([target]).collect();
        let edits = repair(&env, &source, &[target], &dialects)?;
        Some(edited(source.text(), 0, edits.iter().collect())?.text().to_owned())
    }

    #[test]
    fn a_repair_changes_as_little_as_possible() {
        for (before, target, others, after) in [
            ("A=x y\n", Bash, &[Compose][..], Some("A='x y'\n")),
            ("A=x y # z\r\nB=1\r\n", Dotenvy, &[Compose], Some("A='x y' # z\r\nB=1\r\n")),
            ("A = 1\n", Docker, &[Compose], Some("A=1\n")),
            ("  export A = 1\n", Docker, &[Compose], Some("  A=1\n")),
            // A shell that only sources the file needs the word.
            ("export A=1\n", Docker, &[Bash], None),
            ("A=1\r\n\r\nB=2\r\n", Bash, &[Compose], Some("A=1\n\nB=2\n")),
            ("\u{feff}A=1\nB=2\n", Bash, &[Compose], Some("A=1\nB=2\n")),
            ("A=1\nB=2 ", Dotenvy, &[Compose], Some("A=1\nB=2")),
            // A reference stays one, and a command is nobody's text.
            ("A=1\nB=${A} y\n", Bash, &[Compose], Some("A=1\nB=\"${A} y\"\n")),
            ("A=1\nB=${A} y\n", Bash, &[NodeDotenv], None),
            ("B=$(date) y\n", Bash, &[Compose], None),
            // What one of them reads would change.
            ("A=x y\n", Bash, &[Docker], None),
            // Half a repair is none.
            ("A=x y\nB=$(b) c\n", Dotenvy, &[Compose], None),
        ] {
            assert_eq!(repaired(before, target, others).as_deref(), after, "{before:?} {target:?}");
        }
    }

    #[test]
    fn other_values_are_noticed() {
        let source = |text: &str| Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        let same = |a: &str, b: &str, dialects| same_values(&source(a), &source(b), dialects);
        assert_eq!(same("A=1\nA=1\n", "A=1\n", Dialect::ALL), Ok(()));
        assert_eq!(same("A=1\nA=2\n", "A=2\n", &[Compose, Dotenvy]), Err(Dotenvy));
        assert_eq!(same("A='x'\n", "A=x\n", &[Compose, Docker]), Err(Docker));
        assert_eq!(same("A=1\n", "A=1\nB 2\n", &[Compose]), Err(Compose));
        assert_eq!(same("A=x y\n", "A='x y'\n", &[Compose, Bash]), Ok(()));
        assert_eq!(same("A=x y\n", "A=x\n", &[NodeDotenv, Bash]), Err(NodeDotenv));
        // bash did not read the line, and is given another value than Compose.
        assert_eq!(same("A=x y #z\n", "A=\"x y #z\"\n", &[Compose, Bash]), Err(Compose));
    }
}
