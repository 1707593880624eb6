//! What nginx refuses when it loads a configuration: one walk over everything in reading order, as nginx does it, then the
//! tables that the walk filled.
//!
//! Nothing is said about directives the table does not know, about templates other than envsubst's, and about files whose
//! braces do not match.

mod sizes;
mod sockets;
mod suites;
mod tls;
mod upstreams;
mod variables;
mod zones;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use super::grammar::{self, Judge, Switches};
use super::problem::{Kind, Problem};
use super::repeated::Repeated;
use super::structure::{check, typed};
use super::{Expanded, Included, Level, Names, Node, expand};
use crate::source::{Budget, FileId, Span, Why};
use crate::syntax::nginx::{
    Directive, Entry, File, Place, Template,
    table::{self, ByName},
};

use sockets::Sockets;
use upstreams::Upstreams;
use variables::Variables;
use zones::Zones;

/// What is found when a configuration is loaded.
pub struct Loaded {
    /// What nginx refuses.
    pub problems: Vec<Problem>,
    /// The zones and log formats.
    pub names: Names,
}

/// The problems of one file, whose includes are not looked at.
pub fn problems_of(file: FileId, place: Place, tree: &File, budget: &Budget) -> Vec<Problem> {
    let own = |asked: FileId| (asked == file).then_some(tree);
    let expanded = expand(&[file], place, place != Place::Main, &own, &|_| Included::Unknown, budget);
    load(&expanded, &own, &|_| true).problems
}

/// Loads a configuration. Its problems are in reading order as far as they have a place in it. `filled` says of a file with
/// variables in capitals whether something may put them in before nginx reads it.
pub fn load<'a>(
    tree: &Expanded<'a>,
    file: &dyn Fn(FileId) -> Option<&'a File>,
    filled: &dyn Fn(FileId) -> bool,
) -> Loaded {
    let mut load = Load {
        found: Vec::new(),
        repeated: Repeated::default(),
        variables: Variables::default(),
        sockets: Sockets::default(),
        zones: Zones::default(),
        upstreams: Upstreams::default(),
        switches: (None, Switches::default()),
        foreign: tree.gap_anywhere(),
        suites: false,
        tables: false,
        outside: None,
        opened: None,
    };
    let mut readings: HashMap<FileId, Reading> = HashMap::new();
    let mut last = None;
    // Whether a node stands in the block of a module or of an entry, where nobody knows what is allowed.
    let mut unknown = vec![false; tree.nodes.len()];
    // Files that one without matching braces includes: nobody knows where they stand.
    let (mut adrift, mut included): (HashSet<FileId>, Option<FileId>) = (HashSet::new(), None);
    for (index, node) in (0u32..).zip(&tree.nodes) {
        let outer = node.parent.and_then(|parent| Some((tree.nodes.get(parent as usize)?, parent)));
        let inside = outer.is_some_and(|(block, at)| {
            unknown.get(at as usize).copied().unwrap_or(true) || matches!(block.place, Place::Entries | Place::Foreign)
        });
        if let Some(flag) = unknown.get_mut(index as usize) {
            *flag = inside;
        }
        let id = node.directive.span.file;
        let reading = match last {
            Some((file, reading)) if file == id => reading,
            _ => *readings.entry(id).or_insert_with(|| Reading::of(file(id), &|| filled(id))),
        };
        last = Some((id, reading));
        if included.is_some_and(|from| from != id) {
            adrift.insert(id);
        } else {
            let loose = adrift.contains(&id) || file(id).is_some_and(|file| file.unbalanced);
            included = Some(id).filter(|_| loose && node.directive.is("include"));
        }
        if watched(node.directive).zones {
            load.zones.note(node.directive);
        }
        if adrift.contains(&id) {
            continue;
        }
        if inside || node.place == Place::Foreign || reading == Reading::Not {
            continue;
        }
        load.node(index, node, outer.map(|(block, _)| block.directive), reading == Reading::Template, tree);
    }
    load.finish(tree)
}

/// More places of one mistake tell nobody more.
const MOST: usize = 20;

/// Which tables a directive goes into.
#[derive(Copy, Clone, Default)]
struct Watched {
    sockets: bool,
    zones: bool,
    upstreams: bool,
    suites: bool,
    tables: bool,
}

fn watched(directive: &Directive) -> Watched {
    static WATCHED: LazyLock<ByName<Watched>> = LazyLock::new(|| {
        ByName::new(|name| Watched {
            sockets: matches!(name, "server" | "worker_connections" | "listen"),
            zones: matches!(name, "log_format" | "access_log" | "zone" | "ssl_session_cache" | "thread_pool" | "aio")
                || name.starts_with("limit_")
                || name.ends_with("_cache_path")
                || name.ends_with("_cache"),
            upstreams: matches!(name, "upstream" | "server" | "ip_hash" | "hash" | "random") || name.ends_with("_pass"),
            suites: suites::NAMES.contains(&name),
            tables: sizes::TABLES.contains(&name),
        })
    });
    WATCHED.get(directive.id).unwrap_or_default()
}

/// How a file is read.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Reading {
    /// As it is.
    Plain,
    /// Once envsubst has filled it in.
    Template,
    /// Not at all.
    Not,
}

impl Reading {
    fn of(file: Option<&File>, filled: &dyn Fn() -> bool) -> Reading {
        match file {
            None => Reading::Not,
            Some(file) if file.unbalanced => Reading::Not,
            Some(file) => match file.template {
                None if file.shouts && filled() => Reading::Template,
                None => Reading::Plain,
                Some(Template::Envsubst) => Reading::Template,
                Some(_) => Reading::Not,
            },
        }
    }
}

struct Load<'a> {
    found: Vec<Problem>,
    repeated: Repeated<'a>,
    variables: Variables,
    sockets: Sockets,
    zones: Zones,
    upstreams: Upstreams,
    /// The words that stand alone among the entries of the list that is read.
    switches: (Level, Switches),
    /// Why there may be more than what is known: something is not in the project, or a module that is not nginx's own
    /// reads directives of its own.
    foreign: Option<Arc<Why>>,
    /// Whether something names ciphers or curves.
    suites: bool,
    /// Whether a name may be too long for its table.
    tables: bool,
    /// The first directive of `http` in the main level, by its place in what was found.
    outside: Option<usize>,
    /// The first block of the main level, behind which no module can be loaded.
    opened: Option<Span>,
}

impl<'a> Load<'a> {
    fn node(
        &mut self,
        index: u32,
        node: &Node<'a>,
        parent: Option<&'a Directive>,
        template: bool,
        tree: &Expanded<'a>,
    ) {
        let directive = node.directive;
        if node.place == Place::Entries {
            self.entry(node, parent, template);
            return;
        }
        let entries = directive.id.entries();
        let name = &*directive.name.value;
        if entries.is_empty() || name == "load_module" && !directive.arg(0).is_some_and(table::is_own_module) {
            let why = || Arc::new(Why::seen("a module that is not part of nginx is used", directive.span));
            self.foreign.get_or_insert_with(why);
        }
        if entries.is_empty() {
            return;
        }
        let entry = match check(directive, node.place, entries, template) {
            Err(problem) => return self.misplaced(problem, node),
            Ok(entry) => entry,
        };
        let before = self.found.len();
        if node.place == Place::Main {
            match name {
                "events" | "http" | "stream" | "mail" => {
                    self.opened.get_or_insert(directive.name.span);
                }
                "load_module" => {
                    self.found.extend(self.opened.map(|block| {
                        let message = "modules are loaded before the first block";
                        let help = "move the line to the top of the file";
                        Problem::new(Kind::Place, directive.words(), message, help).beside(block, "the first block")
                    }));
                }
                _ => {}
            }
        }
        self.found.extend(typed(directive, entry, template));
        let (place, found) = (node.place, &mut self.found);
        grammar::judge(Judge { directive, place, parent, template, found });
        self.found.extend(self.repeated.directive(index, node, entry, tree));
        // What is wrong in itself says nothing about others.
        let good = self.found.len() == before;
        self.variables.directive(directive, entry, place, node.parent, template, &mut self.found);
        if good && !template {
            let Watched { sockets, zones, upstreams, suites, tables } = watched(directive);
            self.suites |= suites;
            self.tables |= tables && sizes::is_long(directive);
            if sockets {
                self.sockets.directive(index, node, tree);
            }
            if zones {
                self.zones.directive(directive, place, &mut self.found);
            }
            if upstreams {
                self.upstreams.directive(index, node, &mut self.found);
            }
        }
    }

    /// A directive of the wrong place. Those of `http` in the main level are one mistake: the block around them is missing.
    fn misplaced(&mut self, problem: Problem, node: &Node<'a>) {
        let http = |entry: &Entry| entry.allowed(Place::Http);
        if problem.kind != Kind::Place || node.place != Place::Main || !node.directive.id.entries().iter().any(http) {
            return self.found.push(problem);
        }
        match self.outside.and_then(|at| self.found.get_mut(at)) {
            None => {
                self.outside = Some(self.found.len());
                self.found.push(problem);
            }
            Some(first) if first.span.file != problem.span.file => self.found.push(problem),
            Some(first) => {
                if first.related.is_empty() {
                    first.message.push_str(", and it is not alone: all of these belong into `http { ... }`");
                    first.help = "put `http { ... }` around them, or move them into the one that is there".to_owned();
                }
                if first.related.len() < MOST {
                    first.related.push((problem.span, "this, too"));
                }
            }
        }
    }

    fn entry(&mut self, node: &Node<'a>, list: Option<&'a Directive>, template: bool) {
        let (directive, Some(list)) = (node.directive, list) else { return };
        if self.switches.0 != node.parent {
            self.switches = (node.parent, Switches::default());
        }
        let switches = &mut self.switches.1;
        if directive.args.is_empty() {
            switches.hostnames |= directive.is("hostnames");
            switches.ranges |= directive.is("ranges");
        }
        let switches = *switches;
        let (place, parent, found) = (node.place, Some(list), &mut self.found);
        let before = found.len();
        grammar::entry(Judge { directive, place, parent, template, found }, list, switches);
        if self.found.len() == before && list.is("map") {
            self.found.extend(self.repeated.entry(directive, node.parent, switches.hostnames));
        }
        self.variables.entry(directive, list, template, &mut self.found);
    }

    fn finish(mut self, tree: &Expanded<'_>) -> Loaded {
        self.found.extend(tree.circles.iter().map(|span| {
            let help = "remove the line, or name the file that is meant";
            Problem::new(Kind::Place, *span, "the file includes itself, so that nginx comes to no end", help)
        }));
        self.variables.finish(tree, self.foreign.as_ref(), &mut self.found);
        self.sockets.finish(tree, &mut self.found);
        self.upstreams.finish(tree, self.foreign.as_ref(), &mut self.found);
        sizes::shares(tree, &mut self.found);
        if self.suites {
            suites::check(tree, &mut self.found);
        }
        if self.foreign.is_none() {
            sizes::buffers(tree, &mut self.found);
            sizes::maps(tree, &mut self.found);
            if self.tables {
                sizes::names(tree, &mut self.found);
            }
            tls::check(tree, &mut self.found);
        }
        Loaded { problems: self.found, names: self.zones.names }
    }
}

/// The last directive of a name in effect at a level.
fn last<'a>(tree: &Expanded<'a>, level: Level, name: &str) -> Option<&'a Directive> {
    tree.nearest(level, name).and_then(|(found, _)| found.last().copied())
}
