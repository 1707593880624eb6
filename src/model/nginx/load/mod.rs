//! What nginx refuses when it loads a configuration: one walk over everything in reading order, as nginx does it, then the
//! tables that the walk filled.
//!
//! Nothing is said about directives the table does not know, about templates other than envsubst's, and about files whose
//! braces do not match.

mod levels;
mod sizes;
mod sockets;
mod tls;
mod upstreams;
mod variables;
mod zones;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::grammar::{self, Judge};
use super::problem::{Kind, Problem};
use super::repeated::Repeated;
use super::structure::{check, typed};
use super::{Expanded, Included, Node, expand};
use crate::source::{Budget, FileId, Span, Why};
use crate::syntax::nginx::{Directive, File, Place, Template, table};

use levels::Levels;
use sockets::Sockets;
use upstreams::Upstreams;
use variables::Variables;
use zones::Zones;

/// The problems of one file, whose includes are not looked at.
pub fn problems_of(file: FileId, place: Place, tree: &File, budget: &Budget) -> Vec<Problem> {
    let own = |asked: FileId| (asked == file).then_some(tree);
    let expanded = expand(&[file], place, place != Place::Main, &own, &|_| Included::Unknown, budget);
    problems(&expanded, &own)
}

/// All problems of a configuration, in reading order as far as they have a place in it.
pub fn problems<'a>(tree: &Expanded<'a>, file: &dyn Fn(FileId) -> Option<&'a File>) -> Vec<Problem> {
    let mut load = Load {
        found: Vec::new(),
        repeated: Repeated::default(),
        variables: Variables::default(),
        sockets: Sockets::default(),
        zones: Zones::default(),
        upstreams: Upstreams::default(),
        levels: Levels::new(tree),
        foreign: tree.gap_anywhere(),
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
            _ => *readings.entry(id).or_insert_with(|| Reading::of(file(id))),
        };
        last = Some((id, reading));
        if included.is_some_and(|from| from != id) {
            adrift.insert(id);
        } else {
            let loose = adrift.contains(&id) || file(id).is_some_and(|file| file.unbalanced);
            included = Some(id).filter(|_| loose && node.directive.is("include"));
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
    fn of(file: Option<&File>) -> Reading {
        match file {
            None => Reading::Not,
            Some(file) if file.unbalanced => Reading::Not,
            Some(file) => match file.template {
                None => Reading::Plain,
                Some(Template::Envsubst) => Reading::Template,
                Some(_) => Reading::Not,
            },
        }
    }
}

struct Load {
    found: Vec<Problem>,
    repeated: Repeated,
    variables: Variables,
    sockets: Sockets,
    zones: Zones,
    upstreams: Upstreams,
    levels: Levels,
    /// Why there may be more than what is known: something is not in the project, or a module that is not nginx's own
    /// reads directives of its own.
    foreign: Option<Arc<Why>>,
    /// The first block of the main level, behind which no module can be loaded.
    opened: Option<Span>,
}

impl Load {
    fn node(&mut self, index: u32, node: &Node<'_>, parent: Option<&Directive>, template: bool, tree: &Expanded<'_>) {
        let directive = node.directive;
        if node.place == Place::Entries {
            self.entry(node, parent, template);
            return;
        }
        let entries = table::lookup(&directive.name.value);
        let name = &*directive.name.value;
        if entries.is_empty() || name == "load_module" && !directive.arg(0).is_some_and(table::is_own_module) {
            let why = || Arc::new(Why::seen("a module that is not part of nginx is used", directive.span));
            self.foreign.get_or_insert_with(why);
        }
        if entries.is_empty() {
            return;
        }
        let entry = match check(directive, node.place, entries) {
            Err(problem) => return self.found.push(problem),
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
        self.found.extend(self.repeated.directive(directive, entry, place, node.parent));
        // What is wrong in itself says nothing about others.
        let good = self.found.len() == before;
        self.variables.directive(directive, entry, place, node.parent, template, &mut self.found);
        if good && !template {
            self.levels.directive(index, entry.name, node.parent);
            self.sockets.directive(index, node, tree);
            self.zones.directive(directive, place, &mut self.found);
            self.upstreams.directive(index, node, tree, &mut self.found);
        }
    }

    fn entry(&mut self, node: &Node<'_>, list: Option<&Directive>, template: bool) {
        let (directive, Some(list)) = (node.directive, list) else { return };
        let switches = self.levels.switches(directive, node.parent);
        let (place, parent, found) = (node.place, Some(list), &mut self.found);
        let before = found.len();
        grammar::entry(Judge { directive, place, parent, template, found }, list, &switches);
        if self.found.len() == before && list.is("map") {
            self.found.extend(self.repeated.entry(directive, node.parent));
        }
        self.variables.entry(directive, list, template, &mut self.found);
    }

    fn finish(mut self, tree: &Expanded<'_>) -> Vec<Problem> {
        self.found.extend(tree.circles.iter().map(|span| {
            let help = "remove the line, or name the file that is meant";
            Problem::new(Kind::Place, *span, "the file includes itself, so that nginx comes to no end", help)
        }));
        self.variables.finish(tree, self.foreign.as_ref(), &mut self.found);
        self.sockets.finish(tree, &self.levels, &mut self.found);
        self.upstreams.finish(tree, self.foreign.as_ref(), &mut self.found);
        sizes::shares(tree, &mut self.found);
        if self.foreign.is_none() {
            sizes::buffers(tree, &self.levels, &mut self.found);
            sizes::maps(tree, &self.levels, &mut self.found);
            tls::check(tree, &self.levels, &mut self.found);
        }
        self.found
    }
}
