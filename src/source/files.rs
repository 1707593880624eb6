//! Which paths exist, without touching the disk again.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::code::{Code, Named};
use crate::cut::Cut;

/// Whether a path is there.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Presence {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Neither, in a place that was looked at completely.
    Missing,
    /// Outside the project, in a directory that is not searched (`node_modules`, ...), or in one whose files get their
    /// names when the project is made from a template (`{% if use_celery %}worker.sh{% endif %}`).
    Unknown,
}

/// All paths below the project root, relative, with `/`.
#[derive(Clone, Default, Debug)]
pub struct FileSet {
    files: HashSet<String>,
    directories: HashSet<String>,
    links: HashMap<String, String>,
    pruned: Vec<String>,
    passed: BTreeMap<String, String>,
    absent: HashSet<String>,
    unnamed: HashSet<String>,
    read_as: HashMap<String, String>,
    /// The guides that are judged as the files they show: there may be more files than are here.
    guides: Vec<String>,
    parts: Vec<(String, u32)>,
    prints: Vec<String>,
    pub(super) code: Code,
}

const NOT_CHECKED_OUT: &str = "a submodule that is not checked out; `git submodule update --init` brings it";

impl FileSet {
    /// Adds a file and the directories above it.
    pub fn add_file(&mut self, path: &str) {
        let mut parent = path;
        self.note_unnamed(path);
        while let Some((above, _)) = parent.rsplit_once('/') {
            self.note_unnamed(above);
            if !self.directories.insert(above.to_owned()) {
                break;
            }
            parent = above;
        }
        self.files.insert(path.to_owned());
    }

    /// Notes the directory of something whose name is still to be filled in (cookiecutter, copier).
    fn note_unnamed(&mut self, path: &str) {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name.contains("{{") || name.contains("{%") {
            self.unnamed.insert(above.to_owned());
        }
    }

    /// Notes that a file is a print of all files of a machine that a program reads: it stands for the folder of these.
    pub fn add_print(&mut self, path: &str) {
        self.remove(path);
        self.prints.push(path.to_owned());
    }

    /// What the sources of pages below a folder name; tests are left out.
    pub fn named_by_pages(&self, folder: &str) -> Named {
        self.code.named(folder, self)
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
        self.links.remove(path);
    }

    /// Adds an empty directory.
    pub fn add_directory(&mut self, path: &str) {
        self.directories.insert(path.to_owned());
    }

    /// Adds a symbolic link; its target must be added on its own.
    pub fn add_link(&mut self, path: &str, target: &str) {
        self.links.insert(path.to_owned(), target.to_owned());
    }

    /// Adds a link that is read under its own name, in the place of its target.
    pub fn read_link(&mut self, path: &str, target: &str) {
        self.links.remove(path);
        self.add_file(path);
        self.read_as.insert(target.to_owned(), path.to_owned());
    }

    /// Says that there may be more files than are here: a guide shows some of those it speaks of.
    pub fn open_up(&mut self, guide: &str) {
        self.guides.push(guide.to_owned());
    }

    /// Whether a file is a guide that is judged as the files it shows.
    pub fn is_guide(&self, path: &str) -> bool {
        self.guides.iter().any(|guide| guide == path)
    }

    /// Whether there may be more files than are here.
    pub fn is_open(&self) -> bool {
        !self.guides.is_empty()
    }

    /// Notes a file that a guide shows only in part, with the line.
    pub fn add_part(&mut self, guide: &str, line: u32) {
        self.parts.push((guide.to_owned(), line));
    }

    /// The files that guides show only in part: the guide and the line.
    pub fn parts(&self) -> &[(String, u32)] {
        &self.parts
    }

    /// The file that a path is printed in, and the path there.
    pub fn printed_in<'a>(&self, path: &'a str) -> Option<(&str, &'a str)> {
        self.prints.iter().find_map(|print| Some((print.as_str(), below(path, print).filter(|rest| !rest.is_empty())?)))
    }

    /// Marks a directory as not searched.
    pub fn prune(&mut self, path: &str) {
        self.pruned.push(path.to_owned());
    }

    /// Marks a directory as a submodule that is not checked out, if there is nothing in it.
    pub fn add_submodule(&mut self, path: &str) {
        if !self.files.iter().any(|file| below(file, path).is_some()) {
            self.prune(path);
            self.pass_over(path, NOT_CHECKED_OUT);
        }
    }

    /// The submodule that a path is in and that is not checked out.
    pub fn submodule_of(&self, path: &str) -> Option<&str> {
        let inside = |(dir, why): &(&String, &String)| *why == NOT_CHECKED_OUT && below(path, dir).is_some();
        self.passed.iter().find(inside).map(|(dir, _)| dir.as_str())
    }

    /// Notes that a path was not read, and why.
    pub fn pass_over(&mut self, path: &str, why: impl Into<String>) {
        self.passed.insert(path.to_owned(), why.into());
    }

    /// Takes that back.
    pub fn read_after_all(&mut self, path: &str) {
        self.passed.remove(path);
    }

    /// Why a path was not read.
    pub fn passed_over(&self, path: &str) -> Option<&str> {
        self.passed.get(&*self.resolve(path)).map(String::as_str)
    }

    /// Everything that was not read: path and reason.
    pub fn not_read(&self) -> impl Iterator<Item = (&str, &str)> {
        self.passed.iter().map(|(path, why)| (path.as_str(), why.as_str()))
    }

    /// Notes that a path was looked for in a directory that is not searched, and is not there. What a submodule has is not
    /// known before it is checked out.
    pub fn add_absent(&mut self, path: &str) {
        if self.submodule_of(path).is_none() {
            self.absent.insert(path.to_owned());
        }
    }

    /// The links within the project: where they are and the path they stand for.
    pub fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        self.links.iter().map(|(path, target)| (path.as_str(), target.as_str()))
    }

    /// The path with its links resolved, those of the directories in it, too.
    pub fn resolve<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let mut path = Cow::Borrowed(path);
        // Targets hold no links themselves: every step has less left to look at.
        let mut from = 0;
        while !self.links.is_empty() {
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]).filter(|&at| at > from);
            let Some((end, target)) = ends.into_iter().find_map(|end| Some((end, self.links.get(path.cut(..end))?)))
            else {
                break;
            };
            let rest = path.cut(end..).trim_start_matches('/');
            let resolved = if rest.is_empty() { target.clone() } else { join(target, rest) };
            from = target.len();
            path = Cow::Owned(resolved);
        }
        match self.read_as.get(&*path) {
            Some(name) => Cow::Owned(name.clone()),
            None => path,
        }
    }

    /// Whether a normalised path exists. Paths that leave the root (`..`) or are absolute are unknown.
    pub fn presence(&self, path: &str) -> Presence {
        let path = &*self.resolve(path);
        if path.is_empty() || path == "." {
            return Presence::Directory;
        }
        if path.starts_with('/') || path.starts_with("..") {
            return Presence::Unknown;
        }
        if self.files.contains(path) {
            return Presence::File;
        }
        if self.directories.contains(path) {
            return Presence::Directory;
        }
        if self.is_open() {
            return Presence::Unknown;
        }
        let hidden = self.pruned.iter().any(|dir| below(path, dir).is_some()) || self.may_be_named(path);
        if hidden && !self.absent.contains(path) { Presence::Unknown } else { Presence::Missing }
    }

    /// Whether something in the way to a path has no name yet, and may get that of the path.
    fn may_be_named(&self, path: &str) -> bool {
        let mut above = path;
        while !self.unnamed.is_empty() && !above.is_empty() {
            above = directory(above);
            if above.is_empty() || self.directories.contains(above) {
                return self.unnamed.contains(above);
            }
        }
        false
    }

    /// Whether there is a file at a path.
    pub fn is_file(&self, path: &str) -> bool {
        self.presence(path) == Presence::File
    }

    /// The directories that are not searched, in the order they were met.
    pub fn pruned(&self) -> impl Iterator<Item = &str> {
        self.pruned.iter().map(String::as_str)
    }

    /// All files, in no particular order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }
}

/// Where a person stands, as seen from a project: their way to its files.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Here {
    root: String,
    inside: String,
}

impl Here {
    /// Somebody who stands outside, and calls the project's root this; `""`: they stand there.
    pub fn outside(root: &str) -> Self {
        Here { root: root.to_owned(), inside: String::new() }
    }

    /// Somebody who stands in a directory of the project.
    pub fn inside(directory: &str) -> Self {
        Here { root: String::new(), inside: directory.to_owned() }
    }

    /// How to write a path of the project so that it can be opened from here.
    pub fn path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if path.starts_with('/') || self.root.is_empty() && self.inside.is_empty() {
            return Cow::Borrowed(path);
        }
        if self.inside.is_empty() {
            return Cow::Owned(join(&self.root, path));
        }
        let (mut rest, mut up) = (path, self.inside.as_str());
        while let Some((first, below)) = rest.split_once('/') {
            let (own, deeper) = up.split_once('/').unwrap_or((up, ""));
            if own != first {
                break;
            }
            (rest, up) = (below, deeper);
        }
        let steps = if up.is_empty() { 0 } else { up.split('/').count() };
        Cow::Owned("../".repeat(steps) + rest)
    }
}

/// The directory part of a path, `""` for the root.
pub fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// `relative` as seen from directory `base`, normalised. An absolute `relative` stays as it is.
pub fn join(base: &str, relative: &str) -> String {
    if relative.starts_with('/') || base.is_empty() {
        return normalize(relative);
    }
    let path = format!("{base}/{relative}");
    if is_normal(&path) { path } else { normalize(&path) }
}

/// Whether there is nothing to resolve in a path.
fn is_normal(path: &str) -> bool {
    let body = path.strip_prefix('/').unwrap_or(path);
    !body.as_bytes().split(|b| *b == b'/').any(|part| matches!(part, b"" | b"." | b".."))
}

/// What of `path` lies below `dir`, without a slash in front: `""` when they are the same. Both are normalised; `""` and
/// `/` have everything below them.
pub fn below<'a>(path: &'a str, dir: &str) -> Option<&'a str> {
    let dir = dir.trim_end_matches('/');
    if dir.is_empty() {
        return Some(path.trim_start_matches('/'));
    }
    let rest = path.strip_prefix(dir)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Resolves `.`, `..` and doubled slashes by text alone. `..` beyond the root stays.
pub fn normalize(path: &str) -> String {
    if is_normal(path) {
        return path.to_owned();
    }
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let body = parts.join("/");
    if absolute { format!("/{body}") } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised() {
        assert_eq!(join("deploy", "./../nginx//a.conf"), "nginx/a.conf");
        assert_eq!(join("", "../x"), "../x");
        assert_eq!(join("a", "/etc/./x"), "/etc/x");
    }

    #[test]
    fn paths_are_written_for_who_reads_them() {
        for (here, path, expected) in [
            (Here::default(), "a/b", "a/b"),
            (Here::outside("x/shop"), "a/b", "x/shop/a/b"),
            (Here::outside("../shop"), "a", "../shop/a"),
            (Here::outside("/srv/shop"), "a", "/srv/shop/a"),
            (Here::inside("app"), "app/.env", ".env"),
            (Here::inside("app/api"), "app/.env", "../.env"),
            (Here::inside("app/api"), "gonogo.yaml", "../../gonogo.yaml"),
            (Here::inside("app"), "apple/.env", "../apple/.env"),
            (Here::inside("app"), "/etc/gonogo.yaml", "/etc/gonogo.yaml"),
        ] {
            assert_eq!(here.path(path), expected, "{here:?}");
        }
    }

    #[test]
    fn missing_is_only_said_where_everything_was_seen() {
        let mut set = FileSet::default();
        set.add_file("a/b/c.env");
        set.prune("node_modules");
        assert_eq!(set.presence("a/b"), Presence::Directory);
        assert_eq!(set.presence("a/x"), Presence::Missing);
        assert_eq!(set.presence("node_modules/x"), Presence::Unknown);
        assert_eq!(set.presence("../x"), Presence::Unknown);
    }

    #[test]
    fn a_name_that_is_filled_in_later_may_be_any() {
        let mut set = FileSet::default();
        set.add_file("{{app.name}}/prod/{% if app.celery %}worker.sh{% endif %}");
        set.add_file("{{app.name}}/docs/index.md");
        for path in ["{{app.name}}/prod/worker.sh", "shop/prod/worker.sh", "shop"] {
            assert_eq!(set.presence(path), Presence::Unknown, "{path}");
        }
        assert_eq!(set.presence("{{app.name}}/docs/worker.sh"), Presence::Missing);
    }

    #[test]
    fn links_are_resolved_in_every_part_of_a_path() {
        let mut set = FileSet::default();
        set.add_file("a/b/c.env");
        for (link, target) in [("current", "a"), ("a/self", "a"), ("up", ""), ("a/b/d.env", "a/b/c.env")] {
            set.add_link(link, target);
        }
        for (path, target) in [
            ("current/b/c.env", "a/b/c.env"),
            ("current/self/self/b/c.env", "a/b/c.env"),
            ("up/up/current", "a"),
            ("current/b/d.env", "a/b/c.env"),
            ("a/b/c.env", "a/b/c.env"),
            ("currently/b", "currently/b"),
        ] {
            assert_eq!(set.resolve(path), target, "{path}");
        }
        assert_eq!(set.presence("current/b/x.env"), Presence::Missing);
    }
}
