//! nginx: files as written, and servers with the values that are in effect in them.

use crate::source::{FileId, Span, Spanned};
use crate::syntax::nginx;

/// One file, main configuration or fragment, as written.
#[derive(Clone, Debug)]
pub struct NginxFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
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

impl NginxFile {
    /// The view of one parsed file.
    pub fn new(file: FileId, path: &str, _: &nginx::File) -> Self {
        NginxFile { file, path: path.to_owned() }
    }
}
