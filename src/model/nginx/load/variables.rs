//! Variables: which are defined, which are used.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::cut::name_length;
use crate::model::nginx::grammar::is_open;
use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::{Expanded, Level, regex};
use crate::source::{Cut, Span, Why};
use crate::syntax::near::distance_within;
use crate::syntax::nginx::{Directive, Entry, Place, Word, shouts, table};

/// So many problems get a suggestion.
const MOST: usize = 50;

/// What the configuration says about variables.
#[derive(Default)]
pub(super) struct Variables {
    /// By whether they are of `stream`.
    defined: HashSet<(bool, String)>,
    /// In reading order, each once.
    used: Vec<Used>,
    seen: HashMap<(bool, String), usize>,
    /// Lists in `http` that are compiled only for a server that has none of its own.
    inherited: Vec<Inherited>,
}

struct Used {
    stream: bool,
    /// In small letters.
    name: String,
    written: String,
    span: Span,
}

/// A word of such a list.
struct Inherited {
    http: Level,
    list: &'static str,
    word: Word,
}

impl Variables {
    pub fn directive(
        &mut self,
        directive: &Directive,
        entry: &Entry,
        place: Place,
        level: Level,
        template: bool,
        found: &mut Vec<Problem>,
    ) {
        let stream = matches!(place, Place::Stream | Place::StreamServer | Place::StreamUpstream);
        let args = &directive.args;
        if entry.name == "memcached_pass" {
            self.note("memcached_key", directive.name.span, stream);
        }
        // Most words hold neither variables nor groups of expressions.
        if entry.name != "include" && !args.iter().any(|word| word.has_variables() || word.value.contains("(?")) {
            return;
        }
        let defines = match entry.name {
            "set" | "auth_request_set" | "perl_set" => args.first(),
            "map" | "split_clients" => args.get(1),
            "geo" => args.last(),
            _ => None,
        };
        self.defined
            .extend(defines.and_then(|word| Some((stream, word.value.strip_prefix('$')?.to_ascii_lowercase()))));
        if matches!(entry.name, "location" | "server_name" | "if" | "rewrite") || entry.name.starts_with("proxy_") {
            for word in args {
                self.captures(&word.value, stream);
            }
        }
        if entry.name == "include" && directive.arg(0).is_some_and(|path| path.ends_with("fastcgi-php.conf")) {
            // Debian's snippet sets it.
            self.defined.insert((false, "path_info".to_owned()));
        }
        if entry.name == "if" {
            return self.condition(directive, template, found);
        }
        if !entry.variables {
            return;
        }
        let list = entry.name.ends_with("_set_header") || entry.name.ends_with("_param");
        for (word, text) in compiled(directive) {
            if is_open(word, template) {
                continue;
            }
            if place == Place::Http && list {
                self.inherited.push(Inherited { http: level, list: entry.name, word: word.clone() });
            } else {
                self.uses(word, text, stream, found);
            }
        }
    }

    pub fn entry(&mut self, entry: &Directive, list: &Directive, template: bool, found: &mut Vec<Problem>) {
        if !list.is("map") {
            return;
        }
        let stream = false;
        // A map of `stream` looks the same; its variables are looked up in both.
        if entry.name.value.starts_with('~') {
            self.captures(&entry.name.value, false);
            self.captures(&entry.name.value, true);
        }
        if entry.is("include") {
            return;
        }
        for word in entry.args.iter().filter(|word| !is_open(word, template)) {
            self.uses(word, &word.value, stream, found);
        }
    }

    /// The named groups of an expression.
    fn captures(&mut self, pattern: &str, stream: bool) {
        if pattern.contains("(?") {
            self.defined.extend(regex::names(pattern).map(|name| (stream, name.to_ascii_lowercase())));
        }
    }

    fn condition(&mut self, directive: &Directive, template: bool, found: &mut Vec<Problem>) {
        let operator = directive.args.iter().position(|word| matches!(&*word.value, "~" | "~*" | "!~" | "!~*"));
        let last = directive.args.len().saturating_sub(1);
        for (at, word) in directive.args.iter().enumerate().filter(|(_, word)| !is_open(word, template)) {
            if operator.is_none_or(|operator| at < operator) {
                let text = word.value.trim_start_matches('(');
                let text = if at == last { text.strip_suffix(')').unwrap_or(text) } else { text };
                self.uses(word, text, false, found);
            }
        }
    }

    fn uses(&mut self, word: &Word, text: &str, stream: bool, found: &mut Vec<Problem>) {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('$') {
            let (name, next) = match after.strip_prefix('{') {
                Some(inner) => {
                    let length = name_length(inner);
                    if inner.as_bytes().get(length) != Some(&b'}') {
                        let message = "`${` is not closed, nginx cannot read the variable";
                        found.push(Problem::new(Kind::Variable, word.span, message, "write it as `${name}`"));
                        return;
                    }
                    (inner.cut(..length), inner.cut(length + 1..))
                }
                None => after.split_at(if after.starts_with(|c: char| ('1'..='9').contains(&c)) {
                    1
                } else {
                    name_length(after)
                }),
            };
            rest = next;
            if name.is_empty() {
                let message = "`$` without a name behind it is no variable, and nginx takes no other `$` here";
                let help = "remove it; a `$` that is meant as such needs a variable that holds it, made with `geo`";
                found.push(Problem::new(Kind::Variable, word.span, message, help));
                return;
            }
            if !name.bytes().all(|byte| byte.is_ascii_digit()) {
                self.note(name, word.span, stream);
            }
        }
    }

    fn note(&mut self, written: &str, span: Span, stream: bool) {
        let name = written.to_ascii_lowercase();
        if table::variable(&name, stream).is_some() {
            return;
        }
        let next = self.used.len();
        let slot = self.seen.entry((stream, name.clone())).or_insert(next);
        if *slot == next {
            self.used.push(Used { stream, name, written: written.to_owned(), span });
        }
    }

    /// What is used and not defined.
    pub fn finish(mut self, tree: &Expanded<'_>, gap: Option<&Arc<Why>>, found: &mut Vec<Problem>) {
        let mut taken: HashMap<(Level, &str), bool> = HashMap::new();
        for Inherited { http, list, word } in std::mem::take(&mut self.inherited) {
            let taken = taken.entry((http, list)).or_insert_with(|| {
                let mut servers = tree.level(http).filter(|(_, node)| node.directive.is("server"));
                servers.any(|(server, _)| !tree.level(Some(server)).any(|(_, node)| node.directive.is(list)))
            });
            if *taken {
                self.uses(&word, &word.value, false, found);
            }
        }
        for Used { stream, name, written, span } in &self.used {
            let (own, other) = ((*stream, name.clone()), (!*stream, name.clone()));
            // Entries of a map do not say which of the two they are of.
            if self.defined.contains(&own) || !*stream && self.defined.contains(&other) {
                continue;
            }
            if !*stream && table::variable(name, true).is_some() {
                continue;
            }
            // Whoever has many of these has another problem.
            let near = (found.len() < MOST).then(|| self.near(name, *stream)).flatten();
            let help = match near {
                Some(near) => format!("write `${near}`"),
                None if shouts(&format!("${written}")) => {
                    "nginx does not look at the environment: write the value here, or make the file a template that \
                     `envsubst` fills in before nginx starts"
                        .to_owned()
                }
                None => format!("define it with `set` or `map`, or write another name for `${written}`"),
            };
            let message = format!("nothing defines the variable `${written}`, so nginx does not start");
            let mut problem = Problem::new(Kind::Variable, *span, message, help);
            problem.unsure = gap.cloned();
            found.push(problem);
        }
    }

    /// The known name that is one or two letters away.
    fn near(&self, name: &str, stream: bool) -> Option<String> {
        let budget = if name.len() <= 4 { 1 } else { 2 };
        let own = self.defined.iter().filter(|(of, _)| *of == stream).map(|(_, name)| name.as_str());
        let all = own.chain(table::variables(stream).map(|name| -> &str { name }));
        // An edit changes two letters of the set at most.
        let letters = |word: &str| word.bytes().fold(0_u64, |set, byte| set | 1 << (byte & 63));
        let alike = |known: &str| (letters(known) ^ letters(name)).count_ones() as usize <= 2 * budget;
        let near = all.filter(|known| known.len().abs_diff(name.len()) <= budget && alike(known));
        let apart = |known: &str| distance_within(known.as_bytes(), name.as_bytes(), budget);
        near.filter_map(|known| Some((apart(known)?, known))).min().map(|(_, known)| known.to_owned())
    }
}

/// The words of a directive that nginx looks for variables in, with the text that it looks at.
fn compiled(directive: &Directive) -> Vec<(&Word, &str)> {
    let args = &directive.args;
    let whole = |word| -> (&Word, &str) { (word, &word.value) };
    match &*directive.name.value {
        "rewrite" | "set" | "auth_request_set" | "add_header" | "add_trailer" => {
            args.iter().skip(1).take(1).map(whole).collect()
        }
        name if name.ends_with("_set_header") || name.ends_with("_param") && !name.starts_with("xslt") => {
            args.iter().skip(1).take(1).map(whole).collect()
        }
        "map" | "split_clients" | "limit_req_zone" | "limit_conn_zone" | "hash" => {
            args.iter().take(1).map(whole).collect()
        }
        "geo" if args.len() == 2 => args.iter().take(1).map(whole).collect(),
        // Certificates are looked for only in servers that speak TLS.
        "geo" | "perl_set" | "sticky" | "aio" | "server_name" | "ssl_certificate" | "ssl_certificate_key" => Vec::new(),
        "access_log" => {
            let path = args.first().filter(|word| !word.value.starts_with("syslog:")).map(whole);
            let when = args.iter().skip(2).filter_map(|word| Some((word, word.value.strip_prefix("if=")?)));
            path.into_iter().chain(when).collect()
        }
        "error_page" => args.last().map(whole).into_iter().collect(),
        "log_format" => args.iter().skip(1).filter(|word| !word.value.starts_with("escape=")).map(whole).collect(),
        "proxy_redirect" | "proxy_cookie_domain" | "proxy_cookie_path" | "proxy_cookie_flags" => args
            .iter()
            .enumerate()
            .filter(|(at, word)| *at > 0 || !word.value.starts_with('~'))
            .map(|(_, w)| whole(w))
            .collect(),
        "charset" | "source_charset" => args.iter().filter(|word| word.value.starts_with('$')).map(whole).collect(),
        "xslt_stylesheet" => Vec::new(),
        _ => args.iter().map(whole).collect(),
    }
}
