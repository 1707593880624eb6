//! nginx: files as written, and servers with the values that are in effect in them.

mod build;
mod expand;
mod infer;
mod matching;
mod refused;
mod repeated;
pub mod structure;
pub mod values;

pub use build::build;
pub use expand::{Effective, Expanded, Included, Level, Node, expand};
pub use infer::infer;
pub use matching::turns_away;

use crate::model::{Head, Known, Meaning};
use crate::source::{FileId, Span, Spanned};
use crate::syntax::nginx;
pub use crate::syntax::nginx::Place;

/// One file, main configuration or fragment, as written.
#[derive(Clone, Debug)]
pub struct NginxFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// Where its content stands: the places it is included at, or the one its directives fit best.
    pub places: Vec<Place>,
    /// Whether another file of the project includes it.
    pub included: bool,
    /// Whether the configuration it belongs to is complete, with no modules that nobody knows.
    pub closed: bool,
}

/// One configuration as nginx would load it: a main file with its includes, or a fragment nobody includes.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it starts from.
    pub file: FileId,
    /// Whether it is complete: a main file, every include resolved. Only then may something be called missing.
    pub closed: bool,
    /// The servers, in order.
    pub servers: Vec<Server>,
    /// The upstreams, in order.
    pub upstreams: Vec<Upstream>,
    /// Where its outermost directives stand: [`Place::Main`] for a main file.
    pub place: Place,
    /// Whether it loads modules that are not part of nginx.
    pub modules: bool,
    /// Whether there is an `events` block, without which nginx does not start.
    pub events: bool,
    /// The words `http` and `stream` that open a block.
    pub blocks: Vec<Span>,
    /// The shared memory zones by the directive that makes them.
    pub zones: Vec<Zone>,
    /// Where zones are asked for.
    pub zone_uses: Vec<Zone>,
    /// `log_format` names, in reading order.
    pub log_formats: Vec<Spanned<String>>,
    /// Formats that `access_log` names, in reading order together with what was defined before.
    pub log_uses: Vec<LogUse>,
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
    /// How many of [`Config::log_formats`] stand before it.
    pub before: usize,
}

/// One `server` block with what it inherits.
#[derive(Clone, Debug)]
pub struct Server {
    /// The word `server`: where absence is reported.
    pub span: Span,
    /// The whole block.
    pub block: Span,
    /// The file it stands in.
    pub file: FileId,
    /// Whether everything that is in effect in it is known.
    pub closed: bool,
    /// The `listen` directives; one without any listens on 80.
    pub listens: Vec<Listen>,
    /// The names, as written.
    pub names: Vec<Spanned<String>>,
    /// `ssl_certificate`, here or inherited; values as written.
    pub certificates: Vec<Spanned<String>>,
    /// `ssl_certificate_key`, likewise.
    pub certificate_keys: Vec<Spanned<String>>,
    /// All locations, nested ones after the one they stand in.
    pub locations: Vec<Location>,
    /// Whether nothing inside its own block is missing; what is around it may be.
    pub whole: bool,
    /// Whether it stands in a file that is a fragment: what nginx's main file says is not known.
    pub fragment: bool,
    /// The versions of `ssl_protocols` in effect.
    pub protocols: Known<Vec<Spanned<String>>>,
    /// `ssl_reject_handshake on`: no certificate is needed.
    pub rejects_handshake: bool,
    /// What the server itself does with requests before any location is looked at.
    pub returns: Option<Return>,
    /// The response headers in effect in the server itself.
    pub headers: Known<Vec<Header>>,
    /// Levels inside that set headers and thereby lose those from around them.
    pub dropped: Vec<Dropped>,
    /// Whether code (Lua, njs) may add to the response.
    pub scripted: bool,
    /// Whether it serves files itself, outside of its locations.
    pub serves: bool,
    /// Whether some `return`, `rewrite` or `error_page` in it leads to `https://`.
    pub redirects: bool,
}

/// `return`, or a `rewrite` of everything to another place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Return {
    /// The directive.
    pub span: Span,
    /// The status code; 302 for a bare URL.
    pub code: u16,
    /// Where to, or the text that is sent.
    pub target: Option<String>,
}

impl Return {
    /// Whether it sends the client to HTTPS.
    pub fn to_https(&self) -> bool {
        (300..400).contains(&self.code)
            && self.target.as_ref().is_some_and(|target| target.to_ascii_lowercase().starts_with("https://"))
    }
}

/// A response header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its name, as written.
    pub name: String,
    /// Its value.
    pub value: String,
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
    /// What is lost.
    pub lost: Vec<Header>,
    /// Whether the level answers with `return` alone, so that no page is behind it.
    pub returns: bool,
    /// Whether the level holds an include that may set them again.
    pub open: bool,
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
}

/// One `location` with what it inherits.
#[derive(Clone, Debug)]
pub struct Location {
    /// The word `location`.
    pub span: Span,
    /// `=`, `~`, `~*`, `^~`, or empty.
    pub modifier: String,
    /// Path or expression.
    pub path: Spanned<String>,
    /// Where requests go (`proxy_pass`, `uwsgi_pass`, `fastcgi_pass`, `grpc_pass`), in this location itself.
    pub pass: Option<Pass>,
    /// `alias`, in this location itself.
    pub alias: Option<Spanned<String>>,
    /// `return` in this location itself.
    pub returns: Option<Return>,
    /// Whether it serves files or passes requests on, in this location itself.
    pub serves: bool,
    /// Whether it holds an include that is not in the project.
    pub open: bool,
    /// The headers it sets itself.
    pub headers: Vec<Header>,
    /// `client_max_body_size` in effect, in bytes; 0 is no limit. In a fragment the levels around it count as empty.
    pub body_limit: Known<u64>,
    /// `proxy_read_timeout` in effect, in seconds. In a fragment the levels around it count as empty.
    pub read_timeout: Known<u64>,
}

/// The target of a `*_pass`.
#[derive(Clone, Debug)]
pub struct Pass {
    /// The value as written.
    pub value: Spanned<String>,
    /// `http`, `https`, `grpc`, ...; empty for `uwsgi_pass` and `fastcgi_pass`.
    pub scheme: String,
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
    pub servers: Vec<UpstreamServer>,
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
}

impl Meaning for NginxFile {}

impl NginxFile {
    /// The view of one parsed file.
    pub fn new(head: &Head, tree: &nginx::File) -> Self {
        let (file, path) = (head.source.id, head.source.path.clone());
        NginxFile { file, places: vec![infer(&path, tree)], path, included: false, closed: false }
    }
}
