//! Upstreams, and what refers to them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::nginx::grammar::{self, Host};
use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::{Expanded, Node};
use crate::source::{Span, Why};
use crate::syntax::nginx::Place;

/// The upstreams of a configuration.
#[derive(Default)]
pub(super) struct Upstreams {
    /// By whether they are of `stream`, and name.
    named: HashMap<(bool, String), Span>,
    /// What refers to a name: where, with which port, and whether one is needed.
    passes: Vec<Pass>,
    blocks: Vec<u32>,
    /// Upstreams whose way to choose knows no servers for an emergency.
    plain: HashMap<u32, Span>,
    streams: Vec<u32>,
}

struct Pass {
    stream: bool,
    host: String,
    port: Option<u16>,
    needs_port: bool,
    span: Span,
}

impl Upstreams {
    pub fn directive(&mut self, index: u32, node: &Node<'_>, found: &mut Vec<Problem>) {
        let directive = node.directive;
        let stream = matches!(node.place, Place::Stream | Place::StreamServer | Place::StreamUpstream);
        match (&*directive.name.value, node.place) {
            ("upstream", Place::Http | Place::Stream) => {
                if let Some(word) = directive.args.first().filter(|word| !word.is_placeholder()) {
                    self.named.entry((stream, word.value.to_ascii_lowercase())).or_insert(word.span);
                }
                self.blocks.push(index);
            }
            ("server", Place::Stream) => self.streams.push(index),
            ("ip_hash" | "hash" | "random", Place::Upstream | Place::StreamUpstream) => {
                if let Some(block) = node.parent {
                    self.plain.entry(block).or_insert(directive.words());
                }
            }
            ("server", Place::Upstream | Place::StreamUpstream) => {
                let backup = directive.args.iter().skip(1).find(|word| &*word.value == "backup");
                let method = node.parent.and_then(|block| self.plain.get(&block));
                if let (Some(word), Some(method)) = (backup, method) {
                    let message = "`backup` cannot be used with the way servers are chosen here";
                    let help = "remove `backup`, or take `least_conn` instead";
                    found.push(Problem::new(Kind::Upstream, word.span, message, help).beside(*method, "chosen here"));
                }
            }
            (name, _) if name.ends_with("_pass") => {
                let Some(target) = grammar::target(directive, stream) else { return };
                let Ok(address) = grammar::address(target.address, target.how) else { return };
                let host = match address.host {
                    Host::Name(name) => name.to_ascii_lowercase(),
                    Host::V4(ip) => ip.to_string(),
                    Host::V6(ip) => format!("[{ip}]"),
                    Host::Unix(_) => return,
                };
                let (port, needs_port, span) = (address.port, !target.port, target.word.span);
                self.passes.push(Pass { stream, host, port, needs_port, span });
            }
            _ => {}
        }
    }

    pub fn finish(self, tree: &Expanded<'_>, gap: Option<&Arc<Why>>, found: &mut Vec<Problem>) {
        let mut met: HashSet<(bool, &str)> = HashSet::new();
        for pass in &self.passes {
            // One that was met before gives its port.
            let again = !met.insert((pass.stream, &pass.host));
            let upstream = self.named.get(&(pass.stream, pass.host.clone()));
            match (upstream, pass.port) {
                (Some(first), Some(_)) => {
                    let message = "this is the name of an upstream, which takes no port here";
                    let help = "remove the port, and write ports behind the servers of the upstream";
                    found.push(Problem::new(Kind::Upstream, pass.span, message, help).beside(*first, "the upstream"));
                }
                (None, None) if pass.needs_port && !again && gap.is_none() => {
                    let message = "no upstream has this name, and a host needs a port here";
                    let help = "add the port, or define the upstream";
                    found.push(Problem::new(Kind::Upstream, pass.span, message, help));
                }
                _ => {}
            }
        }
        for block in &self.blocks {
            found.extend(empty(*block, tree, gap));
        }
        for server in &self.streams {
            found.extend(stream_server(*server, tree, gap));
        }
    }
}

/// An upstream without servers, or with none that is not for an emergency.
fn empty(block: u32, tree: &Expanded<'_>, gap: Option<&Arc<Why>>) -> Option<Problem> {
    let node = tree.nodes.get(block as usize)?;
    // An include or a module may bring the servers; the commercial version gets them elsewhere.
    if tree.gap(Some(block)).is_some() {
        return None;
    }
    let inside = || tree.level(Some(block)).map(|(_, node)| node.directive);
    let brings = |name: &str| inside().any(|directive| directive.is(name));
    if ["state", "include"].into_iter().any(brings) || inside().any(|d| d.id.entries().is_empty()) {
        return None;
    }
    let mut servers = inside().filter(|directive| directive.is("server")).peekable();
    if servers.peek().is_none() {
        // With a zone, the commercial version takes servers over its API.
        if brings("zone") && gap.is_some() {
            return None;
        }
        let message = "the upstream has no server";
        let help = "add `server HOST:PORT;`, or remove the upstream";
        return Some(Problem::new(Kind::Upstream, node.directive.words(), message, help));
    }
    let resolved = inside().flat_map(|directive| &directive.args).find(|word| &*word.value == "resolve");
    if let Some(word) = resolved.filter(|_| !brings("zone")) {
        let message = "names are looked up at run time only in an upstream with a `zone`";
        return Some(Problem::new(Kind::Upstream, word.span, message, "add `zone NAME 64k;` to the upstream"));
    }
    let only = servers.all(|server| server.args.iter().skip(1).any(|word| &*word.value == "backup"));
    only.then(|| {
        let message = "every server of the upstream is a `backup`";
        Problem::new(Kind::Upstream, node.directive.words(), message, "remove `backup` from one of them")
    })
}

/// `ngx_stream_init_connection` and `ngx_stream_optimize_servers`: a server needs an address and something to do.
fn stream_server(server: u32, tree: &Expanded<'_>, gap: Option<&Arc<Why>>) -> Option<Problem> {
    let node = tree.nodes.get(server as usize)?;
    node.directive.block?;
    if gap.is_some() || tree.gap(Some(server)).is_some() {
        return None;
    }
    let has = |name: &str| tree.level(Some(server)).any(|(_, node)| node.directive.is(name));
    let problem = |message: &str, help: &str| {
        Some(Problem::new(Kind::Arguments, node.directive.words(), message.to_owned(), help.to_owned()))
    };
    if !has("listen") {
        return problem("a server in `stream` needs `listen`", "add `listen PORT;`");
    }
    if !["proxy_pass", "return", "pass"].into_iter().any(has) {
        return problem("a server in `stream` needs something to do", "add `proxy_pass HOST:PORT;`");
    }
    None
}
