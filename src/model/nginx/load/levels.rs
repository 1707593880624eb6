//! What is in effect at a level, for the settings that others are compared with.

use std::collections::HashMap;

use crate::model::nginx::{Expanded, Level};
use crate::syntax::nginx::Directive;

/// The settings of each level.
pub(super) struct Levels {
    own: HashMap<(Level, &'static str), Vec<u32>>,
    around: Vec<Level>,
    switches: HashMap<Level, Vec<&'static str>>,
}

const KEPT: [&str; 18] = [
    "ssl_verify_client",
    "ssl_client_certificate",
    "ssl_trusted_certificate",
    "ssl_certificate",
    "ssl_certificate_key",
    "proxy_ssl_verify",
    "proxy_ssl_trusted_certificate",
    "proxy_ssl_certificate",
    "proxy_ssl_certificate_key",
    "proxy_pass",
    "grpc_ssl_verify",
    "grpc_ssl_trusted_certificate",
    "grpc_pass",
    "server_names_hash_bucket_size",
    "map_hash_bucket_size",
    "types_hash_bucket_size",
    "worker_connections",
    "ssl_reject_handshake",
];

/// Settings of buffers, behind the name of the protocol.
pub(super) const BUFFERS: [&str; 5] =
    ["_buffers", "_buffer_size", "_busy_buffers_size", "_temp_file_write_size", "_max_temp_file_size"];

impl Levels {
    pub fn new(tree: &Expanded<'_>) -> Self {
        let around = tree.nodes.iter().map(|node| node.parent).collect();
        Levels { own: HashMap::new(), around, switches: HashMap::new() }
    }

    pub fn directive(&mut self, index: u32, name: &'static str, level: Level) {
        if KEPT.contains(&name) || BUFFERS.iter().any(|end| name.ends_with(end)) {
            self.own.entry((level, name)).or_default().push(index);
        }
    }

    /// The words that stand alone among the entries before one, and change how it is read.
    pub fn switches(&mut self, entry: &Directive, level: Level) -> Vec<&'static str> {
        let known = self.switches.entry(level).or_default();
        if entry.args.is_empty() {
            let word = ["hostnames", "ranges"].into_iter().find(|word| entry.is(word));
            known.extend(word.filter(|word| !known.contains(word)));
        }
        known.clone()
    }

    /// The directives of a name at a level itself.
    pub fn own<'t, 'a>(
        &'t self,
        tree: &'t Expanded<'a>,
        level: Level,
        name: &'static str,
    ) -> impl Iterator<Item = &'a Directive> + use<'t, 'a> {
        let found = self.own.get(&(level, name)).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|index| Some(tree.nodes.get(*index as usize)?.directive))
    }

    /// Those of the nearest level around that has any, and how many levels away that is.
    pub fn effective<'a>(
        &self,
        tree: &Expanded<'a>,
        level: Level,
        name: &'static str,
    ) -> Option<(Vec<&'a Directive>, usize)> {
        let mut at = Some(level);
        let mut away = 0;
        while let Some(level) = at {
            let own: Vec<_> = self.own(tree, level, name).collect();
            if !own.is_empty() {
                return Some((own, away));
            }
            at = level.map(|block| self.around.get(block as usize).copied().flatten());
            away += 1;
        }
        None
    }

    /// The last one of those.
    pub fn last<'a>(&self, tree: &Expanded<'a>, level: Level, name: &'static str) -> Option<&'a Directive> {
        self.effective(tree, level, name).and_then(|(found, _)| found.last().copied())
    }
}
