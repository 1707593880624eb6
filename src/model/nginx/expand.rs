//! A configuration with its includes put in: one flat tree over several files.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::source::{Budget, FileId, Gap, Span, Why};
use crate::syntax::nginx::{Directive, File, Place};

/// What an `include` leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Included {
    /// Files of the project, in the order nginx reads them.
    Files(Arc<[FileId]>),
    /// A file that comes with nginx or certbot and holds nothing that a rule asks for.
    Shipped,
    /// Nobody knows.
    Unknown,
}

/// Finds the files of an `include`.
pub type Resolve<'a> = dyn Fn(&Directive) -> Included + 'a;

/// A directive where nginx meets it.
#[derive(Copy, Clone, Debug)]
pub struct Node<'a> {
    /// As written.
    pub directive: &'a Directive,
    /// Where it stands, includes counted.
    pub place: Place,
    /// The node whose block it stands in.
    pub parent: Option<u32>,
    /// One past the last node inside it.
    pub end: u32,
    /// Why its block may hold more than what is known: an index into [`Expanded::gaps`].
    gap: Option<u32>,
}

/// The whole configuration, outer before inner.
#[derive(Debug, Default)]
pub struct Expanded<'a> {
    /// The directives.
    pub nodes: Vec<Node<'a>>,
    /// The same of the outermost level.
    gap: Option<u32>,
    /// What is not known, in the order in which it was met.
    gaps: Vec<Arc<Why>>,
    /// Whether it is not a main configuration: there are levels around the outermost one, and nobody knows them.
    pub fragment: bool,
    /// Includes, not by a pattern, that lead back to a file that is being read.
    pub circles: Vec<Span>,
    /// The files that were met, each with the place it was met at.
    pub visits: Vec<(FileId, Place)>,
    by_name: HashMap<(Level, &'static str), Vec<u32>>,
}

/// Blocks and includes within each other. nginx has no limit; real configurations stay far below.
const DEEPEST_BLOCK: usize = 200;

/// More directives of one name at one level do not change the picture.
const MOST: usize = 100;

/// The directives whose inheritance is asked for.
const INHERITED: [&str; 14] = [
    "add_header",
    "add_header_inherit",
    "client_max_body_size",
    "more_set_headers",
    "proxy_hide_header",
    "proxy_read_timeout",
    "proxy_set_header",
    "proxy_ssl_trusted_certificate",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_client_certificate",
    "ssl_protocols",
    "ssl_reject_handshake",
    "ssl_trusted_certificate",
];

struct Frame {
    file: FileId,
    next: u32,
    end: u32,
    parent: Option<u32>,
    place: Place,
    /// For the content of files: those that follow this one, last first. `None` for the content of a block.
    rest: Option<Vec<FileId>>,
}

/// Puts the includes of `root` in. Every directive and every file that is met draws from the budget, each time it is met;
/// what does not fit is unknown.
pub fn expand<'a>(
    root: FileId,
    place: Place,
    tree: &dyn Fn(FileId) -> Option<&'a File>,
    resolve: &Resolve<'_>,
    budget: &Budget,
) -> Expanded<'a> {
    let mut out = Expanded { fragment: place != Place::Main, ..Expanded::default() };
    let mut seen = HashSet::new();
    let mut stack = vec![Frame { file: root, next: 0, end: 0, parent: None, place, rest: Some(vec![root]) }];
    while let Some(frame) = stack.last_mut() {
        let spent = budget.over().is_some();
        if frame.next >= frame.end || spent {
            let (parent, place) = (frame.parent, frame.place);
            if spent {
                out.leave_open(parent, Why::new("there are too many includes"));
            } else if let Some(file) = frame.rest.as_mut().and_then(Vec::pop) {
                let content = tree(file);
                (frame.file, frame.next) = (file, 0);
                frame.end = content.map_or(0, |content| content.directives.len() as u32);
                if seen.insert((file, place)) {
                    out.visits.push((file, place));
                }
                if let Some(why) = unreliable(content, file) {
                    out.leave_open(parent, why);
                }
                continue;
            }
            if let (Some(parent), None) = (parent, &frame.rest) {
                out.nodes[parent as usize].end = out.nodes.len() as u32;
            }
            stack.pop();
            continue;
        }
        let index = frame.next;
        let Some(directive) = tree(frame.file).and_then(|file| file.directives.get(index as usize)) else {
            frame.next = frame.end;
            continue;
        };
        frame.next = directive.end.max(index + 1);
        let (file, place, parent) = (frame.file, frame.place, frame.parent);
        if !budget.nodes(1, directive.span) {
            continue;
        }
        let own = out.nodes.len() as u32;
        out.nodes.push(Node { directive, place, parent, end: own + 1, gap: None });
        if directive.is("include") && place != Place::Entries {
            match resolve(directive) {
                Included::Shipped => {}
                Included::Unknown => {
                    out.leave_open(parent, Why::seen("an include is not in the project", directive.span));
                }
                Included::Files(files) => {
                    // A file that is still being read would include itself; nginx would never come to an end.
                    let active = |file: &FileId| stack.iter().any(|frame| frame.rest.is_some() && frame.file == *file);
                    let deep = stack.len() > DEEPEST_BLOCK;
                    if deep || files.iter().any(active) {
                        if !deep && !directive.arg(0).is_some_and(|path| path.contains(['*', '?', '['])) {
                            out.circles.push(directive.words());
                        }
                        out.leave_open(parent, Why::seen("an include leads back to its own file", directive.span));
                    } else {
                        budget.nodes(files.len(), directive.span);
                        let rest = Some(files.iter().rev().copied().collect());
                        stack.push(Frame { file, next: 0, end: 0, parent, place, rest });
                    }
                }
            }
        } else if directive.block.is_some_and(|block| !block.raw) {
            let place = place.inside(&directive.name.value);
            if let Some(why) = unreliable(tree(file), file) {
                out.leave_open(Some(own), why);
            }
            if stack.len() >= DEEPEST_BLOCK {
                out.leave_open(Some(own), Why::seen("blocks are nested too deep", directive.span));
            } else {
                let end = directive.end;
                stack.push(Frame { file, next: index + 1, end, parent: Some(own), place, rest: None });
            }
        }
    }
    out.index();
    out
}

/// Why a file may mean more than what is read of it.
fn unreliable(content: Option<&File>, file: FileId) -> Option<Why> {
    let text = match content {
        None => "a file could not be read",
        Some(content) if content.template.is_some() => "the file is a template",
        Some(content) if content.unbalanced => "the braces of the file do not match",
        Some(_) => return None,
    };
    Some(Why::seen(text, Span::new(file, 0, 0)))
}

/// The block a level belongs to: a node, or `None` for the outermost level.
pub type Level = Option<u32>;

/// What is in effect at a level.
#[derive(Clone, Debug)]
pub enum Effective<'a> {
    /// The directives of the nearest level that has any.
    Set(Vec<&'a Directive>),
    /// None of the levels has any.
    Absent,
    /// None is known, but one of the levels holds something that is not in the project.
    Unknown,
}

impl<'a> Expanded<'a> {
    /// Notes why a level may hold more than what is known; the first reason counts.
    fn leave_open(&mut self, level: Level, why: Why) {
        let gap = match level {
            Some(block) => &mut self.nodes[block as usize].gap,
            None => &mut self.gap,
        };
        if gap.is_none() {
            *gap = Some(self.gaps.len() as u32);
            self.gaps.push(Arc::new(why));
        }
    }

    fn index(&mut self) {
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(name) = INHERITED.iter().find(|name| node.directive.is(name)) {
                self.by_name.entry((node.parent, name)).or_default().push(index as u32);
            }
        }
    }

    /// The directives of a name at a level itself. Only for the names whose inheritance is asked for.
    pub fn own(&self, level: Level, name: &'static str) -> impl DoubleEndedIterator<Item = &'a Directive> {
        let found = self.by_name.get(&(level, name)).map_or(&[][..], Vec::as_slice);
        found.iter().take(MOST).filter_map(|index| Some(self.nodes.get(*index as usize)?.directive))
    }

    /// What nginx uses at a level: the directives of the nearest level around it that has any of that name.
    pub fn effective(&self, level: Level, name: &'static str) -> Effective<'a> {
        let mut at = Some(level);
        let mut open = false;
        while let Some(level) = at {
            let own: Vec<_> = self.own(level, name).collect();
            open |= self.gap(level).is_some();
            match (own.is_empty(), open) {
                (false, _) => return Effective::Set(own),
                (true, true) => return Effective::Unknown,
                (true, false) => at = self.around(level),
            }
        }
        if self.fragment { Effective::Unknown } else { Effective::Absent }
    }

    /// The nodes of a level, in order.
    pub fn level(&self, level: Level) -> impl Iterator<Item = (u32, &Node<'a>)> {
        let (mut next, end) = match level {
            Some(block) => (block + 1, self.nodes.get(block as usize).map_or(0, |node| node.end)),
            None => (0, self.nodes.len() as u32),
        };
        std::iter::from_fn(move || {
            let index = next;
            let node = self.nodes.get(index as usize).filter(|_| index < end)?;
            next = node.end.max(index + 1);
            Some((index, node))
        })
    }

    /// Why a level may hold more than what is known.
    pub fn gap(&self, level: Level) -> Gap {
        let gap = level.map_or(self.gap, |block| self.nodes[block as usize].gap);
        gap.and_then(|gap| self.gaps.get(gap as usize)).cloned()
    }

    /// The same of a block and all blocks in it.
    pub fn gap_within(&self, block: u32) -> Gap {
        let nodes = &self.nodes[block as usize..self.nodes[block as usize].end as usize];
        let first = nodes.iter().find_map(|node| node.gap)?;
        self.gaps.get(first as usize).cloned()
    }

    /// The same of everything, and of what is around it.
    pub fn gap_anywhere(&self) -> Gap {
        self.gaps.first().cloned().or_else(|| self.gap_around())
    }

    /// Why there may be more around the outermost level.
    pub fn gap_around(&self) -> Gap {
        self.fragment.then(|| Arc::new(Why::new("the file that includes this one is not in the project")))
    }

    /// The level around a level; `None` when it is the outermost one.
    pub fn around(&self, level: Level) -> Option<Level> {
        level.map(|block| self.nodes[block as usize].parent)
    }
}
