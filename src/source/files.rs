//! Which paths exist, without touching the disk again.

use std::collections::{HashMap, HashSet};

/// Whether a path is there.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Presence {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Neither, in a place that was looked at completely.
    Missing,
    /// Outside the project, or in a directory that is not searched (`node_modules`, ...).
    Unknown,
}

/// All paths below the project root, relative, with `/`.
#[derive(Clone, Default, Debug)]
pub struct FileSet {
    files: HashSet<String>,
    directories: HashSet<String>,
    links: HashMap<String, String>,
    pruned: Vec<String>,
}

impl FileSet {
    /// Adds a file and the directories above it.
    pub fn add_file(&mut self, path: &str) {
        let mut parent = path;
        while let Some((above, _)) = parent.rsplit_once('/') {
            if !self.directories.insert(above.to_owned()) {
                break;
            }
            parent = above;
        }
        self.files.insert(path.to_owned());
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// Adds an empty directory.
    pub fn add_directory(&mut self, path: &str) {
        self.directories.insert(path.to_owned());
    }

    /// Adds a symbolic link; its target must be added on its own.
    pub fn add_link(&mut self, path: &str, target: &str) {
        self.links.insert(path.to_owned(), target.to_owned());
    }

    /// Marks a directory as not searched.
    pub fn prune(&mut self, path: &str) {
        self.pruned.push(path.to_owned());
    }

    /// The path a link stands for, or the path itself.
    pub fn resolve<'a>(&'a self, path: &'a str) -> &'a str {
        self.links.get(path).map_or(path, String::as_str)
    }

    /// Whether a normalised path exists. Paths that leave the root (`..`) or are absolute are unknown.
    pub fn presence(&self, path: &str) -> Presence {
        let path = self.resolve(path);
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
        let hidden = self
            .pruned
            .iter()
            .any(|dir| path == dir || path.strip_prefix(dir.as_str()).is_some_and(|rest| rest.starts_with('/')));
        // A link that points out of the project: everything below it is unknown.
        let linked =
            self.links.keys().any(|dir| path.strip_prefix(dir.as_str()).is_some_and(|rest| rest.starts_with('/')));
        if hidden || linked { Presence::Unknown } else { Presence::Missing }
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

/// The directory part of a path, `""` for the root.
pub fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// `relative` as seen from directory `base`, normalised. An absolute `relative` stays as it is.
pub fn join(base: &str, relative: &str) -> String {
    if relative.starts_with('/') || base.is_empty() {
        return normalize(relative);
    }
    normalize(&format!("{base}/{relative}"))
}

/// Resolves `.`, `..` and doubled slashes by text alone. `..` beyond the root stays.
pub fn normalize(path: &str) -> String {
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
    fn missing_is_only_said_where_everything_was_seen() {
        let mut set = FileSet::default();
        set.add_file("a/b/c.env");
        set.prune("node_modules");
        assert_eq!(set.presence("a/b"), Presence::Directory);
        assert_eq!(set.presence("a/x"), Presence::Missing);
        assert_eq!(set.presence("node_modules/x"), Presence::Unknown);
        assert_eq!(set.presence("../x"), Presence::Unknown);
    }
}
