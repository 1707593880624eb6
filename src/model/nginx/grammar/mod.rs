//! What single directives refuse beyond the types of the table: the functions of nginx behind them, one small file for
//! those that belong together.

mod access;
mod address;
mod cache;
mod entries;
mod events;
mod headers;
mod limits;
mod listen;
mod location;
mod logs;
mod looked_up;
mod names;
mod pass;
mod paths;
mod resolver;
mod rewrite;
mod tls;
mod upstream;

pub(super) use address::{As, Host, parse as address};
pub(super) use entries::{Switches, entry, percent};
pub(super) use listen::socket_options;
pub(super) use looked_up::looked_up;
pub(super) use names::{exact, is_hostname};
pub(super) use pass::target;

use std::sync::LazyLock;

use super::problem::{Kind, Problem};
use super::regex;
use crate::syntax::nginx::{Directive, Place, Word, table::ByName};

/// A directive while it is judged.
pub(super) struct Judge<'a, 't> {
    /// The directive.
    pub directive: &'t Directive,
    /// Where it stands.
    pub place: Place,
    /// The directive whose block it stands in.
    pub parent: Option<&'t Directive>,
    /// Whether envsubst fills the file in.
    pub template: bool,
    /// What was found.
    pub found: &'a mut Vec<Problem>,
}

impl<'t> Judge<'_, 't> {
    /// Whether it stands in `stream`.
    fn stream(&self) -> bool {
        matches!(self.place, Place::Stream | Place::StreamServer | Place::StreamUpstream)
    }

    /// Whether it stands in `mail`.
    fn mail(&self) -> bool {
        matches!(self.place, Place::Mail | Place::MailServer)
    }

    /// Whether a word is filled in before nginx reads it.
    pub fn open(&self, word: &Word) -> bool {
        is_open(word, self.template)
    }

    /// The first argument, if it is what nginx will read.
    fn first(&self) -> Option<&'t Word> {
        self.directive.args.first().filter(|word| !self.open(word))
    }

    /// The arguments from a place on that are what nginx will read.
    fn from(&self, start: usize) -> impl Iterator<Item = &'t Word> + use<'t> {
        let template = self.template;
        self.directive.args.iter().skip(start).filter(move |word| !is_open(word, template))
    }

    fn refuse(&mut self, word: &Word, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Problem::new(Kind::Value, word.span, message, help));
    }

    fn refuse_all(&mut self, kind: Kind, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Problem::new(kind, self.directive.words(), message, help));
    }

    /// A parameter that the directive does not know.
    fn unknown(&mut self, word: &Word, help: impl Into<String>) {
        let message = format!("`{}` does not know this parameter", self.directive.name.value);
        self.refuse(word, message, help);
    }

    /// Judges a regular expression.
    fn expression(&mut self, word: &Word, pattern: &str) {
        if self.open(word) {
            return;
        }
        if let Err(message) = regex::scan(pattern) {
            let help = "correct the expression; quote it if it holds spaces, `;` or `{`";
            let message = format!("nginx cannot compile this regular expression: {message}");
            self.found.push(Problem::new(Kind::Regex, word.span, message, help));
        }
    }
}

/// Whether a word is filled in before nginx reads it.
pub(super) fn is_open(word: &Word, template: bool) -> bool {
    if template { word.is_open() } else { word.is_placeholder() }
}

type Grammar = fn(&mut Judge<'_, '_>);

/// Judges a directive that stands where it may, with the number of arguments that it takes.
pub(super) fn judge(mut judge: Judge<'_, '_>) {
    static GRAMMARS: LazyLock<ByName<Option<Grammar>>> = LazyLock::new(|| ByName::new(grammar));
    if let Some(grammar) = GRAMMARS.get(judge.directive.id).flatten() {
        grammar(&mut judge);
    }
}

#[rustfmt::skip]
fn grammar(name: &str) -> Option<Grammar> {
    let grammar: Grammar = match name {
        "listen" => |it| if !it.mail() { listen::listen(it, it.stream()) },
        "server_name" => |it| if !it.stream() && !it.mail() { names::server_name(it) },
        "location" => |it| location::location(it),
        "alias" | "root" => |it| paths::root(it),
        "try_files" => |it| paths::try_files(it),
        "error_page" => |it| paths::error_page(it),
        "expires" => |it| headers::expires(it),
        "add_header" | "add_trailer" => |it| headers::add_header(it),
        "proxy_cookie_domain" | "proxy_cookie_path" | "proxy_cookie_flags" | "proxy_redirect" => |it| headers::rewritten(it),
        "fastcgi_param" | "scgi_param" | "uwsgi_param" => |it| headers::param(it),
        "return" => |it| if !it.stream() { rewrite::return_code(it) },
        "rewrite" => |it| rewrite::rewrite(it),
        "if" => |it| rewrite::condition(it),
        "set" => |it| rewrite::set(it),
        "map" | "split_clients" => |it| rewrite::defines(it, 1),
        "geo" => |it| rewrite::geo(it),
        "auth_request_set" | "perl_set" => |it| rewrite::defines(it, 0),
        "access_log" => |it| logs::access_log(it, it.stream()),
        "error_log" => |it| logs::error_log(it),
        "log_format" => |it| logs::log_format(it, it.stream()),
        "open_log_file_cache" | "open_file_cache" => |it| logs::file_cache(it),
        "limit_req" => |it| limits::limit_req(it),
        "limit_conn" => |it| limits::limit_conn(it),
        "limit_req_zone" | "limit_conn_zone" => |it| limits::zone(it),
        "limit_except" => |it| limits::limit_except(it),
        "allow" | "deny" | "set_real_ip_from" => |it| access::network(it),
        "valid_referers" => |it| access::valid_referers(it),
        "proxy_pass" => |it| if it.stream() { pass::stream(it) } else { pass::pass(it) },
        "grpc_pass" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass" | "memcached_pass" => |it| pass::pass(it),
        "proxy_bind" | "fastcgi_bind" | "uwsgi_bind" | "scgi_bind" | "memcached_bind" | "grpc_bind" => |it| pass::bind(it),
        "server" => |it| if matches!(it.place, Place::Upstream | Place::StreamUpstream) { upstream::server(it) },
        "keepalive" | "zone" | "random" | "hash" => |it| upstream::setting(it),
        "resolver" => |it| resolver::resolver(it),
        "proxy_cache_path" | "fastcgi_cache_path" | "uwsgi_cache_path" | "scgi_cache_path" => |it| cache::path(it),
        "proxy_cache_valid" | "fastcgi_cache_valid" | "uwsgi_cache_valid" | "scgi_cache_valid" => |it| cache::valid(it),
        "ssl_session_cache" => |it| tls::session_cache(it),
        "worker_connections" | "worker_processes" | "worker_cpu_affinity" | "worker_priority" | "use" | "thread_pool"
        | "debug_connection" => |it| events::setting(it),
        "aio" | "directio" | "disable_symlinks" | "sub_filter" | "userid_mark" | "userid_expires" | "charset"
        | "modern_browser" | "gzip_disable" | "keepalive_timeout" => |it| paths::other(it),
        name if name.ends_with("_temp_path") => |it| cache::temp_path(it),
        name if name.ends_with("_store_access") || name == "dav_access" => |it| cache::access(it),
        _ => return None,
    };
    Some(grammar)
}
