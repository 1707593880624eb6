//! nginx: files as written, and servers with the values that are in effect in them.

mod build;
mod expand;
pub mod flow;
mod grammar;
mod infer;
mod load;
mod matching;
mod onward;
mod problem;
mod regex;
mod repeated;
mod sent;
mod servers;
mod structure;
pub mod values;

pub use build::build;
pub use expand::{Effective, Expanded, Included, Kept, Level, Node, expand};
pub use infer::infer;
pub use load::{Loaded, load, problems_of};
pub use matching::{parts, route, turns_away};
pub use onward::{Onward, Refusal, Target, When, onward, refused};
pub use problem::{Kind, Problem};
pub use sent::{ENDLESS, Request, Sent, request};
pub use servers::{Socket, sockets};

use std::sync::Arc;

use crate::model::{Head, Known, Meaning};
use crate::source::{FileId, Gap, Span, Spanned};
use crate::syntax::nginx;
pub use crate::syntax::nginx::Place;

/// One file, main configuration or fragment, as written.
#[derive(Clone, Debug)]
pub struct NginxFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// Where its directives fit best. Where it stands in the configurations that include it says the project.
    pub place: Place,
    /// Passwords and keys that are sent along in a header.
    pub secrets: Vec<Span>,
}

/// One configuration as nginx would load it: a main file with its includes, or a fragment nobody includes.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it starts from.
    pub file: FileId,
    /// Why there may be more: a fragment, an include that is not in the project. Without a gap something may be called
    /// missing.
    pub gap: Gap,
    /// The servers, in order.
    pub servers: Vec<Server>,
    /// Where servers of `stream` and `mail` listen.
    pub other_listens: Vec<Listen>,
    /// The upstreams, in order.
    pub upstreams: Vec<Upstream>,
    /// Where its outermost directives stand: [`Place::Main`] for a main file.
    pub place: Place,
    /// Where it loads modules that are not part of nginx.
    pub modules: Gap,
    /// Whether there is an `events` block, without which nginx does not start.
    pub events: bool,
    /// The words `http` and `stream` that open a block.
    pub blocks: Vec<Span>,
    /// The zones and log formats that are made and asked for.
    pub names: Names,
    /// The files with pass phrases of keys, `ssl_password_file`, as written.
    pub password_files: Vec<Spanned<String>>,
    /// The names of hosts that nginx looks up when it starts, beside those that requests are passed to: of proxies that it
    /// believes, name servers, servers for logs.
    pub looked_up: Vec<Spanned<String>>,
    /// What nginx refuses of it.
    pub problems: Vec<Problem>,
    /// All directives, includes put in.
    pub tree: Kept,
}

/// What a configuration gives names to, and where it asks for them.
#[derive(Clone, Default, Debug)]
pub struct Names {
    /// The shared memory zones by the directive that makes them.
    pub zones: Vec<Zone>,
    /// Where zones are asked for.
    pub zone_uses: Vec<Zone>,
    /// `log_format` names, in reading order.
    pub log_formats: Vec<Spanned<String>>,
    /// Formats that `access_log` names, in reading order together with what was defined before.
    pub log_uses: Vec<LogUse>,
}

impl Names {
    /// Notes a log format that is defined in front of everything, in a file that is not in the project.
    pub fn define_format(&mut self, name: &str, file: FileId) {
        self.log_formats.insert(0, Spanned::new(name.to_owned(), Span::new(file, 0, 0)));
        self.log_uses.iter_mut().for_each(|used| used.before += 1);
    }
}

/// A shared memory zone: `limit_req_zone`, `limit_conn_zone`, `proxy_cache_path` and their like.
#[derive(Clone, Debug)]
pub struct Zone {
    /// What it is for: `limit_req`, `limit_conn`, `proxy_cache`, ...
    pub kind: &'static str,
    /// Its name.
    pub name: Spanned<String>,
}

/// A format that `access_log` asks for.
#[derive(Clone, Debug)]
pub struct LogUse {
    /// Its name.
    pub name: Spanned<String>,
    /// How many of [`Names::log_formats`] stand before it.
    pub before: usize,
}

/// One `server` block with what it inherits. Its lists take no more room than they fill: there may be many servers.
#[derive(Clone, Debug)]
pub struct Server {
    /// The word `server`: where absence is reported.
    pub span: Span,
    /// Its level in the tree of its configuration.
    pub level: u32,
    /// The whole block.
    pub block: Span,
    /// The file it stands in.
    pub file: FileId,
    /// Why more may be in effect in it than what is known.
    pub gap: Gap,
    /// The same of what stands inside its own block.
    pub inner_gap: Gap,
    /// The `listen` directives; one without any listens on 80.
    pub listens: Box<[Listen]>,
    /// The names, as written.
    pub names: Box<[Spanned<String>]>,
    /// `ssl_certificate`, here or inherited; values as written.
    pub certificates: Box<[Spanned<String>]>,
    /// `ssl_certificate_key`, likewise.
    pub certificate_keys: Box<[Spanned<String>]>,
    /// `ssl_trusted_certificate` and `ssl_client_certificate`, likewise.
    pub authorities: Box<[Spanned<String>]>,
    /// `ssl_dhparam`, likewise.
    pub dhparam: Option<Spanned<String>>,
    /// All locations, nested ones after the one they stand in.
    pub locations: Box<[Location]>,
    /// Whether it stands in a file that is a fragment: what nginx's main file says is not known.
    pub fragment: bool,
    /// Whether the directive `ssl` stands in it, which made it TLS until nginx 1.25.1.
    pub old_ssl: bool,
    /// `ssl_reject_handshake on`: no certificate is needed.
    pub rejects_handshake: bool,
    /// Whether it answers itself, before any location is looked at: with `return`, or a `rewrite` of everything to
    /// another place.
    pub returns: bool,
    /// The response headers in effect in the server itself.
    pub headers: Known<Box<[Header]>>,
    /// Levels inside that set headers and thereby lose those from around them.
    pub dropped: Box<[Dropped]>,
    /// Whether code (Lua, njs) may add to the response.
    pub scripted: bool,
    /// Whether it serves files itself, outside of its locations.
    pub serves: bool,
    /// Where the first `return`, `rewrite` or `error_page` in it that leads to `https://` leads to.
    pub redirects: Option<Spanned<String>>,
}

impl Server {
    /// Whether one of its names may be that of a host: the same one, or a pattern that fits. Expressions and variables may.
    pub fn may_take(&self, host: &str) -> bool {
        self.names.iter().any(|name| {
            let name = name.value.as_str();
            let inside = |base: &str| host.strip_suffix(base).is_some_and(|rest| rest.ends_with('.'));
            name.eq_ignore_ascii_case(host)
                || name.contains(['~', '$', '{'])
                || name.strip_prefix("*.").is_some_and(inside)
                || name.strip_prefix('.').is_some_and(|base| base == host || inside(base))
                || name.strip_suffix(".*").is_some_and(|stem| host.starts_with(stem))
        })
    }
}

/// Whether a path is one that asks how a program is: `/api/health`.
pub fn is_health_path(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "health" | "healthz" | "ping" | "ready" | "live" | "status"))
}

/// A response header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its name, as written.
    pub name: String,
    /// The directive.
    pub span: Span,
}

/// Headers that a level loses because it sets some of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dropped {
    /// The first `add_header` of the level.
    pub span: Span,
    /// The block, for people: `location /static`.
    pub block: String,
    /// What is lost; neighbours share it.
    pub lost: Arc<[Header]>,
    /// Whether the level answers with `return` alone, so that no page is behind it.
    pub returns: bool,
    /// Why the level may set them again in another place.
    pub gap: Gap,
}

/// One `listen`.
#[derive(Clone, Debug)]
pub struct Listen {
    /// The directive.
    pub span: Span,
    /// The address, if one is written.
    pub address: Option<String>,
    /// The port; `None` for a unix socket or a value that is not known.
    pub port: Option<u16>,
    /// `ssl` (or `quic`).
    pub tls: bool,
    /// `default_server`.
    pub default: bool,
    /// `proxy_protocol`: something in front of it takes the connections.
    pub proxied: bool,
}

/// One `location`. What is in effect in it is asked of the project: `in_effect`.
#[derive(Clone, Debug)]
pub struct Location {
    /// The word `location`.
    pub span: Span,
    /// Its level in the tree of its configuration.
    pub level: u32,
    /// How its path is compared.
    pub modifier: Modifier,
    /// The level of the location it stands in.
    pub around: Option<u32>,
    /// Path or expression.
    pub path: Spanned<String>,
    /// Whether it turns requests away: `deny all`, `return` of a status from 400 on, `internal`.
    pub denies: bool,
    /// Where it takes files from: its own `root` or `alias`.
    pub files: Option<Spanned<String>>,
    /// Where requests go (`proxy_pass`, `uwsgi_pass`, `fastcgi_pass`, `grpc_pass`), in this location itself.
    pub pass: Option<Pass>,
    /// Whether it answers with `return` or `rewrite`, likewise.
    pub returns: bool,
    /// Whether it serves files or passes requests on, in this location itself.
    pub serves: bool,
}

/// How a location compares its path (`ngx_http_core_location`).
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Modifier {
    /// Nothing: the longest one wins, unless an expression fits.
    Prefix,
    /// `^~`: the longest one wins, and no expression is tried.
    Final,
    /// `=`.
    Exact,
    /// `~`.
    Regex,
    /// `~*`.
    AnyCase,
}

/// How requests are passed on.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// `proxy_pass http://`.
    Http,
    /// `proxy_pass https://`.
    Https,
    /// `grpc_pass`, with `grpc://` or nothing.
    Grpc,
    /// `grpc_pass grpcs://`.
    Grpcs,
    /// `fastcgi_pass`.
    FastCgi,
    /// `uwsgi_pass`.
    Uwsgi,
    /// SCGI, memcached, or what a variable says.
    Other,
}

impl Protocol {
    /// The directive that says how long nginx waits for an answer: 60 seconds unless told otherwise.
    pub fn read_timeout(self) -> Option<&'static str> {
        match self {
            Protocol::Http | Protocol::Https => Some("proxy_read_timeout"),
            Protocol::Grpc | Protocol::Grpcs => Some("grpc_read_timeout"),
            Protocol::FastCgi => Some("fastcgi_read_timeout"),
            Protocol::Uwsgi => Some("uwsgi_read_timeout"),
            Protocol::Other => None,
        }
    }
}

/// The target of a `*_pass`.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Where it is written.
    pub span: Span,
    /// How requests are passed on.
    pub protocol: Protocol,
    /// Host name, address or upstream name; `None` when it holds variables or is a unix socket.
    pub host: Option<String>,
    /// The port, if one is written.
    pub port: Option<u16>,
}

/// One `upstream`.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its name.
    pub name: Spanned<String>,
    /// Its servers.
    pub servers: Box<[UpstreamServer]>,
}

/// One `server` line of an upstream.
#[derive(Clone, Debug)]
pub struct UpstreamServer {
    /// The address as written.
    pub span: Span,
    /// Host name or address; `None` for a unix socket.
    pub host: Option<String>,
    /// The port; 80 if none is written.
    pub port: u16,
    /// `resolve`: its name is looked up while nginx runs.
    pub late: bool,
}

impl Meaning for NginxFile {
    fn secrets(&self) -> Vec<Span> {
        self.secrets.clone()
    }
}

/// The value of a header that logs nginx in, when it is written as it is.
fn secret(directive: &nginx::Directive) -> Option<Span> {
    let ([name, value], true) = (&directive.args[..], directive.is("proxy_set_header")) else { return None };
    let name = name.value.to_ascii_lowercase();
    let known = ["authorization", "api-key", "apikey", "token", "secret", "password"];
    let own = value.value.rsplit(' ').next().unwrap_or("");
    let is = known.iter().any(|word| name.ends_with(word)) && own.len() >= 8 && !value.is_open();
    // Without the quotes; with escapes in it, all of it.
    let (written, inner) = (value.span.range().len(), value.value.len());
    let span = if written == inner + 2 { value.span.slice(1, written - 1) } else { value.span };
    (is && !crate::secret::is_placeholder(own)).then_some(span)
}

impl NginxFile {
    /// The view of one parsed file.
    pub fn new(head: &Head, tree: &nginx::File) -> Self {
        let (file, path) = (head.source.id, head.source.path.clone());
        let secrets = tree.directives.iter().filter_map(secret).collect();
        NginxFile { file, place: infer(&path, tree), path, secrets }
    }
}
