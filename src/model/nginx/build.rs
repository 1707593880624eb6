//! From the tree with its includes put in to servers, locations and upstreams.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{
    Config, Dropped, Effective, Expanded, Header, Level, Listen, Location, Modifier, Names, Node, Pass, Protocol,
    Server, Upstream, UpstreamServer,
};
use crate::model::Known;
use crate::source::{Budget, FileId, Spanned, Why};
use crate::syntax::nginx::{Directive, Place, Word, table};

/// The view of one configuration. What servers inherit draws from the budget: each has a copy of it.
pub fn build(file: FileId, place: Place, tree: &Expanded<'_>, budget: &Budget) -> Config {
    let mut config = Config {
        file,
        gap: tree.gap_anywhere(),
        servers: Vec::new(),
        other_listens: Vec::new(),
        upstreams: Vec::new(),
        place,
        modules: None,
        events: false,
        password_files: Vec::new(),
        looked_up: Vec::new(),
        blocks: Vec::new(),
        names: Names::default(),
        tree: tree.keep(),
        problems: Vec::new(),
    };
    for (index, node) in (0u32..).zip(&tree.nodes) {
        let directive = node.directive;
        match (&*directive.name.value, node.place) {
            ("server", Place::Http) if directive.block.is_some() => {
                let server = server(tree, index, node, budget);
                if !budget.nodes(inherited(&server), directive.name.span) {
                    break;
                }
                config.servers.push(server);
            }
            ("upstream", Place::Http | Place::Stream) => config.upstreams.extend(upstream(tree, index, directive)),
            ("listen", Place::StreamServer | Place::MailServer)
                if directive.args.iter().all(|word| &*word.value != "udp") =>
            {
                config.other_listens.extend(listen(directive));
            }
            ("load_module", _) if !directive.arg(0).is_some_and(table::is_own_module) => {
                let why = || Arc::new(Why::seen("a module is loaded that is not part of nginx", directive.span));
                config.modules.get_or_insert_with(why);
            }
            ("events", Place::Main) => config.events = true,
            ("ssl_password_file", _) => config.password_files.extend(directive.args.first().map(spanned)),
            ("set_real_ip_from" | "resolver" | "access_log" | "error_log", _) => {
                config.looked_up.extend(super::grammar::looked_up(directive));
            }
            ("http" | "stream", Place::Main) => config.blocks.push(directive.name.span),
            _ => {}
        }
    }
    config
}

/// How many values a server has that may be written around it.
fn inherited(server: &Server) -> usize {
    let headers = server.headers.get().map_or(0, |list| list.len());
    let files = server.certificates.len() + server.certificate_keys.len() + server.authorities.len();
    headers + files + usize::from(server.dhparam.is_some())
}

fn spanned(word: &Word) -> Spanned<String> {
    Spanned::new(word.value.to_string(), word.span)
}

fn upstream(tree: &Expanded<'_>, index: u32, directive: &Directive) -> Option<Upstream> {
    let name = spanned(directive.args.first()?);
    let servers = tree
        .level(Some(index))
        .filter(|(_, node)| node.directive.is("server"))
        .filter_map(|(_, node)| node.directive.args.split_first())
        .map(|(word, parameters)| {
            let (host, port) = host_and_port(&word.value);
            let late = parameters.iter().any(|parameter| &*parameter.value == "resolve");
            UpstreamServer { span: word.span, host, port: port.unwrap_or(80), late }
        })
        .collect();
    Some(Upstream { name, servers })
}

/// `host:port`, `[::1]:port`, `host`; no host for unix sockets and variables.
fn host_and_port(text: &str) -> (Option<String>, Option<u16>) {
    if text.starts_with("unix:") || text.contains('$') || text.is_empty() {
        return (None, None);
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
        _ => (text, None),
    };
    (Some(host.trim_start_matches('[').trim_end_matches(']').to_owned()), port)
}

/// `listen` (nginx, `ngx_http_core_listen`): an address, a port or both, then parameters.
fn listen(directive: &Directive) -> Option<Listen> {
    let value = directive.arg(0)?;
    let (mut address, mut port) = (None, Some(80));
    if value.starts_with("unix:") || directive.args.first()?.is_open() {
        port = None;
    } else if value.bytes().all(|b| b.is_ascii_digit()) {
        port = value.parse().ok();
    } else {
        let (host, number) = host_and_port(value);
        port = number.or(port);
        address = host.filter(|host| host != "*");
    }
    let has = |name: &str| directive.args.iter().skip(1).any(|word| &*word.value == name);
    Some(Listen {
        span: directive.words(),
        address,
        port,
        tls: has("ssl") || has("quic"),
        default: has("default_server") || has("default"),
        proxied: has("proxy_protocol"),
    })
}

/// Whether it is an answer to every request: `return`, or a `rewrite` of every path to another place.
fn returns(directive: &Directive) -> bool {
    let Some(first) = directive.arg(0) else { return false };
    match directive.name.value.as_ref() {
        "return" => true,
        "rewrite"
            if matches!(first, "^" | "^/" | "^(.*)$" | "^(.*)" | "^/(.*)$" | "^/(.*)" | "(.*)" | ".*" | "^.*$") =>
        {
            let elsewhere = ["http://", "https://", "$scheme"];
            directive.arg(1).is_some_and(|target| elsewhere.iter().any(|start| target.starts_with(start)))
        }
        _ => false,
    }
}

/// The address on HTTPS that a directive sends clients to under some condition.
fn leads_to_https(directive: &Directive) -> Option<&Word> {
    let sends = ["return", "rewrite", "error_page"].iter().any(|name| directive.is(name));
    let secure = |word: &&Word| word.value.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    directive.args.iter().filter(|_| sends).find(secure)
}

/// Whether the level itself answers.
fn level_returns(tree: &Expanded<'_>, level: Level) -> bool {
    tree.level(level).any(|(_, node)| returns(node.directive))
}

fn header(directive: &Directive) -> impl Iterator<Item = Header> {
    let (words, several) = match &*directive.name.value {
        "add_header" => (directive.args.get(..1), false),
        // headers-more: `more_set_headers 'Name: value' 'Other: value';`
        "more_set_headers" => (directive.args.get(..), true),
        _ => (None, false),
    };
    words.unwrap_or_default().iter().filter_map(move |word| {
        let name = if several { word.value.split_once(':')?.0.trim() } else { &word.value };
        Some(Header { name: name.to_owned(), span: directive.words() })
    })
}

/// The headers of a level: the nearest `add_header`s, all or nothing; with `add_header_inherit merge` also those
/// around them. Those of `more_set_headers` always add up.
fn headers(tree: &Expanded<'_>, level: Level) -> Known<Box<[Header]>> {
    let mut found = Vec::new();
    let mut open = None;
    let (mut at, mut replaced) = (Some(level), false);
    while let Some(level) = at {
        found.extend(tree.own(level, "more_set_headers").flat_map(header));
        if !replaced {
            let mut own = tree.own(level, "add_header").peekable();
            replaced = own.peek().is_some() && !merges(tree, level);
            found.extend(own.flat_map(header));
        }
        open = open.or_else(|| Some((level, tree.gap(level)?)));
        at = tree.around(level);
    }
    let first = found.first().map(|header| header.span);
    match (first, open.is_some() || tree.fragment && !replaced) {
        (Some(span), false) => Known::Set(Spanned::new(found.into(), span)),
        (None, false) => Known::Absent,
        // What is known is still worth having: a rule that looks for a header finds it.
        (Some(span), true) => Known::Set(Spanned::new(found.into(), span)),
        (None, true) => {
            let (level, why) = open.map_or((None, tree.gap_around()), |(level, why)| (level, Some(why)));
            let block = level.and_then(|index| tree.nodes.get(index as usize));
            let Some(node) = block.or(tree.nodes.first()) else { return Known::Absent };
            Known::unresolved(node.directive.name.span, why.map_or_else(String::new, |w| w.text.clone()))
        }
    }
}

fn merges(tree: &Expanded<'_>, level: Level) -> bool {
    match tree.effective(level, "add_header_inherit") {
        Effective::Set(found) => found.iter().any(|directive| directive.arg(0) == Some("merge")),
        Effective::Absent | Effective::Unknown => false,
    }
}

/// Walks the levels inside a server and notes where headers from around are lost.
fn dropped(tree: &Expanded<'_>, server: u32, budget: &Budget) -> Box<[Dropped]> {
    let mut found = Vec::new();
    let end = tree.nodes[server as usize].end;
    // Neighbours lose the same.
    let mut around: HashMap<Level, Arc<[Header]>> = HashMap::new();
    for index in server..end {
        let node = &tree.nodes[index as usize];
        if !matches!(&*node.directive.name.value, "server" | "location" | "if") || node.directive.block.is_none() {
            continue;
        }
        let level = Some(index);
        let own: Vec<Header> = tree.own(level, "add_header").flat_map(header).collect();
        let Some(first) = own.first() else { continue };
        if merges(tree, level) {
            continue;
        }
        // What would be in effect without them.
        let around = around.entry(node.parent).or_insert_with(|| losable(tree, node.parent));
        let more = tree.own(level, "more_set_headers").flat_map(header);
        let kept: HashSet<String> = own.iter().cloned().chain(more).map(|h| h.name.to_ascii_lowercase()).collect();
        let is_kept = |header: &Header| kept.contains(&header.name.to_ascii_lowercase());
        let lost = match around.iter().any(is_kept) {
            true => around.iter().filter(|header| !is_kept(header)).cloned().collect(),
            false => Arc::clone(around),
        };
        if !budget.nodes(lost.len(), first.span) {
            break;
        }
        if !lost.is_empty() {
            found.push(Dropped {
                span: first.span,
                block: words(node.directive),
                lost,
                returns: level_returns(tree, level),
                gap: tree.gap(level),
            });
        }
    }
    found.into()
}

/// The headers in effect at a level that one with headers of its own inside it loses: not those of `more_set_headers`.
fn losable(tree: &Expanded<'_>, level: Level) -> Arc<[Header]> {
    let mut more = HashSet::new();
    let mut at = Some(level);
    while let Some(level) = at {
        more.extend(tree.own(level, "more_set_headers").map(Directive::words));
        at = tree.around(level);
    }
    let found = headers(tree, level);
    found.get().into_iter().flatten().filter(|header| !more.contains(&header.span)).cloned().collect()
}

/// `location ~ /a`, for messages.
fn words(directive: &Directive) -> String {
    let args: Vec<&str> = directive.args.iter().map(|word| &*word.value).collect();
    let text = format!("{} {}", directive.name.value, args.join(" "));
    let text = text.trim();
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).chain("...".chars()).collect() }
}

fn pass(directive: &Directive) -> Option<Pass> {
    let name = &*directive.name.value;
    if !matches!(name, "proxy_pass" | "uwsgi_pass" | "fastcgi_pass" | "grpc_pass" | "scgi_pass" | "memcached_pass") {
        return None;
    }
    let word = directive.args.first()?;
    let value = &*word.value;
    let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
    let protocol = match (name, scheme) {
        ("proxy_pass", "http") => Protocol::Http,
        ("proxy_pass", "https") => Protocol::Https,
        ("grpc_pass", "grpcs") => Protocol::Grpcs,
        ("grpc_pass", _) => Protocol::Grpc,
        ("fastcgi_pass", _) => Protocol::FastCgi,
        ("uwsgi_pass", _) => Protocol::Uwsgi,
        _ => Protocol::Other,
    };
    let socket = rest.starts_with("unix:");
    let authority = rest.split('/').next().unwrap_or(rest);
    let (host, port) = if socket { (None, None) } else { host_and_port(authority) };
    Some(Pass { span: word.span, protocol, host, port })
}

#[rustfmt::skip]
const SERVING: [&str; 10] = [
    "proxy_pass", "uwsgi_pass", "fastcgi_pass", "grpc_pass", "scgi_pass", "root", "alias", "try_files", "autoindex",
    "stub_status",
];

fn directory(directive: &Directive) -> Option<Spanned<String>> {
    directive.args.first().filter(|_| directive.is("alias") || directive.is("root")).map(spanned)
}

fn location(tree: &Expanded<'_>, index: u32, node: &Node<'_>) -> Option<Location> {
    let directive = node.directive;
    let (modifier, path) = super::matching::parts(directive)?;
    let path = Spanned::new(path.to_owned(), directive.args.last()?.span);
    let level = Some(index);
    let serving = |directive: &Directive| SERVING.iter().any(|name| directive.is(name));
    // `proxy_pass` inside `if` serves too.
    let inside = &tree.nodes[index as usize..node.end as usize];
    let in_if = inside.iter().any(|node| node.place == Place::LocationIf && pass(node.directive).is_some());
    Some(Location {
        span: directive.name.span,
        level: index,
        path,
        modifier: Modifier::of(modifier),
        around: node.parent.filter(|_| tree.block(node.parent).is_some_and(|around| around.is("location"))),
        denies: tree.level(level).any(|(_, node)| super::matching::refuses(node.directive)),
        files: tree.level(level).filter_map(|(_, node)| directory(node.directive)).last(),
        pass: tree.level(level).find_map(|(_, node)| pass(node.directive)),
        returns: level_returns(tree, level),
        serves: in_if || tree.level(level).any(|(_, node)| serving(node.directive)),
    })
}

fn server(tree: &Expanded<'_>, index: u32, node: &Node<'_>, budget: &Budget) -> Server {
    let level = Some(index);
    let directive = node.directive;
    let values = |name: &'static str| -> Box<[Spanned<String>]> {
        match tree.effective(level, name) {
            Effective::Set(found) => found.iter().filter_map(|directive| directive.args.first()).map(spanned).collect(),
            Effective::Absent | Effective::Unknown => Box::default(),
        }
    };
    let inside = &tree.nodes[index as usize..node.end as usize];
    let inner_gap = tree.gap_within(index);
    let around = std::iter::successors(tree.around(level), |level| tree.around(*level));
    let gap = inner_gap.clone().or_else(|| around.into_iter().find_map(|level| tree.gap(level)));
    let children = || tree.level(level).map(|(_, node)| node.directive);
    Server {
        span: directive.name.span,
        level: index,
        block: directive.span,
        file: directive.span.file,
        gap: gap.or_else(|| tree.gap_around()),
        inner_gap,
        listens: children().filter(|directive| directive.is("listen")).filter_map(listen).collect(),
        names: (children().filter(|directive| directive.is("server_name")))
            .flat_map(|directive| directive.args.iter().map(spanned))
            .collect(),
        certificates: values("ssl_certificate"),
        certificate_keys: values("ssl_certificate_key"),
        authorities: [values("ssl_trusted_certificate"), values("ssl_client_certificate")].concat().into(),
        dhparam: values("ssl_dhparam").into_iter().next(),
        locations: (index..node.end)
            .filter_map(|at| Some((at, tree.nodes.get(at as usize)?)))
            .filter(|(_, node)| node.directive.is("location") && node.directive.block.is_some())
            .filter_map(|(at, node)| location(tree, at, node))
            .collect(),
        fragment: tree.fragment,
        old_ssl: inside.iter().any(|node| node.directive.is("ssl")),
        rejects_handshake: values("ssl_reject_handshake").iter().any(|value| value.value.eq_ignore_ascii_case("on")),
        returns: level_returns(tree, level),
        headers: headers(tree, level),
        dropped: dropped(tree, index, budget),
        serves: children().any(|directive| ["root", "try_files", "autoindex"].iter().any(|name| directive.is(name))),
        redirects: inside.iter().find_map(|node| leads_to_https(node.directive)).map(spanned),
        scripted: inside.iter().any(|node| {
            let name = &*node.directive.name.value;
            (name.contains("_by_lua") || name.starts_with("js_")) && table::foreign(name).is_some()
        }),
    }
}
