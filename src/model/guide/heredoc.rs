//! The files that the commands of a guide write: `cat > FILE <<EOF`, `tee FILE <<EOF`.

use std::collections::HashMap;
use std::ops::Range;

use crate::source::{Cut, Excerpt};
use crate::syntax::shell::{self, Assignment, Command, Redirect};

/// The files, each with its path as written, and whether the shell puts nothing into it that is not known here.
pub fn files(code: &Excerpt) -> Vec<(String, Excerpt, bool)> {
    let commands = shell::read(code.text()).commands;
    let mut found = Vec::new();
    let given = given(code.text(), &commands);
    for (index, command) in commands.iter().enumerate() {
        let Some((here, body)) = command.redirects.iter().find_map(of_redirect) else { continue };
        let next = commands.get(index + 1).filter(|next| next.before == "|");
        let Some(path) = target(command).or_else(|| next.and_then(target)) else { continue };
        let (text, fixed) = match here.target.quoted {
            true => (code.slice(body), true),
            false => expanded(code, body, &given),
        };
        found.push((path, text, fixed));
    }
    found
}

/// What a command is given as its input: the text of a here-document, `body` in the code. What the shell puts in and is not known here
/// stays as written.
pub fn here_document(code: &Excerpt, body: Range<usize>, quoted: bool) -> Excerpt {
    if quoted {
        return code.slice(body);
    }
    let commands = shell::read(code.text()).commands;
    expanded(code, body, &given(code.text(), &commands)).0
}

fn of_redirect(redirect: &Redirect) -> Option<(&Redirect, Range<usize>)> {
    Some((redirect, redirect.body.clone().filter(|_| redirect.operator.starts_with("<<"))?))
}

/// The file a command writes its input to. What is added to a file is no file.
fn target(command: &Command) -> Option<String> {
    let writes = |redirect: &&Redirect| redirect.operator == ">" || redirect.operator == "1>";
    let words = command.words.iter().map(|word| word.text.as_str());
    let mut words = words.skip_while(|word| *word == "sudo" || word.starts_with('-'));
    match words.next() {
        Some("tee") => {
            let files: Vec<&str> = words.collect();
            let adds = files.iter().any(|word| matches!(*word, "-a" | "--append"));
            files.into_iter().find(|word| !word.starts_with('-')).filter(|_| !adds).map(str::to_owned)
        }
        Some("cat") => command.redirects.iter().find(writes).map(|redirect| redirect.target.text.clone()),
        _ => None,
    }
}

/// The variables that the commands of the block give a value: as it is written, or made up by a command.
fn given(code: &str, commands: &[Command]) -> HashMap<String, String> {
    let assignments = commands.iter().flat_map(|command| &command.assignments);
    let value = |assignment: &Assignment| match &assignment.values[..] {
        [word] if !word.expands => Some(word.text.clone()),
        [word] if is_made_up(code.cut(word.range.clone())) => Some(unguessable(word.range.start)),
        _ => None,
    };
    assignments.filter_map(|assignment| Some((assignment.name.clone(), value(assignment)?))).collect()
}

/// Whether all of a text is a command that makes a secret up.
fn is_made_up(text: &str) -> bool {
    const MAKERS: [&str; 10] = [
        "openssl rand",
        "urandom",
        "pwgen",
        "uuidgen",
        "secrets.token",
        "token_hex",
        "token_urlsafe",
        "get_random_secret_key",
        "makepasswd",
        "gonogo secret",
    ];
    let text = text.trim_matches('"');
    (text.starts_with("$(") || text.starts_with('`')) && MAKERS.iter().any(|maker| text.contains(maker))
}

/// What the shell makes of a here-document, and whether all of that is known: `\$` is a dollar sign, and what a command makes
/// up is something that nobody could guess.
fn expanded(code: &Excerpt, body: Range<usize>, given: &HashMap<String, String>) -> (Excerpt, bool) {
    let text = code.text().cut(body.clone());
    let mut made = Excerpt::default();
    let (mut kept, mut at, mut fixed) = (0, 0, true);
    let take = |made: &mut Excerpt, range: Range<usize>, with: Option<&str>| {
        let there = code.place(body.start + range.start..body.start + range.end);
        made.push(with.unwrap_or(text.cut(range)), there);
    };
    // Line by line, because lines of a list are not next to each other in the guide.
    while let Some(&byte) = text.as_bytes().get(at) {
        let rest = text.cut(at..);
        let escaped = rest.starts_with("\\$") || rest.starts_with("\\`") || rest.starts_with("\\\\");
        let length = if byte == b'\n' { 0 } else { expansion(rest) };
        if byte == b'\n' {
            take(&mut made, kept..at + 1, None);
            (at, kept) = (at + 1, at + 1);
        } else if escaped {
            take(&mut made, kept..at, None);
            (kept, at) = (at + 1, at + 2);
        } else if length > 0 {
            take(&mut made, kept..at, None);
            let what = text.cut(at..at + length);
            let name = what.trim_start_matches(['$', '{']).trim_end_matches('}');
            let value = match is_made_up(what) {
                true => Some(unguessable(body.start + at)),
                false => given.get(name).cloned(),
            };
            fixed &= value.is_some();
            take(&mut made, at..at + length, value.as_deref());
            (at, kept) = (at + length, at + length);
        } else {
            at += 1;
        }
    }
    take(&mut made, kept..text.len(), None);
    (made, fixed)
}

/// How long what stands at the start of a text is, if the shell puts something in its place.
fn expansion(text: &str) -> usize {
    let until = |open: char, close: char| {
        let mut depth = 0;
        text.char_indices()
            .find(|(_, c)| {
                depth += i32::from(*c == open) - i32::from(*c == close);
                *c == close && depth == 0
            })
            .map_or(0, |(at, c)| at + c.len_utf8())
    };
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match text.as_bytes() {
        [b'$', b'(', ..] => until('(', ')'),
        [b'$', b'{', ..] => until('{', '}'),
        [b'`', ..] => text.cut(1..).find('`').map_or(0, |at| at + 2),
        [b'$', first, ..] if name(char::from(*first)) => 1 + text.cut(1..).find(|c| !name(c)).unwrap_or(text.len() - 1),
        _ => 0,
    }
}

/// Letters and digits that are the same for a place, and others for every other one.
pub fn unguessable(place: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ place as u64;
    let digits = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from_digit(((state >> 33) % 16) as u32, 16).unwrap_or('0')
    });
    digits.take(64).collect()
}
