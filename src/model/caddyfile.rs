//! What Caddy passes requests to.

use crate::model::{Head, Meaning};
use crate::source::{Cut, Span, Spanned};
use crate::syntax::caddyfile::{self, Line};

/// A Caddyfile.
#[derive(Clone, Debug)]
pub struct Caddyfile {
    /// Its path.
    pub path: String,
    /// The addresses that requests are passed to, in order.
    pub passed: Vec<Passed>,
    /// The variables without which Caddy refuses the file.
    pub needed: Vec<Needed>,
}

/// A variable without which Caddy refuses the file.
#[derive(Clone, Debug)]
pub struct Needed {
    /// Its name, at the whole of `{$NAME}`.
    pub name: Spanned<String>,
    /// Whether a site has no other name; else it is the address of `email`.
    pub is_site: bool,
}

/// An address that requests are passed to.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The whole address as written: `http://app:8000`.
    pub to: Spanned<String>,
    /// Its host.
    pub host: String,
    /// Its port; `http` has 80, `https` 443.
    pub port: u16,
    /// Whether visitors of the site come over TLS: Caddy gets a certificate for every name that is not called `http://`.
    pub tls: bool,
    /// The first address of its site.
    pub site: Span,
    /// Whether Caddy itself listens on a port of this number.
    pub own_port: bool,
}

impl Meaning for Caddyfile {}

impl Caddyfile {
    /// The view of one file.
    pub fn new(head: &Head, tree: &mut caddyfile::File) -> Self {
        let mut passed = Vec::new();
        let sites = || tree.lines.iter().filter(|line| !line.words.is_empty());
        // A file for one site needs no braces: its first line is the address.
        let first = sites().find(|line| !line.words[0].value.starts_with('('));
        if first.is_some_and(|line| !line.opens && line.words[0].value != "import") {
            let site = first.map(|line| (speaks_tls(line), line.words[0].span));
            site.into_iter().for_each(|site| sites().for_each(|line| add(line, site, &mut passed)));
        } else {
            let of = |site: &Line| (speaks_tls(site), site.words[0].span);
            sites().for_each(|site| site.body.iter().for_each(|line| add(line, of(site), &mut passed)));
        }
        let listens: Vec<u16> = sites()
            .filter(|line| line.opens || first.is_some_and(|f| std::ptr::eq(f, *line)))
            .flat_map(ports)
            .collect();
        // Its administration listens on 2019.
        passed.iter_mut().for_each(|one: &mut Passed| one.own_port = one.port == 2019 || listens.contains(&one.port));
        let needed = tree.lines.iter().flat_map(needed).collect();
        Caddyfile { path: head.source.path.clone(), passed, needed }
    }
}

/// What a site or the block of global options needs: Caddy puts variables in before it reads the file (`replaceEnvVars` in
/// `caddyconfig/caddyfile/parse.go`), and refuses a site without an address (`httpcaddyfile/httptype.go`) and an option without
/// its value (`parseOptSingleString` in `options.go`).
fn needed(line: &Line) -> Vec<Needed> {
    let bare = |word: &Spanned<String>| {
        let name = word.value.trim_end_matches(',').strip_prefix("{$")?.strip_suffix('}')?;
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        is_name.then(|| Spanned::new(name.to_owned(), word.span))
    };
    if line.words.is_empty() {
        let options = line.body.iter().filter(|option| option.words.first().is_some_and(|word| word.value == "email"));
        let values = options.filter_map(|option| match &option.words[..] {
            [_, value] => bare(value),
            _ => None,
        });
        return values.map(|name| Needed { name, is_site: false }).collect();
    }
    // With one other address the site has a name.
    let names: Option<Vec<_>> = line.words.iter().filter(|_| line.opens).map(bare).collect();
    let only = names.filter(|names| names.len() == 1).unwrap_or_default();
    only.into_iter().map(|name| Needed { name, is_site: true }).collect()
}

/// The ports that Caddy listens on for a site.
fn ports(site: &Line) -> Vec<u16> {
    let of = |word: &Spanned<String>| {
        let name = word.value.trim_end_matches(',').rsplit("//").next().unwrap_or("");
        name.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
    };
    site.words.iter().filter_map(of).chain([80, 443]).collect()
}

/// Whether a site has a name that Caddy gets a certificate for.
fn speaks_tls(site: &Line) -> bool {
    site.words.iter().any(|word| {
        let name = word.value.trim_end_matches(',');
        !name.starts_with("http://") && !name.starts_with(':') && !name.ends_with(":80") || name.starts_with(":443")
    })
}

/// The addresses of a directive, or of those in its block.
fn add(line: &Line, site: (bool, Span), found: &mut Vec<Passed>) {
    if line.words.first().is_some_and(|word| word.value == "reverse_proxy") {
        // In front of them may stand which requests are meant: `/api/*`, `@api`.
        let own = line.words.iter().skip(1).filter(|word| !word.value.starts_with(['/', '@', '*']));
        let more = line.body.iter().filter(|inner| inner.words.first().is_some_and(|word| word.value == "to"));
        let all = own.chain(more.flat_map(|inner| inner.words.iter().skip(1)));
        found.extend(all.filter_map(|to| address(to, site)));
    } else {
        line.body.iter().for_each(|inner| add(inner, site, found));
    }
}

/// An address that is known: no socket, range of ports or value from elsewhere.
fn address(to: &Spanned<String>, (tls, site): (bool, Span)) -> Option<Passed> {
    let text = to.value.as_str();
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let usual = match scheme {
        "http" | "h2c" => 80,
        "https" => 443,
        _ => return None,
    };
    if rest.contains(['{', '/', '*']) {
        return None;
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()?),
        _ => (rest, usual),
    };
    let host = if host.is_empty() { "localhost" } else { host.trim_matches(['[', ']']) };
    let known = !host.is_empty() && host.cut(..1) != "-";
    known.then(|| Passed { to: to.clone(), host: host.to_owned(), port, tls, site, own_port: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use crate::source::{FileId, Source};

    fn passed(text: &str) -> Vec<(String, u16, bool)> {
        let source = Source::new(FileId(0), "Caddyfile", text.as_bytes().to_vec());
        let head = Head { source: &source, kind: Kind::Caddyfile };
        let view = Caddyfile::new(&head, &mut caddyfile::parse(&source));
        view.passed.into_iter().map(|one| (one.host, one.port, one.tls)).collect()
    }

    #[test]
    fn addresses_of_sites() {
        let one = |host: &str, port, tls| (host.to_owned(), port, tls);
        for (text, expected) in [
            ("shop.de {\n reverse_proxy app:8000\n}", vec![one("app", 8000, true)]),
            ("shop.de\nreverse_proxy :8000\n", vec![one("localhost", 8000, true)]),
            ("http://shop.de {\n reverse_proxy app\n}", vec![one("app", 80, false)]),
            (
                ":80 {\n handle /api/* {\n  reverse_proxy api:1 api2:2\n }\n}",
                vec![one("api", 1, false), one("api2", 2, false)],
            ),
            ("{\n email x\n}\nshop.de {\n reverse_proxy @ws {\n  to https://[::1]:9\n }\n}", vec![one("::1", 9, true)]),
            ("shop.de {\n reverse_proxy {$UP} unix//run/x.sock app:8000-8003\n}", vec![]),
            ("(up) {\n reverse_proxy app:8000\n}\nshop.de {\n import up\n}", vec![one("app", 8000, true)]),
        ] {
            assert_eq!(passed(text), expected, "{text}");
        }
    }
}
