//! Which server answers: by address and port, then by name (`ngx_http_find_virtual_server`).

use std::collections::BTreeMap;

use regex::RegexBuilder;

use super::{Config, Server};
use crate::source::{Answer, Cut, Why};

/// An address that a configuration listens on, and the servers there in order.
pub struct Socket<'a> {
    /// The address as written, without the port; none stands for all.
    pub address: Option<&'a str>,
    /// The port.
    pub port: u16,
    /// Whether it speaks TLS.
    pub tls: bool,
    servers: Vec<(&'a Server, bool)>,
}

/// The addresses that a configuration listens on. The IPv6 form of one that is there for all addresses is the same socket to
/// people.
pub fn sockets(config: &Config) -> Vec<Socket<'_>> {
    let mut found: BTreeMap<(u16, Option<&str>), Socket<'_>> = BTreeMap::new();
    for server in &config.servers {
        let all = |address: &&str| !matches!(*address, "::" | "0.0.0.0" | "*");
        let written = server.listens.iter().filter_map(|listen| {
            Some((listen.port?, listen.address.as_deref().filter(all), listen.tls, listen.default))
        });
        let bare = server.listens.is_empty().then_some((80, None, false, false));
        for (port, address, tls, default) in written.chain(bare) {
            let socket = found.entry((port, address)).or_insert_with(|| Socket {
                address,
                port,
                tls: false,
                servers: Vec::new(),
            });
            socket.tls |= tls;
            match socket.servers.iter_mut().find(|(known, _)| known.span == server.span) {
                Some((_, known)) => *known |= default,
                None => socket.servers.push((server, default)),
            }
        }
    }
    found.into_values().collect()
}

impl<'a> Socket<'a> {
    /// The servers there, in order.
    pub fn servers(&self) -> impl Iterator<Item = &'a Server> {
        self.servers.iter().map(|(server, _)| *server)
    }

    /// The server for requests that name no other one.
    pub fn default_server(&self) -> Option<&'a Server> {
        let marked = self.servers.iter().find(|(_, default)| *default);
        marked.or(self.servers.first()).map(|(server, _)| *server)
    }

    /// The server that has a name: exact, then the longest wildcard in front, the longest one at the end, then expressions in
    /// order. `No`: none of them, so that the default server answers.
    pub fn named(&self, host: &str) -> Answer<&'a Server> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let names = || {
            self.servers()
                .flat_map(|server| server.names.iter().map(move |name| (server, name.value.to_ascii_lowercase())))
        };
        let below = |base: &str| host.strip_suffix(base).is_some_and(|rest| rest.ends_with('.'));
        let exact = |name: &str| name == host || name.strip_prefix('.') == Some(&host);
        let front = |name: &str| name.strip_prefix("*.").or_else(|| name.strip_prefix('.')).is_some_and(below);
        let end = |name: &str| {
            name.strip_suffix(".*")
                .is_some_and(|stem| host.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.')))
        };
        // Of equal ones the first.
        let longest = |fits: &dyn Fn(&str) -> bool| {
            names().filter(|(_, name)| fits(name)).min_by_key(|(_, name)| usize::MAX - name.len())
        };
        let found = names().find(|(_, name)| exact(name)).or_else(|| longest(&front)).or_else(|| longest(&end));
        if let Some((server, _)) = found {
            return Answer::Yes(server);
        }
        for server in self.servers() {
            for name in server.names.iter().filter(|name| name.value.starts_with('~')) {
                let pattern = RegexBuilder::new(name.value.cut(1..)).case_insensitive(true).size_limit(1 << 20).build();
                match pattern.map(|pattern| pattern.is_match(&host)) {
                    Ok(true) => return Answer::Yes(server),
                    Ok(false) => {}
                    Err(_) => {
                        return Answer::Unknown(Why::seen("only PCRE can tell whether this name fits", name.span));
                    }
                }
            }
        }
        Answer::No(Why::new("no server has this name"))
    }
}
