//! Names and addresses that nginx takes only once: locations, upstreams, listening sockets, entries of maps.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::problem::Problem;
use crate::source::Span;
use crate::syntax::nginx::{Directive, File, Place, table};

/// Everything in a file that repeats what stands at the same level already. `places` has one entry per directive.
pub fn repeated(file: &File, places: &[Place]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut seen: HashMap<(Option<u32>, String), Span> = HashMap::new();
    for (index, (directive, place)) in (0u32..).zip(file.directives.iter().zip(places)) {
        let parent = directive.parent.and_then(|parent| file.directives.get(parent as usize));
        let key = match (&*directive.name.value, place) {
            ("location", Place::Server | Place::Location) => location(directive),
            ("upstream", Place::Http | Place::Stream) => directive.arg(0).map(|name| format!("upstream {name}")),
            ("listen", Place::Server) => listen(directive),
            (_, Place::Entries) if parent.is_some_and(|list| list.is("map")) => entry(directive),
            _ => None,
        };
        if let Some(key) = key {
            let what = match key.split(' ').next() {
                Some("location") => "this location exists already",
                Some("upstream") => "this upstream exists already",
                Some("listen") => "this server listens there already",
                _ => "this `map` has an entry for the same value already",
            };
            let span = directive.args.first().filter(|_| *place != Place::Entries).unwrap_or(&directive.name).span;
            match seen.entry((directive.parent, key)) {
                Entry::Occupied(first) => found.push(Problem {
                    span: if *place == Place::Entries { span } else { directive.words() },
                    message: what.into(),
                    help: "keep one of the two".into(),
                    related: Some((*first.get(), "the first one")),
                }),
                Entry::Vacant(free) => {
                    free.insert(span);
                }
            }
        }
        if directive.is("upstream") && matches!(place, Place::Http | Place::Stream) && directive.block.is_some() {
            // An include or a module may bring the servers.
            let brings = ["server", "include", "state", "balancer_by_lua_block", "balancer_by_lua_file"];
            let empty = !file.children(index).any(|(_, child)| {
                brings.iter().any(|name| child.is(name)) || table::lookup(&child.name.value).is_empty()
            });
            if empty {
                found.push(Problem {
                    span: directive.words(),
                    message: "the upstream has no server".into(),
                    help: "add `server HOST:PORT;`, or remove the upstream".into(),
                    related: None,
                });
            }
        }
    }
    found
}

/// Exact and prefix locations; `^~` is a prefix too. Expressions may repeat.
fn location(directive: &Directive) -> Option<String> {
    let (modifier, path) = match &directive.args[..] {
        [one] => match one.value.strip_prefix('=') {
            Some(path) => ("=", path),
            None => ("", one.value.strip_prefix("^~").unwrap_or(&one.value)),
        },
        [modifier, path] => (&*modifier.value, &*path.value),
        _ => return None,
    };
    let modifier = if modifier == "^~" { "" } else { modifier };
    let plain = matches!(modifier, "" | "=") && path.starts_with('/') && !path.contains('$');
    plain.then(|| format!("location {modifier} {path}"))
}

/// The address and port; QUIC has a socket of its own.
fn listen(directive: &Directive) -> Option<String> {
    let word = directive.args.first().filter(|word| !word.is_open())?;
    let value = &*word.value;
    let address = if value.bytes().all(|b| b.is_ascii_digit()) { format!("*:{value}") } else { value.to_owned() };
    let quic = directive.args.iter().any(|word| &*word.value == "quic");
    Some(format!("listen {quic} {}", address.replace("0.0.0.0:", "*:")))
}

/// Plain values of a `map`; expressions may repeat.
fn entry(directive: &Directive) -> Option<String> {
    let key = &*directive.name.value;
    let special = matches!(key, "hostnames" | "volatile" | "include") && directive.name.quote.is_none();
    (!special && !key.starts_with('~') && !directive.args.is_empty() && !directive.name.is_open())
        .then(|| format!("entry {}", key.to_ascii_lowercase()))
}
