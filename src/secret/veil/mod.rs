//! Which bytes of a text may be shown: one decision for excerpts, messages and values, whatever kind of file they are from.
//!
//! A token is shown when it is known to be harmless: words, numbers, paths, hosts, names, digests of images, references,
//! and the defaults and placeholders that everybody has. The rest is hidden where it looks drawn at random, and where it is
//! the value of a secret name, to the end of that value. What the models know of a file comes on top of this.
//!
//! Lines are looked at one by one, with what the lines above say about them, so that showing a line costs a line.

mod flags;
mod look;
mod named;
mod node;
mod url;

use crate::cut::name_length;
use crate::cut::{Cut, boundary};
use std::borrow::Cow;
use std::ops::Range;

use super::{is_duration, is_path, is_placeholder, is_secret_name, is_sentinel, known, names_itself, shape};
use node::Above;

pub use url::url_passwords;

/// Longer lines are looked at in pieces.
const LONGEST: usize = 1024;

/// The secret parts of the lines that `range` touches, as ranges of `text`, in no order. Costs what those lines cost, and
/// of very long ones no more than what is near.
pub fn hidden(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, whole) = start_of_line(text, range.start.min(text.len()));
    let until = end_of_line(text, range.end.clamp(at, text.len()));
    let lines = text.cut(..until);
    let mut above = if whole { Above::of(text, at) } else { Above::default() };
    loop {
        let end = memchr::memchr2(b'\n', b'\r', &lines.as_bytes()[at..]).map_or(until, |length| at + length);
        line(text, at..end, &mut above, &mut found);
        at = end + 1;
        if at >= until {
            return found;
        }
    }
}

/// The passwords that options of well-known programs carry on a command line.
pub fn passwords_of_command(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    flags::find(line, &mut found);
    found
}

/// The secret parts of the value of a variable: all of it when its name says so.
pub fn hidden_value(name: &str, value: &str) -> Vec<Range<usize>> {
    if is_secret_name(name) {
        return if is_open(value) || names_itself(name, value) {
            Vec::new()
        } else {
            std::iter::once(0..value.len()).collect()
        };
    }
    let (line, start) = (format!("{name}={value}"), name.len() + 1);
    let parts = hidden(&line, 0..line.len()).into_iter().filter(|part| part.end > start);
    parts.map(|part| part.start.max(start) - start..part.end - start).collect()
}

/// Where the line of an offset starts, unless that is far away.
fn start_of_line(text: &str, at: usize) -> (usize, bool) {
    let far = boundary(text, at.saturating_sub(LONGEST));
    let end = memchr::memrchr(b'\n', &text.as_bytes()[far..at]);
    (end.map_or(far, |end| far + end + 1), end.is_some() || far == 0)
}

/// Where the line of an offset ends, unless that is far away.
fn end_of_line(text: &str, at: usize) -> usize {
    let far = boundary(text, text.len().min(at + LONGEST));
    memchr::memchr(b'\n', &text.as_bytes()[at..far]).map_or(far, |end| at + end)
}

/// A very long line is looked at in pieces that overlap.
fn line(text: &str, range: Range<usize>, above: &mut Above, found: &mut Vec<Range<usize>>) {
    let mut from = range.start;
    loop {
        let end = boundary(text, range.end.min(from + 2 * LONGEST));
        piece(text, from..end, above, found);
        if end >= range.end {
            return;
        }
        from = boundary(text, end - LONGEST / 4);
    }
}

fn piece(text: &str, range: Range<usize>, above: &mut Above, found: &mut Vec<Range<usize>>) {
    let Some(line) = text.get(range.clone()) else { return };
    let first = found.len();
    above.enter(line, found);
    named::find(line, found);
    flags::find(line, found);
    url::find(line, found);
    look::find(line, found);
    for part in &mut found[first..] {
        *part = part.start + range.start..part.end + range.start;
    }
}

/// `text` with the given ranges replaced by `*`, byte for byte; line ends stay.
pub fn mask(text: &str, ranges: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        let (start, end) = whole_characters(text, range);
        for byte in &mut bytes[start..end] {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = b'*';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Ranges grow to whole characters, so that the result stays UTF-8.
fn whole_characters(text: &str, range: &Range<usize>) -> (usize, usize) {
    let start = boundary(text, range.start);
    let mut end = range.end.min(text.len()).max(start);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (start, end)
}

/// A sentence of gonogo's own that repeats parts of a file, as it may be printed.
pub fn sentence(text: &str) -> Cow<'_, str> {
    let found = hidden_in_sentence(text);
    if found.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(mask(text, &found)) }
}

/// What must not be printed of a sentence: it has no names with values, but may quote what only looks like a secret.
pub fn hidden_in_sentence(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    url::find(text, &mut found);
    look::find(text, &mut found);
    found
}

/// The words of a value that nobody can tell to be harmless: neither numbers, switches, paths, hosts, addresses nor words.
pub fn unproved(text: &str) -> Vec<Range<usize>> {
    let sign = |c: char| "!@#$%^&*?+~|;'\"`\\".contains(c);
    let mut found = Vec::new();
    let mut from = 0;
    for whole in text.split(char::is_whitespace) {
        let word = whole.trim_matches(['"', '\'', '`', ';', '.', '!', '?']);
        let start = from + whole.find(word).unwrap_or(0);
        from += whole.len();
        from += text.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let kinds = [char::is_lowercase, char::is_uppercase, char::is_numeric, sign]
            .iter()
            .filter(|&&kind: &&fn(char) -> bool| word.contains(kind))
            .count();
        let structured = word.contains(['/', '=', '{', '(', '[', ',', '<']) || word.contains('@') && word.contains('.');
        if word.len() >= 6 && kinds > 2 && word.contains(sign) && !structured && !is_open(word) {
            found.push(start..start + word.len());
        }
    }
    found
}

/// Whether a text can be the name of a variable, not a piece of a value: written in one case or in humps.
pub fn is_name(text: &str) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.bytes().all(sign) && !look::mixed(text)
}

/// Whether everybody may see a value although its name is that of a secret: it is empty, a switch, a reference, a path, or
/// a default or placeholder that everybody has.
pub fn is_open(value: &str) -> bool {
    let value = value.trim();
    let same = value.bytes().all(|byte| Some(&byte) == value.as_bytes().first());
    if same || value.is_empty() || is_sentinel(value) || is_duration(value) || known::is_published(value) {
        return true;
    }
    if value.starts_with("${") {
        return reference(value) == Some(value.len()) && !value.contains([':', '-', '?', '+', '=']);
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/._-:".contains(&b);
    let code = ["os.getenv(", "os.environ", "process.env.", "ngx.var.", "ENV[", "env("];
    let elsewhere = is_path(value)
        || code.iter().any(|call| value.starts_with(call))
        || value.starts_with('/') && value.bytes().all(plain)
        || value.starts_with("http://")
        || value.starts_with("https://")
        || !value.contains("${") && shape::is_reference(value)
        || is_placeholder(value);
    elsewhere && !value.contains("${") && !look::any(value)
}

/// Whether the value of a name must not be shown. Hides more than [`is_secret_name`], which says what is judged.
pub(super) fn secret_name(word: &str) -> bool {
    /// Keys of formats that hold names of secrets, or files.
    const OTHERS: [&str; 9] = [
        "secrets",
        "credential_spec",
        "--secret",
        "tokens",
        "credentials",
        "passwords",
        "privateKeyEncoding",
        "publicKeyEncoding",
        "SERVER_SIGNATURE",
    ];
    /// Ends of names, without signs.
    const ENDS: [&str; 17] = [
        "passwort",
        "kennwort",
        "motdepasse",
        "contrasena",
        "contraseña",
        "senha",
        "wachtwoord",
        "accesskey",
        "accountkey",
        "seedphrase",
        "mnemonic",
        "bindpw",
        "rootpw",
        "passwrd",
        "authtoken",
        "requirepass",
        "masterauth",
    ];
    let name = word.trim_matches(['$', '.']);
    let bare = name.trim_matches('-');
    if bare.len() < 2 || bare.len() > 100 {
        return false;
    }
    if OTHERS.contains(&name) {
        return false;
    }
    if is_secret_name(bare) {
        return true;
    }
    let last = bare.rsplit(['_', '-', '.']).next().unwrap_or("");
    if ["pw", "sig", "signature"].iter().any(|short| last.eq_ignore_ascii_case(short)) {
        return true;
    }
    // The last two letters sort nearly all names out.
    let mut letters = bare.bytes().rev().map(|byte| byte.to_ascii_lowercase());
    let last = letters.next().unwrap_or_default();
    let before = letters.find(|byte| !b"_-.".contains(byte)).unwrap_or_default();
    let may_end = match last {
        b't' | b'd' => before == b'r',
        b'e' => before == b's',
        b'a' => matches!(before, b'n' | b'h'),
        b'y' => before == b'e',
        b'c' => before == b'i',
        b'w' => before == b'p',
        b'n' => before == b'e',
        b's' => before == b's',
        b'h' => before == b't',
        _ => return false,
    };
    (may_end || !before.is_ascii()) && {
        let plain: String = bare.to_lowercase().replace(['_', '-', '.'], "");
        ENDS.iter().any(|end| plain.ends_with(end))
    }
}

/// The length of `${...}` at the start of a text.
fn reference(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().take(4096) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at + 1),
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Hides the value of a secret name, without its quotes and brackets; what is open stays.
fn conceal(line: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let Some(text) = line.get(range.clone()) else { return };
    let mut start = range.start + (text.len() - text.trim_start().len());
    let mut text = text.trim();
    while let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '\\')) {
        text = text.cut(1..);
        start += 1;
        let closed = text.strip_suffix(quote).filter(|_| quote != '\\');
        text = closed.map_or(text, |inner| inner.strip_suffix('\\').unwrap_or(inner));
    }
    // `&anchor value`, `!!str value`.
    while text.starts_with(['&', '!'])
        && let Some(blank) = text.find(' ')
    {
        start += blank + 1;
        text = text.cut(blank + 1..);
    }
    // Compose writes `$$` for the `$` of the shell.
    let shell = text.trim_start_matches('$');
    let command = shell.len() < text.len() && shell.starts_with('(');
    if command || text.starts_with("{{") || is_block(text) || !text.contains(char::is_alphanumeric) {
        return;
    }
    if text.starts_with(['[', '{']) {
        return items(line, start..start + text.len(), found);
    }
    if is_open(text) {
        return;
    }
    if text.contains("${") {
        return between_references(line, start..start + text.len(), found);
    }
    // `${...}` of shells and the bare `$NAME` are names.
    let name = if shell.len() < text.len() { shell } else { "" };
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit();
    if !name.is_empty() && name.bytes().all(word) && !look::any(name) {
        return;
    }
    found.push(start..start + text.len());
}

/// `|`, `>-`, `|2`: the value begins on the next line.
fn is_block(text: &str) -> bool {
    text.len() <= 3 && text.starts_with(['|', '>'])
}

/// The items of a list or map in one line.
fn items(line: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let Some(text) = line.get(range.clone()) else { return };
    let apart = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}' | ',' | ':' | '"' | '\'');
    let mut from = range.start;
    for item in text.split(apart) {
        let end = from + item.len();
        let key = line.get(end..).unwrap_or("").trim_start_matches(['"', '\'']).starts_with(':');
        if !item.is_empty() && !key && !is_open(item) {
            found.push(from..end);
        }
        // All separators are one byte wide, except wide blanks.
        from = end + line.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
}

/// What stands around references, and their defaults.
fn between_references(line: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut at = range.start;
    while at < range.end {
        let Some(rest) = line.get(at..range.end) else { return };
        let open = rest.find("${").unwrap_or(rest.len());
        let outside = rest.get(..open).unwrap_or("");
        if outside.contains(char::is_alphanumeric) {
            found.push(at..at + open);
        }
        at += open;
        let Some(rest) = line.get(at..range.end).filter(|rest| !rest.is_empty()) else { return };
        let length = reference(rest).unwrap_or(rest.len());
        let inside = rest.get(2..length).unwrap_or("").trim_end_matches('}');
        let name = name_length(inside);
        let operator = inside.get(name..).unwrap_or("");
        let signs = operator.bytes().take_while(|b| b":-?+=".contains(b)).count();
        let argument = operator.get(signs..).unwrap_or("");
        // What follows `?` is a message.
        let told = operator.get(..signs).is_some_and(|signs| signs.contains('?')) && is_prose(argument);
        if !told && !is_open(argument) && !argument.starts_with('$') {
            let from = at + 2 + name + signs;
            found.push(from..from + argument.len());
        }
        at += length;
    }
}

/// Words, paths and signs.
fn is_prose(text: &str) -> bool {
    let letters = |word: &str| word.bytes().all(|b| b.is_ascii_alphabetic() || b"_-.,:/'!()`".contains(&b));
    text.split_whitespace().all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with what one of the ways to look finds in it masked.
    pub fn masked_by(find: fn(&str, &mut Vec<Range<usize>>), text: &str) -> String {
        let mut found = Vec::new();
        find(text, &mut found);
        mask(text, &found)
    }

    fn shown(text: &str) -> String {
        mask(text, &hidden(text, 0..text.len()))
    }

    #[test]
    fn values_go_on_below_their_names() {
        for (text, expected) in [
            ("a:\n  DB_PASSWORD:\n    value: kanarie\n  b: c\n", "a:\n  DB_PASSWORD:\n    value: *******\n  b: c\n"),
            ("DB_PASSWORD: |\n  kanarie vogel\nb: c\n", "DB_PASSWORD: |\n  *************\nb: c\n"),
            ("- --api-key\n- kanarie\n- --x\n", "- --api-key\n- *******\n- --x\n"),
            ("ENV DB_PASSWORD=\\\n  kanarie\n", "ENV DB_PASSWORD=\\\n  *******\n"),
            ("set $secret\n  kanarie;\n", "set $secret\n  *******;\n"),
            ("x:\n  content: |\n    password=1\n    vogel\n", "x:\n  content: |\n    **********\n    *****\n"),
            (
                "-----BEGIN PRIVATE KEY-----\nkanarie\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\n*******\n-----END PRIVATE KEY-----\n",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
            // A line is shown alike alone.
            let last = expected.trim_end().rfind('\n').map_or(0, |at| at + 1);
            let alone = mask(text, &hidden(text, last..text.len()));
            assert_eq!(&alone[last..], &expected[last..], "{text}");
        }
    }

    #[test]
    fn lists_of_names_of_secrets_are_shown() {
        for text in [
            "secrets:\n  - db_password\n  - api_token\n",
            "secrets:\n  db:\n    file: ./db.txt\n",
            "SECRET_KEY\nDEBUG=1\n",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn long_lines_are_looked_at_where_they_are_shown() {
        let text = format!("{} DB_PASSWORD=kanarie {}", "a ".repeat(50_000), "b ".repeat(50_000));
        let at = text.find("kanarie").unwrap();
        let found = hidden(&text, at..at + 10);
        assert!(found.contains(&(at..at + 7)), "{found:?}");
        assert!(found.len() < 10);
    }

    #[test]
    fn defaults_and_placeholders_are_open_and_nothing_that_only_starts_like_one() {
        for value in ["changeme", "postgres", "${DB_PASSWORD}", "your-key-here", "/run/secrets/db", "false", ""] {
            assert!(is_open(value), "{value}");
        }
        for value in
            ["changeme-qX7mWd2LkR3p", "kanarie", "${A:-kanarie}", "postgres-471", "ab${X}", "/run/qX7mWd2LkR3p"]
        {
            assert!(!is_open(value), "{value}");
        }
    }
}
