//! Masking: what must not be printed, whatever kind of file it stands in.
//!
//! Models name the exact ranges (the value of `SECRET_KEY`). This file adds what is secret by its look alone, in any
//! file and in comments too, so that a model's blind spot is not a leak.

use super::cut::Cut;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// `text` with the given ranges, and everything that looks like a credential, replaced by `*`, byte for byte.
pub fn mask(text: &str, secrets: &[Range<u32>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let known = secrets.iter().map(|range| range.start as usize..range.end as usize);
    for range in known.chain(by_look(text)) {
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
fn whole_characters(text: &str, range: Range<usize>) -> (usize, usize) {
    let mut start = range.start.min(text.len());
    let mut end = range.end.min(text.len()).max(start);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (start, end)
}

/// The passwords in `scheme://user:password@host`, as byte ranges of `text`. References (`${PASSWORD}`) are not secrets.
pub fn url_passwords(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for scheme in memchr::memmem::find_iter(bytes, b"://") {
        let start = scheme + 3;
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'/');
        let authority = &bytes[start..];
        let authority = &authority[..authority.iter().position(ends).unwrap_or(authority.len())];
        let authority = match memchr::memrchr(b'@', authority) {
            Some(at) => &authority[..=at],
            None => slashed(&bytes[start..], authority.len()),
        };
        let Some(at) = authority.len().checked_sub(1) else { continue };
        let Some(colon) = memchr::memchr(b':', &authority[..at]) else { continue };
        let password = &authority[colon + 1..at];
        if !password.is_empty() && !is_reference(password) {
            found.push(start + colon + 1..start + at);
        }
    }
    found
}

/// `user:pa/ss@` of `scheme://user:pa/ss@host`: a slash that should have been written `%2F`. Empty when there is none, or
/// when what stands before the slash is host and port.
fn slashed(rest: &[u8], slash: usize) -> &[u8] {
    let port = memchr::memchr(b':', &rest[..slash]).map(|colon| &rest[colon + 1..slash]);
    if port.is_none_or(|port| port.iter().all(u8::is_ascii_digit)) {
        return &[];
    }
    let token = &rest[..rest.len().min(160)];
    let end =
        token.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b',' | b'<' | b'>'));
    let token = &token[..end.unwrap_or(token.len())];
    memchr::memrchr(b'@', token).map_or(&[], |at| &token[..=at])
}

fn is_reference(value: &[u8]) -> bool {
    let value = value.trim_ascii_start();
    value.starts_with(b"$") && !value.contains(&b'-')
}

/// Assignments to secret names, flags that carry passwords, bearer tokens, well-known token shapes, private keys.
static BY_LOOK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r#"(?xi-u)
      (?<name> (?:secret|password|passwd|passphrase|_pass|token|api_?key|private_?key|access_?key|auth_?key|credential) [a-z0-9_.-]* )
          ["']? [\t\x20]* [=:] [\t\x20]* ["']? (?<value> [^\s"'\x60,;{}\[\]\#<>$][^\s"'\x60,;]* )
    | (?: --[a-z-]*(?:pass|password|secret|token) | requirepass | masterauth ) [\x20=]+ ["']? (?<flag> [^\s"'$-][^\s"']* )
    | authorization ["'=:\x20\t]+ [a-z]+ \x20+ (?<auth> [a-z0-9+/_.=~-]+ )
    | \b bearer \x20+ (?<token> [a-z0-9+/_.=~-]{16,} )
    | \b (?<shape> (?:sk|rk|pk|whsec|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abprs]|sntrys|npm|pypi|hf|dckr_pat|AKIA|ASIA|AIza|SG\.|eyJ)[_-]?[a-z0-9_.+/=-]{12,} )
    | -----BEGIN [A-Z\x20]* PRIVATE\x20KEY----- (?<key> [^-]* )
    "#;
    Regex::new(pattern).ok()
});

/// Ends of names that say where a secret is or how it behaves, not what it is.
const NOT_VALUES: [&str; 8] = ["_file", "_path", "_url", "_ttl", "_name", "_length", "_algorithm", "_header"];

/// What stands where a port belongs in a URL without `@` and is no port: the password of a URL that lost its host.
fn lost_passwords(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '/' | ',' | ';' | ')' | ']');
    memchr::memmem::find_iter(text.as_bytes(), b"://").filter_map(move |scheme| {
        let authority = text.cut(scheme + 3..).split(ends).next()?;
        let (host, rest) = authority.split_once(':')?;
        let port = rest.is_empty() || rest.bytes().all(|b| b.is_ascii_digit() || b == b'*');
        let other = host.is_empty() || host.starts_with('[') || rest.contains(['@', '$', '{', '%', ':']);
        let start = scheme + 3 + host.len() + 1;
        (!port && !other).then_some(start..start + rest.len())
    })
}

fn by_look(text: &str) -> Vec<Range<usize>> {
    let mut found = url_passwords(text);
    found.extend(lost_passwords(text));
    let Some(regex) = &*BY_LOOK else { return found };
    for captures in regex.captures_iter(text.as_bytes()) {
        if let Some(name) = captures.name("name") {
            let name = name.as_bytes().to_ascii_lowercase();
            if NOT_VALUES.iter().any(|end| name.ends_with(end.as_bytes())) {
                continue;
            }
        }
        let groups = ["value", "flag", "auth", "token", "shape", "key"];
        found.extend(groups.iter().filter_map(|group| captures.name(group)).map(|group| group.range()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        mask(text, &[])
    }

    #[test]
    fn masks_what_looks_secret_anywhere() {
        assert_eq!(masked("# SECRET_KEY=canary-4711"), "# SECRET_KEY=***********");
        assert_eq!(masked("url: postgres://u:canary@db/x"), "url: postgres://u:******@db/x");
        assert_eq!(masked("url: postgres://u:ca/nary@db/x"), "url: postgres://u:*******@db/x");
        assert_eq!(masked("Authorization \"Bearer canary123456\""), "Authorization \"Bearer ************\"");
        assert_eq!(
            masked("command: redis-server --requirepass canary1"),
            "command: redis-server --requirepass *******"
        );
    }

    #[test]
    fn masks_the_password_of_a_url_that_lost_its_host() {
        assert_eq!(masked("K=postgres://u:canary"), "K=postgres://u:******");
        for text in
            ["http://a:8000/x", "http://$host:$port", "http://[::1]:80", "http://unix:/run/a.sock", "http://*:*/"]
        {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn leaves_references_and_plain_text() {
        for text in [
            "PASSWORD=${DB_PASSWORD}",
            "redis://:${P}@redis",
            "http://localhost:8000/@me",
            "DEBUG=true",
            "proxy_pass http://backend;",
            "POSTGRES_PASSWORD_FILE: /run/secrets/db",
            "# pass the token through, basic authentication",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn multi_line_ranges_keep_line_ends() {
        assert_eq!(mask("K=\"a\nb\"", std::slice::from_ref(&(3..6))), "K=\"*\n*\"");
    }
}
