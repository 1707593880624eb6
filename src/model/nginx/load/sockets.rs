//! Who listens where: two servers that want different things of one address, and names that share one.

use std::collections::{BTreeMap, HashMap};

use super::last;
use crate::model::nginx::grammar::{self, As, Host};
use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::{Expanded, Node};
use crate::source::Span;
use crate::syntax::nginx::{Directive, Place};

/// Which program listens: TCP of `http`, QUIC, TCP and UDP of `stream`.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Family {
    Http,
    Quic,
    Tcp,
    Udp,
}

/// One server on an address.
struct Taken {
    server: u32,
    span: Span,
    default: bool,
    options: bool,
}

/// The addresses of a configuration.
#[derive(Default)]
pub(super) struct Sockets {
    taken: BTreeMap<(Family, String), Vec<Taken>>,
    /// The servers of `http`, with whether a `listen` was met in them.
    servers: HashMap<u32, bool>,
    connections: Option<Span>,
    /// Whether an address is not known.
    open: bool,
}

impl Sockets {
    pub fn directive(&mut self, index: u32, node: &Node<'_>, tree: &Expanded<'_>) {
        let directive = node.directive;
        match (&*directive.name.value, node.place) {
            ("server", Place::Http) => {
                self.servers.insert(index, false);
            }
            ("worker_connections", Place::Events) => self.connections = Some(directive.words()),
            ("listen", Place::Server | Place::StreamServer) => {
                let Some(server) = node.parent.filter(|server| {
                    tree.nodes.get(*server as usize).is_some_and(|block| block.directive.is("server"))
                }) else {
                    return;
                };
                self.servers.insert(server, true);
                self.listen(directive, server, node.place == Place::StreamServer);
            }
            _ => {}
        }
    }

    fn listen(&mut self, directive: &Directive, server: u32, stream: bool) {
        let has = |name: &str| directive.args.iter().skip(1).any(|word| &*word.value == name);
        let family = match (stream, has("quic"), has("udp")) {
            (false, false, _) => Family::Http,
            (false, true, _) => Family::Quic,
            (true, _, false) => Family::Tcp,
            (true, _, true) => Family::Udp,
        };
        let first = directive.args.first().filter(|word| !word.is_placeholder());
        let address = first.and_then(|word| grammar::address(&word.value, As::Listen).ok());
        let Some(address) = address.filter(|address| !address.range) else {
            self.open = true;
            return;
        };
        let port = address.port.unwrap_or(80);
        let key = match address.host {
            Host::Unix(path) => format!("unix:{path}"),
            Host::V4(ip) => format!("{ip}:{port}"),
            Host::V6(ip) => format!("[{ip}]:{port}"),
            Host::Name(name) => format!("{}:{port}", name.to_ascii_lowercase()),
        };
        let taken = Taken {
            server,
            span: directive.words(),
            default: has("default_server") || has("default"),
            options: grammar::socket_options(directive),
        };
        self.taken.entry((family, key)).or_default().push(taken);
    }

    pub fn finish(mut self, tree: &Expanded<'_>, found: &mut Vec<Problem>) {
        let mut bare: Vec<u32> = self.servers.iter().filter(|(_, listens)| !**listens).map(|(at, _)| *at).collect();
        bare.retain(|server| tree.gap_within(*server).is_none());
        for server in bare {
            let Some(node) = tree.nodes.get(server as usize) else { continue };
            let span = node.directive.name.span;
            let taken = Taken { server, span, default: false, options: false };
            self.taken.entry((Family::Http, "0.0.0.0:80".to_owned())).or_default().push(taken);
        }
        for ((family, _), servers) in &self.taken {
            conflicts(*family, servers, found);
            if matches!(family, Family::Http | Family::Quic) {
                names(servers, tree, found);
            }
        }
        self.connections(tree, found);
    }

    /// `ngx_event_init_conf`
    fn connections(&self, tree: &Expanded<'_>, found: &mut Vec<Problem>) {
        let Some(span) = self.connections else { return };
        let events = tree.level(None).find(|(_, node)| node.directive.is("events")).map(|(index, _)| index);
        let Some(directive) = events.and_then(|events| last(tree, Some(events), "worker_connections")) else {
            return;
        };
        let Some(connections) = directive.arg(0).and_then(|count| count.parse::<usize>().ok()) else { return };
        // One socket for each port at least: addresses of one port may share it.
        let mut ports: Vec<(bool, bool, &str)> = self
            .taken
            .keys()
            .map(|(family, key)| {
                let datagrams = matches!(family, Family::Quic | Family::Udp);
                (datagrams, key.starts_with('['), key.rsplit(':').next().unwrap_or(key))
            })
            .collect();
        ports.sort_unstable();
        ports.dedup();
        if connections < ports.len() + 1 {
            let message = format!("{connections} connections are not enough for {} sockets to listen on", ports.len());
            found.push(Problem::new(Kind::Size, span, message, "write `worker_connections 1024;`, or remove the line"));
        }
    }
}

/// `ngx_http_add_addresses`, `ngx_stream_optimize_servers`
fn conflicts(family: Family, servers: &[Taken], found: &mut Vec<Problem>) {
    let (mut default, mut options): (Option<&Taken>, Option<&Taken>) = (None, None);
    let mut seen: HashMap<u32, &Taken> = HashMap::new();
    for taken in servers {
        let twice = seen.insert(taken.server, taken);
        if let Some(first) = twice {
            let message = "this server listens there already";
            let problem = Problem::new(Kind::Socket, taken.span, message, "keep one of the two");
            found.push(problem.beside(first.span, "the first one"));
            continue;
        }
        // Later versions of `stream` have virtual servers, earlier ones take an address once.
        if matches!(family, Family::Tcp | Family::Udp) {
            continue;
        }
        if let Some(first) = options.filter(|_| taken.options) {
            let message = "another server sets options of this socket already, and nginx takes them once";
            let help = "write options like `backlog` and `reuseport` on one of the two lines only";
            found.push(Problem::new(Kind::Socket, taken.span, message, help).beside(first.span, "the first one"));
        } else if let Some(first) = default.filter(|_| taken.default) {
            let message = "another server is the default of this address already";
            let help = "keep `default_server` on one of the two lines";
            found.push(Problem::new(Kind::Socket, taken.span, message, help).beside(first.span, "the first one"));
        }
        default = default.or(Some(taken).filter(|taken| taken.default));
        options = options.or(Some(taken).filter(|taken| taken.options));
    }
}

/// `ngx_http_server_names`: only an address that servers share has a table of names.
fn names(servers: &[Taken], tree: &Expanded<'_>, found: &mut Vec<Problem>) {
    let shared = servers.iter().any(|taken| taken.server != servers.first().map_or(0, |first| first.server));
    if !shared || tree.fragment {
        return;
    }
    let http = servers.first().and_then(|taken| tree.nodes.get(taken.server as usize)?.parent);
    let bucket = super::sizes::bucket(tree, http, "server_names_hash_bucket_size");
    if let Some(directive) = super::sizes::without_room(tree, http, "server_names") {
        found.push(super::sizes::no_room(directive));
        return;
    }
    for taken in servers {
        let own = tree.level(Some(taken.server)).filter(|(_, node)| node.directive.is("server_name"));
        for word in own.flat_map(|(_, node)| &node.directive.args).filter(|word| !word.is_open()) {
            if !word.value.starts_with('~') && !grammar::is_hostname(&word.value) {
                let help = "write one `*` as the first or the last part: `*.shop.example`";
                found.push(Problem::new(Kind::Value, word.span, "this is no server name and no wildcard", help));
                continue;
            }
            let long =
                grammar::exact(&word.value).is_some_and(|name| !super::sizes::fits(name, bucket.unwrap_or(u64::MAX)));
            if long && tree.gap(http).is_none() {
                let message = "this name is too long for the table of server names";
                let help = "add `server_names_hash_bucket_size 128;` to `http`";
                found.push(Problem::new(Kind::Size, word.span, message, help));
            }
        }
    }
}
