//! Which requests a location takes, and whether it turns them away.

use std::sync::Arc;

use regex::bytes::{Regex, RegexBuilder};

use super::{Location, Modifier, Server};
use crate::memo::Memo;
use crate::source::{Answer, Cut, Why};
use crate::syntax::nginx::{Directive, File};

/// Bytes that a compiled expression may take; nobody's location needs as many.
const LARGEST: usize = 1 << 20;

/// The modifier of a `location` (`=`, `~`, `~*`, `^~`, or empty) and its path or expression, with the word they end in:
/// `location =/x` and `location ~x` have both in one.
pub fn parts(location: &Directive) -> Option<(&str, &str)> {
    match &location.args[..] {
        [modifier, path] => Some((&modifier.value, &path.value)),
        [one] => {
            let modifier = ["^~", "~*", "=", "~"].into_iter().find(|m| one.value.starts_with(m)).unwrap_or("");
            Some((modifier, one.value.cut(modifier.len()..)))
        }
        _ => None,
    }
}

/// Whether requests for a path fit a location. Which of several that fit takes them is another question.
///
/// nginx compiles expressions with PCRE and searches in the path (`ngx_http_core_find_location`). Of what PCRE alone knows
/// only "not followed by" is tried; otherwise the answer is unknown.
pub fn fits(location: &Directive, path: &str) -> Answer<()> {
    let no = || Answer::No(Why::new("it is about other paths"));
    let Some((modifier, pattern)) = parts(location) else { return no() };
    match compare(Modifier::of(modifier), pattern, path) {
        Some(true) => Answer::Yes(()),
        Some(false) => no(),
        None => Answer::Unknown(Why::new(ONLY_PCRE)),
    }
}

const ONLY_PCRE: &str = "only PCRE can tell what the expression of this location fits";

impl Modifier {
    /// Reads the word.
    pub fn of(word: &str) -> Self {
        match word {
            "=" => Modifier::Exact,
            "^~" => Modifier::Final,
            "~" => Modifier::Regex,
            "~*" => Modifier::AnyCase,
            _ => Modifier::Prefix,
        }
    }
}

fn compare(modifier: Modifier, pattern: &str, path: &str) -> Option<bool> {
    match modifier {
        Modifier::Exact => Some(path == pattern),
        Modifier::Regex | Modifier::AnyCase => found(pattern, path, modifier == Modifier::AnyCase),
        Modifier::Prefix | Modifier::Final => Some(path.starts_with(pattern)),
    }
}

/// The location that takes requests for a path (`ngx_http_core_find_location`); `No`: the server itself.
pub fn route<'a>(server: &'a Server, path: &str) -> Answer<&'a Location> {
    if let Some(why) = &server.inner_gap {
        return Answer::Unknown((**why).clone());
    }
    match find(server, None, path, 0) {
        Ok(found) => found.map_or(Answer::No(Why::new("no location fits")), Answer::Yes),
        Err(unsure) => Answer::Unknown(Why::seen(ONLY_PCRE, unsure.path.span)),
    }
}

/// Locations within each other; nobody needs as many.
const DEEPEST: usize = 20;

/// The location among those that stand in one, or in the server; the one that nobody can tell about.
fn find<'a>(
    server: &'a Server,
    around: Option<u32>,
    path: &str,
    depth: usize,
) -> Result<Option<&'a Location>, &'a Location> {
    let here = || server.locations.iter().filter(|location| location.around == around && depth < DEEPEST);
    let fits = |location: &&Location| compare(location.modifier, &location.path.value, path) == Some(true);
    if let Some(exact) = here().find(|location| location.modifier == Modifier::Exact && location.path.value == path) {
        return Ok(Some(exact));
    }
    let is_prefix = |location: &&Location| matches!(location.modifier, Modifier::Prefix | Modifier::Final);
    let plain = |location: &&Location| is_prefix(location) && !location.path.value.starts_with('@');
    let longest = here().filter(plain).filter(fits).max_by_key(|location| location.path.value.len());
    let inside = |location: &'a Location| find(server, Some(location.level), path, depth + 1);
    let inner = longest.map(inside).transpose()?.flatten();
    // An exact one inside ends the search, as does an expression inside.
    if let Some(inner) = inner.filter(|inner| !is_prefix(inner)) {
        return Ok(Some(inner));
    }
    if longest.is_none_or(|location| location.modifier != Modifier::Final) {
        for location in here().filter(|location| matches!(location.modifier, Modifier::Regex | Modifier::AnyCase)) {
            match compare(location.modifier, &location.path.value, path) {
                Some(true) => return Ok(inside(location)?.or(Some(location))),
                Some(false) => {}
                None => return Err(location),
            }
        }
    }
    Ok(inner.or(longest))
}

/// Whether an expression is found in a path; `None` when this cannot be told.
fn found(pattern: &str, path: &str, any_case: bool) -> Option<bool> {
    static COMPILED: [Memo<Option<Arc<Regex>>>; 2] = [Memo::new(), Memo::new()];
    let search = |pattern: &str| {
        // nginx does not ask PCRE for UTF-8: a letter is a byte.
        let build = || RegexBuilder::new(pattern).unicode(false).case_insensitive(any_case).size_limit(LARGEST).build();
        let expression = COMPILED[usize::from(any_case)].get(pattern, || build().ok().map(Arc::new));
        expression.map(|expression| expression.is_match(path.as_bytes()))
    };
    // `/\.(?!well-known)`: found when it is without the exception, and the exception is nowhere.
    match without_exceptions(pattern) {
        None => search(pattern),
        Some((without, with)) => match (search(&without)?, search(&with)?) {
            (false, _) => Some(false),
            (true, false) => Some(true),
            (true, true) => None,
        },
    }
}

/// An expression with its `(?!...)` taken out, and with what they exclude put in their place.
fn without_exceptions(pattern: &str) -> Option<(String, String)> {
    let (mut without, mut with) = (String::new(), String::new());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("(?!") {
        let mut depth = 1;
        let mut escaped = false;
        let end = after.find(|c| {
            depth += match c {
                _ if escaped => 0,
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            escaped = c == '\\' && !escaped;
            depth == 0
        })?;
        without.push_str(before);
        with.push_str(before);
        with.push_str("(?:");
        with.push_str(after.cut(..end));
        with.push(')');
        rest = after.cut(end + 1..);
    }
    let changed = rest.len() < pattern.len();
    changed.then(|| (without + rest, with + rest))
}

/// Whether a directive of a location turns requests away.
pub fn refuses(directive: &Directive) -> bool {
    let error = || directive.arg(0).and_then(|code| code.parse::<u16>().ok()).is_some_and(|code| code >= 400);
    directive.is("deny") && directive.arg(0) == Some("all")
        || directive.is("return") && error()
        || directive.is("internal")
}

/// Whether a location of a file, given by its index, answers requests for a path with an error: `deny all`, `return` of
/// a status from 400 on, `internal`.
pub fn turns_away(file: &File, index: u32, path: &str) -> Answer<()> {
    match file.directives.get(index as usize) {
        Some(location) if file.children(index).any(|(_, directive)| refuses(directive)) => fits(location, path),
        _ => Answer::No(Why::new("it lets requests in")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};
    use crate::syntax::nginx;

    fn answer(location: &str, path: &str) -> &'static str {
        let text = format!("server {{ {location} }}");
        let file = nginx::parse(&Source::new(FileId(0), "nginx.conf", text.into_bytes()));
        match turns_away(&file, 1, path) {
            Answer::Yes(()) => "yes",
            Answer::No(_) => "no",
            Answer::Unknown(_) => "unknown",
        }
    }

    #[test]
    fn locations_are_compared_as_nginx_compares_them() {
        for (location, path, expected) in [
            (r"location ~ /\. { deny all; }", "/.env", "yes"),
            (r"location ~ /\. { deny all; }", "/app/.env.prod", "yes"),
            (r"location ~ /\. { deny all; }", "/prod.env", "no"),
            (r"location ~ /\.ht { deny all; }", "/.env", "no"),
            (r"location ~* \.(ENV|bak)$ { return 404; }", "/prod.env", "yes"),
            (r"location ~ \.(ENV|bak)$ { return 404; }", "/prod.env", "no"),
            (r#"location ~ "^/\.{1,2}env" { return 444; }"#, "/.env", "yes"),
            (r"location ~ /\.(?!well-known).* { deny all; }", "/.env", "yes"),
            (r"location ~ /\.(?!well-known(/|$)) { deny all; }", "/prod.env", "no"),
            (r"location ~ /\.(?!well-known) { deny all; }", "/.well-known/.env", "unknown"),
            (r"location ~ (?<=/)\.env { deny all; }", "/.env", "unknown"),
            (r"location ~ /\. { access_log off; }", "/.env", "no"),
            (r"location ~ /\. { return 301 /; }", "/.env", "no"),
            ("location = /.env { return 404; }", "/.env", "yes"),
            ("location =/.env { internal; }", "/.env.prod", "no"),
            ("location ^~ /config/ { deny all; }", "/config/.env", "yes"),
            ("location /config/ { deny all; }", "/.env", "no"),
        ] {
            assert_eq!(answer(location, path), expected, "{location} {path}");
        }
    }
}
