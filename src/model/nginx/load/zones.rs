//! Shared memory zones and log formats: which are made, which are asked for. One name of a zone is for one use
//! (`ngx_shared_memory_add`).

use std::collections::HashMap;

use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::values::size;
use crate::model::nginx::{LogUse, Names, Zone};
use crate::source::{Span, Spanned};
use crate::syntax::nginx::{Directive, Place, Word};

/// The zones met so far.
#[derive(Default)]
pub(super) struct Zones {
    known: HashMap<String, Known>,
    folders: HashMap<String, Span>,
    /// What rules ask for.
    pub names: Names,
}

struct Known {
    tag: (&'static str, bool),
    bytes: Option<u64>,
    /// Whether the directive that makes it was met.
    made: bool,
    span: Span,
}

/// What a directive says of a zone.
struct Said<'a> {
    /// What the zone is for: the name of the directive that uses it.
    kind: &'static str,
    /// Whether it makes the zone; a second time nginx refuses that.
    makes: bool,
    /// The word, and in it the name with what follows.
    named: Option<(&'a Word, &'a str)>,
}

/// The directives that name a zone.
fn said(directive: &Directive) -> Option<Said<'_>> {
    let parameter = |key: &str| directive.parameter(key);
    let first = || directive.args.first().filter(|word| !word.is_open()).map(|word| (word, &*word.value));
    let cache = || first().filter(|(_, name)| *name != "off");
    let (kind, makes, named) = match &*directive.name.value {
        "limit_req_zone" => ("limit_req", true, parameter("zone=")),
        "limit_req" => ("limit_req", false, parameter("zone=")),
        "limit_conn_zone" => ("limit_conn", true, parameter("zone=")),
        "limit_conn" => ("limit_conn", false, first()),
        "proxy_cache_path" => ("proxy_cache", true, parameter("keys_zone=")),
        "fastcgi_cache_path" => ("fastcgi_cache", true, parameter("keys_zone=")),
        "uwsgi_cache_path" => ("uwsgi_cache", true, parameter("keys_zone=")),
        "scgi_cache_path" => ("scgi_cache", true, parameter("keys_zone=")),
        "proxy_cache" => ("proxy_cache", false, cache()),
        "fastcgi_cache" => ("fastcgi_cache", false, cache()),
        "uwsgi_cache" => ("uwsgi_cache", false, cache()),
        "scgi_cache" => ("scgi_cache", false, cache()),
        "ssl_session_cache" => ("ssl_session_cache", false, parameter("shared:")),
        "zone" => ("zone", false, first()),
        _ => return None,
    };
    Some(Said { kind, makes, named })
}

impl Zones {
    /// Notes the names of a directive, wherever it stands and whatever else is wrong with it.
    pub fn note(&mut self, directive: &Directive) {
        let names = &mut self.names;
        let spanned = |word: &Word| Spanned::new(word.value.to_string(), word.span);
        match &*directive.name.value {
            "log_format" => names.log_formats.extend(directive.args.first().map(spanned)),
            "access_log" => {
                let word = directive.args.get(1).filter(|word| !word.is_placeholder());
                let before = names.log_formats.len();
                names.log_uses.extend(word.map(|word| LogUse { name: spanned(word), before }));
            }
            "thread_pool" => {
                let name = directive.args.first().map(spanned);
                names.zones.extend(name.map(|name| Zone { kind: "aio", name }));
            }
            "aio" => {
                let pool = directive.parameter("threads=").filter(|(_, name)| *name != "default");
                let pool = pool.map(|(word, name)| Spanned::new(name.to_owned(), word.span));
                names.zone_uses.extend(pool.map(|name| Zone { kind: "aio", name }));
            }
            "ssl_session_cache" | "zone" => {}
            _ => {
                let Some(Said { kind, makes, named: Some((word, value)) }) = said(directive) else { return };
                let name = value.split(':').next().unwrap_or(value);
                let zone = Zone { kind, name: Spanned::new(name.to_owned(), word.span) };
                let list = if makes { &mut names.zones } else { &mut names.zone_uses };
                list.push(zone);
            }
        }
    }

    /// Judges what a directive says of its zone.
    pub fn directive(&mut self, directive: &Directive, place: Place, found: &mut Vec<Problem>) {
        let stream = matches!(place, Place::Stream | Place::StreamServer | Place::StreamUpstream);
        let Some(Said { kind, makes, named }) = said(directive) else { return };
        let own_size = directive.args.get(1).filter(|_| kind == "zone").and_then(|bytes| size(&bytes.value));
        if let Some((word, value)) = named {
            let (name, bytes) = value.split_once(':').map_or((value, own_size), |(name, bytes)| (name, size(bytes)));
            self.zone(word, name, bytes, (kind, stream), makes, found);
        }
        if makes
            && kind.ends_with("_cache")
            && let Some(word) = directive.args.first().filter(|word| !word.is_open())
        {
            self.folder(word, found);
        }
    }

    fn zone(
        &mut self,
        word: &Word,
        name: &str,
        bytes: Option<u64>,
        tag: (&'static str, bool),
        makes: bool,
        found: &mut Vec<Problem>,
    ) {
        let Some(known) = self.known.get_mut(name) else {
            self.known.insert(name.to_owned(), Known { tag, bytes, made: makes, span: word.span });
            return;
        };
        let problem = if known.tag != tag {
            Some(("a zone of this name is for another use already", "choose another name for one of the two"))
        } else if makes && known.made {
            Some(("a zone of this name exists already", "keep one of the two, or choose another name"))
        } else if matches!((known.bytes, bytes), (Some(one), Some(other)) if one != other) {
            Some(("a zone of this name has another size already", "write the same size in both places"))
        } else {
            None
        };
        known.made |= makes;
        known.bytes = known.bytes.or(bytes);
        if let Some((message, help)) = problem {
            found.push(Problem::new(Kind::Zone, word.span, message, help).beside(known.span, "the first one"));
        }
    }

    /// Two caches cannot share a folder.
    fn folder(&mut self, word: &Word, found: &mut Vec<Problem>) {
        let path = word.value.trim_end_matches('/').to_owned();
        if let Some(first) = self.folders.get(&path) {
            let message = "another cache has this folder already";
            let problem = Problem::new(Kind::Zone, word.span, message, "give each cache a folder of its own");
            found.push(problem.beside(*first, "the first one"));
        } else {
            self.folders.insert(path, word.span);
        }
    }
}
