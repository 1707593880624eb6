//! A configuration with its includes put in: one flat tree over several files.

use std::collections::HashSet;
use std::sync::Arc;

use crate::source::{Budget, FileId, Gap, Span, Why};
use crate::syntax::nginx::{Directive, File, Id, Place, Template, Word};

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
    /// Which of the directives of its file it is.
    number: u32,
    /// Why its block may hold more than what is known: an index into [`Expanded::gaps`].
    gap: Option<u32>,
}

/// The whole configuration, outer before inner.
#[derive(Debug)]
pub struct Expanded<'a> {
    /// The file it starts from.
    pub file: FileId,
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
    /// Its directives by level, then by name, then in reading order.
    order: Arc<[Placed]>,
}

/// A directive of a name that the table knows, where it stands.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Placed {
    key: u64,
    /// The node.
    at: u32,
}

/// A level and a name as one number, in the order of both: a search compares nothing else.
fn key(level: Level, id: Id) -> u64 {
    level.map_or(0, |at| u64::from(at) + 1) << 16 | u64::from(id.number())
}

/// Blocks and includes within each other. nginx has no limit; real configurations stay far below.
const DEEPEST_BLOCK: usize = 200;

/// An [`Expanded`] to keep: it knows its directives by their file and number.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    nodes: Box<[KeptNode]>,
    gap: Option<u32>,
    gaps: Box<[Arc<Why>]>,
    order: Arc<[Placed]>,
    fragment: bool,
}

#[derive(Clone, Debug)]
struct KeptNode {
    file: FileId,
    number: u32,
    place: Place,
    parent: Option<u32>,
    end: u32,
    gap: Option<u32>,
}

impl Kept {
    /// The configuration that starts from a file again, with the same directives.
    pub fn open<'a>(&self, file: FileId, tree: &dyn Fn(FileId) -> Option<&'a File>) -> Expanded<'a> {
        let node = |kept: &KeptNode| {
            let KeptNode { file, number, place, parent, end, gap } = *kept;
            let directive = tree(file)?.directives.get(number as usize)?;
            Some(Node { directive, place, parent, end, number, gap })
        };
        let mut out = Expanded::new(file, self.fragment);
        out.nodes = self.nodes.iter().filter_map(node).collect();
        (out.gap, out.gaps, out.order) = (self.gap, self.gaps.to_vec(), Arc::clone(&self.order));
        out
    }
}

/// What is asked of a configuration level by level, whether its directives are at hand or looked up one by one.
trait Levels<'a> {
    fn directive(&self, at: u32) -> Option<&'a Directive>;
    fn parent(&self, at: u32) -> Level;
    /// The directives by level, then by name, then in reading order.
    fn order(&self) -> &[Placed];
    fn is_open(&self, level: Level) -> bool;
    fn is_fragment(&self) -> bool;

    fn own_nodes(&self, level: Level, id: Id) -> &[Placed] {
        let key = key(level, id);
        let start = self.order().partition_point(|own| own.key < key);
        let found = self.order().get(start..).unwrap_or_default();
        let end = found.iter().take(MOST).take_while(|own| own.key == key).count();
        found.get(..end).unwrap_or_default()
    }

    fn effective_at(&self, level: Level, name: &str) -> Effective<'a> {
        let (id, mut open) = (Id::of(name), false);
        for level in std::iter::successors(Some(level), |level| level.map(|block| self.parent(block))) {
            let own = self.own_nodes(level, id);
            open |= self.is_open(level);
            match (own.is_empty(), open) {
                (false, _) => return Effective::Set(own.iter().filter_map(|own| self.directive(own.at)).collect()),
                (true, true) => return Effective::Unknown,
                (true, false) => {}
            }
        }
        if self.is_fragment() { Effective::Unknown } else { Effective::Absent }
    }
}

impl<'a> Levels<'a> for Expanded<'a> {
    fn directive(&self, at: u32) -> Option<&'a Directive> {
        self.nodes.get(at as usize).map(|node| node.directive)
    }

    fn parent(&self, at: u32) -> Level {
        self.nodes.get(at as usize).and_then(|node| node.parent)
    }

    fn order(&self) -> &[Placed] {
        &self.order
    }

    fn is_open(&self, level: Level) -> bool {
        level.map_or(self.gap, |block| self.nodes.get(block as usize).and_then(|node| node.gap)).is_some()
    }

    fn is_fragment(&self) -> bool {
        self.fragment
    }
}

/// A [`Kept`] whose directives are looked up one by one.
struct Closed<'t, 'a> {
    kept: &'t Kept,
    tree: &'t dyn Fn(FileId) -> Option<&'a File>,
}

impl<'a> Levels<'a> for Closed<'_, 'a> {
    fn directive(&self, at: u32) -> Option<&'a Directive> {
        let node = self.kept.nodes.get(at as usize)?;
        (self.tree)(node.file)?.directives.get(node.number as usize)
    }

    fn parent(&self, at: u32) -> Level {
        self.kept.nodes.get(at as usize).and_then(|node| node.parent)
    }

    fn order(&self) -> &[Placed] {
        &self.kept.order
    }

    fn is_open(&self, level: Level) -> bool {
        level.map_or(self.kept.gap, |block| self.kept.nodes.get(block as usize).and_then(|node| node.gap)).is_some()
    }

    // What is around a fragment counts as empty.
    fn is_fragment(&self) -> bool {
        false
    }
}

impl Kept {
    /// What nginx uses at a level, as [`Expanded::effective`] has it; what is around a fragment counts as empty.
    pub fn effective<'a>(&self, level: Level, name: &str, tree: &dyn Fn(FileId) -> Option<&'a File>) -> Effective<'a> {
        Closed { kept: self, tree }.effective_at(level, name)
    }
}

/// More directives of one name at one level do not change the picture.
const MOST: usize = 100;

struct Frame {
    file: FileId,
    next: u32,
    end: u32,
    parent: Option<u32>,
    place: Place,
    /// For the content of files: those that follow this one, last first. `None` for the content of a block.
    rest: Option<Vec<FileId>>,
}

/// Puts the includes of files in that nginx reads one after the other. Every directive and every file that is met draws from the budget, each time it is met;
/// what does not fit is unknown.
pub fn expand<'a>(
    roots: &[FileId],
    place: Place,
    fragment: bool,
    tree: &dyn Fn(FileId) -> Option<&'a File>,
    resolve: &Resolve<'_>,
    budget: &Budget,
) -> Expanded<'a> {
    let root = roots.first().copied().unwrap_or(FileId(0));
    let mut out = Expanded::new(root, fragment);
    let mut seen = HashSet::new();
    let rest = Some(roots.iter().rev().copied().collect());
    let mut stack = vec![Frame { file: root, next: 0, end: 0, parent: None, place, rest }];
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
        out.nodes.push(Node { directive, place, parent, end: own + 1, number: index, gap: None });
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
        Some(content) if content.template == Some(Template::Dump) => "the file is a print of several files",
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
    fn new(file: FileId, fragment: bool) -> Self {
        let (nodes, gaps, visits) = (Vec::new(), Vec::new(), Vec::new());
        Expanded { file, nodes, gap: None, gaps, fragment, visits, order: Arc::default(), circles: Vec::new() }
    }

    /// The same, to keep.
    pub fn keep(&self) -> Kept {
        let kept = |node: &Node<'_>| {
            let Node { directive, place, parent, end, number, gap } = *node;
            KeptNode { file: directive.name.span.file, number, place, parent, end, gap }
        };
        let nodes = self.nodes.iter().map(kept).collect();
        let (gap, gaps, order) = (self.gap, self.gaps.as_slice().into(), Arc::clone(&self.order));
        Kept { nodes, gap, gaps, order, fragment: self.fragment }
    }

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
        let known = (0u32..).zip(&self.nodes).filter(|(_, node)| node.directive.id.is_known());
        let mut order: Vec<Placed> =
            known.map(|(at, node)| Placed { key: key(node.parent, node.directive.id), at }).collect();
        order.sort_unstable();
        self.order = order.into();
    }

    /// The directives of a name at a level itself.
    pub fn own(&self, level: Level, name: &str) -> impl DoubleEndedIterator<Item = &'a Directive> + use<'_, 'a> {
        self.own_of(level, Id::of(name))
    }

    fn own_of(&self, level: Level, id: Id) -> impl DoubleEndedIterator<Item = &'a Directive> + use<'_, 'a> {
        self.own_nodes(level, id).iter().filter_map(|own| self.directive(own.at))
    }

    /// The directives of the nearest level around that has any, whether or not something there is not known, and how many
    /// levels away that is.
    pub fn nearest(&self, level: Level, name: &str) -> Option<(Vec<&'a Directive>, usize)> {
        let id = Id::of(name);
        let levels = std::iter::successors(Some(level), |level| self.around(*level));
        let own = levels.map(|level| self.own_of(level, id).collect::<Vec<_>>());
        own.enumerate().find_map(|(away, own)| (!own.is_empty()).then_some((own, away)))
    }

    /// What nginx uses at a level: the directives of the nearest level around it that has any of that name.
    pub fn effective(&self, level: Level, name: &str) -> Effective<'a> {
        self.effective_at(level, name)
    }

    /// The directives of a name, in reading order.
    pub fn named<'t>(&'t self, name: &'t str) -> impl Iterator<Item = (u32, &'t Node<'a>)> {
        (0u32..).zip(&self.nodes).filter(move |(_, node)| node.directive.is(name))
    }

    /// The block a level is in.
    pub fn block(&self, level: Level) -> Option<&'a Directive> {
        Some(self.nodes.get(level? as usize)?.directive)
    }

    /// The first word of a directive that is in effect at a level, and no other.
    pub fn value(&self, level: Level, name: &str) -> Option<&'a Word> {
        match self.effective(level, name) {
            Effective::Set(found) => found.last()?.args.first(),
            Effective::Absent | Effective::Unknown => None,
        }
    }

    /// Whether something is certain to be set at none of the levels.
    pub fn lacks(&self, level: Level, name: &str) -> bool {
        matches!(self.effective(level, name), Effective::Absent)
    }

    /// Whether a password, an address list or nginx itself keeps clients out of a level.
    pub fn is_guarded(&self, level: Level) -> bool {
        let on = |name| self.value(level, name).is_some_and(|word| &*word.value != "off");
        let internal = Id::of("internal");
        let mut inside = std::iter::successors(Some(level), |level| self.around(*level)).take(MOST);
        on("auth_basic")
            || on("auth_request")
            || self.value(level, "deny").is_some()
            || inside.any(|level| self.own_of(level, internal).next().is_some())
    }

    /// The `server` that a level is, or stands in.
    pub fn server_of(&self, level: Level) -> Option<u32> {
        let within = std::iter::successors(level, |at| self.around(Some(*at)).flatten()).take(MOST);
        within.into_iter().find(|at| self.block(Some(*at)).is_some_and(|block| block.is("server")))
    }

    /// Whether a level is a location for pictures and other files that pages show.
    pub fn is_for_files(&self, level: Level) -> bool {
        let Some(location) = self.block(level).filter(|block| block.is("location")) else { return false };
        let Some(path) = location.args.last().map(|word| word.value.to_ascii_lowercase()) else { return false };
        let folders = [
            "image", "img", "media", "static", "asset", "upload", "video", "photo", "picture", "file", "font",
            "download",
        ];
        path.ends_with('$') && path.contains("\\.") || folders.iter().any(|folder| path.contains(folder))
    }

    /// Whether a server listens on loopback addresses and sockets only.
    pub fn is_local(&self, server: u32) -> bool {
        let mut own = self.own(Some(server), "listen").filter_map(|listen| listen.arg(0)).peekable();
        let local = |value: &str| ["127.", "[::1]", "localhost", "unix:"].iter().any(|start| value.starts_with(start));
        own.peek().is_some() && own.all(local)
    }

    /// How many directives there are at a level and below: what it costs to look through it.
    pub fn size(&self, level: Level) -> usize {
        level.map_or(self.nodes.len(), |at| self.nodes.get(at as usize).map_or(0, |node| (node.end - at) as usize))
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
