//! Credentials in addresses: passwords and tokens before the `@`, in the path of a webhook, in connection strings.

use crate::cut::Cut;
use std::ops::Range;

use super::look;

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
        let Some(colon) = colon_outside(&authority[..at]) else { continue };
        let password = &authority[colon + 1..at];
        if !password.is_empty() && !is_reference(password) {
            found.push(start + colon + 1..start + at);
        }
    }
    found
}

/// The first colon that is not inside `${USER:-app}`.
fn colon_outside(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    text.iter().enumerate().find_map(|(at, byte)| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })
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

/// Everything secret in the addresses of a line.
pub(super) fn find(line: &str, found: &mut Vec<Range<usize>>) {
    if memchr::memmem::find(line.as_bytes(), b"://").is_some() {
        url_passwords(line).into_iter().for_each(|range| super::conceal(line, range, found));
        for scheme in memchr::memmem::find_iter(line.as_bytes(), b"://") {
            lost_password(line, scheme + 3, found);
            lone_token(line, scheme + 3, found);
            webhook(line, scheme + 3, found);
        }
    }
    if line.contains('@') {
        without_scheme(line, found);
    }
}

fn ends(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '/' | ',' | ';' | ')' | ']')
}

/// What stands where a port belongs in a URL and is no port: the password of a URL that lost its host, or one with a quote
/// or a blank inside.
fn lost_password(line: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let Some(rest) = line.get(start..) else { return };
    let authority = rest.split(ends).next().unwrap_or("");
    let Some((user, password)) = authority.split_once(':') else { return };
    if user.contains('{') {
        return;
    }
    // A port, perhaps followed by what closes the reference or goes on with the query.
    let port = |text: &str| {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '*');
        text.is_empty() || rest.len() < text.len() && !rest.starts_with(|c: char| c.is_alphanumeric())
    };
    let from = start + user.len() + 1;
    let behind = rest.get(authority.len()..).unwrap_or("");
    let behind: &str = behind.char_indices().nth(80).map_or(behind, |(end, _)| behind.cut(..end));
    // `u:'geheim@db`, `u:ge heim@db`, `u:ge"heim@db`: up to the `@`, if what is between can be one word more.
    let quoted = behind.starts_with(['"', '\'', '`', ' ', ',', ';', ')', ']', '<', '>']);
    let broken =
        quoted && !password.contains('@') && (!port(password) || password.is_empty() && !behind.starts_with(' '));
    if broken && let Some(at) = behind.find('@') {
        let between = behind.cut(..at);
        let one = between.len() <= 64 && !between.contains("://") && !between.contains(['=', ':', '$']);
        let blanks = between.split_whitespace().count();
        if one && blanks <= 2 {
            found.push(from..start + authority.len() + at);
            return;
        }
    }
    let other = user.starts_with('[') || password.contains(['@', '$', '{', '%', ':']);
    if !port(password) && !other && !super::is_open(password) {
        found.push(from..from + password.len());
    }
}

/// `https://TOKEN@host`, `https://PUBLIC_KEY@sentry.example.com/2`.
fn lone_token(line: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let Some(rest) = line.get(start..) else { return };
    let authority = rest.split(ends).next().unwrap_or("");
    let Some((user, _)) = authority.split_once('@') else { return };
    if !user.contains([':', '$', '{'])
        && user.len() >= 8
        && (look::any(user) || user.len() >= 20)
        && !super::is_open(user)
    {
        found.push(start..start + user.len());
    }
}

/// `https://hooks.example.com/services/T0/B0/XYZ`: whoever knows the path may post.
fn webhook(line: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let Some(rest) = line.get(start..) else { return };
    let stops =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ',' | ';' | '?' | '#' | ')' | ']');
    let address = rest.split(stops).next().unwrap_or("");
    let Some(slash) = address.find('/') else { return };
    let (host, path) = address.split_at(slash);
    let hooks = host.starts_with("hooks.") || host.contains(".webhook.");
    let behind = |word: &str| path.find(word).map(|at| at + word.len());
    let bot = path.starts_with("/bot").then_some(4).filter(|_| path.contains(':'));
    let open = bot
        .or_else(|| behind("/webhooks/").or_else(|| behind("/webhook/")))
        .or_else(|| behind("/services/").filter(|_| hooks))
        .or(hooks.then_some(1));
    let Some(open) = open else { return };
    let mut from = open;
    for segment in path.get(open..).unwrap_or("").split(['/', ':']) {
        let word = segment.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_');
        if !word && segment.len() >= 4 && !segment.starts_with(['$', '{']) && !super::is_open(segment) {
            let at = start + slash + from;
            found.push(at..at + segment.len());
        }
        from += segment.len() + 1;
    }
}

/// `app:geheim@tcp(db:3306)/app`, `FROM me:geheim@registry.example.com/app`.
fn without_scheme(line: &str, found: &mut Vec<Range<usize>>) {
    let in_user = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    for (at, _) in line.match_indices('@') {
        let (before, after) = line.split_at(at);
        let host = after.get(1..).unwrap_or("");
        let named = host.starts_with(|c: char| c.is_ascii_alphabetic() || c == '[' || c == '$')
            && !["sha256:", "sha512:"].iter().any(|digest| host.starts_with(digest));
        // Nobody's password is longer, and there may be thousands of these signs.
        let from = (at.saturating_sub(200)..=at).find(|&from| line.is_char_boundary(from)).unwrap_or(at);
        let token = before
            .cut(from..)
            .rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | '=' | '/'))
            .next();
        let Some((user, password)) = token.and_then(|token| token.split_once(':')) else { continue };
        let letter = user.is_empty() || matches!(user, "mailto" | "npm" | "xmpp" | "sip" | "acct");
        let reference = password.starts_with('$') || password.contains('{');
        if named
            && !letter
            && !reference
            && !password.is_empty()
            && user.chars().all(in_user)
            && !super::is_open(password)
        {
            found.push(at - password.len()..at);
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
    fn credentials_in_addresses() {
        for (text, expected) in [
            ("x://u:kanarie7@db/x", "x://u:********@db/x"),
            ("x://u:ka/narie7@db/x", "x://u:*********@db/x"),
            ("K=postgres://u:kanarie7", "K=postgres://u:********"),
            ("x://u:'kanarie7@db", "x://u:*********@db"),
            ("x://u:kana rie7@db/x", "x://u:*********@db/x"),
            ("https://qX7mWd2LkR3pZs9@git.example.com/x", "https://***************@git.example.com/x"),
            ("https://hooks.example.com/services/T0AB/B0AB/xyz7", "https://hooks.example.com/services/****/****/****"),
            ("https://discord.com/api/webhooks/123456/kan-Arie", "https://discord.com/api/webhooks/123456/********"),
            ("DSN=app:kanarie7@tcp(db:3306)/app", "DSN=app:********@tcp(db:3306)/app"),
            ("FROM me:kanarie7@r.example.com/x", "FROM me:********@r.example.com/x"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_without_credentials_are_shown() {
        for text in [
            "http://a:8000/x",
            "http://$host:$port",
            "http://[::1]:80",
            "http://unix:/run/a.sock",
            "http://*:*/",
            "redis://:${P}@redis",
            "http://localhost:8000/@me",
            "git@github.com:a/b.git",
            "ssh://git@github.com/a/b",
            "postgres://postgres:changeme@db/x",
            "me@example.org, you@example.org",
            "image: a/b:1.2@sha256:abc",
            "mailto:me@example.org",
            "curl -f http://localhost:8000 || mail me@example.org",
            "https://hooks.example.com/services/${SLACK}",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
