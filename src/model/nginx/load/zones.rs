//! Shared memory zones: one name is for one use (`ngx_shared_memory_add`).

use std::collections::HashMap;

use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::values::size;
use crate::source::Span;
use crate::syntax::nginx::{Directive, Place, Word};

/// The zones met so far.
#[derive(Default)]
pub(super) struct Zones {
    known: HashMap<String, Known>,
    folders: HashMap<String, Span>,
}

struct Known {
    tag: (&'static str, bool),
    bytes: Option<u64>,
    /// Whether the directive that makes it was met.
    made: bool,
    span: Span,
}

impl Zones {
    pub fn directive(&mut self, directive: &Directive, place: Place, found: &mut Vec<Problem>) {
        let stream = matches!(place, Place::Stream | Place::StreamServer | Place::StreamUpstream);
        let parameter = |key: &str| directive.parameter(key);
        let first = directive.args.first().filter(|word| !word.is_open()).map(|word| (word, &*word.value));
        let (tag, once, named) = match &*directive.name.value {
            "limit_req_zone" => ("limit_req", true, parameter("zone=")),
            "limit_req" => ("limit_req", false, parameter("zone=")),
            "limit_conn_zone" => ("limit_conn", true, parameter("zone=")),
            "limit_conn" => ("limit_conn", false, first),
            "proxy_cache_path" => ("proxy_cache", true, parameter("keys_zone=")),
            "fastcgi_cache_path" => ("fastcgi_cache", true, parameter("keys_zone=")),
            "uwsgi_cache_path" => ("uwsgi_cache", true, parameter("keys_zone=")),
            "scgi_cache_path" => ("scgi_cache", true, parameter("keys_zone=")),
            "proxy_cache" => ("proxy_cache", false, first.filter(|(_, name)| *name != "off")),
            "fastcgi_cache" => ("fastcgi_cache", false, first.filter(|(_, name)| *name != "off")),
            "uwsgi_cache" => ("uwsgi_cache", false, first.filter(|(_, name)| *name != "off")),
            "scgi_cache" => ("scgi_cache", false, first.filter(|(_, name)| *name != "off")),
            "ssl_session_cache" => ("ssl_session_cache", false, parameter("shared:")),
            "zone" => {
                if let (Some(name), Some(bytes)) = (directive.args.first(), directive.args.get(1)) {
                    self.zone(name, &format!("{}:{}", name.value, bytes.value), ("zone", stream), false, found);
                }
                return;
            }
            _ => return,
        };
        if let Some((word, value)) = named {
            self.zone(word, value, (tag, stream), once, found);
        }
        if tag.ends_with("_cache")
            && once
            && let Some((word, path)) = first
        {
            self.folder(word, path, found);
        }
    }

    fn zone(&mut self, word: &Word, value: &str, tag: (&'static str, bool), once: bool, found: &mut Vec<Problem>) {
        let (name, bytes) = value.split_once(':').map_or((value, None), |(name, bytes)| (name, size(bytes)));
        let Some(known) = self.known.get_mut(name) else {
            self.known.insert(name.to_owned(), Known { tag, bytes, made: once, span: word.span });
            return;
        };
        let problem = if known.tag != tag {
            Some(("a zone of this name is for another use already", "choose another name for one of the two"))
        } else if once && known.made {
            Some(("a zone of this name exists already", "keep one of the two, or choose another name"))
        } else if matches!((known.bytes, bytes), (Some(one), Some(other)) if one != other) {
            Some(("a zone of this name has another size already", "write the same size in both places"))
        } else {
            None
        };
        known.made |= once;
        known.bytes = known.bytes.or(bytes);
        if let Some((message, help)) = problem {
            found.push(Problem::new(Kind::Zone, word.span, message, help).beside(known.span, "the first one"));
        }
    }

    /// Two caches cannot share a folder.
    fn folder(&mut self, word: &Word, path: &str, found: &mut Vec<Problem>) {
        let path = path.trim_end_matches('/').to_owned();
        if let Some(first) = self.folders.get(&path) {
            let message = "another cache has this folder already";
            let problem = Problem::new(Kind::Zone, word.span, message, "give each cache a folder of its own");
            found.push(problem.beside(*first, "the first one"));
        } else {
            self.folders.insert(path, word.span);
        }
    }
}
