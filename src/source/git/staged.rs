//! What the next commit will hold: the content that git's index names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::index::{Trees, walk};
use super::objects::{Objects, is_blob, unhex};
use crate::source::budget::LARGEST;
use crate::source::files::join;

/// Folders of the last commit that are compared; beyond that all is judged.
const MOST_TREES: usize = 20_000;

/// The files that the next commit will hold, by their path from the project's root.
#[derive(Debug)]
pub struct Staged {
    files: BTreeMap<String, Blob>,
    /// Directories whose files are not known: submodules, and those that a sparse index names as a whole.
    pub closed: Vec<String>,
    /// Files that a person must decide about first, and names that cannot be printed: path and what is wrong.
    pub faults: Vec<(String, String)>,
    /// The paths that the commit adds, changes or takes away. Empty when it is not known, or when nothing is staged: then
    /// it is no commit that is asked about, but all there is.
    pub changed: BTreeSet<String>,
}

/// The content of a file, read when it is needed.
#[derive(Clone, Debug)]
pub struct Blob {
    objects: Arc<Objects>,
    id: Box<[u8]>,
    mode: u32,
    disk: PathBuf,
}

impl Staged {
    /// Reads the index of that name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(repository: &Path, common: &Path, name: &str, below: &[u8], root: &Path) -> Result<Self, String> {
        let objects = Arc::new(Objects::new(common));
        let mut staged =
            Staged { files: BTreeMap::new(), closed: Vec::new(), faults: Vec::new(), changed: BTreeSet::new() };
        let trees = walk(repository, name, &mut |entry| {
            let slash = if below.is_empty() { &b""[..] } else { b"/" };
            let own = entry.name.strip_prefix(below).and_then(|rest| rest.strip_prefix(slash));
            let Some(own) = own.filter(|_| !entry.is_for_later()) else { return Ok(()) };
            let Ok(path) = std::str::from_utf8(own) else {
                let path = String::from_utf8_lossy(own).into_owned();
                staged.faults.push((path, "the name is not UTF-8, so it was not read; rename it".to_owned()));
                return Ok(());
            };
            if entry.is_directory() || entry.mode == 0o160_000 {
                staged.closed.push(path.trim_end_matches('/').to_owned());
            } else if entry.is_in_conflict() {
                let why = "is in conflict, so nobody can tell what the commit will hold; resolve it and `git add` it";
                if staged.faults.last().is_none_or(|(last, _)| last != path) {
                    staged.faults.push((path.to_owned(), why.to_owned()));
                }
            } else {
                let blob =
                    Blob { objects: objects.clone(), id: entry.id.into(), mode: entry.mode, disk: root.join(path) };
                staged.files.insert(path.to_owned(), blob);
            }
            Ok(())
        })?;
        let head = last_commit(repository, common).and_then(|commit| objects.tree_of(&commit).ok());
        staged.changed = head.and_then(|tree| staged.changes(&objects, tree, below, &trees)).unwrap_or_default();
        Ok(staged)
    }

    /// What differs from the tree of the last commit. `None`: it cannot be told.
    fn changes(&self, objects: &Objects, tree: Vec<u8>, below: &[u8], staged: &Trees) -> Option<BTreeSet<String>> {
        let mut tree = tree;
        for part in below.split(|&b| b == b'/').filter(|part| !part.is_empty()) {
            tree = objects.tree(&tree).ok()?.into_iter().find(|(_, name, _)| name == part)?.2;
        }
        let mut changed: BTreeSet<String> = self.files.keys().cloned().collect();
        let mut open = vec![(String::new(), tree)];
        let mut room = MOST_TREES;
        while let Some((dir, tree)) = open.pop() {
            room = room.checked_sub(1)?;
            let full = join(&String::from_utf8_lossy(below), dir.trim_end_matches('/'));
            if staged.get(full.as_bytes()) == Some(&tree) {
                // What git has staged there is what the last commit holds.
                let same = changed.range(dir.clone()..).take_while(|path| path.starts_with(&dir));
                let same: Vec<String> = same.cloned().collect();
                same.iter().for_each(|path| _ = changed.remove(path));
                continue;
            }
            for (mode, name, id) in objects.tree(&tree).ok()? {
                let path = format!("{dir}{}", String::from_utf8(name).ok()?);
                match self.files.get(&path) {
                    _ if mode == 0o40_000 => open.push((path + "/", id)),
                    // A submodule.
                    _ if mode == 0o160_000 => {}
                    Some(blob) if *blob.id == id[..] => _ = changed.remove(&path),
                    _ => _ = changed.insert(path),
                }
            }
        }
        Some(changed)
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&Blob> {
        self.files.get(path)
    }

    /// All files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Blob)> {
        self.files.iter().map(|(path, blob)| (path.as_str(), blob))
    }
}

/// The id of the last commit. `None`: there is none yet, or it is kept in a form that is not read.
fn last_commit(repository: &Path, common: &Path) -> Option<Vec<u8>> {
    const SMALL: u64 = 64 << 10;
    const LARGE: u64 = 64 << 20;
    let head = super::read(&repository.join("HEAD"), SMALL).ok()??;
    let Some(name) = head.strip_prefix(b"ref:").map(<[u8]>::trim_ascii) else { return unhex(head.trim_ascii()) };
    let name = std::str::from_utf8(name).ok().filter(|name| name.starts_with("refs/") && !name.contains(".."))?;
    if let Some(id) = super::read(&common.join(name), SMALL).ok()? {
        return unhex(id.trim_ascii());
    }
    let packed = super::read(&common.join("packed-refs"), LARGE).ok()??;
    let line = |line: &[u8]| line.strip_suffix(name.as_bytes())?.strip_suffix(b" ").and_then(unhex);
    packed.split(|&b| b == b'\n').find_map(line)
}

impl Blob {
    /// Whether it is a file, and no link.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// Its bytes: those on disk when they are the same, because most are.
    ///
    /// # Errors
    /// When they cannot be had; for people.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        let regular = self.disk.symlink_metadata().is_ok_and(|found| found.is_file());
        match super::read(&self.disk, LARGEST as u64) {
            Ok(Some(bytes)) if regular && is_blob(&self.id, &bytes) => Ok(bytes),
            _ => self.objects.blob(&self.id),
        }
    }
}
