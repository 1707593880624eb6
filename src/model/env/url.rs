//! URLs inside values: lists of origins, connection strings, addresses of services.

use crate::model::BLANK;
use crate::source::Cut;
use std::ops::Range;

/// A URL in a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url<'a> {
    /// `https`, lower case as written.
    pub scheme: &'a str,
    /// The host without port and brackets.
    pub host: &'a str,
    /// The path, `""` or with its slash.
    pub path: &'a str,
    /// The user, `""` without one.
    pub user: &'a str,
    /// The password, `""` without one.
    pub password: &'a str,
    /// The port, `""` without one. A part in which [`BLANK`] stands is not known.
    pub port: &'a str,
    /// The options behind `?` or, as in JDBC, `;`.
    pub query: &'a str,
    /// The host, as bytes of the value.
    pub host_range: Range<usize>,
    /// From scheme to the end of the authority, as bytes of the value.
    pub range: Range<usize>,
}

/// The URLs of a value, however they are listed.
pub fn urls(value: &str) -> Vec<Url<'_>> {
    let bytes = value.as_bytes();
    let mut found = Vec::new();
    // Nobody lists this many addresses: it is data.
    if bytes.len() > 1 << 16 {
        return found;
    }
    for at in memchr::memmem::find_iter(bytes, b"://") {
        let scheme_byte = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-');
        let start = at - bytes[..at].iter().rev().take(24).take_while(|b| scheme_byte(b)).count();
        let from = at + 3;
        let ends = |b: &u8| {
            let sign = matches!(b, b'/' | b'?' | b'#' | b',' | b';' | b'"' | b'\'' | b'`' | b'<' | b'>' | b')' | b']');
            sign || matches!(b, b'}' | b'|' | b'\\') || b.is_ascii_whitespace()
        };
        // The brackets of an IPv6 address belong to the host.
        let bracket = memchr::memrchr(b'@', &bytes[from..bytes.len().min(from + 160)]).map_or(from, |i| from + i + 1);
        let skip = [from, bracket]
            .into_iter()
            .find(|&i| bytes.get(i) == Some(&b'['))
            .and_then(|i| memchr::memchr(b']', &bytes[i..bytes.len().min(i + 60)]).map(|close| i + close + 1));
        let search = skip.unwrap_or(from);
        let end_from = |search: usize| bytes[search..].iter().position(ends).map_or(bytes.len(), |i| search + i);
        let mut end = end_from(search);
        // `user:<the same password>@host`
        if bytes.get(end) == Some(&b'<')
            && let Some(close) = memchr::memmem::find(&bytes[end..bytes.len().min(end + 120)], b">@")
        {
            end = end_from(end + close + 1);
        }
        let authority = value.cut(from..end);
        let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let host = match address.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or(rest),
            None => address.split(':').next().unwrap_or(address),
        };
        let port = address.rsplit_once(':').map_or("", |(_, port)| port);
        let port = if port.bytes().all(|b| b.is_ascii_digit() || b == BLANK as u8) { port } else { "" };
        let bracketed = usize::from(address.starts_with('['));
        let host_start = end - address.len() + bracketed;
        let tail = value.cut(end..);
        // Long enough for any path; a list of thousands of addresses must not be read thousands of times.
        let near = (0..4).find_map(|back| tail.get(..tail.len().min(2048 - back))).unwrap_or("");
        let path_end = near.find([' ', ',', '"', '\'', ';', '?', '#']).unwrap_or(near.len());
        if start < at && !host.is_empty() {
            let path = if near.starts_with('/') { near.cut(..path_end) } else { "" };
            found.push(Url {
                scheme: value.cut(start..at),
                host,
                path,
                user,
                password,
                port,
                query: options(near),
                host_range: host_start..host_start + host.len(),
                range: start..end,
            });
        }
    }
    found
}

/// The options of a URL in the text behind its authority: up to white space, quotes or a fragment, and only if no other
/// URL of a list begins before.
fn options(tail: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '#');
    let tail = tail.split(ends).next().unwrap_or("");
    let Some(start) = tail.find(['?', ';']) else { return "" };
    if tail.cut(..start).contains("://") { "" } else { tail.cut(start + 1..) }
}

impl Url<'_> {
    /// The value of an option, whatever the case of its name.
    pub fn option(&self, name: &str) -> Option<&str> {
        let pairs = self.query.split(['&', ';']).filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next_back()
    }

    /// The TCP port it leads to: the written one, else that of its scheme. `None` for schemes that lead nowhere or are not
    /// known.
    pub fn target_port(&self) -> Option<u16> {
        let usual = self.usual_port()?;
        if self.port.is_empty() { Some(usual) } else { self.port.parse().ok() }
    }

    /// The TCP port of a scheme that leads over the network; `None` for `file`, `null`, and what is not known.
    fn usual_port(&self) -> Option<u16> {
        Some(match (self.scheme.split('+').next()?, self.store()) {
            ("http" | "ws", _) => 80,
            ("https" | "wss", _) => 443,
            ("nats", _) => 4222,
            ("smtp", _) => 25,
            ("ldap", _) => 389,
            ("amqps", _) => 5671,
            (_, Some("PostgreSQL")) => 5432,
            (_, Some("MySQL")) => 3306,
            (_, Some("MongoDB")) => 27017,
            (_, Some("Redis")) => 6379,
            (_, Some("RabbitMQ")) => 5672,
            (_, Some("SQL Server")) => 1433,
            _ => return None,
        })
    }

    /// The data store it connects to, by its scheme: `postgresql+asyncpg://` and `postgres://` are one.
    pub fn store(&self) -> Option<&'static str> {
        let scheme = self.scheme.split('+').next().unwrap_or(self.scheme);
        Some(match scheme.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" | "psql" | "pgsql" | "postgis" => "PostgreSQL",
            "mysql" | "mysql2" | "mariadb" => "MySQL",
            "mongodb" => "MongoDB",
            "redis" | "rediss" | "valkey" | "valkeys" => "Redis",
            "amqp" | "amqps" => "RabbitMQ",
            "sqlserver" | "mssql" => "SQL Server",
            _ => return None,
        })
    }
}

/// The entries of a list of hosts or origins, however it is written: with commas, spaces, or as JSON.
pub fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ', ';', '"', '\'', '[', ']']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// A part of a URL with its escapes (`%2F`) decoded; what is no escape stays.
pub fn percent_decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or("").as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The file of a SQLite database that a variable names: `sqlite:///app.db` gives `app.db`, `sqlite:////data/app.db` and
/// `DATABASE_PATH=/data/app.db` give `/data/app.db`. `None` for databases in memory.
pub fn sqlite_file<'a>(key: &str, value: &'a str) -> Option<&'a str> {
    let value = value.trim();
    let path = match value.split_once(':') {
        Some((scheme, rest)) if scheme.split('+').next().is_some_and(|name| matches!(name, "sqlite" | "sqlite3")) => {
            // Three slashes end an empty host; what follows is the path.
            rest.strip_prefix("///").or_else(|| rest.strip_prefix("//")).unwrap_or(rest)
        }
        _ => {
            let key = key.to_ascii_uppercase();
            let named = ["DB", "DATABASE", "SQLITE"].iter().any(|word| key.split('_').any(|part| part == *word));
            let file = [".db", ".sqlite", ".sqlite3"].iter().any(|end| value.ends_with(end));
            (named && file && !value.contains(':')).then_some(value)?
        }
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    (!path.is_empty() && !path.contains(":memory:") && !path.contains(['%', '$', ' '])).then_some(path)
}

/// Whether a value is a URL whose user or password has a reserved character in it that is not percent-encoded, so that
/// programs cut the URL at the wrong place. `Some(false)`: only some do.
pub fn broken_login(value: &str) -> Option<bool> {
    let (scheme, rest) = value.trim().split_once("://")?;
    let named = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-:".contains(&b));
    let token = rest.split([' ', '\t', '\n', '"', '\'', '`', '<', '>']).next().unwrap_or("");
    if !named || token.contains("://") {
        return None;
    }
    let end = token.find(['/', '?', '#']).unwrap_or(token.len());
    let Some((login, _)) = token.cut(..end).rsplit_once('@') else {
        // `user:pa/ss@host`: what stands before the sign is no port, and a host follows the last `@`.
        let (_, port) = token.cut(..end).split_once(':')?;
        let (_, after) = token.cut(end..).rsplit_once('@')?;
        let host = after.split(['/', '?', '#', ':', ',']).next().unwrap_or("");
        let hostly = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-[".contains(&b));
        let follows = after.len() == host.len() || after.cut(host.len()..).starts_with(['/', ':', ',', '?']);
        return (!port.is_empty() && !port.bytes().all(|b| b.is_ascii_digit()) && hostly && follows).then_some(true);
    };
    // `u:a@b/c@host:5432/x`: behind the slash stands another host with its port.
    let hidden = || {
        let (_, after) = token.cut(end..).rsplit_once('@')?;
        let (host, rest) = after.split_once(':')?;
        let port = rest.split(['/', '?', ',']).next().unwrap_or(rest);
        let hostly = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        (hostly && port.parse::<u16>().is_ok()).then_some(true)
    };
    if token.cut(end..).starts_with('/') && login.contains(':') && hidden().is_some() {
        return Some(true);
    }
    let percent = login.match_indices('%').any(|(at, _)| {
        let digits = login.as_bytes().get(at + 1..at + 3);
        !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    (login.contains('@') || percent).then_some(false)
}

/// Whether a host name is one of documentation and templates: `example.com`, `yourdomain.com`, `your-app.example`.
/// Names that carry such words by right (`example.company.io`) are not.
pub fn is_placeholder_domain(host: &str) -> bool {
    let lower = host.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = lower.split('.').collect();
    let [.., name, suffix] = labels[..] else { return false };
    // RFC 2606 reserves these for documentation.
    if suffix == "example" || suffix == "invalid" || name == "example" && matches!(suffix, "com" | "org" | "net") {
        return true;
    }
    const NAMES: [&str; 24] = [
        "yourdomain",
        "your-domain",
        "your_domain",
        "mydomain",
        "my-domain",
        "yoursite",
        "your-site",
        "yourapp",
        "your-app",
        "yourcompany",
        "your-company",
        "yourwebsite",
        "your-website",
        "domain",
        "changeme",
        "change-me",
        "yourhost",
        "your-host",
        "yourserver",
        "your-server",
        "replace-me",
        "replaceme",
        "placeholder",
        "yourproject",
    ];
    let named = |label: &str| NAMES.contains(&label) && (label != "domain" || matches!(suffix, "com" | "tld"));
    let hole = |label: &str| label.starts_with("your-") || label.starts_with("your_") || label.contains("xxxx");
    named(name)
        || suffix == "tld"
        || labels.iter().any(|label| hole(label))
        || labels.len() > 2
            && labels[..labels.len() - 2].iter().any(|label| matches!(*label, "yourdomain" | "your-domain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_lists_and_connection_strings() {
        let hosts = |value| urls(value).into_iter().map(|url| url.host).collect::<Vec<_>>();
        assert_eq!(hosts("https://a.com,http://b.com:80/x http://[::1]:3/"), ["a.com", "b.com", "::1"]);
        assert_eq!(hosts("[\"https://a.com\", \"http://b\"]"), ["a.com", "b"]);
        assert_eq!(hosts("postgresql+asyncpg://u:p@db:5432/x?y=z"), ["db"]);
        assert!(urls("sqlite:///app.db").is_empty() && urls("://x").is_empty() && urls("a").is_empty());
        assert_eq!(urls("http://api:3000/health")[0].path, "/health");
    }

    #[test]
    fn parts_of_connection_strings() {
        let url = &urls("postgresql+asyncpg://u:p@db:5432/x?sslmode=disable&A=b")[0];
        assert_eq!((url.user, url.password, url.port, url.path), ("u", "p", "5432", "/x"));
        assert_eq!(
            (url.option("SSLMODE"), url.option("a"), url.store()),
            (Some("disable"), Some("b"), Some("PostgreSQL"))
        );
        let url = &urls("jdbc:sqlserver://h:1433;encrypt=false;user=sa")[0];
        assert_eq!((url.port, url.option("encrypt"), url.store()), ("1433", Some("false"), Some("SQL Server")));
        let url = &urls("mongodb://u:p@a:1,b:2/x?tls=false")[0];
        assert_eq!((url.user, url.option("tls")), ("u", Some("false")));
        assert_eq!(urls("http://a,http://b?x=1")[0].query, "");
    }

    #[test]
    fn escapes() {
        for (text, plain) in
            [("a%2Fb", "a/b"), ("50%", "50%"), ("%zz%41", "%zzA"), ("%C3%A4", "ä"), ("%", "%"), ("", "")]
        {
            assert_eq!(percent_decoded(text), plain);
        }
    }

    #[test]
    fn sqlite_files() {
        for (key, value, path) in [
            ("DATABASE_URL", "sqlite:///./app.db", Some("./app.db")),
            ("DATABASE_URL", "sqlite+aiosqlite:////data/app.db?timeout=5", Some("/data/app.db")),
            ("DATABASE_URL", "sqlite:db/app.sqlite3", Some("db/app.sqlite3")),
            ("DATABASE_PATH", "/data/app.db", Some("/data/app.db")),
            ("DATABASE_URL", "sqlite:///:memory:", None),
            ("DATABASE_URL", "sqlite://", None),
            ("DATABASE_URL", "postgres://db/app.db", None),
            ("DB_HOST", "db", None),
            ("LOGO", "thumbs.db", None),
        ] {
            assert_eq!(sqlite_file(key, value), path, "{value}");
        }
    }

    #[test]
    fn logins_that_break_their_url() {
        for value in [
            "postgres://u:pa/ss@db:5432/x",
            "postgres://u:pa#ss@db/x",
            "redis://:a?b@h:6379/0",
            "postgres://u:p@s/word@db:5432/x",
        ] {
            assert_eq!(broken_login(value), Some(true), "{value}");
        }
        for value in ["postgres://u:p@ss@db/x", "mongodb://u:50%off@h/x"] {
            assert_eq!(broken_login(value), Some(false), "{value}");
        }
        for value in [
            "postgres://u:p%40ss@db/x",
            "postgres://u:p@db:5432/x?application_name=a@b",
            "https://a.com:8000/@me",
            "https://a.com/users/a:b@c.com",
            "kafka://a:1,b:2",
            "mongodb://u:p@a:1,b:2/x?y=a@b",
            "mail a@b.c",
            "https://a.com,https://b.com/@x",
            "git@github.com:a/b",
        ] {
            assert_eq!(broken_login(value), None, "{value}");
        }
    }

    #[test]
    fn placeholder_domains() {
        for host in [
            "example.com",
            "api.example.org",
            "yourdomain.com",
            "app.yourdomain.com",
            "your-app.vercel.app",
            "shop.example",
            "domain.com",
            "domain.tld",
        ] {
            assert!(is_placeholder_domain(host), "{host}");
        }
        for host in [
            "shop.de",
            "example.company.io",
            "domain.de",
            "localhost",
            "api.domains.com",
            "0.0.0.0",
            "exampleshop.com",
            "x.example.internal",
        ] {
            assert!(!is_placeholder_domain(host), "{host}");
        }
    }
}
