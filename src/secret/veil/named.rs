//! Values of secret names, however name and value are put together: `NAME=value`, `name: value`, `set $name value;`,
//! `--name value`, `"name": "value"`, `Authorization: Bearer value`, and in prose.

use crate::cut::Cut;
use crate::cut::name_length;
use std::ops::Range;

use super::{conceal, is_open, names_itself, secret_name};

/// First words of lines whose next word is a name and the rest its value.
pub(super) const SETTERS: [&str; 19] = [
    "set",
    "fastcgi_param",
    "uwsgi_param",
    "scgi_param",
    "proxy_set_header",
    "grpc_set_header",
    "add_header",
    "js_var",
    "more_set_headers",
    "more_set_input_headers",
    "env",
    "ENV",
    "ARG",
    "LABEL",
    "setenv",
    "SetEnv",
    "RequestHeader",
    "Header",
    "perl_set",
];

/// Names that end like a secret and hand something on.
const NO_VALUES: [&str; 12] = [
    "PSK",
    "SEED",
    "SRP",
    "proxy_pass",
    "fastcgi_pass",
    "uwsgi_pass",
    "scgi_pass",
    "grpc_pass",
    "memcached_pass",
    "redis_pass",
    "zstd_pass",
    "PASS",
];

/// One word that can be a name, where it stands.
struct Word<'a> {
    text: &'a str,
    range: Range<usize>,
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$') || byte >= 0x80
}

fn words(line: &str) -> impl Iterator<Item = Word<'_>> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(|&byte| in_name(byte))?;
        let end = start + bytes[start..].iter().position(|&byte| !in_name(byte)).unwrap_or(bytes.len() - start);
        at = end;
        Some(Word { text: line.get(start..end).unwrap_or(""), range: start..end })
    })
}

/// How a name and its value are put together.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Join {
    /// `=` or `:`, also behind a quote or bracket.
    Sign,
    /// Blanks, or a comma between two quoted words.
    Blank,
}

/// The hidden parts of a line.
pub(super) fn find(line: &str, found: &mut Vec<Range<usize>>) {
    let mut first = None;
    let mut done = 0;
    let mut comment = None;
    for (index, word) in words(line).enumerate() {
        if index == 0 {
            first = Some(word.text);
        }
        if word.range.start < done {
            continue;
        }
        schemes(line, &word, found);
        if !secret_name(word.text) || NO_VALUES.contains(&word.text) {
            continue;
        }
        let head = line.get(..word.range.start).unwrap_or("");
        // `${NAME:-default}`
        if head.ends_with("${") {
            let from = word.range.start - 2;
            let length = super::reference(line.get(from..).unwrap_or("")).unwrap_or(line.len() - from);
            done = from + length;
            super::between_references(line, from..done, found);
            continue;
        }
        let Some((join, start)) = join(line, &word) else { continue };
        // `image: onetimesecret/onetimesecret:latest`
        if join == Join::Sign && head.ends_with('/') && line.get(start - 1..start) == Some(":") {
            continue;
        }
        let comment = *comment.get_or_insert_with(|| comment_start(line));
        let place = Place { head, index, first: first.unwrap_or(""), join, comment: word.range.start >= comment };
        if let Some(range) = value(line, &word, start, &place) {
            done = range.end;
            let text = line.get(range.clone()).unwrap_or("").trim_matches(['"', '\'']);
            if !names_itself(word.text, text) {
                conceal(line, range, found);
            }
        }
    }
}

/// Where the comment of a line begins.
fn comment_start(line: &str) -> usize {
    let whole = line.trim_start().starts_with(['#', ';']);
    if whole { 0 } else { line.find(" #").unwrap_or(line.len()) }
}

/// Where a name stands.
struct Place<'a> {
    head: &'a str,
    index: usize,
    first: &'a str,
    join: Join,
    comment: bool,
}

impl Place<'_> {
    /// Whether nothing but what opens a line stands before the name.
    fn opens(&self) -> bool {
        let head = self.head.trim_start().trim_start_matches(['-', '#', ';', '?', ' ', '"', '\'', '\u{feff}', '$']);
        head.is_empty()
            || ["export", "ENV", "ARG", "LABEL", "set", "declare -x"].iter().any(|word| head.trim_end() == *word)
    }

    fn setter(&self) -> bool {
        self.index == 1 && SETTERS.contains(&self.first)
    }
}

/// What stands between a name and its value.
fn join(line: &str, word: &Word) -> Option<(Join, usize)> {
    let rest = line.get(word.range.end..)?;
    // The quote or bracket that closes the name.
    let closed = rest.trim_start_matches(['"', '\'', ']', '\\']);
    let blanks = closed.trim_start();
    let sign =
        ["=>", ":=", "!=", "==", "<<", "=~", "~*", "=", ":", "~"].into_iter().find(|sign| blanks.starts_with(sign));
    if let Some(sign) = sign {
        // `http_x_token:8080` is no assignment, but `--password:x` is; `::` is part of a name.
        let start = line.len() - blanks.len() + sign.len();
        return (!blanks.starts_with("::")).then_some((Join::Sign, start));
    }
    let flag = word.text.starts_with('-');
    if flag && let Some(next) = blanks.strip_prefix(',') {
        return Some((Join::Blank, line.len() - next.len()));
    }
    (blanks.len() < closed.len() && !blanks.is_empty()).then_some((Join::Blank, line.len() - blanks.len()))
}

/// The value of a name as far as it goes.
fn value(line: &str, word: &Word, start: usize, place: &Place) -> Option<Range<usize>> {
    let rest = line.get(start..)?;
    let start = start + (rest.len() - rest.trim_start().len());
    let rest = rest.trim();
    if rest.is_empty() {
        return None;
    }
    if place.join == Join::Sign {
        let to_end = place.opens() || place.setter();
        if rest.starts_with("# ") || rest == "#" {
            return None;
        }
        // `- "NAME=value"`: the quote before the name closes the value.
        let quote = place.head.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'));
        if place.comment && is_sentence(rest) {
            return None;
        }
        let closed = quote.filter(|_| !rest.starts_with(['"', '\''])).and_then(|quote| rest.find(quote));
        let rest = closed.map_or(rest, |end| rest.cut(..end));
        return Some(start..start + if to_end { node(rest) } else { scalar(rest) });
    }
    let flag = word.text.starts_with('-');
    let directive = !place.comment && (place.setter() || place.index == 0 && place.opens() && !flag);
    if directive {
        return Some(start..start + node(rest));
    }
    // Prose, or the option of a command.
    let mut at = start;
    for text in rest.split_whitespace() {
        at += line.get(at..)?.find(text)?;
        let bare = text.trim_matches(['"', '\'', '`', ',', ';', '(', ')', '.', '[', ']']);
        if flag {
            let next = !bare.starts_with('-') && !bare.is_empty();
            return next.then(|| at..at + scalar(line.get(at..).unwrap_or("")));
        }
        if ["is", "was", "=", "->", "to", "ist", "war"].contains(&bare) {
            at += text.len();
            continue;
        }
        let odd = bare.len() >= 4
            && bare.bytes().any(|b| !b.is_ascii_alphabetic())
            && !bare.starts_with(['$', '-', '/', '<', '{', '|', '&', '>'])
            && !bare.bytes().all(|b| b.is_ascii_alphabetic() || b"-_.,:/'()=".contains(&b))
            && !bare.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_punctuation());
        let inside = text.find(bare).unwrap_or(0);
        return odd.then(|| at + inside..at + inside + bare.len());
    }
    None
}

/// Words of a comment that say something about a secret.
fn is_sentence(text: &str) -> bool {
    const SMALL: [&str; 16] =
        ["the", "a", "for", "is", "to", "on", "in", "of", "and", "or", "from", "with", "your", "if", "this", "be"];
    super::is_prose(text)
        && text.split_whitespace().count() > 2
        && text.split_whitespace().any(|word| SMALL.iter().any(|small| word.eq_ignore_ascii_case(small)))
}

/// The rest of a node: to the closing quote, the semicolon or the comment; without what closes the line.
fn node(rest: &str) -> usize {
    if let Some(length) = quoted(rest) {
        return length;
    }
    let mut end = rest.len();
    // The rest of a comment may be the rest of the value, unless a blank stands before and behind the `#`.
    if let Some(at) = rest.find(" # ").or_else(|| rest.find("\t# ")) {
        end = at;
    }
    // Another assignment on the same line.
    let mut from = 0;
    while let Some(at) = rest.get(from..end).and_then(|rest| rest.find(' ')) {
        let next = rest.get(from + at + 1..end).unwrap_or("");
        let name = name_length(next);
        if name > 0 && next.as_bytes().get(name) == Some(&b'=') {
            end = from + at;
            break;
        }
        from += at + 1;
    }
    let text = rest.get(..end).unwrap_or("");
    let text = text.trim_end().trim_end_matches('\\').trim_end().trim_end_matches([';', ',', ' ']);
    let text = if text.contains(['{', '[']) { text } else { text.trim_end_matches(['}', ']', ' ', ';', '{']) };
    text.len()
}

/// One scalar inside a line.
fn scalar(rest: &str) -> usize {
    if let Some(length) = quoted(rest) {
        return length;
    }
    if rest.starts_with("${") {
        return super::reference(rest).unwrap_or(rest.len());
    }
    let stops = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '&' | ')' | ']' | '}' | '|' | '<' | '>')
    };
    rest.find(stops).unwrap_or(rest.len())
}

/// The length of a quoted text with both its quotes; to the end when nothing closes it.
fn quoted(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => {
                // A quote in the middle of a value closes nothing.
                let behind = rest.get(at + 1..).and_then(|rest| rest.chars().next());
                if behind.is_none_or(|c| !c.is_alphanumeric()) {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some(rest.len())
}

/// `Basic abc=`, `Bearer abc`, `Authorization: token abc`, `Set-Cookie: session=abc`.
fn schemes(line: &str, word: &Word, found: &mut Vec<Range<usize>>) {
    let is = |name: &str| word.text.eq_ignore_ascii_case(name);
    let scheme = is("basic") || is("bearer");
    let header =
        is("authorization") || is("proxy-authorization") || is("proxy_authorization") || is("http_authorization");
    let cookie = is("cookie") || is("set-cookie");
    if !scheme && !header && !cookie {
        return;
    }
    let Some(rest) = line.get(word.range.end..) else { return };
    let stops = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ':' | ')' | '(' | '}' | '|');
    let mut at = word.range.end;
    let mut left = if cookie { 12 } else { 2 };
    for text in rest.split(stops) {
        let here = at;
        left -= usize::from(!text.is_empty());
        at += text.len() + line.get(at + text.len()..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        let token =
            if cookie { text.split_once('=').map_or("", |(_, value)| value) } else { text.trim_start_matches('=') };
        let word = token.bytes().all(|b| b.is_ascii_alphabetic() || b"-_.".contains(&b));
        let attribute = cookie
            && ["path", "domain", "expires", "max-age", "samesite"]
                .iter()
                .any(|name| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        if token.len() >= 6 && !word && !attribute && !token.starts_with(['$', '{', '/', '>']) && !is_open(token) {
            let from = here + text.len() - token.len();
            found.push(from..here + text.len());
        }
        // One word may name the scheme; what comes after the token is something else.
        if left == 0 || scheme && !text.is_empty() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        super::super::tests::masked_by(find, text)
    }

    #[test]
    fn values_of_secret_names_are_hidden_to_their_end() {
        for (text, expected) in [
            ("# SECRET_KEY=kanarie", "# SECRET_KEY=*******"),
            ("DB_PASSWORD: \"kanarie\",", "DB_PASSWORD: \"*******\","),
            ("DB_PASSWORD: ab: kanarie", "DB_PASSWORD: ***********"),
            ("DB_PASSWORD: ab #kanarie", "DB_PASSWORD: ***********"),
            ("DB_PASSWORD: kanarie # note", "DB_PASSWORD: ******* # note"),
            ("DB_PASSWORD: `kanarie`", "DB_PASSWORD: `*******`"),
            ("DB_PASSWORD: [kan, arie]", "DB_PASSWORD: [***, ****]"),
            ("DB_PASSWORD: {value: kanarie}", "DB_PASSWORD: {value: *******}"),
            ("ENV DB_PASSWORD=kan A=b", "ENV DB_PASSWORD=*** A=b"),
            ("ENV DB_PASSWORD kan arie", "ENV DB_PASSWORD ********"),
            ("    set $api_key \"kanarie\";", "    set $api_key \"*******\";"),
            ("    set $secret kanarie}", "    set $secret *******}"),
            ("proxy_set_header X-Api-Key kanarie;", "proxy_set_header X-Api-Key *******;"),
            ("proxy_set_header X-Api-Key kanarie", "proxy_set_header X-Api-Key *******"),
            ("secure_link_secret kanarie;", "secure_link_secret *******;"),
            ("if ($http_x_token != \"kanarie\") {", "if ($http_x_token != \"*******\") {"),
            ("{\"password\": \"kanarie\", \"user\": \"a\"}", "{\"password\": \"*******\", \"user\": \"a\"}"),
            ("[\"run\", \"--password\", \"kanarie\"]", "[\"run\", \"--password\", \"*******\"]"),
            ("run --api-key kanarie --x", "run --api-key ******* --x"),
            ("Server=db;Password=kanarie;User=a", "Server=db;Password=*******;User=a"),
            ("x?user=a&password=kanarie&b=1", "x?user=a&password=*******&b=1"),
            ("# the old admin password is kanar1e", "# the old admin password is *******"),
            ("restart: always # pw kanar1e", "restart: always # pw *******"),
            ("Authorization \"Bearer kanar1e\"", "Authorization \"Bearer *******\""),
            ("-H 'Authorization: token kanar1e'", "-H 'Authorization: token *******'"),
            ("Set-Cookie \"session=kanar1e; Path=/\"", "Set-Cookie \"session=*******; Path=/\""),
            ("K=${DB_PASSWORD:-kanarie}", "K=${DB_PASSWORD:-*******}"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_value_or_known_to_everybody_is_shown() {
        for text in [
            "PASSWORD=${DB_PASSWORD}",
            "POSTGRES_PASSWORD: postgres",
            "SECRET_KEY=changeme",
            "API_KEY_ENABLED=false",
            "TOKEN_TTL=3600",
            "PASSWORD_MIN_LENGTH=12",
            "SESSION_COOKIE_NAME=sid",
            "POSTGRES_PASSWORD_FILE: /run/secrets/db",
            "# pass the token through, basic authentication",
            "# set the password in the vault",
            "proxy_pass http://backend;",
            "proxy_set_header Authorization $http_authorization;",
            "proxy_set_header X-Api-Key $api_key;",
            "ssl_certificate_key /etc/ssl/a.key;",
            "secrets: [db_password]",
            "RUN --mount=type=secret,id=npm_token npm ci",
            "DB_PASSWORD: ${DB_PASSWORD:?set it in .env}",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
