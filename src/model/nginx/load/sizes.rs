//! Sizes that contradict each other: buffers of answers, buckets of tables, shares.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::last;
use crate::model::nginx::grammar;
use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::values::size;
use crate::model::nginx::{Expanded, Level, Node};
use crate::syntax::nginx::{Directive, Place, Word, table::ByName};

/// The settings of one protocol.
const PROTOCOLS: [[&str; 5]; 4] = [
    [
        "proxy_buffers",
        "proxy_buffer_size",
        "proxy_busy_buffers_size",
        "proxy_temp_file_write_size",
        "proxy_max_temp_file_size",
    ],
    [
        "fastcgi_buffers",
        "fastcgi_buffer_size",
        "fastcgi_busy_buffers_size",
        "fastcgi_temp_file_write_size",
        "fastcgi_max_temp_file_size",
    ],
    [
        "uwsgi_buffers",
        "uwsgi_buffer_size",
        "uwsgi_busy_buffers_size",
        "uwsgi_temp_file_write_size",
        "uwsgi_max_temp_file_size",
    ],
    [
        "scgi_buffers",
        "scgi_buffer_size",
        "scgi_busy_buffers_size",
        "scgi_temp_file_write_size",
        "scgi_max_temp_file_size",
    ],
];

/// A page of memory on the machines that servers are.
const PAGE: u64 = 4096;

/// `ngx_http_proxy_merge_loc_conf` and its like, for each level that sets one of them.
pub(super) fn buffers(tree: &Expanded<'_>, found: &mut Vec<Problem>) {
    static PROTOCOL: LazyLock<ByName<Option<usize>>> =
        LazyLock::new(|| ByName::new(|name| PROTOCOLS.iter().position(|names| names.contains(&name))));
    let mut levels: BTreeSet<(Level, usize)> = BTreeSet::new();
    for node in &tree.nodes {
        let protocol = PROTOCOL.get(node.directive.id).flatten().filter(|_| node.place.is_http());
        let Some(protocol) = protocol else { continue };
        // What stands in `http` is in effect in its servers.
        if levels.insert((node.parent, protocol)) && node.place == Place::Http {
            let servers = tree.level(node.parent).filter(|(_, node)| node.directive.is("server"));
            levels.extend(servers.map(|(server, _)| (Some(server), protocol)));
        }
    }
    let outer = |level: Level| tree.block(level).is_none_or(|block| block.is("http"));
    let inner = levels.into_iter().filter(|(level, _)| !outer(*level));
    let mut told = BTreeSet::new();
    // One line may be too small for several levels.
    let problems = inner.filter_map(|(level, protocol)| contradiction(tree, level, PROTOCOLS.get(protocol)?));
    found.extend(problems.filter(|problem| told.insert(problem.span)));
}

fn contradiction(tree: &Expanded<'_>, level: Level, names: &[&'static str; 5]) -> Option<Problem> {
    let set = names.map(|name| tree.nearest(level, name).map(|(found, away)| (found.first().copied(), away)));
    let directive = |at: usize| set.get(at)?.as_ref().and_then(|(directive, _)| *directive);
    let bytes = |at: usize, word: usize| directive(at).and_then(|directive| size(directive.arg(word)?));
    if (0..5).any(|at| directive(at).is_some_and(|d| d.args.iter().any(|word| word.is_placeholder()))) {
        return None;
    }
    let count: u64 = directive(0).map_or(Some(8), |directive| directive.arg(0)?.parse().ok())?;
    let each = if directive(0).is_some() { bytes(0, 1)? } else { PAGE };
    let first = if directive(1).is_some() { bytes(1, 0)? } else { PAGE };
    // What is wrong in itself is told already.
    if each == 0 || first == 0 {
        return None;
    }
    let largest = each.max(first);
    let busy = if directive(2).is_some() { bytes(2, 0)? } else { largest.checked_mul(2)? };
    let write = if directive(3).is_some() { bytes(3, 0)? } else { largest.checked_mul(2)? };
    let file = if directive(4).is_some() { bytes(4, 0)? } else { 1 << 30 };
    let [buffers, buffer, busy_name, write_name, file_name] = names;
    let all = count.saturating_sub(1).saturating_mul(each);
    // The one that the help is about is to blame, or what it has to fit if it is not written.
    let blame = |order: &[usize]| order.iter().find_map(|at| directive(*at));
    let (order, message, help) = if count < 2 {
        (&[0][..], format!("there must be at least 2 `{buffers}`"), format!("write `{buffers} 8 16k;`"))
    } else if busy < largest {
        let message = format!("`{busy_name}` must not be smaller than `{buffer}` or one of `{buffers}`");
        (&[2, 1, 0][..], message, format!("set `{busy_name}` to {} at least", shown(largest)))
    } else if busy > all {
        let message = format!(
            "`{busy_name}` is {} and must fit into all `{buffers}` but one, which are {}",
            shown(busy),
            shown(all)
        );
        let needed = busy.div_ceil(each) + 1;
        (&[0, 2, 1][..], message, format!("write `{buffers} {needed} {};`", shown(each)))
    } else if write < largest {
        let message = format!("`{write_name}` must not be smaller than `{buffer}` or one of `{buffers}`");
        (&[3, 1, 0][..], message, format!("set it to {} at least", shown(largest)))
    } else if file != 0 && file < largest {
        let message = format!("`{file_name}` must be 0, or not smaller than `{buffer}` or one of `{buffers}`");
        (&[4, 1, 0][..], message, format!("set it to 0, or to {} at least", shown(largest)))
    } else {
        return None;
    };
    Some(Problem::new(Kind::Size, blame(order)?.words(), message, help))
}

fn shown(bytes: u64) -> String {
    match bytes {
        0 => "0".into(),
        _ if bytes.is_multiple_of(1 << 20) => format!("{}m", bytes >> 20),
        _ if bytes.is_multiple_of(1024) => format!("{}k", bytes >> 10),
        _ => bytes.to_string(),
    }
}

/// The size of a bucket of a table, `None` if it is not known. One line of the cache is 64 bytes on most machines.
pub(super) fn bucket(tree: &Expanded<'_>, http: Level, name: &str) -> Option<u64> {
    const LINE: u64 = 64;
    match last(tree, http, name) {
        None => Some(LINE),
        Some(directive) => Some(directive.arg(0)?.parse::<u64>().ok()?.next_multiple_of(LINE)),
    }
}

/// A table, or a bucket of it, that holds nothing.
pub(super) fn no_room(directive: &Directive) -> Problem {
    let name = &directive.name.value;
    let help = if name.ends_with("_max_size") { "512 or more" } else { "a multiple of 64" };
    let message = format!("with 0 nothing fits into the table of `{name}`");
    Problem::new(Kind::Size, directive.words(), message, format!("write {help}, or remove the line"))
}

/// What of two settings of a table, by the part of their names in front of `_hash_`, is 0.
pub(super) fn without_room<'a>(tree: &Expanded<'a>, http: Level, table: &str) -> Option<&'a Directive> {
    let zero = |part: &str| {
        last(tree, http, &format!("{table}_hash_{part}")).filter(|directive| directive.arg(0).is_some_and(is_zero))
    };
    zero("max_size").or_else(|| zero("bucket_size"))
}

/// The directives that put names into tables, or say how large these are.
#[rustfmt::skip]
pub(super) const TABLES: [&str; 12] = [
    "types_hash_bucket_size", "types_hash_max_size", "variables_hash_bucket_size", "variables_hash_max_size",
    "proxy_headers_hash_bucket_size", "proxy_headers_hash_max_size",
    "map", "geo", "set", "split_clients", "proxy_set_header", "connection_pool_size",
];

/// Names that are too long for the table of variables or of the headers that are passed on, and tables without any room.
pub(super) fn names(tree: &Expanded<'_>, found: &mut Vec<Problem>) {
    let served = || tree.nodes.iter().any(|node| node.place == Place::Http && node.directive.is("server"));
    for node in &tree.nodes {
        let directive = node.directive;
        match &*directive.name.value {
            // The table of variables is always filled, the others for each server.
            "types_hash_bucket_size"
            | "types_hash_max_size"
            | "variables_hash_bucket_size"
            | "variables_hash_max_size"
            | "proxy_headers_hash_bucket_size"
            | "proxy_headers_hash_max_size" => {
                let filled = directive.name.value.starts_with("variables") || node.place != Place::Http || served();
                found.extend(Some(no_room(directive)).filter(|_| filled && directive.arg(0).is_some_and(is_zero)));
            }
            "connection_pool_size" => found.extend(pool(tree, node)),
            "map" | "geo" | "set" | "split_clients" if node.place.is_http() => {
                let at = match (&*directive.name.value, directive.args.len()) {
                    ("set", _) | (_, 1) => 0,
                    _ => 1,
                };
                let long = |word: &&Word| word.value.strip_prefix('$').is_some_and(|name| name.len() > LONGEST);
                let Some(word) = directive.args.get(at).filter(long) else { continue };
                let Some(bucket) = bucket(tree, node.parent, "variables_hash_bucket_size") else { continue };
                if !fits(word.value.trim_start_matches('$'), bucket) {
                    let message = "this name is too long for the table of variables";
                    let help = "add `variables_hash_bucket_size 128;` to `http`, or take a shorter name";
                    found.push(Problem::new(Kind::Size, word.span, message, help));
                }
            }
            "proxy_set_header" if node.place.is_http() => {
                let long = |word: &&Word| word.value.len() > LONGEST && !word.is_open();
                let Some(word) = directive.args.first().filter(long) else { continue };
                let Some(bucket) = bucket(tree, node.parent, "proxy_headers_hash_bucket_size") else { continue };
                if !fits(&word.value, bucket) {
                    let message = "this name is too long for the table of headers";
                    let help = "add `proxy_headers_hash_bucket_size 128;` beside it";
                    found.push(Problem::new(Kind::Size, word.span, message, help));
                }
            }
            _ => {}
        }
    }
}

/// `ngx_http_core_merge_srv_conf`, for the servers that have this pool.
fn pool(tree: &Expanded<'_>, node: &Node<'_>) -> Option<Problem> {
    let own = |level: Level| last(tree, level, "connection_pool_size").is_some_and(|d| d.span == node.directive.span);
    let servers = tree.level(node.parent).filter(|(_, inner)| inner.directive.is("server"));
    let mut levels: Vec<Level> = servers.map(|(server, _)| Some(server)).collect();
    if node.place == Place::Server {
        levels = vec![node.parent];
    }
    let bytes = size(&node.directive.args.first()?.value)?;
    let smaller = |level: &Level| {
        let buffers = last(tree, *level, "large_client_header_buffers");
        let each = buffers.map_or(Some(8192), |buffers| size(buffers.arg(1)?));
        own(*level) && each.is_some_and(|each| each < bytes)
    };
    levels.iter().find(|level| smaller(level))?;
    let message = "a connection gets more than one of `large_client_header_buffers` holds";
    Some(Problem::new(
        Kind::Size,
        node.directive.words(),
        message,
        "write `connection_pool_size 512;`, or remove the line",
    ))
}

/// Whether a directive is worth a look.
pub(super) fn is_long(directive: &Directive) -> bool {
    directive.arg(0).is_some_and(is_zero)
        || directive.is("connection_pool_size")
        || directive.args.iter().take(2).any(|word| word.value.len() > LONGEST)
}

/// The longest name that fits into a bucket of 64 bytes.
const LONGEST: usize = 46;

fn is_zero(text: &str) -> bool {
    text.parse() == Ok(0u64)
}

/// Whether a key fits into a bucket (`NGX_HASH_ELT_SIZE`).
pub(super) fn fits(key: &str, bucket: u64) -> bool {
    8 + (key.len() as u64 + 2).next_multiple_of(8) + 8 <= bucket
}

/// Keys of maps that are too long: one setting is the cause of all of them.
pub(super) fn maps(tree: &Expanded<'_>, found: &mut Vec<Problem>) {
    let mut problem: Option<Problem> = None;
    for (index, node) in (0u32..).zip(&tree.nodes) {
        if !node.directive.is("map") || node.place != Place::Http {
            continue;
        }
        let Some(bucket) = bucket(tree, node.parent, "map_hash_bucket_size") else { continue };
        let empty = without_room(tree, node.parent, "map");
        for (_, entry) in tree.level(Some(index)) {
            let word = &entry.directive.name;
            let key = word.value.strip_prefix('\\').unwrap_or(&word.value);
            let entered = entry.directive.args.len() == 1 && !matches!(&*word.value, "default" | "include");
            let hashed = entered && !word.value.starts_with('~') && !key.starts_with("*.") && !key.ends_with(".*");
            if let Some(directive) = empty.filter(|_| hashed) {
                return found.push(no_room(directive));
            }
            if !hashed || word.is_placeholder() || fits(key, bucket) {
                continue;
            }
            let problem = problem.get_or_insert_with(|| {
                let message = "a key of this map is too long for the table of maps";
                let help = "add `map_hash_bucket_size 256;` above the first `map`";
                Problem::new(Kind::Size, node.directive.words(), message, help)
            });
            if problem.related.len() < super::MOST {
                problem.related.push((word.span, "this key is too long"));
            }
        }
    }
    found.extend(problem);
}

/// Shares of `split_clients` that are more than everything. `*` is whatever is left, so that nothing can follow it.
pub(super) fn shares(tree: &Expanded<'_>, found: &mut Vec<Problem>) {
    const ALL: u64 = 10_000;
    for (index, node) in (0u32..).zip(&tree.nodes) {
        if !node.directive.is("split_clients") || !matches!(node.place, Place::Http | Place::Stream) {
            continue;
        }
        let (mut sum, mut full) = (0u64, false);
        for (_, entry) in tree.level(Some(index)) {
            let share = &entry.directive.name;
            let rest = &*share.value == "*";
            sum = if rest { ALL } else { sum.saturating_add(grammar::percent(&share.value).unwrap_or(0)) };
            if sum > ALL {
                let message = "the shares are more than 100 percent";
                let help = "make them smaller, and write `*` for the rest as the last one";
                let problem = match full {
                    true => Problem::new(Kind::Size, share.span, "nothing is left for a share behind `*`", help),
                    false => Problem::new(Kind::Size, node.directive.words(), message, help)
                        .beside(share.span, "with this one they are"),
                };
                found.push(problem);
                break;
            }
            full |= rest;
        }
    }
}
